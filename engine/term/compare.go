package term

import (
	"cmp"
	"fmt"
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
func Compare(a, b Term) int {
	if c, ok := compareSimple(a, b); ok {
		return c
	}
	c := comparison{}
	return c.compare(a, b)
}

// CompareKeys is Compare with all integers before all floats, the order in
// which maps hold their keys. It is 0 only for terms that are ===.
func CompareKeys(a, b Term) int {
	if c, ok := compareSimple(a, b); ok {
		return c
	}
	c := comparison{exact: true}
	return c.compare(a, b)
}

// compareSimple compares the usual keys.
func compareSimple(a, b Term) (c int, ok bool) {
	switch x := a.(type) {
	case Int:
		if y, ok := b.(Int); ok {
			return cmp.Compare(x, y), true
		}
	case Atom:
		if y, ok := b.(Atom); ok {
			if x == y {
				return 0, true
			}
			return strings.Compare(x.Name(), y.Name()), true
		}
	case Binary:
		if y, ok := b.(Binary); ok {
			return strings.Compare(string(x), string(y)), true
		}
	}
	return 0, false
}

// comparison is one comparison of two terms. A term may hold another many
// times, so that it is exponentially larger to walk than to keep; after some
// steps a comparison therefore remembers which large parts were equal.
type comparison struct {
	exact bool
	depth int
	steps int
	equal map[pair]struct{} // nil until it is worth it
}

// pair is two parts of terms by where they are in memory, and how they were
// compared.
type pair struct {
	a, b  any
	exact bool
}

const (
	// rememberAfter steps a comparison begins to remember parts, and then those
	// that took more than worthRemembering.
	rememberAfter    = 1 << 10
	worthRemembering = 64
	// maxSteps and maxDepth bound a comparison, to less than half a second and
	// some 50 MB of stack.
	maxSteps = 1 << 25
	maxDepth = 100_000
)

// identity returns what tells a part from every other that is elsewhere in
// memory, or nil for parts that are not worth it.
func identity(t Term) any {
	switch x := t.(type) {
	case *List:
		return x
	case *Map:
		return x
	case *Fun:
		return x
	case Tuple:
		if len(x) > 0 {
			return &x[0]
		}
	}
	return nil
}

// part compares parts of terms, for which the caller has more to compare.
func (c *comparison) part(a, b Term) int {
	if r, ok := compareSimple(a, b); ok {
		return r
	}
	before := c.steps
	c.depth++
	if c.depth > maxDepth {
		panic(Exhausted{Limit: "depth", Message: "terms were compared that are nested more than 100000 deep"})
	}
	r := c.compare(a, b)
	c.depth--
	if c.equal != nil && r == 0 && c.steps-before > worthRemembering {
		if p := (pair{identity(a), identity(b), c.exact}); p.a != nil && p.b != nil {
			c.equal[p] = struct{}{}
		}
	}
	return r
}

// key compares keys of maps, for which 1 and 1.0 differ.
func (c *comparison) key(a, b Term) int {
	exact := c.exact
	c.exact = true
	r := c.part(a, b)
	c.exact = exact
	return r
}

// step counts one step and reports whether the two are known to be equal.
func (c *comparison) step(a, b Term) bool {
	if c.steps++; c.steps&(rememberAfter-1) == 0 {
		c.pause()
	}
	if len(c.equal) == 0 {
		return false
	}
	p := pair{identity(a), identity(b), c.exact}
	if p.a == nil || p.b == nil {
		return false
	}
	_, ok := c.equal[p]
	return ok
}

func (c *comparison) pause() {
	Toil(rememberAfter)
	if c.equal == nil {
		c.equal = map[pair]struct{}{}
	}
	if c.steps >= maxSteps {
		panic(Exhausted{Limit: "time", Message: fmt.Sprintf("comparing two terms took more than %d steps", maxSteps)})
	}
}

// compare is a loop over the last parts, so that nesting to the right costs no
// stack.
func (c *comparison) compare(a, b Term) int {
	for {
		if x, ok := a.(Struct); ok {
			a = x.AsMap()
		}
		if y, ok := b.(Struct); ok {
			b = y.AsMap()
		}
		if ka, kb := a.Kind(), b.Kind(); ka != kb {
			return cmp.Compare(ka, kb)
		}
		if c.step(a, b) {
			return 0
		}
		var r int
		switch x := a.(type) {
		case Tuple:
			r, a, b = c.tuples(x, b.(Tuple))
		case *List:
			r, a, b = c.lists(x, b.(*List))
		case *Map:
			r, a, b = c.maps(x, b.(*Map))
		default:
			return c.scalars(a, b)
		}
		if a == nil {
			return r
		}
		if r, ok := compareSimple(a, b); ok {
			return r
		}
	}
}

func (c *comparison) scalars(a, b Term) int {
	switch x := a.(type) {
	case Atom:
		return strings.Compare(x.Name(), b.(Atom).Name())
	case Int, Float, *Big:
		return compareNumbers(a, b, c.exact)
	case Binary, *Bits:
		return compareBits(a, b)
	case PID:
		return cmp.Compare(x.N, b.(PID).N)
	case Ref:
		return cmp.Compare(x.N, b.(Ref).N)
	case *Fun:
		return c.funs(x, b.(*Fun))
	}
	return 0
}

// tuples returns the order of two tuples, or their last elements where these
// decide.
func (c *comparison) tuples(x, y Tuple) (r int, a, b Term) {
	if len(x) != len(y) {
		return cmp.Compare(len(x), len(y)), nil, nil
	}
	if len(x) == 0 || &x[0] == &y[0] {
		return 0, nil, nil
	}
	last := len(x) - 1
	for i := range last {
		if r := c.part(x[i], y[i]); r != 0 {
			return r, nil, nil
		}
	}
	return 0, x[last], y[last]
}

// lists returns the order of two lists, or the two parts that decide.
func (c *comparison) lists(x, y *List) (r int, a, b Term) {
	for {
		switch {
		case x == y:
			return 0, nil, nil
		case x == nil:
			return -1, nil, nil
		case y == nil:
			return 1, nil, nil
		}
		nx, okx := x.Tail.(*List)
		ny, oky := y.Tail.(*List)
		if okx && oky && nx == nil && ny == nil {
			return 0, x.Head, y.Head
		}
		if r := c.part(x.Head, y.Head); r != 0 {
			return r, nil, nil
		}
		if !okx || !oky {
			return 0, x.Tail, y.Tail
		}
		if x, y = nx, ny; x != nil && y != nil && c.step(x, y) {
			return 0, nil, nil
		}
	}
}

// maps compares sizes, then keys, then values. It returns the only values of
// maps of one entry for the caller to compare.
func (c *comparison) maps(x, y *Map) (r int, a, b Term) {
	if x == y {
		return 0, nil, nil
	}
	n := x.Len()
	if n != y.Len() {
		return cmp.Compare(n, y.Len()), nil, nil
	}
	byValue := 0
	cx, cy := newCursor(x), newCursor(y)
	for range n {
		kx, vx := cx.next()
		ky, vy := cy.next()
		switch r := c.key(kx, ky); {
		case r != 0:
			return r, nil, nil
		case n == 1:
			return 0, vx, vy
		case byValue == 0:
			byValue = c.part(vx, vy)
		}
	}
	return byValue, nil, nil
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

func (c *comparison) funs(x, y *Fun) int {
	if x == y {
		return 0
	}
	if r := cmp.Or(
		strings.Compare(x.Module.Name(), y.Module.Name()), strings.Compare(x.Name.Name(), y.Name.Name()),
		cmp.Compare(x.Arity, y.Arity),
	); r != 0 {
		return r
	}
	if x.External != y.External {
		return cmp.Compare(boolInt(x.External), boolInt(y.External))
	}
	if x.External {
		return 0
	}
	if r := cmp.Or(cmp.Compare(x.Index, y.Index), cmp.Compare(x.Uniq, y.Uniq)); r != 0 {
		return r
	}
	for i := range min(len(x.Env), len(y.Env)) {
		if r := c.key(x.Env[i], y.Env[i]); r != 0 {
			return r
		}
	}
	return cmp.Compare(len(x.Env), len(y.Env))
}
