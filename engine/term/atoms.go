package term

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"unique"
)

// The atoms that were made, by the hash of their names. After maxNoted of them
// no more are noted, so that code that makes atoms without end takes no memory
// for them, and all names count as known.
var (
	atomSeed  = maphash.MakeSeed()
	noted     sync.Map // uint64: struct{}
	notedSize atomic.Int64
)

const maxNoted = 1 << 18

func noteAtom(name string) {
	h := maphash.String(atomSeed, name)
	if _, ok := noted.Load(h); ok || notedSize.Load() >= maxNoted {
		return
	}
	if _, ok := noted.LoadOrStore(h, struct{}{}); !ok {
		notedSize.Add(1)
	}
}

// ExistingAtom returns the atom with the given name if it was made before. It is
// safe for concurrent use.
func ExistingAtom(name string) (a Atom, ok bool) {
	if _, ok := noted.Load(maphash.String(atomSeed, name)); !ok && notedSize.Load() < maxNoted {
		return Atom{}, false
	}
	return Atom{unique.Make(name)}, true
}
