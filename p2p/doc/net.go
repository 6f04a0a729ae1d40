package doc

import (
	"context"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// Net is what documents need of a link.
type Net interface {
	Publish(topic string, data []byte) error
	Open(ctx context.Context, to peer.ID, proto string) (network.Stream, error)
	Self() peer.ID
	HostID() peer.ID
}

// frameTimeout bounds the sending of one frame, and the wait for an answer.
const frameTimeout = 15 * time.Second

func (s *Snapshot) wire() *wire.DocSnapshot {
	if s == nil {
		return nil
	}
	return &wire.DocSnapshot{Epoch: s.Epoch, Version: uint64(s.Version), Text: s.Text}
}

func snapshotFrom(w *wire.DocSnapshot) Snapshot {
	return Snapshot{Epoch: w.Epoch, Version: int(w.Version), Text: w.Text}
}

func sendFrame(s network.Stream, v any) error {
	s.SetWriteDeadline(time.Now().Add(frameTimeout))
	return wire.WriteFrame(s, wire.MaxDocFrame, v)
}
