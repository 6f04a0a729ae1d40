package identity

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tyler-smith/go-bip39/wordlists"
)

// A card claims a student's seat on another machine. On paper it is seven words of the BIP-39 English list, 77 bits: the
// number of the seat (11), the secret that is proven and never sent (64), and a check against slips of the pen (2).
const (
	CardWords   = 7
	CardSecret  = 8    // bytes
	MaxCardSeat = 2047 // seats with a higher number have no cards

	checkBits = 2
)

// ErrCard is wrapped by every error that means "these are not the words of a card".
var ErrCard = errors.New("not the words of a card")

// Card is what the words say.
type Card struct {
	Seat   uint32
	Secret [CardSecret]byte
}

// Words are those on the card; "" for a seat that can have none.
func (c Card) Words() string {
	if c.Seat == 0 || c.Seat > MaxCardSeat {
		return ""
	}
	secret := binary.BigEndian.Uint64(c.Secret[:])
	words := []string{wordlists.English[c.Seat]}
	for i := range CardWords - 2 { // 55 of the 64 bits
		words = append(words, wordlists.English[secret>>(64-11*(i+1))&0x7ff])
	}
	last := secret&0x1ff<<checkBits | c.check()
	return strings.Join(append(words, wordlists.English[last]), " ")
}

// check is the first bits of a hash of the rest.
func (c Card) check() uint64 {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint32(nil, c.Seat), c.Secret[:]...))
	return uint64(sum[0] >> (8 - checkBits))
}

// maxCardText bounds the bytes of what is typed for a card.
const maxCardText = 256

// ReadCard reads words that a person typed: in any case, apart by anything that is not a letter, each whole or by its
// first four letters, which tell the words of the list apart. Its errors wrap [ErrCard] and say which word is wrong.
func ReadCard(text string) (Card, error) {
	if len(text) > maxCardText {
		return Card{}, fmt.Errorf("%w: they are too long", ErrCard)
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' })
	if len(words) != CardWords {
		return Card{}, fmt.Errorf("%w: there are %d where a card has %d", ErrCard, len(words), CardWords)
	}
	var bits [CardWords]uint64
	for i, w := range words {
		n, ok := wordNumber(w)
		if !ok {
			return Card{}, fmt.Errorf("%w: word %d, %q, is on no card", ErrCard, i+1, w)
		}
		bits[i] = uint64(n)
	}
	c := Card{Seat: uint32(bits[0])}
	secret := uint64(0)
	for _, b := range bits[1 : CardWords-1] {
		secret = secret<<11 | b
	}
	last := bits[CardWords-1]
	binary.BigEndian.PutUint64(c.Secret[:], secret<<9|last>>checkBits)
	if c.Seat == 0 || last&(1<<checkBits-1) != c.check() {
		return Card{}, fmt.Errorf("%w: one of them is wrong", ErrCard)
	}
	return c, nil
}

// wordNumber finds a word of the list, which is sorted, by itself or by its first four letters.
func wordNumber(w string) (int, bool) {
	i, found := slices.BinarySearch(wordlists.English, w)
	if found {
		return i, true
	}
	return i, len(w) == 4 && i < len(wordlists.English) && strings.HasPrefix(wordlists.English[i], w)
}
