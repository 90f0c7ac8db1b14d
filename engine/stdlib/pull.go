package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// puller hands out the elements of an enumerable one by one. Lazy streams are
// chains of pullers, which lets zip read several side by side.
type puller interface {
	// next returns the next element, and false after the last.
	next() (term.Term, bool)
	// close ends the reading early; it may be called after the end too, and
	// more than once.
	close()
}

// pullFunc is a puller made of functions; done may be nil.
type pullFunc struct {
	get  func() (term.Term, bool)
	done func()
}

func (p *pullFunc) next() (term.Term, bool) { return p.get() }

func (p *pullFunc) close() {
	if p.done != nil {
		p.done()
	}
}

// lazy is a stream: a value of the language that knows how to be read. To the
// language it is a %Stream{}.
type lazy struct {
	open func(t *interp.Thread) puller
	enum term.Term
	funs []term.Term // innermost first
}

// Kind implements term.Term.
func (*lazy) Kind() term.Kind { return term.KindMap }

// AsMap implements term.Struct.
func (s *lazy) AsMap() *term.Map {
	funs := term.Empty
	for _, f := range s.funs {
		funs = &term.List{Head: f, Tail: funs}
	}
	return term.NewStruct("Stream", "enum", s.enum, "funs", funs, "accs", term.Empty, "done", term.Nil)
}

// lazyOf returns the stream behind a value: a lazy, or one of the functions
// that Stream.cycle/1 and its like return.
func lazyOf(v term.Term) (*lazy, bool) {
	switch x := v.(type) {
	case *lazy:
		return x, true
	case *term.Fun:
		if x.Arity == 2 && len(x.Env) == 1 {
			s, ok := x.Env[0].(*lazy)
			return s, ok
		}
	}
	return nil, false
}

// newLazy returns a stream over enum. open gets the puller of enum.
func newLazy(name string, enum term.Term, open func(t *interp.Thread, in puller) puller) *lazy {
	source, funs := enum, []term.Term(nil)
	if s, ok := enum.(*lazy); ok {
		source, funs = s.enum, s.funs
	}
	funs = append(funs[:len(funs):len(funs)], streamFun(name, 1))
	return &lazy{
		open: func(t *interp.Thread) puller { return open(t, pull(t, enum)) },
		enum: source,
		funs: funs,
	}
}

// newSource returns a stream that, as in Elixir, is a function of two
// arguments to the language.
func newSource(name string, open func(t *interp.Thread) puller) *term.Fun {
	s := &lazy{open: open, enum: term.Empty}
	f := interp.NewFun(2, func(t *interp.Thread, a []term.Term) term.Term {
		return reduceWith(t, open(t), a[0], a[1])
	})
	shown := streamFun(name, 2)
	f.Module, f.Name, f.Index, f.Uniq, f.Env = shown.Module, shown.Name, shown.Index, shown.Uniq, []term.Term{s}
	return f
}

// streamFun returns a function value that is only shown.
func streamFun(name string, arity int) *term.Fun {
	return &term.Fun{Module: term.NewModule("Stream"), Name: term.NewAtom("-" + name + "-fun-0-"), Arity: arity, Uniq: 65765362}
}

// pull returns a puller of any enumerable.
func pull(t *interp.Thread, v term.Term) puller {
	if s, ok := lazyOf(v); ok {
		return s.open(t)
	}
	if first, last, step, ok := rangeOf(v); ok {
		return pullRange(first, rangeSize(first, last, step), step)
	}
	switch x := v.(type) {
	case *term.List:
		return pullList(t, x)
	case *term.Map:
		if _, isStruct := x.StructName(); !isStruct {
			return pullList(t, term.NewList(elemsOf(t, x)...))
		}
		if inner, ok := setOf(x); ok {
			return pullList(t, setList(inner))
		}
	case *term.Fun:
		if x.Arity == 2 {
			return pullReduce(t, func(acc, fun term.Term) term.Term { return t.Call(x, acc, fun) })
		}
	}
	return pullReduce(t, func(acc, fun term.Term) term.Term {
		return t.Apply(term.NewModule("Enumerable"), "reduce", v, acc, fun)
	})
}

func pullRange(first, n, step int) puller {
	i := first
	return &pullFunc{get: func() (term.Term, bool) {
		if n <= 0 {
			return nil, false
		}
		v := term.Int(i)
		n--
		i += step
		return v, true
	}}
}

func pullList(t *interp.Thread, l *term.List) puller {
	return &pullFunc{get: func() (term.Term, bool) {
		if l == nil {
			return nil, false
		}
		v := l.Head
		next, ok := l.Tail.(*term.List)
		if !ok {
			t.RaiseFunctionClause("Enumerable.List", "reduce", []term.Term{l.Tail, term.Nil, term.Nil})
		}
		l = next
		return v, true
	}}
}

// pullReduce reads an enumerable that only knows reduce/3, by suspending it
// after each element.
func pullReduce(t *interp.Thread, reduce func(acc, fun term.Term) term.Term) puller {
	step := interp.NewFun(2, func(_ *interp.Thread, a []term.Term) term.Term {
		return tuple(atomTerm("suspend"), tuple(a[0]))
	})
	var resume func(cmd string) term.Term
	ended := false
	get := func() (term.Term, bool) {
		if ended {
			return nil, false
		}
		var r term.Term
		if resume == nil {
			r = reduce(tuple(atomTerm("cont"), tuple()), step)
		} else {
			r = resume("cont")
		}
		out, _ := r.(term.Tuple)
		if len(out) == 3 && isAtom(out[0], "suspended") {
			k := out[2]
			resume = func(cmd string) term.Term { return t.Call(k, tuple(atomTerm(cmd), tuple())) }
			if elem, ok := out[1].(term.Tuple); ok && len(elem) == 1 {
				return elem[0], true
			}
		}
		ended = true
		if len(out) == 2 { // an implementation that does not suspend after its last element
			if elem, ok := out[1].(term.Tuple); ok && len(elem) == 1 {
				return elem[0], true
			}
		}
		return nil, false
	}
	return &pullFunc{get: get, done: func() {
		if !ended && resume != nil {
			ended = true
			resume("halt")
		}
	}}
}

// reduceWith is Enumerable.reduce/3 over a puller.
func reduceWith(t *interp.Thread, p puller, acc, fun term.Term) term.Term {
	suspended := false
	defer func() {
		if !suspended {
			p.close()
		}
	}()
	for {
		t.Burn(1)
		tag, v, ok := pairOf(acc)
		switch {
		case !ok:
			t.RaiseFunctionClause("Enumerable", "reduce", []term.Term{acc, fun})
		case isAtom(tag, "halt"):
			return tuple(atomTerm("halted"), v)
		case isAtom(tag, "suspend"):
			suspended = true
			return tuple(atomTerm("suspended"), v, interp.NewFun(1, func(t *interp.Thread, a []term.Term) term.Term {
				return reduceWith(t, p, a[0], fun)
			}))
		}
		e, more := p.next()
		if !more {
			return tuple(atomTerm("done"), v)
		}
		acc = t.Call(fun, e, v)
	}
}

// enumerableModules returns the implementations of Enumerable, by the names
// that code may call them by.
func enumerableModules() []*interp.NativeModule {
	var mods []*interp.NativeModule
	for _, name := range []string{"List", "Map", "Function", "MapSet", "Range", "Stream"} {
		m := newTextModule("Enumerable." + name)
		m.def("count", 1, func(c call) term.Term { return okTuple(term.Int(c.size(c.a[0]))) })
		m.def("member?", 2, func(c call) term.Term { return okTuple(term.Bool(c.member(c.a[0], c.a[1]))) })
		m.def("slice", 1, func(call) term.Term { return tuple(term.Err, term.NewModule("Enumerable."+name)) })
		m.def("reduce", 3, func(c call) term.Term { return reduceWith(c.t, pull(c.t, c.a[0]), c.a[1], c.a[2]) })
		if name == "MapSet" || name == "Stream" {
			m.m.Each = func(t *interp.Thread, v term.Term, yield func(term.Term) bool) {
				p := pull(t, v)
				defer p.close()
				for {
					e, ok := p.next()
					if !ok || !yield(e) {
						return
					}
				}
			}
		}
		mods = append(mods, m.m)
	}
	return mods
}
