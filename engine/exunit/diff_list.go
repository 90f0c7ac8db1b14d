package exunit

import (
	"streamsplayground/engine/term"
)

// maybeList compares lists, as text when both are printable.
func (d *differ) maybeList(l, r term.Term, e diffEnv) (result, diffEnv) {
	if l == term.Term(term.Empty) && r == term.Term(term.Empty) {
		return result{true, &shown{kind: listShown}, &shown{kind: listShown}}, e
	}
	if lt, ok := ascii(l); ok {
		if rt, ok := ascii(r); ok {
			res, e := d.texts(lt, rt, `"`, e)
			res.left.open, res.right.open = `~c"`, `~c"`
			return res, e
		}
	}
	return d.improperList(l, r, e)
}

// ascii is the text of a list of printable ASCII characters.
func ascii(v term.Term) (string, bool) {
	l, ok := v.(*term.List)
	if !ok {
		return "", false
	}
	var out []byte
	for l != nil {
		n, isInt := l.Head.(term.Int)
		if !isInt || (n < 32 || n > 126) && (n < 7 || n > 13) && n != 27 {
			return "", false
		}
		out = append(out, byte(n))
		if l, ok = l.Tail.(*term.List); !ok {
			return "", false
		}
	}
	return string(out), true
}

// listOps remembers where a pattern has | and ++, to put them back: bars after
// index elements of the list, or a ++ after index elements.
type listOps struct {
	concat      bool
	index       int
	left, right *listOps // of ++; of | only left
}

// leftList is the left list without its operators.
type leftList struct {
	elems    []term.Term
	improper term.Term // what the list ends with, nil for a proper list
	ops      *listOps
	length   int
}

func splitLeft(v term.Term, index int, e diffEnv) leftList {
	if name, args, ok := call(v); ok && name == "++" && len(args) == 2 && e.mode == modeMatch {
		l, r := splitLeft(args[0], 0, e), splitLeft(args[1], 0, e)
		ops := &listOps{concat: true, index: l.length, left: l.ops, right: r.ops}
		if r.improper != nil && r.elems == nil {
			return leftList{elems: l.elems, improper: r.improper, ops: ops, length: l.length}
		}
		return leftList{elems: append(append([]term.Term{}, l.elems...), r.elems...), improper: r.improper, ops: ops, length: l.length + r.length}
	}
	l, ok := v.(*term.List)
	if !ok {
		return leftList{improper: v}
	}
	if l == nil {
		return leftList{}
	}
	if name, args, ok := call(l.Head); ok && name == "|" && len(args) == 2 && e.mode == modeMatch && l.Tail == term.Term(term.Empty) {
		rest := splitLeft(args[1], 0, e)
		return barred(args[0], rest, index)
	}
	rest := splitLeft(l.Tail, index+1, e)
	if rest.improper != nil && rest.elems == nil && rest.ops == nil {
		return leftList{elems: []term.Term{l.Head}, improper: rest.improper, ops: &listOps{index: index}, length: 1}
	}
	return leftList{elems: append([]term.Term{l.Head}, rest.elems...), improper: rest.improper, ops: rest.ops, length: rest.length + 1}
}

// barred is [head | rest].
func barred(head term.Term, rest leftList, index int) leftList {
	if rest.improper != nil && rest.elems == nil && rest.ops == nil {
		return leftList{elems: []term.Term{head}, improper: rest.improper, ops: &listOps{index: index}, length: 1}
	}
	return leftList{elems: append([]term.Term{head}, rest.elems...), improper: rest.improper,
		ops: &listOps{index: index, left: rest.ops}, length: rest.length + 1}
}

// splitRight cuts a list after at most n elements.
func splitRight(v term.Term, n int) (head []term.Term, rest term.Term) {
	for n > 0 {
		l, ok := v.(*term.List)
		if !ok || l == nil {
			break
		}
		head, v = append(head, l.Head), l.Tail
		n--
	}
	return head, v
}

// improperList compares two lists that may be improper; | and ++ of a pattern
// are taken away, and put back where they stood.
func (d *differ) improperList(l, r term.Term, e diffEnv) (result, diffEnv) {
	left := splitLeft(l, 0, e)
	head, rest := splitRight(r, left.length)
	res, e := d.myers(left.elems, head, e)
	tail := result{same: true}
	switch list, isList := rest.(*term.List); {
	case left.improper == nil && isList:
		tail.same = list == nil
	case left.improper == nil:
		tail, e = d.diff(term.Empty, rest, e)
	default:
		tail, e = d.diff(left.improper, rest, e)
	}
	out := result{same: res.same && tail.same}
	out.right = d.rightList(res.right.items, rest, left.improper, tail)
	switch {
	case left.improper != nil:
		out.left = rebuild(res.left.items, tail.left, false, left.ops)
	case rest != term.Term(term.Empty):
		out.left = rebuild(res.left.items, nil, true, left.ops)
	default:
		out.left = rebuild(res.left.items, nil, false, left.ops)
	}
	return out, e
}

// rightList is the value's side: its first elements, and what follows.
func (d *differ) rightList(items []*shown, rest, improper term.Term, tail result) *shown {
	out := &shown{kind: listShown, items: items}
	l, isList := rest.(*term.List)
	switch {
	case improper == nil && isList:
		for l != nil {
			out.items = append(out.items, marked(d.escape(l.Head)))
			next, ok := l.Tail.(*term.List)
			if !ok {
				return endWith(out, marked(d.escape(l.Tail)))
			}
			l = next
		}
		return out
	case isList && tail.right.kind == listShown && !tail.right.mark:
		out.items = append(out.items, tail.right.items...)
		return out
	case isList: // one that was not compared inside
		for l != nil {
			s := d.escape(l.Head)
			if tail.right.mark {
				s = marked(s)
			}
			out.items = append(out.items, s)
			next, ok := l.Tail.(*term.List)
			if !ok {
				return endWith(out, d.escape(l.Tail))
			}
			l = next
		}
		return out
	}
	return endWith(out, tail.right)
}

// endWith makes [a, b | tail] of [a, b].
func endWith(list *shown, tail *shown) *shown {
	n := len(list.items)
	if n == 0 {
		return tail
	}
	last := &shown{kind: infixShown, op: "|", items: []*shown{list.items[n-1], tail}}
	list.items = append(list.items[:n-1:n-1], last)
	return list
}

// rebuild puts the operators of a pattern back. long says that the other list
// is longer, so that what follows a bar has no equivalent.
func rebuild(items []*shown, improper *shown, long bool, ops *listOps) *shown {
	list := &shown{kind: listShown, items: items}
	switch {
	case ops == nil && len(items) == 0 && improper != nil:
		return improper
	case ops == nil:
		return list
	case ops.concat:
		i := min(ops.index, len(items))
		return &shown{kind: infixShown, op: "++", items: []*shown{
			rebuild(items[:i:i], nil, false, ops.left), rebuild(items[i:], improper, long, ops.right)}}
	}
	i := min(ops.index, len(items)-1)
	rest := rebuild(items[i+1:], improper, false, ops.left)
	if long {
		rest = marked(rest)
	}
	bar := &shown{kind: infixShown, op: "|", items: []*shown{items[i], rest}}
	list.items = append(items[:i:i], bar)
	return list
}

// edit is one step from a list to the other.
type edit struct {
	op   byte // 'e' for equal, 'd' for only here
	v    term.Term
	show *shown
}

type trail struct {
	y            int
	left, right  []term.Term
	editL, editR *edits
	env          diffEnv
}

// edits is a list of edits, the last first, that trails share.
type edits struct {
	edit
	before *edits
}

func (e *edits) list() []edit {
	n := 0
	for x := e; x != nil; x = x.before {
		n++
	}
	out := make([]edit, n)
	for x := e; x != nil; x = x.before {
		n--
		out[n] = x.edit
	}
	return out
}

// myers compares the elements of two proper lists by the shortest script of
// edits, and then those that stand in place of each other.
func (d *differ) myers(l, r []term.Term, e diffEnv) (result, diffEnv) {
	trails := []trail{{left: l, right: r, env: e}}
	for envelope := 0; envelope <= len(l)+len(r); envelope++ {
		var next []trail
		rest := trails
		for diag := -envelope; diag <= envelope; diag += 2 {
			var p trail
			p, rest = proceed(diag, envelope, rest)
			p = d.snake(p)
			if len(p.left) == 0 && len(p.right) == 0 {
				return d.script(p.editL.list(), p.editR.list(), p.env)
			}
			next = append(next, p)
		}
		trails = next
	}
	return result{true, &shown{kind: listShown}, &shown{kind: listShown}}, e
}

func proceed(diag, limit int, trails []trail) (trail, []trail) {
	switch {
	case limit == 0:
		return trails[0], nil
	case diag == -limit:
		return moveDown(trails[0]), trails
	case diag == limit || len(trails) == 1:
		return moveRight(trails[0]), nil
	case trails[0].y > trails[1].y:
		return moveRight(trails[0]), trails[1:]
	}
	return moveDown(trails[1]), trails[1:]
}

func moveRight(p trail) trail {
	if len(p.right) > 0 {
		p.editR = &edits{edit{op: 'd', v: p.right[0]}, p.editR}
		p.right = p.right[1:]
	}
	return p
}

func moveDown(p trail) trail {
	if len(p.left) > 0 {
		p.editL = &edits{edit{op: 'd', v: p.left[0]}, p.editL}
		p.left = p.left[1:]
	}
	p.y++
	return p
}

func (d *differ) snake(p trail) trail {
	for len(p.left) > 0 && len(p.right) > 0 {
		res, e := d.diff(p.left[0], p.right[0], p.env)
		if !res.same {
			break
		}
		p.editL = &edits{edit{op: 'e', show: res.left}, p.editL}
		p.editR = &edits{edit{op: 'e', show: res.right}, p.editR}
		p.left, p.right, p.env = p.left[1:], p.right[1:], e
		p.y++
	}
	return p
}

// script makes the two sides of the edits.
func (d *differ) script(l, r []edit, e diffEnv) (result, diffEnv) {
	res := result{true, &shown{kind: listShown}, &shown{kind: listShown}}
	left := func(s *shown) { res.left.items = append(res.left.items, s) }
	right := func(s *shown) { res.right.items = append(res.right.items, s) }
	for len(l) > 0 || len(r) > 0 {
		switch {
		case len(l) > 0 && l[0].op == 'd' && len(r) > 0 && r[0].op == 'd':
			var one result
			one, e = d.diff(l[0].v, r[0].v, e)
			res.same = res.same && one.same
			left(one.left)
			right(one.right)
			l, r = l[1:], r[1:]
		case len(l) > 0 && l[0].op == 'd':
			left(marked(d.side(l[0].v, e)))
			res.same, l = false, l[1:]
		case len(r) > 0 && r[0].op == 'd':
			right(marked(d.escape(r[0].v)))
			res.same, r = false, r[1:]
		default:
			left(l[0].show)
			right(r[0].show)
			l, r = l[1:], r[1:]
		}
	}
	return res, e
}
