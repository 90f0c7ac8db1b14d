package stdlib

import (
	"math"
	"math/rand/v2"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// exsss is the state of Erlang's default generator, Xorshift116**: two words
// of 58 bits.
type exsss struct{ s0, s1 uint64 }

const mask58 = 1<<58 - 1

// next returns 58 random bits.
func (x *exsss) next() uint64 {
	// The words change places with each step.
	s1, s0 := x.s0, x.s1
	b := (s1 ^ s1<<24) & mask58
	x.s0, x.s1 = s0, (b^s0^b>>11^s0>>41)&mask58
	v := (s0 + s0<<2) & mask58
	v = (v<<7 | v>>51) & mask58
	return (v + v<<3) & mask58
}

// Uint64 implements rand.Source.
func (x *exsss) Uint64() uint64 { return x.next()<<32 ^ x.next() }

// splitMix returns 58 bits, not 0, and the next state of the generator that
// makes seeds.
func splitMix(x uint64) (z, next uint64) {
	for z == 0 {
		x += 0x9e3779b97f4a7c15
		z = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z = (z ^ z>>31) & mask58
	}
	return z, x
}

// newExsss makes the state of a seed: an integer, three of them, or the two
// words themselves.
func newExsss(seed term.Term) (*exsss, bool) {
	if n, ok := seed.(term.Int); ok {
		a, next := splitMix(uint64(n))
		b, _ := splitMix(next)
		return &exsss{a, b}, true
	}
	parts, ok := seed.(term.Tuple)
	if l, isList := seed.(*term.List); isList {
		elems, _ := l.Slice()
		parts, ok = elems, len(elems) == 2
	}
	n := make([]uint64, len(parts))
	for i, p := range parts {
		v, isInt := p.(term.Int)
		ok = ok && isInt
		n[i] = uint64(v)
	}
	switch {
	case !ok:
		return nil, false
	case len(n) == 2:
		return &exsss{n[0] & mask58, n[1] & mask58}, true
	case len(n) != 3:
		return nil, false
	}
	_, x := splitMix(n[0])
	a, x := splitMix(n[1] ^ x)
	b, _ := splitMix(n[2] ^ x)
	return &exsss{a, b}, true
}

func (x *exsss) words() term.Term {
	return &term.List{Head: term.Int(x.s0), Tail: term.Int(x.s1)}
}

// state is what seed returns and the functions that end in _s take.
func (x *exsss) state() term.Term {
	return tuple(term.NewMap(atomTerm("type"), atomTerm("exsss"), atomTerm("bits"), term.Int(58)), x.words())
}

// exsssOf reads a state, also one that was exported.
func exsssOf(v term.Term) (*exsss, bool) {
	_, words, _ := pairOf(v)
	l, ok := words.(*term.List)
	if !ok || l == nil {
		return nil, false
	}
	a, ok1 := l.Head.(term.Int)
	b, ok2 := l.Tail.(term.Int)
	return &exsss{uint64(a), uint64(b)}, ok1 && ok2
}

func (x *exsss) uniform() float64 { return float64(x.next()>>5) / (1 << 53) }

// uniformInt returns a number from 1 to n.
func (x *exsss) uniformInt(n uint64) uint64 {
	if n > mask58 {
		return rand.New(x).Uint64N(n) + 1
	}
	for {
		v := x.next()
		if v < n {
			return v + 1
		}
		if i := v % n; v-i <= mask58+1-n {
			return i + 1
		}
	}
}

var keySeed = term.Term(term.NewAtom("rand_seed"))

// seeded runs f on the generator of the process, and returns false when the
// process has not seeded one: then all numbers are as good.
func (c call) seeded(f func(x *exsss)) bool {
	p := node.Of(c.t)
	if p == nil {
		return false
	}
	v, ok := p.Dict().Get(keySeed)
	if !ok {
		return false
	}
	x, ok := exsssOf(v)
	if ok {
		f(x)
		p.SetDict(p.Dict().Put(keySeed, x.state()))
	}
	return ok
}

// uniform returns a random number from 0 up to 1.
func (c call) uniform() (f float64) {
	if !c.seeded(func(x *exsss) { f = x.uniform() }) {
		f = rand.Float64()
	}
	return f
}

// uniformInt returns a random number from 1 to n.
func (c call) uniformInt(n int) (out int) {
	if !c.seeded(func(x *exsss) { out = int(x.uniformInt(uint64(n))) }) {
		out = rand.IntN(n) + 1
	}
	return out
}

// drawn runs f on numbers of Go's making, repeatable when the process has a
// seed.
func (c call) drawn(f func(r *rand.Rand)) {
	if !c.seeded(func(x *exsss) { f(rand.New(x)) }) {
		f(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())))
	}
}

// randModule is :rand. Every generator is exsss, Erlang's default one;
// normal and bytes do not draw from it as Erlang's do.
func randModule() *interp.NativeModule {
	m := erlangModule("rand")
	m.def("uniform", 0, func(c call) term.Term { return term.Float(c.uniform()) })
	m.def("uniform_real", 0, func(c call) term.Term { return term.Float(1 - c.uniform()) })
	m.def("uniform", 1, func(c call) term.Term { return term.Int(c.uniformInt(c.positive(0))) })
	m.def("normal", 0, func(c call) (out term.Term) {
		c.drawn(func(r *rand.Rand) { out = term.Float(r.NormFloat64()) })
		return out
	})
	m.def("normal", 2, func(c call) (out term.Term) {
		mean, ok1 := term.ToFloat(c.a[0])
		variance, ok2 := term.ToFloat(c.a[1])
		if !ok1 || !ok2 || variance < 0 {
			return c.noClause()
		}
		c.drawn(func(r *rand.Rand) { out = term.Float(mean + math.Sqrt(variance)*r.NormFloat64()) })
		return out
	})
	m.def("bytes", 1, func(c call) term.Term {
		n := c.nonNeg(0)
		c.reserve(n)
		out := make([]byte, n)
		c.drawn(func(r *rand.Rand) {
			for i := range out {
				out[i] = byte(r.Uint32())
			}
		})
		return bin(string(out))
	})
	defRandSeeds(m)
	return m.m
}

func defRandSeeds(m *textModule) {
	made := func(c call) *exsss {
		var x *exsss
		ok := false
		if len(c.a) == 2 {
			x, ok = newExsss(c.a[1])
		} else if x, ok = exsssOf(c.a[0]); !ok {
			x, ok = &exsss{rand.Uint64() & mask58, rand.Uint64() & mask58}, isKind(c.a[0], term.KindAtom)
		}
		if !ok {
			c.noClause()
		}
		return x
	}
	seed := func(c call) term.Term {
		x := made(c)
		if p := node.Of(c.t); p != nil {
			p.SetDict(c.putIn(p.Dict(), keySeed, x.state()))
		}
		return x.state()
	}
	m.def("seed", 1, seed)
	m.def("seed", 2, seed)
	m.def("seed_s", 1, func(c call) term.Term { return made(c).state() })
	m.def("seed_s", 2, func(c call) term.Term { return made(c).state() })
	m.def("export_seed", 0, func(c call) term.Term {
		var out term.Term = atomTerm("undefined")
		if p := node.Of(c.t); p != nil {
			v, _ := p.Dict().Get(keySeed)
			if x, ok := exsssOf(v); ok {
				out = tuple(atomTerm("exsss"), x.words())
			}
		}
		return out
	})
	given := func(c call, i int) *exsss {
		x, ok := exsssOf(c.a[i])
		if !ok {
			c.noClause()
		}
		return x
	}
	m.def("export_seed_s", 1, func(c call) term.Term { return tuple(atomTerm("exsss"), given(c, 0).words()) })
	m.def("uniform_s", 1, func(c call) term.Term {
		x := given(c, 0)
		return tuple(term.Float(x.uniform()), x.state())
	})
	m.def("uniform_s", 2, func(c call) term.Term {
		x, n := given(c, 1), c.positive(0)
		return tuple(term.Int(x.uniformInt(uint64(n))), x.state())
	})
}
