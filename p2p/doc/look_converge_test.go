package doc

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestEditingTogetherConverges has both type at once while connections are cut at random moments: what came by the mirror,
// by answers and after a break in any order is one text in the end, in which everything typed stands once.
func TestEditingTogetherConverges(t *testing.T) {
	const pieces = 80
	k := newLooking(t, "")
	k.together(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	cuts, end := make(chan struct{}), make(chan struct{})
	var typing, cutting sync.WaitGroup
	typing.Go(func() {
		for i := range pieces {
			for {
				now := k.code.Snapshot()
				ups := insert(now, len(now.Text)/2, fmt.Sprintf("<a%d>", i))
				ups[0].Author = k.ada.id().String()
				if k.code.Push(now.Epoch, now.Version, ups) == nil {
					break
				}
			}
			if i%20 == 19 {
				cuts <- struct{}{}
			}
		}
	})
	typing.Go(func() {
		for i := range pieces {
			k.typesOnce(t, fmt.Sprintf("<h%d>", i))
		}
	})
	cutting.Go(func() {
		for {
			select {
			case <-cuts:
				from, to := k.host, k.ada
				if rnd.IntN(2) == 0 {
					from, to = to, from
				}
				from.net.Network().ClosePeer(to.id())
				k.ada.connect(k.host)
				k.ada.send.Up()
			case <-end:
				return
			}
		}
	})
	typing.Wait()
	close(end)
	cutting.Wait()
	eventually(t, "both have one text", k.host.mirrors(k.code, k.ada.id()))
	text := k.code.Snapshot().Text
	for i := range pieces {
		for _, piece := range []string{fmt.Sprintf("<a%d>", i), fmt.Sprintf("<h%d>", i)} {
			if n := countPiece(text, piece); n != 1 {
				t.Errorf("%s stands %d times", piece, n)
			}
		}
	}
	for _, u := range must(k.code.Since(0)) {
		if by := u.Author == k.host.id().String(); by != strings.Contains(string(u.Changes), "<h") {
			t.Errorf("%s is said to be by %s", u.Changes, u.Author)
		}
	}
}

// countPiece counts the pieces of that name: others may have been typed into the middle of one, so it looks at the marks of
// its end as well.
func countPiece(text, piece string) int {
	n, depth := 0, []string{}
	for _, r := range text {
		switch {
		case r == '<':
			depth = append(depth, "<")
		case r == '>' && len(depth) > 0:
			if depth[len(depth)-1]+">" == piece {
				n++
			}
			depth = depth[:len(depth)-1]
		case len(depth) > 0:
			depth[len(depth)-1] += string(r)
		}
	}
	return n
}

// typesOnce types as a page does: where no answer came, it looks whether what it typed has been taken before it types it
// again.
func (k *looking) typesOnce(t testing.TB, text string) {
	eventually(t, text+" is taken", func() bool {
		now := k.copy.Snapshot()
		if countPiece(now.Text, text) > 0 {
			return true
		}
		err := k.host.looks.Push(t.Context(), k.ada.id(), now.Epoch, now.Version, insert(now, 0, text))
		if err != nil && !errors.Is(err, ErrStale) && !errors.Is(err, ErrEpoch) && !errors.Is(err, ErrNotHere) {
			t.Error(text, err)
		}
		if errors.Is(err, ErrNotHere) {
			// The owner may have taken it: the mirror brings the copy to where the owner is.
			eventually(t, "the copy is where the owner was", k.caughtUp(k.code.Version()))
		}
		return err == nil
	})
}

func (k *looking) caughtUp(to Version) func() bool {
	return func() bool { v := k.copy.Version(); return v.Epoch == to.Epoch && v.Version >= to.Version }
}
