package exunit

import (
	"slices"

	"streamsplayground/engine/term"
)

// entry is a key with its value, of a map or of the pattern of one.
type entry struct{ key, value term.Term }

func entriesOf(m *term.Map) []entry {
	var out []entry
	for k, v := range m.All() {
		out = append(out, entry{k, v})
	}
	return out
}

// maps compares two maps or structs.
func (d *differ) maps(l, r *term.Map, left, right term.Term, e diffEnv) (result, diffEnv) {
	_, isStructL := l.StructName()
	_, isStructR := r.StructName()
	if isStructL && isStructR {
		return d.structs(left, entriesOf(l), right, r, e)
	}
	return d.mapEntries(entriesOf(l), r, isStructL, isStructR, e)
}

// structs compares two structs: by what inspect shows when the left one has an
// Inspect of its own.
func (d *differ) structs(left term.Term, kw []entry, right term.Term, r *term.Map, e diffEnv) (result, diffEnv) {
	if d.inspects(left) {
		lt, rt := inspect(d.t, left), inspect(d.t, right)
		if lt != rt {
			return d.texts(lt, rt, "", e)
		}
		res, after := d.mapEntries(kw, r, true, true, e)
		if res.same {
			return result{true, d.inspected(left), d.inspected(right)}, after
		}
		return res, after
	}
	return d.mapEntries(kw, r, true, true, e)
}

// mapEntries compares entries with those of a map that have the same keys.
func (d *differ) mapEntries(items []entry, r *term.Map, structL, structR bool, e diffEnv) (result, diffEnv) {
	same := true
	var left, right, lonely []*shownPair
	pending := r
	for _, it := range items {
		key := it.key
		if name, args, ok := call(key); ok && e.mode == modeMatch && name == "^" && len(args) == 1 {
			if v, ok := variable(args[0]); ok {
				key = e.pins[v]
			}
		} else if e.mode == modeMatch {
			if v, ok := evalLiteral(key); ok {
				key = v
			}
		}
		value, ok := pending.Get(key)
		if !ok {
			same = false
			lonely = append(lonely, &shownPair{key: d.side(it.key, e), value: d.side(it.value, e), mark: true, by: it.key})
			continue
		}
		pending = pending.Delete(key)
		var one result
		one, e = d.diff(it.value, value, e)
		same = same && one.same
		left = append(left, &shownPair{key: d.side(it.key, e), value: one.left, by: it.key})
		right = append(right, &shownPair{key: d.escape(key), value: one.right, by: key})
	}
	var rest []*shownPair
	for k, v := range pending.All() {
		rest = append(rest, &shownPair{key: d.escape(k), value: d.escape(v), mark: e.mode != modeMatch, by: k})
	}
	if e.mode != modeMatch && len(rest) > 0 {
		same = false
	}
	for _, list := range [][]*shownPair{left, right, lonely, rest} {
		sortPairs(list)
	}
	return result{same, mapOf(append(left, lonely...), structL), mapOf(append(right, rest...), structR)}, e
}

// structPattern compares %{…} or %Mod{…} with a map.
func (d *differ) structPattern(kw []term.Term, r *term.Map, e diffEnv) (result, diffEnv) {
	var items []entry
	for _, x := range kw {
		k, v, ok := pair(x)
		if !ok {
			return result{false, marked(d.code(term.NewList(kw...))), marked(d.escape(r))}, e
		}
		items = append(items, entry{k, v})
	}
	_, structR := r.StructName()
	data, ok := d.patternStruct(items)
	if !ok {
		return d.mapEntries(items, r, false, structR, e)
	}
	if structR && data != nil {
		return d.structs(data, items, r, r, e)
	}
	return d.mapEntries(items, r, true, structR, e)
}

// patternStruct returns the struct that a pattern names, if its fields are
// those of the struct, and the value of the pattern, if it is one.
func (d *differ) patternStruct(items []entry) (data term.Term, ok bool) {
	i := slices.IndexFunc(items, func(x entry) bool { return x.key == term.Term(term.StructKey) })
	if i < 0 {
		return nil, false
	}
	mod, ok := items[i].value.(term.Atom)
	fields := d.t.Program().Struct(mod)
	if !ok || fields == nil {
		return nil, false
	}
	value := fields
	for j, x := range items {
		if j == i {
			continue
		}
		if !fields.Has(x.key) {
			return nil, false
		}
		v, literal := evalLiteral(x.value)
		if value == nil || !literal {
			value = nil
			continue
		}
		value = value.Put(x.key, v)
	}
	if value == nil {
		return nil, true
	}
	return value, true
}

// evalLiteral returns the value of a quoted literal.
func evalLiteral(q term.Term) (term.Term, bool) {
	all := func(list []term.Term) ([]term.Term, bool) {
		out := make([]term.Term, len(list))
		for i, e := range list {
			v, ok := evalLiteral(e)
			if !ok {
				return nil, false
			}
			out[i] = v
		}
		return out, true
	}
	name, args, isCall := call(q)
	switch {
	case isCall && name == "{}":
		list, ok := all(args)
		return term.Tuple(list), ok
	case isCall && name == "%{}":
		m := term.EmptyMap
		for _, a := range args {
			k, v, isPair := pair(a)
			key, ok1 := evalLiteral(k)
			value, ok2 := evalLiteral(v)
			if !isPair || !ok1 || !ok2 {
				return nil, false
			}
			m = m.Put(key, value)
		}
		return m, true
	case isCall && name == "-" && len(args) == 1:
		switch n := args[0].(type) {
		case term.Int:
			return -n, true
		case term.Float:
			return -n, true
		}
		return nil, false
	}
	switch x := q.(type) {
	case *term.List:
		list, _ := x.Slice()
		out, ok := all(list)
		return term.NewList(out...), ok
	case term.Tuple:
		if len(x) != 2 {
			return nil, false
		}
		out, ok := all(x)
		return term.Tuple(out), ok
	}
	return q, true
}
