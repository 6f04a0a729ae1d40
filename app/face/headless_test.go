package face

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"
)

func TestHeadlessRunsUntilItsContextEnds(t *testing.T) {
	var f Face = Headless{}
	f.Emit("anything", make(chan int)) // not even encodable: nobody looks
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	select {
	case <-ended:
		t.Fatal("ended by itself")
	default:
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestMissingPageIsSaidClearly(t *testing.T) {
	for name, page := range map[string]Page{
		"no assets":    {},
		"no index":     {Assets: fstest.MapFS{".gitkeep": {}}},
		"empty folder": {Assets: fstest.MapFS{}},
	} {
		if _, err := NewBrowser(BrowserConfig{Page: page}); !errors.Is(err, ErrNoFrontend) {
			t.Errorf("%s: browser face: %v", name, err)
		}
		if _, err := NewWindow(WindowConfig{Page: page}); !errors.Is(err, ErrNoFrontend) {
			t.Errorf("%s: window: %v", name, err)
		}
	}
}
