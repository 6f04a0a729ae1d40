package face

import (
	"log/slog"
	"strings"
)

// wailsLog is Wails' logger on top of ours. Wails' levels are kept, but for its Info, which tells of its own inside.
type wailsLog struct{ to *slog.Logger }

func (l wailsLog) Print(m string)   { l.to.Debug(strings.TrimSpace(m), "from", "wails") }
func (l wailsLog) Trace(m string)   { l.to.Debug(strings.TrimSpace(m), "from", "wails") }
func (l wailsLog) Debug(m string)   { l.to.Debug(strings.TrimSpace(m), "from", "wails") }
func (l wailsLog) Info(m string)    { l.to.Debug(strings.TrimSpace(m), "from", "wails") }
func (l wailsLog) Warning(m string) { l.to.Warn(strings.TrimSpace(m), "from", "wails") }
func (l wailsLog) Error(m string)   { l.to.Error(strings.TrimSpace(m), "from", "wails") }
func (l wailsLog) Fatal(m string)   { l.to.Error(strings.TrimSpace(m), "from", "wails") }
