package doc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"thirdspace/p2p/wire"
)

// maxRelayed bounds how many documents are taken from a host.
const maxRelayed = 2048

// RelayConfig says what a relay's follower works with. Store and Net are needed.
type RelayConfig struct {
	Store *Store
	Net   Net
	Retry time.Duration // the wait after a stream that broke while the link was up; 0 means 1 s
	Log   *slog.Logger  // nil: no log
}

// RelayFollower takes students' documents from the host, on a co-teacher's machine. They are kept in the store under the
// same ids as on the host.
type RelayFollower struct {
	cfg    RelayConfig
	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup
	up     chan struct{}
}

// FollowRelay starts a follower, which does nothing until it is told that the link is up.
func FollowRelay(cfg RelayConfig) (*RelayFollower, error) {
	if cfg.Store == nil || cfg.Net == nil {
		return nil, errors.New("following students' documents: documents and a network are needed")
	}
	if cfg.Retry <= 0 {
		cfg.Retry = mirrorRetry
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	f := &RelayFollower{cfg: cfg, up: make(chan struct{}, 1)}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	f.tasks.Go(f.run)
	return f, nil
}

// Up says that the host can be reached, or can be reached again.
func (f *RelayFollower) Up() { signal(f.up) }

// Close stops following and waits until it has stopped.
func (f *RelayFollower) Close() {
	f.cancel()
	f.tasks.Wait()
}

func (f *RelayFollower) run() {
	select {
	case <-f.up:
	case <-f.ctx.Done():
		return
	}
	for f.ctx.Err() == nil {
		if err := f.session(); f.ctx.Err() == nil {
			f.cfg.Log.Debug("students' documents are not passed on just now", "err", err)
		}
		t := time.NewTimer(f.cfg.Retry)
		select {
		case <-f.up:
		case <-t.C:
		case <-f.ctx.Done():
		}
		t.Stop()
	}
}

// session takes what one stream brings.
func (f *RelayFollower) session() error {
	open, cancel := context.WithTimeout(f.ctx, frameTimeout)
	s, err := f.cfg.Net.Open(open, f.cfg.Net.HostID(), wire.ProtoRelay)
	cancel()
	if err != nil {
		return err
	}
	defer s.Reset()
	defer context.AfterFunc(f.ctx, func() { s.Reset() })()
	// Until something is said the other side does not know of the stream.
	if err := s.CloseWrite(); err != nil {
		return fmt.Errorf("asking for students' documents: %w", err)
	}
	r := bufio.NewReader(s)
	for taken := map[string]bool{}; ; {
		var u wire.MirrorUpdate
		if err := wire.ReadFrame(r, wire.MaxDocFrame, &u); err != nil {
			return fmt.Errorf("taking students' documents: %w", err)
		}
		if err := u.Check(); err != nil {
			return err
		}
		if taken[u.ID] = true; len(taken) > maxRelayed {
			return fmt.Errorf("%w: there are more than %d of them", wire.ErrDocument, maxRelayed)
		}
		if err := f.take(u); err != nil {
			return err
		}
	}
}

// take applies one message. After an error the next stream brings the document as it is.
func (f *RelayFollower) take(u wire.MirrorUpdate) error {
	owner, _, err := relayedID(u.ID)
	if err != nil {
		return err
	}
	r, err := f.cfg.Store.Follow(f.ctx, u.ID, owner.String())
	if err != nil {
		return err
	}
	if err := r.takeMirror(u); err != nil {
		return err
	}
	if now := r.Version(); u.Snapshot == nil && (now.Epoch != u.Epoch || now.Version < int(u.From)+len(u.Updates)) {
		return ErrGap
	}
	return nil
}
