package stdlib

import (
	"fmt"
	"math/big"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// textFunc is a native that knows its own name, for the FunctionClauseError of
// arguments it does not accept.
type textFunc func(c call) term.Term

// call is one call of a native: its thread, its arguments with the defaults
// filled in, and its name.
type call struct {
	t    *interp.Thread
	a    []term.Term
	name *callName
}

type callName struct{ mod, fun string }

// textModule collects the functions of one module.
type textModule struct{ m *interp.NativeModule }

func newTextModule(name string) *textModule {
	return &textModule{&interp.NativeModule{Name: name}}
}

// def adds a function. With defaults it also adds the lower arities, which call
// it with the last arguments filled in, as Elixir's \\ does.
func (m *textModule) def(name string, arity int, fn textFunc, defaults ...term.Term) {
	n := &callName{m.m.Name, name}
	m.add(name, arity, func(t *interp.Thread, a []term.Term) term.Term {
		return fn(call{t, a, n})
	})
	for k := range defaults {
		fill := defaults[k:]
		m.add(name, arity-len(fill), func(t *interp.Thread, a []term.Term) term.Term {
			full := make([]term.Term, 0, len(a)+len(fill))
			return fn(call{t, append(append(full, a...), fill...), n})
		})
	}
}

func (m *textModule) add(name string, arity int, fn interp.Native) {
	m.m.Funcs = append(m.m.Funcs, interp.NativeFunc{Name: name, Arity: arity, Fn: fn})
}

// noClause raises the FunctionClauseError of the call.
func (c call) noClause() term.Term {
	c.t.RaiseFunctionClause(c.name.mod, c.name.fun, c.a)
	return nil
}

// badArg raises the ArgumentError of an Erlang built-in function for its n-th
// argument.
func (c call) badArg(n int, why string) term.Term {
	raiseBadArg(c.t, n, why)
	return nil
}

func raiseBadArg(t *interp.Thread, n int, why string) {
	suffix := "th"
	switch n {
	case 1:
		suffix = "st"
	case 2:
		suffix = "nd"
	case 3:
		suffix = "rd"
	}
	t.RaiseArgument("errors were found at the given arguments:\n\n  * %d%s argument: %s\n", n, suffix, why)
}

func (c call) str(i int) string {
	if s, ok := c.a[i].(term.Binary); ok {
		return string(s)
	}
	c.noClause()
	return ""
}

// int returns an integer argument that fits in an int.
func (c call) int(i int) int {
	if n, ok := c.a[i].(term.Int); ok {
		return int(n)
	}
	c.noClause()
	return 0
}

func (c call) nonNeg(i int) int {
	n := c.int(i)
	if n < 0 {
		c.noClause()
	}
	return n
}

// big returns an integer argument of any size. The caller must not change it.
func (c call) big(i int) *big.Int {
	if n, ok := bigOf(c.a[i]); ok {
		return n
	}
	c.noClause()
	return nil
}

func bigOf(v term.Term) (*big.Int, bool) {
	switch n := v.(type) {
	case term.Int:
		return big.NewInt(int64(n)), true
	case *term.Big:
		return n.Big(), true
	}
	return nil, false
}

func isInteger(v term.Term) bool {
	switch v.(type) {
	case term.Int, *term.Big:
		return true
	}
	return false
}

func isAtom(v term.Term, name string) bool {
	a, ok := v.(term.Atom)
	return ok && a.Name() == name
}

// atom returns an atom argument.
func (c call) atom(i int) term.Atom {
	if a, ok := c.a[i].(term.Atom); ok {
		return a
	}
	c.noClause()
	return term.Atom{}
}

// opts returns a proper list argument of options.
func (c call) opts(i int) *term.List {
	if l, ok := c.a[i].(*term.List); ok {
		return l
	}
	c.noClause()
	return nil
}

// slice returns the elements of a proper list argument.
func (c call) slice(i int) []term.Term {
	if l, ok := c.a[i].(*term.List); ok {
		if s, ok := l.Slice(); ok {
			return s
		}
	}
	c.noClause()
	return nil
}

// fun returns a function argument of the arity.
func (c call) fun(i, arity int) *term.Fun {
	if f, ok := c.a[i].(*term.Fun); ok && f.Arity == arity {
		return f
	}
	c.noClause()
	return nil
}

// structArg returns an argument that is a struct of the module as it is
// written.
func (c call) structArg(i int, module string) *term.Map {
	if m, ok := structOf(c.a[i], module); ok {
		return m
	}
	c.noClause()
	return nil
}

func structOf(v term.Term, module string) (*term.Map, bool) {
	if s, ok := v.(term.Struct); ok {
		v = s.AsMap()
	}
	m, ok := v.(*term.Map)
	if !ok {
		return nil, false
	}
	name, ok := m.StructName()
	if !ok || name.Name() != "Elixir."+module {
		return nil, false
	}
	return m, true
}

// result returns a big result after charging for it.
func (c call) result(s string) term.Term {
	c.t.Grow(len(s))
	c.t.Burn(1 + len(s)/1024)
	return term.Binary(s)
}

// reserve charges for n bytes before they are made, so that a huge result
// raises instead of being allocated.
func (c call) reserve(n int) {
	c.t.Grow(n)
	c.t.Burn(1 + n/1024)
}

func (c call) raiseArgument(format string, args ...any) term.Term {
	c.t.RaiseArgument(format, args...)
	return nil
}

func (c call) inspect(v term.Term) string { return c.t.Inspect(v, term.InspectOptions{}) }

func okTuple(v term.Term) term.Term          { return term.Tuple{term.OK, v} }
func errorTuple(why string) term.Term        { return term.Tuple{term.Err, term.NewAtom(why)} }
func tuple(v ...term.Term) term.Term         { return term.Tuple(v) }
func bin(s string) term.Term                 { return term.Binary(s) }
func atomTerm(name string) term.Term         { return term.NewAtom(name) }
func binFormat(f string, a ...any) term.Term { return term.Binary(fmt.Sprintf(f, a...)) }

func binList(parts []string) *term.List {
	elems := make([]term.Term, len(parts))
	for i, p := range parts {
		elems[i] = term.Binary(p)
	}
	return term.NewList(elems...)
}

// ioData returns the text of iodata or chardata: binaries, bytes or code points
// and lists of them. It reports false for anything else.
func ioData(v term.Term, chars bool) (string, bool) {
	if s, ok := v.(term.Binary); ok {
		return string(s), true
	}
	w := ioWriter{chars: chars}
	l, ok := v.(*term.List)
	if !ok || !w.list(l) {
		return "", false
	}
	return w.b.String(), true
}

// ioWriter flattens lists of text.
type ioWriter struct {
	b     strings.Builder
	chars bool
	meter term.Meter
}

func (w *ioWriter) list(l *term.List) bool {
	for l != nil {
		w.meter.Step()
		switch x := l.Head.(type) {
		case term.Binary:
			w.text(x)
		case term.Int:
			if !writeChar(&w.b, x, w.chars) {
				return false
			}
		case *term.List:
			if l.Tail == term.Term(term.Empty) { // nested to the right, however deep
				l = x
				continue
			}
			w.meter.Enter()
			ok := w.list(x)
			w.meter.Leave()
			if !ok {
				return false
			}
		default:
			return false
		}
		next, ok := l.Tail.(*term.List)
		if !ok {
			tail, ok := l.Tail.(term.Binary)
			w.text(tail)
			return ok
		}
		l = next
	}
	return true
}

func (w *ioWriter) text(s term.Binary) {
	w.meter.Room(w.b.Len() + len(s))
	w.b.WriteString(string(s))
}

func writeChar(b *strings.Builder, n term.Int, chars bool) bool {
	if !chars {
		if n < 0 || n > 255 {
			return false
		}
		b.WriteByte(byte(n))
		return true
	}
	if n < 0 || n > 0x10FFFF || n >= 0xD800 && n < 0xE000 {
		return false
	}
	b.WriteRune(rune(n))
	return true
}

// positive is argument i, an integer above zero.
func (c call) positive(i int) int {
	n := c.int(i)
	if n < 1 {
		c.noClause()
	}
	return n
}
