package link

import (
	"context"
	"log/slog"
	"time"

	"github.com/thejerf/suture/v4"
)

// newSupervisor makes what keeps the session's long-lived goroutines going. One that panics is logged and started anew:
// a message that upsets a handler must not be the end of a class.
func (s *Session) newSupervisor() *suture.Supervisor {
	return suture.New("link", suture.Spec{
		EventHook: func(e suture.Event) {
			if s.ctx.Err() == nil {
				s.log.LogAttrs(context.Background(), slog.LevelError, "a part of the link failed and is started anew", slog.String("event", e.String()))
			}
		},
		FailureBackoff: time.Second,
		Timeout:        10 * time.Second,
	})
}

// run keeps f going, under a name, until the session ends.
func (s *Session) run(name string, f func(context.Context) error) { s.sup.Add(service{name, f}) }

type service struct {
	name string
	f    func(context.Context) error
}

func (v service) Serve(ctx context.Context) error { return v.f(ctx) }
func (v service) String() string                  { return v.name }

// every calls f at once and then regularly, until ctx ends.
func every(ctx context.Context, d time.Duration, f func()) error {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		f()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
}
