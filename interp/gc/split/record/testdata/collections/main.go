// Collections sorts, searches and counts.
package main

import (
	"cmp"
	"container/heap"
	"container/list"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
)

type person struct {
	name string
	age  int
}

type byAge []person

func (b byAge) Len() int           { return len(b) }
func (b byAge) Less(i, j int) bool { return b[i].age < b[j].age }
func (b byAge) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

type ints []int

func (h ints) Len() int           { return len(h) }
func (h ints) Less(i, j int) bool { return h[i] < h[j] }
func (h ints) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ints) Push(x any)        { *h = append(*h, x.(int)) }
func (h *ints) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(x T) { s.items = append(s.items, x) }

func count(n int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := range n {
			if !yield(i, fmt.Sprint(i)) {
				return
			}
		}
	}
}

func main() {
	for _, n := range []int{3, 11, 60, 500} {
		a := make([]int, 0)
		var words []string
		var people []person
		for i := range n {
			x := (i*7919 + 13) % 1009
			a = append(a, x)
			words = append(words, fmt.Sprint("w", x))
			people = append(people, person{fmt.Sprint("p", x), x % 50})
		}
		b := slices.Clone(a)
		sort.Ints(a)
		slices.Sort(b)
		sort.Strings(words)
		slices.Sort(words)
		sort.Slice(people, func(i, j int) bool { return people[i].name < people[j].name })
		sort.SliceStable(people, func(i, j int) bool { return people[i].age < people[j].age })
		sort.Sort(byAge(people))
		sort.Stable(byAge(people))
		sort.Sort(sort.Reverse(sort.IntSlice(a)))
		sort.Float64s([]float64{2, 1})
		slices.SortFunc(people, func(x, y person) int { return cmp.Or(cmp.Compare(x.age, y.age), cmp.Compare(x.name, y.name)) })
		slices.SortStableFunc(people, func(x, y person) int { return y.age - x.age })
		i, found := slices.BinarySearch(b, 13)
		fmt.Println(sort.SearchInts(b, 13), i, found, slices.Contains(a, 5), slices.Index(words, "w5"), slices.Max(a), slices.Min(b), slices.IndexFunc(a, func(x int) bool { return x > 9 }))
		slices.Reverse(b)
		b = slices.Insert(b, 1, 9, 9)
		b = slices.Delete(b, 0, 1)
		b = slices.Compact(b)
		copy(b, a)
		fmt.Println(slices.Equal(a, b), cap(b) > 0, len(b[1:2]))
		h := &ints{5, 2, 8}
		heap.Init(h)
		for _, x := range a[:3] {
			heap.Push(h, x)
		}
		for h.Len() > 0 {
			heap.Pop(h)
		}
	}
	m := map[string]int{"a": 1, "b": 2}
	ids := map[int]string{}
	points := map[[2]int]bool{}
	structs := map[person]int{}
	anys := map[any]int{1: 1, "a": 2, 2.5: 3}
	runes := map[rune]int{}
	groups := map[string][]string{}
	nested := map[string]map[string]int{}
	u64 := map[uint64]struct{}{}
	for i := range 3000 {
		m[fmt.Sprint(i)]++
		ids[i] = "x"
		points[[2]int{i, i}] = true
		structs[person{"a", i}]++
		anys[i]++
		runes[rune(i)]++
		groups["g"] = append(groups["g"], "x")
		u64[uint64(i)] = struct{}{}
		if nested["a"] == nil {
			nested["a"] = map[string]int{}
		}
		nested["a"]["b"]++
	}
	v, ok := m["zz"]
	delete(m, "a")
	delete(ids, 3)
	delete(points, [2]int{})
	for k := range m {
		_ = k
	}
	for k, v := range ids {
		_, _ = k, v
	}
	for p := range points {
		_ = p
	}
	fmt.Println(len(m), v, ok, ids[7], len(anys), points[[2]int{1, 1}], runes['a'])
	fmt.Println(slices.Sorted(maps.Keys(m))[:3], len(slices.Collect(maps.Values(m))), maps.Clone(ids)[2])
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	clear(m)
	fmt.Println(map[string]int{"z": 1, "y": 2}, ids[1], structs[person{"a", 1}])
	l := list.New()
	l.PushBack(1)
	l.PushFront(2)
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Println(e.Value)
	}
	var s stack[string]
	s.push("a")
	for i, x := range count(4) {
		if i == 2 {
			break
		}
		fmt.Println(x)
	}
	next, stop := iter.Pull2(count(3))
	next()
	stop()
	grid := make([][]rune, 5)
	for i := range grid {
		grid[i] = make([]rune, 5)
	}
	matrix := [3][3]int{{1}}
	fmt.Println(matrix, len(grid), min(1, 2), max(2.5, 1))
	for chunk := range slices.Chunk([]int{1, 2, 3}, 2) {
		fmt.Println(chunk)
	}
}
