package identity

import (
	"errors"
	"fmt"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// Role is what a member may do in a room.
type Role string

// The roles of a room.
const (
	RoleTeacher   Role = "teacher"
	RoleCoTeacher Role = "co-teacher"
	RoleStudent   Role = "student"
	RoleObserver  Role = "observer"
)

// Valid tells whether r is one of the four roles.
func (r Role) Valid() bool {
	switch r {
	case RoleTeacher, RoleCoTeacher, RoleStudent, RoleObserver:
		return true
	}
	return false
}

// Teaches tells whether r may see every student's work and speak on the board.
func (r Role) Teaches() bool { return r == RoleTeacher || r == RoleCoTeacher }

// certificateDomain separates the signatures of certificates from all others.
const certificateDomain = "membership certificate 1"

// ErrCertificate is wrapped by every error that means "this is not a certificate of this room".
var ErrCertificate = errors.New("not a membership certificate of this room")

// Certificate is a room's word that a device is its member. It is signed with the key of the room's host and carries
// no date: it holds until the room removes the member, which is a fact in the host's log.
type Certificate struct {
	Version uint8   `cbor:"1,keyasint"`
	Room    string  `cbor:"2,keyasint"`
	Peer    peer.ID `cbor:"3,keyasint"`
	Name    string  `cbor:"4,keyasint"` // clean in the sense of wire.CleanName
	Role    Role    `cbor:"5,keyasint"`
	Number  uint32  `cbor:"6,keyasint"` // the member's number in the room, from 1; the host of a room has 1
	Sig     []byte  `cbor:"7,keyasint,omitempty"`
}

// Certify fills in the version and signs c with this device's key, which must be that of the room's host.
func (d *Device) Certify(c Certificate) (Certificate, error) {
	c.Version = wire.Version
	if err := c.check(); err != nil {
		return Certificate{}, err
	}
	msg, err := c.signed()
	if err != nil {
		return Certificate{}, err
	}
	if c.Sig, err = d.Sign(certificateDomain, msg); err != nil {
		return Certificate{}, err
	}
	return c, nil
}

// Verify checks that c is well formed, is of this room, and was signed by its host.
func (c Certificate) Verify(room string, host peer.ID) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.Room != room {
		return fmt.Errorf("%w: it is of another room", ErrCertificate)
	}
	msg, err := c.signed()
	if err != nil {
		return err
	}
	if err := Verify(host, certificateDomain, msg, c.Sig); err != nil {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	return nil
}

func (c Certificate) signed() ([]byte, error) {
	c.Sig = nil
	return wire.Marshal(c)
}

func (c Certificate) check() error {
	if c.Version != wire.Version {
		return fmt.Errorf("%w: it is of version %d", ErrCertificate, c.Version)
	}
	if !wire.ValidRoomID(c.Room) {
		return fmt.Errorf("%w: it names no room", ErrCertificate)
	}
	if _, err := peer.IDFromBytes([]byte(c.Peer)); err != nil {
		return fmt.Errorf("%w: it names no device", ErrCertificate)
	}
	if clean, err := wire.CleanName(c.Name, wire.MaxName); err != nil || clean != c.Name {
		return fmt.Errorf("%w: the name in it is not usable", ErrCertificate)
	}
	if !c.Role.Valid() || c.Number == 0 {
		return fmt.Errorf("%w: its role or number is not usable", ErrCertificate)
	}
	return nil
}
