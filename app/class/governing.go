package class

import (
	"fmt"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Kinds of facts about who may do what. A role is given and taken by KindAdmitted: the certificate in it has the role.
const (
	KindRestored = "member.restored" // a removal is taken back
	KindMuted    = "member.muted"    // a member's chat counts, or does not
	KindClaimed  = "seat.claimed"    // a student's seat goes over to the key of another machine
	KindMoved    = "room.moved"      // the room is hosted by another key from here on; its first fact states it
	KindVouched  = "room.vouched"    // the word that another key may host the room; private to that key
	KindAsked    = "card.asked"      // a student wants a card
	KindCard     = "card.issued"     // a seat's card; private to the seat
	KindKept     = "seat.code"       // the text of a seat's code as the host held it; private to the seat
)

// CardSecret is the length in bytes of what a card proves.
const CardSecret = 8

// Restored is the body of KindRestored.
type Restored struct {
	Peer peer.ID `cbor:"1,keyasint"`
}

// Muted is the body of KindMuted. Observers are mute until a fact says otherwise.
type Muted struct {
	Peer  peer.ID `cbor:"1,keyasint"`
	Muted bool    `cbor:"2,keyasint"`
	// Heard is how many facts of the member its author held: what has a higher number was stated later, whatever
	// its clock says. nil where that is not told.
	Heard *uint64 `cbor:"3,keyasint,omitempty"`
}

// Claimed is the body of KindClaimed: the key From speaks no more, To speaks for its seat, and what From stated is To's.
type Claimed struct {
	From  peer.ID `cbor:"1,keyasint"`
	To    peer.ID `cbor:"2,keyasint"`
	Heard *uint64 `cbor:"3,keyasint,omitempty"` // of From
}

// Moved is the body of KindMoved, stated by the key that hosts the room from here on.
type Moved struct {
	Vouch identity.Vouch `cbor:"1,keyasint"`
}

// Vouched is the body of KindVouched.
type Vouched struct {
	Vouch identity.Vouch `cbor:"1,keyasint"`
}

// Asked is the body of KindAsked.
type Asked struct {
	At int64 `cbor:"1,keyasint"` // Unix ms of the room's clock
}

// Card is the body of KindCard: whoever proves Secret may claim the seat. An empty secret takes the card back.
type Card struct {
	Number uint32 `cbor:"1,keyasint"` // of the seat
	Secret []byte `cbor:"2,keyasint"`
}

// Kept is the body of KindKept.
type Kept struct {
	Text string `cbor:"1,keyasint"`
	At   int64  `cbor:"2,keyasint"`
}

func (b Restored) check() error { return someone(b.Peer) }
func (b Muted) check() error    { return someone(b.Peer) }
func (b Asked) check() error    { return nil }
func (b Kept) check() error     { return codeFits(len(b.Text)) }
func (b Moved) check() error    { return vouchFits(b.Vouch) }
func (b Vouched) check() error  { return vouchFits(b.Vouch) }

func (b Claimed) check() error {
	if b.From == b.To {
		return fmt.Errorf("%w: a seat goes over to itself", ErrBody)
	}
	if err := someone(b.From); err != nil {
		return err
	}
	return someone(b.To)
}

func (b Card) check() error {
	if b.Number == 0 || len(b.Secret) != 0 && len(b.Secret) != CardSecret {
		return fmt.Errorf("%w: it is no card", ErrBody)
	}
	return nil
}

// vouchFits looks at the form only: the signatures are checked where the room and its hosts are known.
func vouchFits(v identity.Vouch) error {
	for _, p := range []peer.ID{v.From, v.To, v.By} {
		if err := someone(p); err != nil {
			return err
		}
	}
	return nil
}

func someone(p peer.ID) error {
	if !wire.ValidSigner(p) {
		return fmt.Errorf("%w: it names no one", ErrBody)
	}
	return nil
}
