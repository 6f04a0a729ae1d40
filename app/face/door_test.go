package face

import (
	"net/http"
	"strings"
	"testing"
)

func TestNobodyGetsInWithoutTheLink(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/", "/index.html", "/assets/app.js", "/wails/runtime.js", "/wails/ipc.js", "/open",
		"/open?token=", "/open?token=wrong", "/nothing"} {
		if status, body, _ := s.get(path); status != http.StatusForbidden {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if _, status, err := s.dial(); err == nil || status != http.StatusForbidden {
		t.Errorf("socket without a cookie: %d %v", status, err)
	}
	wrong := func(h http.Header) { h.Set("Cookie", s.door.cookie+"=guessed") }
	if _, status, err := s.dial(wrong); err == nil || status != http.StatusForbidden {
		t.Errorf("socket with a wrong cookie: %d %v", status, err)
	}
}

func TestLinkBecomesAStrictCookieOnce(t *testing.T) {
	s := serve(t)
	link := s.URL()
	status, body, header := s.get(link)
	if status != http.StatusOK || !strings.Contains(body, `url=/"`) {
		t.Fatalf("%d %s", status, body)
	}
	cookie := header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie lacks %s: %s", part, cookie)
		}
	}
	if strings.Contains(link, s.door.session) || strings.Contains(body, s.door.session) {
		t.Error("the session is shown")
	}
	if status, _, _ := s.get("/"); status != http.StatusOK {
		t.Errorf("with the cookie: %d", status)
	}
	if status, _, _ := s.get(link); status != http.StatusOK {
		t.Errorf("the same browser may follow its link again: %d", status)
	}
	s.client.Jar = nil // another browser
	if status, _, _ := s.get(link); status != http.StatusForbidden {
		t.Errorf("a used link lets another browser in: %d", status)
	}
	if status, _, _ := s.get(s.URL()); status != http.StatusOK {
		t.Errorf("the next link: %d", status)
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	s := serve(t)
	s.letIn()
	for name, change := range map[string]func(*http.Request){
		"rebound name":        func(r *http.Request) { r.Host = "evil.example:80" },
		"localhost by name":   func(r *http.Request) { r.Host = strings.Replace(r.Host, "127.0.0.1", "localhost", 1) },
		"no port":             func(r *http.Request) { r.Host = "127.0.0.1" },
		"other origin":        func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") },
		"null origin":         func(r *http.Request) { r.Header.Set("Origin", "null") },
		"empty origin":        func(r *http.Request) { r.Header["Origin"] = []string{""} },
		"two origins":         func(r *http.Request) { r.Header["Origin"] = []string{"http://" + s.Address(), "http://x"} },
		"cross-site fetch":    func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"same-site port":      func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"https of our origin": func(r *http.Request) { r.Header.Set("Origin", "https://"+s.Address()) },
	} {
		if status, body, _ := s.get("/", change); status != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	for name, change := range map[string]func(http.Header){
		"other origin": func(h http.Header) { h.Set("Origin", "http://evil.example") },
		"no origin":    func(h http.Header) { h.Del("Origin") },
	} {
		if _, status, err := s.dial(change); err == nil || status != http.StatusForbidden {
			t.Errorf("socket, %s: %d %v", name, status, err)
		}
	}
	if status, _, _ := s.get(s.URL(), func(r *http.Request) { r.Host = "evil.example" }); status != http.StatusForbidden {
		t.Error("the link works under another name")
	}
}

func TestKnockingPrintsAFreshLinkSeldom(t *testing.T) {
	var links []string
	s := serve(t, func(c *BrowserConfig) { c.Announce = func(u string) { links = append(links, u) } })
	for range 20 {
		s.get("/")
	}
	if len(links) != 1 || links[0] != s.URL() {
		t.Fatalf("announced %q, the link is %s", links, s.URL())
	}
}

func TestSessionOfDevelopmentOutlivesARestart(t *testing.T) {
	s := serve(t, func(c *BrowserConfig) { c.Session = "kept" })
	with := func(r *http.Request) { r.AddCookie(&http.Cookie{Name: s.door.cookie, Value: "kept"}) }
	if status, _, _ := s.get("/", with); status != http.StatusOK {
		t.Fatal(status)
	}
}
