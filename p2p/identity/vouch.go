package identity

import (
	"errors"
	"fmt"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// vouchDomain separates the signatures of vouches from all others.
const vouchDomain = "vouch 1"

// ErrVouch is wrapped by every error that means "this is no word that the room may go over to that key".
var ErrVouch = errors.New("not a word that this room has moved")

// Vouch is the word that a room hosted by the key From may be hosted by the key To: a teacher has another machine. It is
// signed by From itself or by a co-teacher, whose certificate by From is with it. It carries no date.
type Vouch struct {
	Version     uint8        `cbor:"1,keyasint"`
	Room        string       `cbor:"2,keyasint"`
	From        peer.ID      `cbor:"3,keyasint"`
	To          peer.ID      `cbor:"4,keyasint"`
	By          peer.ID      `cbor:"5,keyasint"`
	Certificate *Certificate `cbor:"6,keyasint,omitempty"` // of By, where By is not From
	Sig         []byte       `cbor:"7,keyasint,omitempty"`
}

// Vouch signs the word that room, hosted by from, may be hosted by to. mine is this device's certificate; the host, which
// vouches for its successor, has none to show.
func (d *Device) Vouch(room string, from, to peer.ID, mine *Certificate) (Vouch, error) {
	v := Vouch{Version: wire.Version, Room: room, From: from, To: to, By: d.ID()}
	if v.By != from {
		v.Certificate = mine
	}
	msg, err := v.signed()
	if err != nil {
		return Vouch{}, err
	}
	if v.Sig, err = d.Sign(vouchDomain, msg); err != nil {
		return Vouch{}, err
	}
	return v, v.Verify(room, from)
}

// Verify checks that v is of this room and was signed by its host from, or by a co-teacher of that host. Whether the
// co-teacher has lost the role since is for the facts to tell.
func (v Vouch) Verify(room string, from peer.ID) error {
	switch {
	case v.Version != wire.Version || !wire.ValidRoomID(v.Room) || v.Room != room:
		return fmt.Errorf("%w: it is of another room or version", ErrVouch)
	case v.From != from || v.To == from || !wire.ValidSigner(v.To):
		return fmt.Errorf("%w: it is about other keys", ErrVouch)
	}
	if v.By != from {
		if err := v.byCoTeacher(); err != nil {
			return err
		}
	}
	msg, err := v.signed()
	if err != nil {
		return err
	}
	if err := Verify(v.By, vouchDomain, msg, v.Sig); err != nil {
		return fmt.Errorf("%w: %w", ErrVouch, err)
	}
	return nil
}

func (v Vouch) byCoTeacher() error {
	c := v.Certificate
	if c == nil || c.Peer != v.By || !c.Role.Teaches() {
		return fmt.Errorf("%w: who signed it does not teach there", ErrVouch)
	}
	if err := c.Verify(v.Room, v.From); err != nil {
		return fmt.Errorf("%w: %w", ErrVouch, err)
	}
	return nil
}

func (v Vouch) signed() ([]byte, error) {
	v.Sig = nil
	return wire.Marshal(v)
}

// MaxMoves bounds how often a room may have moved.
const MaxMoves = 8

// Successor follows a chain of vouches from a room's host to the key that hosts it now.
func Successor(room string, host peer.ID, chain []Vouch) (peer.ID, error) {
	if len(chain) > MaxMoves {
		return "", fmt.Errorf("%w: it has moved more than %d times", ErrVouch, MaxMoves)
	}
	begun := false
	for _, v := range chain {
		if v.From != host && !begun {
			continue // of before the host that is known here
		}
		if err := v.Verify(room, host); err != nil {
			return "", err
		}
		host, begun = v.To, true
	}
	if !begun {
		return "", fmt.Errorf("%w: nobody vouches for it", ErrVouch)
	}
	return host, nil
}
