package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// setRuntime notes what runs in the process, for natives such as
// live_render/3.
func setRuntime(p *node.Process, r *runtime) { p.Data = r }

func runtimeOf(t *interp.Thread) *runtime {
	p := node.Of(t)
	if p == nil {
		return nil
	}
	r, _ := p.Data.(*runtime)
	return r
}

var (
	atomSafe    = term.NewAtom("safe")
	atomStickyO = term.NewAtom("sticky")
)

// renderWidget renders a view in a template that no view has rendered: its
// parent is the conn.
func renderWidget(t *interp.Thread, a []term.Term) term.Term {
	var opts term.Term = term.Empty
	if len(a) > 2 {
		opts = a[2]
	}
	out, _ := renderView(t, []term.Term{a[0], a[1], opts}).(term.Tuple)
	if len(out) == 3 && out[0] == term.Term(term.OK) {
		return term.Tuple{term.NewAtom("safe"), out[1]}
	}
	t.RaiseNew("RuntimeError", "message", str("the view "+inspect(t, a[1])+" redirected while it was rendered in a template"))
	return nil
}

// liveRender is live_render/2 and live_render/3. As
// Phoenix.LiveView.Static.nested_render/3.
func liveRender(t *interp.Thread, a []term.Term) term.Term {
	if m, ok := a[0].(*term.Map); ok {
		if name, _ := m.StructName(); name == atomConn {
			return renderWidget(t, a)
		}
	}
	parent := socketArg(t, component, "live_render", a, 0)
	view, ok := a[1].(term.Atom)
	r := runtimeOf(t)
	if !ok || r == nil {
		t.RaiseFunctionClause(component, "live_render", a)
	}
	opts := optsArg(t, "live_render", a, 2)
	child := newRuntime(r.server, r.proc, r.scope)
	child.view = view
	cfg, known := child.config(view)
	if !known {
		t.Apply(view, "__live__")
	}
	if !cfg.isView {
		child.raise("RuntimeError", "expected %s to be a view, but it is a component", term.Inspect(view))
	}
	id := option(opts, atomID, term.Nil)
	if !term.Truthy(id) {
		t.RaiseArgument("an :id is required when rendering child LiveView. The :id must uniquely identify the child.")
	}
	n := nested{r: r, child: child, parent: parent, id: t.ToString(id), opts: opts,
		sticky: term.Truthy(option(opts, atomStickyO, term.False))}
	n.session = child.sessionOption(option(opts, atomSession, term.EmptyMap))
	n.tag, n.attrs = child.container(cfg, opts)
	child.socket = n.socket(cfg)
	html := ""
	if parent.Connected() {
		html = n.connected()
	} else {
		html = n.disconnected()
	}
	return term.Tuple{atomSafe, str(html)}
}

// nested is one live view in the page of another.
type nested struct {
	r, child *runtime
	parent   Socket
	id       string
	opts     *term.List
	sticky   bool
	session  *term.Map
	tag      string
	attrs    []Attr
}

func (n *nested) socket(cfg config) Socket {
	p := n.parent
	rootPID, parentPID := p.field(atomRootPID), term.Term(n.r.proc.PID())
	rootView := p.private().GetAtom(atomRootView)
	if n.sticky {
		rootPID, parentPID, rootView = term.Nil, term.Nil, n.child.view
	}
	assigns := term.EmptyMap
	if m, ok := isStruct(p.field(atomAssigns), atomNotInSocket); ok {
		assigns, _ = m.GetAtom(atomAssignsKey).(*term.Map)
	}
	private := term.NewMap(
		atomAssignNew, term.Tuple{assigns, term.Empty},
		atomLifecycle, n.child.lifecycle(cfg, nil), atomLiveLayout, term.False,
		atomRootView, orNil(rootView), atomLiveTemp, term.EmptyMap)
	return Socket{socketStruct.Put(atomID, str(n.id)).Put(atomView, n.child.view).
		Put(atomEndpoint, p.field(atomEndpoint)).Put(atomRootPID, rootPID).Put(atomParentPID, parentPID).
		Put(atomSticky, term.Bool(n.sticky)).Put(atomRouter, p.field(atomRouter)).
		Put(atomHostURI, p.field(atomHostURI)).Put(atomPrivate, private).
		Put(atomAssigns, emptyAssigns.Put(atomLiveAction, term.Nil).Put(atomFlash, term.EmptyMap))}
}

func (n *nested) sign() string {
	s := Session{ID: n.id, View: n.child.view, Session: n.session, Routed: n.parent.field(atomRouter) != term.Term(term.Nil)}
	s.RootView, _ = n.parent.private().GetAtom(atomRootView).(term.Atom)
	if n.sticky {
		s.RootView = n.child.view
	} else {
		pid := n.r.proc.PID()
		s.Parent = &pid
		if root, ok := n.parent.field(atomRootPID).(term.PID); ok {
			s.Root = &root
		}
	}
	return n.r.server.Tokens.SignSession(s)
}

func (n *nested) wrap(session, static, inner string) string {
	attrs := []Attr{{"id", n.id}, {"data-phx-session", session}, {"data-phx-static", static}}
	if n.sticky {
		attrs = append(attrs, Attr{"data-phx-sticky", present})
	} else {
		parent, _ := n.parent.field(atomID).(term.Binary)
		attrs = append(attrs, Attr{"data-phx-parent-id", string(parent)})
	}
	return contentTag(n.tag, append(attrs, n.attrs...), inner)
}

func (n *nested) connected() string { return n.wrap(n.sign(), "", "") }

func (n *nested) disconnected() string {
	c := n.child
	httpSession, _ := n.parent.private().GetAtom(atomConnSession).(*term.Map)
	httpSession = orEmpty(httpSession)
	c.socket = c.socket.putPrivate(atomConnSession, httpSession)
	s := c.mount(c.socket, atomNotMounted, term.MergeMaps(httpSession, n.session), term.Nil)
	token := ""
	if n.sticky {
		token = n.sign()
	}
	if s.isRedirected() {
		c.t.Throw(term.Tuple{atomPhoenix, atomChildRedirect, s.redirected(), s.flash()})
	}
	if c.handlesParams(s) {
		c.t.RaiseArgument("handle_params/3 is not allowed on child LiveViews, only at the root")
	}
	c.socket = s
	setRuntime(c.proc, c)
	inner := c.deadHTML()
	setRuntime(c.proc, n.r)
	return n.wrap(token, n.r.server.Tokens.SignStatic(s.static(n.id)), inner)
}
