package live

import (
	"slices"
	"strings"

	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// live expands live/2, /3 and /4.
func (c *routerCall) live() (syntax.Node, error) {
	if len(c.args) < 2 || len(c.args) > 4 {
		return nil, c.fail("live expects a path, a live view, and perhaps an action and options")
	}
	path, module, err := c.target(c.args)
	if err != nil {
		return nil, err
	}
	route := Route{View: c.fullModule(module), Action: term.Nil}
	given := term.Empty
	for i := 2; i < len(c.args); i++ {
		v, err := c.value(i)
		if err != nil {
			return nil, err
		}
		if action, ok := v.(term.Atom); ok && i == 2 {
			route.Action = action
		} else if opts, ok := v.(*term.List); ok {
			if err := c.liveOptions(&route, opts); err != nil {
				return nil, err
			}
			given = opts
		} else {
			return nil, c.fail("live expects an action as an atom and options as a keyword list, got: %s", term.Inspect(v))
		}
	}
	r := c.scoped(tableRoute{RouteInfo: RouteInfo{Method: "GET", Path: c.fullPath(path), View: route.View, Action: route.Action, Live: true}})
	for _, name := range c.top().pipes {
		if p := c.pipelines[name]; p != nil && p.rootLayout != nil {
			r.RootLayout = p.rootLayout
		}
	}
	if s := c.session; s != nil {
		route.LiveSession, route.Session, route.OnMount, route.Layout = s.name, s.session, s.onMount, s.layout
		r.sessionFun = s.sessionFun
		if s.rootLayout != nil {
			r.RootLayout, r.sessionRoot = s.rootLayout, s.rootLayout
		}
	}
	r.route, r.opts = route, route.View
	if route.Action != term.Term(term.Nil) {
		r.opts = route.Action
	}
	if m, ok := keyword(given, "metadata").(*term.Map); ok {
		r.metadata = term.MergeMaps(m, r.metadata)
	}
	if m, ok := keyword(given, "private").(*term.Map); ok {
		r.private = term.MergeMaps(r.private, m)
	}
	r.metadata = r.metadata.Put(term.NewAtom("mfa"), term.Tuple{route.View, term.NewAtom("__live__"), term.Int(0)}).Put(term.NewAtom("log_module"), route.View)
	if c.helpers {
		if err := c.nameLive(&r, keyword(given, "as")); err != nil {
			return nil, err
		}
	}
	c.table.add(r)
	return c.nothing(), nil
}

// nameLive gives a live route its helper. As inferred_as/3 of
// Phoenix.LiveView.Router.
func (c *routerCall) nameLive(r *tableRoute, as term.Term) error {
	if as == nil && r.Action == term.Term(term.Nil) {
		as = term.NewAtom("live")
	}
	if as == nil {
		var parts []string
		for _, part := range strings.Split(term.Inspect(r.View), ".") {
			if len(parts) == 0 && !strings.HasSuffix(part, "Live") {
				continue
			}
			parts = append(parts, part)
		}
		var names []string
		for _, part := range parts {
			if short := strings.TrimSuffix(part, "Live"); short != "" {
				names = append(names, underscore(short))
			}
		}
		if len(names) == 0 {
			return c.fail("could not infer :as option because a live action was given and the LiveView does not have a \"Live\" suffix. " +
				"Please pass :as explicitly or make sure your LiveView is named like \"FooLive\" or \"FooLive.Index\"")
		}
		as = term.NewAtom(strings.Join(names, "_"))
	}
	c.named(r, as)
	return nil
}

// liveOptions checks the options of live/4. As validate_live_opts!/1.
func (c *routerCall) liveOptions(route *Route, opts *term.List) error {
	for e := range opts.All() {
		pair, ok := e.(term.Tuple)
		if !ok || len(pair) != 2 {
			return c.fail("live expects options as a keyword list, got: %s", term.Inspect(opts))
		}
		val := pair[1]
		switch key := atomName(pair[0]); key {
		case "container":
			if route.Container = containerOf(val); route.Container == nil {
				return c.fail("expected live :container to be a tuple matching {atom, attrs :: list}, got: %s\n", term.Inspect(val))
			}
		case "as":
			if _, ok := val.(term.Atom); !ok {
				return c.fail("expected live :as to be an atom, got: %s\n", term.Inspect(val))
			}
		case "metadata", "private":
			if _, ok := val.(*term.Map); !ok {
				return c.fail("expected live :%s to be a map, got: %s\n", key, term.Inspect(val))
			}
		case "warn_on_verify":
			if val != term.Term(term.True) && val != term.Term(term.False) {
				return c.fail("expected live :warn_on_verify to be a boolean, got: %s\n", term.Inspect(val))
			}
		default:
			return c.fail("unknown live option :%s.\n\nSupported options include: :container, :as, :metadata, :private, :warn_on_verify.\n\nGot: %s\n",
				key, term.Inspect(term.NewList(e)))
		}
	}
	return nil
}

// containerOf returns the container that {tag, attrs} means, nil if it means
// none.
func containerOf(v term.Term) *Container {
	t, ok := v.(term.Tuple)
	if !ok || len(t) != 2 {
		return nil
	}
	tag, ok := t[0].(term.Atom)
	attrs, isList := t[1].(*term.List)
	if !ok || !isList {
		return nil
	}
	for e := range attrs.All() {
		if pair, ok := e.(term.Tuple); !ok || len(pair) != 2 {
			return nil
		}
	}
	return &Container{tag.Name(), attrs}
}

// liveSession expands live_session/3.
func (c *routerCall) liveSession() (syntax.Node, error) {
	v, err := c.value(0)
	if err != nil {
		return nil, err
	}
	name, ok := v.(term.Atom)
	if !ok {
		return nil, c.fail("expected live_session name to be an atom, got: %s\n", term.Inspect(orNil(v)))
	}
	if c.body == nil {
		return nil, c.fail("live_session expects a do-block")
	}
	if c.session != nil {
		return nil, c.fail("attempting to define live_session %s inside %s.\nlive_session definitions cannot be nested.\n",
			term.Inspect(name), term.Inspect(term.NewAtom(c.session.name)))
	}
	if slices.Contains(c.sessions, name.Name()) {
		return nil, c.fail("attempting to redefine live_session %s.\nlive_session routes must be declared in a single named block.\n", term.Inspect(name))
	}
	s := &liveSession{name: name.Name()}
	if v, err = c.value(1); err != nil {
		return nil, err
	}
	if v != nil {
		if err := c.liveSessionOptions(s, v); err != nil {
			return nil, err
		}
	}
	c.session, c.sessions = s, append(c.sessions, s.name)
	return c.around([]string{"Phoenix", "LiveView", "Router"}, "__end_live_session__"), nil
}

func (c *routerCall) endLiveSession() (syntax.Node, error) {
	c.session = nil
	return c.nothing(), nil
}

// liveSessionOptions checks and takes the options of live_session/3. As
// validate_live_session_opts/3.
func (c *routerCall) liveSessionOptions(s *liveSession, v term.Term) error {
	opts, ok := v.(*term.List)
	if !ok {
		return c.fail("expected second argument to live_session to be a list of options, got:\n\n    live_session %s, %s\n",
			term.Inspect(term.NewAtom(s.name)), term.Inspect(v))
	}
	for e := range opts.All() {
		pair, ok := e.(term.Tuple)
		if !ok || len(pair) != 2 {
			return c.fail("expected second argument to live_session to be a list of options, got:\n\n    live_session %s, %s\n",
				term.Inspect(term.NewAtom(s.name)), term.Inspect(v))
		}
		if err := c.liveSessionOption(s, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func (c *routerCall) liveSessionOption(s *liveSession, key, val term.Term) error {
	switch atomName(key) {
	case "session":
		if m, ok := val.(*term.Map); ok {
			s.session = m
			return nil
		}
		if t, ok := val.(term.Tuple); ok && len(t) == 3 {
			s.sessionFun = t
			return nil
		}
		return c.fail("invalid live_session :session\n\nexpected a map with string keys or an MFA tuple, got %s\n", term.Inspect(val))
	case "on_mount":
		s.onMount = []term.Term{val}
		if l, ok := val.(*term.List); ok {
			s.onMount, _ = l.Slice()
		}
		return nil
	case "layout", "root_layout":
		if !layoutTuple(val) && val != term.Term(term.False) {
			return c.fail("invalid live_session :%s\n\nexpected a tuple with the view module and template atom name, got %s\n", atomName(key), term.Inspect(val))
		}
		if atomName(key) == "layout" {
			s.layout = val
		} else {
			s.rootLayout = val
		}
		return nil
	}
	return c.fail("unknown live_session option \"%s\"\n\nSupported options include: [:layout, :on_mount, :root_layout, :session]\n", term.Inspect(key))
}

func layoutTuple(v term.Term) bool {
	t, ok := v.(term.Tuple)
	if !ok || len(t) != 2 {
		return false
	}
	_, module := t[0].(term.Atom)
	_, name := t[1].(term.Atom)
	return module && name
}
