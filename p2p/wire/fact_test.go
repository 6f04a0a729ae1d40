package wire

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
)

func someone(t testing.TB, seed byte) peer.ID {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	id, err := peer.IDFromPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func someHeader(t testing.TB) FactHeader {
	return FactHeader{Version: Version, Room: "aaaaaaaaaaaaaaaa", Author: someone(t, 1), Seq: 1, Lamport: 1, Kind: "chat.said",
		Audience: []peer.ID{someone(t, 2)}, BodyHash: sha256.Sum256([]byte("hello")), BodySize: 5}
}

func TestFactHeaderRoundTrips(t *testing.T) {
	h := someHeader(t)
	raw, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeFactHeader(raw)
	if err != nil || got.Author != h.Author || got.BodyHash != h.BodyHash || len(got.Audience) != 1 || got.Audience[0] != h.Audience[0] {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := h.CheckBody([]byte("hello")); err != nil {
		t.Error(err)
	}
	for _, body := range []string{"", "hellO", "hello "} {
		if err := h.CheckBody([]byte(body)); !errors.Is(err, ErrFact) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestOnlyOneEncodingOfAHeaderIsTaken(t *testing.T) {
	raw, err := someHeader(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	unknown := append([]byte{raw[0] + 1}, raw[1:]...)
	unknown = append(unknown, 0x18, 0x63, 0x01) // a field 99
	short := bytes.Replace(raw, append([]byte{0x58, 0x20}, make([]byte, 32)...), []byte{0x41, 0}, 1)
	if bytes.Equal(short, raw) {
		t.Fatal("the test does not find what it wants to change")
	}
	for name, b := range map[string][]byte{"an unknown field": unknown, "a short hash": short, "trailing bytes": append(bytes.Clone(raw), 0), "cut": raw[:40]} {
		if _, err := DecodeFactHeader(b); !errors.Is(err, ErrFact) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheLargestHeaderFits(t *testing.T) {
	h := someHeader(t)
	h.Kind, h.Seq, h.Lamport, h.BodySize = strings.Repeat("k", MaxKind), MaxSeq, MaxSeq*MaxLamportJump, MaxBody
	h.Audience = nil
	for range MaxAudience {
		key, _, err := crypto.GenerateEd25519Key(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := peer.IDFromPrivateKey(key)
		h.Audience = append(h.Audience, id)
	}
	for i := range h.Audience { // in order
		for j := range i {
			if h.Audience[i] < h.Audience[j] {
				h.Audience[i], h.Audience[j] = h.Audience[j], h.Audience[i]
			}
		}
	}
	raw, err := h.Encode()
	if err != nil || len(raw) > MaxFactHeader {
		t.Fatalf("%d bytes, %v", len(raw), err)
	}
	if MaxSeq*MaxLamportJump > 1<<53 {
		t.Error("a clock may not be exact in a JavaScript number")
	}
}

func TestKinds(t *testing.T) {
	for _, s := range []string{"a", "chat.said", "work.handed-in", "x_y", strings.Repeat("z", MaxKind)} {
		if !ValidKind(s) {
			t.Errorf("%q was refused", s)
		}
	}
	for _, s := range []string{"", "A", "a b", "a\x00", "é", "a1", strings.Repeat("z", MaxKind+1)} {
		if ValidKind(s) {
			t.Errorf("%q was taken", s)
		}
	}
}

func TestSignersHaveEd25519Keys(t *testing.T) {
	key, _, err := crypto.GenerateSecp256k1Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, _ := peer.IDFromPrivateKey(key)
	for _, p := range []peer.ID{"", "x", other, peer.ID(strings.Repeat("x", 38))} {
		if ValidSigner(p) {
			t.Errorf("%q was taken", string(p))
		}
	}
	if !ValidSigner(someone(t, 1)) {
		t.Error("a real one was refused")
	}
}

func FuzzFactHeader(f *testing.F) {
	raw, err := someHeader(f).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := DecodeFactHeader(raw)
		if err != nil {
			return
		}
		again, err := h.Encode()
		if err != nil || !bytes.Equal(again, raw) {
			t.Fatalf("%x became %x (%v)", raw, again, err)
		}
	})
}

func FuzzJournalMessage(f *testing.F) {
	b, _ := Marshal(JournalMessage{Hello: &JournalHello{Version: Version, Room: "aaaaaaaaaaaaaaaa", Heads: []JournalHead{{Author: someone(f, 1), Seq: 1}}}})
	f.Add(b)
	b, _ = Marshal(JournalMessage{Facts: []Fact{{Header: []byte{1}}}})
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var m JournalMessage
		if Unmarshal(b, &m) != nil || m.Check() != nil {
			return
		}
		if again, err := Marshal(m); err != nil || Unmarshal(again, &m) != nil {
			t.Fatalf("what was taken cannot be sent: %v", err)
		}
	})
}
