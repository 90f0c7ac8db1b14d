package interp

import (
	"streamsplayground/engine/term"
)

// envFunctions is the module Macro.Env.
func envFunctions() *NativeModule {
	m := &NativeModule{Name: "Macro.Env"}
	m.Struct = term.NewStruct("Macro.Env", "module", term.Nil, "function", term.Nil, "file", term.Binary("nofile"), "line", term.Int(0),
		"context", term.Nil, "aliases", term.Empty, "requires", term.Empty, "functions", term.Empty, "macros", term.Empty,
		"context_modules", term.Empty, "macro_aliases", term.Empty, "lexical_tracker", term.Nil, "tracers", term.Empty, "versioned_vars", term.EmptyMap)
	def := func(name string, arity int, fn func(t *Thread, env *term.Map, a []term.Term) term.Term) {
		m.Funcs = append(m.Funcs, NativeFunc{Name: name, Arity: arity, Fn: func(t *Thread, a []term.Term) term.Term {
			env, ok := term.AsMap(a[0])
			if !ok {
				t.RaiseFunctionClause("Macro.Env", name, a)
			}
			return fn(t, env, a)
		}})
	}
	in := func(context string) func(*Thread, *term.Map, []term.Term) term.Term {
		return func(_ *Thread, env *term.Map, _ []term.Term) term.Term {
			return term.Bool(field(env, "context") == term.Term(term.NewAtom(context)))
		}
	}
	def("in_guard?", 1, in("guard"))
	def("in_match?", 1, in("match"))
	to := func(context string) func(*Thread, *term.Map, []term.Term) term.Term {
		return func(_ *Thread, env *term.Map, _ []term.Term) term.Term {
			return env.Put(atomContext, term.NewAtom(context))
		}
	}
	def("to_guard", 1, to("guard"))
	def("to_match", 1, to("match"))
	def("location", 1, func(_ *Thread, env *term.Map, _ []term.Term) term.Term {
		return term.Keyword("file", field(env, "file"), "line", field(env, "line"))
	})
	def("stacktrace", 1, func(_ *Thread, env *term.Map, _ []term.Term) term.Term {
		info := term.Keyword("file", term.Charlist(textOf(field(env, "file"))), "line", field(env, "line"))
		fn, _ := field(env, "function").(term.Tuple)
		switch {
		case field(env, "module") == term.Term(term.Nil):
			return term.NewList(term.Tuple{term.NewAtom("elixir_compiler"), term.NewAtom("__FILE__"), term.Int(1), info})
		case len(fn) != 2:
			return term.NewList(term.Tuple{field(env, "module"), term.NewAtom("__MODULE__"), term.Int(0), info})
		}
		return term.NewList(term.Tuple{field(env, "module"), fn[0], fn[1], info})
	})
	def("vars", 1, func(_ *Thread, env *term.Map, _ []term.Term) term.Term {
		vars, _ := term.AsMap(field(env, "versioned_vars"))
		var out []term.Term
		if vars != nil {
			for k := range vars.All() {
				out = append(out, k)
			}
		}
		return term.NewList(out...)
	})
	def("has_var?", 2, func(_ *Thread, env *term.Map, a []term.Term) term.Term {
		vars, ok := term.AsMap(field(env, "versioned_vars"))
		return term.Bool(ok && vars.Has(a[1]))
	})
	def("required?", 2, func(_ *Thread, env *term.Map, a []term.Term) term.Term {
		return term.Bool(listHas(field(env, "requires"), a[1]))
	})
	def("fetch_alias", 2, func(_ *Thread, env *term.Map, a []term.Term) term.Term {
		name, ok := a[1].(term.Atom)
		l, isList := field(env, "aliases").(*term.List)
		if ok && isList {
			if v, found := term.KeywordGet(l, term.NewModule(name.Name())); found {
				return term.Tuple{term.OK, v}
			}
		}
		return term.NewAtom("error")
	})
	def("lookup_alias_as", 2, func(_ *Thread, env *term.Map, a []term.Term) term.Term {
		var out []term.Term
		if l, ok := field(env, "aliases").(*term.List); ok {
			for e := range l.All() {
				if kv, ok := e.(term.Tuple); ok && len(kv) == 2 && kv[1] == a[1] {
					out = append(out, kv[0])
				}
			}
		}
		return term.NewList(out...)
	})
	def("lookup_import", 2, func(_ *Thread, env *term.Map, a []term.Term) term.Term {
		var out []term.Term
		for _, kind := range []string{"functions", "macros"} {
			l, _ := field(env, kind).(*term.List)
			for e := range l.All() {
				kv, ok := e.(term.Tuple)
				if ok && len(kv) == 2 && listHas(kv[1], a[1]) {
					out = append(out, term.Tuple{term.NewAtom(kind[:len(kind)-1]), kv[0]})
				}
			}
		}
		return term.NewList(out...)
	})
	def("prune_compile_info", 1, func(_ *Thread, env *term.Map, _ []term.Term) term.Term {
		return env.Put(term.NewAtom("lexical_tracker"), term.Nil).Put(term.NewAtom("tracers"), term.Empty)
	})
	return m
}

// listHas reports whether a list has an element.
func listHas(v, elem term.Term) bool {
	l, ok := v.(*term.List)
	if !ok {
		return false
	}
	for e := range l.All() {
		if term.StrictEqual(e, elem) {
			return true
		}
	}
	return false
}
