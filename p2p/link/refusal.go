package link

import (
	"fmt"
	"math"
	"time"

	"thirdspace/p2p/wire"
)

// Codes of a [Refusal].
const (
	RefusedWrongCode  = "wrong-code"  // the code is wrong, or the machine does not know the room's
	RefusedCodeNeeded = "code-needed" // the room asks for a code and none was given
	RefusedNoCode     = "no-code"     // a code was given, but the machine asks for none: it may be a false one
	RefusedSlowDown   = "slow-down"   // too many wrong codes; RetryAfter says how long to wait
	RefusedFlood      = "flood"       // the machine has sent too much, or asks too often; RetryAfter says how long to wait
	RefusedLocked     = "locked"      // the teacher has locked the room
	RefusedFull       = "full"
	RefusedVersion    = "version"    // HostVersion is the host's
	RefusedNameTaken  = "name-taken" // Suggest may be one that is free
	RefusedBadName    = "bad-name"
	RefusedRemoved    = "removed"    // the teacher removed this device
	RefusedOtherKey   = "other-key"  // the machine at the host's address is another one
	RefusedNotARoom   = "not-a-room" // the machine does not host the room that was asked for
	RefusedTrouble    = "trouble"    // the host could not do it; nothing is wrong with the request
	RefusedByPerson   = "not-let-in" // the teacher said no; RetryAfter says when one may ask again
	RefusedLine       = "line-full"  // too many wait to be let in
	RefusedWrongCard  = "wrong-card" // the words are not a card's, or it was taken back
	RefusedOtherSeat  = "other-seat" // this machine is another member's already
	RefusedClaimed    = "claimed"    // the seat has been claimed on another machine
)

// Refusal is a no from the room, in a form that a program can act on and a person can read.
type Refusal struct {
	Code        string
	RetryAfter  time.Duration // with slow-down, flood, not-let-in and line-full
	HostVersion int           // with version
	Suggest     string        // with name-taken, may be empty
}

// Error is one plain sentence.
func (r *Refusal) Error() string {
	switch r.Code {
	case RefusedWrongCode:
		return "The room code is not right, or this is not the teacher's machine."
	case RefusedCodeNeeded:
		return "This room asks for a room code."
	case RefusedNoCode:
		return "This machine asks for no room code: join without one only if the teacher says so."
	case RefusedSlowDown:
		return fmt.Sprintf("There were too many wrong tries: try again in %s.", r.wait())
	case RefusedFlood:
		return fmt.Sprintf("This machine has sent the room far too much: it is let in again in %s.", r.wait())
	case RefusedLocked:
		return "The teacher has locked this room."
	case RefusedFull:
		return "This room is full."
	case RefusedVersion:
		return r.versionSentence()
	case RefusedNameTaken:
		if r.Suggest != "" {
			return fmt.Sprintf("Somebody here already has this name; %q is free.", r.Suggest)
		}
		return "Somebody here already has this name."
	case RefusedBadName:
		return fmt.Sprintf("This name cannot be used: it must have 1 to %d characters, all of them visible.", wire.MaxName)
	case RefusedRemoved:
		return "The teacher has removed this device from the room."
	case RefusedOtherKey:
		return "The machine at this address has another key than the room's host: it is not the machine you know."
	case RefusedNotARoom:
		return "This machine does not host the room."
	case RefusedByPerson:
		if r.RetryAfter > 0 {
			return fmt.Sprintf("The teacher has not let you in. You may ask again in %s.", r.wait())
		}
		return "The teacher has not let you in."
	case RefusedLine:
		return fmt.Sprintf("Too many are waiting to be let in: ask again in %s.", r.wait())
	case RefusedWrongCard:
		return "These are not the words of a card of this room, or the card was taken back, or this is not the teacher's machine."
	case RefusedOtherSeat:
		return "This computer is somebody else's in this room already."
	case RefusedClaimed:
		return "Your seat has been taken over with its card on another computer."
	case RefusedTrouble:
		return "The host could not let you in just now; its log says why."
	}
	return fmt.Sprintf("The room said no (%s).", r.Code)
}

// wait is the time until it makes sense to try again, in words.
func (r *Refusal) wait() string {
	seconds := max(1, int(math.Ceil(r.RetryAfter.Seconds())))
	if seconds < 120 {
		return fmt.Sprintf("%d s", seconds)
	}
	return fmt.Sprintf("%d minutes", (seconds+59)/60)
}

func (r *Refusal) versionSentence() string {
	if r.HostVersion > wire.Version {
		return fmt.Sprintf("The host runs a newer ThirdSpace (protocol %d, here %d): update this machine.", r.HostVersion, wire.Version)
	}
	return fmt.Sprintf("The host runs an older ThirdSpace (protocol %d, here %d): ask the teacher to update.", r.HostVersion, wire.Version)
}

// Final tells whether a member that is refused so gives up. The others pass: the room may open, empty or calm down.
func (r *Refusal) Final() bool {
	switch r.Code {
	case RefusedSlowDown, RefusedFlood, RefusedLocked, RefusedFull, RefusedNotARoom, RefusedTrouble:
		return false
	}
	return true
}

// same tells whether two refusals, or none, say the same.
func same(a, b *Refusal) bool { return a == b || a != nil && b != nil && *a == *b }

func (r *Refusal) wire() *wire.JoinRefusal {
	out := &wire.JoinRefusal{Code: r.Code, Version: wire.Version}
	out.RetryMillis = uint32(min(max(0, r.RetryAfter.Milliseconds()), math.MaxUint32))
	if clean, err := wire.CleanName(r.Suggest, wire.MaxName); err == nil {
		out.Suggest = clean
	}
	return out
}

func refusalFrom(w *wire.JoinRefusal) *Refusal {
	return &Refusal{Code: w.Code, RetryAfter: w.RetryAfter(), HostVersion: int(min(w.Version, math.MaxInt32)), Suggest: w.Suggest}
}
