package exunit

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// maker makes the trees that macros expand to, all of them at one place: that
// of the call.
type maker struct{ at syntax.At }

func makerAt(n syntax.Node) maker { return maker{syntax.At{At: n.Span()}} }

// alias is a module by its full name, whatever is aliased at the place.
func (m maker) alias(name string) syntax.Node {
	return &syntax.Alias{At: m.at, Segs: append([]string{"Elixir"}, strings.Split(name, ".")...)}
}

// call is Mod.name(args).
func (m maker) call(mod, name string, args ...syntax.Node) *syntax.Call {
	return &syntax.Call{At: m.at, Target: m.alias(mod), Name: name, NameAt: m.at.At, Args: args, Parens: true}
}

// local is name(args).
func (m maker) local(name string, args ...syntax.Node) *syntax.Call {
	return &syntax.Call{At: m.at, Name: name, NameAt: m.at.At, Args: args, Parens: true}
}

func (m maker) constant(v term.Term) syntax.Node   { return interp.Value(v, m.at.At) }
func (m maker) atom(name string) syntax.Node       { return &syntax.Atom{At: m.at, Name: name} }
func (m maker) text(s string) syntax.Node          { return m.constant(term.Binary(s)) }
func (m maker) int(n int) syntax.Node              { return m.constant(term.Int(n)) }
func (m maker) hidden(name string) *syntax.Var     { return m.variable(interp.Hidden(name)) }
func (m maker) variable(name string) *syntax.Var   { return &syntax.Var{At: m.at, Name: name} }
func (m maker) module() syntax.Node                { return m.variable("__MODULE__") }
func (m maker) tuple(e ...syntax.Node) syntax.Node { return &syntax.Tuple{At: m.at, Elems: e} }
func (m maker) list(e ...syntax.Node) syntax.Node  { return &syntax.List{At: m.at, Elems: e} }
func (m maker) block(e ...syntax.Node) syntax.Node {
	return &syntax.Block{At: m.at, Exprs: e}
}

// match is l = r.
func (m maker) match(l, r syntax.Node) syntax.Node {
	return &syntax.Binary{At: m.at, Op: "=", OpAt: m.at.At, L: l, R: r}
}

// pair is one entry of a keyword list.
func (m maker) pair(key string, v syntax.Node) syntax.Node {
	return &syntax.Tuple{At: m.at, Sugar: true, Elems: []syntax.Node{&syntax.Atom{At: m.at, Name: key}, v}}
}

// do is a do-block of one section.
func (m maker) do(body syntax.Node) *syntax.Do {
	return &syntax.Do{At: m.at.At, Sections: []syntax.Section{{Name: "do", At: m.at.At, Body: body}}}
}

func (m maker) clause(body syntax.Node, args ...syntax.Node) *syntax.Clause {
	return &syntax.Clause{At: m.at, Args: args, Body: body}
}

func (m maker) fn(clauses ...*syntax.Clause) syntax.Node {
	return &syntax.Fn{At: m.at, Clauses: clauses}
}

// caseOf is case x do clauses end.
func (m maker) caseOf(x syntax.Node, clauses ...*syntax.Clause) syntax.Node {
	c := m.local("case", x)
	c.Do = &syntax.Do{At: m.at.At, Sections: []syntax.Section{{Name: "do", At: m.at.At, Clauses: clauses}}}
	return c
}

// importing is import Mod, only: […]; without names it imports all.
func (m maker) importing(mod string, only ...syntax.Node) syntax.Node {
	c := m.local("import", m.alias(mod))
	if len(only) > 0 {
		c.Args = append(c.Args, m.list(m.pair("only", m.list(only...))))
	}
	return c
}

// def is a function of the kind: def or defp.
func (m maker) def(kind string, head syntax.Node, body *syntax.Do) *syntax.Call {
	c := m.local(kind, head)
	c.Do = body
	return c
}

func argumentError(n syntax.Node, message string) error {
	return &source.Diagnostic{Kind: "ArgumentError", Span: n.Span(), Message: message}
}
