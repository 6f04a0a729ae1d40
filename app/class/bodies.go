package class

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Kinds of facts. A kind that this version does not know changes nothing.
const (
	KindOpened   = "room.opened"     // the host says what the room is called
	KindAdmitted = "member.admitted" // the host admits a member, or gives it another role
	KindRemoved  = "member.removed"  // a teacher removes a member
	KindSaid     = "chat.said"       // a member says something to the class
	KindSent     = "code.sent"       // a teacher puts code in front of every student
	KindHandedIn = "work.handed_in"  // a student hands in; private to those who teach
)

// Limits of what a fact may hold.
const (
	MaxMessage = 4000      // code points of one chat message
	MaxCode    = 192 << 10 // bytes of the code in one fact, all files together
	MaxFiles   = 64        // files in one submission
)

// ErrBody is wrapped by every error that means "this is not a fact that a member could have stated".
var ErrBody = errors.New("not a usable fact")

// Opened is the body of KindOpened.
type Opened struct {
	Title   string `cbor:"1,keyasint"`
	Course  string `cbor:"2,keyasint"` // "" for a room without a course
	Teacher string `cbor:"3,keyasint"`
}

// Admitted is the body of KindAdmitted.
type Admitted struct {
	Certificate identity.Certificate `cbor:"1,keyasint"`
	// Heard is how many facts of the member the host held: see Muted. It bounds what a role that is taken away did.
	Heard *uint64 `cbor:"2,keyasint,omitempty"`
}

// Removed is the body of KindRemoved. KindRestored and admitting again undo it.
type Removed struct {
	Peer  peer.ID `cbor:"1,keyasint"`
	Heard *uint64 `cbor:"2,keyasint,omitempty"` // how many facts of the member its author held: see Muted
}

// Said is the body of KindSaid.
type Said struct {
	Text string `cbor:"1,keyasint"`
	At   int64  `cbor:"2,keyasint"` // when, Unix ms of the room's clock as its author knew it
}

// Sent is the body of KindSent.
type Sent struct {
	Title string `cbor:"1,keyasint"`
	Text  string `cbor:"2,keyasint"`
	At    int64  `cbor:"3,keyasint"`
}

// File is one file of a submission.
type File struct {
	Name string `cbor:"1,keyasint"`
	Text string `cbor:"2,keyasint"`
}

// HandedIn is the body of KindHandedIn.
type HandedIn struct {
	Title string `cbor:"1,keyasint"`
	Files []File `cbor:"2,keyasint"`
	At    int64  `cbor:"3,keyasint"`
}

func (b Opened) check() error {
	for _, name := range []string{b.Title, b.Teacher} {
		if err := cleaned(name, wire.MaxTitle); err != nil {
			return err
		}
	}
	if b.Course == "" {
		return nil
	}
	return cleaned(b.Course, wire.MaxTitle)
}

func (b Said) check() error {
	if n := utf8.RuneCountInString(b.Text); n > MaxMessage {
		return fmt.Errorf("%w: the message has %d characters where %d are allowed", ErrBody, n, MaxMessage)
	}
	if b.Text != wire.CleanText(b.Text) {
		return fmt.Errorf("%w: the message has characters that cannot be shown", ErrBody)
	}
	return errors.Join(hasText(b.Text), dated(b.At))
}

func (b Sent) check() error {
	if err := cleaned(b.Title, wire.MaxTitle); err != nil {
		return err
	}
	return errors.Join(codeFits(len(b.Text)), dated(b.At))
}

func (b HandedIn) check() error {
	if err := cleaned(b.Title, wire.MaxTitle); err != nil {
		return err
	}
	if len(b.Files) == 0 || len(b.Files) > MaxFiles {
		return fmt.Errorf("%w: it has %d files where 1 to %d are allowed", ErrBody, len(b.Files), MaxFiles)
	}
	size := 0
	for _, f := range b.Files {
		if err := cleaned(f.Name, wire.MaxTitle); err != nil {
			return err
		}
		size += len(f.Text)
	}
	return errors.Join(codeFits(size), dated(b.At))
}

func codeFits(bytes int) error {
	if bytes > MaxCode {
		return fmt.Errorf("%w: the code has %d bytes where %d are allowed", ErrBody, bytes, MaxCode)
	}
	return nil
}

// dated refuses a moment that no page could show.
func dated(at int64) error {
	if !wire.ValidTime(at) {
		return fmt.Errorf("%w: its time is out of range", ErrBody)
	}
	return nil
}

func hasText(s string) error {
	if strings.TrimSpace(s) == "" {
		return fmt.Errorf("%w: it is empty", ErrBody)
	}
	return nil
}

func cleaned(s string, max int) error {
	clean, err := wire.CleanName(s, max)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBody, err)
	}
	if clean != s {
		return fmt.Errorf("%w: a name in it is not in its plain form", ErrBody)
	}
	return nil
}

// Body is what a fact says, one of the types of this file.
type Body interface{ check() error }

// check looks at the form only: the certificate is verified where the room and its host are known.
func (b Admitted) check() error {
	return someone(b.Certificate.Peer)
}

func (b Removed) check() error { return someone(b.Peer) }

// Encode makes the bytes of a fact's body, refusing one that no receiver would take.
func Encode(b Body) ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	return wire.Marshal(b)
}

// decode reads a body of type T and checks it.
func decode[T Body](raw []byte) (T, error) {
	var b T
	if err := wire.Unmarshal(raw, &b); err != nil {
		return b, err
	}
	return b, b.check()
}
