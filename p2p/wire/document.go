package wire

import (
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Limits of documents.
const (
	MaxDocText    = 1 << 20   // bytes of a document's text in UTF-8
	MaxDocChange  = 256 << 10 // bytes of the updates in one message, and of one change
	MaxDocUpdates = 1000      // updates in one message
	MaxDocID      = 256       // bytes of a document's id
	MaxDocEpoch   = 64        // bytes of an epoch
	MaxDocClient  = 128       // bytes of the id of an editor
	MaxDocVersion = 1 << 40   // of a document
	MaxDocFrame   = 2 << 20   // bytes of one frame on the streams of documents, where a whole text must fit
)

// ErrDocument is wrapped by every error that means "this message about a document is not well formed".
var ErrDocument = errors.New("not a well-formed message about a document")

// DocUpdate is one accepted change of a document.
type DocUpdate struct {
	Client  string `cbor:"1,keyasint"` // which editor made it; the editor knows its own by it
	Changes []byte `cbor:"2,keyasint"` // a CodeMirror ChangeSet in its JSON form
	Author  string `cbor:"3,keyasint"` // peer id, as text
	Time    int64  `cbor:"4,keyasint"` // Unix milliseconds on the owner's clock; nothing is decided by it
}

// DocSnapshot is a document's whole text at one version.
type DocSnapshot struct {
	Epoch   string `cbor:"1,keyasint"`
	Version uint64 `cbor:"2,keyasint"`
	Text    string `cbor:"3,keyasint"` // lines end in \n alone
}

// DocCaret is where somebody's cursor stands, in UTF-16 units from the start. It is shown and forgotten.
type DocCaret struct {
	Anchor uint64 `cbor:"1,keyasint"`
	Head   uint64 `cbor:"2,keyasint"`
}

// BoardMessage goes over [TopicBoard]: updates of a document that is shown to the class, the first of which makes
// version From+1 out of From. Without updates it only says that From is the version now.
type BoardMessage struct {
	ID      string      `cbor:"1,keyasint"`
	Epoch   string      `cbor:"2,keyasint"`
	From    uint64      `cbor:"3,keyasint"`
	Updates []DocUpdate `cbor:"4,keyasint,omitempty"`
	Caret   *DocCaret   `cbor:"5,keyasint,omitempty"`
}

// DocPull asks a document's owner over [ProtoDoc] for what came after a version.
type DocPull struct {
	ID      string `cbor:"1,keyasint"`
	Epoch   string `cbor:"2,keyasint,omitempty"` // empty: nothing is held
	Version uint64 `cbor:"3,keyasint"`
}

// DocAnswer answers a [DocPull]: with the updates from the version asked for, or with a snapshot where the epoch is
// another or the version too old, or with the reason for giving neither.
type DocAnswer struct {
	Epoch    string       `cbor:"1,keyasint,omitempty"`
	From     uint64       `cbor:"2,keyasint"`
	Updates  []DocUpdate  `cbor:"3,keyasint,omitempty"`
	Snapshot *DocSnapshot `cbor:"4,keyasint,omitempty"`
	Caret    *DocCaret    `cbor:"5,keyasint,omitempty"`
	Refused  string       `cbor:"6,keyasint,omitempty"`
}

// MirrorUpdate goes from a student to the host over [ProtoMirror], about one document of the student's: a snapshot, or
// updates from a version, or neither, to be told how far the host has it. Each is answered by a [MirrorAck] before
// the next about the same document is sent.
type MirrorUpdate struct {
	ID       string       `cbor:"1,keyasint"`
	Epoch    string       `cbor:"2,keyasint,omitempty"`
	From     uint64       `cbor:"3,keyasint"`
	Updates  []DocUpdate  `cbor:"4,keyasint,omitempty"`
	Snapshot *DocSnapshot `cbor:"5,keyasint,omitempty"`
	Caret    *DocCaret    `cbor:"6,keyasint,omitempty"`
}

// MirrorAck says how far the host now has a document. After Refused the host takes no more of that document on this
// stream.
type MirrorAck struct {
	ID      string `cbor:"1,keyasint"`
	Epoch   string `cbor:"2,keyasint,omitempty"` // empty: nothing is held
	Version uint64 `cbor:"3,keyasint"`
	Refused string `cbor:"4,keyasint,omitempty"`
}

// CheckDocID tells whether id can name a document.
func CheckDocID(id string) error {
	if id == "" || len(id) > MaxDocID || !utf8.ValidString(id) {
		return fmt.Errorf("%w: its name is not usable", ErrDocument)
	}
	for _, r := range id {
		if !unicode.IsGraphic(r) || unicode.In(r, unicode.Cf) {
			return fmt.Errorf("%w: its name has the invisible character %U", ErrDocument, r)
		}
	}
	return nil
}

// Check tells what is wrong with the form of one update; whether its change fits a text is for package doc.
func (u DocUpdate) Check() error {
	switch {
	case len(u.Changes) == 0 || len(u.Changes) > MaxDocChange:
		return fmt.Errorf("%w: a change has %d bytes where 1 to %d are allowed", ErrDocument, len(u.Changes), MaxDocChange)
	case len(u.Client) > MaxDocClient || len(u.Author) > MaxDocClient:
		return fmt.Errorf("%w: a change's author is not usable", ErrDocument)
	}
	return nil
}

// Check tells what is wrong with the form of a snapshot.
func (s DocSnapshot) Check() error {
	if len(s.Text) > MaxDocText {
		return fmt.Errorf("%w: the text has %d bytes where %d are allowed", ErrDocument, len(s.Text), MaxDocText)
	}
	return checkVersion(s.Epoch, s.Version, false)
}

// Check tells what is wrong with the form of a message. Every error wraps [ErrDocument].
func (m BoardMessage) Check() error {
	return errors.Join(CheckDocID(m.ID), checkVersion(m.Epoch, m.From, false), checkUpdates(m.Updates))
}

// Check tells what is wrong with the form of a message.
func (p DocPull) Check() error {
	return errors.Join(CheckDocID(p.ID), checkVersion(p.Epoch, p.Version, true))
}

// Check tells what is wrong with the form of a message.
func (a DocAnswer) Check() error {
	switch {
	case len(a.Refused) > maxRefusal:
		return fmt.Errorf("%w: its reason is too long", ErrDocument)
	case a.Refused != "":
		return nil
	case a.Snapshot != nil:
		return a.Snapshot.Check()
	}
	return errors.Join(checkVersion(a.Epoch, a.From, false), checkUpdates(a.Updates))
}

// Check tells what is wrong with the form of a message.
func (m MirrorUpdate) Check() error {
	if err := CheckDocID(m.ID); err != nil {
		return err
	}
	if m.Snapshot != nil {
		if len(m.Updates) > 0 {
			return fmt.Errorf("%w: it has both a text and changes", ErrDocument)
		}
		return m.Snapshot.Check()
	}
	return errors.Join(checkVersion(m.Epoch, m.From, false), checkUpdates(m.Updates))
}

// Check tells what is wrong with the form of a message.
func (a MirrorAck) Check() error {
	if len(a.Refused) > maxRefusal {
		return fmt.Errorf("%w: its reason is too long", ErrDocument)
	}
	return errors.Join(CheckDocID(a.ID), checkVersion(a.Epoch, a.Version, true))
}

func checkVersion(epoch string, version uint64, mayBeEmpty bool) error {
	if epoch == "" && !mayBeEmpty || len(epoch) > MaxDocEpoch {
		return fmt.Errorf("%w: its epoch is not usable", ErrDocument)
	}
	if version > MaxDocVersion {
		return fmt.Errorf("%w: its version is out of range", ErrDocument)
	}
	return nil
}

func checkUpdates(ups []DocUpdate) error {
	if len(ups) > MaxDocUpdates {
		return fmt.Errorf("%w: it has %d changes where %d are allowed", ErrDocument, len(ups), MaxDocUpdates)
	}
	for _, u := range ups {
		if err := u.Check(); err != nil {
			return err
		}
	}
	return nil
}
