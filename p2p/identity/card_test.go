package identity

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/tyler-smith/go-bip39/wordlists"
)

func TestCardOnPaperAndBack(t *testing.T) {
	for seat := range uint32(MaxCardSeat + 1) {
		c := Card{Seat: seat}
		rand.Read(c.Secret[:])
		words := c.Words()
		if seat == 0 {
			if words != "" {
				t.Fatal("seat 0 has a card")
			}
			continue
		}
		var short []string
		for _, w := range strings.Fields(words) {
			short = append(short, w[:min(4, len(w))])
		}
		for _, text := range []string{words, strings.ToUpper(words), strings.ReplaceAll(words, " ", " - "), strings.Join(short, ", ")} {
			got, err := ReadCard(text)
			if err != nil || got != c {
				t.Fatalf("%q: %+v, %v", text, got, err)
			}
		}
	}
	if (Card{Seat: MaxCardSeat + 1}).Words() != "" {
		t.Fatal("a seat beyond the words has a card")
	}
}

// TestCardVector keeps printed cards good.
func TestCardVector(t *testing.T) {
	c := Card{Seat: 7, Secret: [8]byte{0, 1, 2, 3, 4, 5, 6, 7}}
	if got := c.Words(); got != "abstract abandon amount liar amount expire adult" {
		t.Fatalf("%q", got)
	}
}

func TestWhatIsNoCard(t *testing.T) {
	good := (Card{Seat: 7, Secret: [8]byte{1}}).Words()
	for _, text := range []string{"", "absorb", good + " extra", strings.Replace(good, "abstract", "abstractt", 1), strings.Repeat("a ", 500), "абв где"} {
		if _, err := ReadCard(text); !errors.Is(err, ErrCard) {
			t.Errorf("%q: %v", text, err)
		}
	}
	// Of the cards that differ in one word about one in four is taken for good.
	words := strings.Fields(good)
	taken := 0
	for _, w := range wordlists.English {
		words[3] = w
		if _, err := ReadCard(strings.Join(words, " ")); err == nil {
			taken++
		}
	}
	if taken > len(wordlists.English)/3 {
		t.Fatalf("%d of %d slips are not noticed", taken, len(wordlists.English))
	}
}

func TestVouchIsBoundToWhatItSays(t *testing.T) {
	dev := func() *Device {
		d, err := LoadDevice(t.TempDir() + "/key")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	host, next, other := dev(), dev(), dev()
	const room, elsewhere = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"
	v, err := host.Vouch(room, host.ID(), next.ID(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Verify(room, host.ID()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Vouch){
		"room": func(v *Vouch) { v.Room = elsewhere },
		"from": func(v *Vouch) { v.From = other.ID() },
		"to":   func(v *Vouch) { v.To = other.ID() },
		"by":   func(v *Vouch) { v.By = other.ID() },
		"sig":  func(v *Vouch) { v.Sig = make([]byte, 64) },
		"self": func(v *Vouch) { v.To = host.ID() },
	} {
		bad := v
		change(&bad)
		if err := bad.Verify(bad.Room, host.ID()); !errors.Is(err, ErrVouch) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := v.Verify(elsewhere, host.ID()); !errors.Is(err, ErrVouch) {
		t.Errorf("it holds in another room: %v", err)
	}
	if _, err := other.Vouch(room, host.ID(), other.ID(), nil); !errors.Is(err, ErrVouch) {
		t.Errorf("anyone vouches: %v", err)
	}
}

func FuzzReadCard(f *testing.F) {
	f.Add("abstract abandon amount liar amount expire adult")
	f.Add((Card{Seat: 2047, Secret: [8]byte{255, 255, 255, 255, 255, 255, 255, 255}}).Words())
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ReadCard(text)
		if err != nil {
			return
		}
		if again, err := ReadCard(c.Words()); err != nil || again != c {
			t.Fatalf("%q is %+v and then %+v, %v", text, c, again, err)
		}
	})
}
