package live

import (
	"fmt"
	"strings"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// runtime is what one view runs on, for a dead render or in a channel: its
// socket, its components and the state of its diffs. Its methods run in the
// view's process, inside Thread.Run, and panic as code that raises does.
type runtime struct {
	server *Server
	proc   *node.Process
	t      *interp.Thread
	scope  *trace.Scope
	state  *rendered.State
	socket Socket
	view   term.Atom
	// handled is the request that the process answers, nil for none.
	handled *handled
	// terms is told of events and replies as they were pushed, if it is set.
	terms TermSink
	// handlers are those of the events that the node's processes are told of.
	handlers *handlerTable
}

func newRuntime(s *Server, p *node.Process, scope *trace.Scope) *runtime {
	r := &runtime{server: s, proc: p, t: p.Thread(), scope: scope, handlers: handlersOf(p.Node())}
	r.state = rendered.NewState(r)
	return r
}

// config is what a view's use declares: __live__/0 of the original.
type config struct {
	container *term.List // attributes
	tag       term.Term
	layout    term.Term
	hooks     []term.Term
	isView    bool
}

// config returns the declarations of a module; ok is false when it is neither
// a live view nor a LiveComponent.
func (r *runtime) config(mod term.Atom) (c config, ok bool) {
	c = config{tag: term.NewAtom("div"), container: term.Empty, layout: term.False}
	if v, isGo := r.server.Views[mod]; isGo {
		c.isView = !isComponent(v)
		return c, true
	}
	p := r.t.Program()
	opts, ok := p.Attribute(mod, "phoenix_live_opts").(*term.List)
	if !ok {
		return c, false
	}
	c.isView = p.Attribute(mod, "phoenix_live_kind") == term.Term(atomView)
	if l, ok := term.KeywordGet(opts, atomLayout); ok {
		c.layout = normalizeLayout(r.t, l)
	}
	if v, ok := term.KeywordGet(opts, atomContainer); ok {
		if pair, ok := v.(term.Tuple); ok && len(pair) == 2 {
			c.tag = pair[0]
			c.container, _ = pair[1].(*term.List)
		}
	}
	if hooks, ok := p.Attribute(mod, "phoenix_live_mount").(*term.List); ok {
		list, _ := hooks.Slice()
		for i := len(list) - 1; i >= 0; i-- { // accumulated, newest first
			c.hooks = append(c.hooks, list[i])
		}
	}
	return c, true
}

// exports reports whether a module has a callback.
func (r *runtime) exports(mod term.Atom, name string, arity int) bool {
	if v, ok := r.server.Views[mod]; ok {
		return goExports(v, name, arity)
	}
	return r.t.Program().Exports(mod, name, arity)
}

// call calls a callback of a view or component and tells the Tracer.
func (r *runtime) call(cid int, mod term.Atom, name string, args ...term.Term) term.Term {
	if !r.scope.On() {
		return r.apply(mod, name, args)
	}
	full := fmt.Sprintf("%s/%d", name, len(args))
	e := trace.Event{Step: trace.CallbackStart, Name: full, Module: mod, CID: cid, Args: args}
	if at := r.t.Program().FunctionSpan(mod, name, len(args)); !at.IsZero() {
		e.File, e.Line = at.File.Name(), at.Pos().Line
	}
	r.scope.Trace(e)
	start := time.Now()
	result := r.apply(mod, name, args)
	r.scope.Trace(trace.Event{Step: trace.CallbackEnd, Name: full, Module: mod, CID: cid, Result: result, Took: time.Since(start)})
	return result
}

func (r *runtime) apply(mod term.Atom, name string, args []term.Term) term.Term {
	if v, ok := r.server.Views[mod]; ok {
		return goApply(r.t, v, mod, name, args)
	}
	return r.t.Apply(mod, name, args...)
}

func (r *runtime) raise(exception, format string, args ...any) {
	r.t.RaiseNew(exception, "message", str(fmt.Sprintf(format, args...)))
}

func (r *runtime) inspect(v term.Term) string { return inspect(r.t, v) }

// mount runs the mount hooks and mount/3. uri is nil where there is none. As
// Phoenix.LiveView.Utils.maybe_call_live_view_mount!/5.
func (r *runtime) mount(s Socket, params, session, uri term.Term) Socket {
	if r.observed() && (s.hooks(atomMount) != nil || r.exports(r.view, "mount", 3)) {
		metadata := term.NewMap(atomParams, params, atomSession, session, keyURI, uri)
		return r.spanSocket(eventMount, metadata, s, func() Socket { return r.runMount(s, params, session) })
	}
	return r.runMount(s, params, session)
}

func (r *runtime) runMount(s Socket, params, session term.Term) Socket {
	s, halted := runMountHooks(r.t, s, params, session)
	if halted || !r.exports(r.view, "mount", 3) {
		return r.mounted(term.Tuple{term.OK, s.m}, r.view, 3)
	}
	return r.mounted(r.call(0, r.view, "mount", params, session, s.m), r.view, 3)
}

// mounted checks what mount returned. As handle_mount_result!/2.
func (r *runtime) mounted(result term.Term, mod term.Atom, arity int) Socket {
	t, _ := result.(term.Tuple)
	var s Socket
	var opts term.Term = term.Empty
	ok := len(t) >= 2 && t[0] == term.Term(term.OK)
	if ok {
		s, ok = SocketOf(t[1])
	}
	if ok && len(t) == 3 {
		_, ok = t[2].(*term.List)
		opts = t[2]
	}
	if !ok || len(t) > 3 {
		r.t.RaiseArgument("invalid result returned from %s.mount/%d.\n\nExpected {:ok, socket} | {:ok, socket, opts}, got: %s\n",
			term.Inspect(mod), arity, r.inspect(result))
	}
	if to, ok := s.redirected().(term.Tuple); ok && len(to) == 3 && to[1] == term.Term(atomPatch) {
		r.raise("RuntimeError", "attempted to live patch while mounting.\n\n"+
			"a LiveView cannot be mounted while issuing a live patch to the client. "+
			"Use push_navigate/2 or redirect/2 instead if you wish to mount and redirect.\n")
	}
	return mountOptions(r.t, s, opts, mod, "mount", arity)
}

// mountOptions applies what mount/3 and on_mount/4 may return beside the
// socket. As Phoenix.LiveView.Utils.handle_mount_options!/3.
func mountOptions(t *interp.Thread, s Socket, opts term.Term, mod term.Atom, fun string, arity int) Socket {
	t.Each(opts, func(e term.Term) bool {
		kv, _ := e.(term.Tuple)
		if len(kv) != 2 {
			t.RaiseNew("FunctionClauseError", "module", atomLiveView)
		}
		switch kv[0] {
		case term.Term(atomLayout):
			s = s.putPrivate(atomLiveLayout, normalizeLayout(t, kv[1]))
		case term.Term(atomTemporary):
			s = temporaryAssigns(t, s, kv[1])
		default:
			t.RaiseArgument("invalid option returned from %s.%s/%d.\n\nExpected keys to be one of [:temporary_assigns, :layout],\ngot: %s: %s\n",
				term.Inspect(mod), fun, arity, inspect(t, kv[0]), inspect(t, kv[1]))
		}
		return true
	})
	return s
}

func temporaryAssigns(t *interp.Thread, s Socket, v term.Term) Socket {
	l, ok := v.(*term.List)
	assigns := s.Assigns()
	temp, _ := s.private().GetAtom(atomTemporary).(*term.Map)
	if temp == nil {
		temp = term.EmptyMap
	}
	for e := range l.All() {
		kv, isPair := e.(term.Tuple)
		if !isPair || len(kv) != 2 {
			ok = false
			break
		}
		if _, isAtom := kv[0].(term.Atom); !isAtom {
			ok = false
			break
		}
		temp = temp.Put(kv[0], kv[1])
		if !assigns.Has(kv[0]) {
			assigns = assigns.Put(kv[0], kv[1])
		}
	}
	if !ok {
		t.RaiseNew("RuntimeError", "message", str("the :temporary_assigns mount option must be a keyword list"))
	}
	return s.withAssigns(assigns).putPrivate(atomTemporary, temp)
}

func normalizeLayout(t *interp.Thread, v term.Term) term.Term {
	if pair, ok := v.(term.Tuple); ok && len(pair) == 2 {
		_, isMod := pair[0].(term.Atom)
		name, isName := pair[1].(term.Atom)
		if isMod && isName {
			return term.Tuple{pair[0], str(name.Name())}
		}
	}
	if v != term.Term(term.False) {
		t.RaiseArgument(":layout expects a tuple of the form {MyLayouts, :my_template} or false, got: %s", inspect(t, v))
	}
	return v
}

// handleParams runs the hooks and handle_params/3. As
// Phoenix.LiveView.Utils.call_handle_params!/5.
func (r *runtime) handleParams(s Socket, params term.Term, uri string) Socket {
	return r.runParams(s, params, uri, r.exports(r.view, "handle_params", 3))
}

// patchParams runs handle_params after a patch, which a view has to have.
func (r *runtime) patchParams(s Socket, params term.Term, uri string) Socket {
	return r.runParams(s, params, uri, true)
}

// runParams runs the hooks of handle_params, and the callback if it is exported.
func (r *runtime) runParams(s Socket, params term.Term, uri string, exported bool) Socket {
	if r.observed() {
		metadata := term.NewMap(atomParams, params, keyURI, str(uri))
		return r.spanSocket(eventParams, metadata, s, func() Socket { return r.callParams(s, params, uri, exported) })
	}
	return r.callParams(s, params, uri, exported)
}

func (r *runtime) callParams(s Socket, params term.Term, uri string, exported bool) Socket {
	s, halted, _ := runHooks(r.t, s, stageParams, params, str(uri))
	if halted || !exported {
		return s
	}
	result := r.call(0, r.view, "handle_params", params, str(uri), s.m)
	if next, ok := noReply(result); ok {
		return next
	}
	r.t.RaiseArgument("invalid result returned from %s.handle_params/3.\n\nExpected {:noreply, socket}, got: %s\n",
		term.Inspect(r.view), r.inspect(result))
	return s
}

// handlesParams reports whether anybody takes part in handle_params.
func (r *runtime) handlesParams(s Socket) bool {
	return s.hooks(stageParams) != nil || r.exports(r.view, "handle_params", 3)
}

// noReply takes {:noreply, socket} apart.
func noReply(result term.Term) (Socket, bool) {
	t, _ := result.(term.Tuple)
	if len(t) != 2 || t[0] != term.Term(atomNoReply) {
		return Socket{}, false
	}
	return SocketOf(t[1])
}

// toRendered runs render/1 and puts its result into the layout. As
// Phoenix.LiveView.Renderer.to_rendered/2.
func (r *runtime) toRendered(s Socket, mod term.Atom, cid int) *rendered.Rendered {
	assigns := s.renderAssigns()
	var result term.Term
	var by term.Term = mod
	if fun := s.private().GetAtom(atomRenderWith); fun != nil {
		by = fun
		result = r.t.Call(fun, assigns)
	} else {
		if !r.exports(mod, "render", 1) {
			r.raiseNoRender(mod)
		}
		result = r.call(cid, mod, "render", assigns)
	}
	inner := r.checkRendered(result, by)
	layout, ok := r.layout(s, mod)
	if !ok {
		return inner
	}
	name, _ := layout[1].(term.Binary)
	layoutMod, _ := layout[0].(term.Atom)
	assigns = assigns.Put(atomInner, inner)
	if changed, ok := assigns.GetAtom(atomChanged).(*term.Map); ok {
		assigns = assigns.Put(atomChanged, changed.Put(atomInner, term.True))
	}
	return r.checkRendered(r.template(layoutMod, string(name), assigns), layoutMod)
}

// template renders a layout: the function of its name, or render/2 with the
// name of its file. As Phoenix.Template.render/4.
func (r *runtime) template(mod term.Atom, name string, assigns *term.Map) term.Term {
	if r.exports(mod, name, 1) {
		return r.t.Apply(mod, name, assigns)
	}
	if r.exports(mod, "render", 2) {
		return r.t.Apply(mod, "render", str(name+".html"), assigns)
	}
	why := "the module does not exist"
	if r.t.Program().Exists(mod) {
		why = "the module exists but does not define " + name + "/1 nor render/2"
	}
	r.raise("ArgumentError", "no \"%s\" html template defined for %s  (%s)", name, r.inspect(mod), why)
	return nil
}

func (r *runtime) layout(s Socket, mod term.Atom) (term.Tuple, bool) {
	l := s.private().GetAtom(atomLiveLayout)
	if l == nil {
		c, _ := r.config(mod)
		l = c.layout
	}
	pair, ok := l.(term.Tuple)
	return pair, ok && len(pair) == 2
}

func (r *runtime) checkRendered(v, by term.Term) *rendered.Rendered {
	if x, ok := v.(*rendered.Rendered); ok {
		return x
	}
	r.raise("RuntimeError", "expected %s to return a %%Phoenix.LiveView.Rendered{} struct\n\n"+
		"Ensure your render function uses ~H, or your template uses the .heex extension.\n\nGot:\n\n    %s\n\n",
		r.inspect(by), r.inspect(v))
	return nil
}

func (r *runtime) raiseNoRender(mod term.Atom) {
	name := strings.TrimPrefix(mod.Name(), "Elixir.")
	file := underscore(name[strings.LastIndexByte(name, '.')+1:]) + ".html.heex"
	if at := r.t.Program().Span(mod); !at.IsZero() {
		if i := strings.LastIndexByte(at.File.Name(), '/'); i >= 0 {
			file = at.File.Name()[:i+1] + file
		}
	}
	r.raise("RuntimeError", "render/1 was not implemented for %s.\n\n"+
		"In order to render templates in LiveView/LiveComponent, you must either:\n\n"+
		"1. Define a render/1 function that receives assigns and uses the ~H sigil:\n\n"+
		"    def render(assigns) do\n      ~H\"\"\"\n      <div>...</div>\n      \"\"\"\n    end\n\n"+
		"2. Create a file at %s with template contents\n\n"+
		"3. Call Phoenix.LiveView.render_with/2 with a custom rendering function\n", name, term.Inspect(str(file)))
}

// underscore is Macro.underscore/1 for the last part of a module's name.
func underscore(s string) string {
	var b strings.Builder
	upper := func(i int) bool { return i < len(s) && s[i] >= 'A' && s[i] <= 'Z' }
	for i := range len(s) {
		if upper(i) {
			if i > 0 && (!upper(i-1) || i+1 < len(s) && !upper(i+1)) {
				b.WriteByte('_')
			}
			b.WriteByte(s[i] + 'a' - 'A')
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// renderDiff renders the view when it changed, or is forced to, and returns
// what the client has to know. As render_diff/3 of Phoenix.LiveView.Channel.
func (r *runtime) renderDiff(force bool) *rendered.Diff {
	var d *rendered.Diff
	r.trace(trace.Pending)
	if force || r.socket.isChanged() {
		start := time.Time{}
		if r.scope.On() {
			start = time.Now()
		}
		r.spanRender(force, func() {
			d = r.state.Render(r.toRendered(r.socket, r.view, 0))
			if r.socket.changed().Has(atomPageTitle) {
				d.Title = r.json(r.socket.Assigns().GetAtom(atomPageTitle))
			}
			r.socket = runAfterRender(r.t, r.socket).clearChanged()
		})
		if r.scope.On() {
			r.scope.Trace(trace.Event{Step: trace.Render, Data: d.AppendJSON(nil), Took: time.Since(start)})
		}
	}
	if d == nil {
		d = &rendered.Diff{}
	}
	r.putPrivateDiff(d, r.socket)
	r.socket = r.socket.clearTemp()
	r.trace(trace.Flushed)
	return d
}

// putPrivateDiff adds the reply and the events that the socket noted. As
// Phoenix.LiveView.Diff.render_private/2.
func (r *runtime) putPrivateDiff(d *rendered.Diff, s Socket) {
	if reply := s.temp().GetAtom(atomPushReply); reply != nil {
		d.Reply = r.replyJSON(reply)
	}
	d.Events = append(d.Events, r.events(s)...)
}

func (r *runtime) events(s Socket) []rendered.Event {
	pushed := s.pushedEvents()
	if len(pushed) == 0 {
		return nil
	}
	out := make([]rendered.Event, len(pushed))
	for i, e := range pushed {
		l, _ := e.(*term.List)
		parts, _ := l.Slice()
		out[i] = rendered.Event{Name: r.t.ToString(parts[0]), Payload: r.json(parts[1]), Before: len(parts) > 2}
		if r.terms != nil {
			r.terms.Event(out[i].Name, parts[1])
		}
	}
	return out
}

// replyJSON encodes the reply to an event.
func (r *runtime) replyJSON(reply term.Term) []byte {
	if r.terms != nil {
		r.terms.Replied(reply)
	}
	return r.json(reply)
}

// trace tells the Tracer about the socket and those of the components.
func (r *runtime) trace(step trace.Step) {
	if !r.scope.On() {
		return
	}
	e := trace.Event{Step: step, Socket: r.socket.m}
	if comps := r.state.Components(); len(comps) > 0 {
		e.Components = make(map[int]*term.Map, len(comps))
		for _, c := range comps {
			e.Components[c.CID] = c.Socket.(Socket).m
		}
	}
	r.scope.Trace(e)
}
