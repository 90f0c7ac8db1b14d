package rendered

import (
	"fmt"

	"streamsplayground/engine/term"
)

// State is what the server remembers of one view between renders: the
// fingerprints of what the client has, and the view's components. It is used
// by one goroutine at a time. After a panic in a render it must not be used
// any more; the process that owns it ends anyway.
type State struct {
	host       Host
	prints     *prints
	components map[int]*component
	ids        map[term.Atom]*idTable
	next       int
	message    uint64
	stack      []Field
	slab       []Field
}

// NewState returns the state of a view that was not rendered yet. host may be
// nil for templates without components.
func NewState(host Host) *State {
	return &State{host: host, components: map[int]*component{}, ids: map[term.Atom]*idTable{}, next: 1}
}

// prints is a fingerprint tree: what the client knows at one place. It is
// never changed once made, so components can share trees.
type prints struct {
	block    *Block
	children []*prints // by dynamic, nil when no dynamic has any
	entries  []keyedPrint
}

// keyedPrint is what is known of an entry of a comprehension; its position in
// the list is its index.
type keyedPrint struct {
	key      any
	vars     *term.Map
	children []*prints
}

// templates collects the statics of one message, or of one comprehension in a
// component, in the order in which their numbers are given.
type templates struct {
	blocks []*Block
	at     map[*Block]int
}

// number returns the block's index, adding it if it is new. As
// Phoenix.LiveView.Diff.maybe_share_template/4.
func (t *templates) number(b *Block) int {
	if t.at != nil {
		if i, ok := t.at[b]; ok {
			return i
		}
	} else {
		for i, x := range t.blocks {
			if x == b {
				return i
			}
		}
	}
	i := len(t.blocks)
	t.blocks = append(t.blocks, b)
	if t.at == nil && i >= 16 {
		t.at = make(map[*Block]int, 2*i)
		for j, x := range t.blocks {
			t.at[x] = j
		}
	} else if t.at != nil {
		t.at[b] = i
	}
	return i
}

func (t *templates) statics() [][]string {
	if len(t.blocks) == 0 {
		return nil
	}
	out := make([][]string, len(t.blocks))
	for i, b := range t.blocks {
		out[i] = b.Statics
	}
	return out
}

// Render renders the view and returns what the client has to know. As
// Phoenix.LiveView.Diff.render/4: when the root block changed everything is
// new, components included, but their numbers go on.
func (s *State) Render(r *Rendered) *Diff {
	if s.prints != nil && s.prints.block != r.Block {
		s.prints = nil
		s.components = map[int]*component{}
		s.ids = map[term.Atom]*idTable{}
	}
	s.message++
	d := &Diff{}
	var pend pending
	tmpl := templates{}
	t := traversal{State: s, pending: &pend, templates: &tmpl}
	node, p := t.rendered(r, s.prints, true)
	s.prints = p
	if node != nil {
		d.Node = *node
	}
	d.Templates = tmpl.statics()
	s.renderPending(d, &pend)
	s.end()
	return d
}

// end ends a message. The lists of a slab hold nodes, whose lists may be of the
// slab before, and so on up to the whole page: an idle view must not keep it.
func (s *State) end() {
	s.slab = nil
	if cap(s.stack) > 1<<10 {
		s.stack = nil
	}
}

// traversal is one walk over a rendered tree.
type traversal struct {
	*State
	pending *pending
	// templates is nil in a component: statics are inline there.
	templates *templates
}

// rendered returns the diff of a block, nil when there is none, and its
// fingerprints. With track unset all values are computed.
func (t *traversal) rendered(r *Rendered, known *prints, track bool) (*Node, *prints) {
	if known != nil && known.block == r.Block {
		fields, children := t.dynamics(r.Dynamic(track), known.children, track)
		if !sameChildren(children, known.children) {
			known = &prints{block: r.Block, children: children}
		}
		if len(fields) == 0 {
			return nil, known
		}
		return &Node{Fields: fields}, known
	}
	fields, children := t.dynamics(r.Dynamic(false), nil, track)
	n := &Node{Fields: fields, Root: r.Root, Static: t.static(r.Block)}
	return n, &prints{block: r.Block, children: children}
}

func (t *traversal) static(b *Block) Static {
	if t.templates == nil {
		return Static{Form: Inline, Strings: b.Statics}
	}
	return Static{Form: Template, Ref: t.templates.number(b)}
}

// sameChildren reports whether a is b: dynamics copies the list when it
// changes it.
func sameChildren(a, b []*prints) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// dynamics returns the fields to send for the values of a block, and its
// children's fingerprints: known itself if they are the same as before.
func (t *traversal) dynamics(dyns []Dyn, known []*prints, track bool) ([]Field, []*prints) {
	start := len(t.stack)
	children, owned := known, false
	for i, dyn := range dyns {
		if dyn == nil {
			continue
		}
		var child, next *prints
		if i < len(known) {
			child = known[i]
		}
		var value any
		value, next = t.dynamic(dyn, child, track)
		if value != nil {
			t.stack = append(t.stack, Field{i, value})
		}
		if next == child {
			continue
		}
		if !owned {
			children, owned = make([]*prints, len(dyns)), true
			copy(children, known)
		}
		children[i] = next
	}
	return t.take(start), children
}

// take moves the fields collected since start from the stack into a list of
// their own.
func (s *State) take(start int) []Field {
	n := len(s.stack) - start
	if n == 0 {
		return nil
	}
	if len(s.slab) < n {
		s.slab = make([]Field, max(n, min(256, 8+4*n)))
	}
	out := s.slab[:n:n]
	s.slab = s.slab[n:]
	copy(out, s.stack[start:])
	clear(s.stack[start:])
	s.stack = s.stack[:start]
	return out
}

// dynamic returns what to send for one value, nil for nothing.
func (t *traversal) dynamic(dyn Dyn, known *prints, track bool) (any, *prints) {
	var n *Node
	switch v := dyn.(type) {
	case Text:
		return dyn, nil
	case *Rendered:
		n, known = t.rendered(v, known, track)
	case *Comprehension:
		if len(v.Entries) == 0 && v.Stream == nil && (known == nil || known.block != v.Block) {
			return Text(""), nil
		}
		n, known = t.comprehension(v, known, track)
	case *Component:
		return CID(t.place(v)), nil
	default:
		panic(fmt.Sprintf("rendered: unexpected dynamic %T", dyn))
	}
	if n == nil {
		return nil, known
	}
	return n, known
}
