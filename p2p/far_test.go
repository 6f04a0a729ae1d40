package p2p_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"thirdspace/p2p/doc"
)

// In the benchmarks the students are in a second process, so that what the host's process takes of the processor is
// the host's alone. That process is this program again; both write JSON to each other, line by line.

// farVariable holds, in the environment of the students' process, a farInvitation.
const farVariable = "THIRDSPACE_TEST_STUDENTS"

// late is how long after the last keystroke a keystroke still counts as delivered.
const late = 3 * time.Second

// farInvitation says what the students' process is to do: so many students join the room, so many of them at once, and
// catch up with a log of so many facts; if there is a hub, as many clients connect to it.
type farInvitation struct {
	Invitation invitation
	Students   int
	AtOnce     int
	Facts      int
	Hub        string
	Restart    bool // the host will be restarted, and says one fact more then
}

// joined is how long it took the students.
type joined struct {
	In    time.Duration // until the last one was admitted and had compared its log once
	Equal time.Duration // until all logs were complete and equal, and all had the board
	Again int64         // how often one had to try again
}

// heard is when the students and the clients of the hub had each keystroke, in Unix nanoseconds; 0 for never.
type heard struct{ Board, Hub [][]int64 }

// arrivals are when one of them had each keystroke.
type arrivals struct {
	mu sync.Mutex
	at []int64
}

// note takes down the moment for the keystrokes numbered from on.
func (a *arrivals) note(from, n int) {
	now := time.Now().UnixNano()
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.at) < from+n {
		a.at = append(a.at, 0)
	}
	for i := from; i < from+n; i++ {
		if a.at[i] == 0 {
			a.at[i] = now
		}
	}
}

func (a *arrivals) first(n int) []int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]int64, n)
	copy(out, a.at)
	return out
}

func (a *arrivals) all(n int) bool {
	for _, at := range a.first(n) {
		if at == 0 {
			return false
		}
	}
	return true
}

// playFarSide is the students' process.
func playFarSide(text string) (err error) {
	var to farInvitation
	if err := json.Unmarshal([]byte(text), &to); err != nil {
		return err
	}
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	students, err := newStudents(to.Students, to.Invitation)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll(students)) }()
	boards, hubs := make([]arrivals, to.Students), make([]arrivals, to.Students)
	if err := out.Encode("made"); err != nil {
		return err
	}
	var begin string
	if err := in.Decode(&begin); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	took, err := joinAll(ctx, students, to)
	if err != nil {
		return err
	}
	for i, s := range students {
		s.store.Subscribe(func(c doc.Change) { boards[i].note(c.From, len(c.Updates)) })
	}
	if to.Hub != "" {
		stop, err := listenToHub(to.Hub, hubs)
		if err != nil {
			return err
		}
		defer stop()
	}
	if err := out.Encode(took); err != nil {
		return err
	}
	if to.Restart {
		back, err := awaitAll(ctx, students, uint64(to.Facts+to.Students+1), to.Invitation)
		if err != nil {
			return err
		}
		if err := out.Encode(back); err != nil {
			return err
		}
	}
	var keys int
	if err := in.Decode(&keys); err != nil {
		return err
	}
	return out.Encode(whatWasHeard(keys, boards, hubs))
}

// joinAll lets all students come in.
func joinAll(ctx context.Context, students []*student, to farInvitation) (took joined, err error) {
	began := time.Now()
	for group := range slices.Chunk(students, to.AtOnce) {
		again, err := insist(ctx, group, to.Invitation)
		if err != nil {
			return took, err
		}
		took.Again += again
	}
	took.In = time.Since(began)
	want := uint64(to.Facts + to.Students) // all that was there, and everyone's admission
	for _, s := range students {
		err := until(ctx, "the log is complete", func() bool { return s.journal.Heads()[to.Invitation.Host].Seq == want })
		if err != nil {
			return took, err
		}
	}
	for _, s := range students {
		if string(s.journal.Digest()) != string(students[0].journal.Digest()) {
			return took, errors.New("logs of one length are not equal")
		}
		if err := until(ctx, "the board is there", func() bool { return s.copy.Snapshot().Text == boardText }); err != nil {
			return took, err
		}
	}
	took.Equal = time.Since(began)
	return took, nil
}

func listenToHub(url string, to []arrivals) (stop func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	stop = func() {
		cancel()
		tasks.Wait()
	}
	for i := range to {
		run, err := hubClient(ctx, url, to[i].note)
		if err != nil {
			stop()
			return nil, err
		}
		tasks.Go(func() {
			if err := run(); ctx.Err() == nil {
				log.Error("a client of the hub has ended", "error", err)
			}
		})
	}
	return stop, nil
}

func whatWasHeard(keys int, boards, hubs []arrivals) (out heard) {
	ctx, cancel := context.WithTimeout(context.Background(), late)
	defer cancel()
	for i := range boards {
		// What has not come in time is a 0 in what is sent.
		_ = until(ctx, "all is delivered", func() bool { return boards[i].all(keys) && hubs[i].all(keys) })
		out.Board = append(out.Board, boards[i].first(keys))
		out.Hub = append(out.Hub, hubs[i].first(keys))
	}
	return out
}

// farSide is the students' process, seen from the host's.
type farSide struct {
	in  *json.Encoder
	out *json.Decoder
}

// startFarSide starts the students' process and waits until the students are ready to join.
func startFarSide(b *testing.B, to farInvitation) *farSide {
	b.Helper()
	raw, err := json.Marshal(to)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), farVariable+"="+string(raw))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		cmd.Wait() // it has said what was wrong
	})
	f := &farSide{in: json.NewEncoder(in), out: json.NewDecoder(bufio.NewReader(out))}
	var made string
	f.read(b, &made)
	return f
}

func (f *farSide) ask(b *testing.B, question, answer any) {
	b.Helper()
	if err := f.in.Encode(question); err != nil {
		b.Fatal(fmt.Errorf("asking the students' side: %w", err))
	}
	f.read(b, answer)
}

func (f *farSide) read(b *testing.B, answer any) {
	b.Helper()
	if err := f.out.Decode(answer); err != nil {
		b.Fatal(fmt.Errorf("hearing the students' side: %w", err))
	}
}
