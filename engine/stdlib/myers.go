package stdlib

import (
	"slices"

	"streamsplayground/engine/term"
)

// edit is one step of a path, linked to the steps before it.
type edit struct {
	kind string // "eq", "ins", "del" or "diff"
	v    term.Term
	prev *edit
}

// editPath is how far a path has read both lists. y orders the paths of
// neighbouring diagonals.
type editPath struct {
	y, i, j int
	last    *edit
}

// myers returns the edit script that turns xs into ys, as
// List.myers_difference/3: the greedy algorithm of Myers, 1986, in the order
// in which Elixir walks the diagonals. diff may be nil.
func myers(c call, xs, ys []term.Term, diff func(a, b term.Term) term.Term) *term.List {
	x := &differ{c, xs, ys, diff}
	paths := []editPath{{}}
	for envelope := 0; envelope <= len(xs)+len(ys); envelope++ {
		var next []editPath
		for diag := -envelope; diag <= envelope; diag += 2 {
			var p editPath
			p, paths = x.proceed(diag, envelope, paths)
			p = x.follow(p)
			if p.i == len(xs) && p.j == len(ys) {
				return packEdits(p.last)
			}
			next = append(next, p)
		}
		paths = next
	}
	return term.Empty
}

type differ struct {
	c      call
	xs, ys []term.Term
	diff   func(a, b term.Term) term.Term
}

func (x *differ) proceed(diag, limit int, paths []editPath) (editPath, []editPath) {
	switch {
	case limit == 0:
		return paths[0], nil
	case diag == -limit:
		return x.down(paths[0]), paths
	case diag == limit:
		return x.right(paths[0]), nil
	case paths[0].y > paths[1].y:
		return x.right(paths[0]), paths[1:]
	}
	return x.down(paths[1]), paths[1:]
}

// compared asks diff about the next two elements, and steps over both when it
// has an answer.
func (x *differ) compared(p editPath) (editPath, bool) {
	if x.diff == nil || p.i == len(x.xs) || p.j == len(x.ys) {
		return p, false
	}
	d := x.diff(x.xs[p.i], x.ys[p.j])
	if !term.Truthy(d) {
		return p, false
	}
	return editPath{p.y + 1, p.i + 1, p.j + 1, &edit{"diff", d, p.last}}, true
}

func (x *differ) right(p editPath) editPath {
	if p.i < len(x.xs) {
		if next, ok := x.compared(p); ok {
			return next
		}
	}
	if p.j < len(x.ys) {
		p.last = &edit{"ins", x.ys[p.j], p.last}
		p.j++
	}
	return p
}

func (x *differ) down(p editPath) editPath {
	if next, ok := x.compared(p); ok {
		return next
	}
	p.y++
	if p.i < len(x.xs) {
		p.last = &edit{"del", x.xs[p.i], p.last}
		p.i++
	}
	return p
}

func (x *differ) follow(p editPath) editPath {
	x.c.t.Burn(1)
	x.c.t.Grow(64)
	for p.i < len(x.xs) && p.j < len(x.ys) && term.StrictEqual(x.xs[p.i], x.ys[p.j]) {
		x.c.t.Burn(1)
		p.last = &edit{"eq", x.xs[p.i], p.last}
		p.i, p.j, p.y = p.i+1, p.j+1, p.y+1
	}
	return p
}

// packEdits joins neighbouring steps of the same kind. It goes backwards, and
// where an insertion stands between equal parts it moves it in front of the
// element that it repeats.
func packEdits(last *edit) *term.List {
	type part struct {
		kind  string
		elems []term.Term // for diff the value alone
	}
	var parts []part // last first
	for e := last; ; {
		n := len(parts)
		if e != nil && e.kind != "diff" && n > 0 && parts[n-1].kind == e.kind {
			parts[n-1].elems = append([]term.Term{e.v}, parts[n-1].elems...)
			e = e.prev
			continue
		}
		if n >= 3 && parts[n-1].kind == "eq" && parts[n-2].kind == "ins" && parts[n-3].kind == "eq" &&
			slices.EqualFunc(parts[n-1].elems, parts[n-2].elems, term.StrictEqual) && (e == nil || e.kind != "diff") {
			same := parts[n-1].elems
			other := parts[n-3].elems
			parts = append(parts[:n-3], part{"eq", append(slices.Clone(same), other...)}, part{"ins", same})
			continue
		}
		if e == nil {
			break
		}
		parts = append(parts, part{e.kind, []term.Term{e.v}})
		e = e.prev
	}
	l := term.Empty
	for _, p := range parts {
		v := term.Term(term.NewList(p.elems...))
		if p.kind == "diff" {
			v = p.elems[0]
		}
		l = &term.List{Head: tuple(atomTerm(p.kind), v), Tail: l}
	}
	return l
}
