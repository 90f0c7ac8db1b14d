package interp

import (
	"math/big"
	"sort"
	"strings"

	"streamsplayground/engine/heex"
	"streamsplayground/engine/syntax"
)

// templateBuilder lowers a template to the nodes of template_nodes.go.
type templateBuilder struct {
	c      *compiler
	module string // as it is written, for phx-hook=".name"
	// keyed holds the :key of the comprehensions that have one.
	keyed map[*syntax.Call]syntax.Node
}

func (l *liveBlock) static(text string) {
	if text != "" {
		l.parts = append(l.parts, livePart{text: text})
	}
}

func (l *liveBlock) expr(x syntax.Node) {
	l.parts = append(l.parts, livePart{x: x, output: true})
}

// block lowers the nodes of a template or a body. Slots among them belong to
// the component around and are returned apart.
func (b *templateBuilder) block(nodes []heex.Node, name string) (*liveBlock, []*heex.Element) {
	out := &liveBlock{name: name}
	slots := b.nodes(out, nodes)
	if len(nodes) > 0 {
		out.At.At = nodes[0].Span().To(nodes[len(nodes)-1].Span())
	}
	return out, slots
}

func (b *templateBuilder) nodes(out *liveBlock, nodes []heex.Node) (slots []*heex.Element) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *heex.Text:
			out.static(n.Text)
		case *heex.Expr:
			out.parts = append(out.parts, livePart{x: b.lower(n.X), output: n.Output})
		case *heex.Block:
			out.parts = append(out.parts, livePart{x: b.eexBlock(n), output: n.Output})
		case *heex.Element:
			if n.Kind == heex.Slot {
				slots = append(slots, n)
			} else {
				b.element(out, n)
			}
		}
	}
	return slots
}

// eexBlock lowers an EEx block, its bodies in place of its holes.
func (b *templateBuilder) eexBlock(n *heex.Block) syntax.Node {
	bodies := make([]*liveBlock, len(n.Bodies))
	for i, nodes := range n.Bodies {
		bodies[i], _ = b.block(nodes, "block")
		if bodies[i].At.At.IsZero() {
			bodies[i].At = n.At
		}
	}
	return b.lowerWith(n.X, bodies)
}

// element adds a tag or component, wrapped when it has :if or :for.
func (b *templateBuilder) element(out *liveBlock, e *heex.Element) {
	if !e.Special() {
		b.plain(out, e)
		return
	}
	body := &liveBlock{At: e.At, name: ":if"}
	if e.For != nil {
		body.name = ":for"
	}
	b.plain(body, e)
	out.expr(b.wrap(e, body))
}

// wrap makes for pattern <- list, condition, do: body, or if condition, do:
// body.
func (b *templateBuilder) wrap(e *heex.Element, body syntax.Node) *syntax.Call {
	call := &syntax.Call{At: e.At, NameAt: e.NameAt, Name: "if", Parens: true,
		Do: &syntax.Do{At: e.Span(), Sections: []syntax.Section{{Name: "do", At: e.Span(), Body: body}}}}
	if e.For != nil {
		call.Name = "for"
		call.Args = append(call.Args, b.lower(e.For))
	}
	if e.If != nil {
		call.Args = append(call.Args, b.lower(e.If))
	}
	if e.Key != nil {
		b.keyed[call] = b.lower(e.Key)
	}
	return call
}

// plain adds an element without regard to :if, :for and :key.
func (b *templateBuilder) plain(out *liveBlock, e *heex.Element) {
	if e.Kind != heex.Tag {
		out.expr(b.component(e))
		return
	}
	if e.Type != nil {
		b.macroComponent(out, e)
		return
	}
	out.static("<" + e.Name)
	b.attributes(out, e.Attrs)
	switch e.Closing {
	case heex.Void:
		out.static(">")
	case heex.Self:
		out.static("></" + e.Name + ">")
	default:
		out.static(">")
		b.nodes(out, e.Children)
		out.static("</" + e.Name + ">")
	}
}

// component lowers a call of a component.
func (b *templateBuilder) component(e *heex.Element) *componentCall {
	call := &componentCall{At: e.At, fun: b.capture(e), live: e.Kind == heex.Local && e.Name == "live_component"}
	call.roots, call.attrs = b.fields(e.Attrs)
	if e.Closing == heex.Paired {
		inner := &slotEntry{At: e.At, name: "inner_block"}
		var slots []*heex.Element
		inner.inner, slots = b.inner(e, "inner_block")
		call.slots = append([]slotField{{"inner_block", []*slotEntry{inner}}}, b.slots(slots)...)
	}
	return call
}

// capture makes &name/1 or &Mod.name/1.
func (b *templateBuilder) capture(e *heex.Element) syntax.Node {
	callee := &syntax.Call{At: syntax.At{At: e.NameAt}, Name: e.Name, NameAt: e.NameAt}
	if i := strings.LastIndexByte(e.Name, '.'); e.Kind == heex.Remote && i > 0 {
		callee.Target = &syntax.Alias{At: syntax.At{At: e.NameAt}, Segs: strings.Split(e.Name[:i], ".")}
		callee.Name = e.Name[i+1:]
	}
	var name syntax.Node = callee
	if callee.Target == nil {
		name = &syntax.Var{At: callee.At, Name: e.Name}
	}
	arity := &syntax.Binary{At: callee.At, Op: "/", OpAt: e.NameAt, L: name, R: intNode(callee.At, 1)}
	return &syntax.Unary{At: callee.At, Op: "&", X: arity}
}

// fields splits attributes into the {expr} ones and the others.
func (b *templateBuilder) fields(attrs []*heex.Attr) (roots []syntax.Node, out []attrField) {
	for _, a := range attrs {
		at := syntax.At{At: a.At}
		switch {
		case a.Name == "":
			roots = append(roots, b.lower(a.X))
		case a.X != nil:
			out = append(out, attrField{a.Name, b.lower(a.X), a.At})
		case a.Quote != 0:
			text := &syntax.String{At: syntax.At{At: a.TextAt}}
			if a.Text != "" {
				text.Parts = []syntax.Part{{Text: a.Text, At: a.TextAt}}
			}
			out = append(out, attrField{a.Name, text, a.At})
		default:
			out = append(out, attrField{a.Name, &syntax.Atom{At: at, Name: "true"}, a.At})
		}
	}
	return roots, out
}

// inner lowers the content of a component or slot.
func (b *templateBuilder) inner(e *heex.Element, slot string) (*innerBlock, []*heex.Element) {
	body, slots := b.block(e.Children, "slot "+slot)
	if body.At.At.IsZero() {
		body.At = e.At
	}
	in := &innerBlock{At: e.At, slot: slot, body: body}
	if e.Let != nil {
		in.let = b.lower(e.Let)
	}
	return in, slots
}

// slots groups slot entries by name, the names in order as in a map.
func (b *templateBuilder) slots(elems []*heex.Element) []slotField {
	byName := map[string][]*slotEntry{}
	for _, e := range elems {
		entry := &slotEntry{At: e.At, name: e.Name, gen: nil}
		entry.roots, entry.attrs = b.fields(e.Attrs)
		if e.Closing == heex.Paired {
			entry.inner, _ = b.inner(e, e.Name)
		}
		if e.For != nil {
			entry.gen = b.lower(e.For).(*syntax.Binary)
		}
		if e.If != nil {
			entry.cond = b.lower(e.If)
		}
		byName[e.Name] = append(byName[e.Name], entry)
	}
	var out []slotField
	for name, entries := range byName {
		out = append(out, slotField{name, entries})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

// lower replaces @name by assigns.name in an expression.
func (b *templateBuilder) lower(n syntax.Node) syntax.Node { return b.lowerWith(n, nil) }

func (b *templateBuilder) lowerWith(n syntax.Node, bodies []*liveBlock) syntax.Node {
	var replace func(n syntax.Node) ([]syntax.Node, bool)
	replace = func(n syntax.Node) ([]syntax.Node, bool) {
		switch n := n.(type) {
		case *syntax.Attr:
			if n.Value == nil {
				return []syntax.Node{&syntax.Call{At: n.At, Target: &syntax.Var{At: n.At, Name: "assigns"}, Name: n.Name, NameAt: n.Span()}}, true
			}
		case *syntax.Hole:
			if n.Index < len(bodies) {
				return []syntax.Node{bodies[n.Index]}, true
			}
		case *syntax.Block:
			if len(n.Exprs) == 1 {
				return []syntax.Node{rewrite(n.Exprs[0], replace)}, true
			}
		}
		return nil, false
	}
	return rewrite(n, replace)
}

func intNode(at syntax.At, n int64) *syntax.Int { return &syntax.Int{At: at, Value: big.NewInt(n)} }
