// Package boot tells the page whether the program could start at all. It is bound in every case, also where the data
// folder could not be opened and nothing else is; the page asks it first.
package boot

import "thirdspace/app/failure"

// Service is bound to the page.
type Service struct {
	failed *failure.Failure
}

// New makes the service; failed is why the program could not start, nil if it could.
func New(failed *failure.Failure) *Service { return &Service{failed: failed} }

// Status is why the program could not start, or null.
func (s *Service) Status() *failure.Failure { return s.failed }
