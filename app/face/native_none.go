//go:build !desktop

package face

// CanOpenWindow is false: this program was built without the tags "desktop,production,webkit2_41".
func CanOpenWindow() bool { return false }

func (w *Window) watchNative(*Geometry) {}
