package identity

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/libp2p/go-libp2p/core/crypto"

	"thirdspace/p2p/wire"
)

func newDevice(t *testing.T) *Device {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDevice(key)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDeviceKeyIsKeptAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.key")
	first, err := LoadDevice(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key file: %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	second, err := LoadDevice(path)
	if err != nil || second.ID() != first.ID() {
		t.Fatalf("another key after a restart (%v)", err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Fatalf("a key open to others stayed so: %v", info.Mode())
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Fatalf("files left behind: %v", entries)
	}
}

func TestDamagedDeviceKeyIsRefusedAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.key")
	for name, content := range map[string][]byte{
		"empty": {}, "garbage": []byte("not a key"), "huge": bytes.Repeat([]byte{1}, 1<<20),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadDevice(path); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", name, err)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, content) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func TestSignaturesAreSeparatedByDomain(t *testing.T) {
	d, other := newDevice(t), newDevice(t)
	sig, err := d.Sign("fact", []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(d.ID(), "fact", []byte("hello"), sig); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"other domain":  Verify(d.ID(), "receipt", []byte("hello"), sig),
		"shifted split": Verify(d.ID(), "fac", []byte("thello"), sig),
		"other message": Verify(d.ID(), "fact", []byte("hellO"), sig),
		"other signer":  Verify(other.ID(), "fact", []byte("hello"), sig),
		"no signer":     Verify("", "fact", []byte("hello"), sig),
		"no signature":  Verify(d.ID(), "fact", []byte("hello"), nil),
	} {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCertificate(t *testing.T) {
	host, student, stranger := newDevice(t), newDevice(t), newDevice(t)
	room := wire.NewRoomID()
	good, err := host.Certify(Certificate{Room: room, Peer: student.ID(), Name: "Ada", Role: RoleStudent, Number: 2})
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := wire.Marshal(good)
	var back Certificate
	if err := wire.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if err := back.Verify(room, host.ID()); err != nil {
		t.Fatalf("after a journey: %v", err)
	}
	change := func(f func(*Certificate)) Certificate { c := back; f(&c); return c }
	for name, c := range map[string]Certificate{
		"promoted":      change(func(c *Certificate) { c.Role = RoleTeacher }),
		"renamed":       change(func(c *Certificate) { c.Name = "Bea" }),
		"stolen":        change(func(c *Certificate) { c.Peer = stranger.ID() }),
		"renumbered":    change(func(c *Certificate) { c.Number = 3 }),
		"other version": change(func(c *Certificate) { c.Version = 9 }),
		"no signature":  change(func(c *Certificate) { c.Sig = nil }),
		"invisible":     change(func(c *Certificate) { c.Name = "A\u200bda" }),
		"odd role":      change(func(c *Certificate) { c.Role = "owner" }),
	} {
		if err := c.Verify(room, host.ID()); !errors.Is(err, ErrCertificate) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := good.Verify(wire.NewRoomID(), host.ID()); !errors.Is(err, ErrCertificate) {
		t.Errorf("in another room: %v", err)
	}
	if err := good.Verify(room, stranger.ID()); !errors.Is(err, ErrCertificate) {
		t.Errorf("of another host: %v", err)
	}
	if _, err := host.Certify(Certificate{Room: room, Peer: student.ID(), Name: "", Role: RoleStudent, Number: 2}); err == nil {
		t.Error("a nameless member was certified")
	}
}

func TestFingerprint(t *testing.T) {
	// Vector: SHA-256("abc") begins ba7816bf 8f01cfea; its first four groups of 11 bits are 1491, 1541, 1407, 240.
	if got := Words([]byte("abc")); got != "risk scheme quiz bulk" {
		t.Fatalf("%q", got)
	}
	a, b := newDevice(t), newDevice(t)
	if Fingerprint(a.ID()) == Fingerprint(b.ID()) {
		t.Fatal("fingerprints do not tell two hosts apart")
	}
}

func FuzzCertificate(f *testing.F) {
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Certificate
		if wire.Unmarshal(b, &c) == nil && c.Verify("aaaaaaaaaaaaaaaa", c.Peer) == nil {
			t.Fatal("a certificate out of nothing")
		}
	})
}
