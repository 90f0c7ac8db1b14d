package interp

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// A template is lowered to a tree of ordinary syntax, with the nodes of this
// file for what syntax has no word for. Templates need nothing else of the
// compiler.

// The variables of generated code. No source can write their names.
const (
	varChanged     = "changed" + hygiene + "template"      // assigns.__changed__, or nil for "everything"
	varLocals      = "vars_changed" + hygiene + "template" // the same for variables of comprehensions
	varTrack       = "track_changes?" + hygiene + "template"
	varLocalChange = "local_vars_changed" + hygiene + "template"
	varGenerator   = "generator" + hygiene + "template"
	varParent      = "parent_changed" + hygiene + "template"
	varArgument    = "argument" + hygiene + "template"
)

// compilable is a node that compiles itself.
type compilable interface {
	syntax.Node
	compile(c *compiler) code
}

// liveBlock is the content of a template, of a body of one, or of a slot.
type liveBlock struct {
	syntax.At
	parts []livePart
	// name says what the block is, for messages.
	name string
}

// livePart is static text, or an expression.
type livePart struct {
	text string
	x    syntax.Node
	// output is false for <% x %>.
	output bool
}

// innerBlock is the function that a slot's content becomes: one clause, or with
// a pattern in :let one that may not match.
type innerBlock struct {
	syntax.At
	slot string
	let  syntax.Node // nil without :let
	body *liveBlock
}

// componentCall is <.name …>, <Mod.name …>.
type componentCall struct {
	syntax.At
	fun  syntax.Node // &name/1
	live bool        // .live_component, which tracks for itself
	// roots are the {expr} attributes.
	roots []syntax.Node
	attrs []attrField
	// slots has inner_block first, when the call has content, then the others
	// by name.
	slots []slotField
}

type attrField struct {
	name string
	x    syntax.Node
	at   source.Span
}

// slotField is all entries of a slot with one name.
type slotField struct {
	name    string
	entries []*slotEntry
}

// slotEntry is one <:name>, or the content of a component.
type slotEntry struct {
	syntax.At
	name  string
	inner *innerBlock // nil for <:name />
	roots []syntax.Node
	attrs []attrField
	gen   *syntax.Binary // :for
	cond  syntax.Node    // :if
}

// htmlNode makes HTML of a value.
type htmlNode struct {
	syntax.At
	x  syntax.Node
	fn func(t *Thread, v term.Term) string
}

func (n *htmlNode) compile(c *compiler) code {
	x, fn := c.expr(n.x, false), n.fn
	return func(t *Thread) term.Term { return html(fn(t, x(t))) }
}

// childNodes returns the nodes in n, in the order in which Elixir's tree has
// them.
func childNodes(n syntax.Node) []syntax.Node {
	switch n := n.(type) {
	case *syntax.DynAtom:
		return partNodes(n.Parts)
	case *syntax.String:
		return partNodes(n.Parts)
	case *syntax.Sigil:
		return partNodes(n.Parts)
	case *syntax.List:
		return n.Elems
	case *syntax.Tuple:
		return n.Elems
	case *syntax.Map:
		var out []syntax.Node
		for _, x := range []syntax.Node{n.Struct, n.Update} {
			if x != nil {
				out = append(out, x)
			}
		}
		for _, p := range n.Pairs {
			out = append(out, p.Key, p.Value)
		}
		return out
	case *syntax.Bitstring:
		var out []syntax.Node
		for _, s := range n.Segments {
			out = append(out, s.Value)
		}
		return out
	case *syntax.Call:
		var out []syntax.Node
		if n.Target != nil {
			out = append(out, n.Target)
		}
		return append(out, callArgs(n)...)
	case *syntax.Apply:
		return append([]syntax.Node{n.Fun}, n.Args...)
	case *syntax.Access:
		return []syntax.Node{n.X, n.Key}
	case *syntax.Unary:
		return []syntax.Node{n.X}
	case *syntax.Binary:
		return []syntax.Node{n.L, n.R}
	case *syntax.Fn:
		return clauseNodes(n.Clauses)
	case *syntax.Stab:
		return clauseNodes(n.Clauses)
	case *syntax.Block:
		return n.Exprs
	case doArg:
		var out []syntax.Node
		for _, s := range n.do.Sections {
			if s.Body != nil {
				out = append(out, s.Body)
			}
			out = append(out, clauseNodes(s.Clauses)...)
		}
		return out
	}
	return templateChildren(n)
}

// templateChildren is childNodes for the nodes of templates.
func templateChildren(n syntax.Node) []syntax.Node {
	switch n := n.(type) {
	case *htmlNode:
		return []syntax.Node{n.x}
	case *liveBlock:
		var out []syntax.Node
		for _, p := range n.parts {
			if p.x != nil {
				out = append(out, p.x)
			}
		}
		return out
	case *innerBlock:
		if n.let != nil {
			return []syntax.Node{n.let, n.body}
		}
		return []syntax.Node{n.body}
	case *componentCall:
		out := append([]syntax.Node{n.fun}, n.roots...)
		for _, f := range n.attrs {
			out = append(out, f.x)
		}
		for _, s := range n.slots {
			for _, e := range s.entries {
				out = append(out, e)
			}
		}
		return out
	case *slotEntry:
		return []syntax.Node{n.tree()}
	case *slotMap:
		return n.e.children()
	}
	return nil
}

func partNodes(parts []syntax.Part) []syntax.Node {
	var out []syntax.Node
	for _, p := range parts {
		if p.Expr != nil {
			out = append(out, p.Expr)
		}
	}
	return out
}

func clauseNodes(clauses []*syntax.Clause) []syntax.Node {
	var out []syntax.Node
	for _, c := range clauses {
		out = append(out, c.Args...)
		if c.Guard != nil {
			out = append(out, c.Guard)
		}
		if c.Body != nil {
			out = append(out, c.Body)
		}
	}
	return out
}
