// Numbers calculates.
package main

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"math/cmplx"
	"math/rand"
	rand2 "math/rand/v2"
)

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func main() {
	x := 2.5
	fmt.Println(math.Sqrt(x), math.Pow(x, 3), math.Sin(x), math.Cos(x), math.Tan(x), math.Atan2(x, 1), math.Exp(x), math.Log(x), math.Log2(x), math.Log10(x), math.Floor(x), math.Ceil(x), math.Round(x), math.Abs(-x), math.Mod(x, 2), math.Hypot(3, 4), math.Cbrt(x), math.Trunc(x), math.Max(x, 1), math.Min(x, 1))
	fmt.Println(math.Pi, math.MaxInt64, math.Inf(1), math.NaN(), math.IsNaN(x), 7/2, -7%3, 7.0/2, 1<<10, 6&3, 6|3, 6^3, uint8(255)+uint8(x))
	fmt.Println(fib(15), gcd(12, 18), bits.OnesCount(7), cmplx.Sqrt(-1), 0.1+0.2, float32(0.1), int(x), 1e100, 1e-7, 123456789.0)
	r := rand.New(rand.NewSource(1))
	fmt.Println(r.Intn(10), r.Float64(), r.Perm(5), rand.Intn(5), rand.Float64(), rand2.IntN(7), rand2.N(3))
	rand.Shuffle(3, func(i, j int) {})
	f := big.NewInt(1)
	for i := int64(1); i <= 30; i++ {
		f.Mul(f, big.NewInt(i))
	}
	fmt.Println(f, f.String(), new(big.Int).Exp(big.NewInt(2), big.NewInt(100), nil), new(big.Int).Div(f, big.NewInt(7)))
	fmt.Printf("%.2f %8.3f %e %g %v %d %08b %x %v\n", x, x, x, x, x, 42, 5, 255, 1.0)
	sieve := make([]bool, 1000)
	n := 0
	for i := 2; i < len(sieve); i++ {
		if !sieve[i] {
			n++
			for j := i * i; j < len(sieve); j += i {
				sieve[j] = true
			}
		}
	}
	fmt.Println(n)
}
