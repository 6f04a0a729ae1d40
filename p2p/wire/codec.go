// Package wire says what two machines in a room may send each other: the codec, the framing, the limits, the names of
// protocols and topics, and the messages themselves. README.md beside this file is the same in prose: who may send
// what, and what a receiver does with a bad one.
//
// Everything is CBOR (RFC 8949) in its core deterministic encoding (§4.2.1), so that the bytes of a message that is
// signed can be made again. Decoding is strict: every byte may come from a hostile machine. What is too long, too
// deep, repeated, indefinite, badly encoded or followed by anything is refused whole; unknown fields are ignored, so
// that a later version may add some.
package wire

import (
	"errors"
	"fmt"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// Version is the version of the protocol spoken by this program. Machines of different versions do not share a room;
// the join protocol says so to the person.
const Version = 1

const (
	maxNesting = 16
	maxEntries = 1 << 16 // elements of one array or pairs of one map
)

// ErrMessage is wrapped by every error that means "these bytes are not a well-formed message".
var ErrMessage = errors.New("malformed message")

var modes = sync.OnceValues(func() (cbor.EncMode, cbor.DecMode) {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err) // options are constants: only a programming error can bring us here
	}
	dec, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxNestedLevels:  maxNesting,
		MaxArrayElements: maxEntries,
		MaxMapPairs:      maxEntries,
		UTF8:             cbor.UTF8RejectInvalid,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return enc, dec
})

// Marshal encodes v deterministically: equal values give equal bytes.
func Marshal(v any) ([]byte, error) {
	enc, _ := modes()
	b, err := enc.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encoding a message: %w", err)
	}
	return b, nil
}

// Unmarshal decodes exactly one value from b into v. Anything left over is an error. Every error wraps [ErrMessage].
func Unmarshal(b []byte, v any) error {
	_, dec := modes()
	if err := dec.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%w: %w", ErrMessage, err)
	}
	return nil
}
