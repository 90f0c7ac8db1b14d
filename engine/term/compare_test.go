package term_test

import (
	"errors"
	"testing"
	"time"

	"streamsplayground/engine/term"
)

// shared returns a term of n parts that has 2ⁿ when it is written out.
func shared(n int, leaf term.Term, join func(x term.Term) term.Term) term.Term {
	for range n {
		leaf = join(leaf)
	}
	return leaf
}

func TestSharedTermsCompareInTime(t *testing.T) {
	for name, join := range map[string]func(x term.Term) term.Term{
		"cells":  func(x term.Term) term.Term { return &term.List{Head: x, Tail: x} },
		"lists":  func(x term.Term) term.Term { return term.NewList(x, x) },
		"tuples": func(x term.Term) term.Term { return term.Tuple{x, x} },
		"nested": func(x term.Term) term.Term { return term.Tuple{term.NewList(x), term.NewList(term.Int(1), x), x} },
		"maps":   func(x term.Term) term.Term { return term.NewMap(term.Int(1), x, term.Int(2), x) },
		"keys":   func(x term.Term) term.Term { return term.NewMap(x, x, term.Tuple{x}, x) },
		"funs":   func(x term.Term) term.Term { return &term.Fun{Env: []term.Term{x, x}} },
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			const deep = 40
			a, b := shared(deep, term.Int(1), join), shared(deep, term.Int(1), join)
			less, almost := shared(deep, term.Int(0), join), shared(deep, term.Float(1), join)
			if !term.Equal(a, b) || !term.StrictEqual(a, b) {
				t.Error("not equal to its copy")
			}
			if term.Compare(less, a) != -1 || term.Compare(a, less) != 1 {
				t.Error("the smaller one is not before it")
			}
			if term.StrictEqual(a, almost) {
				t.Error("=== to one with a float")
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestDeepTermsCompareWithoutEndingTheProgram(t *testing.T) {
	const deep = 300_000
	for name, c := range map[string]struct {
		join  func(x term.Term) term.Term
		limit string
	}{
		"to the right": {func(x term.Term) term.Term { return term.Tuple{term.Int(1), x} }, ""},
		"lists of one": {func(x term.Term) term.Term { return term.NewList(x) }, ""},
		"maps of one":  {func(x term.Term) term.Term { return term.NewMap(term.Int(1), x) }, ""},
		"to the left":  {func(x term.Term) term.Term { return term.Tuple{x, term.Int(1)} }, "depth"},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := shared(deep, term.Int(1), c.join), shared(deep, term.Int(1), c.join)
			defer func() {
				var x term.Exhausted
				err, _ := recover().(error)
				if errors.As(err, &x); x.Limit != c.limit {
					t.Errorf("got limit %q, want %q", x.Limit, c.limit)
				}
			}()
			if !term.Equal(a, b) {
				t.Error("not equal to its copy")
			}
		})
	}
}

func TestToilIsSeen(t *testing.T) {
	before := term.Toiled()
	long := func() term.Term {
		l := term.Empty
		for range 100_000 {
			l = &term.List{Head: term.Int(1), Tail: l}
		}
		return l
	}
	if term.Equal(long(), long()); term.Toiled() == before {
		t.Error("a long comparison was not told")
	}
}

func TestSharedTermsAreShownInTime(t *testing.T) {
	start := time.Now()
	v := shared(60, term.Int(1), func(x term.Term) term.Term { return term.Tuple{x, x} })
	text := term.InspectWith(v, term.InspectOptions{Limit: term.Unlimited})
	if took := time.Since(start); took > 20*time.Second || len(text) > 10<<20 {
		t.Errorf("%d bytes took %v", len(text), took)
	}
}
