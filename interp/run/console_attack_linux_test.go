package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"thirdspace/interp/check"
)

// consoleAttacks are lines that must be contained, and the console goes on.
var consoleAttacks = []struct{ name, typed, reason string }{
	{"loop", "for { n++ }", ReasonCPU},
	{"flood", `for { fmt.Println("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") }`, ReasonOutput},
	{"flood without lines", `for { fmt.Print("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") }`, ReasonOutput},
	{"memory", `s := "x"; for { s = s + s }`, ReasonMemory},
	{"memory in a list", `var l []string; for { l = append(l, strings.Repeat("x", 1000000)) }`, ReasonMemory},
}

func TestConsoleContains(t *testing.T) {
	p := consolePool(t)
	c := openConsole(t, p, "package main\n", Limits{Wall: DefaultLimits.Wall, CPU: small.CPU, Memory: small.Memory, Output: small.Output})
	eval(t, c, "n := 7")
	for _, a := range consoleAttacks {
		r := eval(t, c, a.typed)
		if r.end.Outcome != a.reason || !r.end.Undone || r.end.Message == "" {
			t.Errorf("%s: %+v", a.name, r.end)
		}
		if int64(len(r.out)) > small.Output {
			t.Errorf("%s: %d bytes were shown", a.name, len(r.out))
		}
		if r := eval(t, c, "n"); r.String() != "= 7 : int" {
			t.Errorf("after %s: %s", a.name, r)
		}
	}
	if r := eval(t, c, `os.Exit(4)`); r.end.Outcome != LineExit || r.end.Code != 4 {
		t.Errorf("%+v", r.end)
	}
	goesOn(t, p)
}

func TestConsoleStop(t *testing.T) {
	p := consolePool(t)
	c := openConsole(t, p, "package main\n", DefaultConsoleLimits)
	eval(t, c, "n := 7")
	for _, typed := range []string{`fmt.Println("on"); for { n++ }`, `fmt.Println("on"); for { fmt.Print() }`} {
		end, err := c.Eval(typed, func(e ConsoleEvent) {
			if e.Kind == KindOutput {
				if _, err := c.Eval("1", func(ConsoleEvent) {}); !errors.Is(err, ErrConsoleBusy) {
					t.Errorf("two lines at once: %v", err)
				}
				c.Stop()
			}
		})
		if err != nil || end.Outcome != ReasonStopped || !end.Undone {
			t.Errorf("%+v %v", end, err)
		}
	}
	if r := eval(t, c, "n"); r.String() != "= 7 : int" {
		t.Error(r)
	}
	c.Stop() // nothing to stop
	_, err := c.Eval(`fmt.Println("on"); for { n++ }`, func(e ConsoleEvent) {
		if e.Kind == KindOutput {
			go c.Close()
		}
	})
	if err != nil {
		t.Error(err)
	}
	c.Close()
	if _, err := c.Eval("1", func(ConsoleEvent) {}); !errors.Is(err, ErrConsoleClosed) {
		t.Errorf("a closed console answers: %v", err)
	}
	if _, _, err := c.Refresh(nil); !errors.Is(err, ErrConsoleClosed) {
		t.Errorf("a closed console is refreshed: %v", err)
	}
}

// TestConsoleTellsChance: what cannot be done again in the same way is told, not
// passed over.
func TestConsoleTellsChance(t *testing.T) {
	p := consolePool(t)
	c := openConsole(t, p, "package main\n", DefaultConsoleLimits)
	if r := eval(t, c, "n := rand.Intn(1000000000)"); r.String() != "" {
		t.Fatal(r)
	}
	r := eval(t, c, "n")
	if len(r.notes) != 1 || !strings.Contains(r.notes[0], "n came out different") || len(r.values) != 1 {
		t.Errorf("%+v", r)
	}
	c = openConsole(t, p, "package main\n", DefaultConsoleLimits)
	eval(t, c, "n := 1; fmt.Println(rand.Intn(1000000000))")
	if r := eval(t, c, "n"); len(r.notes) != 1 || !strings.Contains(r.notes[0], "printed something else") {
		t.Errorf("%+v", r)
	}
}

func TestConsoleRefresh(t *testing.T) {
	p := consolePool(t)
	program := func(text string) []File { return []File{{Name: "main.go", Text: "package main\n\n" + text}} }
	c := openConsole(t, p, program("func f() int { return 1 }\nfunc g() int { return 5 }\nfunc main() {}\n")[0].Text, DefaultConsoleLimits)
	for _, l := range []string{"x := f()", "y := g()", "func h() int { return x + y }", "y++"} {
		if r := eval(t, c, l); r.String() != "" {
			t.Fatal(r)
		}
	}
	problems, _, err := c.Refresh(program("func f() int { return }"))
	if err != nil || len(problems) == 0 {
		t.Fatalf("%v %v", problems, err)
	}
	if r := eval(t, c, "h()"); r.String() != "= 7 : int" {
		t.Errorf("with definitions that are wrong: %s", r)
	}
	problems, forgotten, err := c.Refresh(program("func f() int { return 10 }\nfunc g() int { return 50 }\n"))
	if err != nil || len(problems)+len(forgotten) > 0 {
		t.Fatalf("%v %v %v", problems, forgotten, err)
	}
	if r := eval(t, c, "h()"); r.String() != "= 61 : int" {
		t.Errorf("with other definitions: %s", r)
	}
	_, forgotten, err = c.Refresh(program("func f() int { return 3 }\n"))
	if err != nil || len(forgotten) != 3 {
		t.Fatalf("%q %v", forgotten, err)
	}
	if r := eval(t, c, "x"); r.String() != "= 3 : int" {
		t.Error(r)
	}
}

func TestConsoleOverWhatIsWrong(t *testing.T) {
	p := consolePool(t)
	for _, text := range []string{"", "package", "package main\nfunc f( {}", "package main\nfunc f() int { }\nfunc main() {}", "\xff", strings.Repeat("x", 2<<20)} {
		c := openConsole(t, p, text, DefaultConsoleLimits)
		if len(c.Problems()) == 0 {
			t.Errorf("%.40q: no problem", text)
		}
		if r := eval(t, c, "strings.ToUpper(\"a\")"); r.String() != `= "A" : string` {
			t.Errorf("%.40q: %s", text, r)
		}
	}
	for _, text := range []string{"package main\n", "package main\nimport \"os\"\nfunc one() int { return 1 }\n", "package main\nfunc one() int { return 1 }\nfunc main() { x := 1; y }\n"} {
		c := openConsole(t, p, text, DefaultConsoleLimits)
		if len(c.Problems()) > 0 {
			t.Errorf("%q: %v", text, c.Problems())
		}
		if r := eval(t, c, "one() + 1"); strings.Contains(text, "one") != (r.String() == "= 2 : int") {
			t.Errorf("%q: %s", text, r)
		}
	}
	c := openConsole(t, p, "package main\n", DefaultConsoleLimits)
	for _, typed := range []string{"\xff", strings.Repeat("x", check.MaxConsoleLine+1), "x\x00y"} {
		if r := eval(t, c, typed); r.end.Outcome != LineWrong {
			t.Errorf("%.20q: %+v", typed, r)
		}
	}
}

// TestConsolesLeaveNothing opens and closes many consoles, some in the middle of
// a line.
func TestConsolesLeaveNothing(t *testing.T) {
	p := consolePool(t)
	goesOn(t, p)
	fds := func() int {
		all, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	before, routines := fds(), runtime.NumGoroutine()
	for i := range 100 {
		c, err := p.Console(t.Context(), p.cfg.Checker, []File{{Name: "main.go", Text: "package main\n"}}, DefaultConsoleLimits)
		if err != nil {
			t.Fatal(err)
		}
		typed := fmt.Sprintf("n := %d", i)
		if i%10 == 0 {
			typed = `fmt.Println("on"); for { }`
		}
		if _, err := c.Eval(typed, func(e ConsoleEvent) {
			if e.Kind == KindOutput {
				c.Stop()
			}
		}); err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	goesOn(t, p)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if after := fds(); after > before {
		t.Errorf("%d files open, %d before", after, before)
	}
	if after := runtime.NumGoroutine(); after > routines {
		t.Errorf("%d goroutines, %d before", after, routines)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+fmt.Sprint(os.Getpid())+"-*")); len(left) > 0 {
		t.Errorf("left behind %v", left)
	}
	if children := childrenOf(t, os.Getpid()); children > 0 {
		t.Errorf("%d processes are left", children)
	}
}

// childrenOf counts the processes that a process has started and that are there.
func childrenOf(t *testing.T, pid int) (n int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stats {
		b, err := os.ReadFile(s)
		if err != nil {
			continue // it has just ended
		}
		_, rest, _ := strings.Cut(string(b), ") ")
		if f := strings.Fields(rest); len(f) > 1 && f[1] == fmt.Sprint(pid) {
			n++
		}
	}
	return n
}

// FuzzListening cuts at marks whatever a program prints.
func FuzzListening(f *testing.F) {
	f.Add("early\x02mbx=1\x02moout\x02mv5\x02max=2\x02me", 3)
	f.Add("\x02m\x02mo\x02", 1)
	f.Fuzz(func(t *testing.T, printed string, size int) {
		size = max(1, size%64)
		var shown strings.Builder
		l := newListening("\x02m", "", func(e ConsoleEvent) { shown.WriteString(e.Data) })
		for s := printed; s != ""; {
			n := min(size, len(s))
			l.hear(Event{Kind: KindOutput, Stream: "stdout", Data: s[:n]})
			l.hear(Event{Kind: KindOutput, Stream: "stderr", Data: s[:n]})
			s = s[n:]
		}
		l.hear(Event{Kind: KindExit, Exit: &Exit{Reason: ReasonPanic}})
		l.end()
		whole := newListening("\x02m", "", func(ConsoleEvent) {})
		whole.hear(Event{Kind: KindOutput, Stream: "stdout", Data: printed})
		whole.end()
		if whole.earlier != l.earlier || whole.part != l.part || fmt.Sprint(whole.values, whole.before, whole.after) != fmt.Sprint(l.values, l.before, l.after) || whole.printed.String() != l.printed.String() {
			t.Errorf("cut in pieces of %d: %+v, whole: %+v", size, l, whole)
		}
		if shown.Len() > 2*len(printed)+1 {
			t.Error("more was shown than printed")
		}
	})
}
