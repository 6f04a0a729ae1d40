package app

import (
	"context"
	"log/slog"

	"thirdspace/app/face"
	"thirdspace/app/store"
)

// Geometry keeps the window's place in the settings. It implements face.Memory. A place that cannot be read or kept is
// no reason to bother anyone: the window opens in the middle of the screen.
type Geometry struct {
	store *store.Store
	log   *slog.Logger
}

var _ face.Memory = (*Geometry)(nil)

const geometryKey = "window"

// Load implements face.Memory.
func (g *Geometry) Load() (face.Geometry, bool) {
	var v face.Geometry
	ok, err := g.store.Setting(context.Background(), geometryKey, &v)
	if err != nil {
		g.log.Warn("the window's place is not known", "error", err)
	}
	return v, ok && err == nil
}

// Save implements face.Memory.
func (g *Geometry) Save(v face.Geometry) {
	if err := g.store.SetSetting(context.Background(), geometryKey, v); err != nil {
		g.log.Warn("the window's place is not kept", "error", err)
	}
}
