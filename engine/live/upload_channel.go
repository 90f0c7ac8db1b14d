package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"streamsplayground/engine/files"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/upload"
)

// UploadToken is what the token for one file carries.
type UploadToken struct {
	View term.PID // of the view that the file is for
	// Ref and EntryRef are the references of the upload and of the file in it.
	Ref, EntryRef term.Term
	CID           term.Term // of the component that the upload is in, or nil
}

// UploadRequest is a phx_join on an "lvu:" topic whose token was verified.
type UploadRequest struct {
	Topic string
	// Ref is the ref of the join, for its reply.
	Ref   string
	Token UploadToken
	// Client names the browser page for the Tracer, and Frame is the frame as it
	// arrived.
	Client string
	Frame  []byte
}

// JoinUpload starts the process that receives one file and returns its channel
// at once. The outcome comes to the sink as the reply to r.Ref. When ctx ends,
// so does the process.
func (s *Server) JoinUpload(ctx context.Context, r UploadRequest, sink Sink) *Channel {
	u := &uploadChannel{server: s, req: r, sink: sink, done: make(chan struct{}), answered: make(chan struct{})}
	u.scope = &trace.Scope{Tracer: s.Tracer, View: r.Topic, Client: r.Client}
	p, err := s.Node.Spawn(func(p *node.Process) term.Term {
		u.proc = p
		p.OnExit(u.exited)
		return u.main()
	}, u.scope)
	if err != nil {
		sink.Reply(r.Ref, "error", []byte(`{"reason":"join crashed"}`))
		close(u.done)
		return &Channel{u}
	}
	u.process = p
	stop := context.AfterFunc(ctx, u.close)
	go func() {
		<-p.Done()
		stop()
		close(u.done)
	}()
	return &Channel{u}
}

// uploadChannel receives one file: Phoenix.LiveView.UploadChannel. All but the
// methods of joined runs in its process.
type uploadChannel struct {
	server *Server
	req    UploadRequest
	sink   Sink
	done   chan struct{}
	// answered is closed when the join was answered, or there is nobody to do so.
	answered chan struct{}
	process  *node.Process // nil when it could not be started
	scope    *trace.Scope
	proc     *node.Process

	joined, told bool
	view         term.PID
	size         int // the bytes that the file is to have
	received     int
	complete     bool // all of them came
	total        bool // the files of the upload are counted for good
	silence      time.Duration
	timer        term.Ref
	timed        bool

	writer      term.Atom
	writerState term.Term
	closed      bool   // the writer was closed
	path        string // of the file, for the writer of this package
}

var (
	atomChunkTimeout = term.NewAtom("chunk_timeout")
	atomDone         = term.NewAtom("done")
	atomDown         = term.NewAtom("DOWN")
	atomInProgress   = term.NewAtom("in_progress")
	tmpFileWriter    = term.NewModule(upload.TmpFileWriter)
)

var closedReason = shutdownTuple(atomClosed)

func (u *uploadChannel) pid() term.PID {
	if u.process == nil {
		return term.PID{}
	}
	return u.process.PID()
}

func (u *uploadChannel) ended() <-chan struct{} { return u.done }

func (u *uploadChannel) send(msg term.Term) {
	if u.process != nil {
		u.process.Node().Send(u.process.PID(), msg)
	}
}

func (u *uploadChannel) deliver(m Message) {
	u.send(&incoming{Message: m, topic: u.req.Topic, joinRef: u.req.Ref})
}

func (u *uploadChannel) close() { u.send(hangUp{}) }

func (u *uploadChannel) kill() {
	if u.process != nil {
		u.process.Node().Exit(u.process.PID(), node.Kill)
	}
}

func (u *uploadChannel) replace() {
	if u.process != nil {
		u.process.Node().Exit(u.process.PID(), closedReason)
	}
}

// exited runs when the process ends for whatever reason.
func (u *uploadChannel) exited(reason term.Term) {
	u.settle()
	if u.path != "" {
		files.Of(u.proc.Node()).Remove(u.path)
	}
	if u.told {
		return
	}
	u.told = true
	switch {
	case !u.joined:
		u.sink.Reply(u.req.Ref, "error", []byte(`{"reason":"join crashed"}`))
	case isShutdown(reason):
		u.sink.Close(Closed)
	default:
		u.sink.Close(Crashed)
	}
}

// stopping is what a handler returns to end the process.
type stopping struct{ reason term.Term }

// main is the life of the process. It returns the exit reason.
func (u *uploadChannel) main() term.Term {
	if reason := u.guard(func() *stopping { return u.traced("file join", u.req.Frame, false, u.join) }); reason != nil {
		return reason
	}
	for {
		msg := u.proc.Next()
		if reason := u.guard(func() *stopping { return u.handle(msg) }); reason != nil {
			u.guard(func() *stopping { u.cancelWriter(); return nil })
			return reason
		}
	}
}

// guard runs f under a budget and returns the reason to end with, or nil.
func (u *uploadChannel) guard(f func() *stopping) term.Term {
	var stop *stopping
	t := u.proc.Thread()
	_, err := t.Run(func() term.Term { stop = f(); return term.Nil })
	u.proc.Check()
	if err == nil {
		if stop == nil {
			return nil
		}
		return stop.reason
	}
	var e *interp.Exception
	if !errors.As(err, &e) {
		e = &interp.Exception{Kind: term.Err, Internal: true}
	}
	reason := node.ExitReason(e)
	if !isShutdown(reason) {
		u.proc.LogException("GenServer "+u.proc.Inspect()+" terminating\n"+u.proc.FormatException(e), e)
	}
	return reason
}

func (u *uploadChannel) thread() *interp.Thread { return u.proc.Thread() }

// join registers with the view and opens the writer. As join/3.
func (u *uploadChannel) join() *stopping {
	token := u.req.Token
	info := term.NewMap(term.NewAtom("channel_pid"), u.proc.PID(), atomUploadRef, token.Ref,
		term.NewAtom("entry_ref"), token.EntryRef, term.NewAtom("cid"), orNil(token.CID))
	request := term.Tuple{atomPhoenix, atomRegisterEntry, info, answered{u.answered}}
	reply, exit := u.proc.Call(token.View, request, 5*time.Second)
	if exit != nil {
		u.thread().Exit(exit)
	}
	answer, _ := reply.(term.Tuple)
	if len(answer) != 2 || answer[0] != term.Term(term.OK) {
		return u.refuse(fmt.Sprintf(`{"reason":%q}`, u.thread().ToString(answer[1])))
	}
	config, _ := answer[1].(*term.Map)
	u.configure(config, token.View)
	if why := u.openWriter(config); why != nil {
		stop := u.refuse(`{"reason":"writer_error"}`)
		u.reportFailure(why)
		return stop
	}
	u.proc.Monitor(token.View)
	u.proc.TrapExit(true)
	u.joined = true
	u.reply(u.req.Ref, "ok", []byte("{}"))
	u.settle()
	return nil
}

// answered is the channel that tells the view that a join was answered, in a
// message to it.
type answered struct{ c <-chan struct{} }

// Kind implements term.Term.
func (answered) Kind() term.Kind { return term.KindTuple }

// settle says that the join is answered.
func (u *uploadChannel) settle() {
	select {
	case <-u.answered:
	default:
		close(u.answered)
	}
}

// refuse answers the join with an error and ends the process.
func (u *uploadChannel) refuse(response string) *stopping {
	u.told = true
	u.reply(u.req.Ref, "error", []byte(response))
	return &stopping{node.Shutdown}
}

func (u *uploadChannel) configure(config *term.Map, view term.PID) {
	field := func(k string) term.Term { return config.GetAtom(term.NewAtom(k)) }
	size, _ := field("max_file_size").(term.Int)
	silence, _ := field("chunk_timeout").(term.Int)
	u.view, u.size, u.silence = view, int(size), time.Duration(silence)*time.Millisecond
	u.total = field("max_entries_mode") == term.Term(term.NewAtom("total"))
}

// handle handles one message.
func (u *uploadChannel) handle(msg term.Term) *stopping {
	switch m := msg.(type) {
	case *incoming:
		return u.traced("file "+m.Event, m.Frame, m.Event == "chunk", func() *stopping { return u.frame(m) })
	case hangUp:
		u.told = true
		return &stopping{closedReason}
	case term.Atom:
		if m == atomChunkTimeout {
			return &stopping{closedReason}
		}
	case term.Tuple:
		switch {
		case len(m) == 3 && m[0] == term.Term(genCall):
			return u.request(m[1], m[2])
		case len(m) == 3 && m[0] == term.Term(atomSystem):
			if stop, ok := m[2].(term.Tuple); ok && len(stop) == 2 && stop[0] == term.Term(atomTerminate) {
				return &stopping{stop[1]}
			}
		case len(m) == 3 && m[0] == term.Term(term.NewAtom("EXIT")):
			return &stopping{m[2]}
		case len(m) == 5 && m[0] == term.Term(atomDown) && m[3] == term.Term(u.view):
			u.cancelWriter()
			if m[4] == term.Term(node.Normal) {
				return &stopping{closedReason}
			}
			return &stopping{m[4]}
		}
	}
	return nil
}

// frame handles a frame of the client.
func (u *uploadChannel) frame(m *incoming) *stopping {
	if m.Event == "phx_leave" {
		u.told = true
		u.reply(m.Ref, "ok", []byte("{}"))
		u.sink.Close(Closed)
		return &stopping{shutdownTuple(atomLeft)}
	}
	payload, _ := m.Payload.(term.Tuple)
	if m.Event != "chunk" || len(payload) != 2 {
		u.thread().RaiseFunctionClause("Phoenix.LiveView.UploadChannel", "handle_in", []term.Term{str(m.Event), orNil(m.Payload)})
	}
	data, _ := payload[1].(term.Binary)
	u.schedule()
	if u.closed || u.received+len(data) > u.size {
		u.reply(m.Ref, "error", fmt.Appendf(nil, `{"limit":%d,"reason":"file_size_limit_exceeded"}`, u.size))
		return &stopping{closedReason}
	}
	if why := u.write(data); why != nil {
		if !u.closed {
			u.closeWriter(term.Tuple{term.Err, why})
		}
		u.reply(m.Ref, "error", []byte(`{"reason":"writer_error"}`))
		u.shut()
		u.reportFailure(why)
		return &stopping{closedReason}
	}
	u.reply(m.Ref, "ok", []byte("{}"))
	return nil
}

// reply answers a message of the client.
func (u *uploadChannel) reply(ref, status string, response []byte) {
	if frame := u.sink.Reply(ref, status, response); frame != nil && u.scope.On() {
		u.scope.Trace(trace.Event{Step: trace.FrameOut, Data: frame})
	}
}

// tracedChunk is how much of a frame with a piece of a file an observer gets.
const tracedChunk = 512

// traced does what a frame asks for, as a transaction.
func (u *uploadChannel) traced(name string, frame []byte, binary bool, do func() *stopping) *stopping {
	if !u.scope.On() {
		return do()
	}
	u.scope.Transaction++
	started := time.Now()
	u.scope.Trace(trace.Event{Step: trace.Begin, Trigger: trace.Upload, Name: name})
	in := trace.Event{Step: trace.FrameIn, Data: frame, Binary: binary}
	if binary && len(frame) > tracedChunk {
		in.Data, in.Size = slices.Clone(frame[:tracedChunk]), len(frame)
	}
	if frame != nil {
		u.scope.Trace(in)
	}
	defer func() { u.scope.Trace(trace.Event{Step: trace.End, Took: time.Since(started)}) }()
	return do()
}

// schedule starts the time anew that the client may be silent.
func (u *uploadChannel) schedule() {
	u.stopTimer()
	if ref, err := u.proc.Node().SendAfter(u.proc.PID(), atomChunkTimeout, u.silence); err == nil {
		u.timer, u.timed = ref, true
	}
}

func (u *uploadChannel) stopTimer() {
	if !u.timed {
		return
	}
	u.timed = false
	if _, ok := u.proc.Node().CancelTimer(u.timer); !ok {
		u.proc.Receive(func(m term.Term) bool { return m == term.Term(atomChunkTimeout) }, 0)
	}
}

// request answers the view, which cancels or consumes the file.
func (u *uploadChannel) request(from, what term.Term) *stopping {
	reply := func(v term.Term) { u.proc.Node().Reply(from, v) }
	switch what {
	case term.Term(atomConsumeStart):
		if !u.complete {
			reply(term.Tuple{term.Err, atomInProgress})
			return nil
		}
		reply(term.Tuple{term.OK, u.meta()})
		return nil
	case term.Term(atomConsumeDone):
		if u.total {
			u.proc.Node().Send(u.view, term.Tuple{atomPhoenix, atomUploadConsumed, u.proc.PID()})
		}
		u.shut()
		reply(term.OK)
		return &stopping{closedReason}
	case term.Term(atomCancel):
		var answer term.Term = term.OK
		if !u.closed {
			if why := u.closeWriter(atomCancel); why != nil {
				answer = term.Tuple{term.Err, why}
			}
		}
		u.shut()
		reply(answer)
		return &stopping{closedReason}
	}
	return nil
}

// shut tells the client that the file's topic is closed. The view that asked for
// it or hears of it goes on after that: what it sends follows, as it does with
// Phoenix, where a view takes longer than its connection to hear of the end.
func (u *uploadChannel) shut() {
	if !u.told {
		u.told = true
		u.sink.Close(Closed)
	}
}

func (u *uploadChannel) reportFailure(why term.Term) {
	u.proc.Node().Send(u.req.Token.View, term.Tuple{atomPhoenix, atomWriterError, u.proc.PID(), why})
}
