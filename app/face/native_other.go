//go:build desktop && !linux

package face

// CanOpenWindow says whether this program can open a window here. Windows and macOS always have a screen.
func CanOpenWindow() bool { return true }

// watchNative has nothing to add here: WebView2 and WKWebView ask for permission and restart their page themselves.
// The window's place is not followed on these systems, only its size at the start.
func (w *Window) watchNative(*Geometry) { w.onUp() }
