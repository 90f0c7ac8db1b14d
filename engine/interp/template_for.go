package interp

import (
	"slices"
	"strings"

	"streamsplayground/engine/rendered"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// comprehension compiles a for whose body is a block. ok is false for any other.
func (tr *tracker) comprehension(c *compiler, b *templateBuilder, x *syntax.Call, vars scopeVars) (out code, ok bool) {
	gen, isGen := firstGenerator(x.Args)
	if !isGen || x.Do == nil || len(x.Do.Sections) != 1 {
		return nil, false
	}
	body, isBlock := x.Do.Sections[0].Body.(*liveBlock)
	if !isBlock {
		return nil, false
	}
	names := trackedNames(gen.L, nil)
	vars = tr.generatorVars(gen.L, vars, names)
	statics, _ := body.split()
	blk := &rendered.Block{Statics: statics, Name: body.name}
	entry := &entryNode{renderedNode: &renderedNode{tr: tr, b: b, block: body, vars: vars}, names: names, key: b.keyed[x]}

	collection := c.expr(gen.R, false)
	slot := c.declare(varGenerator, source.Span{}).slot
	call := *x
	call.Args = slices.Clone(x.Args)
	call.Args[0] = &syntax.Binary{At: gen.At, Op: "<-", OpAt: gen.OpAt, L: gen.L, R: &syntax.Var{At: at(gen.R), Name: varGenerator}}
	call.Do = &syntax.Do{At: x.Do.At, Sections: []syntax.Section{{Name: "do", At: x.Do.At, Body: entry}}}
	entries := c.expr(&call, false)
	keyed := entry.key != nil
	return func(t *Thread) term.Term {
		v := collection(t)
		stream, _ := streamOf(v)
		t.frame[slot] = v
		if stream != nil {
			t.frame[slot] = t.streamItems(stream)
		}
		comp := &rendered.Comprehension{Block: blk, Keyed: keyed}
		if list, ok := entries(t).(*term.List); ok {
			for e := range list.All() {
				comp.Entries = append(comp.Entries, e.(*entryTerm).Entry)
			}
		}
		if stream != nil {
			comp.Stream = t.pendingStream(stream)
		}
		return comp
	}, true
}

// generatorVars is the analysis of a generator's pattern, whose variables are
// tracked unless their names start with an underscore.
func (tr *tracker) generatorVars(pattern syntax.Node, vars scopeVars, names []string) scopeVars {
	next := vars
	for _, n := range names {
		next = next.with(n, varTracked)
	}
	quiet := *tr
	quiet.warn = nil
	next, _ = quiet.analyze(pattern, next, reads{})
	return next
}

// trackedNames collects the variables of a pattern, in the order of their
// names, without the pinned and the underscored.
func trackedNames(n syntax.Node, names []string) []string {
	switch n := n.(type) {
	case *syntax.Var:
		if !strings.HasPrefix(n.Name, "_") && !slices.Contains(names, n.Name) {
			names = append(names, n.Name)
		}
		return names
	case *syntax.Unary:
		if n.Op == "^" {
			return names
		}
	case *syntax.Binary:
		if n.Op == "::" {
			return trackedNames(n.L, names)
		}
	}
	for _, c := range childNodes(n) {
		names = trackedNames(c, names)
	}
	return names
}

// entryNode is the body of a comprehension's for: it makes one entry.
type entryNode struct {
	*renderedNode
	names []string
	key   syntax.Node
}

// entryTerm carries an entry out of the for.
type entryTerm struct{ rendered.Entry }

// Kind implements term.Term.
func (*entryTerm) Kind() term.Kind { return term.KindTuple }

func (n *entryNode) compile(c *compiler) code {
	key := constant(term.Nil)
	if n.key != nil {
		key = c.expr(n.key, false)
	}
	names := make([]term.Term, len(n.names))
	vals := make([]code, len(n.names))
	for i, name := range n.names {
		names[i] = term.NewAtom(name)
		vals[i] = c.expr(&syntax.Var{At: n.block.At, Name: name}, false)
	}
	keys := term.NewMapKeys(names...)
	fun := c.expr(lambda(n.block.At, &entryParts{n.renderedNode}, varLocalChange, varTrack), false)
	return func(t *Thread) term.Term {
		e := &entryTerm{}
		e.Key = key(t)
		e.Vars = keys.Map(func(i int) term.Term { return vals[i](t) })
		f := fun(t)
		e.Render = func(changed *term.Map, track bool) []rendered.Dyn {
			local := term.Term(term.Nil)
			if changed != nil {
				local = changed
			}
			return t.Call(f, local, term.Bool(track)).(dynList)
		}
		return e
	}
}

// entryParts is the body of the function that computes an entry's dynamic
// parts.
type entryParts struct{ *renderedNode }

func (n *entryParts) compile(c *compiler) code {
	local := c.expr(&syntax.Var{Name: varLocalChange}, false)
	track := c.expr(&syntax.Var{Name: varTrack}, false)
	outerLocals := c.expr(&syntax.Var{Name: varLocals}, false)
	outerChanged := c.expr(&syntax.Var{Name: varChanged}, false)
	changed := c.declare(varChanged, source.Span{}).slot
	locals := c.declare(varLocals, source.Span{}).slot
	parts := n.parts(c)
	return func(t *Thread) term.Term {
		t.frame[changed], t.frame[locals] = term.Nil, term.Nil
		if track(t) == term.Term(term.True) {
			t.frame[changed] = outerChanged(t)
			if m, ok := local(t).(*term.Map); ok {
				t.frame[locals] = mergeLocals(outerLocals(t), m)
			}
		}
		return parts(t)
	}
}

// mergeLocals adds the changed variables of an entry to those around it.
func mergeLocals(outer term.Term, own *term.Map) *term.Map {
	m, ok := outer.(*term.Map)
	if !ok || m.Len() == 0 {
		return own
	}
	for k, v := range own.All() {
		m = m.Put(k, v)
	}
	return m
}

var (
	atomLiveStream = term.NewModule("Phoenix.LiveView.LiveStream")
	atomConsumable = term.NewAtom("consumable?")
	atomRef        = term.NewAtom("ref")
	atomInserts    = term.NewAtom("inserts")
	atomDeletes    = term.NewAtom("deletes")
	atomReset      = term.NewAtom("reset?")
)

// streamOf returns the struct of a stream.
func streamOf(v term.Term) (*term.Map, bool) {
	m, ok := term.AsMap(v)
	if !ok {
		return nil, false
	}
	if name, _ := m.StructName(); name != atomLiveStream {
		return nil, false
	}
	return m, true
}

// streamItems returns what a comprehension over a stream goes through: a list of
// {dom_id, item}, oldest first, with the newest of each id. As reduce/3 of the
// stream's Enumerable, which it leaves to do what is not as LiveView made it.
func (t *Thread) streamItems(stream *term.Map) term.Term {
	items := term.Empty
	var seen map[string]struct{}
	inserts, ok := stream.GetAtom(atomInserts).(*term.List)
	for c := inserts; ok && c != nil; {
		in, isInsert := c.Head.(term.Tuple)
		if ok = isInsert && len(in) == 5; !ok {
			break
		}
		id, isText := in[0].(term.Binary)
		next, proper := c.Tail.(*term.List)
		if ok = isText && proper; !ok {
			break
		}
		if seen == nil && next != nil {
			seen = map[string]struct{}{}
		}
		t.Burn(1)
		if _, again := seen[string(id)]; !again {
			t.Grow(80)
			items = &term.List{Head: term.Tuple{in[0], in[2]}, Tail: items}
			if seen != nil {
				seen[string(id)] = struct{}{}
			}
		}
		c = next
	}
	if !ok {
		return stream.Put(atomConsumable, term.True)
	}
	return items
}

// pendingStream is what a comprehension sends of a stream, as
// Phoenix.LiveView.LiveStream.annotate_comprehension/2.
func (t *Thread) pendingStream(m *term.Map) *rendered.Stream {
	s := &rendered.Stream{Ref: t.ToString(m.GetAtom(atomRef)), Reset: term.Truthy(m.GetAtom(atomReset))}
	if inserts, ok := m.GetAtom(atomInserts).(*term.List); ok {
		for e := range inserts.All() {
			in, ok := e.(term.Tuple)
			if !ok || len(in) != 5 {
				continue
			}
			at, _ := in[1].(term.Int)
			s.Inserts = append(s.Inserts, rendered.StreamInsert{DOMID: t.ToString(in[0]), At: int(at), Limit: in[3], UpdateOnly: in[4]})
		}
	}
	if deletes, ok := m.GetAtom(atomDeletes).(*term.List); ok {
		for e := range deletes.All() {
			s.Deletes = append(s.Deletes, t.ToString(e))
		}
	}
	return s
}
