package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// lazyCost is what an element of a lazy stream is charged: the calls of its
// stages cost about as much time as so many calls of functions.
const lazyCost = 4

// cellBytes is what a cell of a list, with its element, is charged.
const cellBytes = 32

// collector gathers the elements of a result and charges for each.
type collector struct {
	t   *interp.Thread
	out []term.Term
}

func (k *collector) add(v term.Term) {
	k.t.Grow(cellBytes)
	k.out = append(k.out, v)
}

func (k *collector) list() *term.List { return term.NewList(k.out...) }

func (c call) collect() *collector { return &collector{t: c.t} }

// each yields the elements of an enumerable argument.
func (c call) each(i int, yield func(term.Term) bool) { eachOf(c.t, c.a[i], yield) }

// elems returns the elements of an enumerable argument.
func (c call) elems(i int) []term.Term { return elemsOf(c.t, c.a[i]) }

func elemsOf(t *interp.Thread, v term.Term) []term.Term {
	if l, ok := v.(*term.List); ok {
		if s, ok := l.Slice(); ok {
			t.Burn(len(s))
			return s
		}
	}
	k := &collector{t: t}
	eachOf(t, v, func(e term.Term) bool { k.add(e); return true })
	return k.out
}

// eachOf yields the elements of any enumerable.
func eachOf(t *interp.Thread, v term.Term, yield func(term.Term) bool) {
	if s, ok := lazyOf(v); ok {
		next := s.open(t)
		defer next.close()
		for {
			t.Burn(lazyCost)
			e, ok := next.next()
			if !ok || !yield(e) {
				return
			}
		}
	}
	t.Each(v, yield)
}

// list returns a list and charges for it.
func (c call) list(elems []term.Term) *term.List {
	c.t.Grow(cellBytes * len(elems))
	return term.NewList(elems...)
}

// truthy reports whether a function argument returns a true value.
func (c call) truthy(fun term.Term, args ...term.Term) bool {
	return term.Truthy(c.t.Call(fun, args...))
}

// mapArg returns an argument that is a map or a struct, and raises BadMapError
// for others.
func (c call) mapArg(i int) *term.Map { return mapOf(c.t, c.a[i]) }

func mapOf(t *interp.Thread, v term.Term) *term.Map {
	if m, ok := term.AsMap(v); ok {
		return m
	}
	t.RaiseNew("BadMapError", "term", v)
	return nil
}

// pairOf takes a {key, value} tuple apart.
func pairOf(v term.Term) (k, val term.Term, ok bool) {
	t, ok := v.(term.Tuple)
	if !ok || len(t) != 2 {
		return nil, nil, false
	}
	return t[0], t[1], true
}

// isFun reports whether v is a function of the arity.
func isFun(v term.Term, arity int) bool {
	f, ok := v.(*term.Fun)
	return ok && f.Arity == arity
}

func isKind(v term.Term, k term.Kind) bool { return v.Kind() == k }

// proper returns the elements of a list argument of an Erlang function, which
// explains what it does not accept.
func (c call) properList(i int) []term.Term {
	l, ok := c.a[i].(*term.List)
	if !ok {
		return c.badList(i, "not a list")
	}
	s, ok := l.Slice()
	if !ok {
		return c.badList(i, "not a proper list")
	}
	return s
}

func (c call) badList(i int, why string) []term.Term {
	c.badArg(i+1, why)
	return nil
}

// protocolUndefined raises Protocol.UndefinedError.
func (c call) protocolUndefined(protocol string, v term.Term) term.Term {
	c.t.RaiseNew("Protocol.UndefinedError", "protocol", term.NewModule(protocol), "value", v, "description", term.Binary(""))
	return nil
}

// keyError raises a KeyError.
func (c call) keyError(key, in term.Term) term.Term {
	c.t.RaiseNew("KeyError", "key", key, "term", in)
	return nil
}

// option returns an entry of a keyword list, or a default.
func option(opts *term.List, name string, def term.Term) term.Term {
	if v, ok := term.KeywordGet(opts, term.NewAtom(name)); ok {
		return v
	}
	return def
}
