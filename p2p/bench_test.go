//go:build unix

package p2p_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"
)

// How the typing is measured: in rounds, in each of which so many keystrokes go to the board, as many to the hub, and
// then nothing happens for a while. So what else the machine does hits both alike. Keystrokes are 50 to 150 ms apart,
// as those of a person who types well, and the caret follows them.
const (
	rounds       = 15
	keysPerRound = 10
	betweenKeys  = 100 * time.Millisecond
	settling     = 50 * time.Millisecond // after typing, until all of it has been dealt with
	resting      = 250 * time.Millisecond
)

// BenchmarkBoard30 measures a keystroke on the teacher's board: from the moment it is pushed into the authority until
// a student's page would be told of it, after it was signed, sent, checked and applied. There are real sessions over
// loopback TCP, the students' in a process of their own; all of them share this machine. Beside it stands the hub:
// the same message, to as many clients.
//
//   - p50 and p99: over all keystrokes and students;
//   - delivered: how many of them came, at most 3 s after the last keystroke;
//   - cpu: what the host's process takes of one core while its teacher types. For the hub, which is in the same
//     process as the host, what the process takes when nobody types is taken off.
func BenchmarkBoard30(b *testing.B) { benchmarkBoard(b, 30, roomCode) }

// BenchmarkBoard100 is the same with 100 students.
func BenchmarkBoard100(b *testing.B) { benchmarkBoard(b, 100, "") }

// BenchmarkBoard300 is the same with 300 students.
func BenchmarkBoard300(b *testing.B) { benchmarkBoard(b, 300, "") }

func benchmarkBoard(b *testing.B, students int, code string) {
	host, web := benchClass(b, code), openHub()
	b.Cleanup(web.close)
	far := startFarSide(b, farInvitation{Invitation: host.invitation(), Students: students, AtOnce: 30, Hub: web.server.URL})
	far.ask(b, "join", new(joined))
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	if err := until(ctx, "all clients are at the hub", func() bool { return web.present() == students }); err != nil {
		b.Fatal(err)
	}

	const seed = 1
	onBoard := typing{paper: host, typist: newTypist(seed, betweenKeys, boardText)}
	onHub := typing{paper: web, typist: newTypist(seed, betweenKeys, boardText)}
	var nothing spent
	for b.Loop() {
		for range rounds {
			onBoard.round(b)
			onHub.round(b)
			nothing.during(b, func() { time.Sleep(resting) })
		}
	}

	var got heard
	far.ask(b, len(onBoard.moments), &got)
	onBoard.report(b, "board", got.Board)
	onHub.report(b, "hub", got.Hub)
	b.ReportMetric(onBoard.spent.percent(), "board-cpu-percent")
	b.ReportMetric(max(0, onHub.spent.percent()-nothing.percent()), "hub-cpu-percent")
	b.ReportMetric(nothing.percent(), "rest-cpu-percent")
}

// spent is what this process took of the processors in some time.
type spent struct{ processor, time time.Duration }

func (s *spent) during(b *testing.B, f func()) {
	b.Helper()
	began, before := time.Now(), processor(b)
	f()
	s.processor += processor(b) - before
	s.time += time.Since(began)
}

// percent of one core.
func (s *spent) percent() float64 { return 100 * float64(s.processor) / float64(s.time) }

// typing is one of the two things compared.
type typing struct {
	paper   paper
	typist  *typist
	moments []int64
	spent   spent
}

func (t *typing) round(b *testing.B) {
	b.Helper()
	t.spent.during(b, func() {
		moments, err := t.typist.types(keysPerRound, t.paper)
		if err != nil {
			b.Fatal(err)
		}
		t.moments = append(t.moments, moments...)
		time.Sleep(settling)
	})
}

func (t *typing) report(b *testing.B, name string, arrived [][]int64) {
	b.Helper()
	var took []int64
	for _, one := range arrived {
		for i, at := range one {
			if at != 0 {
				took = append(took, at-t.moments[i])
			}
		}
	}
	slices.Sort(took)
	if len(took) == 0 {
		b.Fatalf("nothing of the %s was delivered", name)
	}
	b.ReportMetric(float64(took[len(took)/2])/1e6, name+"-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100])/1e6, name+"-p99-ms")
	b.ReportMetric(100*float64(len(took))/float64(len(arrived)*len(t.moments)), name+"-delivered-percent")
}

// factsBefore is what those who join have to catch up with.
const factsBefore = 500

// BenchmarkCatchUp30 lets 30 students join at the same moment a room whose log has 500 facts of 200 bytes, each of
// which every student checks. Each admission is one fact more, for everyone. Measured from the moment at which all
// begin to dial:
//
//   - in: until the last one was admitted and has compared logs once;
//   - equal: until every log is complete, all are equal, and all have the text of the board, of which the beat tells;
//   - again: how often somebody was not answered in time and tried again.
func BenchmarkCatchUp30(b *testing.B) { benchmarkCatchUp(b, 30, roomCode) }

// BenchmarkCatchUp300 is the same with 300 students.
func BenchmarkCatchUp300(b *testing.B) { benchmarkCatchUp(b, 300, "") }

func benchmarkCatchUp(b *testing.B, students int, code string) {
	var sum joined
	for b.Loop() {
		b.StopTimer()
		host := benchClass(b, code)
		for range factsBefore {
			if _, err := host.journal.Append(b.Context(), "message", nil, bytes.Repeat([]byte("fact"), 50)); err != nil {
				b.Fatal(err)
			}
		}
		far := startFarSide(b, farInvitation{Invitation: host.invitation(), Students: students, AtOnce: students, Facts: factsBefore})
		b.StartTimer()
		var took joined
		far.ask(b, "join", &took)
		sum.In += took.In
		sum.Equal += took.Equal
		sum.Again += took.Again
	}
	b.ReportMetric(sum.In.Seconds()/float64(b.N), "all-in-s")
	b.ReportMetric(sum.Equal.Seconds()/float64(b.N), "all-equal-s")
	b.ReportMetric(float64(sum.Again)/float64(b.N), "again-tries")
}

func benchClass(b *testing.B, code string) *teacher {
	b.Helper()
	host, err := openClass(code)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := host.close(); err != nil {
			b.Error(err)
		}
	})
	return host
}
