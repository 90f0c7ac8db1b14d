package transport

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
	"streamsplayground/engine/wire"
)

// MaxBody is how long the body of a request may be, as in Plug.Parsers.
const MaxBody = 8_000_000

// serveRequest gives a request to the router, and writes what it answers.
func (h *Handler) serveRequest(w http.ResponseWriter, r *http.Request) {
	req, err := h.request(w, r)
	if err != nil {
		h.showError(w, r, err)
		return
	}
	who := h.identify(r)
	req.Session, req.Trusted = who.session, who.trusted
	if c, err := r.Cookie(flashCookie); err == nil && !who.trusted {
		deleteCookie(w, flashCookie)
		req.Flash = h.opts.Tokens.VerifyFlash(strings.Trim(c.Value, `"`))
	}
	out, err := h.opts.Live.Handle(r.Context(), req)
	if err != nil {
		h.showError(w, r, err)
		return
	}
	session, body := out.Session, out.Body
	if out.Bare {
		csrf, _ := session.Get(csrfKey)
		if len(text(csrf)) != csrfSize {
			csrf = newCSRF()
			session = session.Put(csrfKey, csrf)
		}
		page := out.Page
		if page == nil {
			page = &live.Page{Inner: body}
		}
		body = h.opts.Layout(Document{Content: body, CSRFToken: maskCSRF(text(csrf)), Page: page, Request: r})
	}
	if !term.StrictEqual(who.session, session) || out.Page != nil {
		h.saveSession(w, who, who.session, session)
	}
	for _, a := range out.Headers {
		w.Header().Add(a.Name, a.Value)
	}
	pageHeaders(w)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(out.Status)
	if r.Method != http.MethodHead {
		fmt.Fprint(w, body)
	}
}

// request is what a plug gets of a request: its method, which a form may
// override, and the parameters of its body. As Plug.Parsers, Plug.Head and
// Plug.MethodOverride of a generated endpoint.
func (h *Handler) request(w http.ResponseWriter, r *http.Request) (live.Request, error) {
	req := live.Request{Method: r.Method, URL: fullURL(r), Info: connectInfo(r), Client: h.client(r)}
	if req.Method == http.MethodHead {
		req.Method = http.MethodGet
	}
	for _, key := range slices.Sorted(maps.Keys(r.Header)) {
		for _, v := range r.Header[key] {
			req.Headers = append(req.Headers, live.Attr{Name: strings.ToLower(key), Value: v})
		}
	}
	req.Headers = append(req.Headers, live.Attr{Name: "host", Value: r.Host})
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	if kind == "multipart/form-data" && params["boundary"] != "" {
		form, err := multipartForm(r)
		if err != nil {
			return req, err
		}
		req.Params = form
	} else {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return req, &live.Error{Status: http.StatusRequestEntityTooLarge, Err: fmt.Errorf("the request is too large: at most %d bytes are read", MaxBody)}
		}
		req.Body = body
		if req.Params, err = bodyParams(kind, body); err != nil {
			return req, err
		}
	}
	if req.Method == http.MethodPost && req.Params != nil {
		if v, ok := req.Params.Get(term.Binary("_method")); ok {
			if m := strings.ToUpper(text(v)); m == http.MethodPut || m == http.MethodPatch || m == http.MethodDelete {
				req.Method = m
			}
		}
	}
	return req, nil
}

// multipartForm reads the fields of a form. Its files are not kept: there is
// nothing that a plug could do with them.
func multipartForm(r *http.Request) (*term.Map, error) {
	if err := r.ParseMultipartForm(MaxBody); err != nil {
		return nil, &live.Error{Status: http.StatusBadRequest, Err: fmt.Errorf("reading the form: %w", err)}
	}
	defer r.MultipartForm.RemoveAll() //nolint:errcheck // temporary files, which the system removes too
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(r.MultipartForm.Value)) {
		for _, v := range r.MultipartForm.Value[key] {
			pairs = append(pairs, url.QueryEscape(key)+"="+url.QueryEscape(v))
		}
	}
	return live.DecodeQuery(strings.Join(pairs, "&")), nil
}

// bodyParams are the parameters of a form or of JSON; an array or a plain
// value is under "_json".
func bodyParams(kind string, body []byte) (*term.Map, error) {
	switch {
	case kind == "application/x-www-form-urlencoded":
		return live.DecodeQuery(string(body)), nil
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		if len(body) == 0 {
			return term.EmptyMap, nil
		}
		v, err := wire.DecodeTerm(body)
		if err != nil {
			return nil, &live.Error{Status: http.StatusBadRequest, Err: errors.New("the body of the request is not JSON")}
		}
		if m, ok := v.(*term.Map); ok {
			return m, nil
		}
		return term.NewMap(term.Binary("_json"), v), nil
	}
	return nil, nil
}

func fullURL(r *http.Request) string {
	u := "http://" + r.Host + r.URL.RequestURI()
	if r.TLS != nil {
		u = "https" + u[len("http"):]
	}
	return u
}

// Sign implements live.Signer.
func (t *Tokens) Sign(purpose string, v term.Term) string { return t.sign(purpose, v) }

// Verify implements live.Signer.
func (t *Tokens) Verify(purpose, token string) (term.Term, bool) {
	v, err := t.verify(purpose, token, cookieAge)
	return v, err == nil
}
