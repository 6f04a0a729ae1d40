package p2p_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain makes this program the students' side of a benchmark when it is started for that, see [farSide].
func TestMain(m *testing.M) {
	if to, ok := os.LookupEnv(farVariable); ok {
		if err := playFarSide(to); err != nil {
			fmt.Fprintln(os.Stderr, "the students' side:", err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}
