package doc

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newStore(t testing.TB, self string, s Storage) *Store {
	t.Helper()
	st, err := NewStore(StoreConfig{Storage: s, Self: self, Every: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func own(t testing.TB, s *Store, id, first string) *Authority {
	t.Helper()
	a, err := s.Own(t.Context(), id, first)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// typed pushes an insertion at the end.
func typed(t testing.TB, a *Authority, s string) {
	t.Helper()
	if err := a.Replace(a.Snapshot().Text+s, "me"); err != nil {
		t.Fatal(err)
	}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to this: %s", what)
		}
		<-time.After(2 * time.Millisecond)
	}
}

func TestAuthorityTakesPushesInOrder(t *testing.T) {
	a, err := New("d", "me", "ab")
	if err != nil {
		t.Fatal(err)
	}
	v := a.Version()
	up := Update{ClientID: "c", Changes: []byte(`[2,[0,"c"]]`), Author: "x"}
	if err := a.Push(v.Epoch, 0, []Update{up}); err != nil {
		t.Fatal(err)
	}
	bad := Update{Changes: []byte(`[99]`)}
	for name, c := range map[string]struct {
		epoch   string
		version int
		ups     []Update
		want    error
	}{
		"late":               {v.Epoch, 0, []Update{up}, ErrStale},
		"from the future":    {v.Epoch, 7, []Update{up}, ErrStale},
		"of another life":    {"old", 1, []Update{up}, ErrEpoch},
		"not a change":       {v.Epoch, 1, []Update{bad}, ErrChange},
		"the second is not":  {v.Epoch, 1, []Update{{Changes: []byte(`[[3]]`)}, bad}, ErrChange},
		"too many":           {v.Epoch, 1, make([]Update, MaxUpdates+1), ErrChange},
		"without a change":   {v.Epoch, 1, []Update{{}}, ErrChange},
		"of too long a name": {v.Epoch, 1, []Update{{ClientID: strings.Repeat("x", 500), Changes: []byte(`[3]`)}}, ErrChange},
	} {
		if err := a.Push(c.epoch, c.version, c.ups); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if s := a.Snapshot(); s.Text != "abc" || s.Version != 1 {
			t.Fatalf("%s: the document became %+v", name, s)
		}
	}
	ups, err := a.Since(0)
	if err != nil || len(ups) != 1 || ups[0].ClientID != "c" || ups[0].Author != "x" || ups[0].Time == 0 {
		t.Errorf("the log has %+v, %v", ups, err)
	}
	if _, err := a.Since(2); !errors.Is(err, ErrGap) {
		t.Errorf("a version to come: %v", err)
	}
}

func TestAuthorityKeepsABoundedPast(t *testing.T) {
	a, _ := New("d", "me", "")
	for range 2*keepUpdates + 10 {
		typed(t, a, "x")
	}
	v := a.Version().Version
	if _, err := a.Since(v - keepUpdates); err != nil {
		t.Errorf("a thousand back: %v", err)
	}
	if _, err := a.Since(0); !errors.Is(err, ErrPruned) {
		t.Errorf("the beginning: %v", err)
	}
	// Large updates are kept by their size.
	big, small := strings.Repeat("y", MaxChange-100), ""
	for i := range 60 {
		if err := a.Replace([]string{big, small}[i%2], "me"); err != nil {
			t.Fatal(err)
		}
	}
	if a.past.size > 2*keepBytes {
		t.Errorf("%d bytes are kept", a.past.size)
	}
}

func TestReplaceBeyondOneUpdateBeginsAnew(t *testing.T) {
	a, _ := New("d", "me", "x")
	before := a.Version()
	text := strings.Repeat("line\n", MaxText/10)
	if err := a.Replace(text, "me"); err != nil {
		t.Fatal(err)
	}
	if s := a.Snapshot(); s.Text != text || s.Epoch == before.Epoch {
		t.Errorf("%d bytes in epoch %s", len(s.Text), s.Epoch)
	}
	if err := a.Replace(strings.Repeat("x", MaxText+1), "me"); !errors.Is(err, ErrText) {
		t.Errorf("too long a text: %v", err)
	}
	if err := a.Replace("a\r\nb\rc\xff", "me"); err != nil || a.Snapshot().Text != "a\nb\nc\ufffd" {
		t.Errorf("%q, %v", a.Snapshot().Text, err)
	}
}

func TestReplica(t *testing.T) {
	a, _ := New("d", "teacher", "one")
	r, err := NewReplica("d", "teacher")
	if err != nil {
		t.Fatal(err)
	}
	v := a.Version()
	if err := r.Apply(v.Epoch, 0, nil); !errors.Is(err, ErrEpoch) {
		t.Errorf("before the first snapshot: %v", err)
	}
	if err := r.Reset(a.Snapshot()); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		typed(t, a, "😀")
	}
	ups, _ := a.Since(0)
	steps := []struct {
		from, to int
		want     error
	}{{1, 2, ErrGap}, {0, 2, nil}, {0, 2, nil}, {1, 4, nil}, {5, 5, ErrGap}, {3, 5, nil}, {0, 5, nil}}
	for _, s := range steps {
		if err := r.Apply(v.Epoch, s.from, ups[s.from:s.to]); !errors.Is(err, s.want) {
			t.Errorf("%d to %d: %v, want %v", s.from, s.to, err, s.want)
		}
	}
	if r.Snapshot() != a.Snapshot() {
		t.Errorf("%+v, want %+v", r.Snapshot(), a.Snapshot())
	}
	if err := r.Apply(v.Epoch, 5, []Update{ups[0]}); !errors.Is(err, ErrChange) {
		t.Errorf("a change of another text: %v", err)
	}
	for _, s := range []Snapshot{{}, {Epoch: "e", Version: -1}, {Epoch: "e", Text: "a\r\n"}, {Epoch: "e", Text: "\xff"}} {
		if err := r.Reset(s); !errors.Is(err, ErrText) {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

func TestCaretStaysWithinTheText(t *testing.T) {
	a, _ := New("d", "me", "abcdef")
	a.SetCaret(Caret{Anchor: -5, Head: 100})
	if c, ok := a.Caret(); !ok || c != (Caret{0, 6}) {
		t.Errorf("%+v", c)
	}
	if err := a.Replace("ab", "me"); err != nil {
		t.Fatal(err)
	}
	if c, _ := a.Caret(); c != (Caret{0, 2}) {
		t.Errorf("%+v", c)
	}
}

func TestWhatWasFlushedComesBackExactly(t *testing.T) {
	disk := newMemory()
	s := newStore(t, "me", disk)
	a := own(t, s, "main.go", "package main\r\n")
	r, err := s.Follow(t.Context(), "board", "teacher")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Reset(Snapshot{Epoch: "e", Version: 41, Text: "board"}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 * snapshotUpdates {
		typed(t, a, []string{"x", "😀", "\n"}[i%3])
		if i%100 == 0 {
			if err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := r.Apply("e", 41, []Update{{Changes: []byte(`[5,[0,"!"]]`)}}); err != nil {
		t.Fatal(err)
	}
	a.SetCaret(Caret{1, 2})
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := a.Snapshot()
	again := newStore(t, "me", disk.copy()) // a power cut, here
	b := own(t, again, "main.go", "not this")
	got := b.Snapshot()
	if got.Text != want.Text || got.Version != want.Version || got.Epoch == want.Epoch {
		t.Fatalf("version %d of %d, epoch %s after %s; same text: %t", got.Version, want.Version, got.Epoch, want.Epoch, got.Text == want.Text)
	}
	if _, ok := b.Caret(); ok {
		t.Error("the caret was stored")
	}
	q, err := again.Follow(t.Context(), "board", "teacher")
	if err != nil || q.Snapshot() != r.Snapshot() {
		t.Errorf("%+v, %v", q.Snapshot(), err)
	}
	if disk.history != 3*snapshotUpdates+1 {
		t.Errorf("the history has %d updates", disk.history)
	}
	typed(t, b, "goes on")
	if err := again.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestChangesAreSavedByThemselvesAndTogether(t *testing.T) {
	disk := newMemory()
	s := newStore(t, "me", disk)
	var docs []*Authority
	for i := range 50 {
		docs = append(docs, own(t, s, fmt.Sprint("d", i), ""))
	}
	for range 20 {
		for _, a := range docs {
			typed(t, a, "x")
		}
	}
	eventually(t, "all is saved", func() bool {
		disk.mu.Lock()
		defer disk.mu.Unlock()
		return disk.history == 1000
	})
	if disk.saves > 500 {
		t.Errorf("%d writes for 1000 changes", disk.saves)
	}
}

func TestAFullDiskLosesNothing(t *testing.T) {
	disk := newMemory()
	var mu sync.Mutex
	var told []error
	var flushed []Flushed
	s, err := NewStore(StoreConfig{Storage: disk, Self: "me", Every: time.Hour, OnFlush: func(f []Flushed, err error) {
		mu.Lock()
		defer mu.Unlock()
		told, flushed = append(told, err), f
	}})
	if err != nil {
		t.Fatal(err)
	}
	a := own(t, s, "d", "")
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	disk.setFail(full)
	for range 3 {
		typed(t, a, "x")
		if err := s.Flush(t.Context()); !errors.Is(err, full) {
			t.Fatalf("flush: %v", err)
		}
	}
	disk.setFail(nil)
	typed(t, a, "y")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if disk.history != 4 || !slices.Equal(told[len(told)-2:], []error{told[len(told)-2], nil}) || !errors.Is(told[1], full) {
		t.Errorf("%d updates; told %v", disk.history, told)
	}
	if now := a.Version(); len(flushed) != 1 || flushed[0].ID != "d" || flushed[0].Version != now {
		t.Errorf("told that %v is on the disk, want version %v", flushed, now)
	}
	if got := own(t, newStore(t, "me", disk), "d", "").Snapshot().Text; got != "xxxy" {
		t.Errorf("%q", got)
	}
}

func TestDocumentsAreNotMixedUp(t *testing.T) {
	disk := newMemory()
	s := newStore(t, "me", disk)
	own(t, s, "mine", "")
	if _, err := s.Follow(t.Context(), "theirs", "you"); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"following one's own":         second(s.Follow(t.Context(), "mine", "you")),
		"following oneself":           second(s.Follow(t.Context(), "new", "me")),
		"following it from elsewhere": second(s.Follow(t.Context(), "theirs", "another")),
		"owning another's":            second(s.Own(t.Context(), "theirs", "")),
		"no name":                     second(s.Own(t.Context(), "", "")),
		"an invisible name":           second(s.Own(t.Context(), "a\u202eb", "")),
		"too long a text":             second(s.Own(t.Context(), "long", strings.Repeat("x", MaxText+1))),
	} {
		if err == nil {
			t.Errorf("%s was allowed", name)
		}
	}
	if a, b := own(t, s, "mine", ""), own(t, s, "mine", "x"); a != b {
		t.Error("one document twice")
	}
	s.Close()
	if _, err := s.Own(t.Context(), "x", ""); !errors.Is(err, ErrClosed) {
		t.Errorf("after closing: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestNewsComeInOrderAndBounded(t *testing.T) {
	s := newStore(t, "me", newMemory())
	a := own(t, s, "d", "")
	var mu sync.Mutex
	mirror, _ := NewReplica("d", "me")
	if err := mirror.Reset(a.Snapshot()); err != nil {
		t.Fatal(err)
	}
	hold, resets := make(chan struct{}), 0
	cancel := s.Subscribe(func(c Change) {
		<-hold
		mu.Lock()
		defer mu.Unlock()
		if c.Reset {
			resets++
			mirror.Reset(a.Snapshot())
			return
		}
		if err := mirror.Apply(c.Epoch, c.From, c.Updates); err != nil {
			t.Errorf("told out of order: %v", err)
		}
	})
	for range 3 * maxTold {
		typed(t, a, "x")
	}
	a.SetCaret(Caret{3, 4})
	s.news.mu.Lock()
	waiting := len(s.news.waiting)
	s.news.mu.Unlock()
	if waiting > 1 {
		t.Errorf("%d news of one document wait", waiting)
	}
	close(hold)
	eventually(t, "the hearer has it all", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return mirror.Snapshot() == a.Snapshot()
	})
	if resets == 0 {
		t.Error("thousands of waiting updates were all kept")
	}
	cancel()
	typed(t, a, "y")
	s.Close()
	if mirror.Snapshot().Text == a.Snapshot().Text {
		t.Error("told after the end")
	}
}
