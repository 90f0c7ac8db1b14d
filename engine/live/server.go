// Package live runs live views: it mounts them, calls their callbacks, keeps
// their sockets, renders them and says what to send to the browser. It knows
// nothing of HTTP, WebSockets or tokens; package transport is written against
// the types in this file.
//
// A view lives in one process of package node, which is one goroutine, and so
// needs no locks. Its socket is the term that the reader's code sees: a
// %Phoenix.LiveView.Socket{} struct, changed by the functions of the modules
// Phoenix.LiveView and Phoenix.Component, which this package supplies as
// native modules. The life-cycle follows Phoenix.LiveView.Channel and
// Phoenix.LiveView.Static of LiveView 1.2.10.
package live

import (
	"context"
	"sync/atomic"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// Version is the version of Phoenix LiveView that the engine speaks, as the
// reply to a join reports it.
const Version = "1.2.10"

// Server runs the live views of one reader. Set the fields before the first
// use; its methods may be called from many goroutines.
type Server struct {
	// Node is what the views' processes run on. The server does not close it.
	Node *node.Node
	// Router says which view a path belongs to. It may be nil when every page
	// names its view.
	Router Router
	// RouterModule is what sockets show as their router, such as
	// DemoWeb.Router; the zero Atom stands for Playground.Router. Endpoint
	// likewise, for Playground.Endpoint.
	RouterModule, Endpoint term.Atom
	// Views are the views and components written in Go, by module.
	Views map[term.Atom]View
	// Tokens signs what the HTML and the frames carry. It must not be nil.
	Tokens Tokens
	// Tracer is told what happens; it may be nil.
	Tracer trace.Tracer
	// Bare leaves out the root layouts that the router names: what is around a
	// page is then the transport's.
	Bare    bool
	program atomic.Pointer[interp.Program]
}

// Program returns the code that views run, nil before SetProgram.
func (s *Server) Program() *interp.Program { return s.program.Load() }

// SetProgram swaps the code. Views that run take it from their next callback
// on, as they do on the BEAM when a module is loaded anew.
func (s *Server) SetProgram(p *interp.Program) { s.program.Store(p) }

// Router resolves paths. An implementation must be safe for concurrent use.
type Router interface {
	// Route returns the route of a path such as "/rooms/1", escaped as in a URL,
	// and false when the path belongs to no live view.
	Route(path string) (*Route, bool)
}

// Route is one match of a path with a live route.
type Route struct {
	View   term.Atom
	Action term.Term // the live_action, nil or term.Nil for none
	// Params are the parameters in the path, with string keys. nil means none.
	Params *term.Map
	// LiveSession is the name of the live_session, "default" for none.
	LiveSession string
	// Session is the session data that the live_session or the route adds,
	// with string keys. nil means none.
	Session *term.Map
	// OnMount are the hooks of the live_session, in the order given: modules
	// and {module, argument} tuples.
	OnMount []term.Term
	// Layout is that of the live_session: nil when not given, term.False for
	// none, or {module, template}.
	Layout term.Term
	// Container is the route's own container, nil when not given.
	Container *Container
}

// Container is the element that holds a live view. Attrs is a keyword list.
type Container struct {
	Tag   string
	Attrs *term.List
}

// Attr is an HTML attribute; the value is not escaped yet.
type Attr struct{ Name, Value string }

// Tokens signs what the browser keeps for the server. The text may be
// anything that is safe in an HTML attribute. Transport verifies the tokens
// and passes what they carried in a JoinRequest.
type Tokens interface {
	SignSession(Session) string
	SignStatic(Static) string
	// SignFlash signs the flash that a redirect takes along; it is good for a
	// minute.
	SignFlash(flash *term.Map) string
	SignReload(Reload) string
	// SignUpload signs the permission to send one file.
	SignUpload(UploadToken) string
}

// Session is what a session token carries: data-phx-session.
type Session struct {
	ID          string // of the root element; the topic is "lv:" + ID
	View        term.Atom
	RootView    term.Atom
	Routed      bool      // the view was mounted by the router
	LiveSession string    // "" for a view that was not
	Parent      *term.PID // of a nested view's parent
	Root        *term.PID // of a nested view's root
	Session     *term.Map // session data with string keys, beyond the HTTP session's
}

// Main reports whether the session is that of a page's main view.
func (s Session) Main() bool { return s.Routed && s.Parent == nil }

// Static is what a static token carries: data-phx-static.
type Static struct {
	ID        string
	Flash     *term.Map
	AssignNew []term.Term // keys that assign_new/3 was called with
}

// Reload is what the token of a "reload" reply carries.
type Reload struct {
	Status int
	View   string
}

// PageRequest is an HTTP request for a page.
type PageRequest struct {
	// URL is the full URL: "http://127.0.0.1:4000/rooms/1?x=1".
	URL string
	// View, when it is set, is rendered without asking the router, as
	// live_render/3 does in a controller.
	View term.Atom
	// Options are those of live_render/3 for such a view: session, container.
	Options *term.List
	// Session is the HTTP session with string keys; nil means empty.
	Session *term.Map
	// Flash is the flash with string keys; nil means empty.
	Flash *term.Map
	Info  ConnectInfo
	// Client names the browser page for the Tracer.
	Client string
}

// ConnectInfo is what get_connect_info/2 can return. Zero fields give nil.
type ConnectInfo struct {
	UserAgent string
	Host      string
	PeerAddr  string
	PeerPort  int
	Headers   []Attr // headers that begin with x-
	// Given is what a test gave in the place of all others, by atoms; nil for
	// nothing.
	Given *term.Map
	Trace []Attr // trace context headers
}

// Page is the outcome of a PageRequest. Exactly one of Redirect and HTML is
// meaningful.
type Page struct {
	// Redirect is set when the view redirected, or a nested one did.
	Redirect *Redirect
	// HTML is the whole root element, its container included.
	HTML string
	// Inner is what is inside it.
	Inner string
	ID    string
	View  term.Atom
	Route *Route // nil for a view that was not routed
	// Title is the page_title, "" when HasTitle is false.
	Title    string
	HasTitle bool
	// Assigns are those of the view, for a layout around it.
	Assigns *term.Map
	// CSRFToken is the token that the page's forms carry, masked, and which the
	// session must therefore hold; "" when there was none to carry.
	CSRFToken string
}

// Redirect is where a view sends the browser.
type Redirect struct {
	Status int // 302 unless the view gave another
	To     string
	// Flash goes along; nil for none.
	Flash *term.Map
	// Live says that the view asked for a live redirect.
	Live bool
}

// Error is why there is no Page, or why a join was refused with a status.
type Error struct {
	// Status is the HTTP status: 404 for an unknown path, 500 for a crash, or
	// what the exception says.
	Status int
	// Err is the cause, an *interp.Exception when code raised; nil for an
	// unknown path.
	Err error
}

// Render renders a page without a process that stays. The error is an *Error.
func (s *Server) Render(ctx context.Context, r PageRequest) (*Page, error) {
	return s.render(ctx, r)
}

// JoinRequest is a phx_join on an "lv:" topic whose tokens were verified. When
// they don't verify, transport itself answers {"reason":"stale"}.
type JoinRequest struct {
	Topic string
	// Ref is the ref of the join, for its reply.
	Ref     string
	Session Session
	Static  *Static // nil when the client sent none
	// URL is the "url" or "redirect" of the payload, "" for neither.
	URL string
	// Redirected says that URL was the "redirect", a live navigation.
	Redirected bool
	// Params are the connect params, nil when the client sent none.
	Params *term.Map
	// Flash is that of the flash token, nil when there was none.
	Flash *term.Map
	// HTTPSession is the session of the cookie with string keys.
	HTTPSession *term.Map
	Info        ConnectInfo
	Sticky      bool
	// Transport is the pid that stands for the connection; see
	// Server.NewTransport.
	Transport term.PID
	// Caller is the process of a test that the view runs for, nil for none.
	Caller *term.PID
	// Frame is the frame as it arrived, for the Tracer.
	Frame []byte
	// Client names the browser page for the Tracer.
	Client string
}

// NewTransport returns a pid to stand for one connection: transport_pid in
// sockets.
func (s *Server) NewTransport() term.PID { return s.Node.NewPID() }

// Sink takes what a view sends to its client. It is called by the view's
// process, one call after the other, and should queue and return. Payloads
// are JSON objects that the sink may keep. Reply and Push return the frame as
// it will go over the wire, for the Tracer; nil is allowed.
type Sink interface {
	// Reply answers a message: phx_reply with status "ok" or "error". Neither it
	// nor Push keeps any part of the JSON that it gets.
	Reply(ref string, status string, response []byte) (frame []byte)
	// Push sends an event: "diff", "live_patch", "live_redirect", "redirect".
	Push(event string, payload []byte) (frame []byte)
	// Close says that the view has ended, and is the last call. A view whose
	// join was refused ends without it.
	Close(reason CloseReason)
}

// TermSink is a Sink in the same process that also takes the events and the
// replies that a view pushes as the terms that they are. It is told of them
// before the frame that carries them.
type TermSink interface {
	Sink
	// Event is an event that was pushed with push_event/3.
	Event(name string, payload term.Term)
	// Replied is the reply to an event.
	Replied(payload term.Term)
	// Answered is what the reply about uploads has beside the diff.
	Answered(payload term.Term)
}

// CloseReason says how a view ended.
type CloseReason uint8

// The reasons.
const (
	// Left answers phx_leave, and is followed by the ok reply to it, which
	// transport sends: first phx_close, then the reply.
	Left CloseReason = iota
	// Closed ends a view that stopped itself, as after a redirect: phx_close.
	Closed
	// Crashed ends a view whose process crashed:
	// phx_error {"reason":"channel_crash"}.
	Crashed
	// Replaced ends a view whose topic was joined again: phx_close with the
	// old join_ref.
	Replaced
)

// Channel is a joined view or a process that receives a file, or one that is
// about to join. Its methods may be called from any goroutine and don't wait
// for it.
type Channel struct{ c joined }

// joined is what stands behind a Channel.
type joined interface {
	deliver(Message)
	close()
	replace()
	kill()
	pid() term.PID
	ended() <-chan struct{}
}

// Message is a frame from the client on the view's topic, decoded.
type Message struct {
	Ref   string // "" when the frame had null
	Event string
	// Payload is the payload as a term: objects are maps with string keys.
	Payload term.Term
	// Frame is the frame as it arrived, for the Tracer.
	Frame []byte
}

// Join starts a view's process for a join and returns its channel at once.
// The outcome comes to the sink as the reply to r.Ref. When ctx ends, so does
// the view.
func (s *Server) Join(ctx context.Context, r JoinRequest, sink Sink) *Channel {
	return &Channel{s.join(ctx, r, sink)}
}

// Deliver puts a message into the view's mailbox. "phx_leave" ends the view
// with Left. "lvp:dom" is a client's report of what it did to the page, which
// goes to the Tracer only.
func (c *Channel) Deliver(m Message) { c.c.deliver(m) }

// Close ends the view because the connection is gone, without a call of the
// sink.
func (c *Channel) Close() { c.c.close() }

// Replace ends the view because its topic was joined again. The sink's Close
// gets Replaced.
func (c *Channel) Replace() { c.c.replace() }

// Kill ends the view whatever it does now, without terminate/2.
func (c *Channel) Kill() { c.c.kill() }

// PID returns the pid of the view's process.
func (c *Channel) PID() term.PID { return c.c.pid() }

// Done is closed when the view has ended and the sink was called for the last
// time.
func (c *Channel) Done() <-chan struct{} { return c.c.ended() }

// Error returns what happened, for people.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return "no live view at this path"
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
