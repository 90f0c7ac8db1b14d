package stdlib

import "streamsplayground/engine/term"

// termCounts counts terms that are ===. Simple terms are keys of a Go map,
// others are found by the order of terms.
type termCounts struct {
	simple map[term.Term]int
	other  *term.Map
}

func newTermCounts(n int) *termCounts {
	return &termCounts{simple: make(map[term.Term]int, n), other: term.EmptyMap}
}

func isSimple(v term.Term) bool {
	switch v.(type) {
	case term.Int, term.Atom, term.Binary, term.PID, term.Ref:
		return true
	}
	return false
}

func (k *termCounts) get(v term.Term) int {
	if isSimple(v) {
		return k.simple[v]
	}
	n, ok := k.other.Get(v)
	if !ok {
		return 0
	}
	return int(n.(term.Int))
}

// add changes the count and returns what it was.
func (k *termCounts) add(v term.Term, n int) int {
	was := k.get(v)
	if isSimple(v) {
		k.simple[v] = was + n
	} else {
		k.other = k.other.Put(v, term.Int(was+n))
	}
	return was
}
