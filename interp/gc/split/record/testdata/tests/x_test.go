// Package x is a test of somebody's.
package x

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
)

func add(a, b int) int { return a + b }

func TestAdd(t *testing.T) {
	for _, c := range []struct{ a, b, want int }{{1, 2, 3}, {2, 2, 4}} {
		t.Run(fmt.Sprint(c.a), func(t *testing.T) {
			t.Helper()
			if got := add(c.a, c.b); got != c.want {
				t.Errorf("got %d", got)
			}
		})
	}
}

func TestWrong(t *testing.T) {
	t.Log("a line")
	if !reflect.DeepEqual([]int{1}, []int{2}) {
		t.Errorf("got %v, want %v", 1, 2)
	}
	if errors.Is(nil, nil) {
		t.Fatalf("end of %s", t.Name())
	}
}

func TestSkipped(t *testing.T) { t.Skip("not now") }

func TestParallel(t *testing.T) {
	t.Parallel()
	t.Cleanup(func() {})
	_ = t.TempDir()
}

func BenchmarkAdd(b *testing.B) {
	for b.Loop() {
		add(1, 2)
	}
}

func ExampleX() {
	fmt.Println("x")
	// Output: x
}
