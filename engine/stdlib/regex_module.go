package stdlib

import (
	"sort"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func regexModule() *interp.NativeModule {
	m := newTextModule("Regex")
	m.m.Struct = term.NewStruct("Regex", "opts", term.Empty, "re_pattern", term.Nil, "re_version", bin(""), "source", bin(""))
	m.def("compile", 2, func(c call) term.Term {
		re, err := regexNew(c)
		if err != nil {
			return tuple(term.Err, err)
		}
		return okTuple(re)
	}, bin(""))
	m.def("compile!", 2, func(c call) term.Term {
		re, err := regexNew(c)
		if err == nil {
			return re
		}
		reason := err.(term.Tuple)
		text, ok := ioData(reason[0], true)
		if !ok {
			text = reason[0].(term.Atom).Name()
		}
		at := c.t.ToString(reason[1])
		c.t.RaiseNew("Regex.CompileError", "message", bin(text+" at position "+at))
		return nil
	}, bin(""))
	m.def("recompile", 1, func(c call) term.Term { return okTuple(c.structArg(0, "Regex")) })
	m.def("recompile!", 1, func(c call) term.Term { return c.structArg(0, "Regex") })
	m.def("version", 0, func(call) term.Term { return regexVersion })
	m.def("match?", 2, func(c call) term.Term {
		re := c.structArg(0, "Regex")
		return term.Bool(regexMatches(c, re, c.str(1)))
	})
	m.def("regex?", 1, func(c call) term.Term {
		_, ok := structOf(c.a[0], "Regex")
		return term.Bool(ok)
	})
	m.def("source", 1, func(c call) term.Term { return c.regexField("source") })
	m.def("opts", 1, func(c call) term.Term { return c.regexField("opts") })
	m.def("re_pattern", 1, func(c call) term.Term { return c.regexField("re_pattern") })
	m.def("names", 1, func(c call) term.Term {
		return binList(c.regex(c.structArg(0, "Regex")).sortedNames())
	})
	m.def("escape", 1, func(c call) term.Term { return c.result(regexEscape(c.str(0))) })
	m.def("run", 3, regexRun, term.Empty)
	m.def("scan", 3, regexScan, term.Empty)
	m.def("named_captures", 3, regexNamedCaptures, term.Empty)
	m.def("split", 3, func(c call) term.Term {
		re := c.structArg(0, "Regex")
		return regexSplit(c, re, c.str(1), c.opts(2))
	}, term.Empty)
	m.def("replace", 4, func(c call) term.Term {
		re := c.structArg(0, "Regex")
		return regexReplace(c, re, c.str(1), c.a[2], c.opts(3))
	}, term.Empty)
	return m.m
}

var regexVersion = term.Tuple{bin("8.44 2020-02-12"), term.NewAtom("little")}

func regexCompileError() *interp.NativeModule {
	m := newTextModule("Regex.CompileError")
	m.m.Struct = term.NewStruct("Regex.CompileError", "__exception__", term.True,
		"message", bin("regex could not be compiled"))
	defException(m)
	return m.m
}

func (c call) regexField(name string) term.Term {
	return c.structArg(0, "Regex").GetAtom(term.NewAtom(name))
}

// regexModifiers are the letters after a pattern.
var regexModifiers = map[byte][]term.Term{
	's': {term.NewAtom("dotall"), term.Tuple{term.NewAtom("newline"), term.NewAtom("anycrlf")}},
	'u': {term.NewAtom("unicode"), term.NewAtom("ucp")},
	'i': {term.NewAtom("caseless")},
	'x': {term.NewAtom("extended")},
	'f': {term.NewAtom("firstline")},
	'U': {term.NewAtom("ungreedy")},
	'r': {term.NewAtom("ungreedy")},
	'm': {term.NewAtom("multiline")},
}

// regexNew makes a %Regex{} of a source and modifiers or options, or the reason
// why it cannot, a tuple.
func regexNew(c call) (re, failure term.Term) {
	source := c.str(0)
	var opts []term.Term
	if mods, ok := c.a[1].(term.Binary); ok {
		for i := range len(mods) {
			more, ok := regexModifiers[mods[i]]
			if !ok {
				return nil, tuple(atomTerm("invalid_option"), mods[i:])
			}
			opts = append(append([]term.Term(nil), more...), opts...)
		}
	} else {
		opts = c.slice(1)
	}
	compiled, err := cachedRegex(source, opts)
	if err != nil {
		e := err.(*regexError)
		return nil, tuple(term.Charlist(e.reason), term.Int(e.at))
	}
	unicode := 0
	if compiled.unicode {
		unicode = 1
	}
	pattern := tuple(atomTerm("re_pattern"), term.Int(compiled.tr.count), term.Int(unicode), term.Int(0), bin(""))
	return term.NewStruct("Regex", "opts", term.NewList(opts...), "re_pattern", pattern,
		"re_version", regexVersion, "source", bin(source)), nil
}

// regex returns the compiled form of a %Regex{}.
func (c call) regex(re *term.Map) *regex {
	source, ok1 := re.GetAtom(term.NewAtom("source")).(term.Binary)
	opts, ok2 := re.GetAtom(term.NewAtom("opts")).(*term.List)
	if !ok1 || !ok2 {
		c.noClause()
	}
	list, _ := opts.Slice()
	r, err := cachedRegex(string(source), list)
	if err != nil {
		c.raiseArgument("argument error")
	}
	return r
}

func (r *regex) sortedNames() []string {
	names := make([]string, 0, len(r.tr.names))
	for n := range r.tr.names {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func regexMatches(c call, re *term.Map, s string) bool {
	r := c.regex(re)
	return r.match(r.re, r.subject(c, s), 0) != nil
}

const regexSpecial = ".^$*+?()[]{}|#-\\\t\n\v\f\r "

func regexEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(regexSpecial, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
