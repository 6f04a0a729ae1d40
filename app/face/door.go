package face

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// door decides who may come in to the browser face. Anything on this machine, and any page in the person's browser,
// can reach a port on loopback; so
//
//   - Host must be our own address (against DNS rebinding), and Origin too where a browser sends it;
//   - the first visit needs a token that only the printed URL holds, good for one visit;
//   - it is exchanged for a cookie that scripts cannot read and other sites cannot make the browser send.
type door struct {
	host     string // "127.0.0.1:port", the one accepted Host
	cookie   string // its name; holds the port, because a browser does not keep cookies apart by port
	session  string // its value
	announce func(url string)

	mu        sync.Mutex
	token     string    // good for the next visit
	announced time.Time // when a link was last announced again
}

// announceEvery bounds how often somebody knocking can make us print a new link.
const announceEvery = 10 * time.Second

func newDoor(host, session string, announce func(string)) *door {
	if session == "" {
		session = rand.Text()
	}
	return &door{
		host:     host,
		cookie:   "thirdspace_" + host[strings.LastIndexByte(host, ':')+1:],
		session:  session,
		announce: announce,
		token:    rand.Text(),
	}
}

// url returns the link that lets one browser in.
func (d *door) url() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return fmt.Sprintf("http://%s/open?token=%s", d.host, d.token)
}

// redeem uses up the token.
func (d *door) redeem(token string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if subtle.ConstantTimeCompare([]byte(token), []byte(d.token)) != 1 {
		return false
	}
	d.token = rand.Text()
	return true
}

// knock answers somebody who has no way in: the person may have followed a used link, so a fresh one is announced
// where only they can read it.
func (d *door) knock() {
	d.mu.Lock()
	now := time.Now()
	again := d.announce != nil && now.Sub(d.announced) >= announceEvery
	if again {
		d.announced = now
	}
	d.mu.Unlock()
	if again {
		d.announce(d.url())
	}
}

// sameSite checks Host, Origin and Sec-Fetch-Site.
func (d *door) sameSite(r *http.Request) bool {
	if r.Host != d.host {
		return false
	}
	if origin, sent := r.Header["Origin"]; sent && (len(origin) != 1 || origin[0] != "http://"+d.host) {
		return false
	}
	return true
}

// known checks the cookie.
func (d *door) known(r *http.Request) bool {
	c, err := r.Cookie(d.cookie)
	return err == nil && subtle.ConstantTimeCompare([]byte(c.Value), []byte(d.session)) == 1
}

// guard lets only our own page through to next.
func (d *door) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !d.sameSite(r), crossSite(r):
			refuse(w, "This page is not reached from another site.")
		case !d.known(r):
			d.knock()
			refuse(w, "This page opens with the link that ThirdSpace printed where it was started. "+
				"Each link is good for one browser; a fresh one has been printed there.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// crossSite says that a browser sent this for another site's page.
func crossSite(r *http.Request) bool {
	s := r.Header.Get("Sec-Fetch-Site")
	return s != "" && s != "same-origin" && s != "none"
}

// open exchanges the token in the URL for the cookie. It answers with a page that goes on to "/" by itself rather
// than with a redirect: after a redirect from another program's link a browser would hold a Strict cookie back.
func (d *door) open(w http.ResponseWriter, r *http.Request) {
	if !d.sameSite(r) {
		refuse(w, "This page is not reached from another site.")
		return
	}
	if !d.known(r) {
		if !d.redeem(r.URL.Query().Get("token")) {
			d.knock()
			refuse(w, "This link was used already, or is not whole. A fresh one has been printed where ThirdSpace was started.")
			return
		}
		http.SetCookie(w, &http.Cookie{
			Name: d.cookie, Value: d.session, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprint(w, `<!doctype html><meta charset="utf-8"><title>ThirdSpace</title>`+
		`<meta http-equiv="refresh" content="0;url=/"><a href="/">Open ThirdSpace</a>`)
}

func refuse(w http.ResponseWriter, why string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, why, http.StatusForbidden)
}
