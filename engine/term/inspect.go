package term

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// The limits that InspectOptions give a name.
const (
	// Unlimited is a limit that is not there.
	Unlimited = -1
	// NoItems is a limit of 0, which the zero value of a field does not mean.
	NoItems = -2
)

// InspectOptions are the options of inspect/2. The zero value means Elixir's
// defaults.
type InspectOptions struct {
	Limit          int    // of collection items; 0 means 50; see Unlimited and NoItems
	PrintableLimit int    // of characters of strings; 0 means 4096; see Unlimited and NoItems
	Width          int    // of a line; 0 means 80; see Unlimited and NoItems
	Pretty         bool   // break lines at Width
	Base           int    // of integers: 2, 8, 10 or 16; 0 means 10
	Charlists      string // "infer", "as_lists" or "as_charlists"; "" means infer
	Binaries       string // "infer", "as_binaries" or "as_strings"; "" means infer
	Raw            bool   // show structs as maps, as structs: false
	// Custom returns the document (see ContainerDoc) of a struct that has an
	// Inspect implementation, and false to fall back to the default. It may be
	// nil. The options are those of the place where the struct stands, the
	// limit counted down; it passes them on to ToDoc for what is inside.
	Custom func(v Term, o InspectOptions) (doc Term, ok bool)
	// Shape returns how the structs of a module are shown, nil if there is no
	// such module. Where Shape itself is nil, fields are in the order of their
	// names.
	Shape func(module Atom) *StructShape
	// Spend is called for every term that is shown, those in others included. It
	// may panic to end the work. It may be nil.
	Spend func()
	// depth counts the containers around what is shown.
	depth int
	// left is how many more terms are shown where nobody pays for them.
	left *int
}

// maxUnpaid is how many terms InspectWith shows without Spend, those in others
// included; what comes after is "...". A small term can hold others so often
// that its text has no end.
const maxUnpaid = 1 << 14

// maxInspectDepth is how many containers within each other are shown, however
// high the limit; what is deeper is "...". It keeps the Go stack bounded.
const maxInspectDepth = 10_000

// StructShape says how structs of a module are shown.
type StructShape struct {
	// Fields are all fields in the order of defstruct, without __struct__ and
	// __exception__. A struct with others is shown as a map.
	Fields []Atom
	// Only and Except are those of @derive {Inspect, only: …, except: …}; a nil
	// Only means all. When they hide a field the struct is shown as #Name<…>.
	Only, Except []Atom
	// Optional are the fields that are hidden while they have the given value.
	Optional map[Atom]Term
}

// Inspect returns the text that inspect/1 returns for t.
func Inspect(t Term) string { return InspectWith(t, InspectOptions{}) }

// InspectWith returns the text that inspect/2 returns for t.
func InspectWith(t Term, opts InspectOptions) string {
	width := Unlimited
	if opts.Pretty {
		width = limitOr(opts.Width, 80)
	}
	if opts.Spend == nil {
		left := maxUnpaid
		opts.left = &left
	}
	text, _ := FormatDoc(group(ToDoc(t, opts)), width)
	return text
}

func limitOr(n, zero int) int {
	switch n {
	case 0:
		return zero
	case NoItems:
		return 0
	}
	return n
}

func (o *InspectOptions) limit() int { return limitOr(o.Limit, 50) }

func (o *InspectOptions) setLimit(n int) {
	o.Limit = n
	if n == 0 {
		o.Limit = NoItems
	}
}

// ToDoc returns the document of a term, as Inspect.Algebra.to_doc/2.
func ToDoc(t Term, o InspectOptions) Term {
	if o.Spend != nil {
		o.Spend()
	}
	if o.left != nil {
		if *o.left--; *o.left < 0 {
			return Binary("...")
		}
	}
	switch x := t.(type) {
	case Atom:
		return Binary(AtomText(x))
	case Int:
		return Binary(intText(big.NewInt(int64(x)), o.Base))
	case *Big:
		return Binary(intText(&x.n, o.Base))
	case Float:
		return Binary(floatInspect(float64(x)))
	case Binary:
		return binaryDoc(x, o)
	case *Bits:
		return bitsDoc(x.Bytes, x.Len, o)
	case *List:
		return listDoc(x, o)
	case Tuple:
		return ContainerDoc(Binary("{"), Binary("}"), Binary(","), "flex", o, &sliceItems{elems: x})
	case *Map:
		return mapDoc(x, o)
	case Struct:
		return mapDoc(x.AsMap(), o)
	case PID:
		return Binary("#PID<0." + strconv.FormatUint(x.N, 10) + ".0>")
	case Ref:
		return Binary("#Reference<0.0.0." + strconv.FormatUint(x.N, 10) + ">")
	case *Fun:
		return Binary(funText(x))
	}
	return Binary("#Unknown<>")
}

func intText(n *big.Int, base int) string {
	prefix := map[int]string{2: "0b", 8: "0o", 16: "0x"}[base]
	if prefix == "" {
		return n.String()
	}
	digits := strings.ToUpper(new(big.Int).Abs(n).Text(base))
	if n.Sign() < 0 {
		return "-" + prefix + digits
	}
	return prefix + digits
}

func floatInspect(f float64) string {
	if abs := math.Abs(f); abs >= 1 && abs < 1e16 && math.Trunc(f) == f {
		return strconv.FormatInt(int64(f), 10) + ".0"
	}
	return FloatText(f)
}

func binaryDoc(x Binary, o InspectOptions) Term {
	limit := limitOr(o.PrintableLimit, 4096)
	infer := o.Binaries == "" || o.Binaries == "infer"
	decimal := o.Base == 0 || o.Base == 10
	if o.Binaries == "as_strings" || infer && decimal && Printable(string(x), limit) {
		text, whole := EscapeString(string(x), '"', limit)
		if !whole {
			return Binary(`"` + text + `" <> ...`)
		}
		return Binary(`"` + text + `"`)
	}
	return bitsDoc(string(x), len(x)*8, o)
}

func bitsDoc(bytes string, size int, o InspectOptions) Term {
	if size == 0 {
		return Binary("<<>>")
	}
	limit := o.limit()
	var parts []Term
	for i := 0; i*8 < size; i++ {
		if limit == 0 {
			parts = append(parts, Binary("..."))
			break
		}
		limit--
		n := int64(bytes[i])
		if rest := size - i*8; rest < 8 {
			n >>= 8 - rest
			parts = append(parts, Binary(intText(big.NewInt(n), o.Base)+"::size("+strconv.Itoa(rest)+")"))
			break
		}
		parts = append(parts, Binary(intText(big.NewInt(n), o.Base)))
	}
	body := parts[len(parts)-1]
	for i := len(parts) - 2; i >= 0; i-- {
		body = flexGlue(Concat(parts[i], Binary(",")), body)
	}
	return group(Concat(Binary("<<"), nest(body, 2), Binary(">>")))
}

func listDoc(l *List, o InspectOptions) Term {
	if l == nil {
		return Binary("[]")
	}
	limit := limitOr(o.PrintableLimit, 4096)
	infer := o.Charlists == "" || o.Charlists == "infer"
	if o.Charlists == "as_charlists" || infer && asciiPrintable(l, limit) {
		if s, ok := charlistText(l); ok {
			text, whole := EscapeString(s, '"', limit)
			if !whole {
				return Binary(`~c"` + text + `" ++ ...`)
			}
			return Binary(`~c"` + text + `"`)
		}
	}
	if isKeyword(l) {
		return ContainerDoc(Binary("["), Binary("]"), Binary(","), "strict", o, &listItems{l: l, keyword: true})
	}
	return ContainerDoc(Binary("["), Binary("]"), Binary(","), "maybe", o, &listItems{l: l})
}

func asciiPrintable(l *List, limit int) bool {
	for ; l != nil; limit-- {
		if limit == 0 {
			return true
		}
		c, ok := l.Head.(Int)
		if !ok || !(c >= 7 && c <= 13 || c == 27 || c >= 32 && c <= 126) {
			return false
		}
		if l, ok = l.Tail.(*List); !ok {
			return false
		}
	}
	return true
}

// charlistText returns the string of a list of characters, strings and such
// lists.
func charlistText(l *List) (string, bool) {
	var b strings.Builder
	for ; l != nil; l, _ = l.Tail.(*List) {
		switch x := l.Head.(type) {
		case Int:
			if x < 0 || x > 0x10FFFF || x >= 0xD800 && x <= 0xDFFF {
				return "", false
			}
			b.WriteRune(rune(x))
		case Binary:
			b.WriteString(string(x))
		case *List:
			s, ok := charlistText(x)
			if !ok {
				return "", false
			}
			b.WriteString(s)
		default:
			return "", false
		}
	}
	return b.String(), true
}

// isKeyword reports whether a list is shown with key: value.
func isKeyword(l *List) bool {
	for l != nil {
		pair, ok := l.Head.(Tuple)
		if !ok || len(pair) != 2 {
			return false
		}
		if key, ok := pair[0].(Atom); !ok || strings.HasPrefix(key.Name(), "Elixir.") {
			return false
		}
		if l, ok = l.Tail.(*List); !ok {
			return false
		}
	}
	return true
}

func keywordDoc(key Atom, value Term, o InspectOptions) Term {
	return Concat(Binary(KeyText(key)), Binary(" "), ToDoc(value, o))
}

type sliceItems struct{ elems []Term }

func (s *sliceItems) More() bool { return len(s.elems) > 0 }

func (s *sliceItems) Next(o InspectOptions) (doc, tail Term) {
	doc = ToDoc(s.elems[0], o)
	s.elems = s.elems[1:]
	return doc, nil
}

type listItems struct {
	l       *List
	keyword bool
}

func (i *listItems) More() bool { return i.l != nil }

func (i *listItems) Next(o InspectOptions) (doc, tail Term) {
	if i.keyword {
		pair := i.l.Head.(Tuple)
		doc = keywordDoc(pair[0].(Atom), pair[1], o)
	} else {
		doc = ToDoc(i.l.Head, o)
	}
	next, ok := i.l.Tail.(*List)
	if !ok {
		tail = ToDoc(i.l.Tail, o)
	}
	i.l = next
	return doc, tail
}

func funText(f *Fun) string {
	if f.External {
		return "&" + AtomText(f.Module) + "." + CallText(f.Name) + "/" + strconv.Itoa(f.Arity)
	}
	text := "#Function<" + strconv.Itoa(f.Index) + "." + strconv.FormatUint(uint64(f.Uniq), 10)
	if name := f.Name.Name(); strings.HasPrefix(name, "file:") {
		return text + " in " + name + ">"
	}
	if f.Module.IsZero() || strings.HasPrefix(f.Module.Name(), "elixir_compiler_") {
		return text + "/" + strconv.Itoa(f.Arity) + ">"
	}
	text += "/" + strconv.Itoa(f.Arity) + " in " + AtomText(f.Module)
	if name, arity, ok := anonymousParent(f.Name.Name()); ok {
		return text + "." + CallText(NewAtom(name)) + "/" + arity + ">"
	}
	return text + "." + CallText(f.Name) + ">"
}

// anonymousParent takes apart the name that the compiler gives a fn:
// "-name/1-fun-0-".
func anonymousParent(name string) (parent, arity string, ok bool) {
	rest, ok := strings.CutPrefix(name, "-")
	slash := strings.LastIndexByte(rest, '/')
	if !ok || slash < 0 {
		return "", "", false
	}
	parts := strings.Split(rest[slash+1:], "-")
	if len(parts) != 4 || parts[3] != "" {
		return "", "", false
	}
	return rest[:slash], parts[0], true
}
