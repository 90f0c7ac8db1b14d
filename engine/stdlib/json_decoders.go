package stdlib

import (
	"strings"

	"streamsplayground/engine/term"
)

// jsonDecoders is JSON.decode/3: functions of the caller make the values, and
// an accumulator goes through them.
type jsonDecoders struct {
	r    *jsonReader
	opts *term.List
}

func jsonDecodeWith(c call) term.Term {
	d := &jsonDecoders{r: &jsonReader{c: c, s: c.str(0), key: func(s string) term.Term { return bin(s) }}, opts: c.opts(2)}
	var acc term.Term
	v, failure := d.r.guarded(func() (v term.Term) {
		v, acc = d.value(c.a[1])
		return v
	})
	if failure != nil {
		return tuple(term.Err, jsonReason(d.r.s, failure))
	}
	return tuple(v, acc, bin(d.r.s[d.r.i:]))
}

// use calls the decoder of a name, if there is one.
func (d *jsonDecoders) use(name string, args ...term.Term) (term.Term, bool) {
	f, ok := term.KeywordGet(d.opts, term.NewAtom(name))
	if !ok {
		return nil, false
	}
	return d.r.c.t.Call(f, args...), true
}

func (d *jsonDecoders) value(acc term.Term) (v, next term.Term) {
	r := d.r
	r.space()
	if r.i >= len(r.s) {
		r.fail(r.i)
	}
	switch start := r.i; r.s[start] {
	case '[':
		return d.nested(acc, ']', "array", d.element)
	case '{':
		return d.nested(acc, '}', "object", d.pair)
	case '"':
		return d.text(), acc
	default:
		v := r.value()
		kind := "float"
		switch v.(type) {
		case term.Atom:
			if v == term.Term(term.Nil) {
				v = option(d.opts, "null", term.Nil)
			}
			return v, acc
		case term.Int, *term.Big:
			kind = "integer"
		}
		if made, ok := d.use(kind, bin(r.s[start:r.i])); ok {
			return made, acc
		}
		return v, acc
	}
}

// text reads a string, which may be a key.
func (d *jsonDecoders) text() term.Term {
	v := term.Term(bin(d.r.string()))
	if made, ok := d.use("string", v); ok {
		return made
	}
	return v
}

// nested reads an array or an object, whose entries add themselves to an
// accumulator of its own.
func (d *jsonDecoders) nested(outer term.Term, end byte, name string, entry func(acc term.Term) term.Term) (v, next term.Term) {
	r := d.r
	if r.depth++; r.depth > maxJSONDepth {
		r.c.t.RaiseNew("SystemLimitError")
	}
	r.i++
	acc, ok := d.use(name+"_start", outer)
	if !ok {
		acc = term.Empty
	}
	r.space()
	if strings.HasPrefix(r.s[r.i:], string(end)) {
		r.i++
	} else {
		for {
			r.c.t.Burn(1)
			r.c.t.Grow(2 * cellBytes)
			if acc = entry(acc); r.next(end) {
				break
			}
		}
	}
	r.depth--
	if made, ok := d.use(name+"_finish", acc, outer); ok {
		v, next, ok := pairOf(made)
		if !ok {
			r.c.t.RaiseNew("MatchError", "term", made)
		}
		return v, next
	}
	list, _ := acc.(*term.List)
	entries, _ := list.Slice()
	if name == "array" {
		return reversed(entries), outer
	}
	return r.c.t.Apply(term.NewModule("Map"), "new", reversed(entries)), outer
}

func reversed(s []term.Term) *term.List {
	out := term.Empty
	for _, e := range s {
		out = &term.List{Head: e, Tail: out}
	}
	return out
}

func (d *jsonDecoders) element(acc term.Term) term.Term {
	v, acc := d.value(acc)
	if made, ok := d.use("array_push", v, acc); ok {
		return made
	}
	return &term.List{Head: v, Tail: acc}
}

func (d *jsonDecoders) pair(acc term.Term) term.Term {
	r := d.r
	r.space()
	if r.i >= len(r.s) || r.s[r.i] != '"' {
		r.fail(r.i)
	}
	key := d.text()
	r.space()
	if r.i >= len(r.s) || r.s[r.i] != ':' {
		r.fail(r.i)
	}
	r.i++
	v, acc := d.value(acc)
	if made, ok := d.use("object_push", key, v, acc); ok {
		return made
	}
	return &term.List{Head: tuple(key, v), Tail: acc}
}
