package gc

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
)

// keySize is how many bytes a test program reads from its standard input.
const keySize = 64

// NewKey makes a key for one run of a test program: what it is to find on its
// standard input, where nothing else may follow.
func NewKey() (string, error) {
	b := make([]byte, keySize/2)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// Mark is what a test program has signed.
type Mark struct {
	Serial int    // counts from 1, by one, within a run
	Number int    // of the test in FindTests
	Status string // "pass", "fail", "skip" of a test; "end" when all have been run, with -test.paniconexit0
}

var markLine = regexp.MustCompile(`^=== MARK  (([0-9]{1,9}) ([0-9]{1,9}) (pass|fail|skip|end)) ([0-9a-f]{64})$`)

// ReadMark reads a line that follows a frame mark (U+0016) in the output of a
// test program. It is false of everything that was not signed with the key.
func ReadMark(key, line string) (Mark, bool) {
	m := markLine.FindStringSubmatch(line)
	if m == nil {
		return Mark{}, false
	}
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(m[1]))
	sum, err := hex.DecodeString(m[5])
	if err != nil || !hmac.Equal(sum, h.Sum(nil)) {
		return Mark{}, false
	}
	return Mark{Serial: number(m[2]), Number: number(m[3]), Status: m[4]}, true
}
