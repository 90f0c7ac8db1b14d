package exunit

import (
	"sync"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// settings is ExUnit's configuration.
type settings struct {
	mu     sync.Mutex
	values map[string]term.Term
	order  []string
}

func newSettings() *settings {
	s := &settings{values: map[string]term.Term{}}
	for _, kv := range []struct {
		key string
		v   term.Term
	}{
		{"after_suite", term.Empty}, {"assert_receive_timeout", term.Int(100)}, {"autorun", term.True},
		{"capture_log", term.False}, {"colors", term.Empty}, {"exclude", term.Empty}, {"include", term.Empty},
		{"max_failures", atomTerm("infinity")}, {"only_test_ids", term.Nil}, {"plural_rules", term.EmptyMap},
		{"rand_algorithm", atomTerm("exsss")}, {"refute_receive_timeout", term.Int(100)}, {"repeat_until_failure", term.Int(0)},
		{"slowest", term.Int(0)}, {"slowest_modules", term.Int(0)}, {"stacktrace_depth", term.Int(20)},
		{"timeout", term.Int(60_000)}, {"trace", term.False},
	} {
		s.put(kv.key, kv.v)
	}
	return s
}

func (s *settings) get(key string) term.Term {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.values[key]; ok {
		return v
	}
	return term.Nil
}

func (s *settings) put(key string, v term.Term) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.values[key]; !ok {
		s.order = append(s.order, key)
	}
	s.values[key] = v
}

// keyword is the configuration as ExUnit.configuration/0 returns it.
func (s *settings) keyword() *term.List {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]term.Term, len(s.order))
	for i, k := range s.order {
		out[i] = term.Tuple{term.NewAtom(k), s.values[k]}
	}
	return term.NewList(out...)
}

// int returns a number, or 0 for what is none, such as :infinity.
func (s *settings) int(key string) int {
	n, _ := s.get(key).(term.Int)
	return int(n)
}

type suiteKey struct{}

// suiteOf returns the suite that the thread runs in, nil if there is none.
func suiteOf(t *interp.Thread) *Suite {
	p := node.Of(t)
	if p == nil {
		return nil
	}
	v, _ := p.Node().Values().Load(suiteKey{})
	s, _ := v.(*Suite)
	return s
}

// settingsOf returns the settings of the suite that the thread runs in; outside
// of one they are those that nobody changed.
func settingsOf(t *interp.Thread) *settings {
	if s := suiteOf(t); s != nil {
		return s.settings
	}
	return newSettings()
}

// exunitModule is ExUnit.
func exunitModule() *interp.NativeModule {
	configure := func(t *interp.Thread, opts term.Term) term.Term {
		s := suiteOf(t)
		if s == nil {
			return term.OK
		}
		for _, e := range elements(opts) {
			if k, v, ok := pair(e); ok {
				if name, isAtom := k.(term.Atom); isAtom {
					s.settings.put(name.Name(), v)
				}
			}
		}
		return term.OK
	}
	var funcs []interp.NativeFunc
	def := func(name string, arity int, f interp.Native) {
		funcs = append(funcs, interp.NativeFunc{Name: name, Arity: arity, Fn: f})
	}
	def("start", 0, func(t *interp.Thread, _ []term.Term) term.Term { return term.OK })
	def("start", 1, func(t *interp.Thread, a []term.Term) term.Term { return configure(t, a[0]) })
	def("configure", 1, func(t *interp.Thread, a []term.Term) term.Term { return configure(t, a[0]) })
	def("configuration", 0, func(t *interp.Thread, _ []term.Term) term.Term { return settingsOf(t).keyword() })
	def("after_suite", 1, func(t *interp.Thread, a []term.Term) term.Term {
		s := settingsOf(t)
		s.put("after_suite", &term.List{Head: a[0], Tail: s.get("after_suite")})
		return term.OK
	})
	def("plural_rule", 1, func(t *interp.Thread, a []term.Term) term.Term {
		return term.Binary(settingsOf(t).plural(t.ToString(a[0])))
	})
	def("plural_rule", 2, func(t *interp.Thread, a []term.Term) term.Term {
		s := settingsOf(t)
		rules, _ := s.get("plural_rules").(*term.Map)
		s.put("plural_rules", rules.Put(a[0], a[1]))
		return term.OK
	})
	def("fetch_test_supervisor", 0, func(t *interp.Thread, _ []term.Term) term.Term {
		if pid, ok := testSupervisor(t); ok {
			return term.Tuple{term.OK, pid}
		}
		return term.Err
	})
	for _, n := range []int{0, 1} {
		def("run", n, runAgain)
	}
	return &interp.NativeModule{Name: "ExUnit", Funcs: funcs}
}

func (s *settings) plural(word string) string {
	if rules, ok := s.get("plural_rules").(*term.Map); ok {
		if v, ok := rules.Get(term.Binary(word)); ok {
			if b, ok := v.(term.Binary); ok {
				return string(b)
			}
		}
	}
	return word + "s"
}
