package stdlib

import (
	"slices"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// applicationModule is Application as far as one node with one project has
// use for it: the behaviour, whose start/2 runs before pages are served, and
// an environment in which nothing is configured until a program does so.
func applicationModule() *interp.NativeModule {
	m := newTextModule("Application")
	defApplicationEnv(m)
	m.def("spec", 2, func(c call) term.Term {
		spec := applicationSpec(c.atom(0).Name())
		if v, ok := term.KeywordGet(spec, c.atom(1)); ok {
			return v
		}
		return term.Nil
	})
	m.def("spec", 1, func(c call) term.Term {
		if spec := applicationSpec(c.atom(0).Name()); spec != nil {
			return spec
		}
		return term.Nil
	})
	m.def("ensure_all_started", 2, func(c call) term.Term {
		for _, app := range wrapped(c.a[0]) {
			a, _ := app.(term.Atom)
			if why := notInstalled(a); why != nil {
				return tuple(term.Err, tuple(a, why))
			}
		}
		return okTuple(term.Empty)
	}, atomTerm("temporary"))
	// What each says of an application that is there, and that is not.
	for name, says := range map[string]struct{ known, unknown string }{
		"ensure_started": {}, "ensure_loaded": {}, "start": {known: "already_started"}, "load": {known: "already_loaded"},
		"stop": {unknown: "not_started"}, "unload": {unknown: "not_loaded"},
	} {
		run := func(c call) term.Term {
			app := c.atom(0)
			switch why := notInstalled(app); {
			case why == nil && says.known != "":
				return tuple(term.Err, tuple(atomTerm(says.known), app))
			case why == nil:
				return term.OK
			case says.unknown != "":
				return tuple(term.Err, tuple(atomTerm(says.unknown), app))
			default:
				return tuple(term.Err, why)
			}
		}
		m.def(name, 1, run)
		if name == "start" || name == "ensure_started" {
			m.def(name, 2, run)
		}
	}
	m.def("get_application", 1, func(c call) term.Term { c.atom(0); return term.Nil })
	list := func(c call) term.Term {
		var out []term.Term
		for _, name := range sortedNames(versions) {
			out = append(out, tuple(atomTerm(name), term.Charlist(name), term.Charlist(versions[name])))
		}
		return term.NewList(out...)
	}
	m.def("loaded_applications", 0, list)
	m.def("started_applications", 1, list, term.Int(5000))
	m.def("app_dir", 1, func(c call) term.Term { return c.noAppDir() })
	m.def("app_dir", 2, func(c call) term.Term { return c.noAppDir() })
	m.def("format_error", 1, func(c call) term.Term {
		if why, app, ok := pairOf(c.a[0]); ok {
			texts := map[string]string{"already_loaded": "already loaded application ", "not_loaded": "not loaded application ",
				"already_started": "already started application ", "not_started": "not started application "}
			if a, _ := why.(term.Atom); texts[a.Name()] != "" {
				return bin(texts[a.Name()] + c.t.ToString(app))
			}
			if text, ok := ioData(why, true); ok {
				name, _ := ioData(app, true)
				return bin(text + ": " + name)
			}
		}
		return bin(c.inspect(c.a[0]))
	})
	m.m.Macros = []interp.NativeMacro{{Name: "__using__", Arity: -1, Expand: useApplication}}
	return m.m
}

func sortedNames(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// versions are those of the applications whose behaviour the engine has; pages
// show them.
var versions = map[string]string{"elixir": "1.18.4", "phoenix": "1.8.16", "phoenix_live_view": "1.2.10"}

// applicationSpec returns what is known of an application, nil for one that
// there is not.
func applicationSpec(name string) *term.List {
	vsn, ok := versions[name]
	if !ok {
		return nil
	}
	return term.Keyword("description", term.Charlist(name), "id", term.Empty, "vsn", term.Charlist(vsn), "modules", term.Empty,
		"registered", term.Empty, "applications", term.Empty)
}

// notInstalled says why an application is not there, nil for one that is.
func notInstalled(app term.Atom) term.Term {
	if _, ok := versions[app.Name()]; ok {
		return nil
	}
	return tuple(term.Charlist("no such file or directory"), term.Charlist(app.Name()+".app"))
}

func (c call) noAppDir() term.Term {
	return c.raiseArgument("unknown application: %s", c.inspect(c.atom(0)))
}

// configured returns a value of an application's environment.
func (c call) configured() (term.Term, bool) {
	key := tuple(c.atom(0), c.a[1])
	e := c.environment()
	e.mu.Lock()
	defer e.mu.Unlock()
	if v, ok := e.apps.Get(key); ok {
		return v, true
	}
	written, _ := c.t.Declared(ConfigName).(*term.Map)
	if written == nil {
		return nil, false
	}
	return written.Get(key)
}

// ConfigName is the name under which a program declares what its config files
// say: a map of {application, key} to values. What runs may set other ones.
const ConfigName = "config"

// configure sets a value of an application's environment; nil deletes it.
func (c call) configure(app term.Atom, key, value term.Term) {
	if node.Of(c.t) == nil {
		// A script that is being compiled configures what it is about to start.
		written, _ := c.t.Declared(ConfigName).(*term.Map)
		if written == nil {
			written = term.EmptyMap
		}
		if value != nil {
			c.t.Declare(ConfigName, written.Put(tuple(app, key), value))
		}
		return
	}
	e := c.environment()
	c.keepIn(e, &e.apps, tuple(app, key), value)
}

func defApplicationEnv(m *textModule) {
	get := func(c call) term.Term {
		if v, ok := c.configured(); ok {
			return v
		}
		return c.a[2]
	}
	must := func(c call) term.Term {
		v, ok := c.configured()
		if !ok {
			return c.raiseArgument("could not fetch application environment %s for application %s because the application was not loaded nor configured",
				c.inspect(c.a[1]), c.inspect(c.a[0]))
		}
		return v
	}
	m.def("get_env", 3, get, term.Nil)
	m.def("compile_env", 3, get, term.Nil)
	m.def("compile_env", 4, func(c call) term.Term { c.a = c.a[1:]; return get(c) })
	m.def("fetch_env!", 2, must)
	m.def("compile_env!", 2, must)
	m.def("compile_env!", 3, func(c call) term.Term { c.a = c.a[1:]; return must(c) })
	m.def("fetch_env", 2, func(c call) term.Term {
		if v, ok := c.configured(); ok {
			return okTuple(v)
		}
		return term.Err
	})
	m.def("get_all_env", 1, func(c call) term.Term {
		app := c.atom(0)
		e := c.environment()
		e.mu.Lock()
		apps := e.apps
		e.mu.Unlock()
		k := c.collect()
		for key, v := range apps.All() {
			if of, name, _ := pairOf(key); of == term.Term(app) {
				k.add(tuple(name, v))
			}
		}
		return k.list()
	})
	m.def("put_env", 4, func(c call) term.Term {
		c.configure(c.atom(0), c.atom(1), c.a[2])
		return term.OK
	}, term.Empty)
	m.def("delete_env", 3, func(c call) term.Term {
		c.configure(c.atom(0), c.a[1], nil)
		return term.OK
	}, term.Empty)
	m.def("put_all_env", 2, func(c call) term.Term {
		for _, e := range c.slice(0) {
			app, pairs, ok := pairOf(e)
			name, isAtom := app.(term.Atom)
			if !ok || !isAtom {
				return c.noClause()
			}
			eachOf(c.t, pairs, func(pair term.Term) bool {
				k, v, ok := pairOf(pair)
				if !ok {
					c.noClause()
				}
				c.configure(name, k, v)
				return true
			})
		}
		return term.OK
	}, term.Empty)
}

// useApplication expands use Application: the behaviour, and stop/1.
func useApplication(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	env.Define(interp.NativeFunc{Name: "stop", Arity: 1, Fn: func(_ *interp.Thread, _ []term.Term) term.Term { return term.OK }})
	at := syntax.At{At: call.Span()}
	return &syntax.Attr{At: at, Name: "behaviour", Value: &syntax.Alias{At: at, Segs: []string{"Application"}}}, nil
}
