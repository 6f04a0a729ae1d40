// Package boot tells the page whether the program could start at all. It is bound in every case, also where the data
// folder could not be opened and nothing else is; the page asks it first.
package boot

import "thirdspace/app/failure"

// Status is whether the program could start. (It wraps the failure because a bound method that returns one would be
// taken to have failed.)
type Status struct {
	Failure *failure.Failure `json:"failure"` // why it could not; null if it could
}

// Service is bound to the page.
type Service struct {
	failed *failure.Failure
}

// New makes the service; failed is why the program could not start, nil if it could.
func New(failed *failure.Failure) *Service { return &Service{failed: failed} }

// Status tells whether the program could start.
func (s *Service) Status() Status { return Status{Failure: s.failed} }
