package interp

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// form is a special form or a macro of Kernel that the compiler knows.
type form struct {
	min, max int // arguments without a do-block; max below 0 is any number
	// core forms cannot be redefined or hidden.
	core    bool
	compile func(c *compiler, x *syntax.Call, tail bool) code
}

func (f form) fits(x *syntax.Call) bool {
	n := len(x.Args)
	return n >= f.min && (f.max < 0 || n <= f.max)
}

// special reports whether a name is a form.
func special(name string, arity int) bool {
	f, ok := forms[name]
	return ok && arity >= f.min && (f.max < 0 || arity <= f.max)
}

var forms map[string]form

func init() {
	plain := func(f func(c *compiler, x *syntax.Call) code) func(*compiler, *syntax.Call, bool) code {
		return func(c *compiler, x *syntax.Call, _ bool) code { return f(c, x) }
	}
	forms = map[string]form{
		"case":              {1, 2, true, (*compiler).caseExpr},
		"cond":              {0, 1, true, (*compiler).condExpr},
		"with":              {0, -1, true, (*compiler).withExpr},
		"for":               {1, -1, true, plain((*compiler).forExpr)},
		"try":               {0, 1, true, plain((*compiler).tryExpr)},
		"receive":           {0, 1, true, (*compiler).receiveExpr},
		"quote":             {0, 2, true, plain((*compiler).quoteExpr)},
		"unquote":           {1, 1, true, plain(func(c *compiler, x *syntax.Call) code { return c.errorf(x.Span(), "unquote called outside quote") })},
		"alias":             {1, 2, true, plain((*compiler).aliasForm)},
		"import":            {1, 2, true, plain((*compiler).importForm)},
		"require":           {1, 2, true, plain((*compiler).requireForm)},
		"__MODULE__":        {0, 0, true, pseudoForm("__MODULE__")},
		"__ENV__":           {0, 0, true, pseudoForm("__ENV__")},
		"__CALLER__":        {0, 0, true, pseudoForm("__CALLER__")},
		"__DIR__":           {0, 0, true, pseudoForm("__DIR__")},
		"__block__":         {0, -1, true, func(c *compiler, x *syntax.Call, tail bool) code { return c.block(x.Args, tail) }},
		"super":             {0, -1, true, (*compiler).superCall},
		"if":                {1, 2, false, (*compiler).ifExpr},
		"unless":            {1, 2, false, (*compiler).ifExpr},
		"use":               {1, 2, false, (*compiler).useForm},
		"raise":             {1, 2, false, plain((*compiler).raiseForm)},
		"reraise":           {2, 3, false, plain((*compiler).reraiseForm)},
		"throw":             {1, 1, false, plain((*compiler).throwForm)},
		"exit":              {1, 1, false, plain((*compiler).throwForm)},
		"then":              {2, 2, false, (*compiler).thenForm},
		"tap":               {2, 2, false, plain((*compiler).tapForm)},
		"match?":            {2, 2, false, plain((*compiler).matchForm)},
		"destructure":       {2, 2, false, plain((*compiler).destructureForm)},
		"apply":             {2, 3, false, (*compiler).applyForm},
		"to_string":         {1, 1, false, plain((*compiler).toStringForm)},
		"binding":           {0, 1, false, plain((*compiler).bindingForm)},
		"dbg":               {0, 2, false, plain((*compiler).dbgForm)},
		"put_in":            {2, 2, false, plain((*compiler).putInForm)},
		"update_in":         {2, 2, false, plain((*compiler).updateInForm)},
		"get_in":            {1, 1, false, plain((*compiler).getInForm)},
		"pop_in":            {1, 1, false, plain((*compiler).popInForm)},
		"get_and_update_in": {2, 2, false, plain((*compiler).getAndUpdateInForm)},
		"alias!": {1, 1, false, func(c *compiler, x *syntax.Call, tail bool) code {
			if a, ok := x.Args[0].(*syntax.Alias); ok {
				return c.expr(&syntax.Alias{At: a.At, Base: a.Base, Segs: a.Segs}, tail)
			}
			return c.expr(x.Args[0], tail)
		}},
		"var!": {1, 2, false, func(c *compiler, x *syntax.Call, tail bool) code { return c.expr(c.bareVariable(x), tail) }},
		"..":   {0, 0, false, plain(func(c *compiler, x *syntax.Call) code { return constant(newRange(0, -1, 1)) })},
		"not": {1, 1, false, func(c *compiler, x *syntax.Call, _ bool) code {
			return c.unary(&syntax.Unary{At: x.At, Op: "not", X: x.Args[0]})
		}},
		"defmodule":      {1, 2, false, plain((*compiler).defmoduleForm)},
		"def":            {1, 2, false, plain((*compiler).defForm)},
		"defp":           {1, 2, false, plain((*compiler).defForm)},
		"defmacro":       {1, 2, false, plain((*compiler).defForm)},
		"defmacrop":      {1, 2, false, plain((*compiler).defForm)},
		"defguard":       {1, 1, false, plain((*compiler).defguardForm)},
		"defguardp":      {1, 1, false, plain((*compiler).defguardForm)},
		"defdelegate":    {1, 2, false, plain((*compiler).defdelegateForm)},
		"defstruct":      {1, 1, false, plain((*compiler).defstructForm)},
		"defexception":   {1, 1, false, plain((*compiler).defexceptionForm)},
		"defprotocol":    {1, 2, false, plain((*compiler).defprotocolForm)},
		"defimpl":        {1, 3, false, plain((*compiler).defimplForm)},
		"defoverridable": {1, 1, false, plain((*compiler).overridableForm)},
	}
}

func pseudoForm(name string) func(*compiler, *syntax.Call, bool) code {
	return func(c *compiler, x *syntax.Call, _ bool) code {
		return pseudoVars[name](c, &syntax.Var{At: x.At, Name: name})
	}
}

// raiseForm is raise "message", raise Mod and raise Mod, opts.
func (c *compiler) raiseForm(x *syntax.Call) code {
	args, at := c.exprs(x.Args), spanOf(x)
	if len(x.Args) > 0 {
		if mod, ok := c.moduleName(x.Args[0]); ok {
			c.b.noteRemote(c, mod, "exception", 1, x.Args[0].Span())
		}
	}
	return func(t *Thread) term.Term {
		v := args[0](t)
		var opts term.Term = term.Empty
		if len(args) == 2 {
			opts = args[1](t)
		}
		t.at(at)
		e := t.toException(v, opts, len(args) == 2)
		t.at(at)
		panic(&raised{kind: term.Err, value: e, stack: t.stackTrace(), written: true})
	}
}

// toException returns the exception that raise raises for its arguments.
func (t *Thread) toException(v, opts term.Term, given bool) term.Term {
	switch x := v.(type) {
	case term.Binary:
		if !given {
			return t.NewException("RuntimeError", "message", x)
		}
	case term.Atom:
		return t.Apply(x, "exception", opts)
	}
	if isException(v) && !given {
		return v
	}
	t.RaiseArgument("raise/1 and reraise/2 expect a module name, string or exception as the first argument, got: %s", t.Inspect(v, term.InspectOptions{}))
	return nil
}

func (c *compiler) reraiseForm(x *syntax.Call) code {
	args, at := c.exprs(x.Args), spanOf(x)
	return func(t *Thread) term.Term {
		v := args[0](t)
		var opts term.Term = term.Empty
		if len(args) == 3 {
			opts = args[1](t)
		}
		stack := args[len(args)-1](t)
		t.at(at)
		panic(&raised{kind: term.Err, value: t.toException(v, opts, len(args) == 3), stack: framesOf(stack), written: true})
	}
}

func (c *compiler) throwForm(x *syntax.Call) code {
	v, at := c.expr(x.Args[0], false), spanOf(x)
	if x.Name == "throw" {
		return func(t *Thread) term.Term {
			w := v(t)
			t.at(at)
			t.Throw(w)
			return nil
		}
	}
	return func(t *Thread) term.Term {
		w := v(t)
		t.at(at)
		t.Exit(w)
		return nil
	}
}

// thenForm is then(x, f), the same as f.(x).
func (c *compiler) thenForm(x *syntax.Call, tail bool) code {
	v := c.expr(x.Args[0], false)
	fun := c.expr(x.Args[1], false)
	at := spanOf(x)
	return func(t *Thread) term.Term {
		sp := t.sp
		vals := t.args([]code{v})
		f := fun(t)
		if tail {
			return t.tailFun(f, vals, at)
		}
		out := t.callFun(f, vals, at)
		t.sp = sp
		return out
	}
}

func (c *compiler) tapForm(x *syntax.Call) code {
	v, fun, at := c.expr(x.Args[0], false), c.expr(x.Args[1], false), spanOf(x)
	return func(t *Thread) term.Term {
		out := v(t)
		t.callFun(fun(t), []term.Term{out}, at)
		return out
	}
}

func (c *compiler) matchForm(x *syntax.Call) code {
	v := c.expr(x.Args[1], false)
	var b branch
	c.scoped(func() {
		pat, guard := splitGuard(x.Args[0])
		n := len(c.vars)
		b.match = c.pattern(pat)
		if guard != nil {
			b.guard = c.guard(guard)
		}
		_ = n
	})
	return func(t *Thread) term.Term { return term.Bool(b.takes(t, v(t))) }
}

func (c *compiler) destructureForm(x *syntax.Call) code {
	v := c.expr(x.Args[1], false)
	l, ok := x.Args[0].(*syntax.List)
	if !ok {
		return c.errorf(x.Span(), "destructure expects a list on the left side")
	}
	m := c.pattern(l)
	n, at := len(l.Elems), spanOf(x)
	return func(t *Thread) term.Term {
		elems := make([]term.Term, 0, n)
		in := v(t)
		if list, ok := in.(*term.List); ok {
			for e := range list.All() {
				if len(elems) < n {
					elems = append(elems, e)
				}
			}
		} else if in != term.Term(term.Nil) {
			t.at(at)
			t.RaiseFunctionClause("Kernel.Utils", "destructure", []term.Term{in, term.Int(n)})
		}
		for len(elems) < n {
			elems = append(elems, term.Nil)
		}
		out := term.NewList(elems...)
		if !m(t, out) {
			t.at(at)
			t.RaiseNew("MatchError", "term", out)
		}
		return out
	}
}

// applyForm is apply(fun, args) and apply(mod, name, args), in tail position
// without growing the stack.
func (c *compiler) applyForm(x *syntax.Call, tail bool) code {
	args, at := c.exprs(x.Args), spanOf(x)
	return func(t *Thread) term.Term {
		first := args[0](t)
		var name term.Atom
		if len(args) == 3 {
			n, ok := args[1](t).(term.Atom)
			if !ok {
				t.at(at)
				t.RaiseArguments("", "not an atom")
			}
			name = n
		}
		l, ok := args[len(args)-1](t).(*term.List)
		vals, proper := l.Slice()
		t.at(at)
		if !ok || !proper {
			why := make([]string, len(args))
			why[len(args)-1] = "not a list"
			t.RaiseArguments(why...)
		}
		if len(args) == 2 {
			if tail {
				on := t.alloc(len(vals))
				copy(on, vals)
				return t.tailFun(first, on, at)
			}
			return t.callFun(first, vals, at)
		}
		mod, ok := first.(term.Atom)
		if !ok {
			t.raiseNoModule(first, name.Name(), vals)
		}
		f := t.export(mod, name.Name(), len(vals))
		if f == nil {
			t.raiseUndefined(mod, name.Name(), len(vals))
		}
		if tail && f.native == nil {
			return t.tailCall(f, vals)
		}
		return t.invoke(f, vals, at)
	}
}

func (c *compiler) toStringForm(x *syntax.Call) code {
	v, at := c.expr(x.Args[0], false), spanOf(x)
	return func(t *Thread) term.Term {
		w := v(t)
		if s, ok := w.(term.Binary); ok {
			return s
		}
		t.at(at)
		return term.Binary(t.ToString(w))
	}
}

// bindingForm returns the variables in scope as a keyword list.
func (c *compiler) bindingForm(x *syntax.Call) code {
	names := c.visible()
	sortStrings(names)
	vars := make([]code, len(names))
	for i, n := range names {
		vars[i] = read(c.lookup(n))
	}
	return func(t *Thread) term.Term {
		out := make([]term.Term, len(names))
		for i, n := range names {
			out[i] = term.Tuple{term.NewAtom(n), vars[i](t)}
		}
		return term.NewList(out...)
	}
}

// dbgForm prints an expression and its value, and is that value.
func (c *compiler) dbgForm(x *syntax.Call) code {
	at := spanOf(x)
	text, v := "binding()", code(nil)
	if len(x.Args) == 0 {
		v = c.bindingForm(x)
	} else {
		text, v = nodeText(x.Args[0]), c.expr(x.Args[0], false)
	}
	fn := "(file)"
	if c.env.function.name != "" {
		fn = FormatMFA(c.env.mod.name, c.env.function.name, c.env.function.arity, nil)
	}
	return func(t *Thread) term.Term {
		out := v(t)
		t.at(at)
		head := "[" + fileLine(at) + ": " + fn + "]\n"
		text := head + text + " #=> " + t.Inspect(out, term.InspectOptions{Pretty: true}) + "\n"
		if t.prog.Exports(term.NewModule("IO"), "puts", 1) {
			t.Apply(term.NewModule("IO"), "puts", term.Binary(text))
		}
		return out
	}
}

func fileLine(at *source.Span) string {
	if at.IsZero() {
		return "nofile"
	}
	return at.File.Name() + ":" + term.Inspect(term.Int(at.Pos().Line))
}

// bareVariable is the variable of var!(x) and var!(x, context).
func (c *compiler) bareVariable(x *syntax.Call) syntax.Node {
	context := term.Nil
	if len(x.Args) == 2 {
		mod, ok := c.moduleName(x.Args[1])
		if !ok {
			c.errorf(x.Span(), "expected var!/2 context to expand to an atom, got: %s", nodeText(x.Args[1]))
			return &syntax.Bad{At: x.At}
		}
		context = mod
	}
	v, ok := x.Args[0].(*syntax.Var)
	if !ok {
		c.errorf(x.Span(), "expected a variable to be given to var!, got: %s", nodeText(x.Args[0]))
		return &valueNode{At: x.At, v: term.Nil}
	}
	return &syntax.Var{At: v.At, Name: hygienicName(plainName(v.Name), context, 0)}
}
