package transport

import (
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"strconv"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
)

// servePage renders the view of a path.
func (h *Handler) servePage(w http.ResponseWriter, r *http.Request) {
	defer h.showExhausted(w, r)
	if c, err := r.Cookie(reloadCookie); err == nil {
		deleteCookie(w, reloadCookie)
		h.showReload(w, r, c.Value)
		return
	}
	if h.opts.Live.Plugged(r.Method, r.URL.EscapedPath()) {
		h.serveRequest(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.showError(w, r, &live.Error{Status: http.StatusNotFound})
		return
	}
	h.ServeView(w, r, live.PageRequest{})
}

// ServeView renders the page of a request. req may name the view and its
// options; the rest is filled in. Without a view the router is asked.
func (h *Handler) ServeView(w http.ResponseWriter, r *http.Request, req live.PageRequest) {
	defer h.showExhausted(w, r)
	tokens := h.opts.Tokens
	who := h.identify(r)
	session := who.session
	flash, rest := term.EmptyMap, session
	if !who.trusted {
		flash, rest = tokens.takeFlash(w, r, session)
	}
	req.URL = fullURL(r)
	req.Session, req.Flash, req.Info, req.Client = rest, flash, connectInfo(r), h.client(r)
	page, err := h.opts.Live.Render(r.Context(), req)
	if err != nil {
		h.showError(w, r, err)
		return
	}
	if page.Redirect != nil {
		if f := page.Redirect.Flash; f != nil && f.Len() > 0 {
			rest = rest.Put(flashKey, f)
		}
		h.saveSession(w, who, session, rest)
		w.Header().Set("Location", page.Redirect.To)
		w.WriteHeader(cmpOr(page.Redirect.Status, http.StatusFound))
		return
	}
	csrf, _ := rest.Get(csrfKey)
	if len(text(csrf)) != csrfSize {
		if csrf = newCSRF(); page.CSRFToken != "" {
			csrf = term.Binary(page.CSRFToken)
		}
		rest = rest.Put(csrfKey, csrf)
	}
	h.saveSession(w, who, session, rest)
	pageHeaders(w)
	body := h.opts.Layout(Document{Content: page.HTML, CSRFToken: maskCSRF(text(csrf)), Page: page, Request: r})
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	io.WriteString(w, body) //nolint:errcheck // the client is gone
}

// showExhausted shows that what code left for the cookies is too large to be
// written, such as a flash that shares its parts over and over.
func (h *Handler) showExhausted(w http.ResponseWriter, r *http.Request) {
	switch x := recover().(type) {
	case nil:
	case term.Exhausted:
		h.showError(w, r, x)
	default:
		panic(x)
	}
}

func cmpOr(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// saveSession sets the cookie if the session changed. A trusted request has no
// cookies.
func (h *Handler) saveSession(w http.ResponseWriter, who identity, before, after *term.Map) {
	if !who.trusted && (!who.valid || !term.StrictEqual(before, after)) {
		h.opts.Tokens.writeSession(w, after)
	}
}

func pageHeaders(w http.ResponseWriter) {
	head := w.Header()
	set := func(k, v string) {
		if head.Get(k) == "" {
			head.Set(k, v)
		}
	}
	set("Content-Type", "text/html; charset=utf-8")
	set("Cache-Control", "max-age=0, private, must-revalidate")
	set("X-Content-Type-Options", "nosniff")
	set("Referrer-Policy", "strict-origin-when-cross-origin")
	set("Content-Security-Policy", "base-uri 'self'; frame-ancestors 'self';")
}

// showReload answers the page load after a join that was refused with a
// status, as Phoenix.LiveView.Static does.
func (h *Handler) showReload(w http.ResponseWriter, r *http.Request, token string) {
	reload, err := h.opts.Tokens.VerifyReload(token)
	if err != nil {
		reload = live.Reload{Status: http.StatusInternalServerError}
	}
	err = fmt.Errorf("%s raised during connected mount sending a %d response", reload.View, reload.Status)
	h.showError(w, r, &live.Error{Status: reload.Status, Err: err})
}

const errorPage = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%s</title>
<style>body { font-family: system-ui, sans-serif } h1 { font-size: 1.4em } pre { white-space: pre-wrap; overflow-wrap: anywhere }</style>
</head>
<body>
<h1>%s</h1>
<pre>%s</pre>
</body>
</html>
`

// showError shows why there is no page. Who runs the code is who reads this,
// so nothing is hidden.
func (h *Handler) showError(w http.ResponseWriter, r *http.Request, err error) {
	status, message := http.StatusInternalServerError, err.Error()
	var e *live.Error
	if errors.As(err, &e) {
		status = cmpOr(e.Status, status)
		if e.Err == nil {
			message = h.noRoute(r)
		}
	}
	if status >= http.StatusInternalServerError {
		h.opts.Log.Error("rendering page", "path", r.URL.Path, "error", message)
	}
	pageHeaders(w)
	w.WriteHeader(status)
	heading := fmt.Sprintf("%d %s", status, http.StatusText(status))
	fmt.Fprintf(w, errorPage, heading, heading, html.EscapeString(message))
}

// noRoute is the message of Phoenix.Router.NoRouteError.
func (h *Handler) noRoute(r *http.Request) string {
	router := "Playground.Router"
	if m := h.opts.Live.RouterModule; !m.IsZero() {
		router = term.Inspect(m)
	}
	return fmt.Sprintf("no route found for %s %s (%s)", r.Method, r.URL.Path, router)
}
