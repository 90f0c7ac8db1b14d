package interp

import (
	"fmt"
	"slices"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// onDefine gives the declarations before a def to the component that it
// defines.
func (m *moduleState) onDefine(kind, name string, cl *defClause) {
	arity := len(cl.args)
	d, ok := m.attribute(declarationsKey).(*declarations)
	if !ok || len(d.attrs) == 0 && len(d.slots) == 0 {
		return
	}
	attrs, slots := d.attrs, d.slots
	d.attrs, d.slots = nil, nil
	first, what := source.Span{}, "attributes"
	if len(attrs) > 0 {
		first = attrs[0].span
	} else {
		first, what = slots[0].span, "slots"
	}
	fail := func(at source.Span, format string, args ...any) {
		m.b.report(declError(at, format, args...).(*source.Diagnostic))
	}
	if arity != 1 || kind == "defmacro" || kind == "defmacrop" {
		fail(first, "cannot declare %s for function %s/%d. Components must be functions with arity 1", what, name, arity)
		return
	}
	if e := m.defs[funcKey{name, 1}]; e != nil && len(e.clauses) > 0 && (cl.body != nil || cl.expr != nil) {
		fail(first, "%s must be defined before the first function clause at line %d\n\n%s", what, e.clauses[0].span.Pos().Line, embedAdvice)
		return
	}
	for _, s := range slots {
		if slices.ContainsFunc(attrs, func(a *attrDecl) bool { return a.name == s.name }) {
			fail(s.span, "cannot define a slot with name :%s, as an attribute with that name already exists", s.name)
		}
	}
	decl := &componentDecl{name: name, attrs: attrs, slots: slots}
	decl.sortDecls()
	d.components[name] = decl
}

const embedAdvice = "This error commonly occurs when using `embed_templates` alongside function components\n\n" +
	"that define attributes. If you have both an embedded template file (e.g., app.html.heex)\n" +
	"and a function component with the same name (e.g., def app), you should choose one approach:\n\n" +
	"  * Use only the embedded template file, or\n" +
	"  * Use only the function component with attributes\n\n" +
	"Having both will cause conflicts as the embedded template is loaded first.\n"

// wrapComponents puts the defaults and the :global attribute of declared
// components in front of their functions, at the end of the module's body.
func wrapComponents(env *Env) (syntax.Node, error) {
	m := env.mod
	d := declared(env)
	switch {
	case len(d.attrs) > 0:
		return nil, declError(d.attrs[0].span, "cannot define attributes without a related function component\n\n%s", embedAdvice)
	case len(d.slots) > 0:
		return nil, declError(d.slots[0].span, "cannot define slots without a related function component\n\n%s", embedAdvice)
	}
	for _, e := range slices.Clone(m.order) {
		decl := d.components[e.name]
		if decl == nil || e.arity != 1 || len(e.clauses) == 0 || m.defs[funcKey{e.name, 1}] != e {
			continue
		}
		k := funcKey{e.name, 1}
		m.overridable[k] = e
		wrapper := m.entry(e.kind, e.name, 1, e.span)
		wrapper.super, wrapper.used = e, e.used
		e.used = true
		at := syntax.At{At: e.span}
		arg := &syntax.Var{At: at, Name: "assigns" + hygiene + "given"}
		wrapper.clauses = []*defClause{{args: []syntax.Node{arg}, env: e.clauses[0].env, attrs: m.attrs, span: e.span,
			expr: &declaredCall{At: at, decl: decl, to: e, arg: arg}}}
	}
	return nil, nil
}

// declaredCall calls a component's function with what its declarations add.
type declaredCall struct {
	syntax.At
	decl *componentDecl
	to   *defEntry
	arg  *syntax.Var
}

func (n *declaredCall) compile(c *compiler) code {
	given := c.expr(n.arg, false)
	merge := n.decl.merger()
	module, name := moduleText(n.to.mod.name), n.to.name
	at := n.Span()
	n.to.compile(c.b)
	return directCall(n.to.fn, []code{func(t *Thread) term.Term {
		v := given(t)
		m, ok := term.AsMap(v)
		if !ok {
			t.RaiseNew("BadMapError", "term", v)
		}
		if !n.decl.structsMatch(m) {
			t.RaiseFunctionClause(module, name, []term.Term{v})
		}
		return merge(t, m)
	}}, &at, true)
}

// structsMatch reports whether the required attributes that are structs are.
func (c *componentDecl) structsMatch(m *term.Map) bool {
	for _, a := range c.attrs {
		if a.required && a.kind.name == "struct" && structOf(orNilTerm(m.GetAtom(term.NewAtom(a.name)))) != a.kind.module {
			return false
		}
	}
	return true
}

func orNilTerm(v term.Term) term.Term {
	if v == nil {
		return term.Nil
	}
	return v
}

var atomGivenKey = term.NewAtom("__given__")

// merger returns the function that adds defaults, empty slots and globals to
// the assigns of a component.
func (c *componentDecl) merger() func(t *Thread, m *term.Map) term.Term {
	defaults := term.EmptyMap
	known := map[term.Atom]bool{atomChanged: true, atomSlot: true, atomGivenKey: true, atomInnerBlock: true}
	var global term.Atom
	globals := term.EmptyMap
	for _, a := range c.attrs {
		name := term.NewAtom(a.name)
		known[name] = true
		v, has := option(a.opts, "default")
		if a.kind.name == "global" {
			global = name
			if g, ok := v.(*term.Map); ok {
				globals = g
			}
		}
		if has && !a.required {
			defaults = defaults.Put(name, v)
		}
	}
	for _, s := range c.slots {
		known[term.NewAtom(s.name)] = true
		if !s.required {
			defaults = defaults.Put(term.NewAtom(s.name), term.Empty)
		}
	}
	return func(t *Thread, m *term.Map) term.Term {
		if global.IsZero() {
			return overlay(defaults, m).Put(atomGivenKey, m)
		}
		own, others := term.EmptyMap, globals
		for k, v := range m.All() {
			if a, ok := k.(term.Atom); ok && known[a] {
				own = own.Put(k, v)
			} else {
				others = others.Put(k, v)
			}
		}
		rest := term.Term(others)
		if explicit, ok := own.Get(global); ok {
			rest = explicit
		}
		merged := overlay(defaults, own).Put(atomGivenKey, own)
		return t.Apply(atomComponent, "assign", merged, global, rest)
	}
}

// overlay puts the entries of m over those of base.
func overlay(base, m *term.Map) *term.Map {
	if base.Len() == 0 {
		return m
	}
	out := m
	for k, v := range base.All() {
		if !m.Has(k) {
			out = out.Put(k, v)
		}
	}
	return out
}

// noteComponent takes down a call in a template for the checks at the end of
// the compile.
func (c *compiler) noteComponent(n *componentCall) {
	u, ok := n.fun.(*syntax.Unary)
	if !ok {
		return
	}
	var mod term.Atom
	name := ""
	switch x := u.X.(*syntax.Binary).L.(type) {
	case *syntax.Var:
		name = x.Name
		switch imp := c.imported(name, 1); {
		case c.localDef(name, 1) != nil && c.env.mod != nil:
			mod = c.env.mod.name
		case imp != nil:
			mod = imp.module
		default:
			return
		}
	case *syntax.Call:
		name = x.Name
		if mod, ok = c.moduleName(x.Target); !ok {
			return
		}
	}
	var prefixes []string
	if d := declared(c.env); d != nil {
		prefixes = d.prefixes
	}
	c.b.calls = append(c.b.calls, storeCall(n, mod, name, prefixes))
}

// verifyComponents checks the calls of components, from a number on, against
// what they declare.
func (b *build) verifyComponents(from int) {
	for _, call := range b.calls[from:] {
		d, ok := b.prog.Attribute(call.module, declarationsKey).(*declarations)
		if !ok || d.components[call.name] == nil {
			continue
		}
		call.verify(d.components[call.name], func(at source.Span, format string, args ...any) {
			b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkLine, In: "(file)", Message: fmt.Sprintf(format, args...)})
		})
	}
}
