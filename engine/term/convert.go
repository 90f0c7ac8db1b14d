package term

// AsMap returns the map that a value is to the language: a map, or a struct
// that Go code keeps in a form of its own. ok is false for any other value.
func AsMap(v Term) (m *Map, ok bool) {
	switch x := v.(type) {
	case *Map:
		return x, true
	case Struct:
		return x.AsMap(), true
	}
	return nil, false
}

// MergeMaps is Map.merge/2: the entries of b take the place of those of a.
func MergeMaps(a, b *Map) *Map {
	for k, v := range b.All() {
		a = a.Put(k, v)
	}
	return a
}

// Charlist returns the code points of a string, U+FFFD for each byte that is no
// UTF-8.
func Charlist(s string) *List {
	out := make([]Term, 0, len(s))
	for _, r := range s {
		out = append(out, Int(r))
	}
	return NewList(out...)
}
