package session

import (
	"context"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/failure"
	"thirdspace/p2p/doc"
	"thirdspace/p2p/wire"
)

// openLooks lets the host's person look at students' code, and edit it with those who say yes.
func (d *documents) openLooks() (err error) {
	d.looks, err = doc.NewLooks(doc.LooksConfig{Net: d.s.link, Log: d.s.log, OnChange: func(look doc.Look) {
		d.s.m.each(func(e Events) {
			if e.Look != nil {
				e.Look(look)
			}
		})
	}})
	return err
}

// openLookers lets the student see who looks at their own code. Nothing else of theirs can be looked at.
func (d *documents) openLookers(mine *doc.Authority) error {
	lookers, err := doc.NewLookers(doc.LookersConfig{
		Document: func(id string) *doc.Authority {
			if id == docCode {
				return mine
			}
			return nil
		},
		May: d.s.mayLook,
		OnChange: func() {
			d.s.m.each(func(e Events) {
				if e.Lookers != nil {
					e.Lookers()
				}
			})
		},
		Log: d.s.log,
	})
	if err != nil {
		return err
	}
	d.s.link.Handle(wire.ProtoLook, lookers.HandleStream)
	d.lookers = lookers
	return nil
}

// mayLook tells who may look at students' code: the host, and whoever teaches and has not been removed.
func (s *Session) mayLook(p peer.ID) bool {
	if p == s.host {
		return true
	}
	m, ok := s.member(p)
	return ok && !m.Removed && m.Role.Teaches()
}

// reviewLookers forgets who may not look any more.
func (s *Session) reviewLookers() {
	if s.docs != nil && s.docs.lookers != nil {
		s.docs.lookers.Review()
	}
}

// looked finds the look at a student's code, and the copy of it here.
func (s *Session) looked(page string) (peer.ID, *doc.Replica, error) {
	p, ok := s.Student(page)
	if !ok {
		return "", nil, failure.New(failure.CodeUnknown, "There is no such student here.", "")
	}
	copied, err := s.docs.store.Follow(context.Background(), p.String()+"/"+docCode, p.String())
	return p, copied, err
}

// Look lets a student see that their code is being looked at. It lasts for 15 s and is called again while it goes on.
func (s *Session) Look(page string) (doc.Look, error) {
	p, copied, err := s.looked(page)
	if err != nil {
		return doc.Look{}, err
	}
	return s.docs.looks.Begin(p, docCode, copied)
}

// LookAway ends a look, and editing together with it.
func (s *Session) LookAway(page string) {
	if p, ok := s.Student(page); ok {
		s.docs.looks.Leave(p)
	}
}

// LookAt is how the look at a student's code stands; the zero Look where there is none.
func (s *Session) LookAt(page string) doc.Look {
	p, ok := s.Student(page)
	if !ok {
		return doc.Look{}
	}
	return s.docs.looks.Now(p)
}

// OfferTogether asks a student whose code is looked at to edit it together.
func (s *Session) OfferTogether(page string) error {
	p, _, err := s.looked(page)
	if err != nil {
		return err
	}
	return s.docs.looks.Offer(p)
}

// PushTo brings what was typed here into a student's code, if they have said yes. It returns when the copy here has what
// came of it; see [doc.Looks.Push].
func (s *Session) PushTo(page, epoch string, version int, updates []doc.Update) error {
	p, _, err := s.looked(page)
	if err != nil {
		return err
	}
	return s.docs.looks.Push(s.ctx, p, epoch, version, updates)
}

// CaretIn shows a student where this person's caret stands in their code, while they edit together.
func (s *Session) CaretIn(page string, at doc.Version, caret doc.Caret) {
	if p, ok := s.Student(page); ok {
		s.docs.looks.SetCaret(p, at, caret)
	}
}

// Lookers is who looks at this machine's code; nobody on the host.
func (s *Session) Lookers() []doc.Looker {
	if s.docs.lookers == nil {
		return nil
	}
	return s.docs.lookers.List()
}

// AnswerOffer lets someone edit this machine's code together with its person, or does not.
func (s *Session) AnswerOffer(page string, yes bool) error {
	p, err := peer.Decode(page)
	if err != nil || s.docs.lookers == nil {
		return doc.ErrNotAsked
	}
	if yes {
		return s.docs.lookers.Accept(p)
	}
	return s.docs.lookers.Decline(p)
}

// EndTogether takes an offer back or ends editing together, on either side. When it returns on the owner's machine, nothing
// more of the other is taken.
func (s *Session) EndTogether(page string) error {
	p, err := peer.Decode(page)
	switch {
	case err != nil:
		return doc.ErrNotAsked
	case s.hosted:
		return s.docs.looks.End(p)
	}
	return s.docs.lookers.End(p)
}
