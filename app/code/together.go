package code

import (
	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/p2p/doc"
)

// Look lets a student see that their code is being looked at. A page calls it every few seconds while it shows the code;
// the student sees nobody any more a quarter of a minute after the last time.
func (s *Service) Look(id string) (Look, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Look{}, failure.Of(err)
	}
	look, err := current.Look(id)
	if err != nil {
		return Look{}, failure.Of(err)
	}
	return Look{ID: id, Here: look.Here, State: look.State}, nil
}

// LookAway ends a look at once, and editing together with it.
func (s *Service) LookAway(id string) error {
	current, err := s.sessions.Current()
	if err != nil {
		return failure.Of(err)
	}
	current.LookAway(id)
	return nil
}

// OfferTogether asks a student to edit their code together. How they answer comes as EventLook.
func (s *Service) OfferTogether(id string) error {
	current, err := s.sessions.Current()
	if err != nil {
		return failure.Of(err)
	}
	return failure.Of(current.OfferTogether(id))
}

// AnswerOffer lets a teacher, told by their peer id, edit this person's own code together with them, or does not.
func (s *Service) AnswerOffer(id string, yes bool) error {
	current, err := s.sessions.Current()
	if err != nil {
		return failure.Of(err)
	}
	return failure.Of(current.AnswerOffer(id, yes))
}

// EndTogether takes an offer back or ends editing together: on a teacher's machine with a student, on a student's with a
// teacher, told by their peer id.
func (s *Service) EndTogether(id string) error {
	current, err := s.sessions.Current()
	if err != nil {
		return failure.Of(err)
	}
	return failure.Of(current.EndTogether(id))
}

// Lookers is who looks at this person's own code.
func (s *Service) Lookers() ([]Looker, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return nil, failure.Of(err)
	}
	return lookersView(current), nil
}

func lookersView(current *session.Session) []Looker {
	list := current.Lookers()
	out := make([]Looker, 0, len(list))
	for _, l := range list {
		v := Looker{ID: l.Peer.String(), Name: current.Name(l.Peer), State: l.State, Here: l.Here}
		if l.Caret != nil {
			v.Caret = &PlacedCaret{Epoch: l.At.Epoch, Version: l.At.Version, Anchor: l.Caret.Anchor, Head: l.Caret.Head}
		}
		out = append(out, v)
	}
	return out
}

// look tells the page how a look at a student's code stands.
func (s *Service) look(l doc.Look) {
	s.emit(EventLook, Look{ID: l.Owner.String(), Here: l.Here, State: l.State})
}

// lookers tells the page who looks at this person's code.
func (s *Service) lookers() {
	current, err := s.sessions.Current()
	if err != nil {
		return
	}
	s.telling.Lock()
	defer s.telling.Unlock()
	s.emit(EventLookers, lookersView(current))
}
