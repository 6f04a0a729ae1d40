package ticket

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// alphabet is Crockford's base 32.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const symbolBits = 5

// group is how many characters are written together.
const group = 4

// separators may stand anywhere in a code and mean nothing.
const separators = " \t-‐‑–—_"

// readSymbols reads the characters of a code as numbers from 0 to 31.
func readSymbols(text string) ([]byte, error) {
	text = norm.NFKC.String(text)
	var symbols []byte
	for _, r := range strings.ToUpper(text) {
		if strings.ContainsRune(separators, r) {
			continue
		}
		switch r {
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		at := strings.IndexRune(alphabet, r)
		if at < 0 {
			return nil, fmt.Errorf("no code has the character %q", r)
		}
		symbols = append(symbols, byte(at))
	}
	return symbols, nil
}

// writeSymbols writes them in groups; a last one that would stand alone joins the group before it.
func writeSymbols(symbols []byte) string {
	var b strings.Builder
	for i, s := range symbols {
		if i > 0 && i%group == 0 && i != len(symbols)-1 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[s])
	}
	return b.String()
}

// checkOf is the check of the symbols: the sum of each times a power of its own of 2 in GF(32), the field of polynomials
// over bits modulo x^5+x^2+1, in which 2 generates all 31 elements that are not 0.
func checkOf(symbols []byte) byte {
	var sum, power byte = 0, 1
	for _, s := range symbols {
		power = times(power, 2)
		sum ^= times(power, s)
	}
	return sum
}

// times multiplies in GF(32).
func times(a, b byte) byte {
	var product byte
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		if a <<= 1; a&0x20 != 0 {
			a ^= 0x25
		}
	}
	return product
}

// bits are written and read from the highest of the first symbol on.
type bits struct {
	symbols []byte
	at      int
}

func (b *bits) put(v uint64, n int) {
	for i := n - 1; i >= 0; i-- {
		if b.at%symbolBits == 0 {
			b.symbols = append(b.symbols, 0)
		}
		b.symbols[len(b.symbols)-1] |= byte(v>>i&1) << (symbolBits - 1 - b.at%symbolBits)
		b.at++
	}
}

var errShort = errors.New("some of it is missing")

func (b *bits) take(n int) (uint64, error) {
	if b.at+n > symbolBits*len(b.symbols) {
		return 0, errShort
	}
	var v uint64
	for range n {
		v = v<<1 | uint64(b.symbols[b.at/symbolBits]>>(symbolBits-1-b.at%symbolBits)&1)
		b.at++
	}
	return v, nil
}
