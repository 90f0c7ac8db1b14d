package interp

import (
	"streamsplayground/engine/heex"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// expandTemplate is ~H: the macro sigil_H/2.
func expandTemplate(env *Env, call *syntax.Call) (syntax.Node, error) {
	var fr *source.Fragment
	if len(call.Args) > 0 {
		switch x := call.Args[0].(type) {
		case *syntax.Sigil:
			fr = x.Source
		case *syntax.String:
			text, _ := stringLiteral(x)
			fr = source.NewFragment(call.Span().File, text, []source.Segment{{Text: 0, File: x.Span().Start}})
		}
	}
	if fr == nil {
		return nil, &source.Diagnostic{Kind: "ArgumentError", Span: call.Span(), Message: "~H expects its text to be written out"}
	}
	return templateOf(env, fr, heex.Options{}), nil
}

func init() {
	sigilCompilers["H"] = func(c *compiler, x *syntax.Sigil) code {
		call := &syntax.Call{At: x.At, Name: "sigil_H", NameAt: x.Span(), Args: []syntax.Node{x, x}}
		if c.localMacro(call) == nil || x.Source == nil {
			return c.undefinedFunction(x.Span(), call.Name, 2)
		}
		return c.expr(templateOf(c.envAt(x.Span()), x.Source, heex.Options{}), false)
	}
}

// templateOf parses a template and prepares it to be compiled where env is.
func templateOf(env *Env, fr *source.Fragment, opts heex.Options) syntax.Node {
	tmpl, err := heex.Parse(fr, opts)
	for _, w := range tmpl.Warnings {
		env.Report(w)
	}
	if err != nil {
		for _, d := range source.Diagnostics(err) {
			env.Report(d)
		}
		return &syntax.Bad{At: syntax.At{At: fr.Span(0, len(fr.Text))}}
	}
	module := ""
	if mod, ok := env.Module(); ok {
		module = moduleText(mod)
	}
	b := &templateBuilder{c: env.comp, module: module, keyed: map[*syntax.Call]syntax.Node{}}
	name, _ := env.Function()
	block, _ := b.block(tmpl.Nodes, module+"."+name)
	if block.At.At.IsZero() {
		block.At.At = fr.Span(0, len(fr.Text))
	}
	return &templateNode{At: block.At, block: block, root: tmpl.Root, b: b}
}

// expandRenderSlot is render_slot/1,2: it passes on which assigns changed.
func expandRenderSlot(_ *Env, call *syntax.Call) (syntax.Node, error) {
	n := &renderSlot{At: call.At}
	args := call.Rest()
	n.slot = args[0]
	n.argument = &syntax.Atom{At: call.At, Name: "nil"}
	if len(args) > 1 {
		n.argument = args[1]
	}
	return n, nil
}

type renderSlot struct {
	syntax.At
	slot, argument syntax.Node
}

func (n *renderSlot) compile(c *compiler) code {
	if c.lookup(varChanged) == nil {
		return c.errorf(n.Span(), "undefined variable \"changed\"")
	}
	changed := c.expr(&syntax.Var{Name: varChanged}, false)
	slot, argument := c.expr(n.slot, false), c.expr(n.argument, false)
	at := spanOf(n)
	return func(t *Thread) term.Term {
		s, a := slot(t), argument(t)
		t.at(at)
		return t.renderSlot(changed(t), s, a)
	}
}

// renderSlot is Phoenix.Component.__render_slot__/3.
func (t *Thread) renderSlot(changed, slot, argument term.Term) term.Term {
	switch s := slot.(type) {
	case *term.List:
		if s == nil {
			return term.Nil
		}
		if rest, ok := s.Tail.(*term.List); ok && rest == nil {
			return t.slotContent(s.Head, changed, argument)
		}
		return t.slotEntries(s, changed, argument)
	case *term.Map:
		return t.slotContent(s, changed, argument)
	}
	t.RaiseFunctionClause("Phoenix.Component", "__render_slot__", []term.Term{changed, slot, argument})
	return nil
}

// The templates behind a slot of several entries, one in the other.
var (
	slotsBlock = &rendered.Block{Statics: []string{"", ""}, Name: "render_slot"}
	entryBlock = &rendered.Block{Statics: []string{"", ""}, Name: "for in render_slot"}
	atomEntry  = term.NewAtom("entry")
)

// slotEntries renders the entries of a slot as a comprehension.
func (t *Thread) slotEntries(list *term.List, changed, argument term.Term) term.Term {
	comp := &rendered.Comprehension{Block: entryBlock}
	for e := range list.All() {
		comp.Entries = append(comp.Entries, rendered.Entry{
			Key: term.Nil, Vars: term.NewMap(atomEntry, e),
			Render: func(*term.Map, bool) []rendered.Dyn {
				return []rendered.Dyn{t.toDyn(t.slotContent(e, changed, argument))}
			},
		})
	}
	return &rendered.Rendered{Block: slotsBlock, Dynamic: func(bool) []rendered.Dyn { return []rendered.Dyn{comp} }}
}

// slotContent calls the function of one entry.
func (t *Thread) slotContent(entry, changed, argument term.Term) term.Term {
	m, ok := entry.(*term.Map)
	if !ok {
		t.RaiseNew("KeyError", "key", atomInnerBlock, "term", entry)
	}
	inner, ok := m.Get(atomInnerBlock)
	if !ok {
		t.RaiseNew("KeyError", "key", atomInnerBlock, "term", entry)
	}
	switch f := inner.(type) {
	case *rendered.Rendered:
		return f
	case *term.Fun:
		return t.Call(f, changed, argument)
	}
	t.RaiseNew("RuntimeError", "message", term.Binary("attempted to render slot <:"+t.ToString(m.GetAtom(atomSlot))+"> but the slot has no inner content"))
	return nil
}
