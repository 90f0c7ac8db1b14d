// Package inspector records what the engine did and explains it. A Recorder is
// a trace.Tracer that puts events together to transactions; the functions on
// Transaction turn one into what a person reads: each stream before and after
// the flush, the assigns that changed, the frames, what the browser did to the
// page. Pane is the live view that shows it, itself running on the engine.
package inspector

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// Transaction is one trip through a view: what set it off, the callbacks, the
// socket before, pending and flushed, the frames, and what the page reported.
// Terms are immutable; a Transaction given out by a Recorder does not change.
type Transaction struct {
	// ID numbers the transactions of a recording from 1.
	ID uint64
	// View is the topic of the view, or for an HTTP render the id of its root
	// element; Client is the page on the stage.
	View, Client string
	Trigger      trace.Trigger
	// Name is that of the event or message, "" if there is none.
	Name   string
	Module term.Atom
	CID    int
	Start  time.Time
	// Took is the time on the server, 0 while the transaction is open.
	Took      time.Duration
	Callbacks []Callback
	// Before, Pending and Flushed are the view's socket; nil when the
	// transaction did not come so far.
	Before, Pending, Flushed *term.Map
	// PendingComponents and FlushedComponents are sockets of LiveComponents by
	// CID.
	PendingComponents, FlushedComponents map[int]*term.Map
	// Diff is the rendered diff as JSON, nil when nothing was rendered.
	Diff    []byte
	Frames  []Frame
	Reports []Report
	Logs    []Log
	// Crash is the exception that ended the view, "" if none did.
	Crash     string
	CrashFile string
	CrashLine int
	// CrashColumn is 0 when it is not known.
	CrashColumn int
	Done        bool

	number uint64 // the view's own number of it
	print  Print
	bytes  int // about how much memory it may keep
}

// Print returns the text that inspect/2 returns for a term, as the code that
// the views run would: it knows the structs of that code and what it defines
// for Inspect.
type Print func(v term.Term, o term.InspectOptions) string

// Callback is one call of a callback.
type Callback struct {
	Name   string // "handle_event/3"
	Module term.Atom
	CID    int
	Args   []term.Term
	Result term.Term // nil if it raised
	Took   time.Duration
	File   string
	Line   int
}

// Frame is one frame on the socket.
type Frame struct {
	Out    bool
	Data   []byte
	Binary bool
	Time   time.Time

	// size is how long the frame was, if Data is only the beginning of it.
	size int
}

// Size returns the number of bytes on the wire.
func (f Frame) Size() int { return max(f.size, len(f.Data)) }

// Log is one line for the console.
type Log struct {
	Level, Text, File string
	Line              int
}

// Recorder keeps the newest transactions. The zero value is not ready; see
// NewRecorder. It is safe for concurrent use.
type Recorder struct {
	capacity int

	mu      sync.Mutex
	print   Print
	last    uint64
	ring    []*Transaction // oldest first
	open    map[key]*Transaction
	waiting map[string][]sentFrame // what was sent and not yet reported, by view
	subs    []func(id uint64) bool
	// bytes is about how much the transactions of the ring keep, at most.
	bytes int
}

// maxLogs is how many lines a transaction has room for.
const maxLogs = 500

// key finds a transaction by what an event says of itself.
type key struct {
	view   string
	number uint64
}

// sentFrame is a frame to a client. It is not read before the client reports: most
// clients report nothing, and the view that sends waits for its recorder.
type sentFrame struct {
	id    uint64
	frame Frame
	read  bool
	patch patch
	is    bool // the frame is a patch
}

// patchOf reads the frame, once.
func (s *sentFrame) patchOf() (patch, bool) {
	if !s.read {
		s.patch, s.is = patchOf(s.frame)
		s.read, s.frame = true, Frame{}
	}
	return s.patch, s.is
}

// patch is a message to a client that makes it patch the page.
type patch struct {
	ref string // of the reply that carried it, "" for a push
	// join says that it was the reply to a join.
	join bool
}

// NewRecorder returns a recorder that keeps so many transactions.
func NewRecorder(capacity int) *Recorder {
	return &Recorder{capacity: capacity, print: term.InspectWith, open: map[key]*Transaction{}, waiting: map[string][]sentFrame{}}
}

// SetPrint says how terms are shown from the next transaction on.
func (r *Recorder) SetPrint(p Print) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.print = p
}

// Subscribe calls f with the ID of each transaction that ended or got more
// details, and with 0 after Clear, until f returns false. f must not block.
func (r *Recorder) Subscribe(f func(id uint64) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.subs = append(r.subs, f)
}

// tell calls the subscribers and drops those that want no more.
func (r *Recorder) tell(id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.subs = slices.DeleteFunc(r.subs, func(f func(uint64) bool) bool { return !f(id) })
}

// Transactions returns the finished transactions, oldest first.
func (r *Recorder) Transactions() []Transaction {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Transaction, 0, len(r.ring))
	for _, tx := range r.ring {
		out = append(out, *tx)
	}
	return out
}

// Transaction returns one transaction, and false when it is not kept any more.
func (r *Recorder) Transaction(id uint64) (Transaction, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if tx := r.find(id); tx != nil {
		return *tx, true
	}
	return Transaction{}, false
}

// Last returns the ID of the newest finished transaction, 0 if there is none.
func (r *Recorder) Last() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ring) == 0 {
		return 0
	}
	return r.ring[len(r.ring)-1].ID
}

// Position returns where a transaction stands among the newest n: -1 if it is
// the last of them or not one of them.
func (r *Recorder) Position(id uint64, n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := max(0, len(r.ring)-n)
	i, ok := slices.BinarySearchFunc(r.ring, id, compareID)
	if !ok || i < first || i == len(r.ring)-1 {
		return -1
	}
	return i - first
}

func (r *Recorder) find(id uint64) *Transaction {
	i, ok := slices.BinarySearchFunc(r.ring, id, compareID)
	if !ok {
		return nil
	}
	return r.ring[i]
}

// Clear forgets all transactions that have ended.
func (r *Recorder) Clear() {
	r.mu.Lock()
	r.ring, r.bytes = nil, 0
	r.waiting = map[string][]sentFrame{}
	r.mu.Unlock()
	r.tell(0)
}

// Trace implements trace.Tracer.
func (r *Recorder) Trace(e trace.Event) {
	r.mu.Lock()
	id := r.record(e)
	r.mu.Unlock()
	if id != 0 {
		r.tell(id)
	}
}

// record files the event, and returns the ID of a transaction to tell of.
func (r *Recorder) record(e trace.Event) uint64 {
	k := key{e.View, e.Transaction}
	switch e.Step {
	case trace.Begin:
		r.last++
		r.open[k] = &Transaction{ID: r.last, View: e.View, Client: e.Client, Trigger: e.Trigger, Name: e.Name,
			Module: e.Module, CID: e.CID, Start: e.Time, Before: e.Socket, number: e.Transaction, print: r.print}
		return 0
	case trace.DOM:
		return r.report(e)
	}
	tx := r.open[k]
	if tx == nil {
		return r.late(e)
	}
	r.add(tx, e)
	if e.Step != trace.End {
		return 0
	}
	delete(r.open, k)
	tx.Took, tx.Done = e.Took, true
	tx.bytes += e.Bytes
	if tx.Took == 0 && e.Time.After(tx.Start) {
		tx.Took = e.Time.Sub(tx.Start)
	}
	r.keep(tx)
	return tx.ID
}

// keep puts a finished transaction into the ring, in the order of IDs: of two
// views the one that began first may end last.
func (r *Recorder) keep(tx *Transaction) {
	i := len(r.ring)
	for i > 0 && r.ring[i-1].ID > tx.ID {
		i--
	}
	r.ring = slices.Insert(r.ring, i, tx)
	r.dropFirst(len(r.ring) - r.capacity)
	if r.bytes += tx.bytes; r.bytes > maxBytes {
		r.shrink()
	}
}

// dropFirst forgets the oldest n transactions.
func (r *Recorder) dropFirst(n int) {
	if n <= 0 {
		return
	}
	for _, old := range r.ring[:n] {
		r.forget(old)
		r.bytes -= old.bytes
	}
	clear(r.ring[:n])
	r.ring = r.ring[n:]
}

// forget waits no longer for what clients report of a transaction, and those of
// its view before it.
func (r *Recorder) forget(tx *Transaction) {
	queue := r.waiting[tx.View]
	n := 0
	for n < len(queue) && queue[n].id <= tx.ID {
		n++
	}
	switch {
	case n > 0 && n == len(queue):
		delete(r.waiting, tx.View)
	case n > 0:
		clear(queue[:n])
		r.waiting[tx.View] = queue[n:]
	}
}

// late files an event whose transaction has ended, such as a log line of a
// task that the view started.
func (r *Recorder) late(e trace.Event) uint64 {
	if e.Step != trace.Log && e.Step != trace.Crash {
		return 0
	}
	for i := len(r.ring) - 1; i >= 0; i-- {
		if tx := r.ring[i]; tx.View == e.View && (e.Transaction == 0 || tx.number == e.Transaction) {
			if len(tx.Logs) > maxLogs && e.Step == trace.Log {
				return 0
			}
			changed := *tx
			changed.Logs = slices.Clone(tx.Logs)
			r.add(&changed, e)
			r.bytes += changed.bytes - tx.bytes
			r.ring[i] = &changed
			return tx.ID
		}
	}
	return 0
}

func (r *Recorder) add(tx *Transaction, e trace.Event) {
	switch e.Step {
	case trace.FrameIn, trace.FrameOut:
		tx.bytes += len(e.Data)
		f := Frame{Out: e.Step == trace.FrameOut, Data: e.Data, Binary: e.Binary, Time: e.Time, size: e.Size}
		tx.Frames = append(tx.Frames, f)
		if f.Out {
			r.await(tx, f)
		}
	case trace.CallbackStart:
		tx.Callbacks = append(tx.Callbacks, Callback{Name: e.Name, Module: e.Module, CID: e.CID, Args: e.Args, File: e.File, Line: e.Line})
	case trace.CallbackEnd:
		for i := len(tx.Callbacks) - 1; i >= 0; i-- {
			if c := &tx.Callbacks[i]; c.Name == e.Name && c.CID == e.CID && c.Result == nil {
				c.Result, c.Took = e.Result, e.Took
				break
			}
		}
	case trace.Pending:
		tx.Pending, tx.PendingComponents = e.Socket, e.Components
	case trace.Render:
		tx.Diff = e.Data
		tx.bytes += len(e.Data)
	case trace.Flushed:
		tx.Flushed, tx.FlushedComponents = e.Socket, e.Components
	case trace.Log:
		tx.log(Log{Level: e.Level, Text: e.Text, File: e.File, Line: e.Line})
	case trace.Crash:
		tx.Crash, tx.CrashFile, tx.CrashLine, tx.CrashColumn = e.Text, e.File, e.Line, e.Column
	}
}

// log adds a line for the console, as long as there is room.
func (tx *Transaction) log(l Log) {
	switch n := len(tx.Logs); {
	case n < maxLogs:
		tx.bytes += len(l.Text)
		tx.Logs = append(tx.Logs, l)
	case n == maxLogs:
		tx.Logs = append(tx.Logs, Log{Level: "warning", Text: fmt.Sprintf("more than %d lines; what is too much is left out", maxLogs)})
	}
}

// await has the next reports of the view looked at for the frame, until the
// transaction is forgotten.
func (r *Recorder) await(tx *Transaction, f Frame) {
	r.waiting[tx.View] = append(r.waiting[tx.View], sentFrame{id: tx.ID, frame: f})
}

// report files what a client says it did to its page. The client patches in
// the order in which it was told, and names the reply that told it.
func (r *Recorder) report(e trace.Event) uint64 {
	rep, err := parseReport(e.Data)
	if err != nil {
		return 0
	}
	queue := r.waiting[e.View]
	for i := range queue {
		s := &queue[i]
		id := s.id
		p, ok := s.patchOf()
		if !ok || p.ref != rep.Reply && !(p.join && rep.Cause == "join") {
			continue
		}
		if r.waiting[e.View] = slices.Delete(queue, 0, i+1); i+1 == len(queue) {
			delete(r.waiting, e.View)
		}
		return r.addReport(id, rep)
	}
	return 0
}

// addReport puts a report to its transaction. The page may have answered
// before the transaction ended.
func (r *Recorder) addReport(id uint64, rep Report) uint64 {
	for _, tx := range r.open {
		if tx.ID == id {
			tx.Reports = append(tx.Reports, rep)
			return 0
		}
	}
	i, ok := slices.BinarySearchFunc(r.ring, id, compareID)
	if !ok {
		return 0
	}
	changed := *r.ring[i]
	changed.Reports = append(slices.Clone(changed.Reports), rep)
	r.ring[i] = &changed
	return id
}

func compareID(tx *Transaction, id uint64) int { return cmp.Compare(tx.ID, id) }
