package room

import (
	"context"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/p2p/identity"
)

// Card is what gives a student their seat on another computer.
type Card struct {
	ID     string `json:"id"` // of the member
	Name   string `json:"name"`
	Number uint32 `json:"number"`
	Words  string `json:"words"` // seven of them; "" while it is still on its way
	Link   string `json:"link"`  // what its QR code holds
}

// SetMuted takes a member's voice in the chat, or gives it back.
func (s *Service) SetMuted(member string, muted bool) error {
	return s.onMember(member, func(current *session.Session, ctx context.Context, m class.Member) error {
		return current.SetMuted(ctx, m, muted)
	})
}

// SetRole makes a member a co-teacher, a student or an observer.
func (s *Service) SetRole(member, role string) error {
	return s.onMember(member, func(current *session.Session, ctx context.Context, m class.Member) error {
		return current.SetRole(ctx, m, identity.Role(role))
	})
}

// Cards gives the card of a member, or for "" of everyone who can have one; who has none gets one.
func (s *Service) Cards(member string) ([]Card, error) {
	out := []Card{}
	err := s.change(func(ctx context.Context, current *session.Session) error {
		var only []peer.ID
		if member != "" {
			p, err := peer.Decode(member)
			if err != nil {
				return err
			}
			only = append(only, p)
		}
		cards, err := current.Cards(ctx, only...)
		for _, c := range cards {
			out = append(out, cardOf(current, c))
		}
		return err
	})
	return out, err
}

// MyCard gives this person's own card. Where there is none the host is asked for one: EventChanged tells when to ask again.
func (s *Service) MyCard() (Card, error) {
	var out Card
	err := s.change(func(ctx context.Context, current *session.Session) error {
		c, err := current.MyCard(ctx)
		out = cardOf(current, c)
		return err
	})
	return out, err
}

// RevokeCard takes a member's card back: it claims nothing any more.
func (s *Service) RevokeCard(member string) error {
	return s.onMember(member, (*session.Session).RevokeCard)
}

// GiveSeatBack undoes that a seat was claimed on another computer, and takes the card back that was used.
func (s *Service) GiveSeatBack(member string) error {
	return s.onMember(member, (*session.Session).GiveSeatBack)
}

func cardOf(current *session.Session, c session.SeatCard) Card {
	v := Card{ID: c.Peer.String(), Name: c.Name, Number: c.Number, Words: c.Words}
	if c.Words != "" {
		v.Link = current.CardLink(c.Words)
	}
	return v
}

// HandOver vouches for another computer, as its key or as the member that it is: the room may be opened there. It gives
// the text that has to be carried there if the computer is not in the room.
func (s *Service) HandOver(computer string) (string, error) {
	var text string
	err := s.onPeer(computer, func(ctx context.Context, current *session.Session, p peer.ID) error {
		h, err := current.HandOver(ctx, p)
		if err == nil {
			text, err = h.Text()
		}
		return err
	})
	return text, err
}

// TakeOver opens a room on this machine that another one hosted: with the text that was made there, or with "" the room
// that this machine is in and for which it has been vouched.
func (s *Service) TakeOver(text string) (View, error) {
	h, err := s.handover(text)
	if err == nil {
		_, err = s.sessions.TakeOver(context.Background(), h)
	}
	if err != nil {
		return View{}, failure.Of(err)
	}
	return s.View(), nil
}

func (s *Service) handover(text string) (session.Handover, error) {
	if text != "" {
		return session.ReadHandover(text)
	}
	current, err := s.sessions.Current()
	if err != nil {
		return session.Handover{}, err
	}
	if h, ok := current.Offered(); ok {
		return h, nil
	}
	return session.Handover{}, failure.New(failure.CodeNotAllowed, "Nobody has said that this room may be opened on this computer.", "Ask the teacher to say so, under People.")
}
