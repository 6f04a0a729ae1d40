package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// Limits of what travels, in bytes. They are the same on every machine: a message that one side may send and the other
// may not take would be lost without a word.
const (
	// MaxPubsub bounds one pubsub message, payload only. Publishing more is refused before it reaches libp2p, because
	// an oversize message makes the receiver reset the stream for good.
	MaxPubsub = 256 << 10
	// MaxFrame bounds one frame on a stream.
	MaxFrame = 1 << 20
)

// WriteFrame writes v as one frame: the length in bytes as an unsigned varint (as in Protocol Buffers), then the CBOR.
// A frame over max bytes is an error and nothing is written.
func WriteFrame(w io.Writer, max int, v any) error {
	b, err := Marshal(v)
	if err != nil {
		return err
	}
	if len(b) > max {
		return fmt.Errorf("sending a message of %d bytes where %d are allowed", len(b), max)
	}
	frame := binary.AppendUvarint(make([]byte, 0, len(b)+binary.MaxVarintLen32), uint64(len(b)))
	if _, err := w.Write(append(frame, b...)); err != nil {
		return fmt.Errorf("sending a message: %w", err)
	}
	return nil
}

// ReadFrame reads one frame into v. A frame that says it is over max bytes is refused before any of it is read.
// At the end of the stream, between two frames, the error is io.EOF itself.
func ReadFrame(r *bufio.Reader, max int, v any) error {
	n, err := binary.ReadUvarint(r)
	if err == io.EOF {
		return io.EOF
	}
	if err != nil {
		return fmt.Errorf("reading a message's length: %w", err)
	}
	if n > uint64(max) {
		return fmt.Errorf("%w: it is %d bytes long where %d are allowed", ErrMessage, n, max)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return fmt.Errorf("reading a message: %w", err)
	}
	return Unmarshal(b, v)
}
