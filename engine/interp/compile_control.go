package interp

import (
	"fmt"
	"math"
	"runtime/debug"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// branch is a compiled clause with one pattern.
type branch struct {
	match matcher
	guard code
	body  code
}

// takes reports whether the clause is for the value, binding its variables.
func (b *branch) takes(t *Thread, v term.Term) bool {
	return (b.match == nil || b.match(t, v)) && (b.guard == nil || b.guard(t) == term.Term(term.True))
}

// branches compiles clauses with one pattern each.
func (c *compiler) branches(clauses []*syntax.Clause, what string, tail bool) []branch {
	section := "do"
	if what == "with" {
		section = "else"
	}
	out := make([]branch, len(clauses))
	heads := make([]clauseHead, len(clauses))
	for i, cl := range clauses {
		heads[i] = clauseHead{cl.Args, cl.Guard, cl.Arrow}
	}
	c.checkReachable("this clause", heads)
	for i, cl := range clauses {
		if len(cl.Args) != 1 {
			c.errorf(cl.Arrow, "expected one argument for :%s clauses (->) in %q", section, what)
			continue
		}
		out[i] = c.branch(cl, tail)
	}
	return out
}

func (c *compiler) branch(cl *syntax.Clause, tail bool) (b branch) {
	c.scoped(func() {
		b.match = c.pattern(cl.Args[0])
		if cl.Guard != nil {
			b.guard = c.guard(cl.Guard)
		}
		b.body = c.expr(cl.Body, tail)
	})
	return b
}

// caseExpr is case x do … end.
func (c *compiler) caseExpr(x *syntax.Call, tail bool) code {
	args, do := x.Rest(), x.Section("do")
	if len(args) != 1 || do == nil {
		return c.errorf(x.Span(), "invalid or duplicate keys for case, only \"do\" is permitted")
	}
	if do.Clauses == nil {
		return c.errorf(x.Span(), "expected -> clauses for :do in \"case\"")
	}
	value := c.expr(args[0], false)
	bs := c.branches(do.Clauses, "case", tail)
	at := spanOf(x)
	return func(t *Thread) term.Term {
		v := value(t)
		for i := range bs {
			if bs[i].takes(t, v) {
				return bs[i].body(t)
			}
		}
		t.at(at)
		t.RaiseNew("CaseClauseError", "term", v)
		return nil
	}
}

// ifExpr is if and unless.
func (c *compiler) ifExpr(x *syntax.Call, tail bool) code {
	args := x.Rest()
	do, otherwise := x.Section("do"), x.Section("else")
	if len(args) != 1 || do == nil {
		return c.raises(x.Span(), "ArgumentError", "invalid or duplicate keys for %s, only \"do\" and an optional \"else\" are permitted", x.Name)
	}
	var cond, yes, no code
	c.scoped(func() {
		cond = c.expr(args[0], false)
		yes = c.section(do, tail)
		no = constant(term.Nil)
		if otherwise != nil {
			no = c.section(otherwise, tail)
		}
	})
	if x.Name == "unless" {
		yes, no = no, yes
	}
	return func(t *Thread) term.Term {
		if v := cond(t); v != term.Term(term.False) && v != term.Term(term.Nil) {
			return yes(t)
		}
		return no(t)
	}
}

// section compiles the body of a do, else or after.
func (c *compiler) section(s *syntax.Section, tail bool) code {
	if s.Clauses != nil {
		return c.errorf(s.Clauses[0].Span(), "unexpected operator ->. If you want to define multiple clauses, the first expression must use ->")
	}
	return c.body(s.Body, tail)
}

func (c *compiler) condExpr(x *syntax.Call, tail bool) code {
	do := x.Section("do")
	if do == nil || do.Clauses == nil {
		return c.errorf(x.Span(), "expected -> clauses for :do in \"cond\"")
	}
	type arm struct{ test, body code }
	arms := make([]arm, len(do.Clauses))
	for i, cl := range do.Clauses {
		if len(cl.Args) != 1 {
			return c.errorf(x.Span(), "expected one argument for :do clauses (->) in \"cond\"")
		}
		c.scoped(func() {
			arms[i] = arm{c.expr(cl.Args[0], false), c.expr(cl.Body, tail)}
		})
	}
	at := spanOf(x)
	return func(t *Thread) term.Term {
		for i := range arms {
			if term.Truthy(arms[i].test(t)) {
				return arms[i].body(t)
			}
		}
		t.at(at)
		t.RaiseNew("CondClauseError")
		return nil
	}
}

// withStep is one line of a with: pattern <- value, or any expression.
type withStep struct {
	value code
	match matcher
	guard code
	arrow bool
}

func (c *compiler) withExpr(x *syntax.Call, tail bool) code {
	do, otherwise := x.Section("do"), x.Section("else")
	if do == nil {
		return c.errorf(x.Span(), "missing :do option in \"with\"")
	}
	var steps []withStep
	var body code
	c.scoped(func() {
		for _, n := range x.Rest() {
			steps = append(steps, c.withStep(n))
		}
		body = c.section(do, tail)
	})
	at := spanOf(x)
	fail := func(_ *Thread, v term.Term) term.Term { return v }
	if otherwise != nil {
		bs := c.branches(otherwise.Clauses, "with", tail)
		if otherwise.Clauses == nil {
			return c.errorf(x.Span(), "expected -> clauses for :else in \"with\"")
		}
		fail = func(t *Thread, v term.Term) term.Term {
			for i := range bs {
				if bs[i].takes(t, v) {
					return bs[i].body(t)
				}
			}
			t.at(at)
			t.RaiseNew("WithClauseError", "term", v)
			return nil
		}
	}
	return func(t *Thread) term.Term {
		for i := range steps {
			s := &steps[i]
			v := s.value(t)
			if s.arrow && (s.match != nil && !s.match(t, v) || s.guard != nil && s.guard(t) != term.Term(term.True)) {
				return fail(t, v)
			}
		}
		return body(t)
	}
}

func (c *compiler) withStep(n syntax.Node) withStep {
	b, ok := n.(*syntax.Binary)
	if !ok || b.Op != "<-" {
		return withStep{value: c.expr(n, false)}
	}
	pat, guard := splitGuard(b.L)
	s := withStep{value: c.expr(b.R, false), arrow: true}
	s.match = c.pattern(pat)
	if guard != nil {
		s.guard = c.guard(guard)
	}
	return s
}

// splitGuard takes pattern when guard apart.
func splitGuard(n syntax.Node) (pattern, guard syntax.Node) {
	if w, ok := n.(*syntax.Binary); ok && w.Op == "when" {
		return w.L, w.R
	}
	return n, nil
}

// tryExpr is try … rescue … catch … else … after.
func (c *compiler) tryExpr(x *syntax.Call) code {
	do := x.Section("do")
	if do == nil {
		return c.errorf(x.Span(), "missing :do option in \"try\"")
	}
	if x.Section("rescue") == nil && x.Section("catch") == nil && x.Section("after") == nil && x.Section("else") == nil {
		return c.errorf(x.Span(), "missing :catch/:rescue/:after option in \"try\"")
	}
	if x.Section("else") != nil && x.Section("rescue") == nil && x.Section("catch") == nil && x.Section("after") == nil {
		c.warnf(x.Span(), "%q shouldn't be used as the only clause in %q, use %q instead", "else", "try", "case")
	}
	return c.tryBody(x, do.Body, x.Section("rescue"), x.Section("catch"), x.Section("else"), x.Section("after"))
}

// tryBody compiles a body with handlers, of a try or of a def.
func (c *compiler) tryBody(x syntax.Node, body syntax.Node, rescue, catch, otherwise, after *syntax.Section) code {
	if call, ok := x.(*syntax.Call); ok {
		c.checkSections(call, rescue, catch, otherwise)
	}
	run := c.body(body, false)
	at := spanOf(x)
	var handlers []handler
	stack := &variable{name: "__STACKTRACE__\x00", fn: c.fn, used: true, quiet: true}
	if rescue != nil || catch != nil {
		stack.slot = c.fn.newSlot()
	}
	c.scoped(func() {
		c.vars = append(c.vars, stack)
		if rescue != nil {
			for _, cl := range rescue.Clauses {
				handlers = append(handlers, c.rescueClause(cl))
			}
		}
		if catch != nil {
			for _, cl := range catch.Clauses {
				handlers = append(handlers, c.catchClause(cl))
			}
		}
	})
	var elses []branch
	if otherwise != nil {
		elses = c.branches(otherwise.Clauses, "try", false)
	}
	var finish code
	if after != nil {
		finish = c.section(after, false)
	}
	handle := func(t *Thread) term.Term {
		v, x := t.attempt(run)
		if x == nil {
			if otherwise == nil {
				return v
			}
			for i := range elses {
				if elses[i].takes(t, v) {
					return elses[i].body(t)
				}
			}
			t.at(at)
			t.RaiseNew("TryClauseError", "term", v)
		}
		if len(handlers) > 0 && x.limit == "" {
			t.frame[stack.slot] = stackTerm(x.told())
			for i := range handlers {
				if handlers[i].takes(t, x) {
					return handlers[i].body(t)
				}
			}
		}
		panic(x)
	}
	if finish == nil {
		return handle
	}
	return func(t *Thread) term.Term {
		v, x := t.attempt(handle)
		if x == nil || x.limit == "" {
			finish(t)
		}
		if x != nil {
			panic(x)
		}
		return v
	}
}

// attempt runs code and returns what it raised. When that has a limit the
// caller must raise it again.
func (t *Thread) attempt(run code) (v term.Term, x *raised) {
	s := t.save()
	defer func() {
		if r := recover(); r != nil {
			v, x = nil, asRaised(t.limitOf(r))
			t.restore(s)
		}
	}()
	return run(t), nil
}

// asRaised wraps what recover returned. Panics that nobody may catch go on
// after the frame that recovered has returned: a panic inside a deferred call
// would keep the whole stack, which takes quadratic time when tries nest deep.
func asRaised(r any) *raised {
	if x, ok := r.(*raised); ok {
		return x
	}
	return &raised{kind: term.Err, limit: "internal", foreign: r, goStack: debug.Stack()}
}

// handler is a clause of rescue or catch.
// checkSections reports sections of a try, or of a def, that should have
// clauses.
func (c *compiler) checkSections(x *syntax.Call, rescue, catch, otherwise *syntax.Section) {
	at := x.Span()
	if c.def != nil && x.Name == c.def.kind && len(x.Rest()) > 0 {
		sig, _ := splitGuard(x.Rest()[0])
		at = sig.Span()
	}
	for _, s := range []*syntax.Section{rescue, catch, otherwise} {
		if s != nil && len(s.Clauses) == 0 {
			c.errorf(at, "expected -> clauses for :%s in %q", s.Name, x.Name)
		}
	}
	if x.Name != "try" && otherwise != nil && rescue == nil && catch == nil && x.Section("after") == nil {
		c.b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkStart,
			Message: fmt.Sprintf("\"else\" shouldn't be used as the only clause in %q, use \"case\" instead", x.Name)})
	}
}

type handler struct {
	takes func(t *Thread, x *raised) bool
	body  code
}

// rescueClause is x, Mod, x in Mod or x in [A, B].
func (c *compiler) rescueClause(cl *syntax.Clause) (h handler) {
	if len(cl.Args) != 1 {
		c.errorf(cl.Arrow, "expected one argument for :rescue clauses (->) in \"try\"")
		return h
	}
	c.scoped(func() {
		pat := c.rescueMacro(cl.Args[0])
		var bind matcher
		var mods []term.Atom
		any := false
		switch x := pat.(type) {
		case *syntax.Var:
			bind, any = c.pattern(x), true
		case *syntax.Binary:
			if x.Op != "in" {
				c.badRescue(pat)
				return
			}
			bind = c.pattern(x.L)
			if v, ok := x.R.(*syntax.Var); ok && v.Name == "_" {
				any = true
			} else {
				mods = c.rescueModules(x.R)
			}
		default:
			mods = c.rescueModules(pat)
		}
		h.takes = func(t *Thread, x *raised) bool {
			if x.kind != term.Err {
				return false
			}
			v := t.normalize(x)
			if !any {
				name, _ := structName(v)
				found := false
				for _, m := range mods {
					found = found || m == name
				}
				if !found {
					return false
				}
			}
			return bind == nil || bind(t, v)
		}
		h.body = c.expr(cl.Body, false)
	})
	return h
}

// rescueMacro expands a macro that stands for the pattern of a rescue.
func (c *compiler) rescueMacro(n syntax.Node) syntax.Node {
	if x, ok := n.(*syntax.Call); ok {
		if d := c.macroOf(x); d != nil && d.guard == nil {
			if out := c.expandMacro(d, x); out != nil {
				return c.rescueMacro(out)
			}
		}
	}
	if b, ok := n.(*syntax.Block); ok && len(b.Exprs) == 1 {
		return c.rescueMacro(b.Exprs[0])
	}
	return n
}

func (c *compiler) badRescue(n syntax.Node) {
	c.errorf(n.Span(), "invalid \"rescue\" clause. The clause should match on an alias, a variable or be in the \"var in [alias]\" format")
}

func (c *compiler) rescueModules(n syntax.Node) []term.Atom {
	n = c.rescueMacro(n)
	if l, ok := n.(*syntax.List); ok {
		var out []term.Atom
		for _, e := range l.Elems {
			out = append(out, c.rescueModules(e)...)
		}
		return out
	}
	if m, ok := c.moduleName(n); ok {
		return []term.Atom{m}
	}
	c.badRescue(n)
	return nil
}

// normalize returns the exception of an error that is no exception.
func (t *Thread) normalize(x *raised) term.Term {
	if isException(x.value) {
		return x.value
	}
	return t.Normalize(x.value)
}

// Normalize returns the exception struct for a reason of :erlang.error/1, as
// Exception.normalize/3.
func (t *Thread) Normalize(reason term.Term) term.Term {
	if isException(reason) {
		return reason
	}
	switch r := reason.(type) {
	case term.Atom:
		switch r.Name() {
		case "badarg":
			return t.NewException("ArgumentError")
		case "badarith":
			return t.NewException("ArithmeticError")
		case "cond_clause":
			return t.NewException("CondClauseError")
		case "system_limit":
			return t.NewException("SystemLimitError")
		case "undef":
			return t.NewException("UndefinedFunctionError")
		case "function_clause":
			return t.NewException("FunctionClauseError")
		}
	case term.Tuple:
		if tag, ok := r[0].(term.Atom); ok && len(r) == 2 {
			names := map[string]string{
				"badmatch": "MatchError", "case_clause": "CaseClauseError", "with_clause": "WithClauseError",
				"else_clause": "WithClauseError", "try_clause": "TryClauseError", "badmap": "BadMapError", "badfun": "BadFunctionError",
			}
			if n := names[tag.Name()]; n != "" {
				return t.NewException(n, "term", r[1])
			}
			switch tag.Name() {
			case "badarity":
				if of, ok := r[1].(term.Tuple); ok && len(of) == 2 {
					return t.NewException("BadArityError", "function", of[0], "args", of[1])
				}
			case "badkey":
				return t.NewException("KeyError", "key", r[1])
			case "badarg":
				return t.NewException("ArgumentError", "message", term.Binary("argument error: "+term.Inspect(r[1])))
			}
		}
		if tag, ok := r[0].(term.Atom); ok && len(r) == 3 && tag.Name() == "badkey" {
			return t.NewException("KeyError", "key", r[1], "term", r[2])
		}
		if tag, ok := r[0].(term.Atom); ok && len(r) == 3 && tag.Name() == "badbool" {
			return t.NewException("BadBooleanError", "operator", r[1], "term", r[2])
		}
	}
	return t.NewException("ErlangError", "original", reason)
}

// NormalizeAt is Normalize with a stack trace, whose first call an exception
// may name. As Exception.normalize/3.
func (t *Thread) NormalizeAt(reason term.Term, stack []Frame) term.Term {
	if len(stack) > 0 && stack[0].Cause != nil && term.StrictEqual(erlangReason(stack[0].Cause, stack), reason) {
		return stack[0].Cause
	}
	v := t.Normalize(reason)
	m, ok := term.AsMap(v)
	name, _ := reason.(term.Atom)
	if !ok || len(stack) == 0 || name.Name() != "undef" && name.Name() != "function_clause" {
		return v
	}
	top := stack[0]
	return m.Put(term.NewAtom("module"), top.Module).Put(term.NewAtom("function"), term.NewAtom(top.Name)).Put(term.NewAtom("arity"), term.Int(top.Arity))
}

// catchClause is value, or kind, value.
func (c *compiler) catchClause(cl *syntax.Clause) (h handler) {
	c.scoped(func() {
		var ms []matcher
		switch len(cl.Args) {
		case 1:
			ms = append([]matcher{matchLiteral(atomThrow)}, c.patterns(cl.Args, nil)...)
		case 2:
			ms = c.patterns(cl.Args, nil)
		default:
			c.errorf(cl.Span(), "expected one or two args for catch clauses (->) in \"try\"")
			return
		}
		var guard code
		if cl.Guard != nil {
			guard = c.guard(cl.Guard)
		}
		h.takes = func(t *Thread, x *raised) bool {
			return (ms[0] == nil || ms[0](t, x.kind)) && (ms[1] == nil || ms[1](t, x.reason())) &&
				(guard == nil || guard(t) == term.Term(term.True))
		}
		h.body = c.expr(cl.Body, false)
	})
	return h
}

var atomErrorInfo = term.NewAtom("error_info")

// stackTerm is a stack trace as __STACKTRACE__ shows it.
func stackTerm(stack []Frame) term.Term {
	out := make([]term.Term, len(stack))
	for i, f := range stack {
		info := term.Empty
		if !f.Span.IsZero() {
			info = term.Keyword("file", term.Charlist(f.Span.File.Name()), "line", term.Int(f.Span.Pos().Line))
		}
		if f.Cause != nil {
			why := term.NewMap(term.NewAtom("cause"), f.Cause, term.NewAtom("module"), term.NewAtom("erl_erts_errors"))
			info = metaStore(info, atomErrorInfo, why)
		}
		arity := term.Term(term.Int(f.Arity))
		if f.Args != nil {
			arity = term.NewList(f.Args...)
		}
		out[i] = term.Tuple{f.Module, term.NewAtom(f.Name), arity, info}
	}
	return term.NewList(out...)
}

// Stacktrace returns the term that __STACKTRACE__ is for the exception.
func (e *Exception) Stacktrace() term.Term { return stackTerm(e.Stack) }

// framesOf reads a stack trace that the language gives back, as reraise does.
func framesOf(v term.Term) []Frame {
	l, ok := v.(*term.List)
	if !ok {
		return nil
	}
	var out []Frame
	for e := range l.All() {
		x, ok := e.(term.Tuple)
		if !ok || len(x) != 4 {
			continue
		}
		f := Frame{}
		f.Module, _ = x[0].(term.Atom)
		if n, ok := x[1].(term.Atom); ok {
			f.Name = n.Name()
		}
		switch a := x[2].(type) {
		case term.Int:
			f.Arity = int(a)
		case *term.List:
			f.Args, _ = a.Slice()
			f.Arity = len(f.Args)
		}
		f.Span = spanOfInfo(x[3])
		if info, ok := x[3].(*term.List); ok {
			if why, ok := metaGet(info, atomErrorInfo).(*term.Map); ok {
				f.Cause, _ = why.GetAtom(term.NewAtom("cause")).(*term.Map)
			}
		}
		out = append(out, f)
	}
	return out
}

func spanOfInfo(v term.Term) source.Span {
	l, ok := v.(*term.List)
	if !ok {
		return source.Span{}
	}
	file, ok1 := term.KeywordGet(l, term.NewAtom("file"))
	line, ok2 := term.KeywordGet(l, term.NewAtom("line"))
	n, ok3 := line.(term.Int)
	name, ok4 := file.(*term.List)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return source.Span{}
	}
	text := ""
	for r := range name.All() {
		if x, ok := r.(term.Int); ok {
			text += string(rune(x))
		}
	}
	f := source.NewGrid(text)
	at := f.At(int(n), 0)
	return source.Span{File: f, Start: at, End: at}
}

// receiveExpr is receive do … after … end.
func (c *compiler) receiveExpr(x *syntax.Call, tail bool) code {
	var bs []branch
	if do := x.Section("do"); do != nil {
		if len(do.Clauses) == 0 && do.Body != nil {
			return c.errorf(x.Span(), "expected -> clauses for :do in \"receive\"")
		}
		bs = c.branches(do.Clauses, "receive", tail)
	}
	var timeout, late code
	if after := x.Section("after"); after != nil {
		if len(after.Clauses) != 1 || len(after.Clauses[0].Args) != 1 {
			return c.errorf(x.Span(), "expected a single -> clause for :after in \"receive\"")
		}
		timeout, late = c.expr(after.Clauses[0].Args[0], false), c.body(after.Clauses[0].Body, tail)
	}
	at := spanOf(x)
	return func(t *Thread) term.Term {
		wait := int64(-1)
		if timeout != nil {
			v := timeout(t)
			if n, ok := v.(term.Int); ok && n >= 0 && n <= math.MaxUint32 {
				wait = int64(n)
			} else if v != term.Term(term.NewAtom("infinity")) {
				t.at(at)
				t.Raise(t.NewException("ErlangError", "original", term.NewAtom("timeout_value")))
			}
		}
		t.at(at)
		if t.Receive == nil {
			t.RaiseNew("RuntimeError", "message", term.Binary("receive was called outside of a process"))
		}
		frame, taken := t.frame, -1
		got := t.Receive.Receive(t, wait, func(msg term.Term) bool {
			inner := t.frame
			t.frame = frame
			defer func() { t.frame = inner }()
			for i := range bs {
				if bs[i].takes(t, msg) {
					taken = i
					return true
				}
			}
			return false
		})
		t.frame = frame
		t.Refresh()
		if got && taken >= 0 {
			return bs[taken].body(t)
		}
		if late != nil {
			return late(t)
		}
		return term.Nil
	}
}
