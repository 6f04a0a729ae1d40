package app

import (
	"fmt"
	"strings"
	"testing"

	"thirdspace/app/code"
	"thirdspace/app/failure"
	"thirdspace/app/work"
)

// looked waits until the teacher's look at a student stands so.
func (p *page) looked(id, state string, here bool) {
	p.t.Helper()
	p.until(func() string {
		if l := must(p.code.Look(id))(p.t); l.State != state || l.Here != here {
			return fmt.Sprintf("the look stands at %+v, want %q", l, state)
		}
		return ""
	})
}

// seen waits until the student sees one person looking, in that state; with "", nobody.
func (p *page) seen(state string) (l code.Looker) {
	p.t.Helper()
	p.until(func() string {
		list := must(p.code.Lookers())(p.t)
		if state == "" && len(list) == 0 {
			return ""
		}
		if len(list) != 1 || list[0].State != state {
			return fmt.Sprintf("%+v are seen, want one who is %q", list, state)
		}
		l = list[0]
		return ""
	})
	return l
}

// showing waits until a document reads as given.
func (p *page) showing(id, text string) {
	p.t.Helper()
	p.until(func() string {
		if d := must(p.code.OpenDoc(id))(p.t); d.Text != text {
			return fmt.Sprintf("%s shows %q, want %q", id, d.Text, text)
		}
		return ""
	})
}

func TestEditingTogether(t *testing.T) {
	teacher, student := classroom(t)
	ada := student.room.View().Me.ID
	student.typed(code.Mine, "// Ada\n")
	text := must(student.code.OpenDoc(code.Mine))(t).Text
	teacher.showing(ada, text)
	if d := must(teacher.code.OpenDoc(ada))(t); d.Pen || d.Owned {
		t.Fatalf("a student's code may be edited unasked: %+v", d)
	}
	d := must(teacher.code.OpenDoc(ada))(t)
	if _, err := teacher.code.Push(ada, d.Epoch, d.Version, []code.Update{{ClientID: "test", Changes: []any{[]any{0, "x"}, len(d.Text)}}}); err == nil {
		t.Fatal("it was edited unasked")
	}

	teacher.looked(ada, "looking", true)
	l := student.seen("looking")
	if l.Name != "Ms Lee" || !l.Here || l.Caret != nil {
		t.Errorf("%+v", l)
	}
	student.heard(code.EventLookers, `"name":"Ms Lee","state":"looking","here":true`)
	if _, err := student.code.Look(l.ID); failureCode(err) != failure.CodeUnknown {
		t.Errorf("a student looks at the teacher: %v", err)
	}

	if err := teacher.code.OfferTogether(ada); err != nil {
		t.Fatal(err)
	}
	student.seen("offered")
	if err := student.code.AnswerOffer(l.ID, true); err != nil {
		t.Fatal(err)
	}
	teacher.looked(ada, "together", true)
	teacher.heard(code.EventLook, ada, `"state":"together"`)
	if d := must(teacher.code.OpenDoc(ada))(t); !d.Pen || d.Owned {
		t.Fatalf("%+v", d)
	}
	teacher.typed(ada, "// Ms Lee\n")
	student.showing(code.Mine, "// Ms Lee\n"+text)
	student.heard(code.EventChanged, `"id":"mine"`, "// Ms Lee", l.ID+"/test")
	teacher.heard(code.EventChanged, ada, "// Ms Lee", `"clientID":"test"`)
	d = must(teacher.code.OpenDoc(ada))(t)
	if err := teacher.code.Caret(ada, d.Epoch, d.Version, 3, 5); err != nil {
		t.Fatal(err)
	}
	student.heard(code.EventLookers, fmt.Sprintf(`"version":%d,"anchor":3,"head":5`, d.Version))

	// The student's own work goes on meanwhile.
	student.typed(code.Mine, "// both\n")
	both := "// both\n// Ms Lee\n" + text
	teacher.showing(ada, both)
	handed := must(student.work.HandIn("Together"))(t)
	teacher.heard(work.EventChanged, `"title":"Together"`)
	if files := must(teacher.work.Open(handed.ID))(t).Files; files[0].Text != both {
		t.Errorf("handed in: %q", files[0].Text)
	}

	// What each typed is in the history that is on the student's disk.
	student.until(func() string {
		by := map[string]string{}
		_, updates, err := student.app.store.Documents(student.room.View().ID).Load(t.Context(), "code")
		if err != nil {
			return err.Error()
		}
		for _, u := range updates {
			by[u.Author] += string(u.Changes)
		}
		if !strings.Contains(by[l.ID], "// Ms Lee") || !strings.Contains(by[ada], "// both") || strings.Contains(by[ada], "// Ms Lee") {
			return fmt.Sprintf("the history says %v", by)
		}
		return ""
	})

	if err := student.code.EndTogether(l.ID); err != nil {
		t.Fatal(err)
	}
	d = must(teacher.code.OpenDoc(ada))(t)
	if _, err := teacher.code.Push(ada, d.Epoch, d.Version, []code.Update{{ClientID: "test", Changes: []any{[]any{0, "x"}, len(d.Text)}}}); failureCode(err) != failure.CodeNotAllowed {
		t.Errorf("after the end: %v", err)
	}
	teacher.looked(ada, "ended", true)
	if err := teacher.code.LookAway(ada); err != nil {
		t.Fatal(err)
	}
	student.seen("")
	if got := must(student.code.OpenDoc(code.Mine))(t).Text; got != both {
		t.Errorf("in the end: %q", got)
	}
}
