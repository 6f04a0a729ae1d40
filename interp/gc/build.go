package gc

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"thirdspace/interp/frame"
	"thirdspace/interp/toolchain"
)

// The names of what Build puts into a folder.
const (
	WasmFile  = "program.wasm"
	NativeDir = "native"
)

// DefaultCacheSize is how many bytes of programs are kept, if nothing else is
// said. A small program takes 1.5 MB, and 12 MB where Go's library is in it.
const DefaultCacheSize = 512 << 20

// ErrTooMuch is returned by Build for a program that takes too long or too much
// memory to build.
var ErrTooMuch = errors.New("the program is too much for the compiler on this machine")

// Config is what a Builder needs to know.
type Config struct {
	Pack      string       // path of the pack with Go's compiler
	Runner    string       // path of thirdspace-runner, which translates
	Cache     string       // folder for the unpacked compiler and built programs
	CacheSize int64        // bytes of built programs to keep; 0 means DefaultCacheSize
	Log       *slog.Logger // nil for none
}

// Builder builds programs, several at a time if need be.
type Builder struct {
	cfg   Config
	cache *cache

	open  chan struct{} // holds one token, for who prepares; it can be waited for with a context
	pack  *toolchain.Pack
	tools *toolchain.Tools
	std   string // what identifies compiler, library and runner

	library *library // what programs are fitted to; nil if it has not been made

	making chan struct{} // holds one token, for who makes the library

	lack sync.Once // what the compiler's jail lacks has been told

	built func(step string) // told of each step that is taken, by tests
}

// New makes a builder. The pack is opened, and unpacked where it has not been,
// by the first Build or by Prepare.
func New(cfg Config) (*Builder, error) {
	if cfg.Pack == "" || cfg.Runner == "" || cfg.Cache == "" {
		return nil, errors.New("make a builder: the pack, the runner or the cache folder is not named")
	}
	if cfg.CacheSize == 0 {
		cfg.CacheSize = DefaultCacheSize
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Builder{
		cfg: cfg, open: make(chan struct{}, 1), making: make(chan struct{}, 1), built: func(string) {},
		cache: &cache{dir: filepath.Join(cfg.Cache, "programs"), limit: cfg.CacheSize, log: cfg.Log},
	}, nil
}

// Prepare opens the pack and unpacks it, unless that has been done, and then
// translates Go's library, so that programs that are built later need it no more.
// Meanwhile programs can be built. It returns one of the errors of package
// toolchain, or that the library cannot be translated, and may be called again:
// what went wrong may have been put right. It gives up when ctx ends, with its
// cause.
func (b *Builder) Prepare(ctx context.Context) error {
	return b.prepareLibrary(ctx)
}

// ready is a builder that is prepared.
type ready struct {
	tools   *toolchain.Tools
	std     string
	library *library // nil if there is none
}

// lock waits for its turn to prepare something, until ctx ends.
func (b *Builder) lock(ctx context.Context) error {
	select {
	case b.open <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (b *Builder) unlock() { <-b.open }

func (b *Builder) prepare(ctx context.Context) (ready, error) {
	if err := b.lock(ctx); err != nil {
		return ready{}, err
	}
	defer b.unlock()
	if b.tools == nil {
		if err := b.unpack(ctx); err != nil {
			return ready{}, err
		}
		// Without one, or with one that is damaged, programs are built whole.
		b.library, _ = findLibrary(b.libraryDir())
	}
	return ready{b.tools, b.std, b.library}, nil
}

func (b *Builder) unpack(ctx context.Context) error {
	if b.pack == nil {
		pack, err := toolchain.Open(b.cfg.Pack)
		if err != nil {
			return err
		}
		b.pack = pack
	}
	runner, err := os.Stat(b.cfg.Runner)
	if err != nil {
		return fmt.Errorf("find the runner: %w", err)
	}
	if err := b.cache.tidy(); err != nil {
		return err
	}
	b.std = fmt.Sprint(b.pack.ID(), runner.Size(), runner.ModTime().UnixNano())
	b.tools, err = b.pack.Unpack(ctx, b.cfg.Cache)
	return err
}

// Close closes the pack. The builder must not be used after it.
func (b *Builder) Close() error {
	b.open <- struct{}{}
	defer b.unlock()
	if b.pack == nil {
		return nil
	}
	return b.pack.Close()
}

// Build builds a program and puts what a runner needs into the folder into,
// which must exist and be empty. If the program is not right, it returns what is
// wrong with it; an error means that it could not be told, because of this
// machine (the errors of package toolchain), because of the program (ErrTooMuch),
// or because ctx has ended. frame.CheckFiles must hold of the files.
func (b *Builder) Build(ctx context.Context, files []frame.File, into string) ([]frame.Diagnostic, error) {
	return b.build(ctx, program{files}, into)
}

// target is what can be built.
type target interface {
	// plan finds out what there is to compile, and what is wrong with it that the
	// compiler would not say as well.
	plan(has func(importPath string) bool) (work, []frame.Diagnostic)
}

// work is a target of which it is known what there is to compile.
type work interface {
	// needs are the files on which the result depends, and no others: data that a
	// program merely reads may change, and the program is the same. What else the
	// result depends on is among them, under names that no file of a program has.
	needs() []frame.File
	// compile compiles all of it in the folder in, which it makes, ready to be
	// linked. It returns the file in which a mistake is that has no better place.
	compile(ctx context.Context, b *Builder, tools *toolchain.Tools, in string) (string, []frame.Diagnostic, error)
}

func (b *Builder) build(ctx context.Context, t target, into string) ([]frame.Diagnostic, error) {
	ds, err := b.once(ctx, t, into)
	if errors.Is(err, errMended) {
		ds, err = b.once(ctx, t, into)
	}
	return ds, err
}

// errMended goes with the error of tools that were damaged on the disk, and will
// be unpacked again.
var errMended = errors.New("trying again will help")

func (b *Builder) once(ctx context.Context, t target, into string) ([]frame.Diagnostic, error) {
	r, err := b.prepare(ctx)
	if err != nil {
		return nil, err
	}
	w, ds := t.plan(b.pack.Has)
	if len(ds) > 0 {
		return ds, nil
	}
	key := r.key(w.needs())
	if b.cache.get(key, into) {
		return nil, r.library.give(into)
	}
	dir, err := b.cache.workFolder()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if ds, err := b.make(ctx, r, w, dir); len(ds) > 0 || err != nil {
		return ds, err
	}
	if err := b.cache.put(key, filepath.Join(dir, outDir), into); err != nil {
		return nil, fmt.Errorf("keep the program: %w", err)
	}
	return nil, r.library.give(into)
}

// The folders in a work folder: the sources, and what is made of them.
const (
	srcDir = "src"
	outDir = "out"
)

// Bounds of each step. A step of a usual program takes tenths of a second, and
// tens of megabytes.
const (
	maxCPU    = time.Minute
	maxStep   = 5 * time.Minute // by the clock, on a machine that is busy with other things
	maxMemory = 1 << 30         // bytes
)

// make compiles, links and translates in the work folder dir.
func (b *Builder) make(ctx context.Context, r ready, w work, dir string) ([]frame.Diagnostic, error) {
	in, out := filepath.Join(dir, srcDir), filepath.Join(dir, outDir)
	wasm := filepath.Join(out, WasmFile)
	first, ds, err := w.compile(ctx, b, r.tools, in)
	if len(ds) > 0 || err != nil {
		return ds, err
	}
	if err := os.Mkdir(out, 0o700); err != nil {
		return nil, err
	}
	b.built("link")
	said, err := b.step(ctx, in, r.tools.Link, linkArgs(wasm, r.library != nil)...)
	if err != nil {
		return b.explain(ctx, r.tools, first, said, err)
	}
	if r.library != nil {
		if err := r.library.fit(wasm); err != nil {
			return nil, fmt.Errorf("take Go's library out of the program: %w", err)
		}
	}
	b.built("translate")
	if said, err = b.step(ctx, dir, b.cfg.Runner, "-translate", wasm, "-native", filepath.Join(out, NativeDir)); err != nil {
		return nil, fmt.Errorf("translate the program: %w: %s", err, frame.Cut(said))
	}
	return nil, nil
}

// program is a target: package main, in those files.
type program struct{ files []frame.File }

func (p program) plan(has func(string) bool) (work, []frame.Diagnostic) {
	src, ds := plan(p.files, has)
	return src, ds
}

func (s *source) needs() []frame.File { return s.files }

func (s *source) compile(ctx context.Context, b *Builder, tools *toolchain.Tools, in string) (string, []frame.Diagnostic, error) {
	if err := writeFiles(in, s.files, frame.File{Name: configFile, Text: tools.ImportConfig()}); err != nil {
		return "", nil, err
	}
	ds, err := b.compile(ctx, tools, in, unit{path: "main", object: objectFile, files: s.compiled, embeds: s.embeds})
	return s.compiled[0], ds, err
}

// unit is a package that the compiler is given.
type unit struct {
	path   string   // import path
	object string   // name of what is made
	files  []string // names
	embeds map[string][]string
}

// compile compiles a package in the folder in, where everything it needs is.
func (b *Builder) compile(ctx context.Context, tools *toolchain.Tools, in string, u unit) ([]frame.Diagnostic, error) {
	args := []string{
		"-o", u.object, "-p", u.path, "-complete", "-pack", "-e", "-dwarf=false", fmt.Sprint("-c=", runtime.NumCPU()),
		"-lang=" + version.Lang(b.pack.Go()), "-trimpath", in, "-importcfg", configFile,
	}
	if u.embeds != nil {
		if err := writeEmbeds(in, u.embeds); err != nil {
			return nil, err
		}
		args = append(args, "-embedcfg", embedFile)
	}
	b.built("compile")
	said, err := b.step(ctx, in, tools.Compile, append(args, u.files...)...)
	if err != nil {
		return b.explain(ctx, tools, u.files[0], said, err)
	}
	return nil, nil
}

// linkArgs are the arguments for linking a program, with the names of its
// functions or without.
func linkArgs(wasm string, names bool) []string {
	args := []string{"-o", wasm, "-importcfg", configFile, "-w", "-buildmode=exe"}
	if !names {
		args = append(args, "-s")
	}
	return append(args, objectFile)
}

func (b *Builder) step(ctx context.Context, dir, tool string, args ...string) (string, error) {
	return b.stepWithin(ctx, effort{cpu: maxCPU, most: maxStep}, dir, tool, args...)
}

// effort is what a step may take: processor time, time by the clock, and how many
// things it may do at once; as many as the machine can, if that is 0.
type effort struct {
	cpu, most time.Duration
	threads   int
}

func (b *Builder) stepWithin(ctx context.Context, e effort, dir, tool string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, e.most, ErrTooMuch)
	defer cancel()
	return b.confined(ctx, e, dir, tool, args...)
}

// explain makes diagnostics of what a tool said when it failed. If it did not
// say anything that can be understood, the reason may be that the unpacked
// files are damaged, which is then found out.
func (b *Builder) explain(ctx context.Context, tools *toolchain.Tools, first, said string, err error) ([]frame.Diagnostic, error) {
	if ctx.Err() != nil || errors.Is(err, ErrTooMuch) {
		return nil, err
	}
	if ds := diagnose(said, first); len(ds) > 0 {
		return ds, nil
	}
	if damaged := b.verify(ctx, tools); damaged != nil {
		return nil, fmt.Errorf("%w; %w", damaged, errMended)
	}
	line, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	return nil, fmt.Errorf("the compiler of Go failed: %w: %s", err, frame.Cut(line))
}

// verify looks whether the tools are what they were. If not, they are unpacked
// again when they are needed next.
func (b *Builder) verify(ctx context.Context, tools *toolchain.Tools) error {
	if err := b.lock(ctx); err != nil {
		return err
	}
	defer b.unlock()
	err := tools.Verify()
	if err != nil && b.tools == tools {
		b.tools = nil
		b.cfg.Log.Error("Go's compiler was damaged on the disk", "error", err)
	}
	return err
}
