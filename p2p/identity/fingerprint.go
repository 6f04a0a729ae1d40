package identity

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/tyler-smith/go-bip39/wordlists"
)

// fingerprintWords of 11 bits each make 44 bits: a machine that wanted to show the same words would have to make some
// 10^13 keys. Where the room has a code, comparing words is a courtesy, for the code already proves both sides.
const fingerprintWords = 4

// Words writes the first 44 bits of SHA-256(b) as four words of the BIP-39 English list, which was made so that no two
// of its 2048 words are easily taken for each other.
func Words(b []byte) string {
	sum := sha256.Sum256(b)
	bits := binary.BigEndian.Uint64(sum[:8])
	words := make([]string, fingerprintWords)
	for i := range words {
		words[i] = wordlists.English[bits>>(64-11*(i+1))&0x7ff]
	}
	return strings.Join(words, " ")
}

// Fingerprint is the phrase by which people compare a room's host: the [Words] of its peer id's bytes.
func Fingerprint(host peer.ID) string { return Words([]byte(host)) }
