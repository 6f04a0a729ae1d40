//go:build linux && desktop && webkit2_41

package face

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
#include "native_linux.h"
*/
import "C"

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

// shown is the window that the toolkit's callbacks, which carry nothing of ours, are about: there is one in a process.
var shown atomic.Pointer[Window]

var canOpen = sync.OnceValue(func() bool {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return false
	}
	// Wails makes the same choice before it connects; both must try the same display.
	if session := os.Getenv("XDG_SESSION_TYPE"); os.Getenv("GDK_BACKEND") == "" &&
		(session == "" || session == "unspecified" || session == "x11") {
		os.Setenv("GDK_BACKEND", "x11")
	}
	runtime.LockOSThread() // the toolkit belongs to the thread it was first used from
	return C.face_can_open() != 0
})

// CanOpenWindow says whether this program can open a window here: that it was built with one, and that the screen it
// is told of can be connected to. Where it is true it must have been called first from the main goroutine, which then
// stays on its thread.
func CanOpenWindow() bool { return canOpen() }

// watchNative sets up what Wails leaves out, once its main loop runs, and puts the window in its place if there is one.
func (w *Window) watchNative(place *Geometry) {
	shown.Store(w)
	if place == nil {
		C.face_watch(0, 0, 0)
		return
	}
	C.face_watch(1, C.int(place.X), C.int(place.Y))
}

//export faceWindowUp
func faceWindowUp(found C.int) {
	w := shown.Load()
	if found == 0 {
		w.page.log().Error("the window's page was not found: it will not come back if its process dies")
	}
	w.onUp()
}

//export faceWindowPlaced
func faceWindowPlaced(x, y, width, height, maximised C.int) {
	w := shown.Load()
	g := Geometry{X: int(x), Y: int(y), Width: int(width), Height: int(height)}
	if maximised != 0 {
		if last := w.placed.Load(); last != nil {
			g = *last // the place to go back to
		} else if start := w.startPlace(); start != nil {
			g = *start
		}
		g.Maximised = true
	}
	w.onPlaced(g)
}

//export faceWebProcessEnded
func faceWebProcessEnded(reason, again C.int) {
	w := shown.Load()
	if again == 0 {
		w.page.log().Error("the page's process keeps ending; it is not started again", "reason", int(reason))
		return
	}
	w.page.log().Warn("the page's process ended and is started again", "reason", int(reason))
}
