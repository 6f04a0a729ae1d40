package wire

import (
	"bufio"
	"bytes"
	"testing"
)

func FuzzReadFrame(f *testing.F) {
	var b bytes.Buffer
	for _, v := range []any{JournalMessage{End: true}, MirrorAck{ID: "code"}, DocPull{ID: "board"}} {
		if err := WriteFrame(&b, MaxFrame, v); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(b.Bytes())
	f.Add([]byte{0})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bufio.NewReader(bytes.NewReader(b))
		for range len(b) + 1 {
			var m JournalMessage
			if ReadFrame(r, 64, &m) != nil {
				return
			}
		}
		t.Fatal("frames out of nothing")
	})
}
