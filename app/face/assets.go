package face

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

// policy is the Content-Security-Policy of the page. Styles may stand inline because the interface's library puts them
// there; scripts may not. host is the address of the WebSocket, which older browsers do not count as 'self'.
func policy(host string) string {
	return strings.Join([]string{
		"default-src 'self'",
		"script-src 'self'",
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' data: blob:",
		"font-src 'self' data:",
		"media-src 'self' blob:",
		"connect-src 'self' ws://" + host,
		"worker-src 'self' blob:",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}

// secureHeaders sets what every answer of the browser face carries.
func secureHeaders(host string, next http.Handler) http.Handler {
	csp := policy(host)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// Where Wails serves its runtime; the browser face serves its own in the same place.
const (
	ipcPath     = "/wails/ipc.js"
	runtimePath = "/wails/runtime.js"
)

// serveAssets serves the page and what it loads. index.html gets the script tags that Wails puts there in the window,
// unless it has them already.
func serveAssets(assets fs.FS) http.Handler {
	files := http.FileServerFS(assets)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "only GET", http.StatusMethodNotAllowed)
			return
		}
		if r.URL.Path != "/" && r.URL.Path != "/"+indexFile {
			files.ServeHTTP(w, r)
			return
		}
		index, err := fs.ReadFile(assets, indexFile)
		if err != nil {
			http.Error(w, ErrNoFrontend.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(withRuntime(index))
	})
}

// withRuntime adds the runtime's script tags at the start of <head>, before the page's own scripts.
func withRuntime(index []byte) []byte {
	if bytes.Contains(index, []byte(runtimePath)) {
		return index
	}
	tags := fmt.Appendf(nil, `<script src="%s"></script>`, runtimePath)
	lower := bytes.ToLower(index)
	at := bytes.Index(lower, []byte("<head"))
	if at >= 0 {
		if end := bytes.IndexByte(lower[at:], '>'); end >= 0 {
			at += end + 1
			return bytes.Join([][]byte{index[:at], tags, index[at:]}, nil)
		}
	}
	return append(tags, index...)
}
