// Package identity says who is who. A device has one Ed25519 key, made when the program first runs on it: that key is
// its libp2p identity, signs what its person says, and, on the machine that hosts a room, is the room's own authority.
// There is no account, no password and no date that trust depends on, for clocks in a lab are wrong.
//
// A room admits a device by signing a [Certificate] for it; everyone checks everything later against that certificate,
// also while the host is away. People compare a room's [Fingerprint], four words, when they want to be sure that the
// room on their screen is the teacher's.
package identity

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
)

// Device is this machine's key.
type Device struct {
	key crypto.PrivKey
	id  peer.ID
}

// maxKeyFile bounds the key file in bytes; a libp2p Ed25519 key takes 68.
const maxKeyFile = 1 << 10

// LoadDevice reads the device key at path, or makes one there if the file does not exist. The file is readable by its
// owner only. A file that is not an Ed25519 key is an error and is left as it is: making a new key would make this
// machine a stranger in every room it knows.
func LoadDevice(path string) (*Device, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return createDevice(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading this device's key: %w", err)
	}
	if info.Size() > maxKeyFile || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the device key %s is damaged: it is not a key file", path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading this device's key: %w", err)
	}
	key, err := crypto.UnmarshalPrivateKey(raw)
	if err != nil || key.Type() != crypto.Ed25519 {
		return nil, fmt.Errorf("the device key %s is damaged; restore it from a copy, or move it away to start as a new device", path)
	}
	if err := restrict(path, info); err != nil {
		return nil, err
	}
	return NewDevice(key)
}

// restrict takes the key file away from everyone but its owner, where the file system knows of owners.
func restrict(path string, info fs.FileInfo) error {
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return fmt.Errorf("making the device key private: %w", err)
	}
	return nil
}

// NewDevice makes a device of a key held in memory.
func NewDevice(key crypto.PrivKey) (*Device, error) {
	id, err := peer.IDFromPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("reading the identity of a device key: %w", err)
	}
	return &Device{key: key, id: id}, nil
}

// createDevice makes a new key and puts it at path whole or not at all: it is written beside it, flushed, and moved
// into place. The lock on the data folder keeps two processes from making two.
func createDevice(path string) (*Device, error) {
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making this device's key: %w", err)
	}
	raw, err := crypto.MarshalPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("making this device's key: %w", err)
	}
	if err := writeWhole(path, raw); err != nil {
		return nil, fmt.Errorf("keeping this device's key: %w", err)
	}
	return NewDevice(key)
}

func writeWhole(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".device-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// ID is the device's libp2p peer id: its public key.
func (d *Device) ID() peer.ID { return d.id }

// Key is the private key, for the libp2p host.
func (d *Device) Key() crypto.PrivKey { return d.key }

// Sign signs msg under a domain: a short constant that says what kind of thing is signed, so that a signature made for
// one purpose can never be passed off as another.
func (d *Device) Sign(domain string, msg []byte) ([]byte, error) {
	sig, err := d.key.Sign(separated(domain, msg))
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return sig, nil
}

// ErrSignature is wrapped by every error that means "this was not signed by who it says".
var ErrSignature = errors.New("the signature is not right")

// Verify checks that the device id signed msg under domain. A peer id of an Ed25519 key holds the key itself, so
// nothing else is needed.
func Verify(id peer.ID, domain string, msg, sig []byte) error {
	pub, err := id.ExtractPublicKey()
	if err != nil || pub.Type() != crypto.Ed25519 {
		return fmt.Errorf("%w: the signer has no Ed25519 key", ErrSignature)
	}
	ok, err := pub.Verify(separated(domain, msg), sig)
	if err != nil || !ok {
		return ErrSignature
	}
	return nil
}

// separated puts "thirdspace", the domain and a zero byte before msg; no domain contains a zero byte.
func separated(domain string, msg []byte) []byte {
	b := make([]byte, 0, len("thirdspace ")+len(domain)+1+len(msg))
	b = append(b, "thirdspace "...)
	b = append(b, domain...)
	b = append(b, 0)
	return append(b, msg...)
}
