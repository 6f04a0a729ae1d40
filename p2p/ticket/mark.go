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

// Host is a host whose mark has been computed, so that any number of codes can be written for it.
type Host struct {
	id   peer.ID
	mark uint64
}

// Of computes the mark of a host. It takes some tens of milliseconds.
func Of(id peer.ID) Host {
	hash := argon2.IDKey([]byte(id), []byte(markSalt), markPasses, markMemory, 1, 8)
	return Host{id, binary.BigEndian.Uint64(hash)}
}

// first are the n highest bits of the host's mark, up to 64.
func (h Host) first(n int) mark { return mark{h.mark >> (64 - n), n} }

// mark is the beginning of a host's mark: its n highest bits, in the lowest of bits.
type mark struct {
	bits uint64
	n    int
}

// fits tells whether the mark is the host's. No mark fits everyone.
func (m mark) fits(host peer.ID) bool { return m.n == 0 || Of(host).first(m.n) == m }
