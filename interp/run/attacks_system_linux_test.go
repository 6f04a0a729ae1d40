package run

import "strings"

// onFiles want files that are not theirs, or more than they may have.
var onFiles = []attack{
	{name: "passwords", src: `package main
import ("fmt"; "os"; "io/fs"; "path/filepath"; "strings")
func main() {
	try := func(b []byte, err error) { fmt.Println(err != nil); if err == nil { fmt.Println("GOT", string(b)) } }
	try(os.ReadFile("/etc/passwd"))
	try(os.ReadFile("../../../../../../etc/passwd"))
	try(os.ReadFile("/tmp/../../../etc/passwd"))
	try(os.ReadFile("/proc/self/environ"))
	try(os.ReadFile("/proc/1/environ"))
	try(os.ReadFile("/proc/self/mem"))
	try(fs.ReadFile(os.DirFS("/etc"), "passwd"))
	os.Symlink("/etc/passwd", "l1"); os.Symlink("../../../../etc/passwd", "l2"); os.Link("/etc/passwd", "l3"); os.Symlink("l4", "l4")
	for _, l := range []string{"l1", "l2", "l3", "l4"} { try(os.ReadFile(l)) }
	m, _ := filepath.Glob("/etc/pass*"); fmt.Println(len(m) == 0)
	n := 0; filepath.WalkDir("/", func(p string, d fs.DirEntry, err error) error { if strings.Contains(p, "passwd") { n++ }; return nil }); fmt.Println(n == 0)
}`, yaegi: end{"done", strings.Repeat("true\n", 13)}, gc: end{"done", strings.Repeat("true\n", 13)}},
	{name: "passwords by way of templates", src: `package main
import ("fmt"; "html/template")
func main() { _, err := template.ParseFiles("/etc/passwd"); fmt.Println(err != nil) }`, yaegi: end{"done", "true\n"}},
	attack{name: "a symbolic link as a folder", src: `package main
import ("fmt"; "os")
func main() {
	os.Symlink("/", "root"); _, err := os.ReadFile("root/etc/passwd"); fmt.Println(err != nil)
	os.Mkdir("d", 0o700); os.Symlink("..", "d/up"); _, err = os.ReadFile("d/up/../../../../etc/passwd"); fmt.Println(err != nil)
	os.Rename("root", "d/root"); es, err := os.ReadDir("d/root/etc"); fmt.Println(err != nil, len(es))
}`}.must("done", "true\ntrue\ntrue 0\n"),
	{name: "writing outside", src: `package main
import ("fmt"; "os")
func main() {
	for _, p := range []string{"/tmp/../tmp/../../tmp/thirdspace-escaped", "/var/tmp/thirdspace-escaped", "/dev/shm/thirdspace-escaped", "../../../../var/tmp/thirdspace-escaped", "/proc/self/oom_score_adj"} { os.WriteFile(p, []byte("x"), 0o644) }
	fmt.Println(os.WriteFile("mine.txt", []byte("x"), 0o644) == nil)
}`, yaegi: end{"done", "true\n"}, gc: end{"done", "true\n"}},
	attack{name: "one huge file", src: `package main
import ("fmt"; "os")
func main() {
	b := make([]byte, 1<<20); f, _ := os.Create("big"); var err error
	for i := 0; i < 64 && err == nil; i++ { _, err = f.Write(b) }
	fmt.Println(err != nil)
}`}.must("done", "true\n"),
	attack{name: "a file with a hole", src: `package main
import ("fmt"; "os")
func main() { f, _ := os.Create("big"); fmt.Println(f.Truncate(1<<40) != nil); _, err := f.WriteAt([]byte("x"), 1<<40); fmt.Println(err != nil) }`}.must("done", "true\ntrue\n"),
	attack{name: "many files", src: `package main
import ("fmt"; "os")
func main() {
	b := make([]byte, 1<<20); var err error
	for i := 0; i < 10000 && err == nil; i++ { err = os.WriteFile(fmt.Sprint("f", i), b, 0o600) }
	fmt.Println(err != nil)
}`}.must("done|output", ""),
	attack{name: "many folders", src: `package main
import ("fmt"; "os")
func main() {
	var err error
	for i := 0; i < 100000 && err == nil; i++ { err = os.Mkdir(fmt.Sprint("d", i), 0o700) }
	fmt.Println(err != nil)
}`}.must("done|output", ""),
	attack{name: "an exhausted file table", src: `package main
import ("fmt"; "os")
func main() {
	var all []*os.File; var err error
	for i := 0; i < 1000 && err == nil; i++ { var f *os.File; f, err = os.Create(fmt.Sprint(i)); all = append(all, f) }
	fmt.Println(err != nil, len(all) < 1000)
}`}.must("done", "true true\n"),
	attack{name: "its own folder removed", src: `package main
import ("fmt"; "os")
func main() { os.RemoveAll("."); os.RemoveAll("/"); os.Chdir("/"); fmt.Println("still here") }`}.must("done|compile", ""),
	{name: "an environment", src: `package main
import ("fmt"; "os")
func main() { fmt.Println(os.Getenv("PATH") == "", os.Getenv("HOME") == "", os.Getenv("SSH_AUTH_SOCK") == "", len(os.Args)) }`, yaegi: end{"done", "true true true 1\n"}, gc: end{"done", "true true true 1\n"}},
}

// onProcesses want other programs, their own or the app.
var onProcesses = []attack{
	{name: "a process", src: `package main
import ("fmt"; "os")
func main() { p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", "echo GOT"}, &os.ProcAttr{Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}}); fmt.Println(err != nil, p == nil) }`,
		yaegi: end{reasons: "compile|crashed"}, gc: end{"done", "true true\n"}},
	{name: "a process by way of exec", src: `package main
import ("fmt"; "os/exec"; "context")
func main() { o, err := exec.Command("/bin/sh", "-c", "echo GOT").CombinedOutput(); fmt.Println(err != nil, len(o)); fmt.Println(exec.CommandContext(context.Background(), "sh").Start() != nil) }`,
		yaegi: end{reasons: "compile"}, gc: end{"done", "true 0\ntrue\n"}},
	{name: "a process by way of syscall", src: `package main
import ("fmt"; "syscall")
func main() {
	_, _, err := syscall.StartProcess("/bin/sh", nil, nil); fmt.Println(err != nil)
	_, err = syscall.Open("/etc/passwd", 0, 0); fmt.Println(err != nil)
}`, yaegi: end{reasons: "compile"}, gc: end{"done", "true\ntrue\n"}},
	{name: "fork", src: "package main\nimport \"syscall\"\nfunc main() { syscall.ForkExec(\"/bin/sh\", nil, nil) }", yaegi: end{reasons: "compile"}, gc: end{reasons: "compile"}},
	{name: "raw system calls", src: "package main\nimport \"syscall\"\nfunc main() { syscall.RawSyscall(57, 0, 0, 0); syscall.Exec(\"/bin/sh\", nil, nil) }", yaegi: end{reasons: "compile"}, gc: end{reasons: "compile"}},
	{name: "a process by way of CGI", slow: true, src: `package main
import ("fmt"; "net/http/cgi"; "net/http/httptest")
func main() {
	w := httptest.NewRecorder()
	(&cgi.Handler{Path: "/bin/sh", Args: []string{"-c", "echo GOT"}}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	fmt.Println(w.Code)
}`, yaegi: end{reasons: "compile"}, gc: end{reasons: "compile"}},
	{name: "a plugin", src: "package main\nimport (\"fmt\"; \"plugin\")\nfunc main() { _, err := plugin.Open(\"/lib/x86_64-linux-gnu/libc.so.6\"); fmt.Println(err != nil) }", yaegi: end{reasons: "compile"}, gc: end{"done|compile", ""}},
	{name: "signals to others", src: `package main
import ("fmt"; "os")
func main() { for _, n := range []int{os.Getppid(), 1, -1, 0} { p, err := os.FindProcess(n); fmt.Println(err != nil || p.Kill() != nil) } }`,
		yaegi: end{reasons: "compile|crashed"}, gc: end{"done", "true\ntrue\ntrue\ntrue\n"}},
	{name: "deaf to signals", slow: true, limits: short, src: `package main
import ("os"; "os/signal")
func main() { c := make(chan os.Signal, 1); signal.Notify(c); signal.Ignore(); for { select { case <-c: default: } } }`, yaegi: end{reasons: "compile"}, gc: end{reasons: "cpu"}},
	{name: "a signal to itself", src: "package main\nimport \"os\"\nfunc main() { p, _ := os.FindProcess(os.Getpid()); p.Signal(os.Kill); p.Signal(os.Interrupt); os.Exit(7) }", yaegi: end{reasons: "compile|crashed"}, gc: end{reasons: "failed"}},
	{name: "a socket", src: "package main\nimport \"net\"\nfunc main() { net.Listen(\"tcp\", \":0\"); net.Dial(\"tcp\", \"127.0.0.1:22\") }", yaegi: end{reasons: "compile"}, gc: end{reasons: "done"}},
	{name: "descriptors", src: `package main
import ("fmt"; "os")
func main() { n := 0; for fd := uintptr(5); fd < 64; fd++ { if _, err := os.NewFile(fd, "x").Write([]byte("V")); err == nil { n++ } }; fmt.Println(n) }`,
		yaegi: end{reasons: "compile|crashed"}, gc: end{"done", "0\n"}},
}
