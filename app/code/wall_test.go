package code

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

func numbered(n int) string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprint("line ", i+1))
	}
	return strings.Join(lines, "\n")
}

func TestExcerptStandsAroundTheCaret(t *testing.T) {
	text := numbered(100)
	for _, c := range []struct {
		caretAt string // the caret stands before this
		first   int
	}{
		{"line 1\n", 1}, {"line 10\n", 1}, {"line 50\n", 38}, {"line 100", 77},
	} {
		cut, first, total := excerpt(text, strings.Index(text, c.caretAt), true)
		if first != c.first || total != 100 || !strings.HasPrefix(cut, fmt.Sprint("line ", first, "\n")) || !strings.Contains(cut+"\n", strings.TrimSpace(c.caretAt)+"\n") {
			t.Errorf("caret before %q: %d of %d, %q", c.caretAt, first, total, cut)
		}
		if n := strings.Count(cut, "\n") + 1; n != tileLines {
			t.Errorf("%d lines", n)
		}
	}
	if cut, first, _ := excerpt(text, 0, false); first != 1 || !strings.HasPrefix(cut, "line 1\n") {
		t.Errorf("without a caret: from %d", first)
	}
}

func TestExcerptIsBounded(t *testing.T) {
	long := strings.Repeat("é", 1<<20)
	if cut, _, _ := excerpt(long, 1<<20, true); len([]rune(cut)) != tileColumns {
		t.Errorf("%d characters of one long line", len([]rune(cut)))
	}
	if cut, first, total := excerpt("", 1<<30, true); cut != "" || first != 1 || total != 1 {
		t.Errorf("of nothing: %q, %d, %d", cut, first, total)
	}
}

func TestCaretCountsAsCodeMirrorDoes(t *testing.T) {
	lines := []string{"😀😀", "x"} // four UTF-16 units and a line break, then the second line
	for position, want := range map[int]int{0: 0, 4: 0, 5: 1, 6: 1, 99: 1} {
		if got := lineAt(lines, position); got != want {
			t.Errorf("position %d is in line %d, want %d", position, got, want)
		}
	}
}

// TestWallGathers: any number of keystrokes are few news, and the last of them is told.
func TestWallGathers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []map[peer.ID]bool
		w := newWall(func(only map[peer.ID]bool) []Tile {
			asked = append(asked, only)
			return []Tile{{}}
		}, func([]Tile) {})
		defer w.close()
		for range 100 {
			w.typed("ada", true)
			w.typed("ben", true)
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(2 * wallInterval)
		synctest.Wait()
		if n := len(asked); n < 4 || n > 6 {
			t.Errorf("a second of typing was %d news", n)
		}
		if last := asked[len(asked)-1]; !last["ada"] || !last["ben"] {
			t.Errorf("the last news was of %v", last)
		}
		w.touchAll()
		time.Sleep(2 * wallInterval)
		synctest.Wait()
		if asked[len(asked)-1] != nil {
			t.Error("when anyone may have changed, not everyone was asked for")
		}
	})
}
