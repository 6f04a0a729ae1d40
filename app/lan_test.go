//go:build linux

package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"thirdspace/app/code"
	"thirdspace/app/room"
	"thirdspace/app/talk"
	"thirdspace/app/work"
	"thirdspace/p2p/lab"
)

// A classmate is the whole app on a machine of its own, called over its standard input as a page would call it: one
// JSON line {"call": "room.Service.View", "args": []} each, one line back.
type (
	ask struct {
		Call string            `json:"call"`
		Args []json.RawMessage `json:"args"`
	}
	answer struct {
		Result any    `json:"result"`
		Error  string `json:"error"`
	}
)

// enterRole makes this test binary a machine of the lab where it was started as one.
func enterRole() (code int, done bool) {
	return lab.Enter(lab.Roles{"classmate": playClassmate, "sniffer": playSniffer})
}

// silent is a page that does not listen.
type silent struct{}

func (silent) Emit(string, ...any) {}

// playClassmate is the role of a machine: its arguments are the data folder and the path of the runner.
func playClassmate(args []string) error {
	a := New(Config{DataDir: args[0], Runner: args[1], Mode: ModeStart, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err := a.Start(context.Background(), silent{}); err != nil {
		return err
	}
	methods := map[string]reflect.Value{}
	for _, s := range a.Services() {
		v := reflect.ValueOf(s)
		for i := range v.NumMethod() {
			methods[strings.TrimPrefix(v.Type().String(), "*")+"."+v.Type().Method(i).Name] = v.Method(i)
		}
	}
	in := json.NewDecoder(os.Stdin)
	for {
		var q ask
		if err := in.Decode(&q); errors.Is(err, io.EOF) {
			return a.Stop()
		} else if err != nil {
			return err
		}
		if err := json.NewEncoder(os.Stdout).Encode(answerTo(methods, q)); err != nil {
			return err
		}
	}
}

func answerTo(methods map[string]reflect.Value, q ask) (out answer) {
	m, ok := methods[q.Call]
	if !ok || m.Type().NumIn() != len(q.Args) {
		return answer{Error: "no such call: " + q.Call}
	}
	in := make([]reflect.Value, len(q.Args))
	for i, raw := range q.Args {
		p := reflect.New(m.Type().In(i))
		if err := json.Unmarshal(raw, p.Interface()); err != nil {
			return answer{Error: err.Error()}
		}
		in[i] = p.Elem()
	}
	for _, v := range m.Call(in) {
		if err, ok := v.Interface().(error); ok {
			out.Error = err.Error()
		} else if v.Type() != reflect.TypeFor[error]() {
			out.Result = v.Interface()
		}
	}
	return out
}

// classmate is the test's end of one.
type classmate struct {
	t       *testing.T
	network *lab.Network
	name    string
	dir     string
	cmd     *exec.Cmd
	in      *json.Encoder
	out     *bufio.Reader
}

func newClassmate(t *testing.T, n *lab.Network, name string) *classmate {
	t.Helper()
	c := &classmate{t: t, network: n, name: name, dir: t.TempDir()}
	c.start()
	return c
}

func (c *classmate) start() {
	c.t.Helper()
	c.cmd = c.network.Self(c.name, "classmate", c.dir, runner)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.in, c.out = json.NewEncoder(in), bufio.NewReader(out)
}

// kill ends the machine's process as a power cut would.
func (c *classmate) kill() {
	c.t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	c.cmd.Wait()
}

func call[T any](c *classmate, name string, args ...any) (T, error) {
	c.t.Helper()
	q := map[string]any{"call": name, "args": append([]any{}, args...)}
	if err := c.in.Encode(q); err != nil {
		c.t.Fatalf("%s: calling %s: %v", c.name, name, err)
	}
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		c.t.Fatalf("%s: calling %s: %v", c.name, name, err)
	}
	var result T
	a := answer{Result: &result}
	if err := json.Unmarshal(line, &a); err != nil {
		c.t.Fatalf("%s: %s answered %q: %v", c.name, name, line, err)
	}
	if a.Error != "" {
		return result, errors.New(a.Error)
	}
	return result, nil
}

func get[T any](c *classmate, name string, args ...any) T {
	c.t.Helper()
	v, err := call[T](c, name, args...)
	if err != nil {
		c.t.Fatalf("%s: %s: %v", c.name, name, err)
	}
	return v
}

func (c *classmate) until(what string, check func() bool) {
	c.t.Helper()
	deadline := time.After(40 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !check() {
		select {
		case <-deadline:
			c.t.Fatalf("%s: still not: %s\nview: %+v\nheard: %s", c.name, what, get[room.View](c, "room.Service.View"), c.heard())
		case <-tick.C:
		}
	}
}

func (c *classmate) say(text string) { get[talk.Message](c, "talk.Service.Say", text) }

func (c *classmate) heard() string {
	var out []string
	for _, m := range get[talk.Page](c, "talk.Service.Messages", 0, 500).Messages {
		out = append(out, m.Name+": "+m.Text)
	}
	return strings.Join(out, "; ")
}

func (c *classmate) hears(want string) {
	c.t.Helper()
	c.until("hears "+want, func() bool { return c.heard() == want })
}

func (c *classmate) phase(want string) {
	c.t.Helper()
	c.until("is "+want, func() bool { return get[room.View](c, "room.Service.View").Phase == want })
}

func (c *classmate) text(id string) string { return get[code.Doc](c, "code.Service.OpenDoc", id).Text }

// typed puts a line in front of a document, as an editor would.
func (c *classmate) typed(id, line string) {
	c.t.Helper()
	d := get[code.Doc](c, "code.Service.OpenDoc", id)
	change := []any{[]any{0, line, ""}, len(d.Text)}
	if r := get[code.PushResult](c, "code.Service.Push", id, d.Epoch, d.Version, []any{map[string]any{"clientID": "t", "changes": change}}); !r.OK {
		c.t.Fatalf("%s: the push was not taken", c.name)
	}
}

// findAndJoin waits until the room stands in the list, and joins it with a click.
func (c *classmate) findAndJoin(title, code string) {
	c.t.Helper()
	var found room.Found
	began := time.Now()
	c.until("finds the room", func() bool {
		for _, f := range get[[]room.Found](c, "room.Service.Search") {
			if f.Title == title {
				found = f
			}
		}
		return found.ID != ""
	})
	c.t.Logf("%s found the room after %v", c.name, time.Since(began).Round(time.Millisecond))
	get[room.View](c, "room.Service.Join", room.JoinRequest{ID: found.ID, Host: found.Host, Name: c.name, Code: code})
}

// TestClassOnALAN: a teacher and three students, each with an address of their own, IPv4 only and no default route,
// find each other and hold a class. A cable is out for six seconds; the teacher's machine is killed; everybody hears
// everything again.
func TestClassOnALAN(t *testing.T) {
	n := lab.New(t, "Lee", "Ada", "Ben", "Chen")
	teacher, ada, ben, chen := newClassmate(t, n, "Lee"), newClassmate(t, n, "Ada"), newClassmate(t, n, "Ben"), newClassmate(t, n, "Chen")
	v := get[room.View](teacher, "room.Service.Open", room.OpenRequest{Title: "Lab B", Teacher: "Lee", UseCode: true})
	if !strings.HasPrefix(v.Addresses[0], n.Addr("Lee").String()+":") {
		t.Errorf("the room says it is at %v", v.Addresses)
	}
	for _, c := range []*classmate{ada, ben} {
		c.findAndJoin("Lab B", v.Code)
	}
	get[room.View](chen, "room.Service.Join", room.JoinRequest{Address: v.Addresses[0], Name: "Chen", Code: v.Code})

	all := []*classmate{teacher, ada, ben, chen}
	ada.say("hello")
	for _, c := range all {
		c.hears("Ada: hello")
	}
	teacher.typed("board", "// on the board")
	ben.until("follows the board", func() bool { return strings.HasPrefix(ben.text("board"), "// on the board") })
	adaID := get[room.View](ada, "room.Service.View").Me.ID

	t.Run("a cable out for six seconds", func(t *testing.T) {
		n.SetLink("Ada", false)
		ada.phase("reconnecting")
		teacher.until("sees that Ada is away", func() bool { return !here(teacher, adaID) })
		ada.typed("mine", "// typed apart")
		ada.say("apart")
		get[work.Submission](ada, "work.Service.HandIn", "Apart")
		ben.say("without Ada")
		<-time.After(6 * time.Second) // the cut itself, not a wait for something
		n.SetLink("Ada", true)
		ada.phase("here")
		for _, c := range all {
			c.until("hears what was said on both sides", func() bool {
				h := c.heard()
				return strings.Contains(h, "Ada: apart") && strings.Contains(h, "Ben: without Ada")
			})
		}
		teacher.until("has Ada's code and hand-in", func() bool {
			list := get[[]work.Submission](teacher, "work.Service.All")
			return len(list) == 1 && list[0].Name == "Ada" && strings.HasPrefix(teacher.text(adaID), "// typed apart")
		})
		teacher.typed("board", "// after the cut")
		ada.until("follows the board again", func() bool { return strings.HasPrefix(ada.text("board"), "// after the cut") })
		ada.say("back")
		for _, c := range all {
			c.until("hears Ada live again", func() bool { return strings.HasSuffix(c.heard(), "Ada: back") })
		}
	})

	t.Run("the teacher's machine killed", func(t *testing.T) {
		before := teacher.heard()
		teacher.kill()
		for _, c := range all[1:] {
			c.phase("reconnecting")
		}
		ben.say("is she gone?")
		teacher.start()
		for _, c := range all[1:] {
			c.phase("here")
		}
		again := get[room.View](teacher, "room.Service.View")
		if again.ID != v.ID || again.Code != v.Code || again.Fingerprint != v.Fingerprint {
			t.Errorf("another room: %+v", again)
		}
		for _, c := range all {
			c.hears(before + "; Ben: is she gone?")
		}
		if text := teacher.text(adaID); !strings.HasPrefix(text, "// typed apart") {
			t.Errorf("Ada's code on the teacher's machine: %q", text)
		}
	})

	t.Run("a student's machine killed", func(t *testing.T) {
		ben.typed("mine", "// the last thing typed")
		teacher.until("has it", func() bool {
			id := get[room.View](ben, "room.Service.View").Me.ID
			return strings.HasPrefix(teacher.text(id), "// the last thing typed")
		})
		<-time.After(time.Second) // the promise: what was typed is on the disk within a second
		ben.kill()
		ben.start()
		ben.phase("here")
		if text := ben.text("mine"); !strings.HasPrefix(text, "// the last thing typed") {
			t.Errorf("Ben's code: %q", text)
		}
		if me := get[room.View](ben, "room.Service.View").Me; me.Name != "Ben" {
			t.Errorf("Ben is called %q", me.Name)
		}
	})

	t.Run("the room closes", func(t *testing.T) {
		late := newClassmate(t, n, "Ben") // a second program on one machine
		late.until("sees the room", func() bool { return len(get[[]room.Found](late, "room.Service.Search")) == 1 })
		get[any](teacher, "room.Service.Leave")
		late.until("sees that it is gone", func() bool { return len(get[[]room.Found](late, "room.Service.Search")) == 0 })
	})
}

func here(c *classmate, id string) bool {
	for _, m := range get[room.View](c, "room.Service.View").Members {
		if m.ID == id {
			return m.Here
		}
	}
	return false
}

// TestHostWithoutANetwork: a room can be opened, and is found once there is a network.
func TestHostWithoutANetwork(t *testing.T) {
	n := lab.New(t, "Lee", "Ada")
	n.SetLink("Lee", false)
	teacher, ada := newClassmate(t, n, "Lee"), newClassmate(t, n, "Ada")
	get[room.View](teacher, "room.Service.Open", room.OpenRequest{Title: "Lab B", Teacher: "Lee"})
	n.SetLink("Lee", true)
	ada.findAndJoin("Lab B", "")
	ada.say("hello")
	teacher.hears("Ada: hello")
	if got := fmt.Sprint(get[[]string](ada, "room.Service.Networks")); !strings.Contains(got, "10.77.0.") {
		t.Errorf("searched networks: %s", got)
	}
}
