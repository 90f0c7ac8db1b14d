package term

import (
	"slices"
	"sort"
)

// smallMap is the number of entries up to which a map is a sorted array that
// put and delete copy; beyond it is a balanced tree.
const smallMap = 32

// Map is an immutable map. The nil *Map is not a map; the empty map is
// EmptyMap or &Map{}.
type Map struct {
	// A small map has its entries in keys and vals, in the order of
	// CompareKeys; a larger one in root.
	keys []Term
	vals []Term
	root *node
}

// EmptyMap is the empty map.
var EmptyMap = &Map{}

// NewMap returns the map of alternating keys and values; later keys win.
func NewMap(pairs ...Term) *Map {
	b := NewMapBuilder(len(pairs) / 2)
	for i := 0; i+1 < len(pairs); i += 2 {
		b.Put(pairs[i], pairs[i+1])
	}
	return b.Map()
}

// NewStruct returns the struct of a module given as it is written, with
// alternating field names and values.
func NewStruct(module string, fields ...any) *Map {
	b := NewMapBuilder(len(fields)/2 + 1)
	b.Put(StructKey, NewModule(module))
	for i := 0; i+1 < len(fields); i += 2 {
		b.Put(NewAtom(fields[i].(string)), fields[i+1].(Term))
	}
	return b.Map()
}

// Len returns the number of entries.
func (m *Map) Len() int {
	if m.root != nil {
		return m.root.size
	}
	return len(m.keys)
}

// find returns the place of a key in a small map, or where it would go.
func (m *Map) find(k Term) (int, bool) {
	a, isAtom := k.(Atom)
	if isAtom {
		for i, x := range m.keys {
			if b, ok := x.(Atom); ok && a == b {
				return i, true
			}
		}
	}
	i := sort.Search(len(m.keys), func(i int) bool { return CompareKeys(m.keys[i], k) >= 0 })
	return i, !isAtom && i < len(m.keys) && CompareKeys(m.keys[i], k) == 0
}

// Get returns the value of a key.
func (m *Map) Get(k Term) (Term, bool) {
	if a, ok := k.(Atom); ok {
		v := m.GetAtom(a)
		return v, v != nil
	}
	if m.root != nil {
		return m.root.get(k)
	}
	if i, ok := m.find(k); ok {
		return m.vals[i], true
	}
	return nil, false
}

// GetAtom returns the value of an atom key, or nil (no term) if it is missing.
func (m *Map) GetAtom(k Atom) Term {
	if m.root != nil {
		v, _ := m.root.get(k)
		return v
	}
	for i, x := range m.keys {
		if a, ok := x.(Atom); ok && a == k {
			return m.vals[i]
		}
	}
	return nil
}

// Has reports whether the map has the key.
func (m *Map) Has(k Term) bool {
	_, ok := m.Get(k)
	return ok
}

// Put returns a map with the key set to the value.
func (m *Map) Put(k, v Term) *Map {
	if m.root != nil {
		return &Map{root: m.root.put(k, v)}
	}
	i, ok := m.find(k)
	if ok {
		out := withRoom(len(m.keys))
		out.keys, out.vals = m.keys, append(out.vals, m.vals...)
		out.vals[i] = v
		return out
	}
	n := len(m.keys) + 1
	// The keys apart: later maps share them, and must not keep these values alive.
	keys, out := make([]Term, n), withRoom(n)
	copy(keys, m.keys[:i])
	keys[i] = k
	copy(keys[i+1:], m.keys[i:])
	out.vals = append(append(append(out.vals, m.vals[:i]...), v), m.vals[i:]...)
	return out.sorted(keys, out.vals)
}

// PutAll returns a map with alternating keys and values set, as so many Puts.
func (m *Map) PutAll(pairs ...Term) *Map {
	out := m.Put(pairs[0], pairs[1])
	for i := 2; i+1 < len(pairs); i += 2 {
		k, v := pairs[i], pairs[i+1]
		if j, ok := out.find(k); ok && out.root == nil {
			out.vals[j] = v // nobody else has this map yet
			continue
		}
		out = out.Put(k, v)
	}
	return out
}

// Delete returns a map without the key.
func (m *Map) Delete(k Term) *Map {
	if m.root != nil {
		root := m.root.delete(k)
		switch {
		case root == m.root:
			return m
		case root.size <= smallMap/2: // not smallMap, lest a map at the border is rebuilt at every step
			return flatten(root)
		}
		return &Map{root: root}
	}
	i, ok := m.find(k)
	if !ok {
		return m
	}
	keys, vals := make([]Term, 0, len(m.keys)-1), make([]Term, 0, len(m.keys)-1)
	keys = append(append(keys, m.keys[:i]...), m.keys[i+1:]...)
	vals = append(append(vals, m.vals[:i]...), m.vals[i+1:]...)
	return &Map{keys: keys, vals: vals}
}

// All yields the entries in the order of CompareKeys.
func (m *Map) All() func(yield func(k, v Term) bool) {
	return func(yield func(k, v Term) bool) {
		if m.root != nil {
			m.root.walk(yield)
			return
		}
		for i, k := range m.keys {
			if !yield(k, m.vals[i]) {
				return
			}
		}
	}
}

// StructName returns the module of a struct, and false for a plain map.
func (m *Map) StructName() (Atom, bool) {
	a, ok := m.GetAtom(StructKey).(Atom)
	return a, ok
}

// withRoom returns an empty map with room for the values of n entries, in the
// same piece of memory where that is small.
func withRoom(n int) *Map {
	switch {
	case n <= 4:
		m := new(struct {
			Map
			room [4]Term
		})
		m.vals = m.room[:0]
		return &m.Map
	case n <= 8:
		m := new(struct {
			Map
			room [8]Term
		})
		m.vals = m.room[:0]
		return &m.Map
	case n <= 12:
		m := new(struct {
			Map
			room [12]Term
		})
		m.vals = m.room[:0]
		return &m.Map
	case n <= 16:
		m := new(struct {
			Map
			room [16]Term
		})
		m.vals = m.room[:0]
		return &m.Map
	}
	return &Map{vals: make([]Term, 0, n)}
}

// sorted makes m the map of keys that are in order and differ. It owns the
// slices.
func (m *Map) sorted(keys, vals []Term) *Map {
	if len(keys) > smallMap {
		return &Map{root: buildNode(keys, vals)}
	}
	m.keys, m.vals = keys, vals
	return m
}

func flatten(n *node) *Map {
	keys, vals := make([]Term, 0, n.size), make([]Term, 0, n.size)
	n.walk(func(k, v Term) bool {
		keys, vals = append(keys, k), append(vals, v)
		return true
	})
	return &Map{keys: keys, vals: vals}
}

// MapBuilder makes a map of many entries at once. The zero value is ready.
type MapBuilder struct {
	m          *Map // will be the map, when it is small
	keys, vals []Term
	unsorted   bool
}

// NewMapBuilder returns a builder with room for n entries.
func NewMapBuilder(n int) *MapBuilder {
	m := withRoom(n)
	return &MapBuilder{m: m, keys: make([]Term, 0, n), vals: m.vals}
}

// Put adds an entry; a later one with the same key wins.
func (b *MapBuilder) Put(k, v Term) {
	if n := len(b.keys); n > 0 && !b.unsorted {
		switch c := CompareKeys(b.keys[n-1], k); {
		case c == 0:
			b.vals[n-1] = v
			return
		case c > 0 && n < insertable:
			b.insert(k, v)
			return
		case c > 0:
			b.unsorted = true
		}
	}
	b.keys, b.vals = append(b.keys, k), append(b.vals, v)
}

// insertable is up to how many entries a new one is put in its place at once.
const insertable = 8

// insert puts an entry where it belongs, which is not at the end.
func (b *MapBuilder) insert(k, v Term) {
	i := len(b.keys) - 1
	for ; i > 0; i-- {
		c := CompareKeys(b.keys[i-1], k)
		if c == 0 {
			b.vals[i-1] = v
			return
		}
		if c < 0 {
			break
		}
	}
	b.keys, b.vals = slices.Insert(b.keys, i, k), slices.Insert(b.vals, i, v)
}

// Map returns the map. The builder must not be used after.
func (b *MapBuilder) Map() *Map {
	if len(b.keys) == 0 {
		return EmptyMap
	}
	if b.unsorted {
		b.sort()
	}
	if b.m == nil {
		b.m = &Map{}
	}
	return b.m.sorted(b.keys, b.vals)
}

// sort orders the entries and drops all but the last of each key.
func (b *MapBuilder) sort() {
	sort.Stable(&byKey{b.keys, b.vals})
	n := 0
	for i := range b.keys {
		if n > 0 && CompareKeys(b.keys[n-1], b.keys[i]) == 0 {
			b.vals[n-1] = b.vals[i]
			continue
		}
		b.keys[n], b.vals[n] = b.keys[i], b.vals[i]
		n++
	}
	clear(b.keys[n:])
	clear(b.vals[n:])
	b.keys, b.vals = b.keys[:n:n], b.vals[:n:n]
}

type byKey struct{ keys, vals []Term }

func (b *byKey) Len() int           { return len(b.keys) }
func (b *byKey) Less(i, j int) bool { return CompareKeys(b.keys[i], b.keys[j]) < 0 }
func (b *byKey) Swap(i, j int) {
	b.keys[i], b.keys[j] = b.keys[j], b.keys[i]
	b.vals[i], b.vals[j] = b.vals[j], b.vals[i]
}
