// Values prints values of all kinds with all verbs.
package main

import "fmt"

type point struct {
	X, Y int
	Name string
	In   *point
}

type day int

func (d day) String() string { return [...]string{"Mon", "Tue"}[d] }

type shape interface{ Area() float64 }

type square struct{ side float64 }

func (s square) Area() float64    { return s.side * s.side }
func (s *square) Scale(k float64) { s.side *= k }

func main() {
	p := point{1, 2, "a", &point{}}
	all := []any{p, &p, day(1), []int{1, 2}, []string{"a"}, map[string]int{"b": 1, "a": 2}, 3.25, 1e30, float32(1.5), true, 'x', "text", nil,
		[]byte("bytes"), [2]bool{true}, uint8(7), int64(-9), complex(1, 2), fmt.Errorf("e %w", fmt.Errorf("f")), struct{}{}, []any{1, "a", nil},
		map[point]bool{}, [][]int{{1}, {2, 3}}, []day{0, 1}, square{2}, shape(square{3}), make(chan int), main}
	for _, v := range all {
		fmt.Println(v)
		fmt.Printf("%v %+v %#v %T %s %q %d %x %6v|%-6v\n", v, v, v, v, v, v, v, v, v, v)
		_ = fmt.Sprint(v, v)
	}
	fmt.Printf("%5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%U|%e|%g|%8.3f|%t|%p|%%|%*d\n", 1, 2, 3, 4, 255, 255, 8, 5, 'x', 'x', 1.5, 1e-9, 3.14159, true, &p, 4, 5)
	fmt.Printf("%!|%d %z\n", "bad", 1)
	fmt.Print("a", 1, 2, "b\n")
	var s shape = &square{1}
	if q, ok := s.(*square); ok {
		q.Scale(2)
	}
	switch v := all[0].(type) {
	case int:
	case point:
		fmt.Println(v.X, v == point{}, s.Area())
	}
	println("to", 1, 2.5, true, "stderr")
}
