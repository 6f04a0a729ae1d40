package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// What is remembered of programs, so that none is looked into twice while its
// text stays the same.
const (
	maxRemembered = 4         // programs
	maxMemory     = 256 << 10 // bytes of the text of one that is remembered
)

// remembered is a program and what has been found out about it. All that it holds
// is found once, when it is first asked for.
type remembered struct {
	files  []File
	read   sync.Once
	unit   *unit
	wrong  []Diagnostic
	typed  sync.Once
	judged sync.Once
	result Result
}

// memory holds the programs that were looked into last.
type memory struct {
	mu   sync.Mutex
	last []*remembered // the latest last
}

// of returns what is remembered of a program, or a new memory of it.
func (m *memory) of(files []File) *remembered {
	size := 0
	for _, f := range files {
		size += len(f.Name) + len(f.Text)
	}
	if size > maxMemory {
		return &remembered{files: files}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.last, func(r *remembered) bool { return slices.Equal(r.files, files) })
	r := &remembered{files: slices.Clone(files)}
	if i >= 0 {
		r = m.last[i]
		m.last = slices.Delete(m.last, i, i+1)
	} else if len(m.last) == maxRemembered {
		m.last = slices.Delete(m.last, 0, 1)
	}
	m.last = append(m.last, r)
	return r
}

// load reads the program, and checks its types if its syntax is right.
func (r *remembered) load(c *Checker) (*unit, []Diagnostic) {
	r.read.Do(func() { r.unit, r.wrong = c.load(r.files) })
	return r.unit, r.wrong
}

// types reads the program and checks its types as far as they can be told,
// whatever its syntax.
func (r *remembered) types(c *Checker) *unit {
	u, _ := r.load(c)
	r.typed.Do(func() {
		if u != nil && u.info == nil {
			u.check(c)
		}
	})
	return u
}

// judge says what is wrong with the program.
func (r *remembered) judge(c *Checker) Result {
	r.judged.Do(func() {
		defer func() {
			if v := recover(); v != nil {
				r.result = said([]Diagnostic{broken(r.files, v)})
			}
		}()
		u, ds := r.load(c)
		if len(ds) == 0 {
			ds = c.vet(u)
		}
		r.result = said(slices.Clone(ds))
	})
	return r.result
}

// help does what someone who types asks for, within its context and whatever the
// program does to go/types.
func help[T any](ctx context.Context, c *Checker, files []File, work func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	a, err := within(ctx, c, func() (a answer) {
		defer func() {
			if v := recover(); v != nil {
				a.err = errFailed
			}
		}()
		if err := bounds(files); err != nil {
			a.err = refusal(err)
			return a
		}
		a.value, a.err = work()
		return a
	})
	if err != nil {
		return a.value, fmt.Errorf("look into the program: %w", err)
	}
	return a.value, a.err
}

// errFailed stands for a panic of what this package is made of.
var errFailed = errors.New(brokenMessage)
