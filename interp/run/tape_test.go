package run

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func readN(t *testing.T, r io.Reader, n int) string {
	t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTapeIsToldAgain(t *testing.T) {
	tape := newTape()
	first := tape.reader()
	if tape.begun() {
		t.Error("begun before anything was typed")
	}
	_, _ = tape.Write([]byte("one "))
	if got := readN(t, first, 4); got != "one " || !tape.begun() {
		t.Errorf("%q", got)
	}
	second := tape.reader()
	_, _ = tape.Write([]byte("two"))
	if got := readN(t, second, 7); got != "one two" {
		t.Errorf("%q", got)
	}
	tape.lead(second)
	first.close()
	if _, err := first.Read(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	tape.end()
	if _, err := second.Read(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	if _, err := tape.Write([]byte("x")); !errors.Is(err, ErrEnded) {
		t.Error(err)
	}
}

// TestTapeIsBounded types more than is kept.
func TestTapeIsBounded(t *testing.T) {
	tape := newTape()
	first := tape.reader()
	behind := tape.reader()
	text := strings.Repeat("0123456789abcdef", maxKept/16+maxPending)
	wrote := make(chan error, 1)
	go func() {
		_, err := tape.Write([]byte(text))
		tape.end()
		wrote <- err
	}()
	got, err := io.ReadAll(first)
	if err != nil || !bytes.Equal(got, []byte(text)) {
		t.Errorf("%d of %d bytes, %v", len(got), len(text), err)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
	if tape.whole() || cap(tape.data) > 4*maxKept {
		t.Errorf("%d bytes are kept", cap(tape.data))
	}
	if _, err := behind.Read(make([]byte, 1)); !errors.Is(err, errLost) {
		t.Error(err)
	}
	if _, err := tape.reader().Read(make([]byte, 1)); !errors.Is(err, errLost) {
		t.Error(err)
	}
}

// TestTapeBlocks: who types ahead waits, and is let go when the run ends.
func TestTapeBlocks(t *testing.T) {
	tape := newTape()
	wrote := make(chan int, 1)
	go func() {
		n, err := tape.Write(make([]byte, 2*maxPending+1))
		if !errors.Is(err, ErrEnded) {
			t.Error(err)
		}
		wrote <- n
	}()
	r := tape.reader()
	readN(t, r, 1)
	readN(t, r, maxPending-1)
	select {
	case n := <-wrote:
		t.Errorf("%d bytes were taken at once", n)
	default:
	}
	tape.close()
	if n := <-wrote; n < maxPending || n > 2*maxPending {
		t.Errorf("%d bytes taken", n)
	}
}
