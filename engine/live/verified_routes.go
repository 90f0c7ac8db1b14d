package live

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// verifiedRoutes is the module whose use defines the macros of
// Phoenix.VerifiedRoutes: ~p, path and url.
func verifiedRoutes() *interp.NativeModule {
	return &interp.NativeModule{Name: "Phoenix.VerifiedRoutes.Native", Macros: []interp.NativeMacro{
		{Name: "__using__", Arity: -1, Expand: useVerifiedRoutes},
	}}
}

func useVerifiedRoutes(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	for _, m := range []interp.NativeMacro{
		{Name: "__using__", Arity: 1, Expand: func(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
			return importPhoenix(call, "VerifiedRoutes"), nil
		}},
		{Name: "sigil_p", Arity: 2, Expand: sigilP},
		{Name: "path", Arity: 2, Expand: verifiedPath},
		{Name: "path", Arity: 3, Expand: verifiedPath},
		{Name: "url", Arity: 1, Expand: verifiedURL},
		{Name: "url", Arity: 2, Expand: verifiedURL},
		{Name: "url", Arity: 3, Expand: verifiedURL},
	} {
		env.DefineMacro(m)
	}
	return &syntax.Atom{At: syntax.At{At: call.Span()}, Name: "ok"}, nil
}

// sigilP expands ~p"/users/#{id}".
func sigilP(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	if mods, err := env.Eval(call.Args[1]); err != nil {
		return nil, err
	} else if l, ok := mods.(*term.List); ok && l != term.Empty {
		return nil, argumentError(call, "~p does not support modifiers after closing, got: %s", env.Thread().ToString(l))
	}
	text, ok := call.Args[0].(*syntax.String)
	if !ok {
		return nil, notARoute(call.Args[0])
	}
	r := route{at: syntax.At{At: call.Span()}}
	return r.build(text.Parts)
}

// routeOf is the path of ~p as the last argument of path and url.
func routeOf(call *syntax.Call) (syntax.Node, error) {
	last := call.Args[len(call.Args)-1]
	s, ok := last.(*syntax.Sigil)
	if !ok || s.Name != "p" {
		return nil, notARoute(last)
	}
	r := route{at: syntax.At{At: s.Span()}}
	return r.build(s.Parts)
}

func notARoute(n syntax.Node) error {
	return argumentError(n, "expected compile-time ~p path string, got: %s\n"+
		"Use unverified_path/2 and unverified_url/2 if you need to build an arbitrary path.", n.Span().Text())
}

// verifiedPath expands path(socket, ~p"…") and path(socket, router, ~p"…").
func verifiedPath(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	path, err := routeOf(call)
	if err != nil {
		return nil, err
	}
	r := route{at: syntax.At{At: call.Span()}}
	return r.call("unverified_path", call.Args[0], &syntax.Atom{At: r.at, Name: "nil"}, path), nil
}

// verifiedURL expands url(socket, ~p"…").
func verifiedURL(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	path, err := routeOf(call)
	if err != nil {
		return nil, err
	}
	if len(call.Args) == 1 {
		at := call.Span()
		return &syntax.Binary{At: syntax.At{At: at}, Op: "<>", L: remoteCall(at, moduleNode(at, "Plug.Conn.Native"), "base_url"), R: path}, nil
	}
	at := syntax.At{At: call.Span()}
	r := route{at: at}
	return r.call("unverified_url", call.Args[0], r.call("unverified_path", call.Args[0], &syntax.Atom{At: at, Name: "nil"}, path)), nil
}

// route turns the parts of a ~p into code for the path and for the query.
type route struct {
	at          syntax.At
	path, query []syntax.Part
	inQuery     bool
}

func (r *route) build(parts []syntax.Part) (syntax.Node, error) {
	if len(parts) == 0 || parts[0].Expr != nil || !strings.HasPrefix(parts[0].Text, "/") {
		return nil, r.fail("paths must begin with /, got: %s", r.text())
	}
	for i, p := range parts {
		if err := r.add(p, i > 0 && parts[i-1].Expr != nil); err != nil {
			return nil, err
		}
	}
	path := &syntax.String{At: r.at, Parts: r.path}
	if !r.inQuery {
		return path, nil
	}
	return r.call("__join__", path, &syntax.String{At: r.at, Parts: r.query}), nil
}

// add takes one part; afterValue says that an interpolation stands before it.
func (r *route) add(p syntax.Part, afterValue bool) error {
	switch {
	case p.Expr != nil && afterValue && r.inQuery:
		return r.fail("interpolated query string params must be separated by &, got: %s", r.text())
	case p.Expr != nil && afterValue:
		return r.fail("a dynamic ~p interpolation must follow a static segment, got: %s", r.text())
	case p.Expr != nil && r.inQuery:
		p.Expr = r.call("__encode_query__", p.Expr)
		r.query = append(r.query, p)
	case p.Expr != nil:
		p.Expr = r.call("__encode_segment__", p.Expr)
		r.path = append(r.path, p)
	case r.inQuery:
		return r.queryText(p)
	default:
		return r.pathText(p, afterValue)
	}
	return nil
}

// pathText takes literal text up to a question mark, where the query begins.
func (r *route) pathText(p syntax.Part, afterValue bool) error {
	path, query, found := strings.Cut(p.Text, "?")
	if afterValue && path != "" && path[0] != '/' {
		return r.fail("path segments after interpolation must begin with /, got: %s in %s",
			term.Inspect(str(p.Text)), r.text())
	}
	p.Text = encodePath(path)
	r.path = append(r.path, p)
	if found {
		r.inQuery = true
		r.query = append(r.query, syntax.Part{Text: query, At: p.At})
	}
	return nil
}

// queryText takes literal text between interpolations of a query.
func (r *route) queryText(p syntax.Part) error {
	if p.Text != "=" {
		if p.Text[0] != '&' {
			return r.fail("expected query string param to be compile-time map or keyword list, got: %s", r.text())
		}
		if !strings.Contains(p.Text, "=") {
			return r.fail("expected query string param key to end with = or declare a static key value pair, got: %s",
				term.Inspect(str(p.Text)))
		}
	}
	r.query = append(r.query, p)
	return nil
}

// encodePath percent-encodes what may not stand in a URI, as URI.encode/1.
func encodePath(text string) string {
	const reserved = ":/?#[]@!$&'()*+,;=~_-."
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(reserved, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		const hex = "0123456789ABCDEF"
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

// call is Phoenix.VerifiedRoutes.name(args).
func (r *route) call(name string, args ...syntax.Node) syntax.Node {
	return &syntax.Call{At: r.at, Target: &syntax.Alias{At: r.at, Segs: []string{"Elixir", "Phoenix", "VerifiedRoutes"}},
		Name: name, NameAt: r.at.At, Args: args, Parens: true}
}

func (r *route) fail(format string, args ...any) error {
	return argumentError(&syntax.Atom{At: r.at}, format, args...)
}

// text is the route as written, without the sigil around it.
func (r *route) text() string {
	return strings.TrimPrefix(r.at.Span().Text(), "~p")
}
