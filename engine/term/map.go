package term

import "sort"

// Map is an immutable map. Small maps are a sorted array; put and delete copy
// it. The nil *Map is not a map; the empty map is EmptyMap or &Map{}.
type Map struct {
	keys []Term // in term order
	vals []Term
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
func (m *Map) Len() int { return len(m.keys) }

func (m *Map) find(k Term) (int, bool) {
	if a, ok := k.(Atom); ok && len(m.keys) <= 16 {
		for i, x := range m.keys {
			if x == Term(a) {
				return i, true
			}
		}
	}
	i := sort.Search(len(m.keys), func(i int) bool { return CompareKeys(m.keys[i], k) >= 0 })
	return i, i < len(m.keys) && CompareKeys(m.keys[i], k) == 0
}

// Get returns the value of a key.
func (m *Map) Get(k Term) (Term, bool) {
	if i, ok := m.find(k); ok {
		return m.vals[i], true
	}
	return nil, false
}

// GetAtom returns the value of an atom key, or nil (no term) if it is missing.
func (m *Map) GetAtom(k Atom) Term {
	v, _ := m.Get(k)
	return v
}

// Has reports whether the map has the key.
func (m *Map) Has(k Term) bool {
	_, ok := m.find(k)
	return ok
}

// Put returns a map with the key set to the value.
func (m *Map) Put(k, v Term) *Map {
	i, ok := m.find(k)
	if ok {
		vals := append([]Term(nil), m.vals...)
		vals[i] = v
		return &Map{keys: m.keys, vals: vals}
	}
	keys, vals := make([]Term, len(m.keys)+1), make([]Term, len(m.keys)+1)
	copy(keys, m.keys[:i])
	copy(vals, m.vals[:i])
	keys[i], vals[i] = k, v
	copy(keys[i+1:], m.keys[i:])
	copy(vals[i+1:], m.vals[i:])
	return &Map{keys: keys, vals: vals}
}

// Delete returns a map without the key.
func (m *Map) Delete(k Term) *Map {
	i, ok := m.find(k)
	if !ok {
		return m
	}
	keys, vals := make([]Term, 0, len(m.keys)-1), make([]Term, 0, len(m.keys)-1)
	keys = append(append(keys, m.keys[:i]...), m.keys[i+1:]...)
	vals = append(append(vals, m.vals[:i]...), m.vals[i+1:]...)
	return &Map{keys: keys, vals: vals}
}

// All yields the entries in term order of the keys.
func (m *Map) All() func(yield func(k, v Term) bool) {
	return func(yield func(k, v Term) bool) {
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

// MapBuilder makes a map of many entries at once. The zero value is ready.
type MapBuilder struct{ m *Map }

// NewMapBuilder returns a builder with room for n entries.
func NewMapBuilder(int) *MapBuilder { return &MapBuilder{m: EmptyMap} }

// Put adds an entry; a later one with the same key wins.
func (b *MapBuilder) Put(k, v Term) { b.m = b.m.Put(k, v) }

// Map returns the map. The builder must not be used after.
func (b *MapBuilder) Map() *Map { return b.m }
