package run

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// shownBy gathers what a screen shows.
type shownBy struct {
	out      [streams]strings.Builder
	replaced int
}

func (s *shownBy) emit(e Event) {
	switch {
	case e.Kind == KindReplaced:
		s.replaced++
		s.out = [streams]strings.Builder{}
	case e.Stream == streamNames[stdout]:
		s.out[stdout].WriteString(e.Data)
	default:
		s.out[stderr].WriteString(e.Data)
	}
}

// onScreen makes a screen with one attempt in front and another that may follow.
func onScreen() (c *screen, seen *shownBy, quick, second *attempt) {
	seen = &shownBy{}
	tape := newTape()
	c = &screen{emit: seen.emit, input: tape, kept: true}
	make := func() *attempt {
		a := &attempt{input: tape.reader()}
		a.ctx, a.cancel = context.WithCancelCause(context.Background())
		return a
	}
	quick, second = make(), make()
	c.begin(quick)
	return c, seen, quick, second
}

// TestScreenAtRandom lets two attempts print the same, in pieces of any size and
// in any order: whatever happens, all of it is shown, once.
func TestScreenAtRandom(t *testing.T) {
	whole := [streams]string{strings.Repeat("a€b", 50), strings.Repeat("xyß", 30)}
	for seed := range uint64(2000) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		c, seen, quick, second := onScreen()
		var printed [2][streams]int
		begins, followed := rnd.IntN(100), false
		left := func(who int) bool {
			return printed[who][stdout] < len(whole[stdout]) || printed[who][stderr] < len(whole[stderr])
		}
		for i := 0; left(0) && quick.leads.Load() || second.leads.Load() && left(1); i++ {
			if i >= begins && !followed {
				followed = true
				if !c.follow(second, false) {
					t.Fatalf("seed %d: it may not follow", seed)
				}
			}
			who, s := rnd.IntN(2), rnd.IntN(streams)
			if who == 1 && !followed {
				continue
			}
			n := min(rnd.IntN(9), len(whole[s])-printed[who][s])
			c.print([]*attempt{quick, second}[who], s, []byte(whole[s][printed[who][s]:printed[who][s]+n]))
			printed[who][s] += n
		}
		if quick.leads.Load() && !c.settle(quick) {
			t.Fatalf("seed %d: not settled", seed)
		}
		c.end()
		if seen.out[stdout].String() != whole[stdout] || seen.out[stderr].String() != whole[stderr] || seen.replaced != 0 {
			t.Fatalf("seed %d: shown %q and %q, replaced %d times", seed, seen.out[stdout].String(), seen.out[stderr].String(), seen.replaced)
		}
		if second.leads.Load() == (quick.ctx.Err() == nil) {
			t.Fatalf("seed %d: second in front: %v, first ended: %v", seed, second.leads.Load(), quick.ctx.Err())
		}
	}
}

func TestScreenReplaces(t *testing.T) {
	for name, do := range map[string]func(c *screen, quick, second *attempt){
		"by what the second prints": func(c *screen, quick, second *attempt) {
			c.print(second, stdout, []byte("on"))
			c.print(second, stdout, []byte("ce"))
			c.print(second, stderr, []byte("err"))
		},
		"by what the first prints": func(c *screen, quick, second *attempt) {
			c.print(quick, stderr, []byte("e"))
			c.print(second, stdout, []byte("one once"))
			c.print(quick, stdout, []byte(" twice"))
		},
		"by its end": func(c *screen, quick, second *attempt) {
			c.print(second, stdout, []byte("o"))
			if !c.conclude(second, true) {
				t.Error("it does not count")
			}
			c.print(second, stdout, []byte("nce"))
		},
	} {
		c, seen, quick, second := onScreen()
		c.print(quick, stdout, []byte("one"))
		c.follow(second, false)
		do(c, quick, second)
		c.print(quick, stdout, []byte("never seen"))
		c.end()
		out := seen.out[stdout].String()
		if seen.replaced != 1 || out != "once" && out != "one once" || !c.replaced() || !errors.Is(context.Cause(quick.ctx), errSucceeded) {
			t.Errorf("%s: replaced %d times, shown %q, first ended by %v", name, seen.replaced, out, context.Cause(quick.ctx))
		}
	}
}

func TestScreenDrops(t *testing.T) {
	c, seen, quick, second := onScreen()
	c.print(quick, stdout, []byte("a"))
	if c.follow(second, true) {
		t.Error("what varies follows what was shown")
	}
	c.follow(second, false)
	c.print(second, stderr, []byte("b")) // held back
	if c.conclude(second, false) {
		t.Error("what was ended counts")
	}
	c.print(quick, stderr, []byte("c"))
	c.end()
	if seen.replaced != 0 || seen.out[stderr].String() != "c" {
		t.Errorf("shown %q", seen.out[stderr].String())
	}

	c, _, quick, second = onScreen()
	c.print(quick, stdout, []byte("a"))
	c.follow(second, false)
	c.print(quick, stdout, make([]byte, maxKept))
	if !errors.Is(context.Cause(second.ctx), errDropped) || c.followable(false) {
		t.Error("it follows more than is kept")
	}

	c, seen, quick, second = onScreen()
	if !c.follow(second, true) || !second.leads.Load() {
		t.Error("with nothing shown it does not come to the front")
	}
	c.print(quick, stdout, []byte("late"))
	c.print(second, stdout, []byte("new"))
	if seen.out[stdout].String() != "new" {
		t.Errorf("shown %q", seen.out[stdout].String())
	}
}
