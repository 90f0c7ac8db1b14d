package transport

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
)

func TestTokensRoundTrip(t *testing.T) {
	tokens := NewTokens([]byte("secret"), "a")
	pid := term.PID{N: 7}
	session := live.Session{ID: "phx-1", View: term.NewModule("A.B"), RootView: term.NewModule("A"), Routed: true, LiveSession: "default",
		Parent: &pid, Root: &pid, Session: term.NewMap(term.Binary("k"), term.NewList(term.Int(1)))}
	got, err := tokens.VerifySession(tokens.SignSession(session))
	if err != nil || !reflect.DeepEqual(got, session) {
		t.Errorf("got %+v, %v, want %+v", got, err, session)
	}
	static := live.Static{ID: "phx-1", Flash: term.NewMap(term.Binary("info"), term.Binary("hi")), AssignNew: []term.Term{term.NewAtom("user")}}
	if got, err := tokens.VerifyStatic(tokens.SignStatic(static)); err != nil || !reflect.DeepEqual(got, static) {
		t.Errorf("got %+v, %v, want %+v", got, err, static)
	}
	reload := live.Reload{Status: 404, View: "A"}
	if got, err := tokens.VerifyReload(tokens.SignReload(reload)); err != nil || got != reload {
		t.Errorf("got %+v, %v, want %+v", got, err, reload)
	}
	if got := tokens.VerifyFlash(tokens.SignFlash(static.Flash)); !term.StrictEqual(got, static.Flash) {
		t.Errorf("flash became %v", got)
	}
}

func TestTokensAreRefused(t *testing.T) {
	tokens := NewTokens([]byte("secret"), "a")
	good := tokens.SignSession(live.Session{ID: "phx-1"})
	refused := map[string]string{
		"empty": "", "no dots": "abc", "header only": header + "..",
		"changed":           strings.Replace(good, ".g", ".h", 1),
		"cut":               good[:len(good)-2],
		"another purpose":   tokens.SignStatic(live.Static{ID: "phx-1"}),
		"another scope":     NewTokens([]byte("secret"), "b").SignSession(live.Session{}),
		"another secret":    NewTokens(nil, "a").SignSession(live.Session{}),
		"another signature": good[:strings.LastIndex(good, ".")+1] + "AAAA",
	}
	for name, token := range refused {
		if s, err := tokens.VerifySession(token); err == nil {
			t.Errorf("%s: verified as %+v", name, s)
		}
	}
}

func TestTokensExpire(t *testing.T) {
	now := time.Now()
	tokens := NewTokens(nil, "")
	tokens.now = func() time.Time { return now }
	session, flash := tokens.SignSession(live.Session{}), tokens.SignFlash(term.NewMap(term.Int(1), term.Int(1)))
	now = now.Add(flashAge + time.Second)
	if got := tokens.VerifyFlash(flash); got.Len() != 0 {
		t.Error("an old flash was taken")
	}
	if _, err := tokens.VerifySession(session); err != nil {
		t.Error("a session of a minute was refused")
	}
	now = now.Add(sessionAge)
	if _, err := tokens.VerifySession(session); err == nil {
		t.Error("an old session was taken")
	}
}

func TestCSRF(t *testing.T) {
	session := term.NewMap(csrfKey, newCSRF())
	token, _ := session.Get(csrfKey)
	a, b := maskCSRF(text(token)), maskCSRF(text(token))
	if a == b {
		t.Error("two pages show the same token")
	}
	if !validCSRF(session, a) || !validCSRF(session, b) {
		t.Error("a masked token is not valid")
	}
	other := maskCSRF(text(newCSRF()))
	for _, bad := range []string{"", "x", text(token), other, a[:len(a)-1] + "!", strings.Repeat("a", len(a)), strings.Repeat("!", len(a))} {
		if validCSRF(session, bad) {
			t.Errorf("%q is valid", bad)
		}
	}
	if validCSRF(term.EmptyMap, a) {
		t.Error("a session without a token takes one")
	}
}

func TestFlashIsTakenOnce(t *testing.T) {
	tokens := NewTokens(nil, "")
	session := term.NewMap(flashKey, term.NewMap(term.Binary("a"), term.Int(1)), term.Binary("k"), term.Int(2))
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: flashCookie, Value: tokens.SignFlash(term.NewMap(term.Binary("b"), term.Int(2)))})
	w := httptest.NewRecorder()
	flash, rest := tokens.takeFlash(w, r, session)
	if flash.Len() != 2 || rest.Len() != 1 {
		t.Errorf("got %s and %s", term.Inspect(flash), term.Inspect(rest))
	}
	if c := w.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the cookie stays: %v", c)
	}
}

func TestHostsAndOrigins(t *testing.T) {
	h := New(Options{Hosts: []string{"play.example"}})
	for host, want := range map[string]bool{"localhost:4000": true, "127.0.0.1": true, "[::1]:4000": true, "a.localhost": true, "192.168.0.7:80": true,
		"play.example": true, "PLAY.example:443": true, "evil.example": false, "": false, "localhost.evil.example": false} {
		if got := h.AllowedHost(host); got != want {
			t.Errorf("host %q allowed: %v", host, got)
		}
	}
	for origin, want := range map[string]bool{"": true, "http://localhost:4000": true, "https://localhost:4000": true, "http://localhost:3000": false,
		"http://evil.example": false, "null": false, "file://localhost:4000": false, "://": false} {
		r := httptest.NewRequest("GET", "http://localhost:4000/live/websocket", nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if got := h.allowedOrigin(r, identity{}); got != want {
			t.Errorf("origin %q allowed: %v", origin, got)
		}
		if origin == "null" && !h.allowedOrigin(r, identity{trusted: true}) {
			t.Error("origin null of a trusted request is refused")
		}
	}
}

func TestVsn(t *testing.T) {
	for vsn, want := range map[string]bool{"2.0.0": true, "2.1.3": true, "1.0.0": false, "3.0.0": false, "2": false, "": false} {
		if got := supportedVsn(vsn); got != want {
			t.Errorf("vsn %q supported: %v", vsn, got)
		}
	}
}

func TestTitle(t *testing.T) {
	page := &live.Page{Title: "<Home>", HasTitle: true}
	if got, want := Title("App", " · App", page), `<title data-default="App" data-suffix=" · App">&lt;Home&gt; · App</title>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := Title("", "", nil), `<title></title>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
