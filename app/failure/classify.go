package failure

import (
	"errors"

	"thirdspace/app/class"
	"thirdspace/app/store"
	"thirdspace/p2p/discover"
	"thirdspace/p2p/doc"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
	"thirdspace/p2p/ticket"
	"thirdspace/p2p/wire"
)

// sentence is what happened and what to do.
type sentence struct{ message, hint string }

// refusals are the host's reasons not to let someone in. The message of a refusal is the link's own; here stands what
// to do about it.
var refusals = map[string]string{
	link.RefusedWrongCode:  "Look at the code on the teacher's screen and type it again.",
	link.RefusedCodeNeeded: "It is on the teacher's screen: six digits.",
	link.RefusedNoCode:     "",
	link.RefusedSlowDown:   "Ask the teacher for the code meanwhile.",
	link.RefusedFlood:      "Close other copies of ThirdSpace on this machine. If there are none, tell the teacher.",
	link.RefusedLocked:     "Ask the teacher to unlock it.",
	link.RefusedFull:       "Ask the teacher to remove someone who is not in this class.",
	link.RefusedVersion:    "Install the same version of ThirdSpace as the teacher's.",
	link.RefusedNameTaken:  "Choose another name.",
	link.RefusedBadName:    "Choose a name of at most 40 plain characters.",
	link.RefusedRemoved:    "Talk to the teacher, who can let you in again.",
	link.RefusedOtherKey:   "Do not type your code there. Ask the teacher which room is theirs, and compare the four words. A teacher with a new computer takes the room there from the old one or from a co-teacher’s.",
	link.RefusedNotARoom:   "Check the address, and that the room is open.",
	link.RefusedTrouble:    "Try again, or ask the teacher.",
	link.RefusedByPerson:   "Talk to the teacher.",
	link.RefusedLine:       "If you have the room code, join with it.",
	link.RefusedWrongCard:  "Read the seven words again, or ask the teacher for a new card.",
	link.RefusedOtherSeat:  "Sit at another computer, or start ThirdSpace with another --data-dir.",
	link.RefusedClaimed:    "If that was not you, tell the teacher, who can give your seat back. With your card you take it back yourself.",
}

// known are the other errors that people meet.
var known = []struct {
	is   error
	code string
	sentence
}{
	{store.ErrInUse, CodeInUse, sentence{"ThirdSpace is already running with this data folder.", "Use the window that is open, or start with another --data-dir."}},
	{store.ErrDamaged, CodeDamaged, sentence{"The data file of ThirdSpace is damaged.", "Nothing was changed. Restore the folder from a copy, or move it away to start afresh."}},
	{store.ErrForeign, CodeForeign, sentence{"The data file belongs to another program.", "Nothing was changed. Start with another --data-dir."}},
	{store.ErrNewer, CodeNewer, sentence{"The data file was written by a newer ThirdSpace.", "Nothing was changed. Install the newer version on this machine."}},
	{store.ErrFull, CodeDiskFull, sentence{"The disk is full: nothing more can be saved.", "Free some space. What you type stays here and is saved as soon as there is room, if ThirdSpace stays open."}},
	{link.ErrPortInUse, CodePort, sentence{"Another program uses the port that was asked for.", "Choose another port, or none."}},
	{link.ErrOtherProgram, CodeUnreachable, sentence{"Another program answers at this address, not ThirdSpace.", "Check the address: it stands on the teacher's screen."}},
	{link.ErrNoAnswer, CodeUnreachable, sentence{"No room answered there.", "Check that the room is open, that both machines are on the same network, and that no firewall is in the way."}},
	{link.ErrTooBig, CodeTooLong, sentence{"This is too long to send to everyone.", "Make it shorter."}},
	{doc.ErrText, CodeTooLong, sentence{"This is too long for one document.", "A document may have up to one megabyte."}},
	{doc.ErrNotHere, CodeUnreachable, sentence{"The student's computer is not reached now.", "It goes on by itself when the connection is back."}},
	{doc.ErrNotLet, CodeNotAllowed, sentence{"This code may not be edited from here any more.", "Ask again to edit it together, or take a copy of it."}},
	{doc.ErrNotAsked, CodeNotAllowed, sentence{"Nobody is asking to edit this together any more.", ""}},
	{class.ErrBody, CodeTooLong, sentence{"This cannot be sent as it is.", "It is empty, too long, or has invisible characters in its name."}},
	{wire.ErrName, CodeBadName, sentence{"This name cannot be used.", "Choose one of at most 40 plain characters."}},
	{identity.ErrCard, CodeBadCard, sentence{"These are not the seven words of a card.", "Read them again: one may be misspelt. The first four letters of each are enough."}},
	{discover.ErrName, CodeBadAddress, sentence{"Machines are not found by name: that would need a server.", "Type the address or the code that stands on the teacher's screen."}},
	{discover.ErrAddress, CodeBadAddress, sentence{"This is not an address.", "It looks like 10.0.0.5:47113 and stands on the teacher's screen."}},
	{ticket.ErrTypo, CodeBadAddress, sentence{"There is a slip in the code.", "Compare it with the teacher's screen, character by character. Nothing was sent."}},
	{ticket.ErrLink, CodeBadAddress, sentence{"This is not the whole link of a room.", "Copy it again, from thirdspace:// to its end."}},
	{ticket.ErrOutside, CodeBadAddress, sentence{"This code or link leads out of the classroom's network.", "Take the one that stands on the teacher's screen. Nothing was sent."}},
	{ticket.ErrNeither, CodeBadAddress, sentence{"This is no address, no code and no link of a room.", "A code looks like 008M-Y1SK-M66N, an address like 10.0.0.5. Both are on the teacher's screen."}},
}

func classify(err error) *Failure {
	var refusal *link.Refusal
	if errors.As(err, &refusal) {
		f := New(refusal.Code, refusal.Error(), refusals[refusal.Code])
		if refusal.Suggest != "" {
			f.Hint = "Choose another name, for example " + refusal.Suggest + "."
		}
		return f
	}
	for _, k := range known {
		if errors.Is(err, k.is) {
			return New(k.code, k.message, k.hint)
		}
	}
	return New(CodeUnknown, "Something went wrong.", "Try again. If it stays, the details below help whoever looks after this machine.")
}
