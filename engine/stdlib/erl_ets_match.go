package stdlib

import (
	"slices"
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// matchSpec is one clause of a match specification: {head, guards, body}.
type matchSpec struct {
	head   term.Term
	guards []term.Term
	body   []term.Term
}

// bindings are what the variables of a head stand for, by their number.
type bindings map[int]term.Term

// matchVariable is the number of a variable such as :"$1".
func matchVariable(v term.Term) (int, bool) {
	a, ok := v.(term.Atom)
	if !ok || !strings.HasPrefix(a.Name(), "$") {
		return 0, false
	}
	n, err := strconv.Atoi(a.Name()[1:])
	return n, err == nil && n >= 0
}

// matches reports whether a value is as a pattern says, and notes what its
// variables stand for.
func (b bindings) matches(pattern, v term.Term) bool {
	if isAtom(pattern, "_") {
		return true
	}
	if n, ok := matchVariable(pattern); ok {
		if have, bound := b[n]; bound {
			return term.StrictEqual(have, v)
		}
		b[n] = v
		return true
	}
	switch p := pattern.(type) {
	case term.Tuple:
		x, ok := v.(term.Tuple)
		if !ok || len(x) != len(p) {
			return false
		}
		for i := range p {
			if !b.matches(p[i], x[i]) {
				return false
			}
		}
		return true
	case *term.List:
		x, ok := v.(*term.List)
		if !ok || p == term.Empty || x == term.Empty {
			return ok && p == x
		}
		return b.matches(p.Head, x.Head) && b.matches(p.Tail, x.Tail)
	case *term.Map:
		x, ok := v.(*term.Map)
		if !ok {
			return false
		}
		for k, e := range p.All() {
			have, found := x.Get(k)
			if !found || !b.matches(e, have) {
				return false
			}
		}
		return true
	}
	return term.StrictEqual(pattern, v)
}

// specs reads the match specification of argument i.
func (c call) specs(i int) []matchSpec {
	l, ok := c.a[i].(*term.List)
	if !ok {
		c.badArg(i+1, "not a valid match specification")
	}
	clauses, _ := l.Slice()
	var out []matchSpec
	for _, v := range clauses {
		x, ok := v.(term.Tuple)
		if !ok || len(x) != 3 {
			c.badArg(i+1, "not a valid match specification")
		}
		guards, ok1 := x[1].(*term.List)
		body, ok2 := x[2].(*term.List)
		if !ok1 || !ok2 || body == term.Empty {
			c.badArg(i+1, "not a valid match specification")
		}
		s := matchSpec{head: x[0]}
		s.guards, _ = guards.Slice()
		s.body, _ = body.Slice()
		for _, e := range append(slices.Clone(s.guards), s.body...) {
			if !knownOperations(e) {
				c.badArg(i+1, "not a valid match specification")
			}
		}
		out = append(out, s)
	}
	return out
}

// The functions and operators of guards and bodies, with their arity; those that
// are written in another way in Kernel.
var (
	specOperations = map[string]int{"is_atom": 1, "is_float": 1, "is_integer": 1, "is_list": 1, "is_number": 1, "is_pid": 1, "is_port": 1,
		"is_reference": 1, "is_tuple": 1, "is_map": 1, "is_map_key": 2, "is_binary": 1, "is_function": 1, "not": 1, "xor": 2, "abs": 1,
		"element": 2, "hd": 1, "length": 1, "map_get": 2, "map_size": 1, "round": 1, "size": 1, "tl": 1, "trunc": 1, "+": 2, "-": 2, "*": 2,
		"div": 2, "rem": 2, "band": 2, "bor": 2, "bxor": 2, "bnot": 1, "bsl": 2, "bsr": 2, ">": 2, ">=": 2, "<": 2, "=<": 2, "=:=": 2,
		"==": 2, "=/=": 2, "/=": 2, "self": 0, "node": 1, "tuple_size": 1, "byte_size": 1, "bit_size": 1, "binary_part": 3, "float": 1,
		"ceil": 1, "floor": 1, "max": 2, "min": 2}
	specJunctions = []string{"and", "or", "andalso", "orelse"}
)

// knownOperations reports whether an expression of a match specification has
// only what those have.
func knownOperations(v term.Term) bool {
	switch x := v.(type) {
	case term.Tuple:
		if len(x) == 1 {
			if inner, ok := x[0].(term.Tuple); ok {
				return !slices.ContainsFunc(inner, func(e term.Term) bool { return !knownOperations(e) })
			}
		}
		if len(x) == 0 {
			return false
		}
		name := atomText(x[0])
		if name == "const" {
			return len(x) == 2
		}
		if n, ok := specOperations[name]; (!ok || n != len(x)-1) && !slices.Contains(specJunctions, name) {
			return false
		}
		return !slices.ContainsFunc(x[1:], func(e term.Term) bool { return !knownOperations(e) })
	case *term.List:
		for e := range x.All() {
			if !knownOperations(e) {
				return false
			}
		}
	}
	return true
}

// specRun evaluates guards and bodies for one object.
type specRun struct {
	t     *interp.Thread
	obj   term.Term
	bound bindings
}

func (r *specRun) eval(v term.Term) term.Term {
	switch x := v.(type) {
	case term.Atom:
		return r.variable(x)
	case *term.List:
		k := &collector{t: r.t}
		for e := range x.All() {
			k.add(r.eval(e))
		}
		return k.list()
	case *term.Map:
		out := term.EmptyMap
		for k, e := range x.All() {
			out = out.Put(r.eval(k), r.eval(e))
		}
		return out
	case term.Tuple:
		return r.operation(x)
	}
	return v
}

func (r *specRun) variable(a term.Atom) term.Term {
	switch a.Name() {
	case "$_":
		return r.obj
	case "$$":
		numbers := make([]int, 0, len(r.bound))
		for n := range r.bound {
			numbers = append(numbers, n)
		}
		slices.Sort(numbers)
		k := &collector{t: r.t}
		for _, n := range numbers {
			k.add(r.bound[n])
		}
		return k.list()
	}
	if n, ok := matchVariable(a); ok {
		if v, bound := r.bound[n]; bound {
			return v
		}
	}
	return a
}

// operation is {{a, b}} for a tuple, {:const, value}, or a function with its
// arguments.
func (r *specRun) operation(x term.Tuple) term.Term {
	if inner, ok := x[0].(term.Tuple); ok && len(x) == 1 {
		out := make(term.Tuple, len(inner))
		for i, e := range inner {
			out[i] = r.eval(e)
		}
		return out
	}
	name := atomText(x[0])
	switch name {
	case "const":
		return x[1]
	case "and", "andalso":
		for _, e := range x[1:] {
			if r.eval(e) != term.Term(term.True) {
				return term.False
			}
		}
		return term.True
	case "or", "orelse":
		for _, e := range x[1:] {
			if r.eval(e) == term.Term(term.True) {
				return term.True
			}
		}
		return term.False
	case "xor":
		return term.Bool(r.eval(x[1]) != r.eval(x[2]))
	}
	args := make([]term.Term, len(x)-1)
	for i, e := range x[1:] {
		args[i] = r.eval(e)
	}
	return r.t.Apply(term.NewAtom("erlang"), name, args...)
}

// matched calls yield with what the specification makes of each object that it
// matches, until that returns false.
func (c call) matched(t *etsTable, specs []matchSpec, yield func(obj term.Tuple, result term.Term) bool) {
	for _, obj := range t.objects() {
		c.t.Burn(1)
		for _, s := range specs {
			r := &specRun{t: c.t, obj: obj, bound: bindings{}}
			if !r.bound.matches(s.head, obj) || !r.passes(s.guards) {
				continue
			}
			var result term.Term
			if _, e := c.t.Try(func() term.Term {
				for _, b := range s.body {
					result = r.eval(b)
				}
				return nil
			}); e != nil {
				result = term.NewAtom("EXIT")
			}
			if !yield(obj, result) {
				return
			}
			break
		}
	}
}

// passes reports whether all guards are true; one that raises is not.
func (r *specRun) passes(guards []term.Term) bool {
	for _, g := range guards {
		v, e := r.t.Try(func() term.Term { return r.eval(g) })
		if e != nil || v != term.Term(term.True) {
			return false
		}
	}
	return true
}

func defETSMatches(m *textModule) {
	variables, object := term.NewAtom("$$"), term.NewAtom("$_")
	m.def("select", 2, func(c call) term.Term { return etsSelect(c, c.specs(1)) })
	m.def("match", 2, func(c call) term.Term { return etsSelect(c, patternSpec(c.a[1], variables)) })
	m.def("match_object", 2, func(c call) term.Term { return etsSelect(c, patternSpec(c.a[1], object)) })
	m.def("select_count", 2, func(c call) term.Term {
		n := 0
		c.matched(c.table(toRead), c.specs(1), func(_ term.Tuple, v term.Term) bool {
			n += bit(v == term.Term(term.True))
			return true
		})
		return term.Int(n)
	})
	m.def("select_delete", 2, func(c call) term.Term { return etsDelete(c, c.specs(1)) })
	m.def("match_delete", 2, func(c call) term.Term {
		etsDelete(c, patternSpec(c.a[1], term.True))
		return term.True
	})
	m.def("select_replace", 2, func(c call) term.Term {
		t, n := c.table(toWrite), 0
		c.matched(t, c.specs(1), func(old term.Tuple, v term.Term) bool {
			if obj, ok := v.(term.Tuple); ok && len(obj) >= t.keypos && term.Equal(t.keyOf(obj), t.keyOf(old)) {
				t.change(func() {
					t.remove(t.keyOf(old), func(o term.Tuple) bool { return term.StrictEqual(o, old) })
					c.replace(t, obj)
				})
				n++
			}
			return true
		})
		return term.Int(n)
	})
	defETSPages(m, variables, object)
}

// defETSPages defines the calls that return a number of objects, and what goes
// on from there: the rest.
func defETSPages(m *textModule, variables, object term.Atom) {
	end := atomTerm("$end_of_table")
	page := func(c call, rest []term.Term, n int) term.Term {
		if len(rest) == 0 {
			return end
		}
		n = min(n, len(rest))
		more := term.Term(end)
		if n < len(rest) {
			more = tuple(c.list(rest[n:]), term.Int(n))
		}
		return tuple(c.list(rest[:n]), more)
	}
	for name, specs := range map[string]func(c call) []matchSpec{
		"select":       func(c call) []matchSpec { return c.specs(1) },
		"match":        func(c call) []matchSpec { return patternSpec(c.a[1], variables) },
		"match_object": func(c call) []matchSpec { return patternSpec(c.a[1], object) },
	} {
		m.def(name, 3, func(c call) term.Term {
			all, _ := etsSelect(c, specs(c)).(*term.List).Slice()
			return page(c, all, c.positive(2))
		})
		m.def(name, 1, func(c call) term.Term {
			if isAtom(c.a[0], "$end_of_table") {
				return end
			}
			rest, n, ok := pairOf(c.a[0])
			l, isList := rest.(*term.List)
			size, isInt := n.(term.Int)
			if !ok || !isList || !isInt || size < 1 {
				return c.badArg(1, "invalid continuation")
			}
			all, _ := l.Slice()
			return page(c, all, int(size))
		})
	}
}

// patternSpec is the specification of a pattern alone.
func patternSpec(pattern term.Term, body term.Term) []matchSpec {
	return []matchSpec{{head: pattern, body: []term.Term{body}}}
}

func etsSelect(c call, specs []matchSpec) term.Term {
	k := c.collect()
	c.matched(c.table(toRead), specs, func(_ term.Tuple, v term.Term) bool { k.add(v); return true })
	return k.list()
}

// etsDelete deletes the objects for which the specification gives true, and
// returns how many.
func etsDelete(c call, specs []matchSpec) term.Term {
	t := c.table(toWrite)
	gone := map[*term.Term]bool{}
	c.matched(t, specs, func(obj term.Tuple, v term.Term) bool {
		if v == term.Term(term.True) {
			gone[&obj[0]] = true
		}
		return true
	})
	n := 0
	t.change(func() { n = t.removeAll(gone) })
	return term.Int(n)
}
