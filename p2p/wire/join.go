package wire

import (
	"fmt"
	"time"
)

// Limits of the messages of admission.
const (
	// MaxJoin bounds one frame of [ProtoJoin], in bytes.
	MaxJoin = 8 << 10
	// MaxCertificate bounds an encoded membership certificate, in bytes.
	MaxCertificate = 1 << 10
	// MaxVouches bounds how many vouches a host may show, MaxVouch each of them, in bytes.
	MaxVouches = 8
	MaxVouch   = 768

	maxJoinCode   = 32 // bytes of a refusal's code
	maxJoinShare  = 64 // bytes of a session id, a share or a tag
	maxRetryAfter = 10 * time.Minute
)

// JoinAsk is what a machine that wants to come in says, one message for each step, with only that step's fields set.
// The first always has the version, and fields 1 to 3 keep their meaning in every version of the protocol.
type JoinAsk struct {
	Version     uint   `cbor:"1,keyasint,omitempty"`
	Room        string `cbor:"2,keyasint,omitempty"` // empty: whichever room the host has
	Certificate []byte `cbor:"3,keyasint,omitempty"` // of an earlier admission
	SessionID   []byte `cbor:"4,keyasint,omitempty"` // of the code's proof
	Share       []byte `cbor:"5,keyasint,omitempty"`
	Tag         []byte `cbor:"6,keyasint,omitempty"`
	Name        string `cbor:"7,keyasint,omitempty"` // said only to a host that has proven itself, or by one who knocks
	Seat        uint32 `cbor:"8,keyasint,omitempty"` // claimed with its card, in the first message
	Knock       bool   `cbor:"9,keyasint,omitempty"` // there is no code to prove: a person may decide
}

// Check bounds every field. Its error wraps [ErrMessage].
func (a JoinAsk) Check() error {
	if a.Room != "" && !ValidRoomID(a.Room) {
		return fmt.Errorf("%w: it names no room", ErrMessage)
	}
	if len(a.Certificate) > MaxCertificate || len(a.Name) > 16*MaxName {
		return fmt.Errorf("%w: a field is too long", ErrMessage)
	}
	return checkShares(a.SessionID, a.Share, a.Tag)
}

// What a host may ask for next.
const (
	JoinNextCode = "code" // prove that you know the room's code
	JoinNextName = "name" // say what you want to be called
	JoinNextCard = "card" // prove that you have the seat's card
	JoinNextWait = "wait" // nothing: a person decides; said again at least every [JoinWaitEvery]
)

// JoinWaitEvery is the longest time between two words to someone who waits.
const JoinWaitEvery = 5 * time.Second

// JoinAnswer is what the host says back. Exactly one of the following is set: Next, Share, Tag, Certificate, Refusal.
// The first answer always has version and room, and fields 1, 2 and 7 keep their meaning in every version.
type JoinAnswer struct {
	Version     uint         `cbor:"1,keyasint,omitempty"`
	Room        string       `cbor:"2,keyasint,omitempty"`
	Next        string       `cbor:"3,keyasint,omitempty"`
	Share       []byte       `cbor:"4,keyasint,omitempty"`
	Tag         []byte       `cbor:"5,keyasint,omitempty"`
	Certificate []byte       `cbor:"6,keyasint,omitempty"`
	Refusal     *JoinRefusal `cbor:"7,keyasint,omitempty"`
	Vouches     [][]byte     `cbor:"8,keyasint,omitempty"`  // with the first answer: how the room came to this host
	Knock       bool         `cbor:"9,keyasint,omitempty"`  // with Next "code": who has none may knock
	Place       uint32       `cbor:"10,keyasint,omitempty"` // with Next "wait": in the line, from 1
}

// Check bounds every field. Its error wraps [ErrMessage].
func (a JoinAnswer) Check() error {
	if a.Room != "" && !ValidRoomID(a.Room) {
		return fmt.Errorf("%w: it names no room", ErrMessage)
	}
	if len(a.Certificate) > MaxCertificate || len(a.Next) > maxJoinCode {
		return fmt.Errorf("%w: a field is too long", ErrMessage)
	}
	if len(a.Vouches) > MaxVouches {
		return fmt.Errorf("%w: it has moved too often", ErrMessage)
	}
	for _, v := range a.Vouches {
		if len(v) > MaxVouch {
			return fmt.Errorf("%w: a field is too long", ErrMessage)
		}
	}
	if a.Refusal != nil {
		if err := a.Refusal.check(); err != nil {
			return err
		}
	}
	return checkShares(a.Share, a.Tag)
}

// JoinRefusal is a reason in a form that the other side can put into its own person's words.
type JoinRefusal struct {
	Code        string `cbor:"1,keyasint"`
	RetryMillis uint32 `cbor:"2,keyasint,omitempty"` // when trying again makes sense, from now
	Version     uint   `cbor:"3,keyasint,omitempty"` // the host's
	Suggest     string `cbor:"4,keyasint,omitempty"` // a name that is free
}

// RetryAfter is the time to wait, at most ten minutes whatever was sent.
func (r JoinRefusal) RetryAfter() time.Duration {
	return min(time.Duration(r.RetryMillis)*time.Millisecond, maxRetryAfter)
}

func (r JoinRefusal) check() error {
	if len(r.Code) == 0 || len(r.Code) > maxJoinCode {
		return fmt.Errorf("%w: the refusal has no usable code", ErrMessage)
	}
	for _, c := range r.Code {
		if c != '-' && (c < 'a' || c > 'z') {
			return fmt.Errorf("%w: the refusal has no usable code", ErrMessage)
		}
	}
	if r.Suggest != "" {
		if clean, err := CleanName(r.Suggest, MaxName); err != nil || clean != r.Suggest {
			return fmt.Errorf("%w: the name it suggests is not usable", ErrMessage)
		}
	}
	return nil
}

func checkShares(parts ...[]byte) error {
	for _, p := range parts {
		if len(p) > maxJoinShare {
			return fmt.Errorf("%w: a field is too long", ErrMessage)
		}
	}
	return nil
}
