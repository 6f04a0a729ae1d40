package check_test

import (
	"fmt"
	"testing"

	"thirdspace/interp/check"
)

func TestConsoleProbe(t *testing.T) {
	s, ds, err := checker.NewSession(t.Context(), one("package main\n\nimport \"fmt\"\n\ntype Point struct{ X, Y int }\n\nfunc double(n int) int { return 2 * n }\n\nfunc main() {\n\tfmt.Println(double(2))\n}\n"))
	if err != nil || len(ds) > 0 {
		t.Fatal(ds, err)
	}
	for _, l := range []string{
		"x := []int{3,1,2}", "sort.Ints(x)", "x", "double(4)", "p := Point{1, 2}", "p", "p.X = 5", "1 << 100", `"a" + "b"`, "for i := range 3 { fmt.Println(i) }",
		"m := map[string]int{\"a\": 1}", "m", "strings.Split(\"a b\", \" \")", "strconv.Atoi(\"x\")", "y := undefined", "x := 5", "x", "func f(n int) int { return n + x }", "f(1)",
		"slices.Max([]int{1,2})", "main()", "type T struct{ A []Point; B *T }", "t := T{A: []Point{{1,2}}, B: &T{}}", "t", "if x > 3 {", "x +", "time.Second", "x = 7", "x", "errors.New(\"e\")",
	} {
		a, err := s.Line(t.Context(), l, "\x02nonce")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("> %s\n  more=%v ds=%v values=%v\n", l, a.More, a.Diagnostics, a.Values)
		if a.Plan != nil {
			fmt.Println("  quick", a.Plan.Quick, a.Plan.Why, a.Plan.Types)
			if testing.Verbose() && l == "t" { fmt.Println(a.Plan.Files[0].Text) }
			if r := checker.Check(t.Context(), a.Plan.Files); !r.OK() {
				fmt.Println(a.Plan.Files[0].Text)
				t.Errorf("%v", r.Diagnostics)
			}
		}
		if len(a.Diagnostics) == 0 && !a.More { s.Keep(a) }
	}
	_ = check.Error
}
