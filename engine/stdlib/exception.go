package stdlib

import (
	"strconv"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// exceptionModule adds to Exception, whose main functions package interp has,
// those that write places and names.
func exceptionModule() *interp.NativeModule {
	m := newTextModule("Exception")
	m.def("format_file_line", 3, func(c call) term.Term {
		return bin(c.placeText(c.a[0], c.a[1], nil, c.t.ToString(c.a[2])))
	}, bin(""))
	m.def("format_file_line_column", 4, func(c call) term.Term {
		return bin(c.placeText(c.a[0], c.a[1], c.a[2], c.t.ToString(c.a[3])))
	}, bin(""))
	m.def("format_fa", 2, func(c call) term.Term {
		f, ok := c.a[0].(*term.Fun)
		if !ok {
			return c.noClause()
		}
		return bin(c.inspect(f) + c.arityText(c.a[1]))
	})
	m.def("format_stacktrace", 0, func(c call) term.Term {
		return c.t.Apply(term.NewModule("Exception"), "format_stacktrace", c.t.CurrentStacktrace())
	})
	m.def("format_stacktrace_entry", 1, func(c call) term.Term {
		e, _ := c.a[0].(term.Tuple)
		switch {
		case len(e) == 4 && isAtom(e[1], "__MODULE__"):
			return bin(c.entryPlace(e[3]) + c.inspect(e[0]) + " (module)")
		case len(e) == 4 && isAtom(e[1], "__FILE__"):
			return bin(c.entryPlace(e[3]) + "(file)")
		case len(e) == 4:
			mfa, _ := c.t.Apply(term.NewModule("Exception"), "format_mfa", e[0], e[1], e[2]).(term.Binary)
			return bin(c.entryPlace(e[3]) + string(mfa))
		case len(e) == 3:
			return bin(c.entryPlace(e[2]) + c.inspect(e[0]) + c.arityText(e[1]))
		}
		return c.noClause()
	})
	m.def("blame_mfa", 3, func(call) term.Term { return atomTerm("error") })
	return m.m
}

// placeText is a file, a line and a column as messages begin with them; nil
// and 0 are left out.
func (c call) placeText(file, line, column term.Term, suffix string) string {
	if file == term.Term(term.Nil) {
		return ""
	}
	text := c.t.ToString(file)
	for _, n := range []term.Term{line, column} {
		i, ok := n.(term.Int)
		if !ok || i == 0 {
			break
		}
		text += ":" + strconv.Itoa(int(i))
	}
	return text + ":" + suffix
}

// entryPlace is where an entry of a stack trace stands, from its list of file,
// line and column.
func (c call) entryPlace(v term.Term) string {
	l, _ := v.(*term.List)
	file := option(l, "file", term.Nil)
	if chars, ok := file.(*term.List); ok {
		text, _ := ioData(chars, true)
		file = bin(text)
	}
	return c.placeText(file, option(l, "line", term.Nil), option(l, "column", term.Nil), " ")
}

// arityText is an arity as in /2, or arguments as in (1, 2).
func (c call) arityText(v term.Term) string {
	l, ok := v.(*term.List)
	if !ok {
		return "/" + c.t.ToString(v)
	}
	args, _ := l.Slice()
	text := "("
	for i, a := range args {
		if i > 0 {
			text += ", "
		}
		text += c.inspect(a)
	}
	return text + ")"
}

// defException adds the functions of an exception with a message field.
func defException(m *textModule) {
	m.def("exception", 1, func(c call) term.Term {
		e := m.m.Struct
		if s, ok := c.a[0].(term.Binary); ok {
			return e.Put(term.NewAtom("message"), s)
		}
		for _, o := range c.slice(0) {
			if kv, ok := o.(term.Tuple); ok && len(kv) == 2 && e.Has(kv[0]) {
				e = e.Put(kv[0], kv[1])
			}
		}
		return e
	})
	m.def("message", 1, func(c call) term.Term {
		if e, ok := c.a[0].(*term.Map); ok && e.GetAtom(term.NewAtom("message")) != nil {
			return e.GetAtom(term.NewAtom("message"))
		}
		return c.noClause()
	})
}
