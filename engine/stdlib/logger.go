package stdlib

import (
	"slices"
	"sync"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

var logLevels = []string{"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"}

// logSettings are the levels of a node: of all, and of modules.
type logSettings struct {
	mu      sync.Mutex
	level   string
	modules map[term.Atom]term.Atom
}

type logSettingsKey struct{}

// logSettings returns the settings of the call's node, and those at first
// where there is no process.
func (c call) logSettings() *logSettings {
	fresh := &logSettings{level: "debug", modules: map[term.Atom]term.Atom{}}
	p := node.Of(c.t)
	if p == nil {
		return fresh
	}
	s, _ := p.Node().Values().LoadOrStore(logSettingsKey{}, fresh)
	return s.(*logSettings)
}

// The keys of the process dictionary that Logger keeps things under.
var (
	logMetadataKey = term.NewAtom("$logger_metadata$")
	logLevelKey    = term.NewAtom("$logger_level")
	logOffKey      = term.NewAtom("$logger_disabled")
)

// loggerModule is Logger. Elixir's macros are functions here, which differ only
// in that their arguments are computed even when the level is off.
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
	for _, name := range []string{"log", "bare_log"} {
		m.def(name, 3, func(c call) term.Term { return logMessage(c, c.logLevel(c.a[0]), c.a[1]) }, term.Empty)
	}
	// The order of the original's list, which is that of nothing.
	levels := term.NewList(atomTerm("error"), atomTerm("info"), atomTerm("debug"), atomTerm("emergency"), atomTerm("alert"), atomTerm("critical"),
		atomTerm("warning"), atomTerm("notice"))
	m.def("levels", 0, func(call) term.Term {
		return levels
	})
	m.def("compare_levels", 2, func(c call) term.Term {
		rank := func(i int) int { return slices.Index(logLevels, c.logLevel(c.a[i])) }
		return compareMicros(rank(1), rank(0))
	})
	defLogMetadata(m)
	defLogLevels(m)
	ok := func(call) term.Term { return term.OK }
	m.def("flush", 0, ok)
	m.def("add_handlers", 1, ok)
	m.def("add_translator", 1, ok)
	m.def("remove_translator", 1, ok)
	return m.m
}

// logLevel returns the name of a level.
func (c call) logLevel(v term.Term) string {
	a, _ := v.(term.Atom)
	name := a.Name()
	if name == "warn" {
		name = "warning"
	}
	if !slices.Contains(logLevels, name) {
		c.raiseArgument("invalid Logger level %s", c.inspect(v))
	}
	return name
}

// ofProcess reads what Logger keeps for the process.
func (c call) ofProcess(key term.Atom) term.Term {
	if p := node.Of(c.t); p != nil {
		if v, ok := p.Dict().Get(key); ok {
			return v
		}
	}
	return term.Nil
}

// keepForProcess sets it; nil deletes it.
func (c call) keepForProcess(key term.Atom, v term.Term) {
	p := node.Of(c.t)
	switch {
	case p == nil:
	case v == nil:
		p.SetDict(p.Dict().Delete(key))
	default:
		p.SetDict(c.putIn(p.Dict(), key, v))
	}
}

func defLogMetadata(m *textModule) {
	set := func(c call, reset bool) term.Term {
		data, _ := c.ofProcess(logMetadataKey).(*term.Map)
		if data == nil || reset {
			data = term.EmptyMap
		}
		for e := range c.opts(0).All() {
			k, v, ok := pairOf(e)
			switch {
			case !ok:
				return c.noClause()
			case v == term.Term(term.Nil):
				data = data.Delete(k)
			default:
				data = c.putIn(data, k, v)
			}
		}
		c.keepForProcess(logMetadataKey, data)
		return term.OK
	}
	m.def("metadata", 1, func(c call) term.Term { return set(c, false) })
	m.def("reset_metadata", 1, func(c call) term.Term { return set(c, true) }, term.Empty)
	m.def("metadata", 0, func(c call) term.Term {
		data, _ := c.ofProcess(logMetadataKey).(*term.Map)
		if data == nil {
			return term.Empty
		}
		return c.list(pairsOf(data))
	})
}

func defLogLevels(m *textModule) {
	m.def("level", 0, func(c call) term.Term {
		s := c.logSettings()
		s.mu.Lock()
		defer s.mu.Unlock()
		return atomTerm(s.level)
	})
	m.def("configure", 1, func(c call) term.Term {
		if level, ok := term.KeywordGet(c.opts(0), term.NewAtom("level")); ok {
			name := "all"
			if !isAtom(level, "all") && !isAtom(level, "none") {
				name = c.logLevel(level)
			} else if isAtom(level, "none") {
				name = "none"
			}
			s := c.logSettings()
			s.mu.Lock()
			defer s.mu.Unlock()
			s.level = name
		}
		return term.OK
	})
	self := func(c call) {
		if c.a[0] != term.Term(c.process().PID()) {
			c.noClause()
		}
	}
	m.def("enable", 1, func(c call) term.Term { self(c); c.keepForProcess(logOffKey, nil); return term.OK })
	m.def("disable", 1, func(c call) term.Term { self(c); c.keepForProcess(logOffKey, term.True); return term.OK })
	m.def("enabled?", 1, func(c call) term.Term { self(c); return term.Bool(c.ofProcess(logOffKey) == term.Term(term.Nil)) })
	m.def("put_process_level", 2, func(c call) term.Term {
		self(c)
		c.keepForProcess(logLevelKey, c.a[1])
		return term.OK
	})
	m.def("get_process_level", 1, func(c call) term.Term { self(c); return c.ofProcess(logLevelKey) })
	m.def("delete_process_level", 1, func(c call) term.Term { self(c); c.keepForProcess(logLevelKey, nil); return term.OK })
	defModuleLevels(m)
}

func defModuleLevels(m *textModule) {
	modules := func(c call) []term.Term {
		if a, ok := c.a[0].(term.Atom); ok {
			return []term.Term{a}
		}
		return c.slice(0)
	}
	m.def("put_module_level", 2, func(c call) term.Term {
		level := c.atom(1)
		s := c.logSettings()
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, mod := range modules(c) {
			if a, ok := mod.(term.Atom); ok {
				s.modules[a] = level
			}
		}
		return term.OK
	})
	m.def("get_module_level", 1, func(c call) term.Term {
		s := c.logSettings()
		s.mu.Lock()
		defer s.mu.Unlock()
		k := c.collect()
		for _, mod := range modules(c) {
			a, _ := mod.(term.Atom)
			if level, ok := s.modules[a]; ok {
				k.add(tuple(a, level))
			}
		}
		return k.list()
	})
	m.def("delete_module_level", 1, func(c call) term.Term {
		s := c.logSettings()
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, mod := range modules(c) {
			if a, ok := mod.(term.Atom); ok {
				delete(s.modules, a)
			}
		}
		return term.OK
	})
	m.def("delete_all_module_levels", 0, func(c call) term.Term {
		s := c.logSettings()
		s.mu.Lock()
		defer s.mu.Unlock()
		clear(s.modules)
		return term.OK
	})
}

// logs reports whether a message of a level is written as far as the levels of
// all and of the module say, of which that of the module counts.
func (c call) logs(level string) bool {
	s := c.logSettings()
	s.mu.Lock()
	limit := s.level
	if of, ok := s.modules[c.t.CallerModule()]; ok {
		limit = of.Name()
	}
	s.mu.Unlock()
	return withinLevel(level, limit)
}

// logsHere reports whether the process lets a message pass that all others
// would write.
func (c call) logsHere(level string) bool {
	if c.ofProcess(logOffKey) != term.Term(term.Nil) {
		return false
	}
	a, ok := c.ofProcess(logLevelKey).(term.Atom)
	return !ok || a == term.Nil || withinLevel(level, a.Name())
}

func withinLevel(level, limit string) bool {
	switch limit {
	case "none":
		return false
	case "all":
		return true
	case "warn":
		limit = "warning"
	}
	return slices.Index(logLevels, level) <= slices.Index(logLevels, limit)
}

// logMessage writes chardata, a report or what a function returns to the log.
func logMessage(c call, level string, message term.Term) term.Term {
	if !c.logs(level) {
		return term.OK
	}
	if f, ok := message.(*term.Fun); ok && f.Arity == 0 {
		message = c.t.Call(f)
		if t, ok := message.(term.Tuple); ok && len(t) == 2 {
			message = t[0]
		}
	}
	if !c.logsHere(level) {
		return term.OK
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
