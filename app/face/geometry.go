package face

// Geometry is a window's place on the screen and its size, in logical pixels. While Maximised, the other fields hold
// the place to go back to.
type Geometry struct {
	X, Y          int
	Width, Height int
	Maximised     bool
}

// Memory keeps the window's geometry from one start to the next.
type Memory interface {
	// Load returns what was saved last; false if nothing was.
	Load() (Geometry, bool)
	// Save is called shortly after the window was moved or resized, and when it closes.
	Save(Geometry)
}

// Bounds of what a window may be: smaller is unusable, larger is a damaged memory.
const (
	minWidth, minHeight         = 720, 480
	defaultWidth, defaultHeight = 1280, 800
	maxSide                     = 16384
)

// remembered returns the geometry to start with, and whether its place is to be used.
func remembered(m Memory) (g Geometry, placed bool) {
	if m != nil {
		if g, ok := m.Load(); ok && g.sane() {
			return g, true
		}
	}
	return Geometry{Width: defaultWidth, Height: defaultHeight}, false
}

func (g Geometry) sane() bool {
	return g.Width >= minWidth && g.Width <= maxSide && g.Height >= minHeight && g.Height <= maxSide &&
		g.X > -maxSide && g.X < maxSide && g.Y > -maxSide && g.Y < maxSide
}
