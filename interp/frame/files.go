package frame

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a program.
const (
	MaxFiles   = 64      // files of one program
	MaxProgram = 1 << 20 // bytes of all names and texts together
	MaxName    = 128     // bytes of a file's name
)

// CheckFiles says what is wrong with the files of a program, in a sentence fit
// to be shown, or nil. A program has 1 to MaxFiles files, at least one of them
// Go, with names that CheckName accepts and no two the same, texts in UTF-8, and
// MaxProgram bytes in all.
func CheckFiles(files []File) error {
	if len(files) == 0 {
		return errors.New("the program has no files")
	}
	if len(files) > MaxFiles {
		return fmt.Errorf("the program has %d files; at most %d are allowed", len(files), MaxFiles)
	}
	seen := map[string]bool{}
	total, goFiles := 0, 0
	for _, f := range files {
		if err := CheckName(f.Name); err != nil {
			return err
		}
		// Two names that differ in case only are one file on many disks.
		if seen[strings.ToLower(f.Name)] {
			return fmt.Errorf("two files are called %q", f.Name)
		}
		seen[strings.ToLower(f.Name)] = true
		if !utf8.ValidString(f.Text) {
			return fmt.Errorf("the file %q is not text in UTF-8", f.Name)
		}
		if total += len(f.Name) + len(f.Text); total > MaxProgram {
			return fmt.Errorf("the program is larger than %d KiB", MaxProgram>>10)
		}
		if IsGo(f.Name) {
			goFiles++
		}
	}
	if goFiles == 0 {
		return errors.New("the program has no Go file")
	}
	return nil
}

// IsGo reports whether a file is part of the program itself rather than data
// beside it: Go source that is not a test.
func IsGo(name string) bool {
	return path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go")
}

// CheckName says what is wrong with the name of a file, or nil. A name is one
// element of a path that means the same on every system the app runs on.
func CheckName(name string) error {
	bad := func(why string) error { return fmt.Errorf("%q cannot be the name of a file: %s", name, why) }
	switch {
	case name == "":
		return errors.New("a file has no name")
	case len(name) > MaxName:
		return fmt.Errorf("the name of a file is longer than %d bytes", MaxName)
	case !utf8.ValidString(name):
		return bad("it is not UTF-8")
	case strings.ContainsAny(name, `/\:*?"<>|`):
		return bad(`it must not contain / \ : * ? " < > |`)
	case strings.HasPrefix(name, "."):
		return bad("it must not begin with a dot")
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return bad("it must not end with a dot or a space")
	case reserved(name):
		return bad("Windows keeps it for a device")
	case strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0:
		return bad("it contains a character that cannot be seen")
	}
	return nil
}

// devices are the names that Windows keeps, whatever the extension and the case;
// those of ports are followed by a digit, which may be a superscript one.
var devices = []string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}

// reserved reports whether a name is one of a device on Windows.
func reserved(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	port := strings.TrimPrefix(strings.TrimPrefix(base, "COM"), "LPT")
	return slices.Contains(devices, base) || port != base && utf8.RuneCountInString(port) == 1 && strings.ContainsAny(port, "0123456789¹²³")
}
