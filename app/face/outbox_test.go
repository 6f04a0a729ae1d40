package face

import (
	"testing"
	"testing/synctest"
)

func weigh(s string) int { return len(s) }

func TestOutboxKeepsOrderAndBounds(t *testing.T) {
	o := newOutbox(weigh)
	for i := range maxQueued {
		if !o.put(string(rune('a' + i%26))) {
			t.Fatalf("full at %d", i)
		}
	}
	if o.put("more") {
		t.Error("took more than it may hold")
	}
	if first, ok := o.take(); !ok || first != "a" {
		t.Errorf("%q %v", first, ok)
	}
	if !o.put("more") {
		t.Error("there was room again")
	}
	o.replace("only")
	if got, _ := o.take(); got != "only" {
		t.Errorf("%q", got)
	}
	if _, ok := o.take(); ok || o.bytes != 0 {
		t.Errorf("not empty: %d bytes", o.bytes)
	}
}

func TestOutboxBoundsBytes(t *testing.T) {
	o := newOutbox(func(int) int { return maxQueuedBytes/2 + 1 })
	if !o.put(1) {
		t.Error("one large item must pass: the page could never get it otherwise")
	}
	if o.put(2) {
		t.Error("two do not fit")
	}
}

func TestOutboxWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox(weigh)
		got := make(chan string)
		go func() {
			for range 2 {
				<-o.wake
				s, _ := o.take()
				got <- s
			}
		}()
		o.put("a")
		if s := <-got; s != "a" {
			t.Error(s)
		}
		synctest.Wait()
		o.put("b")
		if s := <-got; s != "b" {
			t.Error(s)
		}
	})
}
