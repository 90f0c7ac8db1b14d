package exunit

import (
	"slices"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// diffTime is how long a difference may be looked for; what takes longer is
// shown without.
const diffTime = 1500 * time.Millisecond

// diff is the coloured difference of two sides; ok is false for none.
func (f *format) diff(left, right, context term.Term, padding int) (l, r string, hints []string, ok bool) {
	d := &differ{t: f.t, until: time.Now().Add(diffTime)}
	defer func() {
		if x := recover(); x != nil {
			if _, late := x.(tooLate); !late {
				panic(x)
			}
			ok = false
		}
	}()
	e := newDiffEnv(context)
	res, e := d.diff(left, right, e)
	for range e.hints {
		hints = append(hints, "you are comparing strings that have the same visual representation but are made of different Unicode codepoints")
	}
	return f.layout(f.painter("delete").doc(res.left), padding), f.layout(f.painter("insert").doc(res.right), padding), hints, true
}

// differ finds the difference of a pattern, or of a value, and a value, as
// ExUnit.Diff.
type differ struct {
	t     *interp.Thread
	until time.Time
	steps int
}

// tooLate is the panic that ends the search.
type tooLate struct{}

type diffMode uint8

const (
	modeEqual diffMode = iota
	modeStrict
	modeMatch
)

// diffEnv is what is known at a place: the variables bound so far in a pattern
// are passed on from one part to the next.
type diffEnv struct {
	mode  diffMode
	pins  map[string]term.Term
	vars  map[string]term.Term
	hints []string
}

// newDiffEnv is what is known at the start: :==, :=== or {:match, pins}.
func newDiffEnv(context term.Term) diffEnv {
	e := diffEnv{mode: modeEqual, vars: map[string]term.Term{}}
	switch c := context.(type) {
	case term.Tuple:
		e.mode = modeMatch
		e.pins = map[string]term.Term{}
		pin := func(key, v term.Term) {
			name, _, _ := pair(key)
			if a, isAtom := name.(term.Atom); isAtom {
				e.pins[a.Name()] = v
			}
		}
		for _, x := range elements(c[1]) {
			key, v, _ := pair(x)
			pin(key, v)
		}
		if m, ok := c[1].(*term.Map); ok {
			for key, v := range m.All() {
				pin(key, v)
			}
		}
	case term.Atom:
		if c.Name() == "===" {
			e.mode = modeStrict
		}
	}
	return e
}

func (e diffEnv) bind(name string, v term.Term) diffEnv {
	vars := make(map[string]term.Term, len(e.vars)+1)
	for k, x := range e.vars {
		vars[k] = x
	}
	vars[name] = v
	e.vars = vars
	return e
}

// result is a difference: both sides, and whether they are equivalent.
type result struct {
	same        bool
	left, right *shown
}

func (d *differ) step() {
	if d.steps++; d.steps%256 == 0 {
		d.t.Burn(256)
		if time.Now().After(d.until) {
			panic(tooLate{})
		}
	}
}

func (d *differ) diff(l, r term.Term, e diffEnv) (result, diffEnv) {
	d.step()
	if e.mode == modeMatch {
		return d.pattern(l, r, e)
	}
	return d.value(l, r, e)
}

// call takes quoted {name, meta, args} apart.
func call(v term.Term) (name string, args []term.Term, ok bool) {
	x, isTuple := v.(term.Tuple)
	if !isTuple || len(x) != 3 {
		return "", nil, false
	}
	a, isAtom := x[0].(term.Atom)
	l, isList := x[2].(*term.List)
	if !isAtom || !isList {
		return "", nil, false
	}
	return a.Name(), elements(l), true
}

// variable returns the name of a quoted variable.
func variable(v term.Term) (string, bool) {
	x, ok := v.(term.Tuple)
	if !ok || len(x) != 3 {
		return "", false
	}
	name, ok1 := x[0].(term.Atom)
	_, ok2 := x[2].(term.Atom)
	if !ok1 || !ok2 || slices.Contains([]string{"__MODULE__", "__DIR__", "__STACKTRACE__", "__ENV__", "__CALLER__"}, name.Name()) {
		return "", false
	}
	return name.Name(), true
}

// pattern compares a quoted pattern with a value.
func (d *differ) pattern(l, r term.Term, e diffEnv) (result, diffEnv) {
	if name, ok := variable(l); ok {
		return d.boundVariable(name, l, r, e)
	}
	name, args, isCall := call(l)
	rightMap, isMap := term.AsMap(r)
	rightTuple, isTuple := r.(term.Tuple)
	_, isList := r.(*term.List)
	switch {
	case isCall && name == "^" && len(args) == 1:
		if v, ok := variable(args[0]); ok {
			if pinned, ok := e.pins[v]; ok {
				return d.pin(l, pinned, r, e)
			}
		}
	case isCall && (name == "-" || name == "+") && len(args) == 1 && isNumber(args[0]):
		n := args[0]
		if name == "-" {
			n = d.t.Arith("-", term.Int(0), n)
		}
		return d.value(n, r, e)
	case isCall && name == "++" && len(args) == 2 && isList:
		return d.improperList(l, r, e)
	case isCall && name == "{}" && isTuple:
		return d.tuple(args, rightTuple, e)
	case isCall && name == "%" && len(args) == 2 && isMap:
		if inner, kw, ok := call(args[1]); ok && inner == "%{}" {
			return d.structPattern(append([]term.Term{term.Tuple{term.StructKey, args[0]}}, kw...), rightMap, e)
		}
	case isCall && name == "%{}" && isMap:
		return d.structPattern(args, rightMap, e)
	case isCall && name == "<>" && len(args) == 2:
		if _, ok := args[0].(term.Binary); ok {
			if s, ok := r.(term.Binary); ok {
				return d.concat(l, string(s), e)
			}
		}
	case isCall && name == "when" && len(args) == 2:
		return d.guard(args[0], args[1], r, e)
	}
	switch x := l.(type) {
	case term.Tuple:
		if len(x) == 2 && isTuple {
			return d.tuple(x, rightTuple, e)
		}
	case *term.List:
		if isList {
			return d.maybeList(l, r, e)
		}
	default:
		if _, ok := l.(*term.Map); !ok {
			return d.value(l, r, e)
		}
	}
	return result{false, marked(d.code(l)), marked(d.escape(r))}, e
}

func isNumber(v term.Term) bool {
	switch v.(type) {
	case term.Int, *term.Big, term.Float:
		return true
	}
	return false
}

// boundVariable compares a variable: it takes anything, and the same again.
func (d *differ) boundVariable(name string, l, r term.Term, e diffEnv) (result, diffEnv) {
	left, right := d.code(l), d.escape(r)
	if name == "_" {
		return result{true, left, right}, e
	}
	if old, ok := e.vars[name]; ok {
		if term.StrictEqual(old, r) {
			return result{true, left, right}, e
		}
		return result{false, marked(left), marked(right)}, e
	}
	return result{true, left, right}, e.bind(name, r)
}

func (d *differ) pin(l, pinned, r term.Term, e diffEnv) (result, diffEnv) {
	e.mode = modeStrict
	res, e := d.value(pinned, r, e)
	e.mode = modeMatch
	res.left = d.code(l)
	if !res.same {
		res.left = marked(res.left)
	}
	return res, e
}

// guard compares pattern when guard.
func (d *differ) guard(pattern, clause, r term.Term, e diffEnv) (result, diffEnv) {
	res, after := d.pattern(pattern, r, e)
	shownGuard := d.code(clause)
	if res.same {
		shownGuard, res.same = d.guardClause(clause, after)
	}
	res.left = &shown{kind: infixShown, op: "when", items: []*shown{res.left, shownGuard}}
	return res, after
}

// guardClause evaluates the parts of a guard, to mark those that do not hold.
func (d *differ) guardClause(clause term.Term, e diffEnv) (*shown, bool) {
	name, args, ok := call(clause)
	if ok && len(args) == 2 && (name == "and" || name == "or" || name == "when") {
		l, okL := d.guardClause(args[0], e)
		r, okR := d.guardClause(args[1], e)
		both := &shown{kind: infixShown, op: name, items: []*shown{l, r}}
		if name == "and" {
			return both, okL && okR
		}
		return both, okL || okR
	}
	var binding []term.Term
	for _, vars := range []map[string]term.Term{e.pins, e.vars} {
		for k, v := range vars {
			binding = append(binding, term.Tuple{term.NewAtom(k), v})
		}
	}
	out := d.code(clause)
	v, err := d.t.Try(func() term.Term {
		return d.t.Apply(term.NewModule("Code"), "eval_quoted", clause, term.NewList(binding...))
	})
	if err != nil {
		return out, false
	}
	if held, _, _ := pair(v); held == term.Term(term.True) {
		return out, true
	}
	return marked(out), false
}

// value compares two values.
func (d *differ) value(l, r term.Term, e diffEnv) (result, diffEnv) {
	leftMap, isMapL := term.AsMap(l)
	rightMap, isMapR := term.AsMap(r)
	switch {
	case isNumber(l) && isNumber(r):
		if term.StrictEqual(l, r) || e.mode == modeEqual && term.Equal(l, r) {
			return result{true, d.inspected(l), d.inspected(r)}, e
		}
		return d.texts(inspect(d.t, l), inspect(d.t, r), "", e)
	case isMapL && isMapR:
		return d.maps(leftMap, rightMap, l, r, e)
	}
	switch x := l.(type) {
	case *term.List:
		if _, ok := r.(*term.List); ok {
			return d.maybeList(l, r, e)
		}
	case term.Tuple:
		if y, ok := r.(term.Tuple); ok {
			return d.tuple(x, y, e)
		}
	case term.Binary:
		if y, ok := r.(term.Binary); ok {
			return d.texts(string(x), string(y), `"`, e)
		}
	case *term.Fun:
		if y, ok := r.(*term.Fun); ok && !x.External && !y.External && x != y && x.Module == y.Module && x.Uniq == y.Uniq && x.Index == y.Index && len(x.Env) == len(y.Env) {
			env, e := d.improperList(term.NewList(x.Env...), term.NewList(y.Env...), e)
			return result{env.same, &shown{kind: envShown, value: l, items: []*shown{env.left}}, &shown{kind: envShown, value: r, items: []*shown{env.right}}}, e
		}
	}
	if term.StrictEqual(l, r) {
		return result{true, d.inspected(l), d.inspected(r)}, e
	}
	return result{false, marked(d.escape(l)), marked(d.escape(r))}, e
}

func (d *differ) inspected(v term.Term) *shown { return &shown{kind: valueShown, value: v} }

// side is a part without a partner: a pattern in a match, else a value.
func (d *differ) side(v term.Term, e diffEnv) *shown {
	if e.mode == modeMatch {
		return d.code(v)
	}
	return d.escape(v)
}

// escape is a value as it is shown: maps as containers, all else inspected.
func (d *differ) escape(v term.Term) *shown {
	m, ok := term.AsMap(v)
	if !ok || d.inspects(v) {
		return d.inspected(v)
	}
	var pairs []*shownPair
	for k, x := range m.All() {
		pairs = append(pairs, &shownPair{key: d.escape(k), value: d.escape(x), by: k})
	}
	name, _ := m.StructName()
	sortPairs(pairs)
	return mapOf(pairs, !name.IsZero())
}

// inspects reports whether a struct has an Inspect of its own.
func (d *differ) inspects(v term.Term) bool {
	m, ok := term.AsMap(v)
	if !ok {
		return false
	}
	name, ok := m.StructName()
	if !ok {
		return false
	}
	head := "%" + term.Inspect(name) + "{"
	text := inspect(d.t, v)
	return len(text) < len(head) || text[:len(head)] != head
}

// code is a pattern as it is shown: lists, tuples and maps as containers.
func (d *differ) code(v term.Term) *shown {
	name, args, isCall := call(v)
	all := func(list []term.Term) []*shown {
		out := make([]*shown, len(list))
		for i, e := range list {
			out[i] = d.code(e)
		}
		return out
	}
	switch {
	case isCall && len(args) == 2 && slices.Contains([]string{"<>", "++", "|", "when", "and", "or"}, name):
		return &shown{kind: infixShown, op: name, items: all(args)}
	case isCall && name == "{}":
		return &shown{kind: tupleShown, items: all(args)}
	case isCall && name == "%{}":
		return &shown{kind: mapShown, pairs: d.codePairs(args)}
	case isCall && name == "%" && len(args) == 2:
		if inner, kw, ok := call(args[1]); ok && inner == "%{}" {
			return &shown{kind: mapShown, name: d.code(args[0]), pairs: d.codePairs(kw)}
		}
	}
	switch x := v.(type) {
	case *term.List:
		list, _ := x.Slice()
		return &shown{kind: listShown, items: all(list)}
	case term.Tuple:
		if len(x) == 2 {
			return &shown{kind: tupleShown, items: all(x)}
		}
		return &shown{kind: codeShown, value: v}
	}
	return d.inspected(v)
}

func (d *differ) codePairs(kw []term.Term) []*shownPair {
	var out []*shownPair
	for _, e := range kw {
		if k, v, ok := pair(e); ok {
			out = append(out, &shownPair{key: d.code(k), value: d.code(v), by: k})
		}
	}
	return out
}

// tuple compares tuples, element by element.
func (d *differ) tuple(l, r []term.Term, e diffEnv) (result, diffEnv) {
	res := result{true, &shown{kind: tupleShown}, &shown{kind: tupleShown}}
	n := min(len(l), len(r))
	for i := range n {
		var one result
		one, e = d.diff(l[i], r[i], e)
		res.same = res.same && one.same
		res.left.items, res.right.items = append(res.left.items, one.left), append(res.right.items, one.right)
	}
	for _, x := range l[n:] {
		res.left.items, res.same = append(res.left.items, marked(d.side(x, e))), false
	}
	for _, x := range r[n:] {
		res.right.items, res.same = append(res.right.items, marked(d.escape(x))), false
	}
	return res, e
}

func sortPairs(list []*shownPair) {
	slices.SortStableFunc(list, func(a, b *shownPair) int { return term.CompareKeys(a.by, b.by) })
}

// mapOf is a map, or a struct, of pairs.
func mapOf(pairs []*shownPair, isStruct bool) *shown {
	out := &shown{kind: mapShown}
	for _, p := range pairs {
		if a, ok := p.key.atomKey(); ok && isStruct && a == term.StructKey && out.name == nil {
			out.name = p.value
			if p.mark {
				out.name = marked(p.value)
			}
			continue
		}
		out.pairs = append(out.pairs, p)
	}
	return out
}
