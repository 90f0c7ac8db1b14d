package stdlib

import (
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func listModule() *interp.NativeModule {
	m := newTextModule("List")
	defListEnds(m)
	defListIndices(m)
	defListKeys(m)
	defListConversions(m)
	defListWhole(m)
	return m.m
}

// cells returns the list argument itself.
func (c call) cells(i int) *term.List {
	l, ok := c.a[i].(*term.List)
	if !ok {
		c.noClause()
	}
	return l
}

func defListEnds(m *textModule) {
	m.def("first", 2, func(c call) term.Term {
		if l := c.cells(0); l != nil {
			return l.Head
		}
		return c.a[1]
	}, term.Nil)
	m.def("last", 2, func(c call) term.Term {
		s := c.slice(0)
		if len(s) == 0 {
			return c.a[1]
		}
		return s[len(s)-1]
	}, term.Nil)
	m.def("wrap", 1, func(c call) term.Term {
		switch x := c.a[0].(type) {
		case *term.List:
			return x
		case term.Atom:
			if x == term.Nil {
				return term.Empty
			}
		}
		return term.NewList(c.a[0])
	})
	m.def("duplicate", 2, func(c call) term.Term {
		n := c.int(1)
		if n < 0 {
			c.t.RaiseFunctionClause(":lists", "duplicate", []term.Term{c.a[1], c.a[0]})
		}
		c.reserve(cellBytes * min(n, 1<<40))
		l := term.Empty
		for range n {
			c.t.Burn(1)
			l = &term.List{Head: c.a[0], Tail: l}
		}
		return l
	})
	m.def("flatten", 2, func(c call) term.Term {
		l, ok := c.a[0].(*term.List)
		if !ok {
			c.t.RaiseFunctionClause(":lists", "flatten", c.a[:1])
		}
		k := c.collect()
		flatten(c.t, l, k, &term.Meter{})
		return term.ListOnto(k.out, c.cells(1))
	}, term.Empty)
	m.def("improper?", 1, func(c call) term.Term {
		_, ok := c.cells(0).Len()
		return term.Bool(!ok)
	})
	prefix := func(c call, from func(n, m int) int) term.Term {
		for _, v := range c.a {
			if l, ok := v.(*term.List); ok {
				if _, ok := l.Len(); !ok {
					return c.badArg(1, "not a list")
				}
			}
		}
		x, y := c.properList(0), c.properList(1)
		if len(y) > len(x) {
			return term.False
		}
		at := from(len(x), len(y))
		for i, e := range y {
			c.t.Burn(1)
			if !term.StrictEqual(x[at+i], e) {
				return term.False
			}
		}
		return term.True
	}
	m.def("starts_with?", 2, func(c call) term.Term {
		list, prefix := term.Term(c.cells(0)), term.Term(c.cells(1))
		for prefix != term.Term(term.Empty) {
			x, ok1 := list.(*term.List)
			y, ok2 := prefix.(*term.List)
			if !ok2 {
				return c.noClause()
			}
			if !ok1 || x == nil || !term.StrictEqual(x.Head, y.Head) {
				return term.False
			}
			c.t.Burn(1)
			list, prefix = x.Tail, y.Tail
		}
		if !isKind(list, term.KindList) {
			return c.noClause()
		}
		return term.True
	})
	m.def("ends_with?", 2, func(c call) term.Term { return prefix(c, func(n, m int) int { return n - m }) })
}

func flatten(t *interp.Thread, l *term.List, k *collector, m *term.Meter) {
	m.Enter()
	defer m.Leave()
	for l != nil {
		t.Burn(1)
		if inner, ok := l.Head.(*term.List); ok {
			flatten(t, inner, k, m)
		} else {
			k.add(l.Head)
		}
		next, ok := l.Tail.(*term.List)
		if !ok {
			t.RaiseFunctionClause(":lists", "do_flatten", []term.Term{l.Tail, term.Empty})
		}
		l = next
	}
}

func defListIndices(m *textModule) {
	at := func(n, i int) (int, bool) {
		if i < 0 {
			i += n
		}
		return i, i >= 0 && i < n
	}
	m.def("delete_at", 2, func(c call) term.Term {
		s := c.slice(0)
		i, ok := at(len(s), c.int(1))
		if !ok {
			return c.a[0]
		}
		return c.list(append(s[:i:i], s[i+1:]...))
	})
	m.def("pop_at", 3, func(c call) term.Term {
		s := c.slice(0)
		i, ok := at(len(s), c.int(1))
		if !ok {
			return tuple(c.a[2], c.a[0])
		}
		return tuple(s[i], c.list(append(s[:i:i], s[i+1:]...)))
	}, term.Nil)
	m.def("insert_at", 3, func(c call) term.Term {
		s, i := c.slice(0), c.int(1)
		if i < 0 {
			i = max(i+len(s)+1, 0)
		}
		i = min(i, len(s))
		return c.list(append(append(s[:i:i], c.a[2]), s[i:]...))
	})
	m.def("replace_at", 3, func(c call) term.Term {
		s := c.slice(0)
		i, ok := at(len(s), c.int(1))
		if !ok {
			return c.a[0]
		}
		s[i] = c.a[2]
		return c.list(s)
	})
	m.def("update_at", 3, func(c call) term.Term {
		s, f := c.slice(0), c.fun(2, 1)
		i, ok := at(len(s), c.int(1))
		if !ok {
			return c.a[0]
		}
		s[i] = c.t.Call(f, s[i])
		return c.list(s)
	})
	m.def("delete", 2, func(c call) term.Term {
		s := c.slice(0)
		for i, e := range s {
			c.t.Burn(1)
			if term.StrictEqual(e, c.a[1]) {
				return c.list(append(s[:i:i], s[i+1:]...))
			}
		}
		return c.a[0]
	})
}

// keyAt returns the place of the first tuple whose element at position is key.
func keyAt(c call, s []term.Term, key term.Term, position int) int {
	for i, e := range s {
		c.t.Burn(1)
		if t, ok := e.(term.Tuple); ok && position < len(t) && term.Equal(t[position], key) {
			return i
		}
	}
	return -1
}

func defListKeys(m *textModule) {
	m.def("keyfind", 4, func(c call) term.Term {
		s := c.slice(0)
		if i := keyAt(c, s, c.a[1], c.nonNeg(2)); i >= 0 {
			return s[i]
		}
		return c.a[3]
	}, term.Nil)
	m.def("keyfind!", 3, func(c call) term.Term {
		s := c.slice(0)
		if i := keyAt(c, s, c.a[1], c.nonNeg(2)); i >= 0 {
			return s[i]
		}
		c.t.RaiseNew("KeyError", "key", c.a[1], "term", c.a[0], "message", binFormat(
			"key %s at position %s not found in: %s", c.inspect(c.a[1]), c.inspect(c.a[2]), c.inspect(c.a[0])))
		return nil
	})
	m.def("keymember?", 3, func(c call) term.Term {
		return term.Bool(keyAt(c, c.slice(0), c.a[1], c.nonNeg(2)) >= 0)
	})
	m.def("keyreplace", 4, func(c call) term.Term {
		s := c.slice(0)
		if i := keyAt(c, s, c.a[1], c.nonNeg(2)); i >= 0 {
			s[i] = c.a[3]
		}
		return c.list(s)
	})
	m.def("keystore", 4, func(c call) term.Term {
		s := c.slice(0)
		if i := keyAt(c, s, c.a[1], c.nonNeg(2)); i >= 0 {
			s[i] = c.a[3]
			return c.list(s)
		}
		return c.list(append(s, c.a[3]))
	})
	m.def("keydelete", 3, func(c call) term.Term {
		s := c.slice(0)
		i := keyAt(c, s, c.a[1], c.nonNeg(2))
		if i < 0 {
			return c.a[0]
		}
		return c.list(append(s[:i:i], s[i+1:]...))
	})
	m.def("keytake", 3, func(c call) term.Term {
		s := c.slice(0)
		i := keyAt(c, s, c.a[1], c.nonNeg(2))
		if i < 0 {
			return term.Nil
		}
		return tuple(s[i], c.list(append(s[:i:i], s[i+1:]...)))
	})
	m.def("keysort", 3, func(c call) term.Term {
		less, position := c.sorter(2), c.nonNeg(1)
		key := func(v term.Term) term.Term {
			t, ok := v.(term.Tuple)
			if !ok || position >= len(t) {
				c.badArg(1, "not a list of tuples")
			}
			return t[position]
		}
		return c.list(stableSort(c.t, c.slice(0), func(a, b term.Term) bool { return less(key(a), key(b)) }))
	}, atomAsc)
}

func defListConversions(m *textModule) {
	m.def("to_tuple", 1, func(c call) term.Term {
		s := c.properList(0)
		c.t.Grow(16 * len(s))
		return term.Tuple(s)
	})
	m.def("to_string", 1, func(c call) term.Term { return c.result(c.listText(c.a[0], "string")) })
	m.def("to_charlist", 1, func(c call) term.Term { return term.Charlist(c.listText(c.a[0], "charlist")) })
	text := func(c call) string {
		s, ok := ioData(c.a[0], true)
		if !ok || !isKind(c.a[0], term.KindList) {
			c.badArg(1, "not a list of characters")
		}
		return s
	}
	m.def("to_atom", 1, func(c call) term.Term { return term.NewAtom(text(c)) })
	m.def("to_existing_atom", 1, func(c call) term.Term { return binaryToExistingAtom(c, text(c)) })
	m.def("to_integer", 2, func(c call) term.Term {
		return binaryToInteger(c, text(c), c.int(1))
	}, term.Int(10))
	m.def("to_float", 1, func(c call) term.Term {
		s := text(c)
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || !strings.Contains(s, ".") {
			return c.badArg(1, "not a textual representation of a float")
		}
		return term.Float(f)
	})
	m.def("ascii_printable?", 2, func(c call) term.Term {
		limit := -1
		if !isAtom(c.a[1], "infinity") {
			limit = c.nonNeg(1)
		}
		for l := c.cells(0); l != nil && limit != 0; {
			n, ok := l.Head.(term.Int)
			if !ok || !(n >= 32 && n <= 126 || n >= 7 && n <= 13 || n == 27) {
				return term.False
			}
			limit--
			if l, ok = l.Tail.(*term.List); !ok {
				return term.Bool(limit == 0)
			}
		}
		return term.True
	}, atomTerm("infinity"))
}

// notChardata raises for a list that is no text.
func defListWhole(m *textModule) {
	m.def("foldl", 3, func(c call) term.Term {
		acc, f := c.a[1], c.fun(2, 2)
		for _, e := range c.slice(0) {
			acc = c.t.Call(f, e, acc)
		}
		return acc
	})
	m.def("foldr", 3, func(c call) term.Term {
		acc, f, s := c.a[1], c.fun(2, 2), c.slice(0)
		for i := len(s) - 1; i >= 0; i-- {
			acc = c.t.Call(f, s[i], acc)
		}
		return acc
	})
	m.def("zip", 1, func(c call) term.Term {
		k := c.collect()
		eachZipped(c.t, c.slice(0), func(elems []term.Term) bool { k.add(term.Tuple(elems)); return true })
		return k.list()
	})
	m.def("myers_difference", 2, func(c call) term.Term { return myers(c, c.slice(0), c.slice(1), nil) })
	m.def("myers_difference", 3, func(c call) term.Term {
		f := c.fun(2, 2)
		return myers(c, c.slice(0), c.slice(1), func(a, b term.Term) term.Term { return c.t.Call(f, a, b) })
	})
}
