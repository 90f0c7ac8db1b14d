package term

import "slices"

// MapKeys are the keys of maps that are made again and again, such as those
// of a literal. The maps share them.
type MapKeys struct {
	sorted []Term
	places []int // of the keys as they were given, in sorted
}

// NewMapKeys returns the keys given; when one comes twice, the later value
// wins. There must be few.
func NewMapKeys(keys ...Term) *MapKeys {
	k := &MapKeys{places: make([]int, len(keys))}
	k.sorted = slices.CompactFunc(slices.SortedFunc(slices.Values(keys), CompareKeys), func(a, b Term) bool { return CompareKeys(a, b) == 0 })
	for i, key := range keys {
		k.places[i], _ = slices.BinarySearchFunc(k.sorted, key, CompareKeys)
	}
	return k
}

// Map returns the map of the keys with the values that value returns, which
// is called for the keys in the order in which they were given.
func (k *MapKeys) Map(value func(i int) Term) *Map {
	m := withRoom(len(k.sorted))
	m.vals = slices.Grow(m.vals, len(k.sorted))[:len(k.sorted)]
	for i, place := range k.places {
		m.vals[place] = value(i)
	}
	return m.sorted(k.sorted, m.vals)
}
