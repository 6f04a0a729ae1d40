package grade

import (
	"slices"
	"strings"
	"testing"
)

const bank = `
-- bank.go --
package bank

type Account struct{ balance int }

func (a *Account) Deposit(n int) { a.balance += n }

func (a *Account) Balance() int { return a.balance }
`

func TestAProgramThatIsRight(t *testing.T) {
	r := mark(t, files(bank+`
-- bank_test.go --
package bank

import "testing"

func TestDeposit(t *testing.T) {
	for _, n := range []int{0, 1, 2} {
		t.Run("of", func(t *testing.T) {
			var a Account
			a.Deposit(n)
			if a.Balance() != n {
				t.Error(a.Balance())
			}
			t.Log("seen", n)
		})
	}
}
-- hidden_test.go --
package bank_test

import (
	"fmt"
	"testing"

	"example.com/school/bank"
)

func TestOutside(t *testing.T) { t.Parallel(); new(bank.Account).Deposit(1) }

// TestDeposit has the name of a visible test.
func TestDeposit(t *testing.T) { t.Log("hidden") }

func ExampleAccount() {
	var a bank.Account
	a.Deposit(7)
	fmt.Println(a.Balance())
	// Output: 7
}

func FuzzDeposit(f *testing.F) {
	f.Add(3)
	f.Fuzz(func(t *testing.T, n int) {})
}
`), func(s *Suite) { s.Points = map[string]int{"TestOutside": 5} })
	want := []string{"TestDeposit pass", "TestDeposit/of pass", "TestDeposit/of#01 pass", "TestDeposit/of#02 pass",
		"TestOutside pass", "TestDeposit#01 pass", "FuzzDeposit pass", "FuzzDeposit/seed#0 pass", "ExampleAccount pass"}
	if got := statuses(r.Tests); !slices.Equal(got, want) {
		t.Fatalf("%q\n%+v", got, r)
	}
	if !r.Passed || r.Sentence != "All 5 tests passed." || r.Earned != 9 || r.Possible != 9 || r.Forged || r.Runs != 1 {
		t.Errorf("%+v", r)
	}
	if out := r.Tests[0].Subtests[1].Output; !strings.Contains(out, "bank_test.go:13: seen 1") {
		t.Errorf("%q", out)
	}
	if out := r.Tests[2].Output; !strings.Contains(out, "hidden") || strings.Contains(r.Tests[0].Output, "hidden") {
		t.Errorf("%q", out)
	}
	v := r.Visible()
	if len(v.Tests) != 1 || v.Earned != 1 || v.Possible != 1 || v.Sentence != "The test passed." || !v.Passed {
		t.Errorf("%+v", v)
	}
}
