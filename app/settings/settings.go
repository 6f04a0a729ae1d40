// Package settings is what a person chose for the app on this machine, and what the app says of itself.
package settings

import (
	"context"
	"runtime"
	"sync"

	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/wire"
)

// Version is the program's version, set by the linker (-X thirdspace/app/settings.Version=…).
var Version = "dev"

const key = "settings"

// Themes of the interface; ThemeAuto follows the system.
const (
	ThemeAuto     = "auto"
	ThemeLight    = "light"
	ThemeDark     = "dark"
	ThemeContrast = "contrast"
)

// What runs programs, as thirdspace/interp/run names it; EngineAuto leaves it to the program.
const (
	EngineAuto  = "auto"
	EngineYaegi = "yaegi"
	EngineGC    = "gc"
)

// Code sizes in CSS pixels.
const (
	minCodeSize     = 10
	maxCodeSize     = 40
	defaultCodeSize = 15
)

// Settings are a person's choices.
type Settings struct {
	Theme    string `json:"theme"`
	CodeSize int    `json:"codeSize"`
	Name     string `json:"name"`   // the name last used to join or teach
	Engine   string `json:"engine"` // what runs programs: EngineAuto or one of the engines
}

// About is what the app says of itself.
type About struct {
	Version string `json:"version"`
	Engine  string `json:"engine"`
	DataDir string `json:"dataDir"`
}

// Service is bound to the page.
type Service struct {
	store *store.Store
	mu    sync.Mutex
}

// New makes the service.
func New(s *store.Store) *Service { return &Service{store: s} }

// Get reads the settings; what was never chosen has its default.
func (s *Service) Get() (Settings, error) {
	v := Settings{Theme: ThemeAuto, CodeSize: defaultCodeSize, Engine: EngineAuto}
	_, err := s.store.Setting(context.Background(), key, &v)
	return v, failure.Of(err)
}

// Set keeps the settings. Values out of range are brought into it.
func (s *Service) Set(v Settings) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch v.Theme {
	case ThemeAuto, ThemeLight, ThemeDark, ThemeContrast:
	default:
		v.Theme = ThemeAuto
	}
	switch v.Engine {
	case EngineAuto, EngineYaegi, EngineGC:
	default:
		v.Engine = EngineAuto
	}
	v.CodeSize = min(max(v.CodeSize, minCodeSize), maxCodeSize)
	if clean, err := wire.CleanName(v.Name, wire.MaxName); err == nil {
		v.Name = clean
	} else {
		v.Name = ""
	}
	return failure.Of(s.store.SetSetting(context.Background(), key, v))
}

// About says which program this is and where it keeps its data.
func (s *Service) About() About {
	return About{Version: Version, Engine: "yaegi and " + runtime.Version(), DataDir: s.store.Dir()}
}
