package gc

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/cpu"

	"thirdspace/interp/frame"
	"thirdspace/interp/gc/base"
)

// What programs use of Go's library is translated once for all of them (package
// base), the first time Prepare is called on a machine. It takes some ten seconds
// of processor time; programs that are built before it is there are translated
// whole.

//go:embed library/usual.go
var usual string

// The files of the library's folder: a module without what its functions do,
// which is what a program is given of it, its translation, and how programs are
// fitted to it.
const (
	LibraryFile = "library.wasm"
	indexFile   = "library.index"
)

// libraryEffort bounds the translation of the library, which nobody waits for, and
// beside which somebody types: it takes some fifteen seconds of one processor.
var libraryEffort = effort{cpu: 5 * time.Minute, most: 20 * time.Minute, threads: 1}

// library is what programs are fitted to.
type library struct {
	dir   string
	index *base.Index
	files map[string]uint32 // what a program is given, with check sums
}

// libraryDir is its folder. A translation is for one kind of processor, and people
// take their folders along from one machine to another.
func (b *Builder) libraryDir() string {
	processor := fmt.Sprint(runtime.GOARCH, cpu.X86, cpu.ARM64)
	return filepath.Join(b.cache.dir, libraryPrefix+ready{std: b.std}.key([]frame.File{{Name: processor, Text: usual}}))
}

// findLibrary returns the library that was made before. Without one, or with one
// that is damaged, it returns an error.
func findLibrary(dir string) (*library, error) {
	sums, err := readSums(dir, LibraryFile)
	if err != nil {
		return nil, err
	}
	for name, want := range sums {
		if sum, err := copySummed(io.Discard, filepath.Join(dir, filepath.FromSlash(name))); err != nil || sum != want {
			return nil, errors.Join(fmt.Errorf("look at Go's library: %s is not what it was", name), err)
		}
	}
	_ = os.Chtimes(dir, time.Time{}, time.Now()) // used now
	text, err := os.ReadFile(filepath.Join(dir, indexFile))
	if err != nil {
		return nil, err
	}
	index, err := base.Read(text)
	if err != nil {
		return nil, err
	}
	delete(sums, indexFile) // programs are not given that
	return &library{dir: dir, index: index, files: sums}, nil
}

// prepareLibrary makes the library, unless it is there.
func (b *Builder) prepareLibrary(ctx context.Context) error {
	select {
	case b.making <- struct{}{}:
		defer func() { <-b.making }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	r, err := b.prepare(ctx) // somebody else may have made it
	if err != nil || r.library != nil {
		return err
	}
	dir := b.libraryDir()
	work, err := b.cache.workFolder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := b.makeLibrary(ctx, r, work); err != nil {
		return fmt.Errorf("translate Go's library: %w", err)
	}
	if err := keepLibrary(filepath.Join(work, outDir), filepath.Join(work, "kept"), dir); err != nil {
		return fmt.Errorf("keep Go's library: %w", err)
	}
	return b.loadLibrary(ctx)
}

// keepLibrary puts a library that was made into its folder, by way of another in
// which its files can be read by runners.
func keepLibrary(made, kept, dir string) error {
	sums, err := writeSums(made)
	if err != nil {
		return err
	}
	sum, err := copySummed(io.Discard, filepath.Join(made, sumsFile))
	if err != nil {
		return err
	}
	all := maps.Clone(sums)
	all[sumsFile] = sum
	if err := copyProgram(made, kept, all); err != nil {
		return err
	}
	// One that is there is damaged, or was put there at this very moment.
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(kept, dir)
}

// loadLibrary has programs fitted to the library from now on, if there is one.
func (b *Builder) loadLibrary(ctx context.Context) error {
	l, err := findLibrary(b.libraryDir())
	if err != nil {
		return err
	}
	if err := b.lock(ctx); err != nil {
		return err
	}
	defer b.unlock()
	b.library = l
	return nil
}

// makeLibrary makes the library in the work folder.
func (b *Builder) makeLibrary(ctx context.Context, r ready, work string) error {
	out := filepath.Join(work, outDir)
	if err := os.Mkdir(out, 0o700); err != nil {
		return err
	}
	var programs [][]byte
	for i, more := range []string{"", unusual()} {
		p, err := b.linkLibrary(ctx, r, filepath.Join(work, fmt.Sprint(i)), more)
		if err != nil {
			return err
		}
		programs = append(programs, p)
	}
	made, err := base.Make(programs...)
	if err != nil {
		return err
	}
	module := filepath.Join(work, "module.wasm")
	for path, text := range map[string][]byte{
		module: made.Module, filepath.Join(out, LibraryFile): made.Shell, filepath.Join(out, indexFile): made.Index,
	} {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	said, err := b.stepWithin(ctx, libraryEffort, work, b.cfg.Runner, "-translate", module, "-shell", filepath.Join(out, LibraryFile), "-native", filepath.Join(out, NativeDir))
	if err != nil {
		return fmt.Errorf("%w: %s", err, frame.Cut(said))
	}
	return nil
}

// linkLibrary links a program that uses the library, and something more.
func (b *Builder) linkLibrary(ctx context.Context, r ready, dir, more string) ([]byte, error) {
	src := &source{files: mainFiles(usual, more)}
	for _, f := range src.files {
		src.compiled = append(src.compiled, f.Name)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	in := filepath.Join(dir, srcDir)
	if _, ds, err := src.compile(ctx, b, r.tools, in); len(ds) > 0 || err != nil {
		return nil, errors.Join(err, wrong(ds))
	}
	wasm := filepath.Join(dir, WasmFile)
	if said, err := b.step(ctx, in, r.tools.Link, linkArgs(wasm, true)...); err != nil {
		return nil, fmt.Errorf("%w: %s", err, frame.Cut(said))
	}
	return os.ReadFile(wasm)
}

// wrong is an error of what is wrong with a program of this package's own.
func wrong(ds []frame.Diagnostic) error {
	if len(ds) == 0 {
		return nil
	}
	return fmt.Errorf("%s:%d: %s", ds[0].File, ds[0].Line, ds[0].Message)
}

func mainFiles(usual, more string) []frame.File {
	files := []frame.File{{Name: "usual.go", Text: usual}}
	if more != "" {
		files = append(files, frame.File{Name: "more.go", Text: more})
	}
	return files
}

// sizes is how many sizes of things unusual has.
const sizes = 200

// unusual is a file of a program that moves everything that can be moved: the
// linker puts data in order of its size, and functions in order of their
// packages. What it uses of the library is not for its own sake.
func unusual() string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"encoding/json\"\n\t\"log\"\n\t\"net/url\"\n\t\"regexp\"\n\t\"text/tabwriter\"\n)\n\n")
	b.WriteString("func init() { use(json.Marshal, json.Unmarshal, regexp.MustCompile, url.Parse, tabwriter.NewWriter, log.Fatal) }\n")
	for i := range sizes {
		fmt.Fprintf(&b, "var u%d [%d]byte\nvar v%d = [%d]byte{1}\nvar w%d [%d]*int\nvar x%d = [%d]*int{new(int)}\n", i, i+1, i, i+1, i, i+1, i, i+1)
		fmt.Fprintf(&b, "type t%d struct {\n\ta, b [%d]int\n\tc string\n}\n\nfunc (t *t%d) String() string { return t.c }\n", i, i+1, i)
		fmt.Fprintf(&b, "func init() { use(&u%d, &v%d, &w%d, &x%d, &t%d{c: %q}) }\n", i, i, i, i, i, strings.Repeat("u", i+1))
	}
	return b.String()
}

// fit takes the library out of a program that was linked. A program that cannot be
// fitted stays as it is.
func (l *library) fit(wasm string) error {
	text, err := os.ReadFile(wasm)
	if err != nil {
		return err
	}
	left, err := l.index.Fit(text)
	if errors.Is(err, base.ErrForeign) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(wasm, left, 0o600)
}

// give puts the library beside a program that was fitted to it, into the folder.
// The files are the same ones wherever that is possible: nobody changes them.
func (l *library) give(into string) error {
	if l == nil {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(into, WasmFile))
	if err != nil {
		return err
	}
	if needs, err := base.NeedsOf(text); err != nil || needs == nil {
		return err
	}
	for name, sum := range l.files {
		from, to := filepath.Join(l.dir, filepath.FromSlash(name)), filepath.Join(into, filepath.FromSlash(name))
		if err := link(from, to, sum); err != nil {
			return fmt.Errorf("give the program Go's library: %w", err)
		}
	}
	return nil
}

// link makes the file known as to as well, or copies it.
func link(from, to string, sum uint32) error {
	// On Windows a file has one list of who may read it, wherever it is.
	if runtime.GOOS != "windows" && os.Link(from, to) == nil {
		return nil
	}
	return copyChecked(from, to, sum)
}
