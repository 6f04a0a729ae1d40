package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"thirdspace/interp/frame"
	"thirdspace/interp/grade"
	"thirdspace/interp/run"
	"thirdspace/interp/toolchain"
)

// maxSource bounds one file of a program, in bytes. What the runner takes in all is less; this keeps a wrong argument
// from being read whole.
const maxSource = 4 << 20

// ErrInput is behind every error that means that the files are not fit to be used: exit code 2.
var ErrInput = errors.New("the files cannot be used")

// inputError is a sentence fit to be printed.
type inputError struct{ error }

func (e inputError) Is(target error) bool { return target == ErrInput }
func (e inputError) Unwrap() error        { return e.error }

// Exit codes of the commands that need no room, besides those of the app and of programs: see run.Exit.ExitCode.
const (
	exitError       = 1
	exitInput       = 2
	exitUnavailable = 69
	exitStopped     = 130
)

// ExitCode is the exit code for an error of RunFiles, CheckFiles, GradeFiles or runs.OpenChecker. ctx is what they were
// given.
func ExitCode(ctx context.Context, err error) int {
	if ctx.Err() != nil {
		return exitStopped
	}
	if errors.Is(err, ErrInput) {
		return exitInput
	}
	for _, lacks := range []error{grade.ErrUnavailable, toolchain.ErrMissing, toolchain.ErrDamaged, toolchain.ErrStale, toolchain.ErrTarget} {
		if errors.Is(err, lacks) {
			return exitUnavailable
		}
	}
	return exitError
}

func badInput(format string, args ...any) error { return inputError{fmt.Errorf(format, args...)} }

// readProgram reads the files of a program: of each path the file, or those in the folder; of "-" what is on stdin.
func readProgram(paths []string, stdin io.Reader) ([]run.File, error) {
	if len(paths) == 1 && paths[0] == "-" {
		text, err := readText(stdin, "standard input")
		if err != nil {
			return nil, err
		}
		return []run.File{{Name: "main.go", Text: text}}, nil
	}
	return readFiles(paths)
}

// readFiles reads files and the files in folders. What a program's files may be is for who takes them to say, except that
// too many are not read.
func readFiles(paths []string) ([]run.File, error) {
	var files []run.File
	for _, path := range paths {
		names, err := filesOf(path)
		if err != nil {
			return nil, err
		}
		if n := len(files) + len(names); n > frame.MaxFiles {
			return nil, badInput("these are %d files; at most %d make a program", n, frame.MaxFiles)
		}
		for _, name := range names {
			text, err := readSource(name)
			if err != nil {
				return nil, err
			}
			files = append(files, run.File{Name: filepath.Base(name), Text: text})
		}
	}
	return files, nil
}

// filesOf returns the path of a file, or the paths of the files in a folder: without hidden ones, links and folders.
func filesOf(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, badInput("reading the program: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	all, err := os.ReadDir(path)
	if err != nil {
		return nil, badInput("reading the program: %w", err)
	}
	var paths []string
	for _, e := range all {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			paths = append(paths, filepath.Join(path, e.Name()))
		}
	}
	if len(paths) == 0 {
		return nil, badInput("reading the program: there are no files in %s", path)
	}
	return paths, nil
}

func readSource(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", badInput("reading the program: %w", err)
	}
	defer f.Close()
	return readText(f, path)
}

func readText(r io.Reader, name string) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxSource+1))
	if err != nil {
		return "", badInput("reading the program: %w", err)
	}
	if len(b) > maxSource {
		return "", badInput("reading the program: %s is larger than %d MiB", name, maxSource>>20)
	}
	return string(b), nil
}
