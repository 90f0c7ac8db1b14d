package rendered

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Tree is what a client knows of a view: the diffs it got, merged. The zero
// Tree is that of a client that got none. It is the reverse of State, for
// tests and for the client in Go.
type Tree struct {
	root       *branch
	components map[int]*branch
	marks      int // how many roots have a mark
}

// branch is a node with all its values: a block, a comprehension (keyed is
// set) or an entry of one (it has no statics of its own).
type branch struct {
	statics []string
	known   bool // statics are known
	root    bool
	mark    mark
	values  []any // Text, CID or *branch
	keyed   bool
	entries []*branch
	stream  *Stream
}

// Merge applies a diff. The Tree keeps parts of it. After an error the Tree is
// in an unknown state. It does what mergeDiff of the JavaScript client does.
func (t *Tree) Merge(d *Diff) error {
	root, err := mergeNode(t.root, &d.Node, d.Templates)
	if err != nil {
		return err
	}
	if d.Static.Form != Known {
		t.components = nil
	}
	t.root = root
	if t.components == nil {
		t.components = map[int]*branch{}
	}
	m := componentMerge{old: t.components, diffs: map[int]*Node{}, done: map[int]*branch{}}
	for _, c := range d.Components {
		m.diffs[c.CID] = c.Node
	}
	for _, c := range d.Components {
		if _, err := m.component(c.CID, len(d.Components)); err != nil {
			return err
		}
	}
	for cid, b := range m.done {
		t.components[cid] = b
	}
	return nil
}

// DropComponents forgets components, when the server confirmed that they are
// destroyed.
func (t *Tree) DropComponents(cids ...int) {
	for _, cid := range cids {
		delete(t.components, cid)
	}
}

// componentMerge resolves the components of one diff.
type componentMerge struct {
	old   map[int]*branch
	diffs map[int]*Node
	done  map[int]*branch
}

// component returns the merged tree of a component of the diff. depth bounds
// the chain of references.
func (m *componentMerge) component(cid, depth int) (*branch, error) {
	if b := m.done[cid]; b != nil {
		return b, nil
	}
	n := m.diffs[cid]
	if n == nil || depth < 0 {
		return nil, fmt.Errorf("component %d refers to one that is not in the diff", cid)
	}
	var base *branch
	switch {
	case n.Static.Form == Shared && n.Static.Ref > 0:
		other, err := m.component(n.Static.Ref, depth-1)
		if err != nil {
			return nil, err
		}
		base = other.clone().forget()
	case n.Static.Form == Shared:
		other := m.old[-n.Static.Ref]
		if other == nil {
			return nil, fmt.Errorf("component %d shares with %d, which is not there", cid, -n.Static.Ref)
		}
		base = other.clone().forget()
	case n.Static.Form == Known:
		base = m.old[cid].clone()
	}
	b, err := mergeNode(base, n, nil)
	if err != nil {
		return nil, fmt.Errorf("component %d: %w", cid, err)
	}
	m.done[cid] = b
	return b, nil
}

func (b *branch) clone() *branch {
	if b == nil {
		return nil
	}
	c := *b
	c.values = slices.Clone(b.values)
	for i, v := range c.values {
		if child, ok := v.(*branch); ok {
			c.values[i] = child.clone()
		}
	}
	c.entries = cloneEntries(b.entries)
	return &c
}

func cloneEntries(entries []*branch) []*branch {
	out := make([]*branch, len(entries))
	for i, e := range entries {
		out[i] = e.clone()
	}
	return out
}

// mergeNode merges a diff into what was known, nil for nothing, and returns
// the result. templates are those that the diff's indexes mean.
func mergeNode(old *branch, n *Node, templates [][]string) (*branch, error) {
	if n.Templates != nil {
		templates = n.Templates
	}
	b := old
	switch n.Static.Form {
	case Inline, Template:
		b = &branch{statics: n.Static.Strings, known: true, root: n.Root}
		if n.Static.Form == Template {
			if n.Static.Ref < 0 || n.Static.Ref >= len(templates) {
				return nil, fmt.Errorf("template %d of %d", n.Static.Ref, len(templates))
			}
			b.statics = templates[n.Static.Ref]
		}
	case Known:
		if b == nil && n.empty() {
			return &branch{}, nil
		}
		if b == nil || !b.known {
			return nil, fmt.Errorf("change of something that is not known")
		}
	}
	if n.Keyed != nil {
		b.keyed = true
		if err := b.mergeKeyed(n.Keyed, templates); err != nil {
			return nil, err
		}
	}
	if n.Stream != nil {
		b.stream = n.Stream
	}
	b.mark.changed = b.root
	return b, b.mergeFields(n.Fields, templates)
}

func (b *branch) mergeFields(fields []Field, templates [][]string) error {
	for _, f := range fields {
		for len(b.values) <= f.Index {
			b.values = append(b.values, nil)
		}
		n, ok := f.Value.(*Node)
		if !ok {
			b.values[f.Index] = f.Value
			continue
		}
		old, _ := b.values[f.Index].(*branch)
		child, err := mergeNode(old, n, templates)
		if err != nil {
			return fmt.Errorf("%d: %w", f.Index, err)
		}
		b.values[f.Index] = child
	}
	return nil
}

func (b *branch) mergeKeyed(k *Keyed, templates [][]string) error {
	old := b.entries
	if k.Moved {
		old = cloneEntries(b.entries)
	}
	next := slices.Clone(b.entries)
	for len(next) < k.Count {
		next = append(next, nil)
	}
	next = next[:k.Count]
	for _, e := range k.Entries {
		if e.Index >= k.Count || e.From >= len(old) {
			return fmt.Errorf("entry %d from %d of %d", e.Index, e.From, k.Count)
		}
		if e.From >= 0 {
			next[e.Index] = old[e.From].clone()
		}
		if next[e.Index] == nil {
			next[e.Index] = &branch{}
		}
		if err := next[e.Index].mergeFields(e.Fields, templates); err != nil {
			return fmt.Errorf("entry %d: %w", e.Index, err)
		}
	}
	if i := slices.Index(next, nil); i >= 0 {
		return fmt.Errorf("no entry %d of %d", i, k.Count)
	}
	b.entries = next
	return nil
}

// HTML returns the view's HTML. component, when not nil, gets the HTML of each
// component and returns what to put in its place.
func (t *Tree) HTML(component func(cid int, html string) string) string {
	w := htmlWriter{tree: t, component: component}
	buf := pages.Get().(*[]byte)
	*buf = w.append((*buf)[:0], t.root)
	html := string(*buf)
	if cap(*buf) <= keptPage {
		pages.Put(buf)
	}
	return html
}

// pages are buffers in which HTML is put together, which else would be copied
// each time that it doubles.
var pages = sync.Pool{New: func() any { return new([]byte) }}

// keptPage is how large a buffer may be to be used again.
const keptPage = 1 << 20

// Patch returns the view's HTML, as HTML does, and the streams that have work
// in it, in order. These are then forgotten, with their entries, as a client
// does that has put them in its document.
func (t *Tree) Patch(component func(cid int, html string) string) (string, []*Stream) {
	w := htmlWriter{tree: t, component: component, flush: true}
	return string(w.append(nil, t.root)), w.streams
}

// ComponentHTML returns the HTML of one component, "" if it is not known.
func (t *Tree) ComponentHTML(cid int) string {
	w := htmlWriter{tree: t}
	return string(w.append(nil, t.components[cid]))
}

type htmlWriter struct {
	tree      *Tree
	component func(int, string) string
	flush     bool
	streams   []*Stream
}

func (w *htmlWriter) append(b []byte, n *branch) []byte {
	if n == nil {
		return b
	}
	if !n.keyed {
		return w.parts(b, n.statics, n.values)
	}
	for _, e := range n.entries {
		b = w.parts(b, n.statics, e.values)
	}
	if s := n.stream; w.flush && s != nil && (len(s.Inserts) > 0 || len(s.Deletes) > 0 || s.Reset) {
		w.streams = append(w.streams, s)
		n.stream, n.entries = nil, nil
	}
	return b
}

func (w *htmlWriter) parts(b []byte, statics []string, values []any) []byte {
	for i, s := range statics {
		b = append(b, s...)
		if i >= len(values) || i == len(statics)-1 {
			continue
		}
		switch v := values[i].(type) {
		case Text:
			b = append(b, v...)
		case *branch:
			b = w.append(b, v)
		case CID:
			if w.component == nil {
				b = w.append(b, w.tree.components[int(v)])
			} else {
				html := w.append(nil, w.tree.components[int(v)])
				b = append(b, w.component(int(v), string(html))...)
			}
		}
	}
	return b
}

// Streams returns what each stream in the tree had to do when it was sent last,
// in the order of the tree and then of the components.
func (t *Tree) Streams() []*Stream {
	var out []*Stream
	var walk func(*branch)
	walk = func(n *branch) {
		if n == nil {
			return
		}
		for _, v := range n.values {
			if child, ok := v.(*branch); ok {
				walk(child)
			}
		}
		for _, e := range n.entries {
			walk(e)
		}
		if n.stream != nil {
			out = append(out, n.stream)
		}
	}
	walk(t.root)
	for _, cid := range slices.Sorted(maps.Keys(t.components)) {
		walk(t.components[cid])
	}
	return out
}
