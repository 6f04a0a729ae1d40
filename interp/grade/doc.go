// Package grade runs the tests of a teacher against the program of a student and
// says what came of it.
//
//	r, err := grade.Grade(ctx, pool, grade.Submission{Files: files}, grade.Suite{
//		Visible: tests,           // the student has these
//		Hidden:  more,            // and not these
//		Points:  map[string]int{"TestTransfer": 3},
//	})
//	fmt.Println(r.Sentence, r.Earned, r.Possible)
//	r.Visible() // what the student may see of it
//
// The tests are compiled with Go's own compiler (package gc) and run by Go's own
// testing package, in the jail of package run. What the report says of a test is
// what "go test" would say of it, with two differences, both in favour of the
// student: a test that takes all the others with it (a panic, os.Exit, a loop that
// never ends) has failed, and those that had not come to their end are run again
// without it; and vet has no say.
//
// What is not believed: anything that the program prints. Which tests there are is
// known from the source of the suite before the program runs. What became of each
// is signed, with a key that is new for each run, by a wrapping around the test
// that has taken the key away before any code of the program begins (package gc).
// Lines of output that merely look like results are shown for what they are, as
// output, and Report.Forged says that they were there. Names, times and results of
// subtests are not signed, and a program could print others: they show what went
// wrong, and earn nothing. What a subtest fails its test has failed, which is signed.
//
// What the student's files cannot do: carry tests of their own into the marking
// (files ending in _test.go are left out), stand in the place of a file of the
// suite, use what the tests declare (the program must build without them), embed or
// read hidden tests (which are compiled, and nowhere on the program's disk), give
// another meaning to words like true or len that the tests use, put something else
// in the place of io.EOF and other packages' errors, or get at memory that is not
// theirs, where the key is: package unsafe but for sizes, reflect.NewAt,
// debug.WriteHeapDump, //go:linkname and their like are refused. What is left keeps
// to Go's types, as a WebAssembly program has one thread and so no data races that
// break them.
//
// What this does not prove: that a test tests what its teacher thinks. The student's
// code runs in one process with the tests, may know that it is being tested
// (testing.Testing), may change what packages have for all to change (a flag, the
// environment, os.Stdout), and may answer what is asked and nothing else.
// A verdict is advice to a teacher who can read the program.
package grade
