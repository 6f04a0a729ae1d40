package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"
)

func sampleSeekAnswer(t testing.TB) SeekAnswer {
	t.Helper()
	host, err := peer.Decode("12D3KooWAWiurAQyKDPyiunMg7Jv5hMkYeWcoMckTVD7zWLjN7kQ")
	if err != nil {
		t.Fatal(err)
	}
	return SeekAnswer{
		Nonce: []byte("12345678"), Room: "abcdefghijklmnop", Host: []byte(host), Port: UsualPort,
		Title: "Loops", Course: "Go", Teacher: "Ms Lee", Locked: true, Members: 3,
	}
}

// The vectors must always load: machines with older programs say them.
const (
	seekAskVector    = "33533f31a101483132333435363738"
	seekAnswerVector = "33532131a90148313233343536373802706162636465666768696a6b6c6d6e6f700358260024080112200a56afce5e5d41a4" +
		"c90519a09b38d951a5682a9dbf5de68adb4c7d68b89b97350419b80905654c6f6f70730662476f07664d73204c656508f50903"
)

func TestSeek(t *testing.T) {
	ask, err := SeekAsk{Nonce: []byte("12345678")}.Encode()
	if err != nil || hex.EncodeToString(ask) != seekAskVector {
		t.Fatalf("%x, %v", ask, err)
	}
	if a, err := DecodeSeekAsk(ask); err != nil || string(a.Nonce) != "12345678" {
		t.Errorf("%+v, %v", a, err)
	}
	want := sampleSeekAnswer(t)
	raw, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeSeekAnswer(raw); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got := hex.EncodeToString(raw); got != seekAnswerVector {
		t.Errorf("the answer is written as %s", got)
	}
}

func TestSeekIsBounded(t *testing.T) {
	for name, change := range map[string]func(*SeekAnswer){
		"no nonce":           func(a *SeekAnswer) { a.Nonce = nil },
		"a long nonce":       func(a *SeekAnswer) { a.Nonce = make([]byte, 9) },
		"no room":            func(a *SeekAnswer) { a.Room = "Loops" },
		"no host":            func(a *SeekAnswer) { a.Host = []byte("x") },
		"no port":            func(a *SeekAnswer) { a.Port = 0 },
		"fewer than nobody":  func(a *SeekAnswer) { a.Members = -1 },
		"more than everyone": func(a *SeekAnswer) { a.Members = seekMembers + 1 },
	} {
		a := sampleSeekAnswer(t)
		change(&a)
		raw, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeSeekAnswer(raw); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := sampleSeekAnswer(t)
	long.Title = strings.Repeat("x", MaxSeek)
	if _, err := long.Encode(); !errors.Is(err, ErrMessage) {
		t.Errorf("a title of a whole datagram: %v", err)
	}
	ask, err := SeekAsk{Nonce: make([]byte, SeekNonceSize)}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "a mark": seekAskMark, "an answer": append(bytes.Clone(seekAnswerMark), ask[4:]...),
		"followed by something": append(bytes.Clone(ask), 0), "cut short": ask[:len(ask)-1],
	} {
		if _, err := DecodeSeekAsk(b); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecodeSeek(f *testing.F) {
	raw, err := sampleSeekAnswer(f).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte("3S?1\xa1\x01\x4812345678"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := DecodeSeekAsk(b); err == nil && len(a.Nonce) != SeekNonceSize {
			t.Fatalf("%+v", a)
		}
		if a, err := DecodeSeekAnswer(b); err == nil {
			if _, err := peer.IDFromBytes(a.Host); err != nil || a.Port == 0 || !ValidRoomID(a.Room) {
				t.Fatalf("%+v", a)
			}
		}
	})
}
