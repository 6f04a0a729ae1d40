package journal

// WeighDigest makes the decision of SawDigest visible.
func (j *Journal) WeighDigest(ours, theirs []byte) bool { return j.weighDigest(ours, theirs) }

// Seal and Unseal are for tests that forge.
var (
	Seal   = seal
	Unseal = unseal
)

// Sent is the fact on the wire.
var Sent = Fact.sent
