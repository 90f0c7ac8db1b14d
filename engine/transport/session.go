package transport

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"

	"streamsplayground/engine/term"
)

// The cookies of the server. The JavaScript client sets the two with
// underscores, as it does for Phoenix.
const (
	sessionCookie = "_playground_key"
	flashCookie   = "__phoenix_flash__"
	reloadCookie  = "__phoenix_reload_status__"
)

var (
	csrfKey  = term.Binary("_csrf_token")
	flashKey = term.Binary("phoenix_flash")
)

// readSession returns the session of the request's cookie, and false when
// there is none that is valid.
func (t *Tokens) readSession(r *http.Request) (*term.Map, bool) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return term.EmptyMap, false
	}
	v, err := t.verify("cookie", c.Value, cookieAge)
	m, ok := v.(*term.Map)
	if err != nil || !ok {
		return term.EmptyMap, false
	}
	return m, true
}

func (t *Tokens) writeSession(w http.ResponseWriter, session *term.Map) {
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: t.sign("cookie", session), Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func deleteCookie(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1})
}

// csrfSize is the length of an unmasked CSRF token, as in Plug.CSRFProtection.
const csrfSize = 24

func newCSRF() term.Binary {
	b := make([]byte, csrfSize*3/4)
	rand.Read(b)
	return term.Binary(b64.EncodeToString(b))
}

// maskCSRF hides a token behind a new mask, so that no two pages show the same
// text and compression leaks nothing.
func maskCSRF(token string) string {
	mask := string(newCSRF())
	return b64.EncodeToString(xor(token, mask)) + mask
}

// validCSRF reports whether masked stands for the token of the session.
func validCSRF(session *term.Map, masked string) bool {
	v, _ := session.Get(csrfKey)
	token := text(v)
	const size = csrfSize * 4 / 3
	if len(token) != csrfSize || len(masked) != size+csrfSize {
		return false
	}
	hidden, err := b64.DecodeString(masked[:size])
	if err != nil || len(hidden) != csrfSize {
		return false
	}
	return subtle.ConstantTimeCompare(xor(string(hidden), masked[size:]), []byte(token)) == 1
}

func xor(a, b string) []byte {
	out := make([]byte, len(a))
	for i := range out {
		out[i] = a[i] ^ b[i]
	}
	return out
}

// takeFlash returns the flash that waits for the request, in the session or in
// the cookie that the client sets before a redirect, and removes it from both.
// As fetch_live_flash/2.
func (t *Tokens) takeFlash(w http.ResponseWriter, r *http.Request, session *term.Map) (flash, rest *term.Map) {
	flash = term.EmptyMap
	if v, ok := session.Get(flashKey); ok {
		if m, isMap := v.(*term.Map); isMap {
			flash = m
		}
		session = session.Delete(flashKey)
	}
	if c, err := r.Cookie(flashCookie); err == nil {
		deleteCookie(w, flashCookie)
		for k, v := range t.VerifyFlash(strings.Trim(c.Value, `"`)).All() {
			flash = flash.Put(k, v)
		}
	}
	return flash, session
}
