package live

import (
	"net/url"
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// RouteTable is a Router made of routes in order, the first match wins. Add
// routes before its first use; then it is safe for concurrent use.
type RouteTable struct {
	// Module is the router's module, the zero Atom for none.
	Module term.Atom
	routes []tableRoute
}

// RouteInfo describes a route for people.
type RouteInfo struct {
	Method string // GET for live routes
	Path   string // as written, with the scopes' prefixes
	View   term.Atom
	Action term.Term
	// Live is false for a route to a controller, which is only known about.
	Live bool
	// RootLayout is what put_root_layout/2 and the live_session set, nil for
	// nothing.
	RootLayout term.Term
}

type tableRoute struct {
	RouteInfo
	segments []segment
	route    Route
	at       source.Span
	host     string
	pipes    []string
	// opts are the plug's, for a route that is not live.
	opts term.Term
	// sessionFun is a live_session's {module, function, args}, and sessionRoot
	// its root layout; nil for neither.
	sessionFun, sessionRoot term.Term
	// forward is how many segments of the path a forwarded plug does not see,
	// -1 for a route that forwards nothing.
	forward          int
	private, assigns *term.Map
	// helper is the name of the function that makes the route's path, "" for
	// none, and metadata what events tell of the route.
	helper   string
	metadata *term.Map
}

// segment is a part of a route's path: text, perhaps followed by a parameter,
// which with glob takes all that is left.
type segment struct {
	text  string
	param string
	glob  bool
}

// forwardsTo reports whether a route forwards to a module.
func (t *RouteTable) forwardsTo(module term.Atom) bool {
	return slices.ContainsFunc(t.routes, func(r tableRoute) bool { return r.forward >= 0 && r.View == module })
}

// AddLive adds a live route.
func (t *RouteTable) AddLive(path string, route Route) {
	t.add(tableRoute{RouteInfo: RouteInfo{Method: "GET", Path: path, View: route.View, Action: route.Action, Live: true}, route: route, forward: -1})
}

func (t *RouteTable) add(r tableRoute) {
	if r.route.LiveSession == "" {
		r.route.LiveSession = "default"
	}
	r.segments = parsePath(r.Path)
	t.routes = append(t.routes, r)
}

// Routes returns all routes in order.
func (t *RouteTable) Routes() []RouteInfo {
	out := make([]RouteInfo, len(t.routes))
	for i, r := range t.routes {
		out[i] = r.RouteInfo
	}
	return out
}

// parsePath reads "/rooms/:id", "/post-:id" and "/files/*rest". As
// Plug.Router.Utils.
func parsePath(path string) []segment {
	var out []segment
	for _, s := range splitPath(path) {
		seg := segment{text: s}
		if i := strings.IndexAny(s, ":*"); i >= 0 && i+1 < len(s) {
			seg = segment{text: s[:i], param: s[i+1:], glob: s[i] == '*'}
		}
		out = append(out, seg)
	}
	return out
}

func splitPath(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
}

// Route implements Router.
func (t *RouteTable) Route(path string) (*Route, bool) {
	r, ok := t.find("GET", path)
	if !ok || !r.Live {
		return nil, false
	}
	return &r.route, true
}

// PathParams returns the parameters that the first route takes from a path, a
// live one or not, and false if there is none.
func (t *RouteTable) PathParams(method, path string) (*term.Map, bool) {
	r, ok := t.find(method, path)
	return orEmpty(r.route.Params), ok
}

// Info returns what is known of the route of a path, and false if there is
// none.
func (t *RouteTable) Info(path string) (RouteInfo, bool) {
	r, ok := t.find("GET", path)
	return r.RouteInfo, ok
}

// find returns the route of a path with its parameters filled in.
func (t *RouteTable) find(method, path string) (tableRoute, bool) {
	return t.findOn(method, "", path)
}

// findOn is find for one host; "" fits every route.
func (t *RouteTable) findOn(method, host, path string) (tableRoute, bool) {
	parts := splitPath(path)
	for i, p := range parts {
		// An escaped slash is a part of its segment.
		if dec, err := url.PathUnescape(p); err == nil {
			parts[i] = dec
		}
	}
	for _, r := range t.routes {
		if r.Method != method && r.Method != "*" || !r.fitsHost(host) {
			continue
		}
		if params, ok := matchSegments(r.segments, parts); ok {
			r.route.Params = params
			return r, true
		}
	}
	return tableRoute{}, false
}

// fitsHost reports whether a route is for a host: "api." is the beginning of
// one, ".example.com" the end.
func (r *tableRoute) fitsHost(host string) bool {
	switch {
	case r.host == "" || host == "" || r.host == host:
		return true
	case strings.HasSuffix(r.host, "."):
		return strings.HasPrefix(host, r.host)
	case strings.HasPrefix(r.host, "."):
		return strings.HasSuffix(host, r.host)
	}
	return false
}

func matchSegments(segments []segment, parts []string) (*term.Map, bool) {
	params := term.EmptyMap
	for i, s := range segments {
		if s.glob {
			if i >= len(parts) && s.text != "" || i < len(parts) && !strings.HasPrefix(parts[i], s.text) {
				return nil, false
			}
			rest := make([]term.Term, 0, len(parts)-i)
			for j, p := range parts[min(i, len(parts)):] {
				if j == 0 {
					p = p[len(s.text):]
				}
				rest = append(rest, term.Binary(p))
			}
			return params.Put(term.Binary(s.param), term.NewList(rest...)), true
		}
		if i >= len(parts) {
			return nil, false
		}
		if s.param == "" {
			if parts[i] != s.text {
				return nil, false
			}
			continue
		}
		value, ok := strings.CutPrefix(parts[i], s.text)
		if !ok {
			return nil, false
		}
		params = params.Put(term.Binary(s.param), term.Binary(value))
	}
	return params, len(parts) == len(segments)
}

// routesAttribute is the module attribute that the router's macros fill.
const routesAttribute = "phoenix_routes"

// Routers returns the routers among the program's modules: those that use
// Phoenix.Router.
func Routers(p *interp.Program) []*RouteTable {
	var out []*RouteTable
	for _, m := range p.Modules() {
		if strings.HasPrefix(m.Name(), "Elixir.PhoenixPlayground.") {
			continue // of this package
		}
		if b, ok := p.Attribute(m, routesAttribute).(*routerBuild); ok {
			out = append(out, &b.table)
		}
	}
	return out
}

// Views returns the live views among the program's modules: those that use
// Phoenix.LiveView.
func Views(p *interp.Program) []term.Atom {
	var out []term.Atom
	for _, m := range p.Modules() {
		if p.Attribute(m, "phoenix_live_kind") == term.Term(term.NewAtom("view")) {
			out = append(out, m)
		}
	}
	return out
}
