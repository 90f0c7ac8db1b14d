// Package term holds the values of Elixir: integers of any size, floats,
// atoms, binaries and bitstrings, lists, tuples, maps and structs, functions,
// pids and references. All are immutable and may be shared between goroutines,
// so a snapshot of a socket costs nothing.
//
// A term is a Go value that implements Term; switch on its Go type to take it
// apart. Equality, the order of terms and the text that inspect/1 prints are
// those of Elixir 1.18 on Erlang/OTP 27, with one exception: the entries of a
// map are always iterated in term order of their keys, where OTP leaves the
// order open.
package term

import (
	"math"
	"math/big"
	"sync/atomic"
	"unique"
)

// Kind is the place of a term's type in Elixir's order of types.
type Kind uint8

// The kinds, in the order of types: number < atom < reference < function <
// port < pid < tuple < map < list < bitstring.
const (
	KindNumber Kind = iota
	KindAtom
	KindRef
	KindFun
	KindPort
	KindPID
	KindTuple
	KindMap
	KindList
	KindBits
)

// Term is a value of the language. The types are Int, *Big, Float, Atom, Ref,
// *Fun, PID, Tuple, *Map, *List, Binary and *Bits, and types of other packages
// that implement Struct.
type Term interface {
	// Kind returns the term's place in the order of types.
	Kind() Kind
}

// Struct is a Go value that stands for an Elixir struct, such as a rendered
// template. To the language it is the map that AsMap returns.
type Struct interface {
	Term
	AsMap() *Map
}

// Int is an integer that fits in 64 bits.
type Int int64

// Big is an integer that does not fit in an Int. Make one with NewBig, which
// returns an Int when it can: equal integers have equal representations.
type Big struct{ n big.Int }

// Float is a float; it is never NaN or infinite, as on the BEAM.
type Float float64

// Binary is a binary of whole bytes, and so every string.
type Binary string

// Bits is a bitstring whose length is not a multiple of eight. The unused low
// bits of the last byte are zero.
type Bits struct {
	Bytes string
	Len   int // in bits
}

// Tuple is a tuple. Never change its elements after it was shared.
type Tuple []Term

// List is a cell of a list. The empty list is a nil *List; see Empty. Tail is
// a *List, except at the end of an improper list.
type List struct {
	Head Term
	Tail Term
}

// Empty is the empty list.
var Empty = (*List)(nil)

// PID names a process on a node.
type PID struct{ N uint64 }

// Ref is a reference, unique within the program.
type Ref struct{ N uint64 }

var lastRef atomic.Uint64

// NewRef returns a reference that no other call returned.
func NewRef() Ref { return Ref{N: lastRef.Add(1)} }

// Fun is a function value. Code belongs to the interpreter; the other fields
// say how it is shown, compared and called.
type Fun struct {
	Arity int
	// Module and Name are those of a capture such as &Mod.name/1 when External
	// is set, and else those of the function that the fn stands in.
	Module   Atom
	Name     Atom
	External bool
	// Index and Uniq tell the functions of a module apart.
	Index int
	Uniq  uint32
	// Code is what the interpreter runs, and Env what the function captured.
	Code any
	Env  []Term
}

// Atom is an atom. Two atoms are equal iff they are == in Go. The zero Atom is
// no atom at all.
type Atom struct{ h unique.Handle[string] }

// NewAtom returns the atom with the given name, without a leading colon. The
// alias Foo.Bar is the atom "Elixir.Foo.Bar"; see NewModule.
func NewAtom(name string) Atom {
	noteAtom(name)
	return Atom{unique.Make(name)}
}

// NewModule returns the atom of a module given as it is written: "Enum" or
// "Phoenix.LiveView".
func NewModule(name string) Atom { return NewAtom("Elixir." + name) }

// Name returns the atom's text.
func (a Atom) Name() string {
	if a == (Atom{}) {
		return ""
	}
	return a.h.Value()
}

// IsZero reports whether a is the zero Atom.
func (a Atom) IsZero() bool { return a == Atom{} }

// The atoms that the language itself gives a meaning.
var (
	Nil   = NewAtom("nil")
	True  = NewAtom("true")
	False = NewAtom("false")
	OK    = NewAtom("ok")
	Err   = NewAtom("error")
	// StructKey is the key of a struct's module.
	StructKey = NewAtom("__struct__")
	// ExceptionKey is the key that marks an exception.
	ExceptionKey = NewAtom("__exception__")
)

// Kind implements Term.
func (Int) Kind() Kind { return KindNumber }

// Kind implements Term.
func (*Big) Kind() Kind { return KindNumber }

// Kind implements Term.
func (Float) Kind() Kind { return KindNumber }

// Kind implements Term.
func (Atom) Kind() Kind { return KindAtom }

// Kind implements Term.
func (Ref) Kind() Kind { return KindRef }

// Kind implements Term.
func (*Fun) Kind() Kind { return KindFun }

// Kind implements Term.
func (PID) Kind() Kind { return KindPID }

// Kind implements Term.
func (Tuple) Kind() Kind { return KindTuple }

// Kind implements Term.
func (*Map) Kind() Kind { return KindMap }

// Kind implements Term.
func (*List) Kind() Kind { return KindList }

// Kind implements Term.
func (Binary) Kind() Kind { return KindBits }

// Kind implements Term.
func (*Bits) Kind() Kind { return KindBits }

// NewBig returns the integer n, as an Int if it fits. It copies n.
func NewBig(n *big.Int) Term {
	if n.IsInt64() {
		return Int(n.Int64())
	}
	b := &Big{}
	b.n.Set(n)
	return b
}

// Big returns the integer's value. The caller must not change it.
func (b *Big) Big() *big.Int { return &b.n }

// Bool returns the atom true or false.
func Bool(b bool) Atom {
	if b {
		return True
	}
	return False
}

// Truthy reports whether t counts as true: everything but nil and false.
func Truthy(t Term) bool { return t != Term(Nil) && t != Term(False) }

// NewList returns the proper list of the given elements.
func NewList(elems ...Term) *List { return ListOnto(elems, Empty) }

// ListOnto returns the list of elems followed by tail.
func ListOnto(elems []Term, tail *List) *List {
	for i := len(elems) - 1; i >= 0; i-- {
		tail = &List{Head: elems[i], Tail: tail}
	}
	return tail
}

// Slice returns the elements of a proper list, and false if l is improper. The
// caller owns the slice.
func (l *List) Slice() ([]Term, bool) {
	n := 0
	for c := l; c != nil; n++ {
		next, ok := c.Tail.(*List)
		if !ok {
			return nil, false
		}
		c = next
	}
	tellLong(2 * n)
	out := make([]Term, 0, n)
	for c := l; c != nil; c = c.Tail.(*List) {
		out = append(out, c.Head)
	}
	return out, true
}

// All yields the elements of a list, ending silently at an improper tail.
func (l *List) All() func(yield func(Term) bool) {
	return func(yield func(Term) bool) {
		for c := l; c != nil; {
			if !yield(c.Head) {
				return
			}
			c, _ = c.Tail.(*List)
		}
	}
}

// Len returns the number of elements, and false if the list is improper.
func (l *List) Len() (int, bool) {
	n := 0
	for c := l; c != nil; n++ {
		next, ok := c.Tail.(*List)
		if !ok {
			tellLong(n)
			return n + 1, false
		}
		c = next
	}
	tellLong(n)
	return n, true
}

// Keyword returns the keyword list of alternating atom names and values.
func Keyword(pairs ...any) *List {
	l := Empty
	for i := len(pairs) - 2; i >= 0; i -= 2 {
		l = &List{Head: Tuple{NewAtom(pairs[i].(string)), pairs[i+1].(Term)}, Tail: l}
	}
	return l
}

// KeywordGet returns the value of the first entry of a keyword list whose key
// is the given atom.
func KeywordGet(l *List, key Atom) (Term, bool) {
	for e := range l.All() {
		if t, ok := e.(Tuple); ok && len(t) == 2 && t[0] == Term(key) {
			return t[1], true
		}
	}
	return nil, false
}

// ToFloat returns a number as a float, and false for what is no number or does
// not fit.
func ToFloat(v Term) (float64, bool) {
	switch x := v.(type) {
	case Int:
		return float64(x), true
	case Float:
		return float64(x), true
	case *Big:
		f, _ := new(big.Float).SetInt(x.Big()).Float64()
		return f, !math.IsInf(f, 0)
	}
	return 0, false
}
