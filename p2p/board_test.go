package p2p_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// patience bounds how long something may take that must happen; it measures nothing.
const patience = 2 * time.Minute

// startClass opens a room in which so many students are, each with a copy of the board.
func startClass(t *testing.T, n int) (*teacher, []*student) {
	t.Helper()
	host, err := openClass(roomCode)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := host.close(); err != nil {
			t.Error(err)
		}
	})
	students, err := newStudents(n, host.invitation())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeAll(students); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := enterAll(ctx, students); err != nil {
		t.Fatal(err)
	}
	return host, students
}

// equal waits until every copy is the board.
func equal(t *testing.T, host *teacher, students []*student) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	want := host.text.Snapshot()
	for i, s := range students {
		if err := until(ctx, "the copy is the board", func() bool { return s.copy.Snapshot() == want }); err != nil {
			t.Fatalf("student %d: %v\nhas  %+v\nwant %+v", i+1, err, s.copy.Snapshot(), want)
		}
	}
}

func TestThirtyBoardsAreTheTeachers(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	host, students := startClass(t, 30)
	equal(t, host, students)

	typing := newTypist(seed, 10*time.Millisecond, boardText)
	if _, err := typing.types(200, host); err != nil {
		t.Fatal(err)
	}
	if v := host.text.Version().Version; v != 200 {
		t.Fatalf("the board is at version %d", v)
	}
	equal(t, host, students)

	// Now the last message is lost everywhere, and nothing is said after it but the beat.
	for _, s := range students {
		s.deaf.Store(true)
	}
	if err := host.key(typing.key()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for i, s := range students {
		if err := until(ctx, "the message is lost", func() bool { return s.missed.Load() > 0 }); err != nil {
			t.Fatalf("student %d: %v", i+1, err)
		}
	}
	equal(t, host, students)
}

func TestThirtyLogsAreTheTeachers(t *testing.T) {
	host, students := startClass(t, 30)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	want := string(host.journal.Digest())
	for i, s := range students {
		if err := until(ctx, "the log is the teacher's", func() bool { return string(s.journal.Digest()) == want }); err != nil {
			t.Fatalf("student %d: %v", i+1, err)
		}
	}
	if n := host.journal.Heads()[host.link.Self()].Seq; n != 30 {
		t.Errorf("30 were admitted, and the log has %d facts", n)
	}
}
