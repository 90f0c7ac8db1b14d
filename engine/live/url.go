package live

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"streamsplayground/engine/term"
)

// parsedURL is a URL as the URI module parses it.
type parsedURL struct {
	text, scheme, host, path, query string
	port                            int
}

// parseURL parses a full URL, or a path with a query.
func parseURL(s string) parsedURL {
	p := parsedURL{text: s}
	u, err := url.Parse(s)
	if err != nil {
		p.path, p.query, _ = strings.Cut(s, "?")
		return p
	}
	p.scheme, p.host, p.query = u.Scheme, u.Hostname(), u.RawQuery
	p.path = u.EscapedPath()
	p.port, _ = strconv.Atoi(u.Port())
	if p.port == 0 {
		switch u.Scheme {
		case "http", "ws":
			p.port = 80
		case "https", "wss":
			p.port = 443
		}
	}
	return p
}

// hostURI is the %URI{} with scheme, host and port only that a socket keeps.
func (p parsedURL) hostURI() *term.Map {
	return uriStruct(str(p.scheme), str(p.host), term.Int(p.port), term.Nil, term.Nil)
}

func uriStruct(scheme, host, port, path, query term.Term) *term.Map {
	return term.NewStruct("URI", "scheme", scheme, "authority", term.Nil, "userinfo", term.Nil, "host", host,
		"port", port, "path", path, "query", query, "fragment", term.Nil)
}

// base is what URI.to_string/1 makes of a host URI.
func (p parsedURL) base() string {
	s := p.scheme + "://" + p.host
	if strings.Contains(p.host, ":") {
		s = p.scheme + "://[" + p.host + "]"
	}
	if p.scheme == "http" && p.port == 80 || p.scheme == "https" && p.port == 443 || p.port == 0 {
		return s
	}
	return s + ":" + strconv.Itoa(p.port)
}

// routed is a route with the parameters of one URL.
type routed struct {
	*Route
	params *term.Map
}

// lookup resolves the path of a URL. As live_link_info_without_checks/3 of
// Phoenix.LiveView.Route.
func (s *Server) lookup(p parsedURL) (routed, bool) {
	if s.Router == nil {
		return routed{}, false
	}
	route, ok := s.Router.Route(cmp.Or(p.path, "/"))
	if !ok {
		return routed{}, false
	}
	params := DecodeQuery(p.query)
	if route.Params != nil {
		for k, v := range route.Params.All() {
			params = params.Put(k, v)
		}
	}
	return routed{route, params}, true
}

func (s *Server) routerModule() term.Atom {
	if s.RouterModule.IsZero() {
		return defaultRouter
	}
	return s.RouterModule
}

func (s *Server) endpointModule() term.Atom {
	if s.Endpoint.IsZero() {
		return defaultEndpoint
	}
	return s.Endpoint
}

func (r routed) action() term.Term { return orNil(r.Action) }
