package stdlib

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// protocolModule is Protocol as far as it is no part of the language.
func protocolModule() *interp.NativeModule {
	m := newTextModule("Protocol")
	isProtocol := func(c call) bool {
		return c.t.Program().IsProtocol(c.atom(0))
	}
	check := func(c call) {
		switch mod := c.atom(0); {
		case !c.t.Program().Exists(mod):
			c.raiseArgument("could not load module %s due to reason :nofile", c.inspect(mod))
		case !isProtocol(c):
			c.raiseArgument("%s is not a protocol", c.inspect(mod))
		}
	}
	m.def("assert_protocol!", 1, func(c call) term.Term { check(c); return term.OK })
	m.def("assert_impl!", 2, func(c call) term.Term {
		check(c)
		impl := term.NewAtom(c.atom(0).Name() + "." + strings.TrimPrefix(c.atom(1).Name(), "Elixir."))
		if !c.t.Program().Exists(impl) && !builtIn[c.atom(1).Name()] {
			return c.raiseArgument("could not load module %s due to reason :nofile", c.inspect(impl))
		}
		return term.OK
	})
	m.def("consolidated?", 1, func(c call) term.Term { return term.Bool(isProtocol(c)) })
	return m.m
}

// builtIn are the types whose implementations of the protocols of Elixir are
// no modules here.
var builtIn = map[string]bool{
	"Elixir.Any": true, "Elixir.Atom": true, "Elixir.BitString": true, "Elixir.Float": true, "Elixir.Function": true, "Elixir.Integer": true,
	"Elixir.List": true, "Elixir.Map": true, "Elixir.PID": true, "Elixir.Range": true, "Elixir.Reference": true, "Elixir.Tuple": true,
}

// listCharsModule is the protocol List.Chars.
func listCharsModule() *interp.NativeModule {
	m := newTextModule("List.Chars")
	m.m.Protocol, m.m.Types = true, []string{"Atom", "BitString", "Float", "Integer", "List"}
	m.def("to_charlist", 1, func(c call) term.Term {
		switch v := c.a[0].(type) {
		case *term.List:
			return v
		case term.Atom:
			if v == term.Nil {
				return term.Empty
			}
			return term.Charlist(v.Name())
		case term.Binary:
			return stringToCharlist(c)
		case term.Int, *term.Big, term.Float:
			return term.Charlist(c.t.ToString(v))
		}
		return c.protocolUndefined("List.Chars", c.a[0])
	})
	return m.m
}
