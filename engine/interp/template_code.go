package interp

import (
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// This file compiles blocks as Phoenix.LiveView.Engine does: a block becomes a
// Rendered with a function that computes its dynamic parts, each of them only
// when what it reads has changed.

// templateNode is a whole template, such as a ~H.
type templateNode struct {
	syntax.At
	block *liveBlock
	root  bool
	b     *templateBuilder
}

func (n *templateNode) compile(c *compiler) code {
	if c.lookup("assigns") == nil {
		c.report(&source.Diagnostic{Severity: source.Error, Kind: "RuntimeError", Span: n.Span(),
			Message: `~H requires a variable named "assigns" to exist and be set to a map`})
		return neverRun
	}
	var out code
	tr := newTracker(c)
	c.scoped(func() {
		locals := c.declare(varLocals, source.Span{}).slot
		body := (&renderedNode{tr: tr, b: n.b, block: n.block, root: n.root}).compile(c)
		out = func(t *Thread) term.Term {
			t.frame[locals] = term.Nil
			return body(t)
		}
	})
	return out
}

// newTracker returns a tracker for a template that stands where c is.
func newTracker(c *compiler) *tracker {
	outer := map[string]bool{}
	for _, name := range c.visible() {
		outer[name] = true
	}
	warned := map[source.Span]bool{}
	return &tracker{
		outer: func(name string) bool { return outer[name] },
		warn: func(at source.Span, message string) {
			if !warned[at] {
				warned[at] = true
				c.report(&source.Diagnostic{Severity: source.Warning, Span: at, Message: message})
			}
		},
		fail: c.report,
	}
}

// renderedNode is a block that becomes a Rendered of its own.
type renderedNode struct {
	tr    *tracker
	b     *templateBuilder
	block *liveBlock
	vars  scopeVars
	// reads are what the patterns in front of the block read.
	reads reads
	root  bool
}

// Span implements syntax.Node.
func (n *renderedNode) Span() source.Span { return n.block.Span() }

// dynList is what the function of a block returns to its Rendered.
type dynList []rendered.Dyn

// Kind implements term.Term.
func (dynList) Kind() term.Kind { return term.KindTuple }

func (n *renderedNode) compile(c *compiler) code {
	statics, dynamic := n.block.split()
	blk := &rendered.Block{Statics: statics, Root: n.root, Name: n.block.name}
	if dynamic == 0 {
		assigns := c.expr(assignsVar(n.block.At), false)
		return func(t *Thread) term.Term {
			assigns(t)
			return &rendered.Rendered{Block: blk, Dynamic: func(bool) []rendered.Dyn { return nil }}
		}
	}
	fun := c.expr(lambda(n.block.At, &dynamicNode{n}, varTrack), false)
	return func(t *Thread) term.Term {
		f := fun(t)
		return &rendered.Rendered{Block: blk, Dynamic: func(track bool) []rendered.Dyn {
			return t.Call(f, term.Bool(track)).(dynList)
		}}
	}
}

func assignsVar(at syntax.At) *syntax.Var { return &syntax.Var{At: at, Name: "assigns"} }

// lambda makes fn params -> body end.
func lambda(at syntax.At, body syntax.Node, params ...string) *syntax.Fn {
	clause := &syntax.Clause{At: at, Body: body}
	for _, p := range params {
		clause.Args = append(clause.Args, &syntax.Var{At: syntax.At{}, Name: p})
	}
	return &syntax.Fn{At: at, Clauses: []*syntax.Clause{clause}}
}

// split returns the statics of a block, one more than its dynamic parts.
func (l *liveBlock) split() (statics []string, dynamic int) {
	text := ""
	for _, p := range l.parts {
		switch {
		case p.x == nil:
			text += p.text
		case p.output:
			statics = append(statics, text)
			text = ""
			dynamic++
		}
	}
	return append(statics, text), dynamic
}

// dynamicNode is the body of the function that computes a block's dynamic
// parts.
type dynamicNode struct{ *renderedNode }

func (n *dynamicNode) compile(c *compiler) code {
	assigns := c.expr(assignsVar(n.block.At), false)
	track := c.expr(&syntax.Var{Name: varTrack}, false)
	outer := c.expr(&syntax.Var{Name: varLocals}, false)
	changed := c.declare(varChanged, source.Span{}).slot
	locals := c.declare(varLocals, source.Span{}).slot
	parts := n.parts(c)
	return func(t *Thread) term.Term {
		t.frame[changed], t.frame[locals] = term.Nil, term.Nil
		if track(t) == term.Term(term.True) {
			t.frame[changed] = changedOf(assigns(t))
			t.frame[locals] = outer(t)
		}
		return parts(t)
	}
}

var atomChanged = term.NewAtom("__changed__")

// changedOf returns the changes that assigns carry, nil for none known.
func changedOf(assigns term.Term) term.Term {
	if m, ok := term.AsMap(assigns); ok {
		if v := m.GetAtom(atomChanged); v != nil {
			return v
		}
	}
	return term.Nil
}

// parts compiles the parts of a block, in order; each sees the variables that
// <% x = … %> before it bound.
func (n *renderedNode) parts(c *compiler) func(t *Thread) dynList {
	var steps []func(t *Thread, out dynList)
	vars, i := n.vars, 0
	for _, p := range n.block.parts {
		if p.x == nil {
			continue
		}
		vars = scopeVars{n.vars.kind, vars.vars}
		if !p.output {
			vars, _ = n.tr.analyze(p.x, vars, n.reads)
			run := c.expr(p.x, false)
			steps = append(steps, func(t *Thread, _ dynList) { run(t) })
			continue
		}
		var keys reads
		keys, vars = n.tr.keys(p.x, vars, n.reads)
		steps = append(steps, n.output(c, p.x, keys, vars, i))
		i++
	}
	return func(t *Thread) dynList {
		out := make(dynList, i)
		t.spend(24 + 16*i)
		for _, step := range steps {
			step(t, out)
		}
		return out
	}
}

// output compiles one dynamic part, the i-th.
func (n *renderedNode) output(c *compiler, x syntax.Node, keys reads, vars scopeVars, i int) func(t *Thread, out dynList) {
	if v, ok := literalTerm(x); ok {
		if _, list := v.(*term.List); !list {
			return n.constantPart(c, v, keys, i)
		}
	}
	var run code
	must := n.tr.changed(c, keys)
	c.scoped(func() { run = n.tr.live(c, n.b, x, vars) })
	return func(t *Thread, out dynList) {
		if must(t) {
			out[i] = t.toDyn(run(t))
		}
	}
}

// constantPart is a part whose value is written out.
func (n *renderedNode) constantPart(c *compiler, v term.Term, keys reads, i int) func(t *Thread, out dynList) {
	must := n.tr.changed(c, keys)
	return func(t *Thread, out dynList) {
		if must(t) {
			out[i] = t.toDyn(v)
		}
	}
}

// changed compiles the test whether one of the things read has changed.
func (tr *tracker) changed(c *compiler, keys reads) func(t *Thread) bool {
	if keys.all {
		return func(*Thread) bool { return true }
	}
	changed := c.expr(&syntax.Var{Name: varChanged}, false)
	if len(keys.list) == 0 {
		return func(t *Thread) bool {
			_, tracking := changed(t).(*term.Map)
			return !tracking
		}
	}
	var tests []func(t *Thread) bool
	for _, r := range keys.list {
		if keys.covered(r) {
			continue
		}
		value := tr.changeOf(c, r)
		tests = append(tests, func(t *Thread) bool { return value(t) != term.Term(term.False) })
	}
	if len(tests) == 1 {
		return tests[0]
	}
	return func(t *Thread) bool {
		for _, test := range tests {
			if test(t) {
				return true
			}
		}
		return false
	}
}

// changeOf compiles what is known of the change of one thing read: false, true,
// or the map that it was before.
func (tr *tracker) changeOf(c *compiler, r assignRead) code {
	if !r.local {
		changed := c.expr(&syntax.Var{Name: varChanged}, false)
		assigns := c.expr(&syntax.Var{Name: "assigns"}, false)
		return func(t *Thread) term.Term {
			old, tracking := changedEntry(changed(t), r.name)
			if !tracking || len(r.path) == 0 {
				return old
			}
			m, _ := term.AsMap(assigns(t))
			if m == nil {
				return term.True
			}
			now, ok := m.Get(r.name)
			if !ok {
				return term.True
			}
			return t.changedWithin(r.path, now, old)
		}
	}
	locals := c.expr(&syntax.Var{Name: varLocals}, false)
	now := c.expr(&syntax.Var{Name: r.name.Name()}, false)
	return func(t *Thread) term.Term {
		old, tracking := changedEntry(locals(t), r.name)
		if !tracking || len(r.path) == 0 {
			return old
		}
		return t.changedWithin(r.path, now(t), old)
	}
}

// changedEntry returns what changed says of a name; more is false when that is
// the whole answer.
func changedEntry(changed term.Term, name term.Atom) (v term.Term, more bool) {
	m, ok := changed.(*term.Map)
	if !ok {
		return term.True, false
	}
	if v, ok := m.Get(name); ok {
		return v, true
	}
	return term.False, false
}

var (
	atomForm      = term.NewModule("Phoenix.HTML.Form")
	atomComponent = term.NewModule("Phoenix.Component")
)

// changedWithin compares what a path leads to in the value of now with that of
// before: false if nothing changed, and else true or the map that it was.
func (t *Thread) changedWithin(path []pathStep, now, before term.Term) term.Term {
	head := path[0]
	if head.access {
		a, b := structOf(now), structOf(before)
		if a == atomForm && b == atomForm && len(path) == 1 {
			return term.Bool(t.inputChanged(now, before, head.key))
		}
		if !a.IsZero() || !b.IsZero() {
			return term.True
		}
	}
	m1, ok1 := term.AsMap(now)
	m2, ok2 := term.AsMap(before)
	if len(path) > 1 {
		if ok1 && ok2 {
			v1, has1 := m1.Get(head.key)
			v2, has2 := m2.Get(head.key)
			if has1 && has2 {
				return t.changedWithin(path[1:], v1, v2)
			}
		}
		return term.True
	}
	if !ok2 {
		return term.True
	}
	v2, has2 := m2.Get(head.key)
	if ok1 {
		v1, has1 := m1.Get(head.key)
		if has1 && has2 && term.StrictEqual(v1, v2) || !has1 && !has2 {
			return term.False
		}
	}
	if has2 && v2.Kind() == term.KindMap {
		return v2
	}
	return term.True
}

// inputChanged reports whether a field of a form is to be shown anew.
func (t *Thread) inputChanged(now, before, field term.Term) bool {
	if t.Apply(atomForm, "input_changed?", now, before, field) == term.Term(term.True) {
		return true
	}
	used := func(form term.Term) term.Term {
		return t.Apply(atomComponent, "used_input?", t.accessGet(form, field, nil))
	}
	return used(now) != used(before)
}

func structOf(v term.Term) term.Atom {
	m, ok := term.AsMap(v)
	if !ok {
		return term.Atom{}
	}
	name, _ := m.StructName()
	return name
}

// live compiles a dynamic part: for becomes a Comprehension, the bodies of
// control flow become Rendereds, and components get what is known of the
// changes of their attributes.
func (tr *tracker) live(c *compiler, b *templateBuilder, x syntax.Node, vars scopeVars) code {
	switch x := x.(type) {
	case *componentCall:
		return (&trackedCall{tr: tr, b: b, call: x, vars: vars}).compile(c)
	case *syntax.Call:
		if x.Target != nil {
			break
		}
		if x.Name == "for" {
			if code, ok := tr.comprehension(c, b, x, vars); ok {
				return code
			}
			break
		}
		if isLiveCall(x.Name, len(callArgs(x))) && x.Do != nil {
			return c.expr(tr.blocks(b, x, vars), false)
		}
	}
	return c.expr(x, false)
}

// blocks returns a call of control flow with its bodies made Rendereds.
func (tr *tracker) blocks(b *templateBuilder, x *syntax.Call, vars scopeVars) syntax.Node {
	quiet := *tr
	quiet.warn = nil // the analysis of the whole call has warned
	for _, a := range x.Args {
		vars, _ = quiet.analyze(a, vars, reads{})
	}
	call := *x
	call.Do = &syntax.Do{At: x.Do.At}
	for _, s := range x.Do.Sections {
		s.Body = tr.body(b, s.Body, vars, reads{})
		s.Clauses = tr.clauses(b, s.Clauses, vars)
		call.Do.Sections = append(call.Do.Sections, s)
	}
	return &call
}

func (tr *tracker) clauses(b *templateBuilder, list []*syntax.Clause, vars scopeVars) []*syntax.Clause {
	if list == nil {
		return nil
	}
	quiet := *tr
	quiet.warn = nil
	out := make([]*syntax.Clause, len(list))
	for i, cl := range list {
		v, rs := vars, reads{}
		for _, a := range cl.Args {
			v, rs = quiet.analyze(a, v, rs)
		}
		if cl.Guard != nil {
			v, rs = quiet.analyze(cl.Guard, v, rs)
		}
		copied := *cl
		copied.Body = tr.body(b, cl.Body, v, rs)
		out[i] = &copied
	}
	return out
}

// body makes a block a Rendered; other code stays as it is.
func (tr *tracker) body(b *templateBuilder, n syntax.Node, vars scopeVars, rs reads) syntax.Node {
	block, ok := n.(*liveBlock)
	if !ok {
		return n
	}
	return &renderedNode{tr: tr, b: b, block: block, vars: scopeVars{untainted, vars.vars}, reads: rs}
}

// compile makes {:safe, text} of a block that is not a part by itself, such as
// the body of a function in <%= Enum.map(list, fn x -> %>.
func (l *liveBlock) compile(c *compiler) code {
	type piece struct {
		text string
		run  code
		out  bool
	}
	var pieces []piece
	for _, p := range l.parts {
		if p.x == nil {
			pieces = append(pieces, piece{text: p.text, out: true})
			continue
		}
		pieces = append(pieces, piece{run: c.expr(p.x, false), out: p.output})
	}
	return func(t *Thread) term.Term {
		s := ""
		for _, p := range pieces {
			switch {
			case p.run == nil:
				s += p.text
			case p.out:
				s += t.HTMLSafe(p.run(t))
			default:
				p.run(t)
			}
		}
		return html(s)
	}
}
