// Concurrency uses goroutines and what they talk with.
package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"sync"
	"sync/atomic"
	"time"
)

func worker(id int, jobs <-chan int, results chan<- string, wg *sync.WaitGroup) {
	defer wg.Done()
	for j := range jobs {
		time.Sleep(time.Millisecond)
		results <- fmt.Sprintf("%d:%d", id, j)
	}
}

type counter struct {
	sync.Mutex
	n map[string]int
}

func main() {
	jobs, results := make(chan int, 5), make(chan string, 100)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go worker(i, jobs, results, &wg)
	}
	for i := range 20 {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	close(results)
	for r := range results {
		fmt.Println(r)
	}
	c := counter{n: map[string]int{}}
	var rw sync.RWMutex
	var n atomic.Int64
	var old int32
	for range 100 {
		wg.Go(func() {
			c.Lock()
			defer c.Unlock()
			c.n["a"]++
			rw.RLock()
			rw.RUnlock()
			rw.Lock()
			rw.Unlock()
			n.Add(1)
			atomic.AddInt32(&old, 1)
		})
	}
	wg.Wait()
	done, quit := make(chan struct{}), make(chan bool)
	data := make(chan int)
	go func() {
		defer close(done)
		for {
			select {
			case x := <-data:
				fmt.Println(x)
			case <-quit:
				return
			}
		}
	}()
	data <- 1
	data <- 2
	quit <- true
	<-done
	select {
	case <-data:
	default:
		fmt.Println("none")
	}
	select {
	case <-data:
	case <-time.After(2 * time.Millisecond):
		fmt.Println("timeout")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded))
	ctx, cancel = context.WithCancel(context.WithValue(context.Background(), "k", 1))
	go func() { cancel() }()
	<-ctx.Done()
	fmt.Println(ctx.Value("k"), context.Cause(ctx))
	t := time.NewTicker(time.Millisecond)
	for range 3 {
		<-t.C
	}
	t.Stop()
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	timer.Reset(time.Millisecond)
	<-timer.C
	var once sync.Once
	once.Do(func() { fmt.Println("once") })
	cond := sync.NewCond(&c.Mutex)
	ready := false
	go func() { c.Lock(); ready = true; cond.Broadcast(); c.Unlock() }()
	c.Lock()
	for !ready {
		cond.Wait()
	}
	c.Unlock()
	var m sync.Map
	m.Store("a", 1)
	v, _ := m.Load("a")
	m.Range(func(k, v any) bool { return true })
	pool := sync.Pool{New: func() any { return new(int) }}
	pool.Put(pool.Get())
	errc := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				errc <- fmt.Errorf("recovered: %v", r)
			}
		}()
		panic("in a goroutine")
	}()
	fmt.Println(<-errc, v, n.Load(), rand.Intn(2) < 2, c.n)
	time.AfterFunc(time.Millisecond, func() { close(errc) })
	<-errc
	pings, pongs := make(chan int), make(chan int)
	go func() {
		for p := range pings {
			pongs <- p + 1
		}
		close(pongs)
	}()
	for i := range 50 {
		pings <- i
		<-pongs
	}
	close(pings)
	<-pongs
}
