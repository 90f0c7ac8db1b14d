package interp

import (
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// compile is a component's call where nothing is known of changes.
func (n *componentCall) compile(c *compiler) code {
	return (&trackedCall{call: n}).compile(c)
}

// trackedCall is a component's call as a dynamic part: it tells the component
// which of its attributes changed.
type trackedCall struct {
	tr   *tracker // nil when nothing is tracked
	b    *templateBuilder
	call *componentCall
	vars scopeVars
}

func (n *trackedCall) compile(c *compiler) code {
	if c.missingComponent(n.call) {
		return n.omitted(c)
	}
	c.noteComponent(n.call)
	fun := c.expr(n.call.fun, false)
	roots := c.exprs(n.call.roots)
	var names []term.Term
	var values []code
	for _, f := range n.call.attrs {
		names = append(names, term.NewAtom(f.name))
		values = append(values, c.expr(f.x, false))
	}
	for _, s := range n.call.slots {
		names = append(names, term.NewAtom(s.name))
		values = append(values, n.slot(c, s))
	}
	changed := n.changes(c)
	at := spanOf(n.call)
	if len(roots) == 0 {
		if changed == nil {
			changed = constant(term.Nil)
		}
		keys := term.NewMapKeys(append([]term.Term{atomChanged}, names...)...)
		values = append([]code{changed}, values...)
		return func(t *Thread) term.Term {
			f := fun(t)
			m := keys.Map(func(i int) term.Term { return values[i](t) })
			t.at(at)
			return t.component(f, m)
		}
	}
	return func(t *Thread) term.Term {
		f := fun(t)
		m := term.EmptyMap
		for _, r := range roots {
			m = t.mergeAttributes(m, r(t))
		}
		if changed != nil {
			m = m.Put(atomChanged, changed(t))
		}
		for i, name := range names {
			m = m.Put(name, values[i](t))
		}
		if !m.Has(atomChanged) {
			m = m.Put(atomChanged, term.Nil)
		}
		t.at(at)
		return t.component(f, m)
	}
}

// localName is the name in <.name>, "" for <Mod.name>.
func (n *componentCall) localName() string {
	u, _ := n.fun.(*syntax.Unary)
	b, ok := u.X.(*syntax.Binary)
	if !ok {
		return ""
	}
	v, _ := b.L.(*syntax.Var)
	if v == nil {
		return ""
	}
	return v.Name
}

// mergeAttributes adds what {expr} gives, a map or an enumerable of pairs.
func (t *Thread) mergeAttributes(m *term.Map, v term.Term) *term.Map {
	if x, ok := v.(*term.Map); ok && m.Len() == 0 {
		if _, isStruct := x.StructName(); !isStruct {
			return x
		}
	}
	t.Each(v, func(e term.Term) bool {
		pair, ok := e.(term.Tuple)
		if !ok || len(pair) != 2 {
			t.RaiseArguments("not a list of tuples of two elements")
		}
		m = m.Put(pair[0], pair[1])
		return true
	})
	return m
}

// component calls a function component.
func (t *Thread) component(f term.Term, assigns *term.Map) term.Term {
	switch v := t.Call(f, assigns).(type) {
	case *rendered.Rendered, *rendered.Component:
		return v
	default:
		t.RaiseNew("RuntimeError", "message", term.Binary("expected "+t.Inspect(f, term.InspectOptions{})+
			" to return a %Phoenix.LiveView.Rendered{} struct\n\nEnsure your render function uses ~H to define its template.\n\nGot:\n\n    "+
			t.Inspect(v, term.InspectOptions{})+"\n\n"))
	}
	return nil
}

// changes compiles the component's __changed__. It is nil where the component
// tracks by itself or nothing is known.
func (n *trackedCall) changes(c *compiler) code {
	if n.tr == nil || n.call.live {
		return nil
	}
	fields := n.fields()
	if len(fields) == 0 || !n.rootsAreConstant() {
		return constant(term.Nil)
	}
	type change struct {
		name term.Atom
		of   code
	}
	var list []change
	quiet := *n.tr
	quiet.warn = nil
	for _, f := range fields {
		keys, _ := quiet.keys(f.x, n.vars, reads{})
		if keys.all {
			list = append(list, change{term.NewAtom(f.name), constant(term.True)})
		} else if len(keys.list) > 0 {
			list = append(list, change{term.NewAtom(f.name), n.change(c, keys)})
		}
	}
	changed := c.expr(&syntax.Var{Name: varChanged}, false)
	locals := c.expr(&syntax.Var{Name: varLocals}, false)
	return func(t *Thread) term.Term {
		if changed(t) == term.Term(term.Nil) && locals(t) == term.Term(term.Nil) {
			return term.Nil
		}
		m := term.EmptyMap
		for _, ch := range list {
			if v := ch.of(t); term.Truthy(v) {
				m = m.Put(ch.name, v)
			}
		}
		return m
	}
}

// change compiles the change of an attribute: that of the one thing it reads,
// or whether any of several changed.
func (n *trackedCall) change(c *compiler, keys reads) code {
	if len(keys.list) == 1 {
		return n.tr.changeOf(c, keys.list[0])
	}
	var all []code
	for _, r := range keys.list {
		all = append(all, n.tr.changeOf(c, r))
	}
	return func(t *Thread) term.Term {
		for _, of := range all {
			if of(t) != term.Term(term.False) {
				return term.True
			}
		}
		return term.False
	}
}

// fields returns the attributes and slots as the values they are for the
// analysis.
func (n *trackedCall) fields() []attrField {
	fields := append([]attrField(nil), n.call.attrs...)
	for _, s := range n.call.slots {
		list := &syntax.List{At: n.call.At}
		for _, e := range s.entries {
			list.Elems = append(list.Elems, e)
		}
		fields = append(fields, attrField{name: s.name, x: list})
	}
	return fields
}

// rootsAreConstant reports whether {expr} attributes read nothing.
func (n *trackedCall) rootsAreConstant() bool {
	quiet := *n.tr
	quiet.warn = nil
	for _, r := range n.call.roots {
		if keys, _ := quiet.keys(r, n.vars, reads{}); keys.all || len(keys.list) > 0 {
			return false
		}
	}
	return true
}

// slot compiles the list of a slot's entries.
func (n *trackedCall) slot(c *compiler, s slotField) code {
	var entries []code
	for _, e := range s.entries {
		entries = append(entries, c.expr(n.entry(e), false))
	}
	return func(t *Thread) term.Term {
		var out []term.Term
		for _, e := range entries {
			switch v := e(t).(type) {
			case *term.List:
				for x := range v.All() {
					out = append(out, x)
				}
			default:
				out = append(out, v)
			}
		}
		return term.NewList(out...)
	}
}

// entry returns a slot's entry as code: a map, or with :for and :if a list of
// them.
func (n *trackedCall) entry(e *slotEntry) syntax.Node {
	copied := *e
	if n.tr != nil && e.inner != nil {
		return copied.wrap(&slotMap{e: &copied, inner: &trackedBlock{innerBlock: e.inner, call: n}})
	}
	return copied.wrap(&slotMap{e: &copied, inner: e.inner})
}

// tree is the entry as Elixir's tree has it.
func (e *slotEntry) tree() syntax.Node { return e.wrap(&slotMap{e: e, inner: e.inner}) }

func (e *slotEntry) wrap(m syntax.Node) syntax.Node {
	do := &syntax.Do{At: e.Span(), Sections: []syntax.Section{{Name: "do", At: e.Span(), Body: m}}}
	call := &syntax.Call{At: e.At, NameAt: e.Span(), Parens: true, Do: do}
	switch {
	case e.gen != nil:
		call.Name, call.Args = "for", []syntax.Node{e.gen}
		if e.cond != nil {
			call.Args = append(call.Args, e.cond)
		}
	case e.cond != nil:
		call.Name, call.Args = "if", []syntax.Node{e.cond}
		do.Sections = append(do.Sections, syntax.Section{Name: "else", At: e.Span(), Body: &syntax.List{At: e.At}})
	default:
		return m
	}
	return call
}

// children returns what the entry's map is made of.
func (e *slotEntry) children() []syntax.Node {
	out := append([]syntax.Node(nil), e.roots...)
	if e.inner != nil {
		out = append(out, e.inner)
	}
	for _, f := range e.attrs {
		out = append(out, f.x)
	}
	return out
}

// slotMap is %{__slot__: name, inner_block: fun, …}.
type slotMap struct {
	e     *slotEntry
	inner compilable // nil for a slot without content
}

// Span implements syntax.Node.
func (n *slotMap) Span() source.Span { return n.e.Span() }

var (
	atomSlot       = term.NewAtom("__slot__")
	atomInnerBlock = term.NewAtom("inner_block")
)

func (n *slotMap) compile(c *compiler) code {
	roots := c.exprs(n.e.roots)
	inner := constant(term.Nil)
	if n.e.inner != nil {
		inner = n.inner.compile(c)
	}
	name := term.NewAtom(n.e.name)
	var keys []term.Atom
	var values []code
	for _, f := range n.e.attrs {
		keys = append(keys, term.NewAtom(f.name))
		values = append(values, c.expr(f.x, false))
	}
	return func(t *Thread) term.Term {
		m := term.EmptyMap
		for _, r := range roots {
			m = t.mergeAttributes(m, r(t))
		}
		m = m.Put(atomSlot, name).Put(atomInnerBlock, inner(t))
		for i, k := range keys {
			m = m.Put(k, values[i](t))
		}
		return m
	}
}

// compile is the function of a slot's content where nothing is tracked.
func (n *innerBlock) compile(c *compiler) code { return n.function(c, n.body) }

// trackedBlock is a slot's content in a component's call that is tracked.
type trackedBlock struct {
	*innerBlock
	call *trackedCall
}

func (n *trackedBlock) compile(c *compiler) code {
	tr, vars := n.call.tr, n.call.vars
	rs := reads{}
	if n.let != nil {
		quiet := *tr
		quiet.warn = nil
		vars, rs = quiet.analyze(n.let, vars, rs)
	}
	body := tr.body(n.call.b, n.body, vars, rs).(*renderedNode)
	if _, dynamic := n.body.split(); dynamic == 0 && n.let == nil && !n.body.hasCode() {
		return body.compile(c)
	}
	return n.function(c, body)
}

// hasCode reports whether a block has expressions at all.
func (l *liveBlock) hasCode() bool {
	for _, p := range l.parts {
		if p.x != nil {
			return true
		}
	}
	return false
}

// function makes fn parent_changed, argument -> … end.
func (n *innerBlock) function(c *compiler, body syntax.Node) code {
	return c.expr(lambda(n.At, &innerFunction{n, body}, varParent, varArgument), false)
}

// innerFunction is the body of a slot's function: it says which assigns count
// as changed and matches the argument with :let.
type innerFunction struct {
	*innerBlock
	content syntax.Node
}

func (n *innerFunction) compile(c *compiler) code {
	outer := c.expr(assignsVar(n.At), false)
	parent := c.expr(&syntax.Var{Name: varParent}, false)
	v := c.declare("assigns", source.Span{})
	v.quiet, v.used = true, true
	slot, key := v.slot, term.NewAtom(n.slot)
	body := c.expr(n.match(), false)
	return func(t *Thread) term.Term {
		t.frame[slot] = slotAssigns(outer(t), key, parent(t))
		return body(t)
	}
}

// match makes case argument do pattern -> content; other -> raise end.
func (n *innerFunction) match() syntax.Node {
	if n.let == nil {
		return n.content
	}
	clauses := []*syntax.Clause{{At: at(n.let), Args: []syntax.Node{n.let}, Body: n.content}}
	if _, isVar := n.let.(*syntax.Var); !isVar {
		other := &syntax.Var{Name: varArgument + "'"}
		clauses = append(clauses, &syntax.Clause{At: at(n.let), Args: []syntax.Node{other}, Body: &unmatched{At: at(n.let), value: other}})
	}
	return &syntax.Call{At: at(n.let), Name: "case", NameAt: n.let.Span(), Parens: true, Args: []syntax.Node{&syntax.Var{Name: varArgument}},
		Do: &syntax.Do{At: n.let.Span(), Sections: []syntax.Section{{Name: "do", At: n.let.Span(), Clauses: clauses}}}}
}

// unmatched raises that the argument of render_slot/2 does not match :let.
type unmatched struct {
	syntax.At
	value syntax.Node
}

func (n *unmatched) compile(c *compiler) code {
	value, pattern := c.expr(n.value, false), n.Span().Text()
	return func(t *Thread) term.Term {
		t.RaiseNew("RuntimeError", "message", term.Binary("cannot match arguments sent from render_slot/2 against the pattern in :let.\n\n"+
			"Expected a value matching `"+pattern+"`, got: "+t.Inspect(value(t), term.InspectOptions{})))
		return nil
	}
}

// slotAssigns returns the assigns for a slot's content: as they are when the
// component renders for the first time or the slot may have changed, and else
// marked as unchanged.
func slotAssigns(assigns term.Term, key term.Atom, parentChanged term.Term) term.Term {
	changed, ok := parentChanged.(*term.Map)
	if !ok || changed.Has(key) {
		return assigns
	}
	if m, ok := term.AsMap(assigns); ok {
		return m.Put(atomChanged, term.EmptyMap)
	}
	return assigns
}
