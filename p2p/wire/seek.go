package wire

import (
	"bytes"
	"fmt"

	"github.com/libp2p/go-libp2p/core/peer"
)

// UsualPort is where rooms are hosted unless told otherwise (TCP), and where hosts hear the question of who looks for a
// room (UDP): one number to allow in a firewall. It is in the range that is not registered for anything.
const UsualPort = 47113

// Bounds of what is said in looking for rooms without multicast.
const (
	MaxSeek       = 1200 // bytes of a datagram, so that no network cuts it up
	SeekNonceSize = 8

	seekMembers = 100_000
)

// A datagram begins with one of these, so that nothing else that comes to the port is taken for ours.
var (
	seekAskMark    = []byte("3S?1")
	seekAnswerMark = []byte("3S!1")
)

// SeekAsk is the question of a machine that looks for rooms: which rooms are here?
type SeekAsk struct {
	Nonce []byte `cbor:"1,keyasint"` // 8 random bytes; an answer repeats them, so that it cannot be sent blindly
}

// SeekAnswer is what a host says of its room. Like a multicast announcement it is a hint that anyone can forge.
type SeekAnswer struct {
	Nonce   []byte `cbor:"1,keyasint"`
	Room    string `cbor:"2,keyasint"`
	Host    []byte `cbor:"3,keyasint"` // its peer id
	Port    uint16 `cbor:"4,keyasint"` // TCP
	Title   string `cbor:"5,keyasint,omitempty"`
	Course  string `cbor:"6,keyasint,omitempty"`
	Teacher string `cbor:"7,keyasint,omitempty"`
	Locked  bool   `cbor:"8,keyasint,omitempty"`
	Members int    `cbor:"9,keyasint,omitempty"`
	Gone    bool   `cbor:"10,keyasint,omitempty"` // the room has closed
}

// Encode writes the datagram.
func (a SeekAsk) Encode() ([]byte, error) { return encodeSeek(seekAskMark, a) }

// Encode writes the datagram. A name that makes it too long is an error.
func (a SeekAnswer) Encode() ([]byte, error) { return encodeSeek(seekAnswerMark, a) }

func encodeSeek(mark []byte, v any) ([]byte, error) {
	b, err := Marshal(v)
	if err != nil {
		return nil, err
	}
	if len(mark)+len(b) > MaxSeek {
		return nil, fmt.Errorf("%w: it is longer than one datagram", ErrMessage)
	}
	return append(bytes.Clone(mark), b...), nil
}

// DecodeSeekAsk reads a question. Its error wraps [ErrMessage].
func DecodeSeekAsk(b []byte) (SeekAsk, error) {
	var a SeekAsk
	if err := decodeSeek(seekAskMark, b, &a); err != nil {
		return SeekAsk{}, err
	}
	if len(a.Nonce) != SeekNonceSize {
		return SeekAsk{}, fmt.Errorf("%w: its nonce is not of %d bytes", ErrMessage, SeekNonceSize)
	}
	return a, nil
}

// DecodeSeekAnswer reads an answer and checks its bounds; names in it still have to be cleaned. Its error wraps
// [ErrMessage].
func DecodeSeekAnswer(b []byte) (SeekAnswer, error) {
	var a SeekAnswer
	if err := decodeSeek(seekAnswerMark, b, &a); err != nil {
		return SeekAnswer{}, err
	}
	_, err := peer.IDFromBytes(a.Host)
	switch {
	case len(a.Nonce) != SeekNonceSize:
		return SeekAnswer{}, fmt.Errorf("%w: its nonce is not of %d bytes", ErrMessage, SeekNonceSize)
	case !ValidRoomID(a.Room):
		return SeekAnswer{}, fmt.Errorf("%w: it names no room", ErrMessage)
	case err != nil:
		return SeekAnswer{}, fmt.Errorf("%w: it names no host: %w", ErrMessage, err)
	case a.Port == 0, a.Members < 0, a.Members > seekMembers:
		return SeekAnswer{}, fmt.Errorf("%w: a number is out of bounds", ErrMessage)
	}
	return a, nil
}

func decodeSeek(mark, b []byte, v any) error {
	rest, ours := bytes.CutPrefix(b, mark)
	if !ours || len(b) > MaxSeek {
		return fmt.Errorf("%w: it is not about rooms", ErrMessage)
	}
	return Unmarshal(rest, v)
}
