package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// natives are programs as the installed Go compiles them for this machine. That
// is go run for all of them at the price of one link: each is a package main of
// its own, in one binary that runs the one it is told to.
type natives struct {
	t       testing.TB
	dir     string
	config  string            // what the linker needs to know of the standard library
	binary  string            // of those that can live with others
	its     map[string]string // binaries of the others
	current []program
}

// entry is called like nothing in a program.
const entry = "Entry__of__program"

// compileNatively compiles programs. Those that do something before main have a
// binary of their own, as they would do it for the others too, and so have those
// that only the go command can build.
func compileNatively(t testing.TB, list []program) *natives {
	t.Helper()
	n := &natives{t: t, dir: t.TempDir(), its: map[string]string{}}
	n.config = n.goTool("list", "-export", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "std")
	n.write("std.cfg", n.config)
	var alone []program
	for _, p := range list {
		if p.busyBeforeMain() {
			alone = append(alone, p)
		} else {
			n.current = append(n.current, p)
		}
	}
	each(n.current, func(p program) { n.compile(p) })
	for _, p := range alone {
		n.its[p.name] = n.build(p)
	}
	if len(n.current) > 0 {
		n.link()
	}
	return n
}

// busyBeforeMain reports whether a program needs a binary of its own.
func (p program) busyBeforeMain() bool {
	for _, f := range p.files {
		if strings.Contains(f.Text, "func init()") || strings.Contains(f.Text, "//go:embed") || strings.Contains(f.Text, "= early(") {
			return true
		}
	}
	return false
}

func (n *natives) write(name, text string) string {
	name = filepath.Join(n.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		n.t.Error(err)
	}
	return name
}

// goTool runs the go command and returns what it prints.
func (n *natives) goTool(args ...string) string {
	cmd := exec.Command("go", args...)
	cmd.Dir = n.dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		n.t.Errorf("go %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// compile makes an archive of one program.
func (n *natives) compile(p program) {
	args := []string{"tool", "compile", "-p", "programs/" + p.name, "-importcfg", "std.cfg", "-lang=go1.26", "-pack", "-o", p.name + ".a"}
	for _, f := range p.files {
		if name := n.write(p.name+"/"+f.Name, f.Text); strings.HasSuffix(name, ".go") {
			args = append(args, name)
		}
	}
	args = append(args, n.write(p.name+"/entry__.go", "package main\n\nfunc "+entry+"() { main() }\n"))
	n.goTool(args...)
}

// build makes a binary of one program, as go run does.
func (n *natives) build(p program) string {
	n.write(p.name+"/go.mod", "module "+p.name+"\n\ngo 1.26\n")
	for _, f := range p.files {
		n.write(p.name+"/"+f.Name, f.Text)
	}
	n.goTool("-C", p.name, "build", "-o", "program", ".")
	return filepath.Join(n.dir, p.name, "program")
}

// link makes one binary of all that have been compiled.
func (n *natives) link() {
	var imports, cases, config strings.Builder
	config.WriteString(n.config)
	for i, p := range n.current {
		fmt.Fprintf(&imports, "import p%d \"programs/%s\"\n", i, p.name)
		fmt.Fprintf(&cases, "\tcase %q:\n\t\tos.Args = os.Args[:1]\n\t\tp%d.%s()\n", p.name, i, entry)
		fmt.Fprintf(&config, "packagefile programs/%s=%s.a\n", p.name, p.name)
	}
	n.write("all.cfg", config.String())
	n.write("main.go", "package main\n\nimport \"os\"\n"+imports.String()+"func main() {\n\tswitch os.Args[1] {\n"+cases.String()+"\t}\n}\n")
	n.goTool("tool", "compile", "-p", "main", "-importcfg", "all.cfg", "-lang=go1.26", "-pack", "-o", "main.a", "main.go")
	n.goTool("tool", "link", "-importcfg", "all.cfg", "-s", "-w", "-o", "all", "main.a")
	n.binary = filepath.Join(n.dir, "all")
}

// run runs a program, from a folder with its files.
func (n *natives) run(t testing.TB, p program) printed {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, n.binary, p.name)
	if its := n.its[p.name]; its != "" {
		cmd = exec.CommandContext(ctx, its)
	}
	cmd.Dir = filepath.Join(n.dir, p.name)
	cmd.Env = []string{"TZ=UTC"}
	cmd.Stdin = strings.NewReader(p.input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("run %s: %v", p.name, errors.Join(err, ctx.Err()))
	}
	return printed{stdout.String(), cmd.ProcessState.ExitCode(), lastWord(stderr.String())}
}

// each calls f for every program, for as many at once as there are processors.
func each(list []program, f func(program)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(2, runtime.NumCPU()))
	for _, p := range list {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			f(p)
		})
	}
	wg.Wait()
}
