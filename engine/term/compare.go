package term

import (
	"cmp"
	"math"
	"math/big"
	"strings"
)

// Equal reports whether a == b in Elixir: 1 == 1.0 is true.
func Equal(a, b Term) bool {
	switch x := a.(type) {
	case Atom:
		y, ok := b.(Atom)
		return ok && x == y
	case Int:
		if y, ok := b.(Int); ok {
			return x == y
		}
	case Binary:
		if y, ok := b.(Binary); ok {
			return x == y
		}
	}
	return Compare(a, b) == 0
}

// StrictEqual reports whether a === b in Elixir: 1 === 1.0 is false. Map keys
// and patterns compare so.
func StrictEqual(a, b Term) bool {
	switch x := a.(type) {
	case Atom:
		y, ok := b.(Atom)
		return ok && x == y
	case Int:
		y, ok := b.(Int)
		return ok && x == y
	case Binary:
		if y, ok := b.(Binary); ok {
			return x == y
		}
	}
	return CompareKeys(a, b) == 0
}

// Compare returns -1, 0 or 1 as a is before, equal to or after b in the order
// of terms, comparing integers and floats by value.
func Compare(a, b Term) int { return compare(a, b, false) }

// CompareKeys is Compare with all integers before all floats, the order in
// which maps hold their keys. It is 0 only for terms that are ===.
func CompareKeys(a, b Term) int { return compare(a, b, true) }

func compare(a, b Term, exact bool) int {
	switch x := a.(type) { // the usual keys first
	case Int:
		if y, ok := b.(Int); ok {
			return cmp.Compare(x, y)
		}
	case Atom:
		if y, ok := b.(Atom); ok {
			if x == y {
				return 0
			}
			return strings.Compare(x.Name(), y.Name())
		}
	case Binary:
		if y, ok := b.(Binary); ok {
			return strings.Compare(string(x), string(y))
		}
	case Struct:
		a = x.AsMap()
	}
	if y, ok := b.(Struct); ok {
		b = y.AsMap()
	}
	if ka, kb := a.Kind(), b.Kind(); ka != kb {
		return cmp.Compare(ka, kb)
	}
	return compareSameKind(a, b, exact)
}

func compareSameKind(a, b Term, exact bool) int {
	switch x := a.(type) {
	case Int, Float, *Big:
		return compareNumbers(a, b, exact)
	case Binary, *Bits:
		return compareBits(a, b)
	case Tuple:
		y := b.(Tuple)
		if len(x) != len(y) {
			return cmp.Compare(len(x), len(y))
		}
		for i := range x {
			if c := compare(x[i], y[i], exact); c != 0 {
				return c
			}
		}
		return 0
	case *List:
		return compareLists(x, b.(*List), exact)
	case *Map:
		return compareMaps(x, b.(*Map), exact)
	case PID:
		return cmp.Compare(x.N, b.(PID).N)
	case Ref:
		return cmp.Compare(x.N, b.(Ref).N)
	case *Fun:
		return compareFuns(x, b.(*Fun))
	}
	return 0
}

func compareNumbers(a, b Term, exact bool) int {
	x, fa := a.(Float)
	y, fb := b.(Float)
	switch {
	case fa && fb:
		if exact && x == y { // 0.0 and -0.0 are == but not ===
			return cmp.Compare(boolInt(math.Signbit(float64(y))), boolInt(math.Signbit(float64(x))))
		}
		return cmp.Compare(x, y)
	case fa && exact:
		return 1
	case fb && exact:
		return -1
	case fa:
		return -compareIntFloat(b, float64(x))
	case fb:
		return compareIntFloat(a, float64(y))
	}
	return compareInts(a, b)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareInts(a, b Term) int {
	x, bigA := a.(*Big)
	y, bigB := b.(*Big)
	switch {
	case bigA && bigB:
		return x.n.Cmp(&y.n)
	case bigA: // a Big is beyond every Int
		return x.n.Sign()
	case bigB:
		return -y.n.Sign()
	}
	return cmp.Compare(a.(Int), b.(Int))
}

// compareIntFloat compares by exact value, as the BEAM does for numbers beyond
// the precision of floats.
func compareIntFloat(a Term, f float64) int {
	const limit = 1 << 63
	switch x := a.(type) {
	case Int:
		if f >= limit {
			return -1
		}
		if f < -limit {
			return 1
		}
		whole := math.Trunc(f)
		if c := cmp.Compare(int64(x), int64(whole)); c != 0 {
			return c
		}
		return cmp.Compare(whole, f)
	case *Big:
		if math.Abs(f) < limit {
			return x.n.Sign()
		}
		n, _ := new(big.Float).SetFloat64(f).Int(nil) // a float this large has no fraction
		return x.n.Cmp(n)
	}
	return 0
}

func compareLists(x, y *List, exact bool) int {
	for {
		switch {
		case x == y:
			return 0
		case x == nil:
			return -1
		case y == nil:
			return 1
		}
		nx, okx := x.Tail.(*List)
		ny, oky := y.Tail.(*List)
		if okx && oky && nx == nil && ny == nil { // [[[…]]] can be deep, so no recursion
			hx, okx := x.Head.(*List)
			if hy, oky := y.Head.(*List); okx && oky {
				x, y = hx, hy
				continue
			}
		}
		if c := compare(x.Head, y.Head, exact); c != 0 {
			return c
		}
		if !okx || !oky {
			return compare(x.Tail, y.Tail, exact)
		}
		x, y = nx, ny
	}
}

// compareMaps compares sizes, then keys, then values.
func compareMaps(x, y *Map, exact bool) int {
	if x == y {
		return 0
	}
	n := x.Len()
	if n != y.Len() {
		return cmp.Compare(n, y.Len())
	}
	byValue := 0
	cx, cy := newCursor(x), newCursor(y)
	for range n {
		kx, vx := cx.next()
		ky, vy := cy.next()
		if c := compare(kx, ky, true); c != 0 {
			return c
		}
		if byValue == 0 {
			byValue = compare(vx, vy, exact)
		}
	}
	return byValue
}

func compareBits(a, b Term) int {
	x, nx := bitsOf(a)
	y, ny := bitsOf(b)
	if c := strings.Compare(x, y); c != 0 {
		return c
	}
	return cmp.Compare(nx, ny)
}

func bitsOf(t Term) (string, int) {
	switch x := t.(type) {
	case Binary:
		return string(x), len(x) * 8
	case *Bits:
		return x.Bytes, x.Len
	}
	return "", 0
}

func compareFuns(x, y *Fun) int {
	if x == y {
		return 0
	}
	if c := strings.Compare(x.Module.Name(), y.Module.Name()); c != 0 {
		return c
	}
	if c := strings.Compare(x.Name.Name(), y.Name.Name()); c != 0 {
		return c
	}
	if c := cmp.Compare(x.Arity, y.Arity); c != 0 {
		return c
	}
	if x.External != y.External {
		return cmp.Compare(boolInt(x.External), boolInt(y.External))
	}
	if x.External {
		return 0
	}
	if c := cmp.Compare(x.Index, y.Index); c != 0 {
		return c
	}
	if c := cmp.Compare(x.Uniq, y.Uniq); c != 0 {
		return c
	}
	for i := range min(len(x.Env), len(y.Env)) {
		if c := CompareKeys(x.Env[i], y.Env[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(x.Env), len(y.Env))
}
