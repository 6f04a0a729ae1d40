package class

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
	"thirdspace/p2p/wire"
)

// world makes facts as the journal of each of its people would.
type world struct {
	t       *testing.T
	room    string
	host    *identity.Device
	lamport uint64
	seq     map[peer.ID]uint64
}

func newWorld(t *testing.T) *world {
	return &world{t: t, room: wire.NewRoomID(), host: person(t), seq: map[peer.ID]uint64{}}
}

func person(t *testing.T) *identity.Device {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d, err := identity.NewDevice(key)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) fact(author peer.ID, kind string, raw []byte, audience ...peer.ID) journal.Fact {
	w.lamport++
	w.seq[author]++
	h := journal.Header{Room: w.room, Author: author, Seq: w.seq[author], Lamport: w.lamport, Kind: kind, Audience: audience}
	return journal.Fact{Header: h, Body: raw, Hash: sha256.Sum256(fmt.Appendf(nil, "%s %d", author, h.Seq))}
}

// fork is another thing said in the place of one, as a machine says it whose log is on its way back.
func (w *world) fork(f journal.Fact, text string) journal.Fact {
	w.t.Helper()
	raw, err := Encode(Said{Text: text, At: 5})
	if err != nil {
		w.t.Fatal(err)
	}
	f.Body, f.Hash = raw, [32]byte{0: 255, 31: 1} // after the other, by its hash
	return f
}

func (w *world) state(author peer.ID, kind string, b Body, audience ...peer.ID) journal.Fact {
	w.t.Helper()
	raw, err := Encode(b)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.fact(author, kind, raw, audience...)
}

func (w *world) admit(p peer.ID, name string, role identity.Role, number uint32) journal.Fact {
	w.t.Helper()
	c, err := w.host.Certify(identity.Certificate{Room: w.room, Peer: p, Name: name, Role: role, Number: number})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.state(w.host.ID(), KindAdmitted, Admitted{Certificate: c})
}

func texts(s *State) string {
	var out []string
	messages, _ := s.Messages(0, 1000)
	for _, m := range messages {
		out = append(out, m.Text)
	}
	return strings.Join(out, " ")
}

// TestSameFactsAnyOrderSameState is promise 1 of this package: order, repetition and late bodies change nothing.
func TestSameFactsAnyOrderSameState(t *testing.T) {
	seed := uint64(mathrand.Int64())
	t.Logf("seed %d", seed)
	rng := mathrand.New(mathrand.NewPCG(seed, 1))
	w := newWorld(t)
	host, ada, ben, eve := w.host.ID(), person(t).ID(), person(t).ID(), person(t).ID()
	facts := []journal.Fact{
		w.admit(host, "Ms Lee", identity.RoleTeacher, 1),
		w.state(host, KindOpened, Opened{Title: "Monday", Course: "Go", Teacher: "Ms Lee"}),
		w.state(ada, KindSaid, Said{Text: "before-my-admission-was-heard", At: 1}), // lower Lamport than her admission
		w.admit(ada, "Ada", identity.RoleStudent, 2),
		w.admit(ben, "Ben", identity.RoleStudent, 3),
		w.state(ben, KindSaid, Said{Text: "hello", At: 2}),
		w.state(ben, KindHandedIn, HandedIn{Title: "Loops", Files: []File{{"main.go", "package main"}}, At: 2}, host),
		w.state(ben, KindSent, Sent{Title: "Mine", Text: "not a teacher", At: 3}),
		w.state(host, KindSent, Sent{Title: "Start here", Text: "package main", At: 3}),
		w.state(host, KindRemoved, Removed{Peer: ben}),
		w.state(ben, KindSaid, Said{Text: "unaware", At: 4}), // of his removal, and readmitted later
		w.admit(ben, "Ben", identity.RoleStudent, 3),
		w.state(ben, KindSaid, Said{Text: "readmitted", At: 5}),
		w.state(ben, KindHandedIn, HandedIn{Title: "Loops", Files: []File{{"main.go", "package main // 2"}}, At: 2}, host),
		w.state(eve, KindSaid, Said{Text: "never-admitted", At: 6}),
		w.state(ada, KindRemoved, Removed{Peer: ben}),                       // not the host
		w.state(ada, KindOpened, Opened{Title: "Mine now", Teacher: "Ada"}), // not the host
		w.state(host, KindOpened, Opened{Title: "Monday, 2", Course: "Go", Teacher: "Ms Lee"}),
		w.fact(ada, KindSaid, []byte("not CBOR")),
		w.fact(ada, "kind.of.tomorrow", []byte{0xa0}),
	}
	i := slices.IndexFunc(facts, func(f journal.Fact) bool { return strings.Contains(string(f.Body), "readmitted") })
	facts = append(facts, w.fork(facts[i], "readmitted-too"))
	want := New(w.room, host)
	want.Apply(facts...)
	if got := texts(want); got != "before-my-admission-was-heard hello unaware readmitted readmitted-too" {
		t.Fatalf("messages: %q", got)
	}
	if want.Info().Title != "Monday, 2" || len(want.Sent()) != 1 || len(want.Submissions()) != 2 || want.Submissions()[1].Version != 2 {
		t.Fatalf("state: %+v, %d sent, %+v", want.Info(), len(want.Sent()), want.Submissions())
	}
	if m, ok := want.Member(ben); !ok || m.Removed || m.Number != 3 {
		t.Fatalf("Ben: %+v, %v", m, ok)
	}
	if want.Admitted(eve) {
		t.Fatal("a stranger is a member")
	}
	for round := range 300 {
		shuffled := append(append([]journal.Fact{}, facts...), facts[:rng.IntN(len(facts))]...)
		for i, f := range shuffled {
			if len(f.Audience) > 0 && rng.IntN(2) == 0 {
				f.Body = nil // the header goes ahead, the body follows
				shuffled = append(shuffled, shuffled[i])
				shuffled[i] = f
			}
		}
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got := New(w.room, host)
		for _, f := range shuffled {
			got.Apply(f)
		}
		if !reflect.DeepEqual(got.messages, want.messages) || !reflect.DeepEqual(got.sent, want.sent) ||
			!reflect.DeepEqual(got.submissions, want.submissions) || !reflect.DeepEqual(got.Members(), want.Members()) || got.Info() != want.Info() {
			t.Fatalf("round %d differs:\n%q\n%q\n%+v\n%+v", round, texts(got), texts(want), got.submissions, want.submissions)
		}
	}
}

func TestChangesTellWhatIsNew(t *testing.T) {
	w := newWorld(t)
	host, ada := w.host.ID(), person(t).ID()
	s := New(w.room, host)
	said := w.state(ada, KindSaid, Said{Text: "early", At: 1})
	if c := s.Apply(said); len(c.Messages) != 0 {
		t.Fatal("someone unknown was heard")
	}
	c := s.Apply(w.admit(ada, "Ada", identity.RoleStudent, 2))
	if len(c.Members) != 1 || len(c.Messages) != 1 || c.Messages[0].Text != "early" {
		t.Fatalf("%+v", c)
	}
	if c := s.Apply(said); len(c.Messages) != 0 {
		t.Fatal("said twice")
	}
}

func TestRemovalStrikesWhatCameAfter(t *testing.T) {
	w := newWorld(t)
	ada := person(t).ID()
	facts := []journal.Fact{
		w.admit(ada, "Ada", identity.RoleStudent, 2),
		w.state(ada, KindSaid, Said{Text: "before"}),
		w.state(w.host.ID(), KindRemoved, Removed{Peer: ada}),
		w.state(ada, KindSaid, Said{Text: "after"}),
	}
	forwards, backwards := New(w.room, w.host.ID()), New(w.room, w.host.ID())
	forwards.Apply(facts...)
	for i := range facts {
		backwards.Apply(facts[len(facts)-1-i])
	}
	if texts(forwards) != "before" || texts(backwards) != "before" {
		t.Fatalf("%q, %q", texts(forwards), texts(backwards))
	}
	if forwards.Admitted(ada) {
		t.Fatal("still a member")
	}
}

// TestRoleOfThen: what a co-teacher sent stands when they are a student again, and not the other way round.
func TestRoleOfThen(t *testing.T) {
	w := newWorld(t)
	ada := person(t).ID()
	s := New(w.room, w.host.ID())
	s.Apply(w.admit(ada, "Ada", identity.RoleStudent, 2), w.state(ada, KindSent, Sent{Title: "one", Text: "x"}),
		w.admit(ada, "Ada", identity.RoleCoTeacher, 2), w.state(ada, KindSent, Sent{Title: "two", Text: "x"}),
		w.admit(ada, "Ada", identity.RoleStudent, 2), w.state(ada, KindSent, Sent{Title: "three", Text: "x"}))
	if sent := s.Sent(); len(sent) != 1 || sent[0].Title != "two" {
		t.Fatalf("%+v", sent)
	}
}

func TestForgedCertificateAdmitsNoOne(t *testing.T) {
	w := newWorld(t)
	eve := person(t)
	s := New(w.room, w.host.ID())
	c, err := eve.Certify(identity.Certificate{Room: w.room, Peer: eve.ID(), Name: "Eve", Role: identity.RoleTeacher, Number: 1})
	if err != nil {
		t.Fatal(err)
	}
	s.Apply(w.state(w.host.ID(), KindAdmitted, Admitted{Certificate: c}), w.state(eve.ID(), KindAdmitted, Admitted{Certificate: c}))
	if s.Admitted(eve.ID()) {
		t.Fatal("admitted by her own word")
	}
}

func TestPermissions(t *testing.T) {
	for _, c := range []struct {
		role             identity.Role
		said, sent, work bool
	}{
		{identity.RoleTeacher, true, true, false},
		{identity.RoleCoTeacher, true, true, false},
		{identity.RoleStudent, true, false, true},
		{identity.RoleObserver, true, false, false}, // where a teacher has given them a voice: see TestObserverIsMuteUntilGivenAVoice
	} {
		if mayState(c.role, KindSaid) != c.said || mayState(c.role, KindSent) != c.sent || mayState(c.role, KindHandedIn) != c.work || mayState(c.role, "x") {
			t.Errorf("%s may not what it may", c.role)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	file := []File{{"main.go", "x"}}
	for name, b := range map[string]Body{
		"empty message":   Said{Text: " \n"},
		"long message":    Said{Text: strings.Repeat("é", MaxMessage+1)},
		"nameless code":   Sent{Title: "", Text: "x"},
		"huge code":       Sent{Title: "x", Text: strings.Repeat("x", MaxCode+1)},
		"bidi title":      HandedIn{Title: "a\u202eb", Files: file},
		"no files":        HandedIn{Title: "x"},
		"many files":      HandedIn{Title: "x", Files: make([]File, MaxFiles+1)},
		"nameless file":   HandedIn{Title: "x", Files: []File{{"", "x"}}},
		"two huge files":  HandedIn{Title: "x", Files: []File{{"a", strings.Repeat("x", MaxCode)}, {"b", "x"}}},
		"nameless room":   Opened{Title: "", Teacher: "x"},
		"remove nobody":   Removed{},
		"untidy teacher":  Opened{Title: "x", Teacher: " x "},
		"untidy course":   Opened{Title: "x", Teacher: "x", Course: "a  b"},
		"control in name": HandedIn{Title: "x\x00", Files: file},
	} {
		if _, err := Encode(b); !errors.Is(err, ErrBody) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMessagesPageByPage(t *testing.T) {
	w := newWorld(t)
	ada := person(t).ID()
	s := New(w.room, w.host.ID())
	s.Apply(w.admit(ada, "Ada", identity.RoleStudent, 2))
	for i := range 25 {
		s.Apply(w.state(ada, KindSaid, Said{Text: fmt.Sprint(i)}))
	}
	newest, first := s.Messages(0, 10)
	if first != 15 || newest[0].Text != "15" || newest[9].Text != "24" {
		t.Fatalf("%d %v", first, newest)
	}
	older, first := s.Messages(first, 10)
	if first != 5 || older[9].Text != "14" {
		t.Fatalf("%d %v", first, older)
	}
	if oldest, first := s.Messages(first, 10); first != 0 || len(oldest) != 5 {
		t.Fatalf("%d %v", first, oldest)
	}
}

func FuzzBodies(f *testing.F) {
	for _, b := range []Body{Said{Text: "x"}, Sent{Title: "x", Text: "y"}, HandedIn{Title: "x", Files: []File{{"main.go", "x"}}}, Opened{Title: "x", Teacher: "y"}} {
		raw, err := Encode(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		again[Said](t, raw)
		again[Sent](t, raw)
		again[HandedIn](t, raw)
		again[Opened](t, raw)
		again[Removed](t, raw)
		again[Admitted](t, raw)
		again[Restored](t, raw)
		again[Muted](t, raw)
		again[Claimed](t, raw)
		again[Moved](t, raw)
		again[Vouched](t, raw)
		again[Card](t, raw)
		again[Kept](t, raw)
		again[Asked](t, raw)
	})
}

// again checks that what is taken can be stated again, and then is the same.
func again[T Body](t *testing.T, raw []byte) {
	b, err := decode[T](raw)
	if err != nil {
		return
	}
	first, err := Encode(b)
	if err != nil {
		t.Fatalf("%T was taken and cannot be stated: %v", b, err)
	}
	c, err := decode[T](first)
	if err != nil {
		t.Fatal(err)
	}
	if second, _ := Encode(c); !bytes.Equal(first, second) {
		t.Fatalf("%T is not stable", b)
	}
}
