package rendered

import (
	"streamsplayground/engine/term"
)

// comprehension returns the diff of a comprehension, nil when there is none,
// and its fingerprints. In a component its statics are listed beside it.
func (t *traversal) comprehension(c *Comprehension, known *prints, track bool) (*Node, *prints) {
	inner := *t
	var own templates
	if t.templates == nil {
		inner.templates = &own
	}
	n := &Node{Stream: c.Stream}
	fresh := known == nil || known.block != c.Block
	var before []keyedPrint
	if !fresh {
		before = known.entries
	}
	var entries []keyedPrint
	n.Keyed, entries = inner.entries(c, before, track)
	if fresh {
		n.Static = t.static(c.Block)
	}
	if t.templates == nil {
		n.Templates = own.statics()
	}
	next := &prints{block: c.Block, entries: entries}
	if n.empty() {
		return nil, next
	}
	return n, next
}

// entries returns the k of a comprehension, nil if no entry changed, and what
// is to be remembered of the entries. As traverse_keyed/8.
func (t *traversal) entries(c *Comprehension, before []keyedPrint, track bool) (*Keyed, []keyedPrint) {
	k := &Keyed{Count: len(c.Entries)}
	keys := keyIndex{before: before}
	var after []keyedPrint
	if c.Stream == nil {
		after = make([]keyedPrint, len(c.Entries))
	}
	for i := range c.Entries {
		e := &c.Entries[i]
		from, key := -1, any(nil)
		if c.Keyed {
			key = keyOf(e.Key)
			var duplicate bool
			if from, duplicate = keys.find(i, key); duplicate {
				t.raise("RuntimeError", "found duplicate key "+term.Inspect(e.Key)+" in comprehension")
			}
		} else if i < len(before) {
			from = i
		}
		if from < 0 || !track || c.Stream != nil {
			fields, children := t.dynamics(e.Render(nil, false), nil, false)
			if k.Entries == nil {
				k.Entries = make([]KeyedEntry, 0, len(c.Entries)-i)
			}
			k.Entries = append(k.Entries, KeyedEntry{Index: i, From: -1, Fields: fields})
			if after != nil {
				after[i] = keyedPrint{key, e.Vars, children}
			}
			continue
		}
		old := &before[from]
		fields, children := t.dynamics(e.Render(changedVars(old.vars, e.Vars), true), old.children, true)
		after[i] = keyedPrint{key, e.Vars, children}
		if from == i {
			from = -1
			if len(fields) == 0 {
				continue
			}
		} else {
			k.Moved = true
		}
		k.Entries = append(k.Entries, KeyedEntry{Index: i, From: from, Fields: fields})
	}
	if len(k.Entries) == 0 && k.Count > 0 && k.Count == len(before) {
		return nil, after
	}
	return k, after
}

// changedVars returns the variables that differ, with the old value of those
// that were a list, map or tuple, and true for others. As assigning one after
// the other with Phoenix.Component.assign/3.
func changedVars(before, after *term.Map) *term.Map {
	changed := term.EmptyMap
	if before == after || after == nil {
		return changed
	}
	for name, v := range after.All() {
		var old term.Term
		if before != nil {
			old, _ = before.Get(name)
		}
		if old != nil && same(old, v) {
			continue
		}
		was := term.Term(term.True)
		if old != nil {
			switch old.Kind() {
			case term.KindList, term.KindMap, term.KindTuple:
				was = old
			}
		}
		changed = changed.Put(name, was)
	}
	return changed
}

// same reports whether a === b, at once when they are one value.
func same(a, b term.Term) bool {
	switch x := a.(type) {
	case *term.Map:
		if y, ok := b.(*term.Map); ok && x == y {
			return true
		}
	case *term.List:
		if y, ok := b.(*term.List); ok && x == y {
			return true
		}
	case *term.Fun:
		if y, ok := b.(*term.Fun); ok && x == y {
			return true
		}
	}
	return term.StrictEqual(a, b)
}

// keyIndex finds the earlier position of a key. As long as keys come in the
// order that they had, it needs no table: keys that were distinct before are
// distinct now.
type keyIndex struct {
	before []keyedPrint
	at     map[any]int
	seen   map[any]struct{}
}

// find returns the earlier position of the key at position i, or -1, and
// whether the key came before in this render. It is called for each i in turn.
func (x *keyIndex) find(i int, key any) (from int, duplicate bool) {
	if x.seen == nil {
		if i < len(x.before) && x.before[i].key == key {
			return i, false
		}
		x.seen = make(map[any]struct{}, len(x.before)+1)
		x.at = make(map[any]int, len(x.before))
		for j := range x.before {
			x.at[x.before[j].key] = j
			if j < i {
				x.seen[x.before[j].key] = struct{}{}
			}
		}
	}
	if _, ok := x.seen[key]; ok {
		return -1, true
	}
	x.seen[key] = struct{}{}
	if j, ok := x.at[key]; ok {
		return j, false
	}
	return -1, false
}
