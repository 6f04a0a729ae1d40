package gc

import (
	"fmt"
	"strings"

	"thirdspace/interp/frame"
)

// zonesFile is a file of a program that no person wrote.
const zonesFile = ".zones.go"

// zonesFor returns what is compiled with a package, of that name, whose files ask
// for a time zone by its name: Go's own copy of the time zones, as a program has
// none of the machine's. It returns nil for others, as the copy is 450 KB. There is
// no way to ask for a zone without the word; a word in vain does no harm.
func zonesFor(files []frame.File, pkg string) *frame.File {
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".go") && strings.Contains(f.Text, "LoadLocation") {
			return &frame.File{Name: zonesFile, Text: fmt.Sprintf("package %s\n\nimport _ \"time/tzdata\"\n", pkg)}
		}
	}
	return nil
}
