package live

import (
	"strings"
	"time"

	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// mountJoin mounts the view for a join and answers it. As verified_mount/8 of
// Phoenix.LiveView.Channel.
func (c *channel) mountJoin() term.Term {
	sess := c.req.Session
	route, ok := c.authorize(&sess)
	c.view = sess.View
	c.begin(trace.Join, c.req.Topic, 0, c.req.Frame)
	if !ok {
		return c.refuse("unauthorized")
	}
	cfg, ok := c.config(c.view)
	if !ok {
		return c.refuse("stale")
	}
	assignNew, reason := c.parentAssigns(sess)
	if reason != "" {
		return c.refuse(reason)
	}
	caller := c.req.Transport
	if c.req.Caller != nil {
		caller = *c.req.Caller
	}
	c.proc.SetDict(term.NewMap(term.NewAtom("$callers"), term.NewList(caller)))
	c.loadCSRFToken()
	s, params := c.firstSocket(sess, route, cfg, assignNew)
	session := term.MergeMaps(orEmpty(c.req.HTTPSession), orEmpty(sess.Session))
	c.socket = s
	c.socket = c.mount(s, params, session, c.uri())
	d, patch, command := c.mountParams(route, params)
	if command != nil {
		return c.refuseRedirect(command)
	}
	c.joined = true
	c.reply(c.req.Ref, "ok", c.joinResponse(d, patch, route, cfg))
	c.socket = c.socket.postMountPrune()
	return nil
}

// loadCSRFToken makes the tokens of the view's forms stand for that of the
// session that it was joined with. As load_csrf_token/2.
func (c *channel) loadCSRFToken() {
	v, _ := orEmpty(c.req.HTTPSession).Get(sessionCSRF)
	if token, ok := v.(term.Binary); ok && len(token) == csrfLength {
		c.proc.SetDict(c.proc.Dict().Put(atomUnmasked, token))
	}
}

// uri is the URL of a join, nil for that of a nested view.
func (c *channel) uri() term.Term {
	if c.req.URL == "" {
		return term.Nil
	}
	return str(c.req.URL)
}

func (c *channel) refuse(reason string) term.Term {
	c.reply(c.req.Ref, "error", []byte(`{"reason":"`+reason+`"}`))
	c.closed = true
	return atomShutdown
}

// authorize resolves the URL of a join and checks that the session may see it.
// As authorize_session/3. A live navigation changes the session's view.
func (c *channel) authorize(sess *Session) (*routed, bool) {
	if c.req.URL == "" || !c.req.Redirected && !sess.Main() {
		return nil, true
	}
	route, ok := c.server.lookup(parseURL(c.req.URL))
	if !ok || route.LiveSession != sess.LiveSession || !c.req.Redirected && route.View != sess.View {
		if c.req.Redirected {
			c.warnNavigate(ok)
		}
		return nil, false
	}
	if c.req.Redirected {
		sess.View, sess.RootView = route.View, route.View
		root := c.proc.PID()
		sess.Root = &root
	}
	return &route, true
}

func (c *channel) warnNavigate(known bool) {
	why := "the URL does not point to a LiveView"
	if known {
		why = "you are redirecting across live_sessions"
	}
	c.proc.Log("warning", "navigate event to "+term.Inspect(str(c.req.URL))+" failed because "+why+
		". A full page reload will be performed instead")
}

// parentAssigns fetches what assign_new/3 of a nested view takes from its
// parent. As sync_with_parent/2.
func (c *channel) parentAssigns(sess Session) (assigns *term.Map, reason string) {
	if sess.Parent == nil {
		return term.EmptyMap, ""
	}
	var keys []term.Term
	if c.req.Static != nil {
		keys = c.req.Static.AssignNew
	}
	request := term.Tuple{atomPhoenix, atomChildMount, c.proc.PID(), term.NewList(keys...)}
	reply, exit := c.proc.Call(*sess.Parent, request, 5*time.Second)
	if exit != nil {
		t, _ := exit.(term.Tuple)
		if inner, ok := t[0].(term.Tuple); ok && isShutdown(inner) {
			return nil, "parent_redirect"
		}
		if t[0] == term.Term(node.NoProc) {
			return nil, "stale"
		}
		c.t.Exit(exit)
	}
	t, _ := reply.(term.Tuple)
	if len(t) == 2 {
		assigns, _ = t[1].(*term.Map)
	}
	return orEmpty(assigns), ""
}

var atomChildMount = term.NewAtom("child_mount")

// firstSocket returns the socket that mount gets, and the params.
func (c *channel) firstSocket(sess Session, route *routed, cfg config, assignNew *term.Map) (Socket, term.Term) {
	params, hostURI, action := term.Term(atomNotMounted), term.Term(atomNotMounted), term.Term(term.Nil)
	u := parseURL(c.req.URL)
	var r *Route
	if route != nil {
		params, hostURI, action, r = route.params, u.hostURI(), route.action(), route.Route
	}
	var keys []term.Term
	if c.req.Static != nil && !c.req.Redirected {
		keys = c.req.Static.AssignNew
	}
	name, connect := term.Term(term.Nil), term.Term(term.Nil)
	if c.req.Params != nil {
		connect = c.req.Params
	}
	if sess.LiveSession != "" {
		name = term.NewAtom(sess.LiveSession)
	}
	private := term.NewMap(
		atomConnParams, connect, atomConnInfo, connectInfo(c.req.Info, u),
		atomAssignNew, term.Tuple{assignNew, term.NewList(keys...)},
		atomLifecycle, c.lifecycle(cfg, r), atomRootView, sess.RootView,
		atomLiveTemp, term.EmptyMap, atomSessionName, name)
	switch {
	case sess.Parent != nil:
		private = private.Put(atomLiveLayout, term.False)
	case r != nil && r.Layout != nil:
		private = private.Put(atomLiveLayout, normalizeLayout(c.t, r.Layout))
	}
	router := term.Term(term.Nil)
	if sess.Routed {
		router = c.server.routerModule()
	}
	parent, root := term.Term(term.Nil), term.Term(c.proc.PID())
	if sess.Parent != nil {
		parent = *sess.Parent
	}
	if sess.Root != nil {
		root = *sess.Root
	}
	assigns := emptyAssigns.Put(atomLiveAction, action).Put(atomFlash, c.firstFlash())
	return Socket{socketStruct.Put(atomID, str(sess.ID)).Put(atomEndpoint, c.server.endpointModule()).
		Put(atomView, c.view).Put(atomTransportPID, c.req.Transport).Put(atomParentPID, parent).
		Put(atomRootPID, root).Put(atomRouter, router).Put(atomSticky, term.Bool(c.req.Sticky)).
		Put(atomHostURI, hostURI).Put(atomPrivate, private).Put(atomAssigns, assigns)}, params
}

// firstFlash is the flash of a join. As verify_flash/4.
func (c *channel) firstFlash() *term.Map {
	if c.req.Flash != nil {
		return c.req.Flash
	}
	first := get(orEmpty(c.req.Params), "_mounts") == term.Term(term.Int(0))
	if !c.req.Redirected && first && c.req.Static != nil && c.req.Static.Flash != nil {
		return c.req.Static.Flash
	}
	return term.EmptyMap
}

// mountParams runs handle_params of a mount, and those that a push_patch in it
// leads to. It returns the first diff, the patch that was made, or the command
// that redirects. As maybe_call_mount_handle_params/4.
func (c *channel) mountParams(route *routed, params term.Term) (d *rendered.Diff, patch *term.Map, command term.Tuple) {
	if !c.socket.isRedirected() {
		if !c.handlesParams(c.socket) {
			return c.renderDiff(true), nil, nil
		}
		if c.socket.field(atomRootPID) != term.Term(c.proc.PID()) || c.socket.field(atomRouter) == term.Term(term.Nil) {
			c.raiseNotRouted(c.view)
		}
		if route == nil {
			c.raise("RuntimeError", "cannot invoke handle_params/3 for %[1]s because %[1]s"+
				" was not mounted at the router with the live/3 macro under URL %[2]s",
				term.Inspect(c.view), c.inspect(orNil(nilIfEmpty(c.req.URL))))
		}
		c.socket = c.handleParams(c.socket, params, c.req.URL)
	}
	for n := 0; ; n++ {
		cmd, ok := c.socket.redirected().(term.Tuple)
		if !ok {
			return c.renderDiff(true), patch, nil
		}
		if cmd[0] != term.Term(atomLive) || cmd[1] != term.Term(atomPatch) {
			return nil, nil, cmd
		}
		if n > 20 {
			c.raise("RuntimeError", "too many redirects for %s\n\nCheck the `handle_params/3` callback for an infinite patch redirect loop\n",
				term.Inspect(c.view))
		}
		patch, _ = cmd[2].(*term.Map)
		next := c.patchRoute(patch)
		c.socket = c.socket.put(atomRedirected, term.Nil).assign(atomLiveAction, next.action())
		c.socket = c.patchParams(c.socket, next.params, c.fullURL(patch))
	}
}

func nilIfEmpty(s string) term.Term {
	if s == "" {
		return nil
	}
	return str(s)
}

// refuseRedirect answers a join whose mount redirected.
func (c *channel) refuseRedirect(cmd term.Tuple) term.Term {
	opts, _ := cmd[len(cmd)-1].(*term.Map)
	kind := "redirect"
	if cmd[0] == term.Term(atomLive) {
		kind = "live_redirect"
	} else if url := opts.GetAtom(atomExternal); url != nil {
		// Phoenix sends the address alone here, without the status.
		opts = term.NewMap(atomTo, url)
	}
	opts = c.withFlash(opts, c.socket.flash())
	b := append([]byte(`{"`+kind+`":`), c.json(opts)...)
	b = rendered.AppendEvents(append(b, `,"events":`...), c.events(c.socket))
	c.reply(c.req.Ref, "error", append(b, '}'))
	c.closed = true
	return atomShutdown
}

// joinResponse is what a successful join is answered with.
func (c *channel) joinResponse(d *rendered.Diff, patch *term.Map, route *routed, cfg config) []byte {
	b := append([]byte(`{"liveview_version":"`), Version...)
	b = d.AppendJSON(append(b, `","rendered":`...))
	if patch != nil {
		b = append(append(b, `,"live_patch":`...), c.json(patch)...)
	}
	if c.req.Redirected && route != nil {
		tag, attrs := c.rawContainer(cfg, route.Container)
		b = append(append(b, `,"container":`...), c.json(term.NewList(tag, attrs))...)
	}
	return append(b, '}')
}

// rawContainer returns the container for a client that navigated here: the
// attributes as they were given, but for a list of classes, which is joined.
func (c *channel) rawContainer(cfg config, own *Container) (_ term.Term, attrs *term.Map) {
	attrs = term.EmptyMap
	tag, list := cfg.tag, cfg.container
	if own != nil {
		tag, list = str(own.Tag), own.Attrs
	}
	for e := range list.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			continue
		}
		v := kv[1]
		if classes, isList := v.(*term.List); isList && kv[0] == term.Term(term.NewAtom("class")) {
			var words []string
			for word := range classes.All() {
				words = append(words, c.t.ToString(word))
			}
			v = str(strings.Join(words, " "))
		}
		attrs = attrs.Put(kv[0], v)
	}
	return tag, attrs
}
