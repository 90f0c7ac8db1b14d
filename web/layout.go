package web

import (
	"bytes"
	"context"
	"html"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// A Phoenix project has root layouts, sessions and forms of its own. Its pages
// are served on the stage as its router makes them, with two things added: the
// script that speaks with the stage, and the cookies, which a sandboxed page
// cannot keep itself.

// projectPolicy is stagePolicy for a project, which is the reader's own: its
// layouts have scripts within them, and load fonts and libraries.
const projectPolicy = "sandbox allow-scripts allow-forms allow-modals allow-popups; default-src 'none'; script-src 'self' 'unsafe-inline' https:; " +
	"style-src 'self' 'unsafe-inline' https:; img-src * data: blob:; media-src * data: blob:; font-src 'self' data: https:; connect-src 'self' ws: wss: https:; form-action 'self'; base-uri 'none'"

// jarURL is where the cookies of a client are kept in its jar. They are the
// client's own, whatever name the server goes by.
var jarURL = &url.URL{Scheme: "http", Host: "client.invalid", Path: "/"}

// jar returns the cookies of one of the run's clients.
func (r *run) jar(client string) *cookiejar.Jar {
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.jars[client]
	if j == nil {
		j, _ = cookiejar.New(nil)
		if r.jars == nil {
			r.jars = map[string]*cookiejar.Jar{}
		}
		r.jars[client] = j
	}
	return j
}

// serveProject serves a client of a project below the prefix base.
func serveProject(w http.ResponseWriter, r *http.Request, h http.Handler, jar *cookiejar.Jar, g guest) {
	r = r.Clone(context.WithValue(r.Context(), guestKey{}, g))
	r.Header.Del("Cookie")
	at := *jarURL
	at.Path = strings.TrimPrefix(r.URL.Path, g.base)
	for _, c := range jar.Cookies(&at) {
		r.AddCookie(c)
	}
	// The token in the URL says who asks; of a sandboxed page the browser says
	// nothing but that it is one.
	if r.Header.Get("Origin") == "null" {
		r.Header.Set("Origin", "http://"+r.Host)
	}
	out := &staged{prefixed: prefixed{ResponseWriter: w, base: g.base}, jar: jar, at: &at}
	http.StripPrefix(g.base, h).ServeHTTP(out, r)
	out.finish()
}

// staged is the answer to a client of a project. Pages wait until they are
// whole; all else goes out as it comes.
type staged struct {
	prefixed
	jar    *cookiejar.Jar
	at     *url.URL
	status int
	page   *bytes.Buffer // nil for what is no page
}

// WriteHeader implements http.ResponseWriter.
func (s *staged) WriteHeader(status int) {
	if s.status != 0 {
		return
	}
	s.status = status
	head := s.Header()
	s.jar.SetCookies(s.at, (&http.Response{Header: head}).Cookies())
	head.Del("Set-Cookie")
	if strings.HasPrefix(head.Get("Content-Type"), "text/html") {
		head.Del("Content-Length")
		s.page = &bytes.Buffer{}
		return
	}
	s.prefixed.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (s *staged) Write(b []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	if s.page != nil {
		return s.page.Write(b)
	}
	return s.prefixed.Write(b)
}

func (s *staged) finish() {
	if s.page == nil {
		return
	}
	s.prefixed.WriteHeader(s.status)
	s.prefixed.Write(addStaged(s.page.Bytes(), s.base)) //nolint:errcheck // the client is gone, and nothing is to be done about it
}

var openHead = regexp.MustCompile(`(?i)<head(\s[^>]*)?>`)

// addStaged puts what the stage needs into the head of a page, unless it is
// there already. A page without a head gets it where the browser makes one.
func addStaged(page []byte, base string) []byte {
	if bytes.Contains(page, []byte(`<meta name="lv-base"`)) {
		return page
	}
	add := `<meta name="lv-base" content="` + html.EscapeString(base) + `"><link rel="stylesheet" href="/assets/css/marks.css"><script type="module" src="/assets/ui/staged.js"></script>`
	at := 0
	if m := openHead.FindIndex(page); m != nil {
		at = m[1]
	} else if i := bytes.IndexByte(page, '>'); i >= 0 && bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(page)), []byte("<!doctype")) {
		at = i + 1
	}
	return append(append(append([]byte{}, page[:at]...), add...), page[at:]...)
}
