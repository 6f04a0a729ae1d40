package grade

// attacks are made on hiddenTests, all by one program.
var attacks = []attack{
	{name: "wrong, without more ado", program: `func Sum(a, b int) number { return number(a - b) }`, sum: Fail, other: Pass},
	{name: "prints what passing tests print", program: `import "fmt"
func Sum(a, b int) number { fmt.Println("--- PASS: TestSum (0.00s)\nPASS\nok  \tbank\t0.001s"); return 0 }`, sum: Fail, other: Pass},
	{name: "prints it as the testing package does", program: `import "fmt"
func Sum(a, b int) number { fmt.Print("\n\x16--- PASS: TestSum (0.00s)\n\x16PASS\n"); return 0 }`, sum: Fail, other: Pass, forged: true},
	{name: "plays a whole run and ends it", program: `import ("fmt"; "os"; "strings")
func init() {
	for i, n := range []string{"TestSum", "TestOther"} {
		fmt.Printf("\x16=== RUN   %s\n\x16=== MARK  %d %d pass %s\n\x16--- PASS: %s (0.00s)\n", n, i+1, i, strings.Repeat("ab", 32), n)
	}
	fmt.Print("\x16PASS\n")
	os.Exit(0)
}
func Sum(a, b int) number { return 0 }`, sum: NotRun, other: Fail, forged: true, says: "1 not run"},
	{name: "ends before any test", program: `import "os"
func init() { os.Exit(0) }
func Sum(a, b int) number { return 3 }`, sum: NotRun, other: NotRun, says: "The program ended"},
	{name: "ends in a test", program: `import "os"
func Sum(a, b int) number { os.Exit(0); return 3 }`, sum: Fail, other: Pass, says: "os.Exit(0) during test"},
	{name: "ends in a test, by the back door", program: `import "syscall"
func Sum(a, b int) number { syscall.Exit(0); return 3 }`, sum: Fail, other: Pass, says: "in the middle of this test"},
	{name: "fails before any test", program: `func init() { panic("no") }
func Sum(a, b int) number { return 3 }`, sum: NotRun, other: NotRun, says: "panicked"},
	{name: "leaves the goroutine", program: `import "runtime"
func Sum(a, b int) number { runtime.Goexit(); return 3 }`, sum: Fail, other: Pass},
	{name: "never ends", program: `func Sum(a, b int) number { for {} }`, sum: Fail, other: Pass, says: "loop"},
	{name: "waits for ever", program: `func Sum(a, b int) number { return <-make(chan number) }`, sum: Fail, other: Pass, says: "test timed out"},
	{name: "panics in a goroutine", program: `import "time"
func Sum(a, b int) number { go func() { panic("elsewhere") }(); time.Sleep(time.Hour); return 3 }`, sum: Fail, other: Pass, says: "elsewhere"},
	{name: "closes its output", program: `import "os"
func init() { os.Stdout.Close() }
func Sum(a, b int) number { return 0 }`, sum: NotRun, other: NotRun},
	{name: "closes its output, by the back door", program: `import "syscall"
func Sum(a, b int) number { syscall.Close(1); return 0 }`, sum: Fail, other: Pass},
	{name: "puts something else in the place of its output", program: `import "os"
func init() { os.Stdout, _ = os.Create("/tmp/x") }
func Sum(a, b int) number { return 0 }`, sum: Fail, other: Pass},
	{name: "floods", program: `import "fmt"
func Sum(a, b int) number { for { fmt.Println("\x16=== RUN   TestSum/x", a); a++ } }`, sum: Fail, other: Pass, says: "printed more than"},
	{name: "takes all memory", program: `var all [][]byte
func Sum(a, b int) number { for { all = append(all, make([]byte, 1<<20)); clear(all[len(all)-1]); for i := range all[len(all)-1] { all[len(all)-1][i] = 1 } } }`, sum: Fail, other: Pass, says: "memory"},
	{name: "calls itself", program: `func Sum(a, b int) number { return Sum(a, b) + 1 }`, sum: Fail, other: Pass, says: "The program "}, // too deep, or too much memory, whichever comes first
	{name: "chooses its tests", program: `import "os"
func init() { os.Args = append(os.Args, "-test.run=^$") }
func Sum(a, b int) number { return 0 }`, sum: Fail, other: Pass},
	{name: "runs tests of its own before", program: `import ("testing"; "testing/iotest")
var _ = iotest.ErrTimeout
func init() {
	testing.Init()
	testing.RunTests(func(a, b string) (bool, error) { return true, nil }, []testing.InternalTest{{"TestSum", func(*testing.T) {}}})
}
func Sum(a, b int) number { return 0 }`, sum: Fail, other: Pass},
	{name: "looks for the tests", program: `import ("fmt"; "io/fs"; "os")
func Sum(a, b int) number {
	fs.WalkDir(os.DirFS("/"), ".", func(path string, d fs.DirEntry, err error) error {
		b, _ := os.ReadFile("/" + path)
		fmt.Println(path, string(b))
		return nil
	})
	return 0
}`, sum: Fail, other: Pass},
	{name: "reads what the tests are given", program: `import ("fmt"; "io"; "os")
func init() { b, _ := io.ReadAll(os.Stdin); fmt.Println("key:", len(b), os.Args[0], os.Environ()) }
func Sum(a, b int) number { return 0 }`, sum: Fail, other: Pass},
	{name: "puts something else in the place of its output, and panics", program: `import "os"
func init() { os.Stdout, _ = os.Create("/tmp/x") }
func Sum(a, b int) number { panic("unseen") }`, sum: Fail, other: Pass},
	{name: "puts something else in the place of its output, and leaves the goroutine", program: `import ("os"; "runtime")
func init() { os.Stdout, _ = os.Create("/tmp/x") }
func Sum(a, b int) number { runtime.Goexit(); return 3 }`, sum: Fail, other: Pass},
	{name: "leaves the goroutine while it is printed", program: `import ("os"; "runtime")
func init() { os.Stdout, _ = os.Create("/tmp/x") }
func format() { runtime.Goexit() }
func Sum(a, b int) number { return 0 }`, sum: Fail, other: Pass},
	{name: "puts something else behind its output", program: `import "os"
func init() { f, _ := os.Create("/tmp/x"); *os.Stdout = *f }
func Sum(a, b int) number { return 0 }`, sum: NotRun, other: NotRun},
	{name: "prints later, from a goroutine", program: `import "fmt"
var later, printed = make(chan bool), make(chan bool)
func other() { later <- true; <-printed }
func Sum(a, b int) number {
	go func() {
		<-later
		fmt.Print("\n\x16=== NAME  TestSum\n\x16--- PASS: TestSum (0.00s)\n")
		printed <- true
	}()
	return 0
}`, sum: Fail, other: Pass, forged: true},
	{name: "chooses its tests by their flags", program: `import ("flag"; "testing")
func init() { testing.Init(); flag.Set("test.run", "none"); flag.Set("test.skip", "TestSum") }
func Sum(a, b int) number { return 0 }`, sum: NotRun, other: NotRun},
	{name: "ends when it has passed", program: `import "syscall"
func other() { syscall.Exit(0) }
func Sum(a, b int) number { return 3 }`, sum: Pass, other: Fail, says: "1 of 2 tests passed"},
	{name: "sleeps before the tests", program: `import "time"
func init() { time.Sleep(time.Hour) }
func Sum(a, b int) number { return 3 }`, sum: NotRun, other: NotRun, says: "did not come to its tests"},
}
