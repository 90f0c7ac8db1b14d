package exunit

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// caseModule is ExUnit.Case.
func caseModule() *interp.NativeModule {
	register := func(kind string) []interp.NativeFunc {
		name := map[string]string{registeredTest: "register_attribute", registeredDescribe: "register_describe_attribute",
			registeredModule: "register_module_attribute"}[kind]
		f := func(t *interp.Thread, a []term.Term) term.Term { return registerAttribute(t, kind, a) }
		return []interp.NativeFunc{{Name: name, Arity: 2, Fn: f}, {Name: name, Arity: 3, Fn: f}}
	}
	funcs := []interp.NativeFunc{
		{Name: "__register__", Arity: 2, Fn: registerCase},
		{Name: "__keys__", Arity: 1, Fn: caseKeys},
		{Name: "register_test", Arity: 6, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			line, _ := a[2].(term.Int)
			file, _ := a[1].(term.Binary)
			return registerTest(t, newTest{module: a[0], file: string(file), line: int(line), kind: a[3], name: t.ToString(a[4]), tags: elements(a[5])})
		}},
		{Name: "register_test", Arity: 4, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			env, _ := a[0].(*term.Map)
			n := newTest{module: a[0], kind: a[1], name: t.ToString(a[2]), tags: elements(a[3])}
			if env != nil {
				file, _ := env.GetAtom(atomTerm("file")).(term.Binary)
				line, _ := env.GetAtom(atomTerm("line")).(term.Int)
				n.file, n.line = string(file), int(line)
			}
			return registerTest(t, n)
		}},
		{Name: "get_last_registered_test", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			s, env := stateOf(t, a[0])
			switch {
			case env == nil:
				t.RaiseArgument("could not call Module.get_last_attribute/2 because the module %s is already compiled", inspect(t, a[0]))
			case s != nil && len(s.tests) > 0:
				return s.tests[len(s.tests)-1]
			}
			return term.Nil
		}},
	}
	for _, kind := range []string{registeredTest, registeredDescribe, registeredModule} {
		funcs = append(funcs, register(kind)...)
	}
	return &interp.NativeModule{Name: "ExUnit.Case", Funcs: funcs, Macros: []interp.NativeMacro{
		{Name: "__using__", Arity: -1, Expand: useCase},
		{Name: "describe", Arity: 1, Expand: expandDescribe},
		{Name: "describe", Arity: 2, Expand: expandDescribe},
		{Name: "test", Arity: 1, Expand: expandTest},
		{Name: "test", Arity: 2, Expand: expandTest},
		{Name: "test", Arity: 3, Expand: expandTest},
	}}
}

// useCase expands use ExUnit.Case.
func useCase(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	m := makerAt(call)
	opts := m.list()
	if len(call.Args) > 0 {
		opts = call.Args[0]
	}
	return m.block(
		m.call("ExUnit.Case", "__register__", m.module(), opts),
		m.importing("ExUnit.Callbacks"),
		m.importing("ExUnit.Assertions"),
		m.importing("ExUnit.Case", m.pair("describe", m.int(2)), m.pair("test", m.int(1)), m.pair("test", m.int(2)), m.pair("test", m.int(3))),
		m.importing("ExUnit.DocTest"),
	), nil
}

var caseOptions = []string{"async", "group", "parameterize", "register"}

func isCaseOption(v term.Term) bool {
	for _, k := range caseOptions {
		if isAtom(v, k) {
			return true
		}
	}
	return false
}

func caseKeys(_ *interp.Thread, a []term.Term) term.Term {
	var out []term.Term
	for _, e := range elements(a[0]) {
		if k, _, ok := pair(e); ok && isCaseOption(k) {
			out = append(out, e)
		}
	}
	return term.NewList(out...)
}

// registerCase is the function that use ExUnit.Case calls in the module's body.
func registerCase(t *interp.Thread, a []term.Term) term.Term {
	mod, _ := a[0].(term.Atom)
	env := t.ModuleEnv(mod)
	if env == nil {
		t.RaiseArgument("use ExUnit.Case is for modules")
	}
	known, unknown := []term.Term{}, []term.Term{}
	list, isList := a[1].(*term.List)
	for _, e := range elements(a[1]) {
		k, _, ok := pair(e)
		if _, isAtom := k.(term.Atom); !ok || !isAtom {
			isList = false
		}
		if isCaseOption(k) {
			known = append(known, e)
		} else {
			unknown = append(unknown, e)
		}
	}
	if !isList || list == nil && a[1] != term.Term(term.Empty) {
		t.RaiseArgument(`the argument passed to "use ExUnit.Case" must be a list of options, got: %s`, t.Inspect(a[1], term.InspectOptions{}))
	}
	if len(unknown) > 0 {
		t.Apply(term.NewModule("IO"), "warn", term.Binary("unknown options given to ExUnit.Case: "+t.Inspect(term.NewList(unknown...), term.InspectOptions{})))
	}
	s := newState(env)
	if !s.isCase {
		s.isCase = true
		for _, name := range tagAttributes[:3] {
			if env.HasAttribute(name) {
				t.RaiseNew("RuntimeError", "message", term.Binary(`you must set @tag, @describetag, and @moduletag after the call to "use ExUnit.Case"`))
			}
		}
		for _, name := range tagAttributes {
			env.RegisterAttribute(name)
			env.QuietAttribute(name)
		}
		env.AtEnd(finishCase)
	}
	s.opts = mergeKeyword(s.opts, known)
	return term.OK
}

// mergeKeyword is Keyword.merge/2.
func mergeKeyword(old *term.List, with []term.Term) *term.List {
	var out []term.Term
	for _, e := range elements(old) {
		k, _, _ := pair(e)
		replaced := false
		for _, w := range with {
			if wk, _, _ := pair(w); wk == k {
				replaced = true
			}
		}
		if !replaced {
			out = append(out, e)
		}
	}
	return term.NewList(append(out, with...)...)
}

// expandTest expands test "message", context do … end to a function whose name
// is made when the module's body runs:
//
//	def unquote(ExUnit.Case.register_test(…))(context) do … end
func expandTest(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	m := makerAt(call)
	args := call.Rest()
	var tags syntax.Node = m.list()
	var body *syntax.Do
	var context syntax.Node = m.variable("_")
	switch do := call.Section("do"); {
	case do == nil && len(call.Args) == 1:
		tags = m.list(m.atom("not_implemented"))
		body = m.do(m.call("ExUnit.Assertions", "flunk", m.text("Not implemented")))
	case do == nil || len(args) == 0 || len(args) > 2:
		return nil, argumentError(call, "test expects a message, perhaps a context, and a do-block")
	default:
		body = m.do(m.block(testBody(m, call), m.atom("ok")))
		if len(args) == 2 {
			context = args[1]
			warnContext(env, context)
		}
	}
	register := m.call("ExUnit.Case", "register_test", m.module(), m.text(env.File().Name()),
		m.int(call.Span().Pos().Line), m.atom("test"), args[0], tags)
	head := &syntax.Call{At: m.at, Target: m.local("unquote", register), NameAt: m.at.At, Args: []syntax.Node{context}, Parens: true}
	return m.def("def", head, body), nil
}

// testBody is the body of a test: a block, or a try when it has rescue and the
// like.
func testBody(m maker, call *syntax.Call) syntax.Node {
	for _, name := range []string{"rescue", "catch", "else", "after"} {
		if call.Section(name) == nil {
			continue
		}
		try := m.local("try")
		if try.Do = call.Do; try.Do == nil {
			try.Args = call.Args[len(call.Args)-1:]
		}
		return try
	}
	return call.Section("do").Body
}

// warnContext warns about a context that is a literal.
func warnContext(env *interp.Env, n syntax.Node) {
	switch n.(type) {
	case *syntax.List, *syntax.Atom, *syntax.Int, *syntax.Float, *syntax.String:
		env.Report(warning(n.Span(), "test context is always a map. The pattern "+
			term.Inspect(term.Binary(interp.NodeText(n)))+" will never match"))
	}
}

// expandDescribe expands describe "message" do … end.
func expandDescribe(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	do := call.Section("do")
	args := call.Rest()
	if do == nil || len(args) != 1 {
		return nil, argumentError(call, "describe expects a message and a do-block")
	}
	m := makerAt(call)
	return m.block(
		m.call("ExUnit.Callbacks", "__describe__", m.module(), m.constant(&place{call.Span()}), args[0]),
		do.Body,
		m.call("ExUnit.Callbacks", "__end_describe__", m.module()),
	), nil
}
