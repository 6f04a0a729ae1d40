package main

import (
	"thirdspace/app/boot"
	"thirdspace/app/code"
	"thirdspace/app/doctor"
	"thirdspace/app/room"
	"thirdspace/app/runs"
	"thirdspace/app/settings"
	"thirdspace/app/talk"
	"thirdspace/app/work"
)

// serviceTypes are the services that the page may call, without anything behind them: bindings are made from their
// types alone. A test holds them against what the app binds.
func serviceTypes() []any {
	return []any{
		&room.Service{}, &code.Service{}, &runs.Service{}, &settings.Service{}, &talk.Service{}, &work.Service{},
		&doctor.Service{}, &boot.Service{},
	}
}
