package hostile

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"time"

	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/network"
	"google.golang.org/protobuf/proto"

	"thirdspace/p2p/wire"
)

// Sign makes a fact of a header, whatever it says, and gives its hash: the header has this room, the body is signed with
// it, and what it leaves out is filled in.
func (p *Peer) Sign(h wire.FactHeader, body []byte) (wire.Fact, [32]byte, error) {
	h.Version, h.Room = wire.Version, p.Room
	if h.Author == "" {
		h.Author = p.Device.ID()
	}
	if h.Kind == "" {
		h.Kind = "chat.said"
	}
	h.BodyHash, h.BodySize = sha256.Sum256(body), uint32(len(body))
	raw, err := wire.Marshal(h)
	if err != nil {
		return wire.Fact{}, [32]byte{}, err
	}
	sig, err := p.Device.Sign("fact", raw)
	return wire.Fact{Header: raw, Sig: sig, Body: body}, sha256.Sum256(raw), err
}

// Log makes n facts that continue each other from the first one on, each with that body.
func (p *Peer) Log(n int, body []byte) ([]wire.Fact, error) {
	var log []wire.Fact
	var prev [32]byte
	for seq := uint64(1); len(log) < n; seq++ {
		f, hash, err := p.Sign(wire.FactHeader{Seq: seq, Lamport: seq, Prev: prev}, body)
		if err != nil {
			return nil, err
		}
		log, prev = append(log, f), hash
	}
	return log, nil
}

// Publish writes one envelope of pubsub with messages for a topic of the room, or, with an empty name, any other.
func (p *Peer) Publish(s network.Stream, topic string, messages ...[]byte) error {
	if topic = p.Room + "/" + topic; topic == p.Room+"/" {
		topic = "elsewhere"
	}
	rpc := &pb.RPC{}
	for _, m := range messages {
		rpc.Publish = append(rpc.Publish, &pb.Message{From: []byte(p.Device.ID()), Data: m, Topic: &topic})
	}
	return Envelope(s, rpc)
}

// Envelope writes one envelope of pubsub.
func Envelope(s network.Stream, rpc *pb.RPC) error {
	b, err := proto.Marshal(rpc)
	if err != nil {
		return err
	}
	return write(s, append(binary.AppendUvarint(nil, uint64(len(b))), b...))
}

// Frame writes one frame of whatever size.
func Frame(s network.Stream, v any) error {
	b, err := wire.Marshal(v)
	if err != nil {
		return err
	}
	return write(s, append(binary.AppendUvarint(nil, uint64(len(b))), b...))
}

// Mountain announces a frame of so many bytes and then sends bytes until nobody takes them, at most so many.
func Mountain(s network.Stream, bytes int) error {
	if err := write(s, binary.AppendUvarint(nil, uint64(bytes))); err != nil {
		return err
	}
	piece := make([]byte, 64<<10)
	for sent := 0; sent < bytes; sent += len(piece) {
		if err := write(s, piece); err != nil {
			return err
		}
	}
	return nil
}

func write(s network.Stream, b []byte) error {
	s.SetWriteDeadline(time.Now().Add(frameTime))
	n, err := s.Write(b)
	if err == nil && n < len(b) {
		return io.ErrShortWrite
	}
	return err
}
