package journal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Domains of the two signatures made here.
const (
	factDomain    = "fact"
	receiptDomain = "receipt"
)

// Header is the signed part of a fact.
type Header = wire.FactHeader

// Fact is one entry of one author's log. It must not be changed once made.
type Fact struct {
	Header
	Raw  []byte   // the header exactly as it was signed
	Sig  []byte   // the author's signature over Raw
	Body []byte   // nil when it is not ours to read, or has not come yet; never nil for a fact whose BodySize is 0
	Hash [32]byte // SHA-256 of Raw
}

// Private tells whether the fact is for its audience only.
func (f Fact) Private() bool { return len(f.Audience) > 0 }

// ReadableBy tells whether p may have the body.
func (f Fact) ReadableBy(p peer.ID) bool {
	return !f.Private() || p == f.Author || slices.Contains(f.Audience, p)
}

// mine tells whether this machine may have the body of f.
func (j *Journal) mine(f Fact) bool { return j.readable(f, j.self) }

// seal signs a new fact. The caller fills in all of the header but what follows from the body.
func seal(d *identity.Device, h Header, body []byte) (Fact, error) {
	if len(body) > wire.MaxBody {
		return Fact{}, fmt.Errorf("%w: its body has %d bytes where %d are allowed", wire.ErrFact, len(body), wire.MaxBody)
	}
	h.BodySize = uint32(len(body))
	h.BodyHash = sha256.Sum256(body)
	raw, err := h.Encode()
	if err != nil {
		return Fact{}, err
	}
	sig, err := d.Sign(factDomain, raw)
	if err != nil {
		return Fact{}, err
	}
	return Fact{Header: h, Raw: raw, Sig: sig, Body: append([]byte{}, body...), Hash: sha256.Sum256(raw)}, nil
}

// unseal checks a fact from elsewhere in all that can be checked without its log: form, room, signature, body. A body
// for which readable says no is dropped.
func unseal(room string, readable func(Fact) bool, w wire.Fact) (Fact, error) {
	h, err := wire.DecodeFactHeader(w.Header)
	if err != nil {
		return Fact{}, err
	}
	if h.Room != room {
		return Fact{}, fmt.Errorf("%w: it is of another room", wire.ErrFact)
	}
	if err := identity.Verify(h.Author, factDomain, w.Header, w.Sig); err != nil {
		return Fact{}, fmt.Errorf("%w: %w", wire.ErrFact, err)
	}
	f := Fact{Header: h, Raw: w.Header, Sig: w.Sig, Hash: sha256.Sum256(w.Header)}
	if readable(f) && (w.Body != nil || h.BodySize == 0) {
		f.Body = w.Body
		if err := h.CheckBody(f.Body); err != nil {
			return Fact{}, err
		}
	}
	return f.filled(), nil
}

// filled gives a fact of an empty body its body: there is only one, and no one can be kept from knowing it.
func (f Fact) filled() Fact {
	if f.BodySize == 0 && f.Body == nil {
		f.Body = []byte{}
	}
	return f
}

// sent is the fact on the wire, with its body or without.
func (f Fact) sent(whole bool) wire.Fact {
	w := wire.Fact{Header: f.Raw, Sig: f.Sig}
	if whole {
		w.Body = f.Body
	}
	return w
}

// Receipt is a reader's signed word that it holds the body of a private fact. The author keeps it and can show it.
type Receipt wire.Receipt

// ErrReceipt is wrapped by every error that means "this receipt proves nothing".
var ErrReceipt = errors.New("not a valid receipt")

func newReceipt(d *identity.Device, f Fact) (Receipt, error) {
	r := Receipt{Room: f.Room, Fact: f.Hash, Reader: d.ID()}
	msg, err := r.signed()
	if err != nil {
		return Receipt{}, err
	}
	if r.Sig, err = d.Sign(receiptDomain, msg); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// Verify checks the reader's signature. Whether the fact was meant for that reader is for the caller to know.
func (r Receipt) Verify() error {
	if !wire.ValidRoomID(r.Room) {
		return fmt.Errorf("%w: it names no room", ErrReceipt)
	}
	msg, err := r.signed()
	if err != nil {
		return err
	}
	if err := identity.Verify(r.Reader, receiptDomain, msg, r.Sig); err != nil {
		return fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	return nil
}

func (r Receipt) signed() ([]byte, error) {
	r.Sig = nil
	return wire.Marshal(wire.Receipt(r))
}
