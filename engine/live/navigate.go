package live

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func inspect(t *interp.Thread, v term.Term) string { return t.Inspect(v, term.InspectOptions{}) }

func (s Socket) putRedirect(t *interp.Thread, command term.Term) Socket {
	if s.isRedirected() {
		t.RaiseArgument("socket already prepared to redirect with %s", inspect(t, s.redirected()))
	}
	return s.put(atomRedirected, command)
}

func validateLocalURL(t *interp.Thread, to term.Term, where string) string {
	b, ok := to.(term.Binary)
	url := string(b)
	if !ok || !strings.HasPrefix(url, "/") || strings.HasPrefix(url, "//") {
		t.RaiseArgument("the :to option in %s expects a path but was %s", where, inspect(t, to))
	}
	for _, bad := range []string{`\`, "/%09", "/\t", "\n", "\r"} {
		if strings.Contains(url, bad) {
			t.RaiseArgument("unsafe characters detected for %s in URL %s", where, inspect(t, to))
		}
	}
	return url
}

// pushOptions checks the options of push_patch and push_navigate.
func pushOptions(t *interp.Thread, v term.Term, where string) *term.Map {
	opts, ok := v.(*term.List)
	if !ok {
		t.RaiseFunctionClause("Keyword", "fetch!", []term.Term{v, atomTo})
	}
	to, ok := term.KeywordGet(opts, atomTo)
	if !ok {
		t.RaiseNew("KeyError", "key", atomTo, "term", opts)
	}
	validateLocalURL(t, to, where)
	kind := atomPush
	if term.Truthy(option(opts, atomReplace, term.Nil)) {
		kind = atomReplace
	}
	return term.NewMap(atomTo, to, atomKind, kind)
}

func pushPatch(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "push_patch", a, 0)
	return s.putRedirect(t, term.Tuple{atomLive, atomPatch, pushOptions(t, a[1], "push_patch/2")}).m
}

func pushNavigate(name string) interp.Native {
	return func(t *interp.Thread, a []term.Term) term.Term {
		s := socketArg(t, liveView, name, a, 0)
		return s.putRedirect(t, term.Tuple{atomLive, atomRedirect, pushOptions(t, a[1], name+"/2")}).m
	}
}

// redirect2 is redirect/1 and redirect/2.
func redirect2(t *interp.Thread, a []term.Term) term.Term {
	opts := optsArg(t, "redirect", a, 1)
	status := option(opts, atomStatus, term.Int(302))
	if to, ok := term.KeywordGet(opts, atomTo); ok {
		s := socketArg(t, liveView, "do_internal_redirect", []term.Term{a[0], to, status}, 0)
		validateLocalURL(t, to, "redirect/2")
		return s.putRedirect(t, term.Tuple{atomRedirect, term.NewMap(atomTo, to, atomStatus, status)}).m
	}
	ext, ok := term.KeywordGet(opts, atomExternal)
	if !ok {
		t.RaiseArgument("expected :to or :external option in redirect/2")
	}
	s := socketArg(t, liveView, "do_external_redirect", []term.Term{a[0], ext, status}, 0)
	url := ""
	switch x := ext.(type) {
	case term.Tuple:
		if len(x) == 2 {
			url = t.ToString(x[0]) + ":" + t.ToString(x[1])
		}
	case term.Binary:
		url = string(x)
		validateScheme(t, url, "redirect/2")
	}
	if url == "" && ext != term.Term(term.Binary("")) {
		t.RaiseArgument("expected :external option in redirect/2 to be valid URL, got: %s", inspect(t, ext))
	}
	return s.putRedirect(t, term.Tuple{atomRedirect, term.NewMap(atomExternal, str(url), atomStatus, status)}).m
}

// uriScheme returns the scheme that a URL begins with, "" for none.
func uriScheme(to string) string {
	i := strings.IndexAny(to, ":/?#")
	if i < 0 || to[i] != ':' {
		return ""
	}
	return strings.ToLower(to[:i])
}

var validSchemes = []string{"http:", "https:", "ftp:", "ftps:", "mailto:", "news:", "irc:", "gopher:", "nntp:",
	"feed:", "telnet:", "mms:", "rtsp:", "svn:", "tel:", "fax:", "xmpp:"}

func validateScheme(t *interp.Thread, to, context string) {
	for _, s := range validSchemes {
		if strings.HasPrefix(to, s) {
			return
		}
	}
	if strings.HasPrefix(to, ":") || uriScheme(to) != "" {
		t.RaiseArgument("unsupported scheme given to %s. In case you want to link to an\n"+
			"unknown or unsafe scheme, such as javascript, use a tuple: {:javascript, rest}\n", context)
	}
}

func flashKey(t *interp.Thread, v term.Term) term.Term {
	switch k := v.(type) {
	case term.Binary:
		return k
	case term.Atom:
		return str(k.Name())
	}
	t.RaiseFunctionClause("Phoenix.LiveView.Utils", "flash_key", []term.Term{v})
	return nil
}

func (s Socket) flash() *term.Map {
	m, _ := s.Assigns().GetAtom(atomFlash).(*term.Map)
	if m == nil {
		return term.EmptyMap
	}
	return m
}

func (s Socket) changedFlash() *term.Map {
	m, _ := s.temp().GetAtom(atomFlash).(*term.Map)
	if m == nil {
		return term.EmptyMap
	}
	return m
}

func putFlash(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, "Phoenix.LiveView.Utils", "put_flash", a, 0)
	k := flashKey(t, a[1])
	s = s.assign(atomFlash, s.flash().Put(k, a[2]))
	return s.putTemp(atomFlash, s.changedFlash().Put(k, a[2])).m
}

// PutFlash is put_flash/3 for views written in Go.
func (s Socket) PutFlash(key, message string) Socket {
	s = s.assign(atomFlash, s.flash().Put(str(key), str(message)))
	return s.putTemp(atomFlash, s.changedFlash().Put(str(key), str(message)))
}

func (s Socket) clearFlash() Socket { return s.assign(atomFlash, term.EmptyMap) }

func (s Socket) clearFlashKey(t *interp.Thread, key term.Term) Socket {
	k := flashKey(t, key)
	s = s.assign(atomFlash, s.flash().Delete(k))
	return s.putTemp(atomFlash, s.changedFlash().Delete(k))
}

func clearFlash(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, "Phoenix.LiveView.Utils", "clear_flash", a, 0)
	if len(a) == 2 {
		return s.clearFlashKey(t, a[1]).m
	}
	return s.clearFlash().m
}

// pushEvent is push_event/3 and push_event/4.
func pushEvent(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, "Phoenix.LiveView.Utils", "push_event", padded(a, 4), 0)
	if !isMap(a[2]) {
		t.RaiseFunctionClause("Phoenix.LiveView.Utils", "push_event", padded(a, 4))
	}
	event := []term.Term{a[1], a[2]}
	opts := optsArg(t, "push_event", a, 3)
	for e := range opts.All() {
		if kv, ok := e.(term.Tuple); ok && len(kv) == 2 && kv[0] != term.Term(term.NewAtom("dispatch")) {
			t.RaiseArgument("unknown keys %s in %s, the allowed keys are: [:dispatch]",
				inspect(t, term.NewList(kv[0])), inspect(t, opts))
		}
	}
	switch phase := option(opts, term.NewAtom("dispatch"), term.NewAtom("after")); phase {
	case term.Term(term.NewAtom("after")):
	case term.Term(term.NewAtom("before")):
		event = append(event, term.True)
	default:
		t.RaiseNew("CaseClauseError", "term", phase)
	}
	return s.pushEvent(event).m
}

func (s Socket) pushEvent(event []term.Term) Socket {
	events, _ := s.temp().GetAtom(atomPushEvents).(*term.List)
	return s.putTemp(atomPushEvents, &term.List{Head: term.NewList(event...), Tail: events})
}

// PushEvent is push_event/3 for views written in Go.
func (s Socket) PushEvent(name string, payload *term.Map) Socket {
	return s.pushEvent([]term.Term{str(name), payload})
}

func (s Socket) putReply(reply term.Term) Socket { return s.putTemp(atomPushReply, reply) }

// pushedEvents returns what push_event/3 noted, oldest first.
func (s Socket) pushedEvents() []term.Term {
	l, _ := s.temp().GetAtom(atomPushEvents).(*term.List)
	if l == nil {
		return nil
	}
	out, _ := l.Slice()
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func connected(t *interp.Thread, a []term.Term) term.Term {
	return term.Bool(socketArg(t, liveView, "connected?", a, 0).Connected())
}

func raiseMountOnly(t *interp.Thread, s Socket, what string) {
	view := term.Inspect(s.view())
	if _, nested := s.field(atomParentPID).(term.PID); nested {
		t.RaiseNew("RuntimeError", "message", str("attempted to read "+what+" from a nested child LiveView "+view+
			".\n\nOnly the root LiveView has access to "+what+".\n"))
	}
	t.RaiseNew("RuntimeError", "message", str("attempted to read "+what+" outside of "+view+
		".mount/3.\n\n"+what+" only exists while mounting. If you require access to this information\nafter mount, store the state in socket assigns.\n"))
}

func getConnectParams(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "get_connect_params", a, 0)
	v := s.private().GetAtom(atomConnParams)
	if v == nil || v == term.Term(term.Nil) {
		raiseMountOnly(t, s, "connect_params")
	}
	if !s.Connected() {
		return term.Nil
	}
	return v
}

func getConnectInfo(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "get_connect_info", a, 0)
	key, ok := a[1].(term.Atom)
	if !ok {
		t.RaiseFunctionClause(liveView, "get_connect_info", a)
	}
	info, ok := s.private().GetAtom(atomConnInfo).(*term.Map)
	if !ok {
		raiseMountOnly(t, s, "connect_info")
	}
	return orNil(info.GetAtom(key))
}

// staticChanged is static_changed?/1: the playground serves no digested
// assets, so nothing ever changes.
func staticChanged(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "static_changed?", a, 0)
	if s.private().GetAtom(atomConnParams) == nil {
		raiseMountOnly(t, s, "static_changed?")
	}
	return term.False
}

var reservedPrivates = map[string]bool{"connect_params": true, "connect_info": true, "assign_new": true,
	"live_async": true, "live_layout": true, "live_temp": true, "lifecycle": true, "render_with": true, "root_view": true}

func putPrivate(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "put_private", a, 0)
	if k, ok := a[1].(term.Atom); ok && reservedPrivates[k.Name()] {
		t.RaiseArgument("cannot set reserved private key %s", term.Inspect(k))
	}
	return s.put(atomPrivate, s.private().Put(a[1], a[2])).m
}

func renderWith(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "render_with", a, 0)
	if !isFun(a[1], 1) {
		t.RaiseFunctionClause(liveView, "render_with", a)
	}
	return s.putPrivate(atomRenderWith, a[1]).m
}
