package interp

import (
	"fmt"
	"sync/atomic"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// call compiles name(args), target.name(args) and target.name.
func (c *compiler) call(x *syntax.Call, tail bool) code {
	if x.Target != nil {
		return c.dotCall(x, tail)
	}
	if f, ok := forms[x.Name]; ok && f.core && f.fits(x) {
		return f.compile(c, x, tail)
	}
	arity := callArity(x)
	receiver, quoted := quotedReceiver(x)
	if d := c.localDef(x.Name, arity); d != nil && !d.macro && !quoted {
		c.checkImportConflict(d)
		return c.localCall(d, x, tail)
	}
	if d := c.localMacro(x); d != nil {
		return c.macroCall(d, x, tail)
	}
	if quoted && receiver != kernel {
		return c.remoteCall(c.nameSpan(x), receiver, x.Name, c.callArgs(x), tail)
	}
	var imp *importEntry
	if !quoted {
		imp = c.imported(x.Name, arity)
		if other := c.ambiguous(imp, x.Name, arity); other != nil {
			return c.errorf(nameSpanOf(x), "function %s/%d imported from both %s and %s, call is ambiguous", x.Name, arity, moduleText(imp.module), moduleText(other.module))
		}
	}
	if f, ok := forms[x.Name]; ok && f.fits(x) && imp == nil && (quoted || !c.excluded(x.Name, arity)) {
		return f.compile(c, x, tail)
	}
	if imp == nil && c.absentImports() && !c.callable(x.Name, arity) {
		if c.lenient() {
			return c.absentCall(x)
		}
		c.report(absent(c.absentImport(x.Name, arity), x.Span()))
		return neverRun
	}
	args := c.callArgs(x)
	if imp != nil {
		imp.used = true
		return c.remoteCall(c.nameSpan(x), imp.module, x.Name, args, tail)
	}
	if b, ok := builtins[funcKey{x.Name, arity}]; ok && (quoted || !c.excluded(x.Name, arity)) {
		return c.builtinCall(x, b, args)
	}
	if (quoted || !c.excluded(x.Name, arity)) && c.b.findFunction(kernel, x.Name, arity) {
		return c.remoteCall(c.nameSpan(x), kernel, x.Name, args, tail)
	}
	return c.undefinedFunction(nameSpanOf(x), x.Name, arity)
}

func nameSpanOf(x *syntax.Call) source.Span {
	if x.NameAt.IsZero() {
		return x.Span()
	}
	return x.NameAt
}

func (c *compiler) nameSpan(x *syntax.Call) *source.Span {
	s := nameSpanOf(x)
	return &s
}

// callArity is the number of arguments of a call, its do-block included.
func callArity(x *syntax.Call) int {
	if x.Do != nil {
		return len(x.Args) + 1
	}
	return len(x.Args)
}

// callArgs compiles the arguments of a call to a function; a do-block is a
// keyword list.
func (c *compiler) callArgs(x *syntax.Call) []code {
	args := c.exprs(x.Args)
	if x.Do != nil {
		args = append(args, c.expr(doKeywords(x), false))
	}
	return args
}

// doKeywords is a do-block as a keyword list.
func doKeywords(x *syntax.Call) syntax.Node {
	l := &syntax.List{At: syntax.At{At: x.Do.At}}
	for _, s := range x.Do.Sections {
		body := s.Body
		if s.Clauses != nil {
			body = &syntax.Stab{At: syntax.At{At: s.At}, Clauses: s.Clauses}
		}
		at := syntax.At{At: s.At}
		l.Elems = append(l.Elems, &syntax.Tuple{At: at, Sugar: true, Elems: []syntax.Node{&syntax.Atom{At: at, Name: s.Name}, body}})
	}
	return l
}

// undefinedFunction reports a call of what is not there. In a module whose body
// ended early it may have been defined further down.
func (c *compiler) undefinedFunction(at source.Span, name string, arity int) code {
	if c.env.mod != nil && c.env.mod.broken {
		return neverRun
	}
	if c.env.mod != nil && c.env.function.name != "" && c.env.mod.macros[funcKey{name, arity}] != nil {
		return c.errorName(at, "cannot invoke macro %s/%d before its definition", name, arity)
	}
	if c.env.mod == nil || c.env.function.name == "" {
		return c.errorf(at, "undefined function %s/%d (there is no such import)", name, arity)
	}
	return c.errorName(at, "undefined function %s/%d (expected %s to define such a function or for it to be imported, but none are available)",
		name, arity, moduleText(c.env.mod.name))
}

// callable reports whether name/arity can be called without a module.
func (c *compiler) callable(name string, arity int) bool {
	if c.localDef(name, arity) != nil || c.imported(name, arity) != nil {
		return true
	}
	if f, ok := forms[name]; ok && arity >= f.min && (f.max < 0 || arity <= f.max) {
		return true
	}
	if _, ok := builtins[funcKey{name, arity}]; ok {
		return true
	}
	if c.localMacro(&syntax.Call{Name: name, Args: make([]syntax.Node, arity)}) != nil {
		return true
	}
	return c.b.findFunction(kernel, name, arity)
}

// excluded reports whether import Kernel, except: hides a name.
func (c *compiler) excluded(name string, arity int) bool {
	for _, imp := range c.env.imports {
		if imp.module == kernel {
			return !imp.allows(funcKey{name, arity})
		}
	}
	return false
}

// imported finds the import that gives a function, the latest first.
func (c *compiler) imported(name string, arity int) *importEntry {
	k := funcKey{name, arity}
	for i := len(c.env.imports) - 1; i >= 0; i-- {
		imp := c.env.imports[i]
		if imp.module != kernel && imp.kind != "macros" && imp.allows(k) && c.b.findFunction(imp.module, name, arity) {
			return imp
		}
	}
	return nil
}

// localDef finds a function of the module that is being compiled.
func (c *compiler) localDef(name string, arity int) *defEntry {
	if c.env.mod == nil || c.env.function.name == "" {
		return nil
	}
	return c.env.mod.defs[funcKey{name, arity}]
}

// localCall calls a function of the same module.
func (c *compiler) localCall(d *defEntry, x *syntax.Call, tail bool) code {
	if d.name != c.env.function.name || d.arity != c.env.function.arity {
		d.used = true
	}
	f, at := d.fn, c.nameSpan(x)
	return directCall(f, c.callArgs(x), at, tail)
}

// directCall calls a function that is known now.
func directCall(f *function, args []code, at *source.Span, tail bool) code {
	if tail {
		return tailDirect(f, args, at)
	}
	switch len(args) {
	case 1:
		a0 := args[0]
		return func(t *Thread) term.Term {
			a := a0(t)
			frame, sp := t.frame, t.sp
			fr := t.alloc(f.slots)
			fr[0] = a
			t.frame = fr
			v := t.exec(f, at)
			t.frame, t.sp = frame, sp
			return v
		}
	case 2:
		a0, a1 := args[0], args[1]
		return func(t *Thread) term.Term {
			a := a0(t)
			b := a1(t)
			frame, sp := t.frame, t.sp
			fr := t.alloc(f.slots)
			fr[0], fr[1] = a, b
			t.frame = fr
			v := t.exec(f, at)
			t.frame, t.sp = frame, sp
			return v
		}
	}
	return func(t *Thread) term.Term {
		frame, sp := t.frame, t.sp
		vals := t.args(args)
		fr := t.alloc(f.slots)
		copy(fr, vals)
		t.frame = fr
		v := t.exec(f, at)
		t.frame, t.sp = frame, sp
		return v
	}
}

func tailDirect(f *function, args []code, at *source.Span) code {
	switch len(args) {
	case 1:
		a0 := args[0]
		return func(t *Thread) term.Term {
			a := a0(t)
			t.reframe(f.slots)[0] = a
			t.tail = f
			return nil
		}
	case 2:
		a0, a1 := args[0], args[1]
		return func(t *Thread) term.Term {
			a := a0(t)
			b := a1(t)
			fr := t.reframe(f.slots)
			fr[0], fr[1] = a, b
			t.tail = f
			return nil
		}
	}
	return func(t *Thread) term.Term {
		sp := t.sp
		vals := t.args(args)
		t.sp = sp
		return t.tailCall(f, vals)
	}
}

// remote is a call site of mod.name/arity. It remembers what it found in the
// program that ran last.
type remote struct {
	mod   term.Atom
	name  string
	arity int
	cache atomic.Pointer[link]
}

type link struct {
	prog *Program
	fn   *function
}

// find returns the function in the thread's program, raising when it is not
// there.
func (r *remote) find(t *Thread, at *source.Span) *function {
	if l := r.cache.Load(); l != nil && l.prog == t.prog {
		return l.fn
	}
	f := t.export(r.mod, r.name, r.arity)
	if f == nil {
		t.at(at)
		t.raiseUndefined(r.mod, r.name, r.arity)
	}
	r.cache.Store(&link{t.prog, f})
	return f
}

// remoteCall calls mod.name with compiled arguments.
func (c *compiler) remoteCall(at *source.Span, mod term.Atom, name string, args []code, tail bool) code {
	r := &remote{mod: mod, name: name, arity: len(args)}
	if len(args) == 1 && !tail {
		a0 := args[0]
		return func(t *Thread) term.Term {
			a := a0(t)
			f := r.find(t, at)
			frame, sp := t.frame, t.sp
			fr := t.alloc(max(f.slots, 1))
			fr[0] = a
			var v term.Term
			if f.native != nil {
				v = t.callNative(f, fr, at)
			} else {
				t.frame = fr
				v = t.exec(f, at)
			}
			t.frame, t.sp = frame, sp
			return v
		}
	}
	return func(t *Thread) term.Term {
		sp := t.sp
		vals := t.args(args)
		f := r.find(t, at)
		if tail && f.native == nil {
			t.sp = sp
			return t.tailCall(f, vals)
		}
		v := t.invoke(f, vals, at)
		t.sp = sp
		return v
	}
}

// builtinCall calls a guard function in a body. Where it fails, Kernel's own
// function raises the error.
func (c *compiler) builtinCall(x *syntax.Call, b builtin, args []code) code {
	at := c.nameSpan(x)
	slow := func(t *Thread, vals ...term.Term) term.Term {
		t.at(at)
		if isArith(x.Name) {
			var a term.Term
			if len(vals) == 2 {
				a = vals[0]
			}
			t.raiseArith(x.Name, a, vals[len(vals)-1])
		}
		t.raiseBuiltin(x.Name, vals)
		return nil
	}
	switch {
	case b.f1 != nil:
		f, a0 := b.f1, args[0]
		return func(t *Thread) term.Term {
			a := a0(t)
			if v := f(a); v != nil {
				return v
			}
			return slow(t, a)
		}
	case b.f2 != nil:
		f, a0, a1 := b.f2, args[0], args[1]
		return func(t *Thread) term.Term {
			a := a0(t)
			b := a1(t)
			if v := f(a, b); v != nil {
				return v
			}
			return slow(t, a, b)
		}
	}
	return func(t *Thread) term.Term {
		a, d, e := args[0](t), args[1](t), args[2](t)
		if v := b.f3(a, d, e); v != nil {
			return v
		}
		return slow(t, a, d, e)
	}
}

func isArith(name string) bool { return name == "div" || name == "rem" }

// raiseBuiltin raises what a guard function raises in a body.
func (t *Thread) raiseBuiltin(name string, a []term.Term) {
	switch name {
	case "hd", "tl":
		t.RaiseArguments("not a nonempty list")
	case "length":
		t.RaiseArguments("not a list")
	case "map_size", "is_map_key":
		t.RaiseNew("BadMapError", "term", a[0])
	case "tuple_size":
		t.RaiseArguments("not a tuple")
	case "byte_size", "bit_size":
		t.RaiseArguments("not a bitstring")
	case "abs", "round", "trunc", "floor", "ceil":
		t.RaiseArguments("not a number")
	case "elem":
		_, isTuple := a[0].(term.Tuple)
		_, isInt := a[1].(term.Int)
		switch {
		case !isInt:
			t.RaiseNew("ArithmeticError")
		case !isTuple:
			t.RaiseArguments("", "not a tuple")
		}
		t.RaiseArguments("out of range")
	case "is_function":
		if _, isInt := a[1].(term.Int); isInt {
			t.RaiseArguments("", "out of range")
		}
		t.RaiseArguments("", "not an integer")
	case "not":
		t.RaiseArgument("argument error")
	case "binary_part":
		if _, ok := a[0].(term.Binary); !ok {
			t.RaiseArguments("not a binary")
		}
		t.RaiseArguments("", "", "out of range")
	}
	t.RaiseArgument("argument error")
}

// dotCall is target.name and target.name(args).
func (c *compiler) dotCall(x *syntax.Call, tail bool) code {
	if mod, ok := c.moduleName(x.Target); ok {
		return c.moduleCall(mod, x, tail)
	}
	target := c.expr(x.Target, false)
	if !x.Parens && len(x.Args) == 0 && x.Do == nil {
		return c.fieldCall(x, target)
	}
	args, at := c.callArgs(x), c.nameSpan(x)
	name := x.Name
	return func(t *Thread) term.Term {
		v := target(t)
		sp := t.sp
		vals := t.args(args)
		mod, ok := v.(term.Atom)
		if !ok {
			if m, isMap := term.AsMap(v); isMap && len(vals) == 0 {
				if x, has := m.Get(term.NewAtom(name)); has { // deprecated, but it works
					t.sp = sp
					return x
				}
			}
			t.at(at)
			t.raiseNoModule(v, name, vals)
		}
		f := t.export(mod, name, len(vals))
		if f == nil {
			t.at(at)
			t.raiseUndefined(mod, name, len(vals))
		}
		if tail && f.native == nil {
			t.sp = sp
			return t.tailCall(f, vals)
		}
		out := t.invoke(f, vals, at)
		t.sp = sp
		return out
	}
}

// raiseNoModule raises the error of x.name(args) where x is no module.
func (t *Thread) raiseNoModule(v term.Term, name string, args []term.Term) {
	key := term.NewAtom(name)
	apply := func(format string, with ...any) {
		e := t.NewException("ArgumentError", "message", term.Binary(fmt.Sprintf(format, with...)))
		t.raiseErlang("apply", []term.Term{v, key, term.NewList(append([]term.Term{}, args...)...)}, e)
	}
	if m, ok := term.AsMap(v); ok && m.Has(key) {
		hint := "If you are using the dot syntax, ensure there are no parentheses after the field name, such as map." + name
		if m.GetAtom(key).Kind() == term.KindFun {
			hint = "If you are trying to invoke an anonymous function in a map/struct, add a dot between the function name and the parenthesis: map." + name + ".()"
		}
		apply("you attempted to apply a function named %s on a map/struct. If you are using Kernel.apply/3, make sure the module is an atom. %s",
			term.Inspect(key), hint)
	}
	if len(args) == 0 {
		apply("you attempted to apply a function named %s on %s. If you are using Kernel.apply/3, make sure the module is an atom. If you are using the dot syntax, such as module.function(), make sure the left-hand side of the dot is an atom representing a module",
			term.Inspect(key), t.Inspect(v, term.InspectOptions{}))
	}
	apply("you attempted to apply a function on %s. Modules (the first argument of apply) must always be an atom", t.Inspect(v, term.InspectOptions{}))
}

// fieldCall is map.field, or a call where the left side is a module.
func (c *compiler) fieldCall(x *syntax.Call, target code) code {
	key, at, name := term.NewAtom(x.Name), c.nameSpan(x), x.Name
	return func(t *Thread) term.Term {
		v := target(t)
		m, ok := v.(*term.Map)
		if !ok {
			if m, ok = term.AsMap(v); !ok {
				return t.fieldSlow(v, name, at)
			}
		}
		if f := m.GetAtom(key); f != nil {
			return f
		}
		t.at(at)
		t.RaiseNew("KeyError", "key", key, "term", v)
		return nil
	}
}

func (t *Thread) fieldSlow(v term.Term, name string, at *source.Span) term.Term {
	t.at(at)
	if mod, ok := v.(term.Atom); ok && mod != term.Nil {
		f := t.export(mod, name, 0)
		if f == nil {
			t.raiseUndefined(mod, name, 0)
		}
		return t.invoke(f, nil, at)
	}
	t.RaiseNew("KeyError", "key", term.NewAtom(name), "term", v, "message",
		term.Binary("key "+term.Inspect(term.NewAtom(name))+" not found in: "+t.Inspect(v, term.InspectOptions{Pretty: true, Limit: -1})+
			"\n\nIf you are using the dot syntax, such as map.field, make sure the left-hand side of the dot is a map"))
	return nil
}

// moduleCall is Mod.name(args), where the module is known now.
func (c *compiler) moduleCall(mod term.Atom, x *syntax.Call, tail bool) code {
	if d := c.remoteMacro(mod, x); d != nil {
		if !c.env.requires[mod] && !(c.env.mod != nil && c.env.mod.name == mod) && d.native == nil {
			return c.errorf(nameSpanOf(x), "you must require %s before invoking the macro %s.%s/%d", moduleText(mod), moduleText(mod), x.Name, callArity(x))
		}
		return c.macroCall(d, x, tail)
	}
	arity := callArity(x)
	if mod == kernel {
		if _, ok := forms[x.Name]; ok {
			n := *x
			n.Target = nil
			return forms[x.Name].compile(c, &n, tail)
		}
		if b, ok := builtins[funcKey{x.Name, arity}]; ok {
			return c.builtinCall(x, b, c.callArgs(x))
		}
	}
	if mod.Name() == "erlang" {
		if b, ok := builtins[funcKey{x.Name, arity}]; ok {
			return c.builtinCall(x, b, c.callArgs(x))
		}
	}
	c.b.noteRemote(c, mod, x.Name, arity, nameSpanOf(x))
	if c.absent(mod) && c.env.function.name != "" {
		return c.absentRemote(mod, x)
	}
	return c.remoteCall(c.nameSpan(x), mod, x.Name, c.callArgs(x), tail)
}
