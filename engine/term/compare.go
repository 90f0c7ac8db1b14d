package term

import (
	"math/big"
	"strings"
)

// Equal reports whether a == b in Elixir: 1 == 1.0 is true.
func Equal(a, b Term) bool { return Compare(a, b) == 0 }

// StrictEqual reports whether a === b in Elixir: 1 === 1.0 is false. Map keys
// and patterns compare so.
func StrictEqual(a, b Term) bool { return CompareKeys(a, b) == 0 }

// Compare returns -1, 0 or 1 as a is before, equal to or after b in the order
// of terms, comparing integers and floats by value.
func Compare(a, b Term) int { return compare(a, b, false) }

// CompareKeys is Compare with integers before floats of the same value, the
// order in which maps hold their keys.
func CompareKeys(a, b Term) int { return compare(a, b, true) }

func compare(a, b Term, exact bool) int {
	if x, ok := a.(Struct); ok {
		a = x.AsMap()
	}
	if y, ok := b.(Struct); ok {
		b = y.AsMap()
	}
	if ka, kb := a.Kind(), b.Kind(); ka != kb {
		return sign(int(ka) - int(kb))
	}
	switch x := a.(type) {
	case Int:
		if y, ok := b.(Int); ok {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
		return compareNumbers(a, b, exact)
	case Float, *Big:
		return compareNumbers(a, b, exact)
	case Atom:
		y := b.(Atom)
		if x == y {
			return 0
		}
		return strings.Compare(x.Name(), y.Name())
	case Binary:
		if y, ok := b.(Binary); ok {
			return strings.Compare(string(x), string(y))
		}
		return compareBits(a, b)
	case *Bits:
		return compareBits(a, b)
	case Tuple:
		y := b.(Tuple)
		if len(x) != len(y) {
			return sign(len(x) - len(y))
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
		return sign(int(x.N) - int(b.(PID).N))
	case Ref:
		return sign(int(x.N) - int(b.(Ref).N))
	case *Fun:
		return compareFuns(x, b.(*Fun))
	}
	return 0
}

func sign(n int) int { return min(max(n, -1), 1) }

func compareNumbers(a, b Term, exact bool) int {
	c := asFloat(a).Cmp(asFloat(b))
	if c == 0 && exact {
		_, fa := a.(Float)
		_, fb := b.(Float)
		switch {
		case fa && !fb:
			return 1
		case fb && !fa:
			return -1
		}
	}
	return c
}

func asFloat(t Term) *big.Float {
	switch x := t.(type) {
	case Int:
		return new(big.Float).SetInt64(int64(x))
	case *Big:
		return new(big.Float).SetInt(&x.n)
	case Float:
		return new(big.Float).SetFloat64(float64(x))
	}
	return new(big.Float)
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
		if c := compare(x.Head, y.Head, exact); c != 0 {
			return c
		}
		nx, okx := x.Tail.(*List)
		ny, oky := y.Tail.(*List)
		if !okx || !oky {
			return compare(x.Tail, y.Tail, exact)
		}
		x, y = nx, ny
	}
}

func compareMaps(x, y *Map, exact bool) int {
	if x == y {
		return 0
	}
	if x.Len() != y.Len() {
		return sign(x.Len() - y.Len())
	}
	for i := range x.keys {
		if c := compare(x.keys[i], y.keys[i], true); c != 0 {
			return c
		}
	}
	for i := range x.vals {
		if c := compare(x.vals[i], y.vals[i], exact); c != 0 {
			return c
		}
	}
	return 0
}

func compareBits(a, b Term) int {
	x, nx := bitsOf(a)
	y, ny := bitsOf(b)
	if c := strings.Compare(x, y); c != 0 {
		return c
	}
	return sign(nx - ny)
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
	if c := sign(x.Arity - y.Arity); c != 0 {
		return c
	}
	if x.External && y.External {
		return 0
	}
	if c := sign(x.Index - y.Index); c != 0 {
		return c
	}
	for i := range min(len(x.Env), len(y.Env)) {
		if c := CompareKeys(x.Env[i], y.Env[i]); c != 0 {
			return c
		}
	}
	return sign(len(x.Env) - len(y.Env))
}
