// Package interp is the map of the part of ThirdSpace that runs Go which
// somebody else wrote. It holds no code of its own.
//
// A program of a student is treated as hostile on every machine that runs it,
// so it never runs inside the app. The way of a program is:
//
//	caller → run.Pool ──job──▶ thirdspace-runner (one process a run)
//	            ▲                 jail.Enter: locked in before the job arrives
//	            │                 yaegi: parse, check, interpret; or run what gc has built
//	            └─ output, diagnostics, exit ◀──┘
//
// The packages, from the caller inwards:
//
//   - interp/run is what the rest of the app uses: a pool of warm workers, a
//     program that goes in, a stream of events that comes out, Stop.
//   - interp/frame is the small framed protocol spoken between pool and runner.
//   - interp/jail locks a process in: the parent's half (how to start it, how
//     to kill it, what it uses) and the child's half (what it gives up).
//   - interp/gc is the engine that is Go itself: before a runner is started it
//     compiles and links the program to WebAssembly with the tools in the pack
//     of interp/toolchain; interp/gc/machine runs that in the runner.
//   - interp/grade runs a teacher's tests on a student's program, through interp/run
//     and interp/gc, and says what came of each.
//   - interp/yaegi is the quick engine: it turns files into diagnostics or into a
//     running program, without the parts of the standard library that would be
//     of use only to get out.
//   - interp/cmd/thirdspace-runner is the child itself: a separate binary built
//     with CGO_ENABLED=0, because C threads and namespaces do not go together
//     and because it must not carry a window toolkit along.
//
// The jail is the boundary. What the engine leaves out is hygiene: it makes the
// error messages better and a hole in the jail harder to use, and nothing is
// allowed to depend on it.
//
// Nothing in here knows of rooms, people or windows.
package interp
