package link

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

// clocked returns guesses on a clock that the test moves.
func clocked() (*guesses, *time.Time) {
	now := time.Date(2024, 9, 2, 8, 0, 0, 0, time.UTC)
	g := newGuesses()
	g.now = func() time.Time { return now }
	return g, &now
}

func guess(t *testing.T, g *guesses, p peer.ID, addr string, right bool) error {
	t.Helper()
	a, err := g.begin(t.Context(), p, addr)
	if err != nil {
		return err
	}
	a.end(right)
	return nil
}

func mustSlowDown(t *testing.T, err error) time.Duration {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Code != RefusedSlowDown || r.RetryAfter <= 0 {
		t.Fatalf("got %v, want to be slowed down", err)
	}
	return r.RetryAfter
}

func TestOneDeviceIsSlowed(t *testing.T) {
	g, now := clocked()
	for i := range 4 {
		if err := guess(t, g, "p", "10.0.0.9", false); err != nil {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	last := time.Duration(0)
	for i := range 8 {
		wait := mustSlowDown(t, guess(t, g, "p", "10.0.0.9", false))
		if wait < last || wait > time.Minute {
			t.Fatalf("round %d: a wait of %v after one of %v", i, wait, last)
		}
		last = wait
		*now = now.Add(wait)
		if err := guess(t, g, "p", "10.0.0.9", false); err != nil {
			t.Fatalf("after waiting: %v", err)
		}
	}
	if last < 30*time.Second {
		t.Fatalf("twelve wrong codes cost only %v", last)
	}
	if err := guess(t, g, "other", "10.0.0.8", true); err != nil {
		t.Fatalf("somebody else pays: %v", err)
	}
}

func TestFreshDevicesFromOneAddressAreSlowed(t *testing.T) {
	g, _ := clocked()
	n := 0
	for ; n < 1000; n++ {
		if err := guess(t, g, peer.ID(fmt.Sprint(n)), "10.0.0.9", false); err != nil {
			mustSlowDown(t, err)
			break
		}
	}
	if n > addrAllowance.free+1 {
		t.Fatalf("%d guesses from one address in no time", n)
	}
}

func TestTheRoomIsSlowedWhateverTheAddress(t *testing.T) {
	g, now := clocked()
	start, n := *now, 0
	for now.Sub(start) < 2*time.Hour {
		err := guess(t, g, peer.ID(fmt.Sprint(n)), fmt.Sprint(n), false)
		if err == nil {
			n++
			continue
		}
		*now = now.Add(mustSlowDown(t, err))
	}
	if n > 1600 {
		t.Fatalf("%d guesses in two hours", n)
	}
}

func TestGuessesUnderWayCount(t *testing.T) {
	g, _ := clocked()
	ctx, cancel := context.WithCancel(t.Context())
	first, err := g.begin(ctx, "p", "a")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error)
	go func() {
		_, err := g.begin(ctx, "p", "a") // a device makes one guess at a time
		got <- err
	}()
	select {
	case err := <-got:
		t.Fatalf("two guesses of one device at once (%v)", err)
	case <-time.After(20 * time.Millisecond): // nothing may happen; a slow machine cannot make this fail
	}
	first.end(false)
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	cancel()
	// Broken-off attempts, never ended, stay counted: an address has room for a few at once, and then none.
	g2, _ := clocked()
	for i := range addrAllowance.atOnce {
		if _, err := g2.begin(t.Context(), peer.ID(fmt.Sprint(i)), "a"); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := g2.begin(ctx, "late", "a"); a != nil || !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, %v", a, err)
	}
}

func TestAClassBehindOneAddressComesIn(t *testing.T) {
	g, _ := clocked()
	for i := range 300 {
		if err := guess(t, g, peer.ID(fmt.Sprint(i)), "10.0.0.1", true); err != nil {
			t.Fatalf("student %d: %v", i, err)
		}
	}
}

func TestCountsAreForgottenAndBounded(t *testing.T) {
	g, now := clocked()
	for range 4 {
		if err := guess(t, g, "p", "a", false); err != nil {
			t.Fatal(err)
		}
	}
	*now = now.Add(forgetGuesses + time.Minute)
	for i := range 3 * maxTallies {
		*now = now.Add(10 * time.Second)
		if err := guess(t, g, peer.ID(fmt.Sprint(i)), fmt.Sprint("addr ", i), false); err != nil {
			mustSlowDown(t, err)
		}
	}
	if len(g.tallies) > maxTallies+3 {
		t.Fatalf("%d counts kept", len(g.tallies))
	}
}
