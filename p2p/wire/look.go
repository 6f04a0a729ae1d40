package wire

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// MaxLookFrame bounds a [LookSay] in bytes: the changes of one push, and what is around them.
const MaxLookFrame = MaxDocChange + 256<<10

// Words of a [LookSay].
const (
	LookOffer = "offer" // let us edit this together
	LookEnd   = "end"   // no more, or not after all
	LookLeave = "leave" // I look away
)

// States of a look, as the document's owner knows it.
const (
	LookLooking  = "looking"  // to be seen, nothing more
	LookOffered  = "offered"  // asked to edit together, and not answered yet
	LookTogether = "together" // may edit
	LookDeclined = "declined" // the owner would rather not
	LookEnded    = "ended"    // the owner has ended editing together
)

// maxLookState bounds a state's name in bytes; later versions may have others.
const maxLookState = 32

// LookSay goes from a person who looks at a document to its owner over [ProtoLook]. The first names the document. One
// without anything says: I am still here.
type LookSay struct {
	ID    string     `cbor:"1,keyasint,omitempty"`
	Word  string     `cbor:"2,keyasint,omitempty"`
	Caret *LookCaret `cbor:"3,keyasint,omitempty"`
	Push  *LookPush  `cbor:"4,keyasint,omitempty"`
}

// LookCaret is where somebody's cursor stands in one version of a document, in UTF-16 units.
type LookCaret struct {
	Epoch   string `cbor:"1,keyasint"`
	Version uint64 `cbor:"2,keyasint"`
	Anchor  uint64 `cbor:"3,keyasint"`
	Head    uint64 `cbor:"4,keyasint"`
}

// LookPush are changes made on top of a version, by someone who was let. Who made them and when is the owner's to note.
type LookPush struct {
	Epoch   string      `cbor:"1,keyasint"`
	From    uint64      `cbor:"2,keyasint"`
	Updates []DocUpdate `cbor:"3,keyasint"`
}

// LookAnswer goes back: how it stands, each time that changes, and the answer to each push, in the order of the pushes.
type LookAnswer struct {
	State string `cbor:"1,keyasint"`
	// Taken tells whether the push was taken. Push is what has happened since the version it was made on, itself included,
	// or why it cannot be taken at all.
	Taken bool       `cbor:"2,keyasint,omitempty"`
	Push  *DocAnswer `cbor:"3,keyasint,omitempty"`
}

// Check tells what is wrong with the form of a message. Every error wraps [ErrDocument].
func (s LookSay) Check() error {
	if s.ID != "" {
		if err := CheckDocID(s.ID); err != nil {
			return err
		}
	}
	switch s.Word {
	case "", LookOffer, LookEnd, LookLeave:
	default:
		return fmt.Errorf("%w: it says a word that is not known", ErrDocument)
	}
	if s.Caret != nil {
		if err := s.Caret.Check(); err != nil {
			return err
		}
	}
	if s.Push != nil {
		return s.Push.Check()
	}
	return nil
}

// Check tells what is wrong with the form of a caret.
func (c LookCaret) Check() error {
	if c.Anchor > MaxDocText || c.Head > MaxDocText {
		return fmt.Errorf("%w: the caret stands in no text", ErrDocument)
	}
	return checkVersion(c.Epoch, c.Version, false)
}

// Check tells what is wrong with the form of a push.
func (p LookPush) Check() error {
	if len(p.Updates) == 0 {
		return fmt.Errorf("%w: it has no changes", ErrDocument)
	}
	size := 0
	for _, u := range p.Updates {
		size += len(u.Changes)
	}
	if size > MaxDocChange {
		return fmt.Errorf("%w: its changes have %d bytes where %d are allowed", ErrDocument, size, MaxDocChange)
	}
	return errors.Join(checkVersion(p.Epoch, p.From, false), checkUpdates(p.Updates))
}

// Check tells what is wrong with the form of an answer.
func (a LookAnswer) Check() error {
	if a.State == "" || len(a.State) > maxLookState || !utf8.ValidString(a.State) {
		return fmt.Errorf("%w: how it stands is not told", ErrDocument)
	}
	if a.Push != nil {
		return a.Push.Check()
	}
	return nil
}
