// Package trace defines what an observer of the engine may see, and how it is
// told. The engine works the same without an observer.
package trace

import (
	"time"

	"streamsplayground/engine/term"
)

// Tracer is told what happens. It is called from the process that acts, one
// call after the other for one view, and from many views at once. An event
// holds immutable terms and may be kept. Trace may block: the process waits at
// that point, which is how step mode holds it.
type Tracer interface {
	Trace(Event)
}

// Step names what an Event is about, in the order in which they come.
type Step uint8

// The steps of a transaction.
const (
	// Begin opens a transaction; Trigger says why.
	Begin Step = iota
	// FrameIn is a frame that arrived, decoded enough to know its topic.
	FrameIn
	// CallbackStart and CallbackEnd surround a call of a callback.
	CallbackStart
	CallbackEnd
	// Pending is the socket after the callbacks and before the render: streams
	// still hold their operations.
	Pending
	// Render is the rendered diff, before it is flushed.
	Render
	// Flushed is the socket after the render: streams pruned, changes cleared.
	Flushed
	// FrameOut is a frame that was sent.
	FrameOut
	// DOM is the client's report of what it did to the page.
	DOM
	// Log is a line for the console: IO.inspect, Logger, a warning.
	Log
	// Crash is an exception that ended the process.
	Crash
	// End closes a transaction.
	End
)

// Trigger says what a transaction began with.
type Trigger string

// The triggers.
const (
	HTTP      Trigger = "http"
	Join      Trigger = "join"
	EventMsg  Trigger = "event"
	Info      Trigger = "info"
	Params    Trigger = "params"
	Async     Trigger = "async"
	Component Trigger = "component"
	Leave     Trigger = "leave"
	Upload    Trigger = "upload"
	Other     Trigger = "other"
)

// Event is one thing that happened. Only the fields that its Step needs are
// set; terms are immutable snapshots.
type Event struct {
	Step Step
	Time time.Time
	// View names the view's process: its topic, such as "lv:phx-…", or for an
	// HTTP render the id of its root element.
	View string
	// Client names the browser page that the view belongs to, as the web layer
	// passed it on; "" if it did not.
	Client string
	// Transaction numbers the view's transactions from 1, in order. 0 stands for
	// events outside of one, such as a heartbeat.
	Transaction uint64

	Trigger Trigger       // Begin
	Name    string        // Begin: of the event or message; CallbackStart and CallbackEnd: "handle_event/3"
	Module  term.Atom     // Begin, CallbackStart
	CID     int           // of the LiveComponent concerned, 0 for the view
	Args    []term.Term   // CallbackStart
	Result  term.Term     // CallbackEnd; Crash: the exception
	Took    time.Duration // CallbackEnd, Render, End
	Socket  *term.Map     // Begin: before; Pending, Flushed: the socket at that point
	// Components holds the sockets of the view's LiveComponents by CID, at
	// Pending and Flushed.
	Components map[int]*term.Map
	Data       []byte // FrameIn, FrameOut: as on the wire; Render: the diff as JSON; DOM: the report as JSON
	Binary     bool   // FrameIn, FrameOut: the frame was binary
	Size       int    // FrameIn: of a frame of which Data is only the beginning, else 0
	Text       string // Log, Crash: for people
	Level      string // Log: "info", "error", "inspect", …
	File       string // Log, Crash, CallbackStart: where in the source, if known
	Line       int
	Column     int // Crash: in that line, if known
	// Bytes is about how much memory the code has taken for terms, at End: what
	// the transaction keeps of them is no more.
	Bytes int
}

// Scope is a Tracer with the fields that all events of one view share. A nil
// Scope, and one without a Tracer, drop events at no cost: ask On before
// building one. It is used by one goroutine at a time.
type Scope struct {
	Tracer      Tracer
	View        string
	Client      string
	Transaction uint64
}

// On reports whether anybody listens.
func (s *Scope) On() bool { return s != nil && s.Tracer != nil }

// Trace completes the event with the scope's fields and the time, and passes
// it on.
func (s *Scope) Trace(e Event) {
	if !s.On() {
		return
	}
	e.View, e.Client = s.View, s.Client
	if e.Transaction == 0 {
		e.Transaction = s.Transaction
	}
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	s.Tracer.Trace(e)
}

// Outside returns a scope for what happens on behalf of the view but outside
// of its transactions, such as in a task it started.
func (s *Scope) Outside() *Scope {
	if !s.On() {
		return nil
	}
	return &Scope{Tracer: s.Tracer, View: s.View, Client: s.Client}
}
