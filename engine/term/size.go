package term

import "unsafe"

// What the parts of terms take in memory, roughly.
const (
	wordBytes = 16 // a Term
	listBytes = 32
	mapBytes  = 96
	nodeBytes = 56 // of a large map, beside key and value
	funBytes  = 112
)

// Holder is a Go value that stands for a term and keeps another.
type Holder interface {
	Term
	// Held returns what is kept, or nil.
	Held() Term
}

// Size returns about how many bytes terms keep, what they share counted once.
// It stops counting when it has reached limit.
func Size(limit int, terms ...Term) int {
	s := sizer{limit: limit, seen: map[any]struct{}{}, todo: append([]Term(nil), terms...)}
	s.run()
	return s.bytes
}

// SizeUpTo returns about how many bytes a term takes, looking at that many of
// its parts only, and counting what is shared as often as it is met.
func SizeUpTo(t Term, parts int) int {
	s := sizer{limit: 1 << 40, parts: parts}
	s.room[0] = t
	s.todo = s.room[:1]
	s.run()
	return s.bytes
}

// sizer walks through terms without calling itself, for terms can be nested
// deeper than the stack.
type sizer struct {
	bytes, limit int
	parts        int              // 0 for all
	seen         map[any]struct{} // nil where that does not matter
	todo         []Term
	room         [16]Term
}

func (s *sizer) run() {
	for n := 1; len(s.todo) > 0 && s.bytes < s.limit; n++ {
		t := s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		s.part(t)
		if s.parts > 0 && n >= s.parts {
			return
		}
	}
}

// known reports whether a part was counted before.
func (s *sizer) known(t Term) bool {
	if s.seen == nil {
		return false
	}
	if l, ok := t.(*List); ok && l != nil && !tracked(l) {
		return false
	}
	id := identity(t)
	if id == nil {
		return false
	}
	if _, ok := s.seen[id]; ok {
		return true
	}
	s.seen[id] = struct{}{}
	return false
}

// tracked reports whether a cell is remembered as counted. Of those that hold
// next to nothing one in eight is enough: whoever comes along a list that is
// shared meets it soon.
func tracked(l *List) bool {
	switch x := l.Head.(type) {
	case Int, Atom, Float:
	case Binary:
		if len(x) > 64 {
			return true
		}
	default:
		return true
	}
	return uintptr(unsafe.Pointer(l))/listBytes%8 == 0
}

func (s *sizer) part(t Term) {
	s.bytes += wordBytes
	if s.known(t) {
		return
	}
	switch x := t.(type) {
	case Binary:
		s.bytes += len(x)
	case *Bits:
		s.bytes += len(x.Bytes) + wordBytes
	case *Big:
		s.bytes += x.n.BitLen()/8 + wordBytes
	case Tuple:
		s.todo = append(s.todo, x...)
	case *List:
		if x != nil {
			s.bytes += listBytes - wordBytes
			s.todo = append(s.todo, x.Tail, x.Head)
		}
	case *Fun:
		s.bytes += funBytes
		s.todo = append(s.todo, x.Env...)
	case Holder:
		if v := x.Held(); v != nil {
			s.todo = append(s.todo, v)
		}
	case Struct:
		// Made by the engine, and no larger than what it was made of.
	case *Map:
		s.entries(x)
	}
}

func (s *sizer) entries(m *Map) {
	s.bytes += mapBytes
	if m.root != nil {
		s.bytes += nodeBytes * m.Len()
	}
	n := 0
	for k, v := range m.All() {
		s.todo = append(s.todo, v, k)
		if n++; s.parts > 0 && n > s.parts {
			return
		}
	}
}
