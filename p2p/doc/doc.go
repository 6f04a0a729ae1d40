// Package doc keeps live documents: texts that one machine owns and others follow or help to write, keystroke by
// keystroke.
//
// The machine of a document's owner is its [Authority], in the sense of CodeMirror's collaborative editing
// (https://codemirror.net/examples/collab/): it takes updates made on top of its newest version, numbers them and
// hands them on; who was late pulls, rebases in the editor and pushes again. That is the whole algorithm. Everyone
// else holds a [Replica], which applies numbered updates in their order and says so when one is missing.
//
// Changes are CodeMirror's ChangeSets in their JSON form, so positions count UTF-16 units and lines end in \n. They
// are checked before they are applied: to the length of the text, to its bounds, and to being text at all (half of a
// surrogate pair is not). An editor should clean what is pasted of such halves, or its push is refused.
//
// An epoch is one life of an authority. It is made anew whenever the document is loaded, because what was shown to
// others in the last moment before a crash may be missing from the disk, and a version number must never mean two
// texts. Whoever holds another epoch starts again from a [Snapshot].
//
// # Use
//
// A [Store] holds this machine's documents, own and followed, makes them durable in groups, and tells of every change.
// [Store.Own] gives an authority, [Store.Follow] a replica. A [Board] shows documents to the class over pubsub, and
// follows those of others. A [MirrorSender] brings a student's own documents to the host over a stream, and a
// [MirrorReceiver] takes them there. [Looks] tells the owners of documents that someone here looks at them, and pushes
// what is typed here to those who have let us; [Lookers] is the owner's side of it.
//
// # What it promises
//
//   - After any push, loss, repetition, reordering or restart, followers reach the owner's text, or know that they have
//     not and ask.
//   - A push is taken whole or not at all.
//   - A change is on the disk a quarter of a second after it was made, as far as the disk is able; [Store.Close] writes
//     the rest. What was written loads back exactly.
//   - Carets are passed on and never stored. Each belongs to a version, and is carried through the changes after it.
//   - Nobody but the owner, and whom the owner's person has let, changes a document; each change is stored with who made it.
//   - No input makes it panic, or use memory or time out of proportion.
package doc

import (
	"encoding/json"
	"errors"
	"fmt"

	"thirdspace/p2p/wire"
)

// Limits of a document.
const (
	MaxText    = wire.MaxDocText    // bytes of a text in UTF-8
	MaxChange  = wire.MaxDocChange  // bytes of one change
	MaxUpdates = wire.MaxDocUpdates // updates in one push
)

// Errors that say what to do next.
var (
	// ErrStale: the push was not made on the newest version. Pull, rebase and push again.
	ErrStale = errors.New("the document has moved on")
	// ErrEpoch: the document has begun a new life. Take a snapshot.
	ErrEpoch = errors.New("the document was opened anew")
	// ErrPruned: updates so old are not kept. Take a snapshot.
	ErrPruned = errors.New("the document no longer keeps that version")
	// ErrGap: updates before these are missing. Pull.
	ErrGap = errors.New("changes before these are missing")
	// ErrChange is wrapped by every error that means "this cannot be a change of this text".
	ErrChange = errors.New("not a valid change of the document")
	// ErrText is wrapped by every error that means "this cannot be the text of a document".
	ErrText = errors.New("not a valid text of a document")
)

// Update is one change of a document. Its JSON form is what CodeMirror's collab package takes and gives.
type Update struct {
	ClientID string          `json:"clientID"` // the editor that made it
	Changes  json.RawMessage `json:"changes"`  // ChangeSet.toJSON()
	Author   string          `json:"author"`   // peer id, as text
	Time     int64           `json:"time"`     // Unix milliseconds on the owner's clock
}

// Snapshot is a document's text at one version.
type Snapshot struct {
	ID      string `json:"id"`
	Owner   string `json:"owner"` // peer id, as text
	Epoch   string `json:"epoch"` // empty: nothing has been received yet
	Version int    `json:"version"`
	Text    string `json:"text"`
}

// Caret is a cursor or a selection, in UTF-16 units. Anchor is the side that stays, Head the side that moves.
type Caret struct {
	Anchor int `json:"anchor"`
	Head   int `json:"head"`
}

// clamp brings a caret into a text of n units.
func (c Caret) clamp(n int) Caret {
	return Caret{Anchor: min(max(c.Anchor, 0), n), Head: min(max(c.Head, 0), n)}
}

// through carries a caret of the text before a change into the text after it.
func (c Caret) through(ch change) Caret {
	return Caret{Anchor: ch.mapPos(c.Anchor), Head: ch.mapPos(c.Head)}
}

// Version names one state of a document.
type Version struct {
	Epoch   string `json:"epoch"`
	Version int    `json:"version"`
}

// Change tells what has happened to a document. Updates made version From+len(Updates) out of From; Reset says that
// the text is another and must be taken with Snapshot; neither means that only the caret has moved.
type Change struct {
	ID      string
	Owner   string
	Epoch   string
	From    int
	Updates []Update
	Reset   bool
	Caret   *Caret // where it stands now, if it is known
}

// check tells what is wrong with the form of an update.
func (u Update) check() error {
	if err := u.wire().Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrChange, err)
	}
	return nil
}

func (u Update) wire() wire.DocUpdate {
	return wire.DocUpdate{Client: u.ClientID, Changes: u.Changes, Author: u.Author, Time: u.Time}
}

func toWire(ups []Update) []wire.DocUpdate {
	out := make([]wire.DocUpdate, len(ups))
	for i, u := range ups {
		out[i] = u.wire()
	}
	return out
}

func fromWire(ups []wire.DocUpdate) []Update {
	out := make([]Update, len(ups))
	for i, u := range ups {
		out[i] = Update{ClientID: u.Client, Changes: u.Changes, Author: u.Author, Time: u.Time}
	}
	return out
}

func (c *Caret) wire() *wire.DocCaret {
	if c == nil {
		return nil
	}
	return &wire.DocCaret{Anchor: uint64(max(c.Anchor, 0)), Head: uint64(max(c.Head, 0))}
}

func caretFrom(w *wire.DocCaret) *Caret {
	if w == nil {
		return nil
	}
	return &Caret{Anchor: int(min(w.Anchor, MaxText)), Head: int(min(w.Head, MaxText))}
}
