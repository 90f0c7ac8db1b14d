package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// endpointMacros are the macros in an endpoint beside those of Plug.Builder.
// The server has the sockets that a project needs, so socket/3 only evaluates
// the attributes that it is given.
func endpointMacros() *interp.NativeModule {
	return &interp.NativeModule{Name: "Phoenix.Endpoint.Macros", Macros: []interp.NativeMacro{
		{Name: "socket", Arity: -1, Expand: readAttributes},
	}}
}

func readAttributes(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	at := syntax.At{At: call.Span()}
	out := &syntax.Block{At: at}
	var find func(n syntax.Node)
	find = func(n syntax.Node) {
		switch x := n.(type) {
		case *syntax.Attr:
			out.Exprs = append(out.Exprs, x)
		case *syntax.List:
			for _, e := range x.Elems {
				find(e)
			}
		case *syntax.Tuple:
			for _, e := range x.Elems {
				find(e)
			}
		}
	}
	for _, a := range call.Args {
		find(a)
	}
	if len(out.Exprs) == 0 {
		out.Exprs = []syntax.Node{&syntax.Atom{At: at, Name: "ok"}}
	}
	return out, nil
}

// baseURL is where the browser finds the server.
func baseURL(t *interp.Thread, _ []term.Term) term.Term {
	if r := runtimeOf(t); r != nil {
		switch {
		case r.handled != nil:
			return str(r.handled.url.base())
		case r.socket.m != nil:
			if uri, ok := r.socket.field(atomHostURI).(*term.Map); ok {
				return t.Apply(term.NewModule("URI"), "to_string", uri)
			}
		}
	}
	return str("http://localhost:4000")
}
