package session

import (
	"fmt"
	"testing"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
)

func memberNamed(t *testing.T, s *Session, name string) class.Member {
	t.Helper()
	for _, m := range s.Members() {
		if m.Name == name {
			return m
		}
	}
	t.Fatalf("nobody is called %s", name)
	return class.Member{}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// becomes waits until a session's person has a role.
func becomes(t *testing.T, s *Session, role identity.Role) {
	t.Helper()
	eventually(t, func() string {
		if s.Role() != role || s.link.Certificate().Role != role {
			return fmt.Sprintf("is %s by the facts, %s by the certificate", s.Role(), s.link.Certificate().Role)
		}
		return ""
	})
}

func TestCoTeacher(t *testing.T) {
	teacher, roy, ada, ben := newMachine(t), newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(true)
	a, b := ada.join(host, "Ada"), ben.join(host, "Ben")
	write(t, a, PageMine, "package before")
	shows(t, host, a.Self().String(), "package before")
	co := roy.join(host, "Roy")
	if _, err := co.Document(a.Self().String()); err == nil {
		t.Fatal("a student opens another's code")
	}
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleCoTeacher))
	becomes(t, co, identity.RoleCoTeacher)

	// He sees the wall, as it is and as it changes.
	shows(t, co, a.Self().String(), "package before")
	write(t, a, PageMine, "package after")
	shows(t, co, a.Self().String(), "package after")

	// What is handed in from now on is his to read.
	eventually(t, func() string {
		if len(a.Teachers()) != 2 {
			return "Ada does not know of the co-teacher"
		}
		return ""
	})
	id, err := a.State(t.Context(), class.KindHandedIn, a.Teachers(), class.HandedIn{Title: "Loops", Files: []class.File{{Name: "main.go", Text: "x"}}})
	must(t, err)
	eventually(t, func() string {
		if w, ok := co.Submission(id); !ok || len(w.Files) != 1 {
			return "the co-teacher cannot read what was handed in"
		}
		return ""
	})

	// He mutes, and takes it back; he removes, and takes it back.
	must(t, co.SetMuted(t.Context(), memberNamed(t, co, "Ada"), true))
	eventually(t, func() string {
		if !memberNamed(t, a, "Ada").Muted || !memberNamed(t, host, "Ada").Muted {
			return "Ada is not muted everywhere"
		}
		return ""
	})
	ada.say("can you hear me")
	tried := *a.heardOf(a.Self())
	eventually(t, func() string {
		if *co.heardOf(a.Self()) < tried {
			return "the co-teacher's machine does not know what Ada tried to say"
		}
		return ""
	})
	must(t, co.SetMuted(t.Context(), memberNamed(t, co, "Ada"), false))
	eventually(t, func() string {
		if memberNamed(t, a, "Ada").Muted {
			return "Ada is still mute"
		}
		return ""
	})
	ada.say("now")
	hears(t, host, "Ada: now")
	hears(t, b, "Ada: now")
	must(t, co.Remove(t.Context(), memberNamed(t, co, "Ben")))
	eventually(t, func() string {
		if st := b.Link(); st.Phase != link.PhaseRefused || st.Refusal.Code != link.RefusedRemoved {
			return fmt.Sprintf("Ben is %+v", st)
		}
		return ""
	})
	must(t, co.Readmit(t.Context(), memberNamed(t, co, "Ben")))
	eventually(t, func() string {
		if memberNamed(t, host, "Ben").Removed {
			return "Ben is still removed"
		}
		return ""
	})
	ben.join(host, "Ben")

	// He cannot do it to the teacher, nor give roles; whatever his machine states to that end changes nothing.
	lee := memberNamed(t, co, "Ms Lee")
	if err := co.Remove(t.Context(), lee); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatalf("%v", err)
	}
	if err := co.SetRole(t.Context(), memberNamed(t, co, "Ada"), identity.RoleCoTeacher); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatalf("%v", err)
	}
	_, err = co.State(t.Context(), class.KindRemoved, nil, class.Removed{Peer: lee.Peer})
	must(t, err)
	roy.say("did it work")
	hears(t, host, "Ada: now; Roy: did it work")
	if memberNamed(t, host, "Ms Lee").Removed || memberNamed(t, co, "Ms Lee").Removed {
		t.Fatal("a co-teacher has removed the teacher")
	}

	// A student again: the wall is closed, and the door to it.
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleStudent))
	becomes(t, co, identity.RoleStudent)
	if _, err := co.Document(a.Self().String()); err == nil {
		t.Fatal("a co-teacher no more still opens students' code")
	}
	if err := co.Remove(t.Context(), memberNamed(t, co, "Ben")); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatalf("%v", err)
	}
}

// TestStudentGetsNoRelay: the host serves the wall to those who teach and to nobody else.
func TestStudentGetsNoRelay(t *testing.T) {
	teacher, ada, eve := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(false)
	a, e := ada.join(host, "Ada"), eve.join(host, "Eve")
	write(t, a, PageMine, "package secret")
	shows(t, host, a.Self().String(), "package secret")
	e.docs.roleChanged(identity.RoleCoTeacher) // Eve's machine is a liar's
	st, err := e.link.Open(t.Context(), host.Self(), "/thirdspace/relay/1")
	if err != nil {
		return // it is refused at once
	}
	if n, err := st.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Fatalf("a student is told %d bytes of others' code", n)
	}
}

func TestRoleOutlastsTheHost(t *testing.T) {
	teacher, roy := newMachine(t), newMachine(t)
	host := teacher.open(false)
	co := roy.join(host, "Roy")
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleCoTeacher))
	becomes(t, co, identity.RoleCoTeacher)
	roy.stop()
	roy.start()
	if _, err := roy.sessions.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	becomes(t, roy.now(), identity.RoleCoTeacher)
}

func TestObserver(t *testing.T) {
	teacher, ada, eve := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(false)
	a, e := ada.join(host, "Ada"), eve.join(host, "Eve")
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Eve"), identity.RoleObserver))
	becomes(t, e, identity.RoleObserver)
	eve.say("psst")
	eventually(t, func() string {
		if *host.heardOf(e.Self()) == 0 {
			return "the host does not know what Eve tried to say"
		}
		return ""
	})
	must(t, host.SetMuted(t.Context(), memberNamed(t, host, "Eve"), false))
	eventually(t, func() string {
		if memberNamed(t, e, "Eve").Muted {
			return "Eve has no voice yet"
		}
		return ""
	})
	eve.say("thank you")
	hears(t, a, "Eve: thank you")
	hears(t, host, "Eve: thank you")
}
