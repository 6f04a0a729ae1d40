package split

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// chunk is about how many bytes of functions share a group. Translating so many
// takes some ten milliseconds.
const chunk = 32 << 10

// choose says which functions make up each group; the others stay. callees are
// the functions that each calls by name.
func (m *module) choose(callees [][]uint32) ([][]uint32, error) {
	t, err := training()
	if err != nil {
		return nil, err
	}
	c := &chooser{m: m, t: t, callees: callees, seen: make([]uint64, len(m.body)), stays: make([]bool, len(m.body))}
	if !c.begin() {
		return nil, fmt.Errorf("%w: its functions have no names", ErrForeign)
	}
	c.follow()
	return c.groups(), nil
}

type chooser struct {
	m       *module
	t       *trained
	callees [][]uint32
	seen    []uint64 // in which programs each function was seen
	stays   []bool
	follows []uint32 // those that stay because of the person's functions
}

// begin notes the functions that stay whatever they are called from, and reports
// whether any was known.
func (c *chooser) begin() bool {
	known := false
	for i, name := range c.m.name {
		c.seen[i] = c.t.programs[Key(name)]
		own := c.t.own(name)
		always := c.seen[i]&1 != 0
		known = known || always
		c.stays[i] = own || always || c.m.function[i] != uint32(c.m.plain) || c.asksHost(i)
		if own {
			c.follows = append(c.follows, uint32(i))
		}
	}
	return known
}

// asksHost reports whether a function calls one that is imported: the host looks
// from which module it is called, and must find the primary, whose files and
// streams they are.
func (c *chooser) asksHost(f int) bool {
	return slices.ContainsFunc(c.callees[f], func(to uint32) bool { return to < c.m.imports })
}

// follow keeps what the person's functions call, and what those call in turn.
// It stops at what every program runs, as from there everything can be reached,
// and at what was seen only where something unusual happened.
func (c *chooser) follow() {
	for len(c.follows) > 0 {
		f := c.follows[len(c.follows)-1]
		c.follows = c.follows[:len(c.follows)-1]
		for _, to := range c.callees[f] {
			if to < c.m.imports {
				continue
			}
			if to -= c.m.imports; !c.stays[to] && c.seen[to]&c.t.usual != 0 {
				c.stays[to] = true
				c.follows = append(c.follows, to)
			}
		}
	}
}

// groups puts the functions that do not stay together: those that were first
// seen in the same program, the ones seen in the same further programs beside
// each other, and the rest as the linker has put them.
func (c *chooser) groups() [][]uint32 {
	var cold []uint32
	for i, stays := range c.stays {
		if !stays {
			cold = append(cold, uint32(i))
		}
	}
	rank := func(f uint32) (int, uint64) {
		if c.seen[f] == 0 {
			return c.t.count, 0
		}
		return first(c.seen[f]), c.seen[f]
	}
	slices.SortStableFunc(cold, func(a, b uint32) int {
		programA, setA := rank(a)
		programB, setB := rank(b)
		return cmp.Or(cmp.Compare(programA, programB), cmp.Compare(setA, setB))
	})
	var all [][]uint32
	last, size := -1, 0
	for _, f := range cold {
		program, _ := rank(f)
		size += len(c.m.body[f])
		if program != last || size > chunk {
			all = append(all, nil)
			last, size = program, len(c.m.body[f])
		}
		all[len(all)-1] = append(all[len(all)-1], f)
	}
	for _, g := range all {
		slices.Sort(g)
	}
	return all
}

// Key is what a function is known by across programs: its name, without the types
// that an instance of a generic function is for.
func Key(name string) string {
	i := strings.Index(name, shape)
	if i < 0 {
		return name
	}
	k := name[:i] + "[]"
	if j := strings.LastIndex(name, "_."); j > i { // a method, or a function within
		k += name[j+1:]
	}
	return k
}

// shape is what the linker makes of the beginning of an instance's types.
const shape = "_go.shape."
