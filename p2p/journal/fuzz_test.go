package journal_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"thirdspace/p2p/wire"
)

// stream is one side of a stream whose other side says what a fuzzer wants.
type stream struct {
	network.Stream
	r *bytes.Reader
}

func (s *stream) Read(b []byte) (int, error)       { return s.r.Read(b) }
func (s *stream) Write(b []byte) (int, error)      { return len(b), nil }
func (s *stream) SetDeadline(time.Time) error      { return nil }
func (s *stream) SetReadDeadline(time.Time) error  { return nil }
func (s *stream) SetWriteDeadline(time.Time) error { return nil }
func (s *stream) CloseWrite() error                { return nil }
func (s *stream) Close() error                     { return nil }
func (s *stream) Reset() error                     { return nil }

func FuzzStream(f *testing.F) {
	c := newClass(f)
	m := c.join()
	var b bytes.Buffer
	for _, msg := range []wire.JournalMessage{
		{Hello: &wire.JournalHello{Version: wire.Version, Room: c.room, Heads: []wire.JournalHead{{Author: m.id(), Seq: 3}}}},
		{Facts: []wire.Fact{c.forge(m.device, "x", nil)}},
		{Receipts: []wire.Receipt{{Room: c.room, Reader: m.id(), Sig: []byte("x")}}},
		{End: true},
	} {
		if err := wire.WriteFrame(&b, wire.MaxFrame, msg); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c.host.j.HandleStream(context.Background(), m.id(), &stream{r: bytes.NewReader(data)})
		if n := c.host.j.Heads()[m.id()].Seq; n > 1 {
			t.Fatal("a fact out of nothing")
		}
	})
}

func FuzzPubsub(f *testing.F) {
	c := newClass(f)
	d := newDevice(f)
	f.Add(must(wire.Marshal(c.forge(d, "hello", nil))))
	f.Fuzz(func(t *testing.T, data []byte) {
		c.host.j.HandlePubsub(d.ID(), d.ID(), data)
	})
}
