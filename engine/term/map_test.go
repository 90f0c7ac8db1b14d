package term_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsplayground/engine/term"
)

// random makes a term out of bytes, for fuzzing.
func random(data *[]byte, depth int) term.Term {
	next := func() byte {
		if len(*data) == 0 {
			return 0
		}
		b := (*data)[0]
		*data = (*data)[1:]
		return b
	}
	kind := next() % 14
	if depth == 0 {
		kind %= 8
	}
	n := int(next() % 5)
	elems := func() (out []term.Term) {
		for range n {
			out = append(out, random(data, depth-1))
		}
		return out
	}
	switch kind {
	case 0:
		return term.Int(int8(next()))
	case 1:
		return term.Int(int64(next()) << 55)
	case 2:
		return term.Float(float64(int8(next())) / 4)
	case 3:
		return term.Float(math.Ldexp(float64(next()), int(next())))
	case 4:
		return term.NewBig(new(big.Int).Lsh(big.NewInt(int64(int8(next()))), uint(next())))
	case 5:
		return term.NewAtom(string([]byte{next(), next()}))
	case 6:
		return term.Binary([]byte{next(), next(), next()}[:n%4])
	case 7:
		return &term.Bits{Bytes: string([]byte{next() & 0xF0}), Len: 4}
	case 8, 9:
		return term.NewList(elems()...)
	case 10:
		return term.Tuple(elems())
	case 11:
		return &term.List{Head: random(data, depth-1), Tail: random(data, depth-1)}
	}
	return term.NewMap(append(elems(), elems()...)...)
}

func FuzzCompare(f *testing.F) {
	f.Add([]byte{8, 2, 0, 0, 1, 2, 0, 4, 8, 2, 2, 0, 4})
	f.Fuzz(func(t *testing.T, data []byte) {
		a, b, c := random(&data, 3), random(&data, 3), random(&data, 3)
		for name, cmp := range map[string]func(x, y term.Term) int{"Compare": term.Compare, "CompareKeys": term.CompareKeys} {
			if cmp(a, b) != -cmp(b, a) {
				t.Errorf("%s is not antisymmetric for %s, %s", name, term.Inspect(a), term.Inspect(b))
			}
			if cmp(a, a) != 0 {
				t.Errorf("%s is not reflexive for %s", name, term.Inspect(a))
			}
			if cmp(a, b) <= 0 && cmp(b, c) <= 0 && cmp(a, c) > 0 {
				t.Errorf("%s is not transitive for %s, %s, %s", name, term.Inspect(a), term.Inspect(b), term.Inspect(c))
			}
		}
		if term.Equal(a, b) != (term.Compare(a, b) == 0) || term.StrictEqual(a, b) != (term.CompareKeys(a, b) == 0) {
			t.Errorf("equality and order disagree for %s, %s", term.Inspect(a), term.Inspect(b))
		}
	})
}

func TestOrder(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 100)
	ordered := []term.Term{
		term.NewBig(new(big.Int).Neg(huge)), term.Float(-1e19), term.Int(math.MinInt64), term.Int(-1), term.Float(-0.5), term.Int(0),
		term.Float(0.5), term.Int(1), term.Float(1.5), term.Int(9007199254740992), term.Int(9007199254740993), term.Float(9007199254740994),
		term.Int(math.MaxInt64), term.Float(1e19), term.NewBig(huge), term.Float(1e40),
		term.NewAtom("a"), term.NewAtom("b"), term.Ref{N: 1}, term.Ref{N: 2}, &term.Fun{}, term.PID{N: 1}, term.PID{N: 2},
		term.Tuple{}, term.Tuple{term.Int(9)}, term.Tuple{term.Int(1), term.Int(1)}, term.Tuple{term.Int(1), term.Int(2)},
		term.EmptyMap, term.NewMap(term.Int(2), term.Int(0)), term.NewMap(term.Float(1.5), term.Int(0)), term.NewMap(term.NewAtom("a"), term.Int(1)),
		term.Empty, term.NewList(term.Int(1)), &term.List{Head: term.Int(1), Tail: term.NewList(term.Int(2))}, term.NewList(term.Int(2)),
		&term.Bits{Bytes: "\x00", Len: 3}, term.Binary("a"), term.Binary("aa"), term.Binary("b"),
	}
	for i, a := range ordered {
		for j, b := range ordered {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := term.Compare(a, b); got != want {
				t.Errorf("Compare(%s, %s) = %d, want %d", term.Inspect(a), term.Inspect(b), got, want)
			}
		}
	}
	if !term.Equal(term.Int(1), term.Float(1)) || term.StrictEqual(term.Int(1), term.Float(1)) {
		t.Error("1 is == and not === 1.0")
	}
	if !term.Equal(term.NewMap(term.Int(1), term.Int(1)), term.NewMap(term.Int(1), term.Float(1))) {
		t.Error("values of maps compare by value")
	}
	if term.Equal(term.NewMap(term.Int(1), term.Int(1)), term.NewMap(term.Float(1), term.Int(1))) {
		t.Error("keys of maps compare exactly")
	}
}

// TestMapModel runs random operations on a map and on a Go map side by side,
// across the size at which the map becomes a tree.
func TestMapModel(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 20 {
		m, model := term.EmptyMap, map[term.Term]term.Term{}
		span := 10 + round*20
		for step := range 600 {
			var k term.Term = term.Int(rnd.IntN(span))
			if rnd.IntN(3) == 0 {
				k = term.NewAtom(fmt.Sprint("k", rnd.IntN(span)))
			}
			before, n := m, m.Len()
			if rnd.IntN(5) < 2 {
				m = m.Delete(k)
				delete(model, k)
			} else {
				m = m.Put(k, term.Int(step))
				model[k] = term.Int(step)
			}
			if before.Len() != n {
				t.Fatal("an operation changed the map it was given")
			}
			if m.Len() != len(model) {
				t.Fatalf("Len is %d, want %d", m.Len(), len(model))
			}
		}
		checkModel(t, m, model)
	}
}

func checkModel(t *testing.T, m *term.Map, model map[term.Term]term.Term) {
	t.Helper()
	var keys []term.Term
	b := term.NewMapBuilder(0)
	for k, v := range m.All() {
		keys = append(keys, k)
		if model[k] != v {
			t.Fatalf("%s is %s, want %s", term.Inspect(k), term.Inspect(v), term.Inspect(model[k]))
		}
		if got, ok := m.Get(k); !ok || got != v || !m.Has(k) {
			t.Fatalf("Get(%s) = %v, %v", term.Inspect(k), got, ok)
		}
	}
	if len(keys) != len(model) || !slices.IsSortedFunc(keys, term.CompareKeys) {
		t.Fatalf("keys are not in order: %v", keys)
	}
	for k, v := range model { // in random order
		b.Put(k, term.Nil)
		b.Put(k, v)
	}
	if built := b.Map(); !term.StrictEqual(built, m) {
		t.Fatal("the builder's map differs")
	}
	for _, k := range keys {
		m = m.Delete(k)
	}
	if !term.StrictEqual(m, term.EmptyMap) || m.Has(term.Int(1)) {
		t.Fatal("deleting all keys leaves entries")
	}
}

func BenchmarkMap(b *testing.B) {
	for _, n := range []int{8, 32, 1000, 100_000} {
		m := term.NewMapBuilder(n)
		for i := range n {
			m.Put(term.NewAtom(fmt.Sprintf("key%06d", i)), term.Int(i))
		}
		big, key := m.Map(), term.NewAtom(fmt.Sprintf("key%06d", n/3))
		b.Run(fmt.Sprint("Get/", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				big.Get(key)
			}
		})
		b.Run(fmt.Sprint("Put/", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				big.Put(key, term.Nil)
			}
		})
	}
}

func BenchmarkInspect(b *testing.B) {
	v := term.NewMap(term.NewAtom("name"), term.Binary("Ann"), term.NewAtom("ids"), term.NewList(term.Int(1), term.Int(2)), term.NewAtom("pos"), term.Tuple{term.Float(1.5), term.Nil})
	b.ReportAllocs()
	for b.Loop() {
		term.Inspect(v)
	}
}
