package interp

import (
	"fmt"
	"sort"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// moduleState is a module whose body runs.
type moduleState struct {
	b    *build
	name term.Atom
	span source.Span
	file *source.File
	body syntax.Node
	env  *Env

	defs  map[funcKey]*defEntry
	order []*defEntry
	last  *defEntry // the def before, to find clauses that are not together
	// clauses is how many clauses of functions and macros there were so far.
	clauses int
	macros  map[funcKey]*macroDef

	attrs       *term.Map
	accumulates map[string]bool
	attrUses    map[string]*attrUse
	aliasUses   []aliasUse
	imports     []*importEntry
	natives     []NativeFunc
	before      []func(env *Env) (syntax.Node, error)

	fields     *term.Map
	fieldOrder []term.Atom
	enforce    []term.Atom
	exception  bool
	derives    map[term.Atom]term.Term
	// docs are those of the functions, and docAt and moduledocAt where the
	// attributes were set.
	docs               []Doc
	docAt, moduledocAt source.Span
	callbacks          []funcKey
	// macroCallbacks are those of the callbacks that are macros.
	macroCallbacks map[funcKey]bool
	optional       map[funcKey]bool
	impl           *source.Span // of an @impl that waits for its def
	implValue      term.Term
	impls          []implNote
	protocol       bool
	fallback       bool
	implP          term.Atom
	implT          term.Atom
	overridable    map[funcKey]*defEntry
	overridden     map[funcKey]bool // and defined again
	persist        []string         // attributes that __info__(:attributes) shows

	// leftOut is why the module is left out; nil if it is not.
	leftOut *Omission
	// broken says that the body ended early, so that not all it defines is known.
	broken bool
	// colocated are the scripts in the module's templates.
	colocated []Colocated
}

type aliasUse struct {
	name string
	span source.Span
	used *bool
}

type attrUse struct {
	span source.Span
	read bool
}

func (m *moduleState) attribute(name string) term.Term {
	return m.attrs.GetAtom(term.NewAtom(name))
}

func (m *moduleState) putAttribute(name string, v term.Term) {
	k := term.NewAtom(name)
	if m.accumulates[name] {
		old, _ := m.attrs.GetAtom(k).(*term.List)
		v = &term.List{Head: v, Tail: old}
	}
	m.attrs = m.attrs.Put(k, v)
}

func (m *moduleState) accumulate(name string) {
	m.accumulates[name] = true
	if m.attribute(name) == nil {
		m.attrs = m.attrs.Put(term.NewAtom(name), term.Empty)
	}
}

// defmoduleForm is code that defines a module when the body around it runs.
func (c *compiler) defmoduleForm(x *syntax.Call) code {
	do := x.Section("do")
	if do == nil || len(x.Args) == 0 {
		return c.errorf(x.Span(), "invalid arguments for defmodule, expected a name and a do-block")
	}
	name, known := c.newModuleName(x)
	var computed code
	if !known {
		computed = c.expr(x.Args[0], false)
	}
	outer, at := c.env, x.Span()
	names, reads := c.freeIn(do.Body)
	return func(t *Thread) term.Term {
		name := name
		if computed != nil {
			v := computed(t)
			a, ok := v.(term.Atom)
			if !ok || a == term.Nil || a == term.True || a == term.False {
				t.RaiseArgument("invalid module name: %s", term.Inspect(v))
			}
			name = a
		}
		vars := values(t, names, reads)
		t.define(outer, moduleText(name), func(b *build, env *Env) {
			b.defineModule(env, name, at, x.Args[0].Span(), do.Body, vars, nil)
		})
		return term.Tuple{term.NewAtom("module"), name, term.Binary(""), term.Nil}
	}
}

// define runs f, which defines modules, with the build of the code that runs.
func (t *Thread) define(env *Env, what string, f func(b *build, env *Env)) {
	if t.compiling != nil && t.compiling.b == env.b && !env.b.late {
		f(env.b, env)
		return
	}
	t.building("module "+what, func(b *build) {
		e := env.clone()
		e.b = b
		f(b, e)
	})
}

// newModuleName is the full name of a module that is being defined; one in
// another module is aliased by its own name.
func (c *compiler) newModuleName(x *syntax.Call) (term.Atom, bool) {
	al, ok := x.Args[0].(*syntax.Alias)
	if !ok || al.Base != nil || c.env.mod == nil || al.Segs[0] == "Elixir" && len(al.Segs) > 1 {
		return c.moduleName(x.Args[0])
	}
	name := term.NewAtom(c.env.mod.name.Name() + "." + strings.Join(al.Segs, "."))
	env, used := c.env.withAlias(al.Segs[0], term.NewAtom(c.env.mod.name.Name()+"."+al.Segs[0]), counterOf(al.Meta))
	*used = true
	c.env = env
	return name, true
}

// codeSize is about how many bytes compiled code takes for one of its source.
const codeSize = 32

// defineModule runs the body of a module and compiles its functions. prepare
// may fill in the state before the body runs.
func (b *build) defineModule(outer *Env, name term.Atom, at, nameAt source.Span, body syntax.Node, vars []boundValue, prepare func(*moduleState)) {
	spent := b.thread.Spent()
	m := &moduleState{
		b: b, name: name, span: at, file: outer.file, body: body, defs: map[funcKey]*defEntry{}, macros: map[funcKey]*macroDef{},
		attrs: term.EmptyMap, accumulates: map[string]bool{"behaviour": true, "derive": true, "before_compile": true,
			"external_resource": true, "compile": true, "dialyzer": true, "on_definition": true, "after_compile": true, "after_verify": true},
		attrUses: map[string]*attrUse{}, derives: map[term.Atom]term.Term{}, optional: map[funcKey]bool{},
		overridable: map[funcKey]*defEntry{}, overridden: map[funcKey]bool{}, macroCallbacks: map[funcKey]bool{},
	}
	for _, d := range b.done {
		if d.name == name {
			b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkLine, In: moduleText(name) + " (module)", Message: fmt.Sprintf(
				"redefining module %s (current version defined in memory)", moduleText(name))})
		}
	}
	env := outer.clone()
	env.mod, env.function, env.absent = m, funcKey{}, outer.absent.inner()
	m.env = env
	if prepare != nil {
		prepare(m)
	}
	b.open = append(b.open, m)
	fn := &function{module: name, name: "__MODULE__"}
	c := &compiler{b: b, env: env, fn: newFnState(nil, 0, fn), moduleLevel: true}
	env.comp = c
	c.given = c.start(vars)
	before, from := b.errors(), len(b.diags)
	_, ok := c.runBody(body, fn)
	if ok {
		c.runDeriving(fn)
		c.runBefore(fn)
		c.leave(0)
	}
	m.env = c.env
	if !ok && b.errors() == before && m.leftOut == nil {
		b.report(&source.Diagnostic{Severity: source.Error, Span: at, Message: "cannot compile module " + moduleText(name)})
	}
	var mod *module
	m.broken = !ok
	if ok || b.project == nil {
		mod = m.finish(ok)
	}
	b.open = b.open[:len(b.open)-1]
	if m.leave(from) {
		return
	}
	if mod != nil {
		b.done = append(b.done, mod)
		b.spend(len(b.prog.modules))
		b.prog = b.prog.with([]*module{mod})
		b.thread.prog = b.prog
		mod.bytes = b.thread.Spent() - spent + codeSize*(at.End-at.Start)
		if l := b.thread.late; l != nil {
			if limit := l.add(mod); limit != "" {
				b.thread.raiseLimit("modules", limit)
			}
		}
		if ok {
			m.callHooks("after_compile", "__after_compile__", c.envStruct(m.span), term.Binary(""))
			if b.late {
				m.callHooks("after_verify", "__after_verify__", m.name)
			} else {
				b.unverified = append(b.unverified, m)
			}
		}
	}
}

// runBefore runs what @before_compile and Go macros left for the end of the
// body.
func (c *compiler) runBefore(fn *function) {
	m := c.env.mod
	for _, h := range m.hooks("before_compile", "__before_compile__") {
		mod, ok1 := h[0].(term.Atom)
		fun, ok2 := h[1].(term.Atom)
		if !ok1 || !ok2 || c.b.ensure(mod) == nil {
			continue
		}
		env := c.envStruct(m.span)
		x := &syntax.Call{At: syntax.At{At: m.span}, Name: fun.Name(), Target: &valueNode{v: mod},
			Args: []syntax.Node{&valueNode{At: syntax.At{At: m.span}, v: env}}, Parens: true}
		if d := c.remoteMacro(mod, x); d != nil {
			if n := c.expandMacro(d, x); n != nil {
				c.runBody(n, fn)
			}
			continue
		}
		c.runBody(&syntax.Call{At: x.At, Target: x.Target, Name: x.Name, NameAt: m.span, Args: x.Args, Parens: true}, fn)
	}
	for i := 0; i < len(m.before); i++ {
		n, err := m.before[i](c.envAt(m.span))
		if err != nil {
			c.reportMacroError(&syntax.Call{At: syntax.At{At: m.span}}, err)
			continue
		}
		if n != nil {
			c.runBody(n, fn)
		}
	}
}

// finish compiles the functions of a module whose body has run.
func (m *moduleState) finish(ok bool) *module {
	b := m.b
	mod := &module{
		name: m.name, file: m.file, span: m.span, funcs: map[funcKey]*function{}, macros: m.macros,
		fields: m.fields, fieldOrder: m.fieldOrder, enforce: m.enforce, exception: m.exception,
		protocol: m.protocol, fallback: m.fallback, callbacks: m.callbacks, derives: m.derives,
		implProtocol: m.implP, implFor: m.implT,
	}
	if l, isList := m.attribute("behaviour").(*term.List); isList {
		for e := range l.All() {
			if a, ok := e.(term.Atom); ok {
				mod.behaviour = append(mod.behaviour, a)
			}
		}
	}
	for i := 0; i < len(m.order); i++ {
		m.order[i].compileOrOmit(b)
	}
	for _, d := range m.order {
		if len(d.clauses) == 0 && !d.synthetic() && !m.protocol {
			b.report(&source.Diagnostic{Severity: source.Error, Span: d.span, Mark: source.MarkStart, In: moduleText(m.name) + " (module)",
				Message: fmt.Sprintf("implementation not provided for predefined %s %s/%d", d.kind, d.name, d.arity)})
		}
		if !d.macro {
			mod.funcs[funcKey{d.name, d.arity}] = d.fn
		}
	}
	for _, nf := range m.natives {
		k := funcKey{nf.Name, nf.Arity}
		if mod.funcs[k] == nil {
			mod.funcs[k] = &function{module: m.name, name: nf.Name, arity: nf.Arity, native: nf.Fn}
		}
	}
	mod.attrs, mod.persist, mod.colocated = m.attrs, m.persist, m.colocated
	mod.docs = m.allDocs()
	m.addReflection(mod)
	if ok {
		m.warnUnused()
		m.checkBehaviours(mod)
	}
	return mod
}

// addReflection adds __info__/1, module_info/0,1 and __struct__/0,1.
func (m *moduleState) addReflection(mod *module) {
	native := func(name string, arity int, fn Native) {
		k := funcKey{name, arity}
		if mod.funcs[k] == nil {
			mod.funcs[k] = &function{module: mod.name, name: name, arity: arity, native: fn}
		}
	}
	native("__info__", 1, func(t *Thread, a []term.Term) term.Term { return moduleInfo(t, mod, a[0]) })
	native("module_info", 1, func(t *Thread, a []term.Term) term.Term { return moduleInfo(t, mod, a[0]) })
	native("module_info", 0, func(*Thread, []term.Term) term.Term { return term.Empty })
	if mod.fields == nil {
		return
	}
	native("__struct__", 0, func(*Thread, []term.Term) term.Term { return mod.fields })
	native("__struct__", 1, func(t *Thread, a []term.Term) term.Term { return buildStruct(t, mod, a[0]) })
	if mod.exception {
		native("exception", 1, func(t *Thread, a []term.Term) term.Term { return exceptionFrom(t, mod.fields, a[0]) })
		if mod.fields.Has(atomMessage) {
			native("message", 1, func(t *Thread, a []term.Term) term.Term {
				x, _ := term.AsMap(a[0])
				return field(x, "message")
			})
		}
	}
}

// exceptionFrom is the exception/1 that defexception defines.
func exceptionFrom(t *Thread, fields *term.Map, arg term.Term) term.Term {
	if s, ok := arg.(term.Binary); ok && fields.Has(atomMessage) {
		return fields.Put(atomMessage, s)
	}
	return newFromOpts(t, fields, arg)
}

// buildStruct is Mod.__struct__/1, which struct!/2 uses: every key must be a
// field.
func buildStruct(t *Thread, mod *module, opts term.Term) term.Term {
	out := mod.fields
	t.Each(opts, func(e term.Term) bool {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			t.RaiseArgument("expected a keyword list or map of fields, got: %s", term.Inspect(opts))
		}
		if !out.Has(kv[0]) {
			t.RaiseNew("KeyError", "key", kv[0], "term", mod.fields)
		}
		out = out.Put(kv[0], kv[1])
		return true
	})
	return out
}

func moduleInfo(t *Thread, mod *module, what term.Term) term.Term {
	a, _ := what.(term.Atom)
	var out []term.Term
	switch a.Name() {
	case "module":
		return mod.name
	case "functions", "exports":
		for _, f := range t.prog.Functions(mod.name) {
			if f.Name != "__info__" && f.Name != "module_info" {
				out = append(out, term.Tuple{term.NewAtom(f.Name), term.Int(f.Arity)})
			}
		}
	case "macros":
		for k, d := range mod.macros {
			if d.fn == nil && (d.guard == nil || !d.guard.private) || d.fn != nil && !d.fn.private {
				out = append(out, term.Tuple{term.NewAtom(k.name), term.Int(k.arity)})
			}
		}
		sort.Slice(out, func(i, j int) bool { return term.Compare(out[i], out[j]) < 0 })
	case "attributes":
		for _, b := range mod.behaviour {
			out = append(out, term.Tuple{term.NewAtom("behaviour"), term.NewList(b)})
		}
		for _, name := range mod.persist {
			if v := mod.attrs.GetAtom(term.NewAtom(name)); v != nil {
				if _, isList := v.(*term.List); !isList {
					v = term.NewList(v)
				}
				out = append(out, term.Tuple{term.NewAtom(name), v})
			}
		}
	case "struct":
		if mod.fields == nil {
			return term.Nil
		}
		for _, f := range mod.fieldOrder {
			out = append(out, term.NewMap(term.NewAtom("field"), f, term.NewAtom("default"), mod.fields.GetAtom(f)))
		}
	}
	return term.NewList(out...)
}

// warnUnused warns about aliases, imports and private functions that nothing
// uses.
func (m *moduleState) warnUnused() {
	warn := func(at source.Span, mark source.Mark, in, format string, args ...any) {
		m.b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: mark, In: in, Message: fmt.Sprintf(format, args...)})
	}
	body := moduleText(m.name) + " (module)"
	for _, a := range m.aliasUses {
		if !*a.used {
			warn(a.span, source.MarkStart, "", "unused alias %s", a.name)
		}
	}
	for _, i := range m.imports {
		if !i.used {
			warn(i.span, source.MarkStart, "", "unused import %s", moduleText(i.module))
		}
	}
	// Of a module that a macro was given, such as the body of a test, only the
	// beginning is known.
	whole := m.span.End-m.span.Start > len("defmodule")
	inside := func(s source.Span) bool {
		return s.File == m.span.File && s.Start >= m.span.Start && (!whole || s.End <= m.span.End)
	}
	for _, d := range m.order {
		if d.private && !d.used && inside(d.span) && !d.synthetic() && (len(d.clauses) == 0 || d.clauses[0].context == "") {
			what := "function"
			if d.macro {
				what = "macro"
			}
			warn(d.span, source.MarkStart, body, "%s %s/%d is unused", what, d.name, d.arity)
		}
	}
	for name, u := range m.attrUses {
		if !u.read && inside(u.span) {
			warn(u.span, source.MarkLine, body, "module attribute @%s was set but never used", name)
		}
	}
}
