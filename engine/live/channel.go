package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/wire"
)

// channel is a joined view: Phoenix.LiveView.Channel. All but the methods that
// Channel exports runs in the view's process.
type channel struct {
	*runtime
	req     JoinRequest
	sink    Sink
	done    <-chan struct{}
	process *node.Process
	unwatch func() bool // ends the watch over the connection
	err     error       // why no process could be started
	// spentBefore is what spent counted last.
	spentBefore int
	// close is how the view ends when its process is told to from outside.
	reason atomic.Int32

	joined    bool
	quiet     bool // the connection is gone: nobody hears us
	closed    bool // the sink has had its last call
	redirects int  // push_patch after push_patch
	started   time.Time
	last      term.Term // the message that is handled
	stray     term.Term // what GenServer holds as the state after a throw
	uploads   uploads
}

const noReason = -1

// closed stands for the process of a view that could not be started.
var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// incoming is a frame as a message to the view's process. To code that looks
// at its mailbox it is a %Phoenix.Socket.Message{}.
type incoming struct {
	Message
	topic, joinRef string
}

// Kind implements term.Term.
func (*incoming) Kind() term.Kind { return term.KindMap }

// AsMap implements term.Struct.
func (m *incoming) AsMap() *term.Map {
	ref := term.Term(term.Nil)
	if m.Ref != "" {
		ref = str(m.Ref)
	}
	return term.NewStruct("Phoenix.Socket.Message", "topic", str(m.topic), "event", str(m.Event),
		"payload", orNil(m.Payload), "ref", ref, "join_ref", str(m.joinRef))
}

// Held implements term.Holder, for the size of a mailbox.
func (m *incoming) Held() term.Term { return m.Payload }

// hangUp is the message that says that the connection is gone.
type hangUp struct{}

// Kind implements term.Term.
func (hangUp) Kind() term.Kind { return term.KindTuple }

func (s *Server) join(ctx context.Context, req JoinRequest, sink Sink) *channel {
	c := &channel{req: req, sink: sink}
	c.reason.Store(noReason)
	scope := &trace.Scope{Tracer: s.Tracer, View: req.Topic, Client: req.Client}
	ready := make(chan struct{})
	p, err := s.Node.Spawn(func(p *node.Process) term.Term {
		<-ready
		c.runtime = newRuntime(s, p, scope)
		c.terms, _ = sink.(TermSink)
		setRuntime(p, c.runtime)
		p.OnExit(c.exited)
		return c.main()
	}, scope)
	if err != nil {
		sink.Reply(req.Ref, "error", []byte(`{"reason":"join crashed"}`))
		c.done = closed
		return c
	}
	c.process, c.done = p, p.Done()
	c.unwatch = context.AfterFunc(ctx, c.close)
	close(ready)
	return c
}

func (c *channel) pid() term.PID {
	if c.process == nil {
		return term.PID{}
	}
	return c.process.PID()
}

func (c *channel) ended() <-chan struct{} { return c.done }

func (c *channel) deliver(m Message) {
	if c.process != nil {
		c.process.Node().Send(c.process.PID(), &incoming{Message: m, topic: c.req.Topic, joinRef: c.req.Ref})
	}
}

func (c *channel) close() {
	if c.process != nil {
		c.process.Node().Send(c.process.PID(), hangUp{})
	}
}

func (c *channel) kill() {
	if c.process != nil {
		c.process.Node().Exit(c.process.PID(), node.Kill)
	}
}

func (c *channel) replace() {
	if c.process != nil {
		c.reason.Store(int32(Replaced))
		c.process.Node().Exit(c.process.PID(), shutdownTuple(term.NewAtom("duplicate_join")))
	}
}

func shutdownTuple(reason term.Term) term.Term { return term.Tuple{atomShutdown, reason} }

// exited runs when the process ends for whatever reason, and tells the client
// if nobody has.
func (c *channel) exited(term.Term) {
	c.unwatch()
	if c.closed || c.quiet {
		return
	}
	if !c.joined {
		c.reply(c.req.Ref, "error", []byte(`{"reason":"join crashed"}`))
		c.closed = true
		return
	}
	if r := c.reason.Load(); r != noReason {
		c.finish(CloseReason(r))
		return
	}
	// Even one that ends in order has crashed for the client, unless it was
	// told before.
	c.finish(Crashed)
}

// isShutdown reports whether a process with this exit reason ended in order.
func isShutdown(reason term.Term) bool {
	if t, ok := reason.(term.Tuple); ok && len(t) == 2 && t[0] == term.Term(atomShutdown) {
		return true
	}
	return reason == term.Term(node.Normal) || reason == term.Term(node.Shutdown)
}

func (c *channel) finish(r CloseReason) {
	if !c.closed && !c.quiet {
		c.closed = true
		c.sink.Close(r)
	}
}

func (c *channel) reply(ref, status string, response []byte) {
	if c.quiet || c.closed || ref == "" {
		return
	}
	c.traceFrame(c.sink.Reply(ref, status, response))
}

func (c *channel) push(event string, payload []byte) {
	if c.quiet || c.closed {
		return
	}
	c.traceFrame(c.sink.Push(event, payload))
}

func (c *channel) traceFrame(frame []byte) {
	if frame != nil && c.scope.On() {
		c.scope.Trace(trace.Event{Step: trace.FrameOut, Data: frame})
	}
}

// begin opens a transaction.
func (c *channel) begin(trigger trace.Trigger, name string, cid int, frame []byte) {
	if !c.scope.On() {
		return
	}
	c.scope.Transaction++
	c.started = time.Now()
	e := trace.Event{Step: trace.Begin, Trigger: trigger, Name: name, Module: c.view, CID: cid, Socket: c.socket.m}
	c.scope.Trace(e)
	if frame != nil {
		c.scope.Trace(trace.Event{Step: trace.FrameIn, Data: frame})
	}
}

func (c *channel) end() {
	if c.scope.On() {
		c.scope.Trace(trace.Event{Step: trace.End, Took: time.Since(c.started), Bytes: c.spent()})
	}
}

// spent returns how much memory the code has taken since it was asked last.
func (c *channel) spent() int {
	if c.t == nil {
		return 0
	}
	before := c.spentBefore
	c.spentBefore = c.t.Spent()
	return c.spentBefore - before
}

// main is the life of the process: the join, then one message after the
// other. It returns the exit reason.
func (c *channel) main() term.Term {
	if c.t == nil {
		c.err = errors.New("no code was loaded")
		return term.NewAtom("undef")
	}
	if reason := c.guard(c.mountJoin); reason != nil {
		return reason
	}
	return c.proc.Serve(c.serve)
}

// serve handles a message with the code that is current.
func (c *channel) serve(msg term.Term) (reason term.Term) {
	c.last = msg
	if p := c.server.Program(); p != c.t.Program() {
		c.t.SetProgram(p)
	}
	if reason := c.handleMessage(msg); reason != nil {
		return reason
	}
	return c.checkKept()
}

// guard runs f under a budget. It returns nil to go on, and else the reason to
// end with; an exception ends the view as it ends a GenServer.
func (c *channel) guard(f func() (stop term.Term)) term.Term {
	defer c.end()
	var stop term.Term
	_, err := c.t.Run(func() term.Term { stop = f(); return term.Nil })
	c.proc.Check()
	if err == nil {
		if stop != nil {
			c.terminate(stop)
		}
		return stop
	}
	var e *interp.Exception
	if !errors.As(err, &e) {
		e = &interp.Exception{Kind: term.Err, Internal: true}
	}
	if !c.joined && c.refuseWithStatus(e) {
		return atomShutdown
	}
	if e.Kind == atomThrow {
		if stop, ok := c.thrown(e.Value); ok {
			return stop
		}
	}
	return c.crash(e)
}

// refuseWithStatus answers a join whose mount raised an exception that stands
// for a client error: the page is loaded again and shows the status.
func (c *channel) refuseWithStatus(e *interp.Exception) bool {
	status := statusOf(c.t, e)
	if status < 400 || status >= 500 {
		return false
	}
	token := c.server.Tokens.SignReload(Reload{Status: status, View: term.Inspect(c.view)})
	b := fmt.Appendf(nil, `{"reason":"reload","status":%d,"token":`, status)
	c.reply(c.req.Ref, "error", append(rendered.AppendString(b, token), '}'))
	c.closed = true
	return true
}

// crash ends the view after an exception: terminate/2, the log, the client.
func (c *channel) crash(e *interp.Exception) term.Term {
	reason := node.ExitReason(e)
	if e.Kind == atomThrow {
		// A GenServer takes what is thrown for what the callback returned.
		reason = term.Tuple{term.NewAtom("bad_return_value"), e.Value}
	}
	c.terminate(reason)
	if !isShutdown(reason) {
		text := e.Error()
		c.t.Run(func() term.Term { text = c.crashText(e); return term.Nil })
		c.scope.Trace(node.Crash(text, e))
		c.proc.LogException(text, e)
	}
	c.exited(reason)
	return reason
}

// crashText is what Logger prints when a GenServer ends with an exception.
func (c *channel) crashText(e *interp.Exception) string {
	var b strings.Builder
	b.WriteString("GenServer " + c.proc.Inspect() + " terminating\n")
	switch e.Kind {
	case atomExit:
		b.WriteString("** (stop) " + interp.FormatExit(e.Value))
	case atomThrow:
		b.WriteString("** (stop) bad return value: " + c.inspect(e.Value))
	default:
		b.WriteString(c.proc.FormatException(e))
	}
	pretty := term.InspectOptions{Pretty: true}
	if c.last != nil {
		b.WriteString("\nLast message: " + c.t.Inspect(c.last, pretty))
	}
	if c.stray != nil {
		b.WriteString("\nState: " + c.t.Inspect(c.stray, pretty))
	} else if c.joined {
		state := term.NewMap(atomSocketKey, c.socket.m, term.NewAtom("topic"), str(c.req.Topic), term.NewAtom("join_ref"), str(c.req.Ref))
		b.WriteString("\nState: " + c.t.Inspect(state, pretty))
	}
	return b.String()
}

// terminate runs terminate/2.
func (c *channel) terminate(reason term.Term) {
	if c.stray != nil {
		return
	}
	if c.req.Caller != nil && c.socket.m != nil && isGraceful(reason) {
		c.awaitTasks()
	}
	if c.socket.m == nil || !c.exports(c.view, "terminate", 2) {
		return
	}
	_, err := c.t.Run(func() term.Term { return c.call(0, c.view, "terminate", reason, c.socket.m) })
	c.proc.Check()
	var e *interp.Exception
	if errors.As(err, &e) {
		c.proc.LogException(c.proc.FormatException(e), e)
	}
}

// pushDiff sends a diff as a reply or a push, and nothing when there is
// nothing to say. As push_diff/3.
func (c *channel) pushDiff(d *rendered.Diff, ref string) {
	switch {
	case d.Empty():
		c.reply(ref, "ok", []byte("{}"))
	case ref == "":
		buf := wire.TakeBuffer()
		buf.B = d.AppendJSON(buf.B)
		c.push("diff", buf.B)
		buf.Give()
	default:
		buf := wire.TakeBuffer()
		buf.B = append(d.AppendJSON(append(buf.B, `{"diff":`...)), '}')
		c.reply(ref, "ok", buf.B)
		buf.Give()
	}
}

// changed takes the socket that a callback returned: it renders and sends, or
// redirects. As handle_changed/4. It returns a reason to stop, or nil.
func (c *channel) changed(next Socket, ref string, pendingPatch *term.Map) term.Term {
	c.socket = next
	if next.isRedirected() {
		return c.redirect(next.redirected(), next.changedFlash(), ref)
	}
	d := c.renderDiff(false)
	c.redirects = 0
	if pendingPatch != nil {
		c.push("live_patch", c.json(pendingPatch))
	}
	c.pushDiff(d, ref)
	return nil
}

// redirect carries out push_patch, push_navigate and redirect. As
// handle_redirect/4.
func (c *channel) redirect(command term.Term, flash *term.Map, ref string) term.Term {
	cmd, _ := command.(term.Tuple)
	opts, _ := cmd[len(cmd)-1].(*term.Map)
	switch {
	case cmd[0] == term.Term(atomRedirect):
		if url := opts.GetAtom(atomExternal); url != nil {
			opts = opts.Delete(atomExternal).Put(atomTo, url)
		}
		return c.leave("redirect", c.withFlash(opts, flash), ref)
	case cmd[1] == term.Term(atomRedirect):
		opts = c.withFlash(opts, flash)
		if c.socket.field(atomSticky) == term.Term(term.True) {
			c.pushPendingEvents()
			c.sendRedirect("live_redirect", opts, ref)
			c.socket = c.socket.put(atomRedirected, term.Nil)
			return nil
		}
		return c.leave("live_redirect", opts, ref)
	case c.socket.field(atomRootPID) != term.Term(c.proc.PID()):
		// A nested view has its root patch, and goes on.
		if root, ok := c.socket.field(atomRootPID).(term.PID); ok {
			c.proc.Node().Send(root, term.Tuple{atomPhoenix, atomRedirect, command, flash})
		}
		d := c.renderDiff(false)
		c.socket = c.socket.put(atomRedirected, term.Nil)
		c.pushDiff(d, ref)
		return nil
	}
	return c.patch(opts, flash, ref)
}

// leave sends the browser elsewhere and ends the view.
func (c *channel) leave(kind string, opts *term.Map, ref string) term.Term {
	c.pushPendingEvents()
	c.sendRedirect(kind, opts, ref)
	c.finish(Closed)
	return shutdownTuple(term.Tuple{term.NewAtom(kind), opts})
}

// pushPendingEvents sends the events that were pushed before a redirect. Even
// none are sent, as Phoenix does.
func (c *channel) pushPendingEvents() {
	b := rendered.AppendEvents([]byte(`{"e":`), c.events(c.socket))
	c.push("diff", append(b, '}'))
}

func (c *channel) sendRedirect(kind string, opts *term.Map, ref string) {
	payload := c.json(opts)
	if ref == "" {
		c.push(kind, payload)
		return
	}
	b := append([]byte(`{"`+kind+`":`), payload...)
	c.reply(ref, "ok", append(b, '}'))
}

// withFlash adds the signed flash, if there is any. As copy_flash/3.
func (c *channel) withFlash(opts, flash *term.Map) *term.Map {
	if flash == nil || flash.Len() == 0 {
		return opts
	}
	return opts.Put(atomFlash, str(c.server.Tokens.SignFlash(flash)))
}

// patch runs handle_params for a push_patch of the root view.
func (c *channel) patch(opts, flash *term.Map, ref string) term.Term {
	route := c.patchRoute(opts)
	c.socket = c.socket.put(atomRedirected, term.Nil)
	if c.redirects == 20 {
		c.raise("RuntimeError", "too many redirects for %s on action %s\n\n"+
			"Check the `handle_params/3` callback for an infinite patch redirect loop\n",
			term.Inspect(c.view), c.inspect(orNil(c.socket.Assigns().GetAtom(atomLiveAction))))
	}
	c.redirects++
	c.socket = c.socket.assign(atomFlash, orEmpty(flash))
	s := c.socket.assign(atomLiveAction, route.action())
	c.socket = s
	return c.changed(c.patchParams(s, route.params, c.fullURL(opts)), ref, opts)
}

// patchRoute resolves the target of a push_patch, which must be the root view.
func (c *channel) patchRoute(opts *term.Map) routed {
	to, _ := opts.GetAtom(atomTo).(term.Binary)
	u := parseURL(string(to))
	route, ok := c.server.lookup(u)
	uri := uriStruct(term.Nil, term.Nil, term.Nil, str(u.path), term.Nil)
	if host, isMap := c.socket.field(atomHostURI).(*term.Map); isMap {
		uri = host.Put(term.NewAtom("path"), str(u.path))
	}
	if u.query != "" {
		uri = uri.Put(term.NewAtom("query"), str(u.query))
	}
	if !ok {
		c.raiseNoRoute(c.inspect(uri))
	}
	rootView := c.socket.private().GetAtom(atomRootView)
	if term.Term(route.View) != rootView || !c.sameSession(route) {
		c.t.RaiseArgument("cannot push_patch/2 to %s because the given path does not point to the current root view %s",
			c.inspect(uri), c.inspect(orNil(rootView)))
	}
	return route
}

func (c *channel) raiseNoRoute(uri string) {
	c.t.RaiseArgument("cannot invoke handle_params nor navigate/patch to %s because it isn't defined in %s",
		uri, c.inspect(c.socket.field(atomRouter)))
}

func (c *channel) sameSession(r routed) bool { return r.LiveSession == c.req.Session.LiveSession }

// fullURL is the URL that handle_params gets for a patch.
func (c *channel) fullURL(opts *term.Map) string {
	to, _ := opts.GetAtom(atomTo).(term.Binary)
	return c.base() + string(to)
}

func (c *channel) base() string {
	host, ok := c.socket.field(atomHostURI).(*term.Map)
	if !ok {
		return ""
	}
	var u parsedURL
	if s, ok := host.GetAtom(term.NewAtom("scheme")).(term.Binary); ok {
		u.scheme = string(s)
	}
	if s, ok := host.GetAtom(term.NewAtom("host")).(term.Binary); ok {
		u.host = string(s)
	}
	if n, ok := host.GetAtom(term.NewAtom("port")).(term.Int); ok {
		u.port = int(n)
	}
	return u.base()
}
