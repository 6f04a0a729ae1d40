// Package frame is the protocol between the pool of runners and one runner.
//
// A runner is started with two pipes besides the three of its program: it reads
// one job from the first and answers on the second. Each message is a frame:
//
//	byte  0       kind (one of the Kind constants)
//	bytes 1–16    nonce of the job, all zero in a hello and in a job
//	bytes 17–20   length of the body, big endian, at most MaxBody
//	bytes 21–     body, JSON in UTF-8
//
// The order is fixed: hello (runner), job (pool), then any number of
// diagnostics and at most one verdict (runner). The nonce travels in the body of
// the job and must stand in every frame after it. A program that finds the pipe
// therefore cannot speak on it by writing bytes it made up; one that has taken
// over its whole process can, and then deceives nobody but the person who
// started it: a verdict carries words only, while the exit code, the limits and
// the kill come from the operating system.
//
// Everything read is hostile: lengths are checked before anything is allocated,
// and each body is checked field by field by its Decode function.
package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Version is the version of this protocol. Pool and runner are shipped together
// and refuse to work with another one.
const Version = 2

// MaxBody is the longest body in bytes. A job of the largest allowed program
// fits even if JSON has to escape every second byte of it.
const MaxBody = 8 << 20

// NonceSize is the length of a job's nonce in bytes.
const NonceSize = 16

const headerSize = 1 + NonceSize + 4

// Kind says what a frame is.
type Kind byte

// The kinds of frames.
const (
	KindHello       Kind = 'H' // runner → pool: ready, and how well locked in
	KindJob         Kind = 'J' // pool → runner: the program and its limits
	KindDiagnostics Kind = 'D' // runner → pool: what is wrong with the program
	KindVerdict     Kind = 'V' // runner → pool: why the program did not just end
)

// Nonce ties the frames of a run together.
type Nonce [NonceSize]byte

// ErrTooLong is returned for a frame whose body is longer than MaxBody.
var ErrTooLong = errors.New("frame is longer than allowed")

// ErrUnknownKind is returned for a frame of a kind that does not exist.
var ErrUnknownKind = errors.New("frame is of an unknown kind")

// Write sends one frame in a single write.
func Write(w io.Writer, k Kind, n Nonce, body []byte) error {
	if len(body) > MaxBody {
		return ErrTooLong
	}
	b := make([]byte, headerSize+len(body))
	b[0] = byte(k)
	copy(b[1:], n[:])
	binary.BigEndian.PutUint32(b[1+NonceSize:], uint32(len(body)))
	copy(b[headerSize:], body)
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("send a frame: %w", err)
	}
	return nil
}

// Read receives one frame whose body is at most limit bytes long. It returns
// io.EOF if the other side closed the pipe between two frames, and
// io.ErrUnexpectedEOF if it did so within one.
func Read(r io.Reader, limit int) (Kind, Nonce, []byte, error) {
	var h [headerSize]byte
	var n Nonce
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return 0, n, nil, err
	}
	k := Kind(h[0])
	switch k {
	case KindHello, KindJob, KindDiagnostics, KindVerdict:
	default:
		return 0, n, nil, fmt.Errorf("%w: 0x%02x", ErrUnknownKind, h[0])
	}
	copy(n[:], h[1:])
	size := binary.BigEndian.Uint32(h[1+NonceSize:])
	if uint64(size) > uint64(min(limit, MaxBody)) {
		return 0, n, nil, fmt.Errorf("%w: %d bytes", ErrTooLong, size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return 0, n, nil, err
	}
	return k, n, body, nil
}
