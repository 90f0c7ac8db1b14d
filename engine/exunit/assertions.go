package exunit

import (
	"slices"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

const assertions = "ExUnit.Assertions"

// assertionsModule is ExUnit.Assertions.
func assertionsModule() *interp.NativeModule {
	m := &interp.NativeModule{Name: assertions, Funcs: assertionFuncs()}
	macro := func(name string, expand func(*interp.Env, *syntax.Call) (syntax.Node, error), arities ...int) {
		for _, n := range arities {
			m.Macros = append(m.Macros, interp.NativeMacro{Name: name, Arity: n, Expand: expand})
		}
	}
	macro("assert", expandAssert, 1)
	macro("refute", expandAssert, 1)
	macro("assert_receive", expandAssertReceive, 1, 2, 3)
	macro("assert_received", expandAssertReceive, 1, 2)
	macro("refute_receive", expandRefuteReceive, 1, 2, 3)
	macro("refute_received", expandRefuteReceive, 1, 2)
	for _, kind := range []string{"throw", "exit", "error"} {
		macro("catch_"+kind, expandCatch, 1)
	}
	return m
}

// comparisons are the operators whose sides a failure shows.
var comparisons = []string{"==", "<", ">", "<=", ">=", "===", "=~", "!==", "!=", "in"}

// codeOf is the quoted code of an assertion: {:assert, [], [expr]}.
func codeOf(kind string, n syntax.Node) term.Term {
	return term.Tuple{atomTerm(kind), term.Empty, term.NewList(interp.Quote(n))}
}

// single unwraps (x).
func single(n syntax.Node) syntax.Node {
	for {
		b, ok := n.(*syntax.Block)
		if !ok || len(b.Exprs) != 1 {
			return n
		}
		n = b.Exprs[0]
	}
}

// expandAssert expands assert/1 and refute/1.
func expandAssert(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	m := makerAt(call)
	x := single(call.Args[0])
	code := m.constant(codeOf(call.Name, x))
	switch x := x.(type) {
	case *syntax.Binary:
		if x.Op == "=" && call.Name == "assert" {
			return expandMatch(env, m, x, code)
		}
		if slices.Contains(comparisons, x.Op) {
			left, right := m.hidden("left"), m.hidden("right") // so that the right side sees what the left one binds
			return m.block(m.match(left, x.L), m.match(right, x.R),
				m.call(assertions, "__compare__", m.atom(call.Name), m.atom(x.Op), left, right, code)), nil
		}
	case *syntax.Call:
		if x.Target == nil && x.Name == "match?" && len(x.Args) == 2 {
			return expandMatches(env, m, call.Name, x, code), nil
		}
		if x.Target != nil && x.Do == nil && len(x.Args) > 0 || x.Target == nil && len(x.Args) > 0 && !env.IsMacro(x) {
			c := *x
			return withArgs(m, call.Name, code, x.Args, func(args []syntax.Node) syntax.Node { c.Args = args; return &c })
		}
	case *syntax.Apply:
		if len(x.Args) > 0 {
			c := *x
			return withArgs(m, call.Name, code, x.Args, func(args []syntax.Node) syntax.Node { c.Args = args; return &c })
		}
	case *syntax.Access:
		return withArgs(m, call.Name, code, []syntax.Node{x.X, x.Key}, func(args []syntax.Node) syntax.Node {
			return &syntax.Access{At: x.At, X: args[0], Key: args[1]}
		})
	}
	return m.call(assertions, "__truthy__", m.atom(call.Name), x, m.constant(noValue), code), nil
}

// withArgs asserts the value of a call whose arguments a failure shows:
//
//	{arg1, arg2} = {a, b}
//	__truthy__(:assert, f(arg1, arg2), [arg1, arg2], code)
func withArgs(m maker, kind string, code syntax.Node, args []syntax.Node, call func([]syntax.Node) syntax.Node) (syntax.Node, error) {
	literal := true
	for _, a := range args {
		literal = literal && isLiteral(a)
	}
	if literal {
		return m.call(assertions, "__truthy__", m.atom(kind), call(args), m.constant(noValue), code), nil
	}
	vars := make([]syntax.Node, len(args))
	for i := range args {
		vars[i] = m.hidden("arg" + string(rune('a'+i)))
	}
	return m.block(
		m.match(m.tuple(vars...), m.tuple(args...)),
		m.call(assertions, "__truthy__", m.atom(kind), call(vars), m.list(vars...), code),
	), nil
}

// isLiteral is Macro.quoted_literal?/1.
func isLiteral(n syntax.Node) bool {
	all := func(list []syntax.Node) bool {
		for _, e := range list {
			if !isLiteral(e) {
				return false
			}
		}
		return true
	}
	switch x := n.(type) {
	case *syntax.Int, *syntax.Float, *syntax.Atom, *syntax.Alias:
		return true
	case *syntax.String:
		for _, p := range x.Parts {
			if p.Expr != nil {
				return false
			}
		}
		return true
	case *syntax.List:
		return all(x.Elems)
	case *syntax.Tuple:
		return all(x.Elems)
	case *syntax.Unary:
		return (x.Op == "-" || x.Op == "+") && isLiteral(x.X)
	case *syntax.Map:
		if x.Update != nil || x.Struct != nil && !isLiteral(x.Struct) {
			return false
		}
		for _, p := range x.Pairs {
			if !isLiteral(p.Key) || !isLiteral(p.Value) {
				return false
			}
		}
		return true
	}
	_, ok := interp.ValueOf(n)
	return ok
}

// expandMatch expands assert pattern = value:
//
//	right = value
//	{vars} = case right do
//	  pattern -> check right; {vars}
//	  _ -> fail
//	end
//	right
func expandMatch(env *interp.Env, m maker, x *syntax.Binary, code syntax.Node) (syntax.Node, error) {
	return expandMatchWith(env, m, x, code, true)
}

// expandMatchWith is expandMatch, which need not check that the value is
// truthy.
func expandMatchWith(env *interp.Env, m maker, x *syntax.Binary, code syntax.Node, truthy bool) (syntax.Node, error) {
	if w, ok := x.L.(*syntax.Binary); ok && w.Op == "when" {
		left, right := interp.NodeText(x.L), interp.NodeText(x.R)
		return nil, argumentError(x, "invalid pattern in assert/1:\n\n  "+left+"\n\nTo assert with guards, use match?/2:\n\n  assert match?("+left+", "+right+")\n")
	}
	right, pattern := m.hidden("right"), expandPattern(env, x.L)
	vars := patternVars(pattern)
	fail := m.call(assertions, "__no_match__", right, m.constant(quotePattern(env, x.L)), pins(m, env, x.L), code)
	check := syntax.Node(m.atom("ok"))
	if truthy {
		check = m.call(assertions, "__truthy__", m.atom("match"), right, m.constant(noValue), code)
	}
	body := m.caseOf(right,
		m.clause(m.block(check, m.tuple(vars...)), pattern),
		m.clause(fail, m.variable("_")))
	if len(vars) > 0 {
		body = m.match(m.tuple(patternVars(pattern)...), body)
	}
	return m.block(m.match(right, x.R), body, right), nil
}

// expandMatches expands assert match?(pattern, value) and its refute.
func expandMatches(env *interp.Env, m maker, kind string, x *syntax.Call, code syntax.Node) syntax.Node {
	right := m.hidden("right")
	test := m.local("match?", x.Args[0], right)
	return m.block(m.match(right, x.Args[1]),
		m.call(assertions, "__matches__", m.atom(kind), test, right, m.constant(quotePattern(env, x.Args[0])), pins(m, env, x.Args[0]), code))
}

// patternVars are the variables that a pattern binds, as often as they occur
// in it and in its guard: one that occurs twice is used.
func patternVars(pattern syntax.Node) []syntax.Node {
	var out []syntax.Node
	seen := map[string]bool{}
	add := func(v *syntax.Var, known bool) {
		if v.Name[0] != '_' && (!known || seen[v.Name]) {
			seen[v.Name] = true
			out = append(out, &syntax.Var{At: v.At, Name: v.Name})
		}
	}
	uses := func(n syntax.Node) {
		interp.Walk(n, func(n syntax.Node) bool {
			if v, ok := n.(*syntax.Var); ok {
				add(v, true)
			}
			return true
		})
	}
	pattern, guard := splitWhen(pattern)
	interp.Walk(pattern, func(n syntax.Node) bool {
		switch x := n.(type) {
		case *syntax.Unary:
			return x.Op != "^"
		case *syntax.Attr:
			return false
		case *syntax.Call:
			return x.Name != "quote"
		case *syntax.Bitstring:
			for _, s := range x.Segments {
				for _, v := range patternVars(s.Value) {
					add(v.(*syntax.Var), false)
				}
				if s.Type != nil {
					uses(s.Type)
				}
			}
			return false
		case *syntax.Var:
			add(x, false)
		}
		return true
	})
	if guard != nil {
		uses(guard)
	}
	return out
}

// expandPattern expands the macros of a pattern, sigils among them.
func expandPattern(env *interp.Env, pattern syntax.Node) syntax.Node {
	return interp.Rewrite(pattern, func(n syntax.Node) (syntax.Node, bool) {
		var call *syntax.Call
		switch x := n.(type) {
		case *syntax.Call:
			call = x
			if x.Name == "quote" || x.Target == nil && env.IsSpecial(x) {
				return nil, false
			}
		case *syntax.Sigil:
			m := makerAt(x)
			call = m.local("sigil_"+x.Name, &syntax.Bitstring{At: x.At, Segments: []syntax.Segment{{Value: &syntax.String{At: x.At, Parts: x.Raw}}}},
				m.constant(term.Charlist(x.Modifiers)))
		default:
			return nil, false
		}
		out, ok := env.ExpandMacro(call)
		if !ok {
			return nil, false
		}
		return expandPattern(env, out), true
	})
}

// pins is code for a list of the pinned variables with their values, in the
// order of their names.
func pins(m maker, env *interp.Env, pattern syntax.Node) syntax.Node {
	found := map[string]*syntax.Var{}
	var names []string
	interp.Walk(pattern, func(n syntax.Node) bool {
		if u, ok := n.(*syntax.Unary); ok && u.Op == "^" {
			v, isVar := u.X.(*syntax.Var)
			if isVar && found[v.Name] == nil && env.Bound(v.Name) {
				found[v.Name] = v
				names = append(names, v.Name)
			}
			return false
		}
		return true
	})
	slices.Sort(names)
	list := make([]syntax.Node, len(names))
	for i, name := range names {
		context := "nil"
		if interp.PlainName(name) != name {
			context = "macro" // one of a quote, which nobody wrote in the test
		}
		list[i] = m.tuple(m.tuple(m.constant(term.NewAtom(name)), m.atom(context)), &syntax.Var{At: m.at, Name: name})
	}
	return m.list(list...)
}

// quotePattern quotes a pattern as a failure shows it: with modules and
// attributes as they are known where it stands.
func quotePattern(env *interp.Env, pattern syntax.Node) term.Term {
	return interp.Quote(interp.Rewrite(pattern, func(n syntax.Node) (syntax.Node, bool) {
		switch x := n.(type) {
		case *syntax.Alias:
			if mod, ok := env.Expand(x); ok {
				return interp.Value(mod, x.Span()), true
			}
		case *syntax.Attr:
			if v := env.Attribute(x.Name); v != nil && x.Value == nil {
				env.QuietAttribute(x.Name)
				return interp.Value(v, x.Span()), true
			}
		}
		return nil, false
	}))
}

// splitWhen takes pattern when guard apart.
func splitWhen(n syntax.Node) (pattern, guard syntax.Node) {
	if w, ok := n.(*syntax.Binary); ok && w.Op == "when" {
		return w.L, w.R
	}
	return n, nil
}

// receive is receive do clauses after timeout -> late end.
func (m maker) receive(clause *syntax.Clause, timeout, late syntax.Node) syntax.Node {
	c := m.local("receive")
	c.Do = &syntax.Do{At: m.at.At, Sections: []syntax.Section{
		{Name: "do", At: m.at.At, Clauses: []*syntax.Clause{clause}},
		{Name: "after", At: m.at.At, Clauses: []*syntax.Clause{m.clause(late, timeout)}},
	}}
	return c
}

// receiveArgs are the arguments of assert_receive and its like: the timeout and
// the failure message, nil if not given.
func receiveArgs(m maker, call *syntax.Call) (timeout, message syntax.Node) {
	timeout = m.atom("nil")
	rest := call.Args[1:]
	if call.Name == "assert_received" || call.Name == "refute_received" {
		timeout = m.int(0)
	} else if len(rest) > 0 {
		timeout, rest = rest[0], rest[1:]
	}
	if len(rest) > 0 {
		if a, ok := rest[0].(*syntax.Atom); !ok || a.Name != "nil" {
			message = rest[0]
		}
	}
	return timeout, message
}

// expandAssertReceive expands assert_receive and assert_received.
func expandAssertReceive(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	m := makerAt(call)
	full := call.Args[0]
	if p, g := splitWhen(full); g == nil {
		full = expandPattern(env, p)
	} else {
		w := *full.(*syntax.Binary)
		w.L = expandPattern(env, p)
		full = &w
	}
	pattern, guard := splitWhen(full)
	given, message := receiveArgs(m, call)
	timeout, received := m.hidden("timeout"), m.hidden("received")
	taking := func(body syntax.Node) *syntax.Clause {
		return &syntax.Clause{At: m.at, Args: []syntax.Node{m.match(pattern, received)}, Guard: guard, Body: body}
	}
	late := syntax.Node(m.call(assertions, "flunk", message))
	if message == nil {
		vars := m.match(m.variable("_"), m.tuple(append([]syntax.Node{received}, patternVars(full)...)...))
		msg := m.hidden("message")
		finder := m.fn(m.clause(m.caseOf(msg, taking(m.block(vars, m.atom("true"))), m.clause(m.atom("false"), m.variable("_"))), msg))
		late = m.call(assertions, "__late__", m.constant(quotePattern(env, call.Args[0])), m.constant(codeOf(call.Name, call.Args[0])),
			pins(m, env, call.Args[0]), finder, timeout)
	}
	values := func() syntax.Node {
		return m.tuple(append([]syntax.Node{m.hidden("received")}, patternVars(full)...)...)
	}
	return m.block(
		m.match(timeout, m.call(assertions, "__timeout__", given, m.atom("assert_receive_timeout"))),
		m.match(values(), m.receive(taking(values()), timeout, late)),
		received,
	), nil
}

// expandRefuteReceive expands refute_receive and refute_received.
func expandRefuteReceive(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	m := makerAt(call)
	pattern, guard := splitWhen(call.Args[0])
	given, message := receiveArgs(m, call)
	timeout, actual := m.hidden("timeout"), m.hidden("actual")
	got := m.call(assertions, "flunk", message)
	if message == nil {
		got = m.call(assertions, "__unexpected__", actual, m.constant(interp.Quote(call.Args[0])))
		pattern = m.match(pattern, actual)
	}
	clause := &syntax.Clause{At: m.at, Args: []syntax.Node{pattern}, Guard: guard, Body: got}
	return m.block(
		m.match(timeout, m.call(assertions, "__timeout__", given, m.atom("refute_receive_timeout"))),
		m.receive(clause, timeout, m.atom("false")),
	), nil
}

// expandCatch expands catch_throw, catch_exit and catch_error:
//
//	try do
//	  _ = expr
//	  flunk("Expected to catch throw, got nothing")
//	rescue
//	  e in [ExUnit.AssertionError] -> reraise(e, __STACKTRACE__)
//	catch
//	  :throw, got -> got
//	end
func expandCatch(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	m := makerAt(call)
	kind := call.Name[len("catch_"):]
	e, got := m.hidden("e"), m.hidden("got")
	section := func(name string, body syntax.Node, clauses ...*syntax.Clause) syntax.Section {
		return syntax.Section{Name: name, At: m.at.At, Body: body, Clauses: clauses}
	}
	in := &syntax.Binary{At: m.at, Op: "in", OpAt: m.at.At, L: e, R: m.list(m.alias("ExUnit.AssertionError"))}
	try := m.local("try")
	try.Do = &syntax.Do{At: m.at.At, Sections: []syntax.Section{
		section("do", m.block(m.match(m.variable("_"), call.Args[0]),
			m.call(assertions, "flunk", m.text("Expected to catch "+kind+", got nothing")))),
		section("rescue", nil, m.clause(m.local("reraise", e, m.variable("__STACKTRACE__")), in)),
		section("catch", nil, m.clause(got, m.atom(kind), got)),
	}}
	return try, nil
}
