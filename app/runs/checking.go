package runs

import (
	"context"
	"fmt"
	"go/version"
	"io"
	"time"

	"thirdspace/interp/check"
	"thirdspace/interp/toolchain"
)

// PackName is what the pack with Go's compiler and standard library is called, beside the runner.
const PackName = "thirdspace-go.pack"

// checkPatience bounds one check of a program.
const checkPatience = 5 * time.Second

// library is the pack's standard library as a checker wants it.
type library struct{ pack *toolchain.Pack }

// Open implements check.Exports.
func (l library) Open(importPath string) (io.ReadCloser, error) { return l.pack.Package(importPath) }

// OpenChecker opens the pack with Go's compiler for a checker. Close the pack when the checker is not used any more.
func OpenChecker(path string) (*check.Checker, *toolchain.Pack, error) {
	pack, err := toolchain.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the standard library: %w", err)
	}
	return check.New(library{pack}, version.Lang(pack.Go())).WithDocs(library{pack}), pack, nil
}

// Check says what is wrong with a program as it stands: errors in Go's words, and what vet would warn of. It says
// nothing where the standard library is not beside the app.
func (s *Service) Check(text string) []Diagnostic {
	out := []Diagnostic{}
	if s.checker == nil {
		return out
	}
	ctx, cancel := context.WithTimeout(context.Background(), checkPatience)
	defer cancel()
	for _, d := range s.checker.Check(ctx, sourceOf(text)).Diagnostics {
		out = append(out, Diagnostic{
			File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, EndColumn: d.EndColumn,
			Severity: d.Severity, Message: d.Message, Explanation: d.Explanation,
		})
	}
	return out
}

func sourceOf(text string) []check.File { return []check.File{{Name: fileName, Text: text}} }
