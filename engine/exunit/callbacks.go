package exunit

import (
	"fmt"
	"slices"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// callbacksModule is ExUnit.Callbacks.
func callbacksModule() *interp.NativeModule {
	fn := func(name string, arity int, f interp.Native) interp.NativeFunc {
		return interp.NativeFunc{Name: name, Arity: arity, Fn: f}
	}
	funcs := []interp.NativeFunc{
		fn("__describe__", 3, beginDescribe),
		fn("__end_describe__", 1, endDescribe),
		fn("__setup__", 1, nameSetup),
		fn("__setup__", 2, addSetup),
		fn("__setup_all__", 1, nameSetupAll),
		fn("__setup_all__", 2, addSetupAll),
		fn("__merge__", 4, mergeContext),
		fn("__noop__", 0, func(*interp.Thread, []term.Term) term.Term { return atomTerm("noop") }),
	}
	return &interp.NativeModule{Name: "ExUnit.Callbacks", Funcs: append(funcs, exitFuncs()...), Macros: []interp.NativeMacro{
		{Name: "setup", Arity: 0, Expand: expandSetup},
		{Name: "setup", Arity: 1, Expand: expandSetup},
		{Name: "setup", Arity: 2, Expand: expandSetup},
		{Name: "setup_all", Arity: 0, Expand: expandSetup},
		{Name: "setup_all", Arity: 1, Expand: expandSetup},
		{Name: "setup_all", Arity: 2, Expand: expandSetup},
	}}
}

// expandSetup expands setup and setup_all: with a block to a private function,
// else to a note of the functions to call.
func expandSetup(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	m := makerAt(call)
	args := call.Rest()
	name := "__" + call.Name + "__"
	if call.Section("do") == nil {
		if len(call.Args) != 1 {
			got := syntax.Node(call)
			if len(call.Args) > 1 {
				got = call.Args[1]
			}
			return nil, argumentError(call, fmt.Sprintf("%s/2 requires a block as the second argument after the context, got: %s", call.Name, interp.NodeText(got)))
		}
		return m.call("ExUnit.Callbacks", name, m.module(), call.Args[0]), nil
	}
	var context syntax.Node = m.variable("_")
	if len(args) > 0 {
		context = args[0]
	}
	body := call.Do
	if body == nil {
		body = m.do(call.Section("do").Body)
	}
	head := &syntax.Call{At: m.at, Target: m.local("unquote", m.call("ExUnit.Callbacks", name, m.module())), NameAt: m.at.At,
		Args: []syntax.Node{context}, Parens: true}
	return m.def("defp", head, body), nil
}

// compileCallbacks makes the functions that call what setup and setup_all
// noted: __ex_unit__(:setup, context), __ex_unit__(:setup_all, context), and a
// private one for each describe with a setup of its own.
func (s *caseState) compileCallbacks(m maker) []syntax.Node {
	var out []syntax.Node
	var clauses []*syntax.Clause
	for _, d := range s.describes {
		if len(d.setup) == 0 {
			continue
		}
		at := maker{syntax.At{At: d.at}}
		name := fmt.Sprintf("__ex_unit_describe_%d", d.nth)
		out = append(out, at.def("defp", at.local(name, at.context()), at.do(at.calls("setup", d.setup))))
		clauses = append(clauses, m.clause(m.local(name, m.context()), m.text(d.message)))
	}
	body := m.calls("setup", s.setup)
	if len(clauses) > 0 {
		clauses = append(clauses, m.clause(m.context(), m.variable("_")))
		body = m.block(m.match(m.context(), body), m.caseOf(m.call("Map", "get", m.context(), m.atom("describe")), clauses...))
	}
	hook := func(kind string, body syntax.Node) syntax.Node {
		return m.def("def", m.local("__ex_unit__", m.atom(kind), m.context()), m.do(body))
	}
	return append(out, hook("setup", body), hook("setup_all", m.calls("setup_all", s.setupAll)))
}

func (m maker) context() syntax.Node { return m.hidden("context") }

// calls is the context merged with what each callback returns, in turn.
func (m maker) calls(kind string, list []callback) syntax.Node {
	if len(list) == 0 {
		return m.context()
	}
	b := &syntax.Block{At: m.at}
	for _, cb := range list {
		call := m.local(cb.name, m.context())
		if !cb.module.IsZero() {
			call.Target = m.constant(cb.module)
		}
		b.Exprs = append(b.Exprs, m.match(m.context(),
			m.call("ExUnit.Callbacks", "__merge__", m.module(), m.atom(kind), m.context(), call)))
	}
	b.Exprs = append(b.Exprs, m.context())
	return b
}

// finishTemplate adds the callbacks of a module that is a template only.
func finishTemplate(env *interp.Env) (syntax.Node, error) {
	s := env.Attribute(stateKey).(*caseState)
	if s.isCase {
		return nil, nil
	}
	m := maker{syntax.At{At: env.Span()}}
	return m.block(s.compileCallbacks(m)...), nil
}

// finishCase adds __ex_unit__/0, /1 and /2 to a test module.
func finishCase(env *interp.Env) (syntax.Node, error) {
	s := env.Attribute(stateKey).(*caseState)
	m := maker{syntax.At{At: env.Span()}}
	mod, _ := env.Module()
	config, err := s.config(env)
	if err != nil {
		return nil, err
	}
	t := env.Thread()
	var test *term.Map
	if e := try(t, func() {
		tags := validTags(t, normalizeTags(t, elements(env.Attribute("moduletag"))))
		tests := make([]term.Term, len(s.tests))
		for i, test := range s.tests {
			tests[i] = test
		}
		test = t.Program().Struct(moduleStruct).Put(atomTerm("file"), term.Binary(env.File().Name())).
			Put(atomTerm("name"), mod).Put(atomTerm("setup_all?"), term.Bool(len(s.setupAll) > 0)).
			Put(atomTerm("tags"), tags).Put(atomTerm("tests"), term.NewList(tests...))
	}); e != nil {
		return nil, e
	}
	return m.block(append(s.compileCallbacks(m),
		m.def("def", m.local("__ex_unit__"), m.do(m.constant(test))),
		m.def("def", m.local("__ex_unit__", m.atom("config")), m.do(m.constant(config))))...), nil
}

// try runs f and returns what it raised.
func try(t *interp.Thread, f func()) error {
	if _, e := t.Try(func() term.Term { f(); return term.Nil }); e != nil {
		return e
	}
	return nil
}

// config is what __ex_unit__(:config) returns.
func (s *caseState) config(env *interp.Env) (*term.Map, error) {
	out := term.NewMap(atomTerm("async?"), term.False, atomTerm("group"), term.Nil, atomTerm("parameterize"), term.Nil,
		atomTerm("register"), term.True)
	at := makerAt(&syntax.Block{At: syntax.At{At: env.Span()}}).block()
	if v, ok := term.KeywordGet(s.opts, atomTerm("async")); ok {
		if v != term.Term(term.True) && v != term.Term(term.False) {
			return nil, argumentError(at, ":async must be a boolean, got: "+term.Inspect(v))
		}
		out = out.Put(atomTerm("async?"), v)
	}
	if v, ok := term.KeywordGet(s.opts, atomTerm("parameterize")); ok && v != term.Term(term.Nil) {
		list, isList := v.(*term.List)
		for _, e := range elements(list) {
			if _, isMap := e.(*term.Map); !isMap {
				isList = false
			}
		}
		if !isList {
			return nil, argumentError(at, ":parameterize must be a list of maps, got: "+term.Inspect(v))
		}
		out = out.Put(atomTerm("parameterize"), v)
	}
	for _, k := range []string{"group", "register"} {
		if v, ok := term.KeywordGet(s.opts, atomTerm(k)); ok {
			out = out.Put(atomTerm(k), v)
		}
	}
	return out, nil
}

var reservedKeys = []string{"case", "file", "line", "test", "async", "registered", "describe"}

// mergeContext is ExUnit.Callbacks.__merge__/4: the context with what a
// callback returned.
func mergeContext(t *interp.Thread, a []term.Term) term.Term {
	mod, kind, context, result := a[0], a[1].(term.Atom).Name(), a[2].(*term.Map), a[3]
	if result == term.Term(term.OK) {
		return context
	}
	value := result
	if tag, v, ok := pair(result); ok && tag == term.Term(term.OK) {
		value = v
	}
	failed := func() {
		raise(t, "expected ExUnit %s callback in %s to return the atom :ok, a keyword, or a map, got %s instead",
			kind, term.Inspect(mod), t.Inspect(result, term.InspectOptions{}))
	}
	var data *term.Map
	switch v := value.(type) {
	case *term.Map:
		if _, isStruct := v.StructName(); isStruct {
			failed()
		}
		data = v
	case *term.List:
		data = t.Apply(term.NewModule("Map"), "new", v).(*term.Map)
	default:
		failed()
	}
	for k, v := range data.All() {
		name, _ := k.(term.Atom)
		if old, ok := context.Get(k); ok && slices.Contains(reservedKeys, name.Name()) && !term.StrictEqual(old, v) {
			raise(t, "ExUnit %s callback in %s is trying to set reserved field %s to %s", kind, term.Inspect(mod),
				term.Inspect(k), t.Inspect(v, term.InspectOptions{}))
		}
		context = context.Put(k, v)
	}
	return context
}
