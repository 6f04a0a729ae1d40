// Package cpace is a password-authenticated key exchange: two machines that share a short code, such as the six digits
// on a classroom's blackboard, prove to each other that they know it. Someone who listens learns nothing that could be
// tried against codes later, and someone who takes part with a wrong code has used up one guess and learnt only that it
// was wrong.
//
// It is CPACE-RISTR255-SHA512 of draft-irtf-cfrg-cpace (section 7 for the group, 6 for the protocol) in its
// initiator–responder form, with the explicit key confirmation the draft suggests in section 9. The initiator goes first:
//
//	initiator                                   responder
//	a := NewInitiator(code, context)
//	a.SessionID(), a.Share()        ──────────▶ b, err := NewResponder(code, context, sessionID, share)
//	keys, err := a.Finish(share)    ◀────────── b.Share()
//	keys.InitiatorTag()             ──────────▶ b.CheckInitiator(tag), and only if that holds
//	keys.CheckResponder(tag)        ◀────────── b.ResponderTag()
//
// The context is what both sides must agree on besides the code: here who they are and which room it is about. Two
// sides with different contexts do not come to the same key, so nobody can stand between them and pass things on.
//
// The arithmetic is gtank/ristretto255's. This package has been checked against the draft's vectors; it has not been
// audited by anyone else.
package cpace

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha512"
	"encoding/binary"
	"errors"

	"github.com/gtank/ristretto255"
)

// Sizes in bytes of what travels.
const (
	SessionIDSize = 16
	ShareSize     = 32
	TagSize       = 64
)

const domain = "CPaceRistretto255" // the draft's G.DSI

// The parties' associated data (ADa, ADb). They differ so that a tag sent back to its sender never fits.
var (
	initiatorData = []byte("initiator")
	responderData = []byte("responder")
)

// ErrShare says that the other side's share is not one that an honest machine could have sent. The run must be given up.
var ErrShare = errors.New("the other machine sent a share that is not valid")

// Initiator is the side that speaks first. It is good for one run.
type Initiator struct{ party }

// NewInitiator begins a run under a fresh random session id.
func NewInitiator(code, context []byte) *Initiator {
	sid := make([]byte, SessionIDSize)
	rand.Read(sid)
	return &Initiator{newParty(randomScalar(), code, context, sid)}
}

// SessionID is sent with [Initiator.Share].
func (a *Initiator) SessionID() []byte { return a.sid }

// Finish takes the responder's share. An error wraps [ErrShare].
func (a *Initiator) Finish(share []byte) (*Keys, error) {
	isk, err := a.key(share, a.share, share)
	if err != nil {
		return nil, err
	}
	return newKeys(a.sid, isk, a.share, share), nil
}

// Responder is the side that answers. It is good for one run.
type Responder struct {
	party
	*Keys
}

// NewResponder answers an initiator's session id and share. An error wraps [ErrShare].
func NewResponder(code, context, sessionID, share []byte) (*Responder, error) {
	return newResponder(randomScalar(), code, context, sessionID, share)
}

func newResponder(y *ristretto255.Scalar, code, context, sid, share []byte) (*Responder, error) {
	if len(sid) != SessionIDSize {
		return nil, ErrShare
	}
	b := &Responder{party: newParty(y, code, context, sid)}
	isk, err := b.key(share, share, b.share)
	if err != nil {
		return nil, err
	}
	b.Keys = newKeys(sid, isk, share, b.share)
	return b, nil
}

// Keys is what a run has come to. The two sides' keys are equal only if their codes, contexts and everything that was
// sent are; the tags show that.
type Keys struct{ initiatorTag, responderTag []byte }

// newKeys derives the tags: mac_key = H("CPaceMac" ‖ sid ‖ ISK), T = HMAC(mac_key, lv_cat(Y, AD)).
func newKeys(sid, isk, ya, yb []byte) *Keys {
	macKey := sha512.Sum512(append(append([]byte("CPaceMac"), sid...), isk...))
	tag := func(share, data []byte) []byte {
		m := hmac.New(sha512.New, macKey[:])
		m.Write(lvCat(share, data))
		return m.Sum(nil)
	}
	return &Keys{initiatorTag: tag(ya, initiatorData), responderTag: tag(yb, responderData)}
}

// InitiatorTag proves the initiator's knowledge of the code.
func (k *Keys) InitiatorTag() []byte { return k.initiatorTag }

// ResponderTag proves the responder's. It must not be sent before the initiator's tag has been checked: that would
// answer a guess that was never counted.
func (k *Keys) ResponderTag() []byte { return k.responderTag }

// CheckInitiator compares in constant time.
func (k *Keys) CheckInitiator(tag []byte) bool { return hmac.Equal(k.initiatorTag, tag) }

// CheckResponder compares in constant time.
func (k *Keys) CheckResponder(tag []byte) bool { return hmac.Equal(k.responderTag, tag) }

// party is what both sides have: a secret scalar and the share made of it.
type party struct {
	y          *ristretto255.Scalar
	sid, share []byte
}

// Share is the public half, sent to the other side.
func (p *party) Share() []byte { return p.share }

func newParty(y *ristretto255.Scalar, code, context, sid []byte) party {
	h := sha512.Sum512(generatorString(code, context, sid))
	g := ristretto255.NewElement().FromUniformBytes(h[:])
	return party{y: y, sid: sid, share: ristretto255.NewElement().ScalarMult(y, g).Encode(nil)}
}

// key computes the draft's ISK: H(lv_cat(DSI ‖ "_ISK", sid, K) ‖ lv_cat(Ya, ADa) ‖ lv_cat(Yb, ADb)). The other side's
// share must be a canonical encoding and must not lead to the neutral element (the draft's scalar_mult_vfy).
func (p *party) key(other, ya, yb []byte) ([]byte, error) {
	return p.keyWith(other, ya, initiatorData, yb, responderData)
}

func (p *party) keyWith(other, ya, ada, yb, adb []byte) ([]byte, error) {
	if len(other) != ShareSize {
		return nil, ErrShare
	}
	point := ristretto255.NewElement()
	if err := point.Decode(other); err != nil {
		return nil, ErrShare
	}
	k := ristretto255.NewElement().ScalarMult(p.y, point)
	if k.Equal(ristretto255.NewElement().Zero()) == 1 {
		return nil, ErrShare
	}
	in := lvCat([]byte(domain+"_ISK"), p.sid, k.Encode(nil))
	in = append(in, lvCat(ya, ada)...)
	in = append(in, lvCat(yb, adb)...)
	isk := sha512.Sum512(in)
	return isk[:], nil
}

func randomScalar() *ristretto255.Scalar {
	var b [64]byte
	rand.Read(b[:])
	return ristretto255.NewScalar().FromUniformBytes(b[:])
}

// generatorString pads the code so that the hash always takes a whole block for it, as the draft does.
func generatorString(code, context, sid []byte) []byte {
	zeros := max(0, sha512.BlockSize-1-len(lvCat(code))-len(lvCat([]byte(domain))))
	return lvCat([]byte(domain), code, make([]byte, zeros), context, sid)
}

// lvCat writes each part after its length as an unsigned LEB128, the draft's lv_cat.
func lvCat(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.AppendUvarint(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}

// Context joins the parts of a context so that no two different lists of parts give the same bytes.
func Context(parts ...[]byte) []byte { return lvCat(parts...) }
