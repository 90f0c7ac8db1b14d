package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func ioModule() *interp.NativeModule {
	m := newTextModule("IO")
	defOutput(m)
	m.def("iodata_to_binary", 1, func(c call) term.Term {
		s, ok := ioData(c.a[0], false)
		if !ok {
			return c.badArg(1, "not an iodata term")
		}
		return c.result(s)
	})
	m.def("iodata_length", 1, func(c call) term.Term {
		s, ok := ioData(c.a[0], false)
		if !ok {
			return c.badArg(1, "not an iodata term")
		}
		return term.Int(len(s))
	})
	m.def("chardata_to_string", 1, func(c call) term.Term {
		if b, ok := c.a[0].(term.Binary); ok {
			return b
		}
		return c.result(c.listText(c.a[0], "string"))
	})
	defInput(m)
	defIOStreams(m)
	return m.m
}
