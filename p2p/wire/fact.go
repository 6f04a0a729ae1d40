package wire

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/libp2p/go-libp2p/core/crypto/pb"
	"github.com/libp2p/go-libp2p/core/peer"
)

// Limits of facts. A log is followed by everyone in the room, so a single entry must stay small; what is larger is a
// file.
const (
	MaxBody       = 256 << 10 // bytes of one fact's body
	MaxFactHeader = 2 << 10   // bytes of one fact's encoded header
	MaxKind       = 64        // bytes of a kind's name
	MaxAudience   = 16        // readers of one private fact
	MaxSeq        = 1 << 32   // facts in one author's log
	MaxHeads      = 4096      // branches of all logs of one room: authors, as long as no log is forked
	MaxBranches   = 8         // of one forked log
	MaxMissing    = 256       // bodies asked for in one hello
	MaxFacts      = 256       // facts in one message on a stream
	MaxReceipts   = 1024      // receipts in one message on a stream

	// MaxLamportJump bounds how far one fact may push its author's clock beyond the author's previous fact. With
	// MaxSeq it keeps every clock under 2^52, so that no author can spend the clock of the whole room, and every
	// value is exact in a JavaScript number.
	MaxLamportJump = 1 << 20
)

// ErrFact is wrapped by every error that means "this is not a well-formed fact".
var ErrFact = errors.New("not a well-formed fact")

// FactHeader is the signed part of a fact: all of it but the body, of which it holds the size and the hash, so that a
// log can be followed by those who may not read every body.
type FactHeader struct {
	Version  uint8     `cbor:"1,keyasint"`
	Room     string    `cbor:"2,keyasint"`
	Author   peer.ID   `cbor:"3,keyasint"`
	Seq      uint64    `cbor:"4,keyasint"` // from 1, without gaps
	Prev     [32]byte  `cbor:"5,keyasint"` // SHA-256 of the author's previous header; zeros for the first
	Lamport  uint64    `cbor:"6,keyasint"` // greater than that of every fact the author knew of
	Kind     string    `cbor:"7,keyasint"` // a-z . - _
	Audience []peer.ID `cbor:"8,keyasint,omitempty"`
	BodyHash [32]byte  `cbor:"9,keyasint"` // SHA-256
	BodySize uint32    `cbor:"10,keyasint"`
}

// Fact is a fact on the wire. Header is the exact bytes that were signed. Body is absent where the receiver may not
// read it, and where it is too large for the message.
type Fact struct {
	Header []byte `cbor:"1,keyasint"`
	Sig    []byte `cbor:"2,keyasint"`
	Body   []byte `cbor:"3,keyasint,omitempty"`
}

// Receipt is a reader's word that it holds the body of a private fact.
type Receipt struct {
	Room   string   `cbor:"1,keyasint"`
	Fact   [32]byte `cbor:"2,keyasint"` // SHA-256 of the fact's header
	Reader peer.ID  `cbor:"3,keyasint"`
	Sig    []byte   `cbor:"4,keyasint,omitempty"`
}

// JournalHead says how far the sender holds one branch of one author's log.
type JournalHead struct {
	Author peer.ID  `cbor:"1,keyasint"`
	Seq    uint64   `cbor:"2,keyasint"`
	Hash   [32]byte `cbor:"3,keyasint"`
}

// JournalHello opens each side's half of [ProtoJournal]: the room, and every branch of every log that the sender holds,
// in ascending order of authors and of hashes. A log that was never forked has one.
type JournalHello struct {
	Version uint8         `cbor:"1,keyasint"`
	Room    string        `cbor:"2,keyasint"`
	Heads   []JournalHead `cbor:"3,keyasint,omitempty"`
	// Missing are hashes of private facts of the sender's own whose bodies it has lost. Their readers have them.
	Missing [][32]byte `cbor:"4,keyasint,omitempty"`
}

// JournalMessage is one frame of [ProtoJournal]: exactly one of its fields is set.
type JournalMessage struct {
	Hello    *JournalHello `cbor:"1,keyasint,omitempty"`
	Facts    []Fact        `cbor:"2,keyasint,omitempty"`
	Receipts []Receipt     `cbor:"3,keyasint,omitempty"`
	End      bool          `cbor:"4,keyasint,omitempty"` // no more facts will come from this side
	Refused  string        `cbor:"5,keyasint,omitempty"` // why the sender closes the stream
}

// Encode checks h and gives the bytes to sign.
func (h FactHeader) Encode() ([]byte, error) {
	if err := h.Check(); err != nil {
		return nil, err
	}
	return Marshal(h)
}

// DecodeFactHeader reads a header and checks everything that can be checked without knowing the log it stands in. It
// takes only the one deterministic encoding, so that equal headers have equal hashes.
func DecodeFactHeader(raw []byte) (FactHeader, error) {
	if len(raw) > MaxFactHeader {
		return FactHeader{}, fmt.Errorf("%w: its header has %d bytes where %d are allowed", ErrFact, len(raw), MaxFactHeader)
	}
	var h FactHeader
	if err := Unmarshal(raw, &h); err != nil {
		return FactHeader{}, fmt.Errorf("%w: %w", ErrFact, err)
	}
	if err := h.Check(); err != nil {
		return FactHeader{}, err
	}
	again, err := Marshal(h)
	if err != nil || !bytes.Equal(again, raw) {
		return FactHeader{}, fmt.Errorf("%w: its header is not in the deterministic encoding", ErrFact)
	}
	return h, nil
}

// Check tells what is wrong with a header by itself. Every error wraps [ErrFact].
func (h FactHeader) Check() error {
	switch {
	case h.Version != Version:
		return fmt.Errorf("%w: it is of version %d", ErrFact, h.Version)
	case !ValidRoomID(h.Room):
		return fmt.Errorf("%w: it names no room", ErrFact)
	case !ValidSigner(h.Author):
		return fmt.Errorf("%w: it names no author", ErrFact)
	case h.Seq == 0 || h.Seq > MaxSeq:
		return fmt.Errorf("%w: its number %d is out of range", ErrFact, h.Seq)
	case h.Seq == 1 && h.Prev != [32]byte{}:
		return fmt.Errorf("%w: it is the first of its log and names one before it", ErrFact)
	case h.Lamport == 0 || h.Lamport > h.Seq*MaxLamportJump:
		return fmt.Errorf("%w: its clock %d is out of range", ErrFact, h.Lamport)
	case !ValidKind(h.Kind):
		return fmt.Errorf("%w: its kind is not usable", ErrFact)
	case h.BodySize > MaxBody:
		return fmt.Errorf("%w: its body has %d bytes where %d are allowed", ErrFact, h.BodySize, MaxBody)
	}
	return h.checkAudience()
}

// checkAudience wants readers in strictly ascending order of their bytes, and not the author, who can read anyway.
func (h FactHeader) checkAudience() error {
	if len(h.Audience) > MaxAudience {
		return fmt.Errorf("%w: it has %d readers where %d are allowed", ErrFact, len(h.Audience), MaxAudience)
	}
	for i, p := range h.Audience {
		if !ValidSigner(p) || p == h.Author {
			return fmt.Errorf("%w: one of its readers is not usable", ErrFact)
		}
		if i > 0 && h.Audience[i-1] >= p {
			return fmt.Errorf("%w: its readers are not in order", ErrFact)
		}
	}
	return nil
}

// CheckBody tells whether body is the one that h was signed with.
func (h FactHeader) CheckBody(body []byte) error {
	if uint64(len(body)) != uint64(h.BodySize) || sha256.Sum256(body) != h.BodyHash {
		return fmt.Errorf("%w: its body is not the one that was signed", ErrFact)
	}
	return nil
}

// ValidKind tells whether s can name a kind of fact: 1 to [MaxKind] of a-z . - _
func ValidKind(s string) bool {
	if s == "" || len(s) > MaxKind {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// ValidSigner tells whether p is the id of an Ed25519 key, which is the only kind that can sign here.
func ValidSigner(p peer.ID) bool {
	if p.Validate() != nil {
		return false
	}
	key, err := p.ExtractPublicKey()
	return err == nil && key.Type() == pb.KeyType_Ed25519
}

// maxRefusal bounds the bytes of a reason sent to the other side.
const maxRefusal = 300

// Check tells what is wrong with a message by itself. Every error wraps [ErrMessage].
func (m JournalMessage) Check() error {
	set := 0
	for _, is := range []bool{m.Hello != nil, len(m.Facts) > 0, len(m.Receipts) > 0, m.End, m.Refused != ""} {
		if is {
			set++
		}
	}
	switch {
	case set != 1:
		return fmt.Errorf("%w: it says %d things where it should say one", ErrMessage, set)
	case len(m.Facts) > MaxFacts:
		return fmt.Errorf("%w: it has %d facts where %d are allowed", ErrMessage, len(m.Facts), MaxFacts)
	case len(m.Receipts) > MaxReceipts:
		return fmt.Errorf("%w: it has %d receipts where %d are allowed", ErrMessage, len(m.Receipts), MaxReceipts)
	case len(m.Refused) > maxRefusal:
		return fmt.Errorf("%w: its reason is too long", ErrMessage)
	case m.Hello != nil:
		return m.Hello.check()
	}
	for _, r := range m.Receipts {
		if !ValidSigner(r.Reader) {
			return fmt.Errorf("%w: a receipt names no reader", ErrMessage)
		}
	}
	return nil
}

// compareHeads is the order of the heads in a hello.
func compareHeads(a, b JournalHead) int {
	return cmp.Or(cmp.Compare(a.Author, b.Author), bytes.Compare(a.Hash[:], b.Hash[:]))
}

// SortHeads puts heads into the order that a hello has them in.
func SortHeads(heads []JournalHead) { slices.SortFunc(heads, compareHeads) }

func (h JournalHello) check() error {
	if h.Version != Version {
		return fmt.Errorf("%w: the other side speaks version %d of the protocol", ErrMessage, h.Version)
	}
	if !ValidRoomID(h.Room) {
		return fmt.Errorf("%w: it names no room", ErrMessage)
	}
	if len(h.Heads) > MaxHeads {
		return fmt.Errorf("%w: it has %d logs where %d are allowed", ErrMessage, len(h.Heads), MaxHeads)
	}
	if len(h.Missing) > MaxMissing {
		return fmt.Errorf("%w: it misses %d bodies where %d may be asked for", ErrMessage, len(h.Missing), MaxMissing)
	}
	branches := 0 // of the log so far
	for i, head := range h.Heads {
		if !ValidSigner(head.Author) || head.Seq == 0 || head.Seq > MaxSeq {
			return fmt.Errorf("%w: one of its logs is not usable", ErrMessage)
		}
		if i > 0 && compareHeads(h.Heads[i-1], head) >= 0 {
			return fmt.Errorf("%w: its logs are not in order", ErrMessage)
		}
		if i == 0 || h.Heads[i-1].Author != head.Author {
			branches = 0
		}
		if branches++; branches > MaxBranches {
			return fmt.Errorf("%w: one of its logs has more than %d branches", ErrMessage, MaxBranches)
		}
	}
	return nil
}
