//go:build unix

package p2p_test

import (
	"context"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkRestart30 ends the host of a class of 30 and starts it again with the same disk, and has it say something at
// once. Measured from the moment of the new start: until a student is back, holds that fact, and with it all logs as the
// host does. p50 is the median student, last the slowest.
func BenchmarkRestart30(b *testing.B) { benchmarkRestart(b, 30, roomCode) }

// BenchmarkRestart300 is the same with 300 students.
func BenchmarkRestart300(b *testing.B) { benchmarkRestart(b, 300, "") }

func benchmarkRestart(b *testing.B, students int, code string) {
	var p50, last time.Duration
	for b.Loop() {
		b.StopTimer()
		host, err := openClass(code)
		if err != nil {
			b.Fatal(err)
		}
		far := startFarSide(b, farInvitation{Invitation: host.invitation(), Students: students, AtOnce: 30, Restart: true})
		far.ask(b, "join", new(joined))
		b.StartTimer()
		if host, err = host.restart(); err != nil {
			b.Fatal(err)
		}
		began := time.Now().UnixNano()
		if _, err := host.journal.Append(b.Context(), "message", nil, []byte("here again")); err != nil {
			b.Fatal(err)
		}
		var back []int64
		far.read(b, &back)
		b.StopTimer()
		slices.Sort(back)
		p50 += time.Duration(back[len(back)/2] - began)
		last += time.Duration(back[len(back)-1] - began)
		if err := host.close(); err != nil {
			b.Error(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(p50.Seconds()/float64(b.N), "back-p50-s")
	b.ReportMetric(last.Seconds()/float64(b.N), "back-last-s")
}

// awaitAll gives the moments at which each student held so many facts of the host, in Unix nanoseconds.
func awaitAll(ctx context.Context, all []*student, facts uint64, to invitation) ([]int64, error) {
	at, errs := make([]int64, len(all)), make([]error, len(all))
	each(all, func(i int) {
		errs[i] = until(ctx, "the host's new word is here", func() bool { return all[i].journal.Heads()[to.Host].Seq == facts })
		at[i] = time.Now().UnixNano()
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return at, nil
}

const (
	idlers      = 100
	idleFor     = 10 * time.Second
	scaleBuffer = 4 << 10
	calmDown    = 5 * time.Second // after all have joined
)

// BenchmarkIdle100 lets 100 students be in a room in which nothing happens: what each costs the network, both ways and TLS
// with it, and the host's memory.
func BenchmarkIdle100(b *testing.B) {
	var wire, heap float64
	for b.Loop() {
		host := benchClass(b, "")
		empty := heapNow()
		through, err := newScale(host.invitation().At)
		if err != nil {
			b.Fatal(err)
		}
		invited := host.invitation()
		invited.At = through.at()
		far := startFarSide(b, farInvitation{Invitation: invited, Students: idlers, AtOnce: 30})
		far.ask(b, "join", new(joined))
		time.Sleep(calmDown)
		before := through.bytes.Load()
		time.Sleep(idleFor)
		wire += float64(through.bytes.Load()-before) / idleFor.Seconds() / idlers
		heap += float64(heapNow()-empty)/idlers - 2*scaleBuffer
		through.close()
	}
	b.ReportMetric(wire/float64(b.N), "idle-traffic-a-second-B")
	b.ReportMetric(heap/float64(b.N)/(1<<10), "idle-memory-KiB")
}

// heapNow is what the program holds, goroutines' stacks included.
func heapNow() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// scale passes connections on and counts their bytes. It is in the host's process: the 8 KiB that it holds for each
// connection are taken off.
type scale struct {
	net.Listener
	bytes atomic.Int64
	tasks sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
}

func newScale(to netip.AddrPort) (*scale, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &scale{Listener: l}
	s.tasks.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to.String())
			if err != nil {
				in.Close()
				continue
			}
			s.mu.Lock()
			s.conns = append(s.conns, in, out)
			s.mu.Unlock()
			s.tasks.Go(func() { s.carry(in, out) })
			s.tasks.Go(func() { s.carry(out, in) })
		}
	})
	return s, nil
}

func (s *scale) at() netip.AddrPort { return s.Addr().(*net.TCPAddr).AddrPort() }

func (s *scale) carry(from, to net.Conn) {
	defer to.Close()
	buf := make([]byte, scaleBuffer)
	for {
		n, err := from.Read(buf)
		s.bytes.Add(int64(n))
		if _, failed := to.Write(buf[:n]); err != nil || failed != nil {
			return
		}
	}
}

func (s *scale) close() {
	s.Close()
	s.mu.Lock()
	for _, c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.tasks.Wait()
}
