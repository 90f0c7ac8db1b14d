package stdlib

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func atomModule() *interp.NativeModule {
	m := newTextModule("Atom")
	name := func(c call) string {
		a, ok := c.a[0].(term.Atom)
		if !ok {
			c.badArg(1, "not an atom")
		}
		return a.Name()
	}
	m.def("to_string", 1, func(c call) term.Term { return bin(name(c)) })
	m.def("to_charlist", 1, func(c call) term.Term { return term.Charlist(name(c)) })
	return m.m
}

func functionModule() *interp.NativeModule {
	m := newTextModule("Function")
	m.def("identity", 1, func(c call) term.Term { return c.a[0] })
	m.def("capture", 3, func(c call) term.Term {
		return &term.Fun{Module: c.atom(0), Name: c.atom(1), Arity: c.nonNeg(2), External: true}
	})
	item := func(f *term.Fun, key string) term.Term {
		switch key {
		case "module":
			return f.Module
		case "name":
			return f.Name
		case "arity":
			return term.Int(f.Arity)
		case "env":
			if f.External {
				return term.Empty
			}
			return term.NewList(f.Env...)
		case "pid":
			return atomTerm("undefined")
		case "type":
			if f.External {
				return atomTerm("external")
			}
			return atomTerm("local")
		}
		return nil
	}
	fun := func(c call) *term.Fun {
		f, ok := c.a[0].(*term.Fun)
		if !ok {
			c.badArg(1, "not a fun")
		}
		return f
	}
	m.def("info", 1, func(c call) term.Term {
		f := fun(c)
		var pairs []any
		for _, key := range []string{"module", "name", "arity", "env", "type"} {
			pairs = append(pairs, key, item(f, key))
		}
		return term.Keyword(pairs...)
	})
	m.def("info", 2, func(c call) term.Term {
		key := c.atom(1)
		v := item(fun(c), key.Name())
		if v == nil {
			return c.badArg(2, "invalid item")
		}
		return tuple(key, v)
	})
	return m.m
}

func moduleModule() *interp.NativeModule {
	m := newTextModule("Module")
	part := func(c call, v term.Term) string {
		switch x := v.(type) {
		case term.Binary:
			return strings.TrimPrefix(string(x), "Elixir.")
		case term.Atom:
			if x == term.Nil {
				return ""
			}
			return strings.TrimPrefix(x.Name(), "Elixir.")
		}
		c.noClause()
		return ""
	}
	join := func(parts ...string) string {
		var kept []string
		if len(parts) > 0 && parts[0] == "Elixir" {
			parts = parts[1:]
		}
		for _, p := range parts {
			if p = strings.TrimPrefix(p, "."); p != "" {
				kept = append(kept, p)
			}
		}
		if len(kept) == 0 {
			return "Elixir"
		}
		return "Elixir." + strings.Join(kept, ".")
	}
	safe := func(c call, parts ...string) term.Term { return binaryToExistingAtom(c, join(parts...)) }
	plain := func(c call, parts ...string) term.Term { return term.NewAtom(join(parts...)) }
	for name, named := range map[string]func(call, ...string) term.Term{"concat": plain, "safe_concat": safe} {
		m.def(name, 1, func(c call) term.Term {
			var parts []string
			for _, v := range c.slice(0) {
				parts = append(parts, part(c, v))
			}
			return named(c, parts...)
		})
		m.def(name, 2, func(c call) term.Term { return named(c, part(c, c.a[0]), part(c, c.a[1])) })
	}
	m.def("split", 1, func(c call) term.Term {
		name := ""
		switch x := c.a[0].(type) {
		case term.Atom:
			name = x.Name()
		case term.Binary:
			name = string(x)
		default:
			return c.noClause()
		}
		rest, ok := strings.CutPrefix(name, "Elixir.")
		if !ok {
			return c.raiseArgument("expected an Elixir module, got: %s", c.inspect(c.a[0]))
		}
		return binList(strings.Split(rest, "."))
	})
	defModuleBody(m)
	return m.m
}

func codeModule() *interp.NativeModule {
	m := newTextModule("Code")
	exists := func(c call) bool { return c.t.Program().Exists(c.atom(0)) }
	compiled := func(c call) bool { return c.t.EnsureCompiled(c.atom(0)) }
	result := func(there bool, mod term.Term) term.Term {
		if there {
			return tuple(atomTerm("module"), mod)
		}
		return errorTuple("nofile")
	}
	check := func(c call) term.Term { return term.Bool(exists(c)) }
	m.def("ensure_loaded", 1, func(c call) term.Term { return result(exists(c), c.a[0]) })
	m.def("ensure_compiled", 1, func(c call) term.Term { return result(compiled(c), c.a[0]) })
	m.def("ensure_loaded?", 1, check)
	m.def("loaded?", 1, check)
	for name, there := range map[string]func(call) bool{"ensure_loaded!": exists, "ensure_compiled!": compiled} {
		m.def(name, 1, func(c call) term.Term {
			if !there(c) {
				return c.raiseArgument("could not load module %s due to reason :nofile", c.inspect(c.a[0]))
			}
			return c.a[0]
		})
	}
	for _, name := range []string{"format_string!", "eval_file", "compile_file", "require_file"} {
		for n := 1; n <= 3; n++ {
			m.def(name, n, func(c call) term.Term {
				return c.runtimeError("Code.%s/%d is Elixir, but not part of this playground", name, n)
			})
		}
	}
	return m.m
}
