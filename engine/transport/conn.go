package transport

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/wire"
)

// conn is one connection: a WebSocket, or a session of long polling. One
// goroutine reads; the views send through out, each from its own.
type conn struct {
	h         *Handler
	ws        *websocket.Conn // nil when the client polls
	out       sender
	session   *term.Map // nil when the client could not show that it is its own
	info      live.ConnectInfo
	client    string
	transport term.PID
	cancel    context.CancelFunc
	// heard is when the last frame came, and idle ends a WebSocket that was not
	// heard for too long. A read that was cut short cannot be taken up again, so
	// the time runs beside it.
	heard  atomic.Int64
	idle   *time.Timer
	silent atomic.Bool

	mu       sync.Mutex
	channels map[string]*channel
}

func (h *Handler) serveSocket(w http.ResponseWriter, r *http.Request) {
	who := h.identify(r)
	if !h.allowedOrigin(r, who) || !supportedVsn(r.URL.Query().Get("vsn")) {
		http.Error(w, "", http.StatusForbidden)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	q := newQueue(cancel)
	c := h.newConn(r, who, q, cancel)
	if !h.add(c) {
		cancel()
		http.Error(w, "shutting down", http.StatusServiceUnavailable)
		return
	}
	ws, err := websocket.Accept(&outlets{w, &q.out}, r, &websocket.AcceptOptions{InsecureSkipVerify: true, Subprotocols: []string{"phoenix"}})
	if err != nil {
		cancel()
		h.remove(c)
		return
	}
	c.ws = ws
	ws.SetReadLimit(MaxFrame)
	c.transport = h.opts.Live.NewTransport()
	q.open(ws)
	c.heard.Store(time.Now().UnixNano())
	c.idle = time.AfterFunc(h.opts.Idle, c.checkIdle)
	// The connection outlives the request, and keeps nothing of it.
	go c.run(ctx, func() {
		c.ws.CloseNow()
		q.wait()
		h.remove(c)
	})
}

// newConn makes the connection of a request, which is not counted yet.
func (h *Handler) newConn(r *http.Request, who identity, out sender, cancel context.CancelFunc) *conn {
	c := &conn{h: h, out: out, cancel: cancel, info: connectInfo(r), client: h.client(r), channels: map[string]*channel{}}
	if who.trusted || who.valid && validCSRF(who.session, r.URL.Query().Get("_csrf_token")) {
		c.session = who.session
	}
	return c
}

// supportedVsn reports whether a version of the protocol is 2.x.
func supportedVsn(vsn string) bool {
	parts := strings.Split(vsn, ".")
	return len(parts) == 3 && parts[0] == "2"
}

// run reads until the connection ends. A join needs a deep stack, which Go never
// makes as small again as an idle connection needs it: a goroutine with a stack
// of its own reads on.
func (c *conn) run(ctx context.Context, ended func()) {
	if c.read(ctx) {
		go c.run(ctx, ended)
		return
	}
	c.idle.Stop()
	c.closeChannels()
	ended()
}

// checkIdle closes the connection of a client that was silent for too long.
func (c *conn) checkIdle() {
	left := c.h.opts.Idle - time.Since(time.Unix(0, c.heard.Load()))
	if left > 0 {
		c.idle.Reset(left)
		return
	}
	c.silent.Store(true)
	c.out.close(websocket.StatusProtocolError)
}

// read handles frames until the client is gone or sends what is no frame, and
// reports false then, or until it has joined.
func (c *conn) read(ctx context.Context) (joined bool) {
	for ctx.Err() == nil {
		buf := (*wire.Buffer)(nil)
		kind, r, err := c.ws.Reader(context.Background())
		if err == nil {
			buf = wire.TakeBuffer()
			err = readFrom(buf, r)
		}
		if err != nil || c.silent.Load() {
			if c.silent.Load() {
				<-ctx.Done()
			}
			return false
		}
		c.heard.Store(time.Now().UnixNano())
		m, ok := c.take(ctx, buf.B, kind == websocket.MessageBinary)
		if !ok {
			<-ctx.Done()
			return false
		}
		buf.Give()
		if m.Event == wire.Join {
			return true
		}
	}
	return false
}

// take decodes a frame and acts on it, or closes the connection when it is
// none. It keeps no part of it.
func (c *conn) take(ctx context.Context, frame []byte, binary bool) (m wire.Message, ok bool) {
	decode := wire.DecodeText
	if binary {
		decode = wire.DecodeBinary
	}
	m, err := decode(frame)
	if err != nil {
		status := websocket.StatusInternalError
		if errors.Is(err, wire.ErrUTF8) {
			status = websocket.StatusInvalidFramePayloadData
		}
		c.h.opts.Log.Warn("reading frame", "error", err)
		c.out.close(status)
		return m, false
	}
	c.handle(ctx, m, frame)
	return m, true
}

// readFrom puts all that comes into a buffer.
func readFrom(b *wire.Buffer, r io.Reader) error {
	for {
		n, err := r.Read(b.B[len(b.B):cap(b.B)])
		b.B = b.B[:len(b.B)+n]
		if err == io.EOF { //nolint:errorlint // readers return it bare
			return nil
		}
		if err != nil {
			return err
		}
		if len(b.B) == cap(b.B) {
			b.B = slices.Grow(b.B, 1)
		}
	}
}

// handle acts on one frame, and keeps no part of it. As Phoenix.Socket.__in__/2.
func (c *conn) handle(ctx context.Context, m wire.Message, frame []byte) {
	if m.Topic == wire.SystemTopic && m.Event == wire.Heartbeat {
		c.answer(frame, wire.AppendReply(nil, "", m.Ref, m.Topic, "ok", []byte("{}")))
		return
	}
	c.mu.Lock()
	ch := c.channels[m.Topic]
	c.mu.Unlock()
	switch {
	case m.Event == wire.Join:
		c.join(ctx, ch, m, frame)
	case ch != nil:
		if m.JoinRef == "" || m.JoinRef == ch.joinRef {
			ch.deliver(m, frame)
		}
	default:
		c.answer(frame, unjoined(m))
	}
}

// unjoined answers a message on a topic that is not joined.
func unjoined(m wire.Message) []byte {
	if m.Event == wire.Leave {
		return wire.AppendReply(nil, m.JoinRef, m.Ref, m.Topic, "ok", []byte("{}"))
	}
	return wire.AppendReason(nil, "", m.Ref, m.Topic, "unmatched topic")
}

// answer sends a frame that no view has a part in.
func (c *conn) answer(in, out []byte) {
	c.trace(trace.FrameIn, in)
	if c.out.put(out) {
		c.trace(trace.FrameOut, out)
	}
}

func (c *conn) trace(step trace.Step, frame []byte) {
	if t := c.h.opts.Live.Tracer; t != nil && frame != nil {
		t.Trace(trace.Event{Step: step, Time: time.Now(), Client: c.client, Data: slices.Clone(frame)})
	}
}

// traced returns a copy of a frame for the Tracer, nil when there is none.
func (c *conn) traced(frame []byte) []byte {
	if c.h.opts.Live.Tracer == nil {
		return nil
	}
	return slices.Clone(frame)
}

// closeChannels ends all views of the connection, and waits for them.
func (c *conn) closeChannels() {
	c.mu.Lock()
	channels := c.channels
	c.channels = nil
	c.mu.Unlock()
	for _, ch := range channels {
		ch.end()
	}
	c.cancel()
	await(slices.Collect(maps.Values(channels))...)
}
