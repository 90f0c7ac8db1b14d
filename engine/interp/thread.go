package interp

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// Limits bound what one call from Go may use. The zero value means the
// defaults.
type Limits struct {
	Reductions int // calls and loop turns
	Depth      int // of calls
	Bytes      int // allocated for terms, counted roughly
	// Time is how long the code may run. Waiting for messages is not running.
	Time time.Duration
	// Backtrace is how many calls stack traces keep, the innermost.
	Backtrace int
}

// The defaults of Limits, chosen so that honest code never meets them and a
// runaway callback ends within a few seconds.
const (
	defaultReductions = 50_000_000
	defaultDepth      = 200_000
	defaultBytes      = 256 << 20
	defaultTime       = 10 * time.Second
	defaultBacktrace  = 8 // as many as the BEAM keeps
)

// How much passes between two looks at the clock and at the cancel flag, so
// that neither costs anything: reductions, calls of natives, which may take
// longer than their reductions say, and bytes.
const (
	fuelSlice   = 4000
	nativeSlice = 64
	byteSlice   = 256 << 10
)

// code is a compiled expression. In a guard it returns nil, which is no term,
// where Elixir's guards fail.
type code func(t *Thread) term.Term

// record is one entry of the call stack: the function that runs and the place
// in it that was reached last.
type record struct {
	fn *function
	at *source.Span
	// room is what is left of maxStack.
	room int
}

// About how much of Go's stack a call takes: one of a function, each level of
// the expressions within it, one of a native with what it calls, and code that
// is compiled while it runs. The
// program would end were there more than 1 GB, and the stack doubles whenever
// it is full.
const (
	callStack   = 250
	nestStack   = 130
	nativeStack = 1200
	moduleStack = 20_000
	maxStack    = 200 << 20
)

// Thread runs code, for one process or for none. It is used by one goroutine
// at a time, except for Cancel.
type Thread struct {
	// Owner is the process that the thread runs for; package node sets it. nil
	// while modules are compiled.
	Owner any
	// Receive is the mailbox that receive takes messages from. nil where there
	// is no process.
	Receive Mailbox
	// Log gets the Go stack of failures that are the engine's own. nil means
	// slog.Default.
	Log *slog.Logger

	prog   *Program
	limits Limits

	// frame holds the variables of the running function: arguments, what a fn
	// captured, then locals. It is the top of the stack, which grows by moving
	// to a bigger array; frames of callers stay where they are.
	frame []term.Term
	stack []term.Term
	sp    int
	top   int       // how much of the stack was used since it was swept
	held  *memory   // what is lent to the thread while it runs
	idle  [1]record // is trace while it does not
	// tail is the function that a tail call asks its caller's loop to run; its
	// arguments already stand in frame.
	tail *function

	trace []record
	depth int

	fuel       int
	reductions int // left, beyond fuel
	bytes      int // left
	deadline   time.Time
	looked     time.Time     // when the thread looked at the clock last
	patience   time.Duration // how much longer it may still take than its time
	meter      meter
	natives    int    // calls of natives, modulo nativeSlice
	toiled     uint64 // what term.Toiled said at the last look at the clock
	grown      int    // bytes since the last look at the clock
	running    int    // nested calls of Run
	cancelled  atomic.Bool
	unwound    []Frame // where an Unwind, or what a cancel raised, came through Run
	spent      int     // bytes by earlier calls
	hog        bool    // it has run for long, if in many short calls
	party      *Party
	turn       *turn // that it holds
	waiter     atomic.Pointer[waiter]
	compiling  *compileState
	// late are the modules that code defined while it ran, as many of them as
	// lateVersion says.
	late        *Late
	lateVersion int
}

// Mailbox supplies the messages of a receive. Package node implements it.
type Mailbox interface {
	// Receive offers the messages in order of arrival to accept until it
	// returns true, removes that message and returns true. It waits for more
	// for the given number of milliseconds, for ever if it is negative, and
	// returns false when they have passed.
	Receive(t *Thread, timeout int64, accept func(msg term.Term) bool) bool
}

// NewThread returns a thread that runs the program.
func NewThread(p *Program, limits Limits) *Thread {
	if limits.Reductions == 0 {
		limits.Reductions = defaultReductions
	}
	if limits.Depth == 0 {
		limits.Depth = defaultDepth
	}
	if limits.Bytes == 0 {
		limits.Bytes = defaultBytes
	}
	if limits.Time == 0 {
		limits.Time = defaultTime
	}
	if limits.Backtrace == 0 {
		limits.Backtrace = defaultBacktrace
	}
	t := &Thread{prog: p, limits: limits, bytes: limits.Bytes, party: &Party{}}
	t.trace = t.idle[:]
	return t
}

// Program returns the code that the thread runs.
func (t *Thread) Program() *Program { return t.prog }

// EnsureCompiled compiles the file that defines a module, if this code runs while
// files are compiled and that one was not yet. It reports whether the module is
// there.
func (t *Thread) EnsureCompiled(mod term.Atom) bool {
	if t.compiling != nil {
		t.compiling.b.ensure(mod)
	}
	return t.prog.Exists(mod)
}

// SetProgram makes the thread run other code from its next call on.
func (t *Thread) SetProgram(p *Program) {
	t.prog, t.lateVersion = p, 0
	t.Refresh()
}

// Cancel makes what the thread runs now end with the limit "time". It may be
// called from any goroutine.
func (t *Thread) Cancel() {
	t.cancelled.Store(true)
	if w := t.waiter.Load(); w != nil {
		select {
		case w.cancel <- struct{}{}:
		default:
		}
	}
}

// RunContext is Run that ends with the limit "time" once ctx is done.
func (t *Thread) RunContext(ctx context.Context, f func() term.Term) (term.Term, error) {
	stop := context.AfterFunc(ctx, t.Cancel)
	defer func() {
		stop()
		t.cancelled.Store(false)
	}()
	return t.Run(f)
}

// Run calls f with a fresh budget and returns what it raised as an *Exception.
// All calls from Go into the language go through it, once; a Run inside a Run
// shares the budget of the outer one.
func (t *Thread) Run(f func() term.Term) (v term.Term, err error) {
	if t.running == 0 {
		t.Refresh()
		t.Renew()
		t.borrow()
		t.trace[0].room = maxStack
	}
	t.running++
	s := t.save()
	defer func() {
		defer t.leave()
		if r := recover(); r != nil {
			v, err = nil, t.failed(s, r)
		}
	}()
	return f(), nil
}

// failed makes the error that Run returns of what it recovered. It still
// belongs to the call: it runs code of the language, message/1 for one.
func (t *Thread) failed(s state, r any) error {
	r = t.limitOf(r)
	if x, ok := r.(*raised); ok && x.foreign != nil {
		// A try was on the way.
		if u, ok := x.foreign.(Unwind); ok {
			r = u
		}
	}
	_, unwinds := r.(Unwind)
	if unwinds || t.cancelled.Load() {
		t.unwound = t.stackTrace()
	}
	t.restore(s)
	if unwinds {
		panic(r)
	}
	return t.exception(r)
}

// leave ends a Run: whatever follows waits for its turn, if it needs one, in
// another call.
func (t *Thread) leave() {
	t.running--
	t.endTurn()
	t.sweep()
}

// Unwind is a panic that no code of the language may catch and that Run passes
// on: the process that the thread runs for was told to end.
type Unwind interface{ Unwind() }

// memory is what a thread needs while it runs: one that waits has none.
type memory struct {
	stack []term.Term
	trace []record
}

var memories = sync.Pool{New: func() any {
	return &memory{make([]term.Term, 512), make([]record, 64)}
}}

// keptMemory is how long a stack or a trace may be to be used again.
const keptMemory = 1 << 12

// borrow gives the thread its memory.
func (t *Thread) borrow() {
	t.held = memories.Get().(*memory)
	if len(t.held.stack) > len(t.stack) {
		t.stack = t.held.stack
	}
	t.held.trace[0] = record{}
	t.trace = t.held.trace
}

// giveBack returns the memory, which holds no terms any more.
func (t *Thread) giveBack() {
	m := t.held
	t.idle[0] = t.trace[0]
	if len(t.stack) <= keptMemory {
		m.stack = t.stack
	}
	if len(t.trace) <= keptMemory {
		m.trace = t.trace
	}
	t.stack, t.trace, t.held = nil, t.idle[:], nil
	memories.Put(m)
}

// sweep forgets the terms that the stack still holds, so that an idle process
// keeps nothing alive.
func (t *Thread) sweep() {
	if t.running > 0 {
		// A process calls its callbacks in a Run of its own, and waits in it.
		clear(t.stack[t.sp:t.top])
		t.top = t.sp
		if len(t.stack) > 1<<14 {
			t.stack = t.stack[:t.sp]
		}
		return
	}
	clear(t.stack[:t.top])
	t.top, t.frame = 0, nil
	t.giveBack()
}

// state is what a recovered raise puts back.
type state struct {
	frame []term.Term
	sp    int
	depth int
	at    *source.Span
}

func (t *Thread) save() state {
	s := state{frame: t.frame, sp: t.sp, depth: t.depth}
	if t.depth < len(t.trace) {
		s.at = t.trace[t.depth].at
	}
	return s
}

func (t *Thread) restore(s state) {
	t.frame, t.sp, t.depth, t.tail = s.frame, s.sp, s.depth, nil
	if t.depth < len(t.trace) {
		t.trace[t.depth].at = s.at
	}
}

// exception turns what recover returned into an error. Anything but a raise is
// a mistake in the engine.
func (t *Thread) exception(r any) *Exception {
	var stack []byte
	if x, ok := r.(*raised); ok {
		if x.foreign == nil {
			return x.exception(t)
		}
		r, stack = x.foreign, x.goStack
	}
	if stack == nil {
		stack = debug.Stack()
	}
	log := t.Log
	if log == nil {
		log = slog.Default()
	}
	log.Error("internal error", "panic", fmt.Sprint(r), "stack", string(stack))
	return &Exception{Kind: term.Err, Internal: true, message: fmt.Sprint(r), Stack: t.stackTrace()}
}

// alloc reserves n slots on the stack.
func (t *Thread) alloc(n int) []term.Term {
	end := t.sp + n
	if end > t.top {
		if end > len(t.stack) {
			t.stack = make([]term.Term, max(2*end, 256))
		}
		t.top = end
	}
	s := t.stack[t.sp:end:end]
	t.sp = end
	return s
}

// exec runs a function whose frame is in place, and every function it calls in
// tail position.
func (t *Thread) exec(f *function, at *source.Span) term.Term {
	d := t.depth
	t.trace[d].at = at
	d++
	if d >= len(t.trace) {
		t.deepen()
	}
	t.depth = d
	for {
		room := t.trace[d-1].room - callStack - nestStack*f.nest
		t.trace[d] = record{fn: f, at: &f.span, room: room}
		if room < 0 {
			t.stackFull()
		}
		if t.fuel--; t.fuel < 0 || term.Toiled() != t.toiled {
			t.refuel()
		}
		v := f.body(t)
		f = t.tail
		if f == nil {
			t.depth = d - 1
			return v
		}
		t.tail = nil
	}
}

// stackFull raises when calls take too much of Go's stack.
func (t *Thread) stackFull() {
	t.raiseLimit("depth", fmt.Sprintf("the code called functions so deep that they took more than %d MB of stack", maxStack>>20))
}

// deepen makes room for deeper calls, or raises when the limit is reached.
func (t *Thread) deepen() {
	if len(t.trace) > t.limits.Depth {
		t.raiseLimit("depth", fmt.Sprintf("the code called functions more than %d deep", t.limits.Depth))
	}
	bigger := make([]record, min(max(64, 2*len(t.trace)), t.limits.Depth+1))
	copy(bigger, t.trace)
	t.trace = bigger
}

// refuel looks at the clock, and takes the next slice of the budget when this
// one is used up.
func (t *Thread) refuel() {
	t.toiled = term.Toiled()
	t.checkTime()
	if t.fuel >= 0 {
		return
	}
	if t.reductions <= 0 {
		t.raiseLimit("reductions", fmt.Sprintf("the code made more than %d calls and loop turns", t.limits.Reductions))
	}
	n := min(fuelSlice, t.reductions)
	t.fuel += n
	t.reductions -= n
}

// Burn spends n reductions; natives call it in loops, about once per element.
func (t *Thread) Burn(n int) {
	for t.fuel -= n; t.fuel < 0 || term.Toiled() != t.toiled; {
		t.refuel()
	}
}

// Grow accounts for about n bytes of new terms; natives that build big values
// call it.
func (t *Thread) Grow(n int) {
	if t.bytes -= n; t.bytes < 0 {
		t.raiseLimit("bytes", fmt.Sprintf("the code used more than %d MB of memory", max(1, t.limits.Bytes>>20)))
	}
	if t.grown += n; t.grown > byteSlice {
		t.grown = 0
		t.checkTime()
	}
}

// Where returns the place in the source of the innermost call that runs, of one
// of a library only where nothing else does.
func (t *Thread) Where() source.Span {
	var library source.Span
	for d := t.depth; d >= 0 && d < len(t.trace); d-- {
		at := t.trace[d].at
		if at == nil || at.IsZero() || d > 0 && t.trace[d].fn != nil && t.trace[d].fn.native != nil {
			continue
		}
		if !at.File.Library() {
			return *at
		}
		if library.IsZero() {
			library = *at
		}
	}
	return library
}

// stackTrace returns the innermost calls.
func (t *Thread) stackTrace() []Frame {
	var out []Frame
	for d := t.depth; d > 0 && len(out) < t.limits.Backtrace; d-- {
		r := t.trace[d]
		if r.fn == nil {
			continue
		}
		f := Frame{Module: r.fn.module, Name: r.fn.shownName(), Arity: r.fn.arity}
		if r.at != nil && r.fn.native == nil {
			f.Span = *r.at
		}
		out = append(out, f)
	}
	return out
}

// at notes the place that runs, for the stack trace of what is raised there.
func (t *Thread) at(span *source.Span) { t.trace[t.depth].at = span }
