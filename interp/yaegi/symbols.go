package yaegi

import (
	"log"
	"maps"
	"os"
	"path"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"
)

// removed are the packages a program here has no use for, because the jail
// forbids what they are for, with the reason that is shown.
var removed = map[string]string{
	"net": "there is no network", "net/http": "there is no network", "net/http/cgi": "there is no network",
	"net/http/cookiejar": "there is no network", "net/http/fcgi": "there is no network",
	"net/http/httptest": "there is no network", "net/http/httptrace": "there is no network",
	"net/http/httputil": "there is no network", "net/http/pprof": "there is no network",
	"net/rpc": "there is no network", "net/rpc/jsonrpc": "there is no network", "net/smtp": "there is no network",
	"crypto/tls": "there is no network", "log/syslog": "there is no network", "expvar": "there is no network",
	"database/sql": "there is no database", "database/sql/driver": "there is no database",
	"os/exec": "there are no other programs", "os/signal": "there are no other programs",
	"os/user": "there are no other people", "plugin": "there are no other programs",
	"syscall": "it goes around Go", "unsafe": "it goes around Go", "C": "there is no C compiler",
	"runtime/cgo": "there is no C compiler", "runtime/pprof": "there is nowhere to put a profile", "runtime/trace": "there is nowhere to put a trace",
	"go/build": "there is no Go installation", "go/importer": "there is no Go installation",
	"debug/buildinfo": "there are no other programs", "debug/dwarf": "there are no other programs",
	"debug/elf": "there are no other programs", "debug/gosym": "there are no other programs",
	"debug/macho": "there are no other programs", "debug/pe": "there are no other programs",
	"debug/plan9obj": "there are no other programs",
}

// removedNames are single functions that reach the machine, other processes or
// memory behind the program's back, or that would lift the limits of a run.
var removedNames = map[string][]string{
	"os": {"Chdir", "Chown", "Executable", "FindProcess", "Getgroups", "Lchown", "NewFile", "ProcAttr", "Process", "ProcessState",
		"StartProcess"},
	"reflect":       {"NewAt", "SliceHeader", "StringHeader"},
	"runtime/debug": {"SetMaxStack", "SetMaxThreads", "SetMemoryLimit", "SetPanicOnFault", "SetTraceback", "WriteHeapDump"},
	"runtime":       {"Breakpoint", "SetCgoTraceback", "SetCPUProfileRate", "StartTrace"},
	"testing":       {"Init", "Main", "MainStart", "RegisterCover"},
}

// interpreted are the packages that come as source text with the interpreter.
var interpreted = []string{"slices", "maps", "cmp"}

// symbols is the standard library as programs see it, without what is removed.
func symbols() interp.Exports {
	out := interp.Exports{}
	for key, names := range stdlib.Symbols {
		p := path.Dir(key)
		if _, gone := removed[p]; gone {
			continue
		}
		if list, ok := removedNames[p]; ok {
			names = maps.Clone(names)
			for _, n := range list {
				delete(names, n)
			}
		}
		out[key] = names
	}
	return out
}

// genuine are the functions the interpreter replaces by ones that suit a shared
// process, put back as they are, and the file functions of d.
func genuine(d *disk) interp.Exports {
	return interp.Exports{
		"log/log": {
			"Fatal": reflect.ValueOf(log.Fatal), "Fatalf": reflect.ValueOf(log.Fatalf), "Fatalln": reflect.ValueOf(log.Fatalln),
			"Panic": reflect.ValueOf(log.Panic), "Panicf": reflect.ValueOf(log.Panicf), "Panicln": reflect.ValueOf(log.Panicln),
			"Print": reflect.ValueOf(log.Print), "Printf": reflect.ValueOf(log.Printf), "Println": reflect.ValueOf(log.Println),
			"Flags": reflect.ValueOf(log.Flags), "Output": reflect.ValueOf(log.Output), "Prefix": reflect.ValueOf(log.Prefix),
			"SetFlags": reflect.ValueOf(log.SetFlags), "SetOutput": reflect.ValueOf(log.SetOutput), "SetPrefix": reflect.ValueOf(log.SetPrefix),
			"Writer": reflect.ValueOf(log.Writer), "New": reflect.ValueOf(log.New), "Default": reflect.ValueOf(log.Default),
			"Logger": reflect.ValueOf((*log.Logger)(nil)),
		},
		"os/os":               d.os(),
		"io/ioutil/ioutil":    d.ioutil(),
		"runtime/debug/debug": {"PrintStack": reflect.ValueOf(func() { _, _ = os.Stderr.Write(debug.Stack()) })},
	}
}

// packageNames maps import paths to the names of packages.
var packageNames = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for key := range stdlib.Symbols {
		m[path.Dir(key)] = path.Base(key)
	}
	for _, p := range interpreted {
		m[p] = p
	}
	return m
})

func packageName(p string) string { return packageNames()[p] }

// known reports whether a program may import a package.
func known(p string) bool {
	_, gone := removed[p]
	return !gone && p != "." && packageName(p) != ""
}

// refused says why a package cannot be imported.
func refused(p string) string {
	if why, ok := removed[p]; ok {
		return "package " + p + " cannot be used here: " + why
	}
	if first, _, _ := strings.Cut(p, "/"); strings.Contains(first, ".") {
		return "package " + p + " cannot be used here: only the standard library is there"
	}
	return "package " + p + " is not in the standard library, or the quick engine does not know it yet"
}
