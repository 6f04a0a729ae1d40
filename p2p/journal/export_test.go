package journal

import (
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// WeighDigest makes the decision of SawDigest visible.
func (j *Journal) WeighDigest(ours, theirs []byte) bool { return j.weighDigest(ours, theirs) }

// Exhaust makes as if p had had all the comparisons that it may have for now.
func (j *Journal) Exhaust(p peer.ID) { j.with(p).serves.SetLimit(0); j.with(p).serves.SetBurst(0) }

// What is taken at once.
const (
	AuthorBurst  = authorBurst
	PublicBurst  = publicBurst
	PrivateBurst = privateBurst
	MaxWaste     = maxWaste
)

// Seal and Unseal are for tests that forge.
var Seal = seal

func Unseal(room string, reader peer.ID, w wire.Fact) (Fact, error) {
	return unseal(room, func(f Fact) bool { return f.ReadableBy(reader) }, w)
}

// Sent is the fact on the wire, for p.
func Sent(f Fact, p peer.ID) wire.Fact { return f.sent(f.ReadableBy(p)) }
