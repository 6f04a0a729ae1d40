package link

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/cpace"
	"thirdspace/p2p/wire"
)

// talk is one side of a join stream.
type talk struct {
	s network.Stream
	r *bufio.Reader
}

func newTalk(s network.Stream) *talk {
	s.SetDeadline(time.Now().Add(admissionTime))
	return &talk{s: s, r: bufio.NewReaderSize(s, wire.MaxJoin)}
}

// ask and answer are the two directions.
func (t *talk) sendAsk(a wire.JoinAsk) error       { return wire.WriteFrame(t.s, wire.MaxJoin, a) }
func (t *talk) sendAnswer(a wire.JoinAnswer) error { return wire.WriteFrame(t.s, wire.MaxJoin, a) }

func (t *talk) readAsk() (wire.JoinAsk, error) {
	var a wire.JoinAsk
	if err := wire.ReadFrame(t.r, wire.MaxJoin, &a); err != nil {
		return a, fmt.Errorf("hearing what a machine asks: %w", err)
	}
	return a, a.Check()
}

// readAnswer returns a refusal as a *Refusal.
func (t *talk) readAnswer() (wire.JoinAnswer, error) {
	var a wire.JoinAnswer
	if err := wire.ReadFrame(t.r, wire.MaxJoin, &a); err != nil {
		return a, fmt.Errorf("hearing the host's answer: %w", err)
	}
	if err := a.Check(); err != nil {
		return a, err
	}
	if a.Refusal != nil {
		return a, refusalFrom(a.Refusal)
	}
	return a, nil
}

// codeContext binds a proof of the code to what it is for: this joining, these two keys, this room.
func codeContext(guest, host peer.ID, room string) []byte {
	return cpace.Context([]byte("thirdspace join 1"), []byte(guest), []byte(host), []byte(room))
}

// cardContext binds a proof of a card to what it is for: this seat, these two keys, this room.
func cardContext(guest, host peer.ID, room string, seat uint32) []byte {
	return cpace.Context([]byte("thirdspace card 1"), []byte(guest), []byte(host), []byte(room), binary.BigEndian.AppendUint32(nil, seat))
}
