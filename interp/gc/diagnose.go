package gc

import (
	"regexp"
	"strconv"
	"strings"

	"thirdspace/interp/frame"
)

// position is how Go's tools begin a line about a place in a file:
// name:line:column: words. The column may be missing.
var position = regexp.MustCompile(`^(?:\./)?([^:\n]+):(\d{1,9})(?::(\d{1,9}))?: (.*)$`)

// noMain is what the linker says of a program without a main function.
const noMain = "function main is undeclared in the main package"

// diagnose makes diagnostics of what the compiler or the linker said. Lines that
// begin with a tab go on with what was said before. first is the file of what has
// no better place.
func diagnose(said, first string) []frame.Diagnostic {
	var ds []frame.Diagnostic
	for line := range strings.Lines(said) {
		line = strings.TrimRight(line, "\r\n")
		switch m := position.FindStringSubmatch(line); {
		case strings.HasPrefix(line, "\t"):
			if len(ds) > 0 {
				d := &ds[len(ds)-1]
				d.Message = frame.Cut(d.Message + "\n" + line)
			}
		case m != nil:
			if len(ds) == frame.MaxDiagnostics {
				return ds
			}
			d := frame.Diagnostic{Line: number(m[2]), Column: number(m[3]), Severity: "error", Message: frame.Cut(m[4])}
			if frame.CheckName(m[1]) == nil { // a //line directive can name anything
				d.File = m[1]
			}
			ds = append(ds, d)
		case strings.Contains(line, noMain):
			ds = append(ds, frame.Diagnostic{File: first, Line: 1, Column: 1, Severity: "error", Message: noMain})
		}
	}
	return ds
}

// number reads digits; none are 0, which stands for unknown.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
