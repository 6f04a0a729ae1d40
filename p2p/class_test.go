package p2p_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/doc"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
	"thirdspace/p2p/link"
	"thirdspace/p2p/wire"
)

const (
	boardID   = "board"
	boardText = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"Hello\")\n}\n"
	// roomCode is asked of thirty. It is not asked of three hundred: they all come from one address here, which a host
	// takes for a machine that guesses when some of them break off.
	roomCode = "482177"
)

// invitation is what a student must know to come in.
type invitation struct {
	Room string
	Host peer.ID
	At   netip.AddrPort
	Code string
}

// machine is what both sides of a class have: a link, and the journal and the board that live on it.
type machine struct {
	device  *identity.Device
	link    *link.Session
	journal *journal.Journal
	store   *doc.Store
	board   *doc.Board

	facts *facts // what lasts
	texts *texts
}

func newDevice() (*identity.Device, error) {
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, err
	}
	return identity.NewDevice(key)
}

// live puts a journal and a board on the link, which is not started yet.
func (m *machine) live(room string, member func(peer.ID) bool, hear func(from, author peer.ID, data []byte)) error {
	var err error
	if m.facts == nil {
		m.facts, m.texts = newFacts(), newTexts()
	}
	m.journal, err = journal.Open(context.Background(), journal.Config{
		Room: room, Device: m.device, Storage: m.facts, Net: m.link, Member: member, Log: log,
	})
	if err != nil {
		return err
	}
	if m.store, err = doc.NewStore(doc.StoreConfig{Storage: m.texts, Self: m.device.ID().String(), Log: log}); err != nil {
		return err
	}
	if m.board, err = doc.NewBoard(doc.BoardConfig{Store: m.store, Net: m.link, Log: log}); err != nil {
		return err
	}
	m.link.Handle(wire.ProtoJournal, m.journal.HandleStream)
	m.link.Subscribe(wire.TopicFacts, m.journal.HandlePubsub)
	m.link.Handle(wire.ProtoDoc, m.board.HandleStream)
	m.link.Subscribe(wire.TopicBoard, hear)
	return nil
}

// close ends what there is of a machine, the link first, so that nothing is asked of what has ended.
func (m *machine) close() error {
	var errs []error
	if m.link != nil {
		errs = append(errs, m.link.Close())
	}
	if m.board != nil {
		errs = append(errs, m.board.Close())
	}
	if m.store != nil {
		errs = append(errs, m.store.Close())
	}
	if m.journal != nil {
		errs = append(errs, m.journal.Close())
	}
	return errors.Join(errs...)
}

// teacher hosts a room with a board.
type teacher struct {
	machine
	code string
	text *doc.Authority

	admitting sync.Mutex // one at a time
	mu        sync.Mutex
	members   map[peer.ID]identity.Certificate
}

// openClass opens a room, with a code or, if that is empty, an open door.
func openClass(code string) (*teacher, error) {
	t := &teacher{code: code, members: make(map[peer.ID]identity.Certificate)}
	var err error
	if t.device, err = newDevice(); err != nil {
		return nil, err
	}
	return t.open(wire.NewRoomID(), 0)
}

// restart ends the teacher's program and starts it again with what was on its disk, at the same port.
func (t *teacher) restart() (*teacher, error) {
	room, port := t.link.Room(), t.link.Port()
	if err := t.close(); err != nil {
		return nil, err
	}
	again := &teacher{machine: machine{device: t.device, facts: t.facts, texts: t.texts}, code: t.code, members: t.members}
	return again.open(room, port)
}

func (t *teacher) open(room string, port int) (_ *teacher, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, t.close())
		}
	}()
	if t.link, err = link.Host(link.HostConfig{Device: t.device, Room: room, Port: port, Gate: t, Beat: t.beat, Log: log}); err != nil {
		return nil, err
	}
	hear := func(from, author peer.ID, data []byte) { t.board.HandlePubsub(from, author, data) }
	if err := t.live(room, t.member, hear); err != nil {
		return nil, err
	}
	if t.text, err = t.store.Own(context.Background(), boardID, boardText); err != nil {
		return nil, err
	}
	t.board.Show(t.text)
	return t, t.link.Start(context.Background())
}

func (t *teacher) invitation() invitation {
	at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(t.link.Port()))
	return invitation{Room: t.link.Room(), Host: t.link.Self(), At: at, Code: t.code}
}

// Code and Admit are the gate: whoever knows the code comes in, and that is a fact of the room.
func (t *teacher) Code() string { return t.code }

// Nobody knocks in these tests, and there are no cards.
func (t *teacher) Knock() bool        { return false }
func (t *teacher) Card(uint32) []byte { return nil }

func (t *teacher) Admit(ctx context.Context, r link.JoinRequest) (identity.Certificate, error) {
	t.admitting.Lock()
	defer t.admitting.Unlock()
	if c, ok := t.certificate(r.Peer); ok {
		return c, nil // who tries again is admitted once
	}
	c, err := t.device.Certify(identity.Certificate{
		Room: t.link.Room(), Peer: r.Peer, Name: r.Name, Role: identity.RoleStudent, Number: uint32(len(t.members) + 2),
	})
	if err != nil {
		return c, err
	}
	body, err := wire.Marshal(c)
	if err != nil {
		return c, err
	}
	if _, err := t.journal.Append(ctx, "admitted", nil, body); err != nil {
		return c, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.members[r.Peer] = c
	return c, nil
}

func (t *teacher) certificate(p peer.ID) (identity.Certificate, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, ok := t.members[p]
	return c, ok
}

func (t *teacher) member(p peer.ID) bool {
	_, ok := t.certificate(p)
	return ok
}

func (t *teacher) beat() []byte {
	beat := wire.Beat{Now: time.Now().UnixMilli(), Digest: t.journal.Digest()}
	for id, v := range t.board.Versions() {
		beat.Documents = append(beat.Documents, wire.BeatDocument{ID: id, Epoch: v.Epoch, Version: v.Version})
	}
	raw, err := wire.Marshal(beat)
	if err != nil {
		panic(err) // a beat of known form
	}
	return raw
}

// student is one who has joined.
type student struct {
	machine
	copy *doc.Replica
	host peer.ID

	entered atomic.Bool    // the first comparison of logs is over
	syncs   sync.WaitGroup // those after it

	deaf   atomic.Bool  // board messages are lost
	missed atomic.Int64 // how many were
}

// newStudent makes a student who is not in yet.
func newStudent(device *identity.Device, number int, to invitation) (_ *student, err error) {
	s := &student{machine: machine{device: device}, host: to.Host}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	s.link, err = link.Join(link.JoinConfig{
		Device: s.device, Room: to.Room, Host: to.Host, Addrs: func() []netip.AddrPort { return []netip.AddrPort{to.At} },
		Name: fmt.Sprintf("Student %d", number), Code: to.Code, OnBeat: s.takeBeat, Log: log,
	})
	if err != nil {
		return nil, err
	}
	if err := s.live(to.Room, s.member, s.hear); err != nil {
		return nil, err
	}
	s.link.OnState(s.comesBack)
	s.copy, err = s.store.Follow(context.Background(), boardID, to.Host.String())
	return s, err
}

// enter comes in and catches up. If the connection is lost meanwhile, the link comes back by itself, and what is then
// still missing shows with a beat.
func (s *student) enter(ctx context.Context) error {
	if err := s.link.Start(ctx); err != nil {
		return err
	}
	if err := s.journal.Sync(ctx, s.host); err != nil {
		log.Warn("catching up was broken off", "reason", err)
	}
	s.entered.Store(true)
	return nil
}

// comesBack compares logs as soon as the link is there again.
func (s *student) comesBack(state link.State) {
	if state.Phase != link.PhaseHere || !s.entered.Load() {
		return
	}
	s.syncs.Go(func() {
		if err := s.journal.Sync(context.Background(), s.host); err != nil {
			log.Warn("catching up was broken off", "reason", err)
		}
	})
}

// close ends the student's program.
func (s *student) close() error {
	err := s.machine.close()
	s.syncs.Wait()
	return err
}

// member: nobody but the host speaks in this room.
func (s *student) member(p peer.ID) bool { return p == s.host }

func (s *student) hear(from, author peer.ID, data []byte) {
	if s.deaf.Load() {
		s.missed.Add(1)
		return
	}
	s.board.HandlePubsub(from, author, data)
}

func (s *student) takeBeat(raw []byte) {
	beat, err := wire.DecodeBeat(raw)
	if err != nil {
		log.Error("a beat is not usable", "error", err)
		return
	}
	s.journal.SawDigest(s.host, beat.Digest)
	for _, d := range beat.Documents {
		s.board.SawVersion(d.ID, d.Epoch, d.Version)
	}
}

// newStudents makes n students, not in yet.
func newStudents(n int, to invitation) ([]*student, error) {
	all := make([]*student, 0, n)
	for i := range n {
		device, err := newDevice()
		if err != nil {
			return nil, errors.Join(err, closeAll(all))
		}
		s, err := newStudent(device, i+1, to)
		if err != nil {
			return nil, errors.Join(err, closeAll(all))
		}
		all = append(all, s)
	}
	return all, nil
}

// enterAll lets them all come in at once.
func enterAll(ctx context.Context, all []*student) error {
	errs := make([]error, len(all))
	each(all, func(i int) { errs[i] = all[i].enter(ctx) })
	return errors.Join(errs...)
}

// insist lets them all come in at once, and has those whom the host did not answer in time try again, as a person
// does. It puts who did so in the place of who failed, and tells how often that was.
func insist(ctx context.Context, all []*student, to invitation) (again int64, err error) {
	var tries atomic.Int64
	errs := make([]error, len(all))
	each(all, func(i int) {
		for {
			err := all[i].enter(ctx)
			if err == nil || errors.As(err, new(*link.Refusal)) || ctx.Err() != nil {
				errs[i] = err
				return
			}
			tries.Add(1)
			next, err := newStudent(all[i].device, i+1, to)
			if err != nil {
				errs[i] = err
				return
			}
			errs[i] = all[i].close()
			all[i] = next
		}
	})
	return tries.Load(), errors.Join(errs...)
}

func closeAll(all []*student) error {
	errs := make([]error, len(all))
	each(all, func(i int) { errs[i] = all[i].close() })
	return errors.Join(errs...)
}

// each calls f for all of them at once.
func each(all []*student, f func(i int)) {
	var tasks sync.WaitGroup
	for i := range all {
		tasks.Go(func() { f(i) })
	}
	tasks.Wait()
}

// until waits for a condition, and gives an error when it has not come to it in time.
func until(ctx context.Context, what string, ok func() bool) error {
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("it never came to this: %s: %w", what, ctx.Err())
		}
	}
	return nil
}

// log is where the machines say what is wrong. They warn of what mends itself, too; that is left out, for it would stand
// between the figures of a benchmark.
var log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
