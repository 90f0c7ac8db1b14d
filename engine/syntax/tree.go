// Package syntax turns Elixir source into a tree. It knows Elixir's grammar and
// nothing of its meaning: def, if and for are calls like any other.
//
// The tree is never changed after parsing and may be shared between goroutines.
// Every node says where it stands in the source.
package syntax

import (
	"math/big"

	"streamsplayground/engine/source"
)

// Node is a part of the tree.
type Node interface {
	// Span says where the node stands.
	Span() source.Span
}

// At is the place of a node; it is embedded in every node.
type At struct{ At source.Span }

// Span implements Node.
func (a At) Span() source.Span { return a.At }

type (
	// Int is an integer literal: 1_000, 0xFF, ?a.
	Int struct {
		At
		Value *big.Int
	}
	// Float is a float literal.
	Float struct {
		At
		Value float64
	}
	// Atom is an atom literal: :ok, :"a b", true, false, nil. In a keyword list
	// the key is one too. Name has no colon.
	Atom struct {
		At
		Name string
	}
	// DynAtom is :"a#{b}".
	DynAtom struct {
		At
		Parts []Part
	}
	// String is a string or heredoc, or with Charlist 'a' and ~c"a" likewise.
	String struct {
		At
		Parts    []Part
		Charlist bool
		Heredoc  bool
	}
	// Sigil is ~w(a b)a. Parts are unescaped for a lower case name, and a single
	// literal part for an upper case one; Source is the body as written with a
	// heredoc's indentation stripped, mapped back to the file, and Indent is
	// that indentation.
	Sigil struct {
		At
		Name  string
		Parts []Part
		// Raw is Parts as written, for sigils with escapes of their own like ~r.
		Raw       []Part
		Modifiers string
		Source    *source.Fragment
		Heredoc   bool
		Indent    int
		// Delimiter is what opens a sigil that stands nowhere in a source; "" for
		// one that was parsed.
		Delimiter string
	}
	// List is [a, b | c]; the bar is a Binary with Op "|" as last element. The
	// elements of a keyword list are Tuples with Sugar set.
	List struct {
		At
		Elems []Node
	}
	// Tuple is {a, b}, or one entry of a keyword list when Sugar is set; then
	// Elems[0] is an Atom or DynAtom.
	Tuple struct {
		At
		Elems []Node
		Sugar bool
	}
	// Map is %{k => v}, %{m | k: v}, %Mod{k: v} and %Mod{s | k: v}. Struct is
	// nil for a plain map, Update nil when there is no bar.
	Map struct {
		At
		Struct Node
		Update Node
		Pairs  []Pair
	}
	// Bitstring is <<a, b::binary-size(2)>>.
	Bitstring struct {
		At
		Segments []Segment
	}
	// Var is a name without parentheses: a variable, or a call without arguments
	// where no variable of the name is in scope.
	Var struct {
		At
		Name string
	}
	// Alias is Foo.Bar. Base is set for __MODULE__.Bar and the like. Meta is as
	// that of a Call.
	Alias struct {
		At
		Base Node
		Segs []string
		Meta any
	}
	// Call is name(args), target.name(args), name args do … end, and with
	// neither arguments nor parentheses target.name, which may be a map's key.
	// A trailing keyword list without brackets is the last argument, a List.
	// Do is the do-block, nil if there is none. Name is "{}" for Mod.{A, B}, and
	// "" for a call of what a call returns, target(args). Meta is what a macro's
	// quote knew of the name, for the package that compiles the tree; parsed
	// source has none.
	Call struct {
		At
		Target Node // nil for a local call
		Name   string
		NameAt source.Span
		Args   []Node
		Parens bool
		Do     *Do
		Meta   any
	}
	// Apply is f.(args), perhaps with a do-block.
	Apply struct {
		At
		Fun  Node
		Args []Node
		Do   *Do
	}
	// Access is x[key].
	Access struct {
		At
		X, Key Node
	}
	// Unary is op x: - + ! ^ not &. The capture operator on a number, &1, is a
	// CaptureArg; @name is an Attr. Parens is set for a parenthesised (not x) and
	// (!x), which differ from those without for an "in" after them.
	Unary struct {
		At
		Op     string
		X      Node
		Parens bool
	}
	// Binary is x op y for every binary operator, = |> :: | when <- \\ -> and
	// the rest included, named as written. "not in" is the operator "not in".
	// a..b//c is Binary{Op: "..//"} of the range a..b and the step. Parens is set
	// for a parenthesised (a not in b).
	Binary struct {
		At
		Op     string
		OpAt   source.Span
		L, R   Node
		Parens bool
	}
	// FullRange is the nullary .. operator.
	FullRange struct{ At }
	// CaptureArg is &1.
	CaptureArg struct {
		At
		N int
	}
	// Attr is @name or, in a module's body, @name value.
	Attr struct {
		At
		Name  string
		Value Node // nil when read
	}
	// Fn is fn a, b when g -> body; … end.
	Fn struct {
		At
		Clauses []*Clause
	}
	// Clause is args when guard -> body. Guard is nil if there is none.
	Clause struct {
		At
		Args  []Node
		Guard Node
		Body  Node
		Arrow source.Span
	}
	// Block is a sequence of expressions: a body, or ( … ; … ). An empty body
	// is a Block without expressions, whose value is nil.
	Block struct {
		At
		Exprs []Node
	}
	// Stab is a parenthesised list of clauses that is not a fn, (-> x), as in
	// typespecs.
	Stab struct {
		At
		Clauses []*Clause
	}
	// Hole stands for the body of a template between two pieces of code that
	// were parsed with ParseEEx. Index is that of the piece.
	Hole struct {
		At
		Index int
	}
	// Bad stands where something could not be parsed; the error was reported.
	Bad struct{ At }
)

// Part is a piece of a string: text already unescaped, or the expression of an
// interpolation when Expr is not nil.
type Part struct {
	Text string
	Expr Node
	At   source.Span
}

// Pair is one entry of a map. Sugar is set for key: value. Value is nil for an
// entry that is only an expression, which is grammatical but means something
// only in quoted code.
type Pair struct {
	Key, Value Node
	Sugar      bool
}

// Segment is value::type in a bitstring; Type is nil if there is none.
type Segment struct {
	Value Node
	Type  Node
}

// Do is a do-block: do … else … end. "do: x, else: y" is an ordinary keyword
// list instead; use Call.Section to treat both alike.
type Do struct {
	At       source.Span
	Sections []Section
}

// Section is a part of a do-block. It has a Body, or Clauses if its text was
// made of a -> b.
type Section struct {
	Name    string // do, else, rescue, catch, after
	At      source.Span
	Body    Node
	Clauses []*Clause
}

// Section returns the section of a call's do-block with the given name, or one
// made of a keyword argument "do: expr" of the last argument, which Rest leaves
// out. It returns nil when there is neither.
func (c *Call) Section(name string) *Section {
	if c.Do != nil {
		for i := range c.Do.Sections {
			if c.Do.Sections[i].Name == name {
				return &c.Do.Sections[i]
			}
		}
		return nil
	}
	kw := c.doKeywords()
	if kw == nil {
		return nil
	}
	for _, e := range kw.Elems {
		t := e.(*Tuple)
		if t.Elems[0].(*Atom).Name == name {
			s := &Section{Name: name, At: t.At.At, Body: t.Elems[1]}
			if st, ok := t.Elems[1].(*Stab); ok {
				s.Body, s.Clauses = nil, st.Clauses
			}
			return s
		}
	}
	return nil
}

// Rest returns the call's arguments without the block keywords "do: …" of a
// trailing keyword list; what else is in that list, such as the into: of a for,
// stays as a List. In f(a, b: 1) do … end the list is an argument like any.
func (c *Call) Rest() []Node {
	if c.Do != nil {
		return c.Args
	}
	kw := c.doKeywords()
	if kw == nil {
		return c.Args
	}
	rest := append([]Node{}, c.Args[:len(c.Args)-1]...)
	left := &List{At: kw.At}
	for _, e := range kw.Elems {
		if !isBlockKey(e.(*Tuple).Elems[0].(*Atom).Name) {
			left.Elems = append(left.Elems, e)
		}
	}
	if len(left.Elems) > 0 {
		rest = append(rest, left)
	}
	return rest
}

// doKeywords returns the last argument if it is a keyword list with a do key.
func (c *Call) doKeywords() *List {
	if len(c.Args) == 0 {
		return nil
	}
	l, ok := c.Args[len(c.Args)-1].(*List)
	if !ok {
		return nil
	}
	has := false
	for _, e := range l.Elems {
		t, ok := e.(*Tuple)
		if !ok || !t.Sugar {
			return nil
		}
		a, ok := t.Elems[0].(*Atom)
		if !ok {
			return nil
		}
		has = has || a.Name == "do"
	}
	if !has {
		return nil
	}
	return l
}

func isBlockKey(name string) bool {
	switch name {
	case "do", "else", "rescue", "catch", "after":
		return true
	}
	return false
}
