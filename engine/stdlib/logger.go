package stdlib

import (
	"slices"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

var logLevels = []string{"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"}

// loggerModule is Logger. Elixir's macros are functions here, which differ only
// in that their arguments are computed even when the level is off; all levels
// are on.
func loggerModule() *interp.NativeModule {
	m := newTextModule("Logger")
	for _, level := range append(slices.Clone(logLevels), "warn") {
		m.def(level, 2, func(c call) term.Term {
			name := level
			if name == "warn" {
				name = "warning"
			}
			return logMessage(c, name, c.a[0])
		}, term.Empty)
	}
	levelOf := func(c call) string {
		a := c.atom(0)
		if a.Name() == "warn" {
			return "warning"
		}
		if !slices.Contains(logLevels, a.Name()) {
			c.raiseArgument("invalid Logger level %s", c.inspect(c.a[0]))
		}
		return a.Name()
	}
	m.def("log", 3, func(c call) term.Term { return logMessage(c, levelOf(c), c.a[1]) }, term.Empty)
	m.def("bare_log", 3, func(c call) term.Term { return logMessage(c, levelOf(c), c.a[1]) }, term.Empty)
	m.def("level", 0, func(call) term.Term { return atomTerm("debug") })
	m.def("levels", 0, func(call) term.Term {
		var out []term.Term
		for _, l := range logLevels {
			out = append(out, atomTerm(l))
		}
		return term.NewList(out...)
	})
	m.def("compare_levels", 2, func(c call) term.Term {
		a := slices.Index(logLevels, c.atom(0).Name())
		b := slices.Index(logLevels, c.atom(1).Name())
		return compareMicros(b, a)
	})
	ok := func(call) term.Term { return term.OK }
	m.def("metadata", 1, ok)
	m.def("metadata", 0, func(call) term.Term { return term.Empty })
	m.def("reset_metadata", 1, ok, term.Empty)
	m.def("configure", 1, ok)
	m.def("flush", 0, ok)
	m.def("enable", 1, ok)
	m.def("disable", 1, ok)
	m.def("put_process_level", 2, ok)
	m.def("enabled?", 1, func(call) term.Term { return term.True })
	return m.m
}

// logMessage writes chardata, a report or what a function returns to the log.
func logMessage(c call, level string, message term.Term) term.Term {
	if f, ok := message.(*term.Fun); ok && f.Arity == 0 {
		message = c.t.Call(f)
		if t, ok := message.(term.Tuple); ok && len(t) == 2 {
			message = t[0]
		}
	}
	text, ok := ioData(message, true)
	_, isMap := message.(*term.Map)
	if !ok && !isMap {
		if l, isList := message.(*term.List); !isList || !isKeyword(l) {
			text = c.t.ToString(message)
			ok = true
		}
	}
	if !ok {
		text = c.inspect(message)
	}
	if p := node.Of(c.t); p != nil {
		p.Log(level, text)
	}
	return term.OK
}

// isKeyword reports whether a list holds only pairs of an atom and a value.
func isKeyword(l *term.List) bool {
	for e := range l.All() {
		k, _, ok := pairOf(e)
		if _, atom := k.(term.Atom); !ok || !atom {
			return false
		}
	}
	return true
}
