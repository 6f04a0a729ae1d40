package wire

import "fmt"

// Limits of a beat.
const (
	maxBeatDocuments = 64
	maxBeatPresent   = 512 // bytes: members numbered up to 4096
	digestSize       = 32
)

// Beat is what the host says once a second on [TopicBeat]: enough for anyone to notice that something passed them by.
type Beat struct {
	Now       int64          `cbor:"1,keyasint"` // the room's clock, Unix ms
	Digest    []byte         `cbor:"2,keyasint"` // 32 bytes over the heads of all logs the host holds
	Documents []BeatDocument `cbor:"3,keyasint"` // the documents shown to the class
	Present   []byte         `cbor:"4,keyasint"` // one bit for each member number, lowest bit of the first byte is 0
}

// BeatDocument is how far a document has come.
type BeatDocument struct {
	ID      string `cbor:"1,keyasint"`
	Epoch   string `cbor:"2,keyasint"`
	Version int    `cbor:"3,keyasint"`
}

// DecodeBeat reads a beat and checks its bounds.
func DecodeBeat(b []byte) (Beat, error) {
	var beat Beat
	if err := Unmarshal(b, &beat); err != nil {
		return Beat{}, fmt.Errorf("reading the host's beat: %w", err)
	}
	if !ValidTime(beat.Now) || len(beat.Digest) != digestSize || len(beat.Documents) > maxBeatDocuments || len(beat.Present) > maxBeatPresent {
		return Beat{}, fmt.Errorf("reading the host's beat: %w: out of bounds", ErrMessage)
	}
	return beat, nil
}

// SetPresent marks the member with that number as here. Numbers beyond the bounds of a beat are left out.
func (b *Beat) SetPresent(number uint32) {
	i := int(number / 8)
	if i >= maxBeatPresent {
		return
	}
	for len(b.Present) <= i {
		b.Present = append(b.Present, 0)
	}
	b.Present[i] |= 1 << (number % 8)
}

// IsPresent tells whether the host said that the member with that number is here.
func (b Beat) IsPresent(number uint32) bool {
	i := int(number / 8)
	return i < len(b.Present) && b.Present[i]&(1<<(number%8)) != 0
}
