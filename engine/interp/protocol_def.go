package interp

import (
	"maps"
	"slices"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// defprotocolForm is code that defines a protocol.
func (c *compiler) defprotocolForm(x *syntax.Call) code {
	name, ok := c.newModuleName(x)
	do := x.Section("do")
	if !ok || do == nil {
		return c.errorf(x.Span(), "invalid arguments for defprotocol, expected a name and a do-block")
	}
	env, at := c.env, x.Span()
	return func(t *Thread) term.Term {
		t.define(env, moduleText(name), func(b *build, env *Env) {
			b.defineModule(env, name, at, x.Args[0].Span(), do.Body, nil, func(m *moduleState) { m.protocol = true })
			b.finishProtocol(name)
		})
		return term.Tuple{term.NewAtom("module"), name, term.Binary(""), term.Tuple{term.NewAtom("__protocol__"), term.Int(1)}}
	}
}

// finishProtocol gives the functions of a protocol the code that finds the
// implementation.
func (b *build) finishProtocol(name term.Atom) {
	mod := b.prog.modules[name]
	if mod == nil {
		return
	}
	for k, f := range mod.funcs {
		if f.native == nil {
			mod.callbacks = append(mod.callbacks, k)
			f.native = dispatchProtocol(name, k)
		}
	}
	if mod.attrs != nil {
		mod.fallback = mod.attrs.GetAtom(term.NewAtom("fallback_to_any")) == term.Term(term.True)
	}
	native := func(n string, arity int, fn Native) {
		mod.funcs[funcKey{n, arity}] = &function{module: name, name: n, arity: arity, native: fn}
	}
	native("impl_for", 1, func(t *Thread, a []term.Term) term.Term {
		if m := t.prog.implFor(name, a[0]); m != nil {
			return m.name
		}
		return term.Nil
	})
	native("impl_for!", 1, func(t *Thread, a []term.Term) term.Term {
		m := t.prog.implFor(name, a[0])
		if m == nil {
			t.raiseProtocol(name, a[0], "")
		}
		return m.name
	})
	native("__protocol__", 1, func(*Thread, []term.Term) term.Term { return name })
}

func dispatchProtocol(protocol term.Atom, k funcKey) Native {
	return func(t *Thread, a []term.Term) term.Term {
		m := t.prog.implFor(protocol, a[0])
		if m == nil {
			t.raiseProtocol(protocol, a[0], "")
		}
		f := m.export(k.name, k.arity)
		if f == nil {
			t.raiseUndefined(m.name, k.name, k.arity)
		}
		return t.invoke(f, a, nil)
	}
}

// defimplForm is defimpl Protocol, for: Type.
func (c *compiler) defimplForm(x *syntax.Call) code {
	args := x.Rest()
	do := x.Section("do")
	opts := map[string]syntax.Node{}
	for _, a := range x.Args {
		if l, ok := a.(*syntax.List); ok && isKeyword(l) {
			readOptions(l, opts)
		}
	}
	if b, ok := opts["do"]; ok && do == nil {
		do = &syntax.Section{Name: "do", Body: b}
	}
	proto, ok := c.moduleName(args[0])
	if !ok || do == nil {
		return c.errorf(x.Span(), "invalid arguments for defimpl, expected a protocol, for: and a do-block")
	}
	targets, ok := c.implTargets(x, opts["for"])
	if !ok {
		return neverRun
	}
	env, at := c.env, x.Span()
	names, reads := c.freeIn(do.Body)
	return func(t *Thread) term.Term {
		t.assertProtocol(env, proto)
		vars := values(t, names, reads)
		for _, target := range targets {
			name := term.NewAtom(proto.Name() + "." + moduleText(target))
			t.define(env, moduleText(name), func(b *build, env *Env) {
				b.defineModule(env, name, at, args[0].Span(), do.Body, vars, func(m *moduleState) {
					m.implP, m.implT = proto, target
					m.attrs = m.attrs.Put(term.NewAtom("for"), target).Put(term.NewAtom("protocol"), proto)
				})
				b.checkImpl(name, proto, at)
			})
		}
		return term.Tuple{term.NewAtom("module"), term.NewAtom(proto.Name() + "." + moduleText(targets[len(targets)-1])), term.Binary(""), term.OK}
	}
}

// assertProtocol is Protocol.assert_protocol!/1, for code that runs while the
// files around it are compiled, or later.
func (t *Thread) assertProtocol(env *Env, proto term.Atom) {
	p := t.prog.modules[proto]
	if t.compiling != nil && t.compiling.b == env.b {
		p = env.b.ensure(proto)
	}
	switch {
	case p == nil:
		t.RaiseArgument("could not load module %s due to reason :nofile", moduleText(proto))
	case !p.protocol:
		t.RaiseArgument("%s is not a protocol", moduleText(proto))
	}
}

func (c *compiler) implTargets(x *syntax.Call, n syntax.Node) ([]term.Atom, bool) {
	if n == nil {
		if c.env.mod == nil {
			c.errorf(x.Span(), "defimpl/3 expects a :for option when declared outside a module")
			return nil, false
		}
		return []term.Atom{c.env.mod.name}, true
	}
	if l, ok := n.(*syntax.List); ok {
		var out []term.Atom
		for _, e := range l.Elems {
			m, ok := c.moduleName(e)
			if !ok {
				return nil, false
			}
			out = append(out, m)
		}
		return out, true
	}
	m, ok := c.moduleName(n)
	if !ok {
		c.errorf(n.Span(), "invalid :for in defimpl, expected a module, got: %s", nodeText(n))
	}
	return []term.Atom{m}, ok
}

// checkImpl warns about functions of the protocol that an implementation lacks.
func (b *build) checkImpl(name, proto term.Atom, at source.Span) {
	m, p := b.prog.modules[name], b.prog.modules[proto]
	if m == nil || p == nil || p.native != nil {
		return
	}
	for _, cb := range p.callbacks {
		if m.export(cb.name, cb.arity) == nil {
			b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkLine, In: moduleText(name) + " (module)", Message: "function " + FormatMFA(proto, cb.name, cb.arity, nil)[len(moduleText(proto))+1:] +
				" required by protocol " + moduleText(proto) + " is not implemented (in module " + moduleText(name) + ")"})
		}
	}
}

// runDeriving expands the macro __deriving__/2 of each protocol that the module
// derives, or the macro __deriving__/3 of its implementation for Any. A protocol
// without either is derived by that implementation.
func (c *compiler) runDeriving(fn *function) {
	m := c.env.mod
	protocols := slices.SortedFunc(maps.Keys(m.derives), func(a, b term.Atom) int { return strings.Compare(a.Name(), b.Name()) })
	for _, p := range protocols {
		value := func(v term.Term) syntax.Node { return &valueNode{At: syntax.At{At: m.span}, v: v} }
		if c.b.prog.ExportsMacro(p, "__deriving__", 2) {
			c.runDerivingOf(fn, p, value(m.name), value(m.derives[p]))
			continue
		}
		impl := c.b.prog.impls[implKey{p, atomAny}]
		if impl == nil || impl.native != nil {
			continue
		}
		c.runDerivingOf(fn, impl.name, value(m.name), value(m.fields.Put(term.StructKey, m.name)), value(m.derives[p]))
	}
}

// runDerivingOf runs what the macro __deriving__ of a module makes.
func (c *compiler) runDerivingOf(fn *function, mod term.Atom, args ...syntax.Node) {
	at := syntax.At{At: c.env.mod.span}
	x := &syntax.Call{At: at, Name: "__deriving__", NameAt: at.At, Target: &valueNode{At: at, v: mod}, Parens: true, Args: args}
	if d := c.remoteMacro(mod, x); d != nil {
		if n := c.expandMacro(d, x); n != nil {
			c.runBody(n, fn)
		}
	}
}
