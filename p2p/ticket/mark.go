package ticket

import (
	"encoding/binary"

	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/crypto/argon2"
)

// markBits is how many bits of a mark a code has at least.
const markBits = 32

// Work of the mark's hash: some tens of milliseconds, once for each code that is made or joined by.
const (
	markPasses = 1
	markMemory = 16 << 10 // KiB
	markSalt   = "thirdspace host mark"
)

// mark is the beginning of a host's mark: the n highest bits of it, in the lowest of bits.
type mark struct {
	bits uint64
	n    int
}

// markOf computes n bits of the mark, up to 64.
func markOf(host peer.ID, n int) mark {
	hash := argon2.IDKey([]byte(host), []byte(markSalt), markPasses, markMemory, 1, 8)
	return mark{binary.BigEndian.Uint64(hash) >> (64 - n), n}
}

// fits tells whether the mark is the host's. No mark fits everyone.
func (m mark) fits(host peer.ID) bool { return m.n == 0 || markOf(host, m.n) == m }
