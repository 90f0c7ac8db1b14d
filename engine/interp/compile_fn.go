package interp

import (
	"fmt"
	"hash/fnv"
	"path"
	"slices"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// clauseCode is a compiled clause of a function or fn: its arguments stand in
// the first slots of the frame.
type clauseCode struct {
	match []matcher
	plain bool // no matcher at all
	guard code
	body  code
}

func (cc *clauseCode) takes(t *Thread) bool {
	if !cc.plain {
		for i, m := range cc.match {
			if m != nil && !m(t, t.frame[i]) {
				return false
			}
		}
	}
	return cc.guard == nil || cc.guard(t) == term.Term(term.True)
}

// clauseOf compiles the patterns and the guard of a clause, and its body by
// the given function, in a scope of its own.
func (c *compiler) clauseOf(args []syntax.Node, guard syntax.Node, body func() code) (cc clauseCode) {
	c.scoped(func() {
		slots := make([]int, len(args))
		for i := range slots {
			slots[i] = i
		}
		cc.match = c.patterns(args, slots)
		cc.plain = true
		for _, m := range cc.match {
			cc.plain = cc.plain && m == nil
		}
		if guard != nil {
			cc.guard = c.guard(guard)
		}
		cc.body = body()
	})
	return cc
}

// dispatch is the code of a function: its clauses in order, then fail.
func dispatch(clauses []clauseCode, fail code) code {
	if len(clauses) == 1 {
		only := clauses[0]
		if only.plain && only.guard == nil {
			return only.body
		}
		return func(t *Thread) term.Term {
			if only.takes(t) {
				return only.body(t)
			}
			return fail(t)
		}
	}
	return func(t *Thread) term.Term {
		for i := range clauses {
			if clauses[i].takes(t) {
				return clauses[i].body(t)
			}
		}
		return fail(t)
	}
}

// failClause is the code that raises FunctionClauseError for f.
func failClause(f *function) code {
	return func(t *Thread) term.Term {
		t.at(&f.span)
		t.raiseFunctionClause(f.module, f.shownName(), t.frame[:f.arity])
		return nil
	}
}

// fnExpr is fn … end.
func (c *compiler) fnExpr(x *syntax.Fn) code {
	if len(x.Clauses) == 0 {
		return c.errorf(x.Span(), "expected clauses in fn")
	}
	arity := len(x.Clauses[0].Args)
	for _, cl := range x.Clauses {
		if slices.ContainsFunc(cl.Args, isDefault) {
			return c.errorf(x.Span(), "anonymous functions cannot have optional arguments")
		}
		if len(cl.Args) != arity {
			return c.errorf(x.Span(), "cannot mix clauses with different arities in anonymous functions")
		}
	}
	heads := make([]clauseHead, len(x.Clauses))
	for i, cl := range x.Clauses {
		heads[i] = clauseHead{cl.Args, cl.Guard, cl.Arrow}
	}
	c.checkReachable("this clause", heads)
	return c.lambda(arity, x.Span(), func(c *compiler) []clauseCode {
		clauses := make([]clauseCode, len(x.Clauses))
		for i, cl := range x.Clauses {
			clauses[i] = c.clauseOf(cl.Args, cl.Guard, func() code { return c.expr(cl.Body, true) })
		}
		return clauses
	})
}

// atomScript is the module of what stands at the top of a file.
var atomScript = term.NewAtom("elixir_compiler_0")

// clauseHead is what decides whether a clause is taken.
type clauseHead struct {
	args  []syntax.Node
	guard syntax.Node
	at    source.Span
}

// always reports whether the clause takes whatever it is given.
func (h clauseHead) always() bool {
	seen := map[string]bool{}
	for _, a := range h.args {
		v, ok := a.(*syntax.Var)
		if !ok || pseudoVars[plainName(v.Name)] != nil || seen[v.Name] {
			return false
		}
		seen[v.Name] = plainName(v.Name) != "_"
	}
	return h.guard == nil
}

// checkReachable warns about the clauses after one that takes everything.
func (c *compiler) checkReachable(what string, heads []clauseHead) {
	if c.b.errors() > 0 {
		return // Elixir looks for these when there are no errors
	}
	for i, h := range heads {
		if !h.always() {
			continue
		}
		for _, late := range heads[i+1:] {
			if !late.at.IsZero() && !h.at.IsZero() {
				c.b.report(&source.Diagnostic{Severity: source.Warning, Span: late.at, Mark: source.MarkStart, Message: fmt.Sprintf(
					"%s cannot match because a previous clause at line %d always matches", what, h.at.Pos().Line)})
			}
		}
		return
	}
}

// operatorSpan is where Elixir says that an expression stands: at its operator,
// or at the name that it calls.
func operatorSpan(n syntax.Node) source.Span {
	switch x := n.(type) {
	case *syntax.Binary:
		return x.OpAt
	case *syntax.Call:
		return nameSpanOf(x)
	case *syntax.Block:
		if len(x.Exprs) == 1 {
			return operatorSpan(x.Exprs[0])
		}
	}
	return n.Span()
}

// lambda compiles a function value: build compiles its clauses as those of a
// function of its own.
func (c *compiler) lambda(arity int, at source.Span, build func(c *compiler) []clauseCode) code {
	outer := c.fn
	top := outer
	for top.parent != nil {
		top = top.parent
	}
	f := &function{arity: arity, span: at, parent: top.fun, nth: top.lambdas}
	top.lambdas++
	if top.fun != nil {
		f.module, f.name = top.fun.module, top.fun.name
	}
	c.fn = newFnState(outer, arity, f)
	guard, level := c.inGuard, c.moduleLevel
	c.inGuard, c.moduleLevel = false, false
	f.body = dispatch(build(c), failClause(f))
	own := c.fn
	c.fn, c.inGuard, c.moduleLevel = outer, guard, level
	f.slots = own.slots
	return c.makeFun(f, own.captured, at)
}

// makeFun is code that makes a function value of f.
func (c *compiler) makeFun(f *function, captured []capture, at source.Span) code {
	proto := term.Fun{Arity: f.arity, Module: f.module, Name: term.NewAtom(f.shownName()), Index: f.nth, Code: f}
	if f.parent != nil && f.parent.name == "__FILE__" && !at.IsZero() {
		proto.Module, proto.Name = atomScript, term.NewAtom("file:"+path.Base(at.File.Name()))
	}
	h := fnv.New32a()
	fmt.Fprint(h, f.module.Name(), at.Start)
	proto.Uniq = h.Sum32()
	if len(captured) == 0 {
		shared := &proto
		return constant(shared)
	}
	from := make([]int, len(captured))
	f.captures = make([]int, len(captured))
	for i, cp := range captured {
		from[i], f.captures[i] = cp.outer.slot, cp.inner.slot
	}
	return func(t *Thread) term.Term {
		fn := proto
		fn.Env = make([]term.Term, len(from))
		for i, s := range from {
			fn.Env[i] = t.frame[s]
		}
		t.spend(112 + 16*len(from))
		return &fn
	}
}

// captureExpr is &f/1, &M.f/1 and &(&1 + 1).
func (c *compiler) captureExpr(x *syntax.Unary) code {
	if b, ok := x.X.(*syntax.Binary); ok && b.Op == "/" {
		if n, ok := b.R.(*syntax.Int); ok && !hasCaptureArg(b.L) {
			return c.captureName(x, b.L, int(n.Value.Int64()))
		}
	}
	if inner := nestedCapture(x.X); inner != nil {
		x = inner
		return c.errorf(x.Span(), "nested captures are not allowed. You cannot define a function using the capture operator & inside another function defined via &. Got invalid nested capture: %s", nodeText(x))
	}
	if blk, ok := x.X.(*syntax.Block); ok && len(blk.Exprs) > 1 {
		return c.errorf(x.Span(), "block expressions are not allowed inside the capture operator &, got: %s", nodeText(blk))
	}
	arity := maxCaptureArg(x.X)
	if arity == 0 {
		if n, isInt := x.X.(*syntax.Int); isInt {
			return c.errorf(x.Span(), "capture argument &%s must be used within the capture operator &", n.Value)
		}
		return c.errorf(x.X.Span(), "invalid args for &, expected one of:\n\n  * &Mod.fun/arity to capture a remote function, such as &Enum.map/2\n  * &fun/arity to capture a local or imported function, such as &is_atom/1\n  * &some_code(&1, ...) containing at least one argument as &1, such as &List.flatten(&1)\n\nGot: %s", nodeText(x.X))
	}
	if at := skippedArg(x.X, arity); at != nil {
		return c.errorf(operatorSpan(x.X), "capture argument &%d cannot be defined without &%d (you cannot skip arguments, all arguments must be numbered)", at.N, at.N-1)
	}
	return c.lambda(arity, x.Span(), func(c *compiler) []clauseCode {
		args, in := c.captureArgs, c.inCapture
		c.captureArgs, c.inCapture = make([]*variable, arity), true
		for i := range arity {
			c.captureArgs[i] = &variable{slot: i, fn: c.fn, used: true}
		}
		body := c.body(x.X, true)
		c.captureArgs, c.inCapture = args, in
		return []clauseCode{{plain: true, body: body}}
	})
}

func (c *compiler) captureArg(x *syntax.CaptureArg) code {
	if !c.inCapture {
		return c.errorf(x.Span(), "capture argument &%d must be used within the capture operator &", x.N)
	}
	if x.N < 1 || x.N > len(c.captureArgs) {
		return c.errorf(x.Span(), "capture argument &%d must be numbered between 1 and 255", x.N)
	}
	return read(c.fn.capture(c.captureArgs[x.N-1]))
}

// maxCaptureArg is the highest n of &n in a node, not looking into nested &.
func maxCaptureArg(n syntax.Node) int {
	most := 0
	walk(n, func(n syntax.Node) bool {
		if a, ok := n.(*syntax.CaptureArg); ok {
			most = max(most, a.N)
		}
		return true
	})
	return most
}

// skippedArg is the first &n, by n, in a node that has no &n-1; nil if there is
// none.
func skippedArg(n syntax.Node, most int) *syntax.CaptureArg {
	if most > 255 {
		return nil
	}
	found := make([]*syntax.CaptureArg, most+1)
	walk(n, func(n syntax.Node) bool {
		if a, ok := n.(*syntax.CaptureArg); ok && a.N > 0 {
			found[a.N] = a
		}
		return true
	})
	for i := 2; i <= most; i++ {
		if found[i] != nil && found[i-1] == nil {
			return found[i]
		}
	}
	return nil
}

// nestedCapture finds a capture within another.
func nestedCapture(n syntax.Node) *syntax.Unary {
	var found *syntax.Unary
	walk(n, func(n syntax.Node) bool {
		if u, ok := n.(*syntax.Unary); ok && u.Op == "&" && found == nil {
			found = u
		}
		return found == nil
	})
	return found
}

func hasCaptureArg(n syntax.Node) bool { return maxCaptureArg(n) > 0 }

// captureName is &name/arity and &Mod.name/arity.
func (c *compiler) captureName(x *syntax.Unary, n syntax.Node, arity int) code {
	switch f := n.(type) {
	case *syntax.Var:
		return c.captureLocal(x, plainName(f.Name), arity)
	case *syntax.Call:
		if len(f.Args) > 0 {
			break
		}
		if mod, ok := captureReceiver(f, arity); ok && c.b.findFunction(mod, f.Name, arity) {
			return constant(externalFun(mod, f.Name, arity))
		}
		if f.Target == nil {
			return c.captureLocal(x, f.Name, arity)
		}
		if mod, ok := c.moduleName(f.Target); ok {
			c.b.noteRemote(c, mod, f.Name, arity, f.NameAt)
			return constant(externalFun(mod, f.Name, arity))
		}
		target, name := c.expr(f.Target, false), f.Name
		return func(t *Thread) term.Term {
			mod, ok := target(t).(term.Atom)
			if !ok {
				t.RaiseArguments("not an atom")
			}
			return externalFun(mod, name, arity)
		}
	}
	return c.errorf(x.Span(), "invalid args for &, expected one of:\n\n  * &Mod.fun/arity to capture a remote function, such as &Enum.map/2\n  * &fun/arity to capture a local or imported function, such as &is_atom/1\n  * &some_code(&1, ...) containing at least one argument as &1, such as &List.flatten(&1)\n\nGot: %s", nodeText(x.X))
}

func externalFun(mod term.Atom, name string, arity int) *term.Fun {
	if own := inlined[funcID{moduleText(mod), name, arity}]; own != "" {
		mod, name = term.NewAtom("erlang"), own
	}
	return &term.Fun{Arity: arity, Module: mod, Name: term.NewAtom(name), External: true}
}

// captureLocal is &name/arity: a function of the module, an import, or an
// operator or macro, which becomes a fn.
func (c *compiler) captureLocal(x *syntax.Unary, name string, arity int) code {
	if d := c.localDef(name, arity); d != nil && !d.macro {
		f := d.fn
		d.used = true
		fn := &term.Fun{Arity: arity, Module: f.module, Name: term.NewAtom(name), Code: f}
		return constant(fn)
	}
	if imp := c.imported(name, arity); imp != nil && !special(name, arity) {
		if c.b.findFunction(imp.module, name, arity) {
			imp.used = true
			return constant(externalFun(imp.module, name, arity))
		}
	}
	if !special(name, arity) && c.b.findFunction(kernel, name, arity) {
		return constant(externalFun(kernel, name, arity))
	}
	at := x.Span()
	if b, ok := x.X.(*syntax.Binary); ok {
		at = operatorSpan(b.L)
	}
	args := make([]syntax.Node, arity)
	for i := range args {
		args[i] = &syntax.CaptureArg{At: x.At, N: i + 1}
	}
	if arity == 2 && isOperator(name) {
		return c.captureExpr(&syntax.Unary{At: x.At, Op: "&", X: &syntax.Binary{At: x.At, Op: name, OpAt: x.Span(), L: args[0], R: args[1]}})
	}
	if arity == 1 && (name == "!" || name == "-" || name == "+" || name == "not") {
		return c.captureExpr(&syntax.Unary{At: x.At, Op: "&", X: &syntax.Unary{At: x.At, Op: name, X: args[0]}})
	}
	if arity > 0 && (c.callable(name, arity)) {
		return c.captureExpr(&syntax.Unary{At: x.At, Op: "&", X: &syntax.Call{At: x.At, Name: name, NameAt: at, Args: args, Parens: true}})
	}
	return c.undefinedFunction(at, name, arity)
}

func isOperator(name string) bool {
	switch name {
	case "&&", "||", "and", "or", "in", "<>", "++", "--", "..", "=~", "**", "|>":
		return true
	}
	return compareOps[name] != nil || arithOps[name] != ""
}

// apply is f.(args).
func (c *compiler) apply(x *syntax.Apply, tail bool) code {
	fun := c.expr(x.Fun, false)
	args := c.exprs(x.Args)
	at := spanOf(x)
	if tail {
		return func(t *Thread) term.Term {
			f := fun(t)
			return t.tailFun(f, t.args(args), at)
		}
	}
	return func(t *Thread) term.Term {
		f := fun(t)
		sp := t.sp
		v := t.callFun(f, t.args(args), at)
		t.sp = sp
		return v
	}
}
