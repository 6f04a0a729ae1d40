package class

import (
	"fmt"
	mathrand "math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
)

func heard(n uint64) *uint64 { return &n }

// anyOrder applies facts forwards, backwards and shuffled, one by one and at once, and fails unless all come to the same.
func (w *world) anyOrder(facts ...journal.Fact) *State {
	w.t.Helper()
	want := New(w.room, w.host.ID())
	want.Apply(facts...)
	seed := mathrand.Uint64()
	rng := mathrand.New(mathrand.NewPCG(seed, 2))
	for round := range 60 {
		shuffled := slices.Clone(facts)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got := New(w.room, w.host.ID())
		for _, f := range shuffled {
			got.Apply(f)
		}
		if texts(got) != texts(want) || got.Host() != want.Host() || got.Info() != want.Info() || !reflect.DeepEqual(got.Members(), want.Members()) ||
			fmt.Sprint(got.Submissions(), got.Sent()) != fmt.Sprint(want.Submissions(), want.Sent()) {
			w.t.Fatalf("seed %d, round %d: order matters:\n%q %+v\n%q %+v", seed, round, texts(got), got.Members(), texts(want), want.Members())
		}
	}
	return want
}

func (w *world) certify(p peer.ID, name string, role identity.Role, number uint32, heard *uint64) journal.Fact {
	w.t.Helper()
	c, err := w.host.Certify(identity.Certificate{Room: w.room, Peer: p, Name: name, Role: role, Number: number})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.state(w.host.ID(), KindAdmitted, Admitted{Certificate: c, Heard: heard})
}

func (w *world) say(p peer.ID, text string) journal.Fact {
	return w.state(p, KindSaid, Said{Text: text, At: 1})
}

// backdated gives a fact a clock from before it was stated, as a machine may that does not keep to the rules.
func backdated(f journal.Fact, lamport uint64) journal.Fact {
	f.Lamport = lamport
	return f
}

func removed(t *testing.T, s *State, p peer.ID) bool {
	t.Helper()
	m, ok := s.Member(p)
	if !ok {
		t.Fatal("never admitted")
	}
	return m.Removed
}

func TestCoTeacherRemovesAndTakesBack(t *testing.T) {
	w := newWorld(t)
	co, ada, ben := person(t).ID(), person(t).ID(), person(t).ID()
	facts := []journal.Fact{
		w.admit(w.host.ID(), "Ms Lee", identity.RoleTeacher, 1),
		w.admit(co, "Mr Roy", identity.RoleCoTeacher, 2), w.admit(ada, "Ada", identity.RoleStudent, 3), w.admit(ben, "Ben", identity.RoleStudent, 4),
		w.state(co, KindRemoved, Removed{Peer: ada}), w.say(ada, "after"),
		w.state(co, KindRemoved, Removed{Peer: ben}), w.state(co, KindRestored, Restored{Peer: ben}), w.say(ben, "back"),
	}
	s := w.anyOrder(facts...)
	if !removed(t, s, ada) || removed(t, s, ben) || texts(s) != "back" {
		t.Fatalf("%+v, %q", s.Members(), texts(s))
	}
}

// TestNobodyGovernsAboveThem: forged words about roles and removals change nothing.
func TestNobodyGovernsAboveThem(t *testing.T) {
	w := newWorld(t)
	host := w.host.ID()
	coDevice, adaDevice := person(t), person(t)
	co, other, ada := coDevice.ID(), person(t).ID(), adaDevice.ID()
	forged := func(by *identity.Device, p peer.ID, role identity.Role) journal.Fact {
		c, err := by.Certify(identity.Certificate{Room: w.room, Peer: p, Name: "Forged", Role: role, Number: 9})
		if err != nil {
			t.Fatal(err)
		}
		return w.state(by.ID(), KindAdmitted, Admitted{Certificate: c})
	}
	facts := []journal.Fact{
		w.admit(host, "Ms Lee", identity.RoleTeacher, 1), w.admit(co, "Mr Roy", identity.RoleCoTeacher, 2),
		w.admit(other, "Mr Kim", identity.RoleCoTeacher, 3), w.admit(ada, "Ada", identity.RoleStudent, 4),
		w.state(co, KindRemoved, Removed{Peer: host}), w.state(co, KindMuted, Muted{Peer: host, Muted: true}),
		w.state(co, KindRemoved, Removed{Peer: other}), w.state(co, KindMuted, Muted{Peer: other, Muted: true}),
		w.state(ada, KindRemoved, Removed{Peer: co}), w.state(ada, KindMuted, Muted{Peer: co, Muted: true}),
		w.state(ada, KindRemoved, Removed{Peer: host}), w.state(ada, KindClaimed, Claimed{From: co, To: ada}),
		w.state(co, KindClaimed, Claimed{From: other, To: co}), w.state(co, KindOpened, Opened{Title: "Mine", Teacher: "Roy"}),
		forged(coDevice, ada, identity.RoleTeacher), forged(adaDevice, ada, identity.RoleCoTeacher),
		w.say(host, "teacher"), w.say(co, "co"), w.say(other, "other"), w.state(ada, KindSent, Sent{Title: "x", Text: "y"}),
	}
	s := w.anyOrder(facts...)
	if texts(s) != "teacher co other" || len(s.Sent()) != 0 || s.Info().Title != "" {
		t.Fatalf("%q, %d sent, %+v", texts(s), len(s.Sent()), s.Info())
	}
	if m, _ := s.Member(ada); m.Role != identity.RoleStudent {
		t.Fatalf("Ada made herself %s", m.Role)
	}
	if !s.MayGovern(co, ada) || s.MayGovern(co, other) || s.MayGovern(co, host) || s.MayGovern(ada, co) || !s.MayGovern(host, co) {
		t.Fatal("who may remove whom is not as it should be")
	}
}

// TestPowersThatAreGone: a co-teacher who is a student again cannot use the powers by turning the clock back.
func TestPowersThatAreGone(t *testing.T) {
	w := newWorld(t)
	co, ada, ben := person(t).ID(), person(t).ID(), person(t).ID()
	facts := []journal.Fact{
		w.admit(ada, "Ada", identity.RoleStudent, 3), w.admit(ben, "Ben", identity.RoleStudent, 4),
		w.certify(co, "Roy", identity.RoleCoTeacher, 2, heard(0)),
		w.state(co, KindRemoved, Removed{Peer: ben}),            // his first fact: it stands
		w.certify(co, "Roy", identity.RoleStudent, 2, heard(1)), // the host has heard one
		w.state(co, KindRemoved, Removed{Peer: ada}),
		backdated(w.state(co, KindRemoved, Removed{Peer: ada}), 5),
		backdated(w.state(co, KindSent, Sent{Title: "late", Text: "x"}), 5),
	}
	s := w.anyOrder(facts...)
	if removed(t, s, ada) || !removed(t, s, ben) || len(s.Sent()) != 0 {
		t.Fatalf("%+v, %d sent", s.Members(), len(s.Sent()))
	}
}

func TestRemovedOneCannotSpeakFromThePast(t *testing.T) {
	w := newWorld(t)
	ada := person(t).ID()
	s := w.anyOrder(w.admit(ada, "Ada", identity.RoleStudent, 2), w.say(ada, "before"),
		w.state(w.host.ID(), KindRemoved, Removed{Peer: ada, Heard: heard(1)}), backdated(w.say(ada, "backdated"), 2))
	if texts(s) != "before" {
		t.Fatalf("%q", texts(s))
	}
}

func TestMute(t *testing.T) {
	w := newWorld(t)
	host, co, ada := w.host.ID(), person(t).ID(), person(t).ID()
	facts := []journal.Fact{
		w.admit(host, "Ms Lee", identity.RoleTeacher, 1), w.admit(co, "Roy", identity.RoleCoTeacher, 2), w.admit(ada, "Ada", identity.RoleStudent, 3),
		w.say(ada, "one"), w.state(co, KindMuted, Muted{Peer: ada, Muted: true, Heard: heard(1)}),
		w.say(ada, "two"), backdated(w.say(ada, "two-from-the-past"), 4),
		w.state(ada, KindHandedIn, HandedIn{Title: "Loops", Files: []File{{"main.go", "x"}}}, host),
		w.state(host, KindMuted, Muted{Peer: ada, Muted: false, Heard: heard(4)}), w.say(ada, "three"),
	}
	s := w.anyOrder(facts...)
	if texts(s) != "one three" || len(s.Submissions()) != 1 {
		t.Fatalf("%q, %d submissions", texts(s), len(s.Submissions()))
	}
	before := w.anyOrder(facts[:8]...)
	if m, _ := before.Member(ada); !m.Muted {
		t.Fatal("nothing shows that Ada is mute")
	}
}

func TestObserverIsMuteUntilGivenAVoice(t *testing.T) {
	w := newWorld(t)
	host, eve := w.host.ID(), person(t).ID()
	facts := []journal.Fact{
		w.admit(host, "Ms Lee", identity.RoleTeacher, 1), w.admit(eve, "Eve", identity.RoleObserver, 2), w.say(eve, "psst"),
		w.state(eve, KindHandedIn, HandedIn{Title: "x", Files: []File{{"a", "b"}}}, host), w.state(eve, KindSent, Sent{Title: "x", Text: "y"}),
		w.state(host, KindMuted, Muted{Peer: eve, Muted: false}), w.say(eve, "thank you"),
	}
	s := w.anyOrder(facts...)
	if texts(s) != "thank you" || len(s.Submissions())+len(s.Sent()) != 0 {
		t.Fatalf("%q %+v", texts(s), s.Submissions())
	}
}

func TestClaimedSeat(t *testing.T) {
	w := newWorld(t)
	host, old, now := w.host.ID(), person(t).ID(), person(t).ID()
	work := func(p peer.ID) journal.Fact {
		return w.state(p, KindHandedIn, HandedIn{Title: "Loops", Files: []File{{"main.go", "x"}}}, host)
	}
	facts := []journal.Fact{
		w.admit(host, "Ms Lee", identity.RoleTeacher, 1), w.admit(old, "Ada", identity.RoleStudent, 2), w.say(old, "old"), work(old),
		w.admit(now, "Ada", identity.RoleStudent, 2), w.state(host, KindClaimed, Claimed{From: old, To: now, Heard: heard(2)}),
		w.say(old, "old-key-still-speaks"), w.say(now, "new"), work(now),
	}
	s := w.anyOrder(facts...)
	if texts(s) != "old new" || s.Speaker(old) != now || s.Speaker(now) != now {
		t.Fatalf("%q", texts(s))
	}
	if got := s.Submissions(); len(got) != 2 || got[1].Version != 2 {
		t.Fatalf("%+v", got)
	}
	if m := s.Members(); len(m) != 2 || m[1].Peer != now || m[1].Number != 2 {
		t.Fatalf("%+v", m)
	}
	// And back again, with the card, on the first machine.
	facts = append(facts, w.admit(old, "Ada", identity.RoleStudent, 2), w.state(host, KindClaimed, Claimed{From: now, To: old}), w.say(old, "home"), w.say(now, "gone"))
	s = w.anyOrder(facts...)
	if texts(s) != "old old-key-still-speaks new home" || // what was said there meanwhile is Ada's after all
		s.Speaker(now) != old || s.Speaker(old) != old {
		t.Fatalf("%q", texts(s))
	}
}

func (w *world) moved(to *identity.Device, v identity.Vouch) journal.Fact {
	return w.state(to.ID(), KindMoved, Moved{Vouch: v})
}

func vouch(t *testing.T, by *identity.Device, room string, from, to peer.ID, mine *identity.Certificate) identity.Vouch {
	t.Helper()
	v, err := by.Vouch(room, from, to, mine)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMovedRoom(t *testing.T) {
	w := newWorld(t)
	old, next, ada := w.host, person(t), person(t).ID()
	v := vouch(t, old, w.room, old.ID(), next.ID(), nil)
	facts := []journal.Fact{
		w.admit(old.ID(), "Ms Lee", identity.RoleTeacher, 1), w.admit(ada, "Ada", identity.RoleStudent, 2),
		w.state(ada, KindHandedIn, HandedIn{Title: "Loops", Files: []File{{"a", "b"}}}, old.ID()),
		w.moved(next, v), w.state(old.ID(), KindOpened, Opened{Title: "Too late", Teacher: "Ms Lee"}),
		w.state(old.ID(), KindRemoved, Removed{Peer: ada}),
		w.state(next.ID(), KindOpened, Opened{Title: "Monday", Teacher: "Ms Lee"}),
		w.state(next.ID(), KindRemoved, Removed{Peer: old.ID()}),
	}
	s := w.anyOrder(facts...)
	if s.Host() != next.ID() || s.Info().Title != "Monday" || removed(t, s, ada) || !removed(t, s, old.ID()) || len(s.Submissions()) != 1 || len(s.Moves()) != 1 {
		t.Fatalf("%+v %+v", s.Info(), s.Members())
	}
}

func TestMovedByACoTeachersWord(t *testing.T) {
	w := newWorld(t)
	old, co, next, eve := w.host, person(t), person(t), person(t)
	admitted := w.admit(co.ID(), "Roy", identity.RoleCoTeacher, 2)
	student := w.admit(eve.ID(), "Eve", identity.RoleStudent, 3)
	b, err := decode[Admitted](admitted.Body)
	if err != nil {
		t.Fatal(err)
	}
	v := vouch(t, co, w.room, old.ID(), next.ID(), &b.Certificate)
	if s := w.anyOrder(admitted, student, w.moved(next, v)); s.Host() != next.ID() {
		t.Fatal("a co-teacher's word does not count")
	}
	// Without the old host's log, which may have been lost with the machine, the certificate in it is what counts.
	if s := w.anyOrder(w.moved(next, v)); s.Host() != next.ID() {
		t.Fatal("a co-teacher's word does not count without the log")
	}
	// Who does not teach any more has no such word, whenever it is used.
	if s := w.anyOrder(admitted, w.admit(co.ID(), "Roy", identity.RoleStudent, 2), w.moved(next, v)); s.Host() != old.ID() {
		t.Fatal("the word of one who teaches no more counts")
	}
	// Nor has a student, nor somebody with a vouch for another key.
	e, err := decode[Admitted](student.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := eve.Vouch(w.room, old.ID(), eve.ID(), &e.Certificate); err == nil {
		t.Fatal("a student vouches")
	}
	if s := w.anyOrder(admitted, student, w.moved(eve, v)); s.Host() != old.ID() {
		t.Fatal("a vouch for one key serves another")
	}
	forged := v
	forged.To = eve.ID()
	if s := w.anyOrder(admitted, student, w.moved(eve, forged)); s.Host() != old.ID() {
		t.Fatal("a vouch can be changed")
	}
}

// TestMovedTwice: the second move may be heard of before the first.
func TestMovedTwice(t *testing.T) {
	w := newWorld(t)
	a, b, c := w.host, person(t), person(t)
	s := w.anyOrder(w.moved(b, vouch(t, a, w.room, a.ID(), b.ID(), nil)), w.moved(c, vouch(t, b, w.room, b.ID(), c.ID(), nil)),
		w.state(c.ID(), KindOpened, Opened{Title: "Third", Teacher: "Lee"}))
	if s.Host() != c.ID() || s.Info().Title != "Third" {
		t.Fatalf("%s", s.Host())
	}
	if got, err := identity.Successor(w.room, a.ID(), s.Moves()); err != nil || got != c.ID() {
		t.Fatal(err)
	}
	if got, err := identity.Successor(w.room, b.ID(), s.Moves()); err != nil || got != c.ID() {
		t.Fatal(err)
	}
}

func TestCards(t *testing.T) {
	w := newWorld(t)
	host, ada, eve := w.host.ID(), person(t).ID(), person(t).ID()
	first, second := []byte("12345678"), []byte("abcdefgh")
	facts := []journal.Fact{
		w.admit(host, "Ms Lee", identity.RoleTeacher, 1), w.admit(ada, "Ada", identity.RoleStudent, 2), w.admit(eve, "Eve", identity.RoleStudent, 3),
		w.state(host, KindCard, Card{Number: 2, Secret: first}, ada), w.state(host, KindCard, Card{Number: 2, Secret: second}, ada),
		w.state(eve, KindCard, Card{Number: 2, Secret: first}, ada), // not hers to issue
	}
	s := w.anyOrder(facts...)
	if string(s.Card(2)) != "abcdefgh" || s.Card(3) != nil {
		t.Fatalf("%q", s.Card(2))
	}
	s.Apply(w.state(host, KindCard, Card{Number: 2}, ada))
	if len(s.Card(2)) != 0 {
		t.Fatal("a card that was taken back counts")
	}
}

// TestStrangersFloodOfWordsIsCheap: who has no say adds nothing to what is gone through.
func TestStrangersFloodOfWordsIsCheap(t *testing.T) {
	w := newWorld(t)
	eve := person(t).ID()
	s := New(w.room, w.host.ID())
	s.Apply(w.admit(eve, "Eve", identity.RoleStudent, 2))
	for range 2000 {
		s.Apply(w.state(eve, KindRemoved, Removed{Peer: w.host.ID()}))
	}
	if len(s.words) != 1 {
		t.Fatalf("%d words", len(s.words))
	}
}
