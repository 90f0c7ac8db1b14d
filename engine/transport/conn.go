package transport

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/wire"
)

// conn is one WebSocket. One goroutine reads, one writes, and the views send
// through the queue between.
type conn struct {
	h         *Handler
	ws        *websocket.Conn
	out       *queue
	session   *term.Map // nil when the client could not show that it is its own
	info      live.ConnectInfo
	client    string
	transport term.PID

	mu       sync.Mutex
	channels map[string]*channel
}

// writeTimeout is how long one frame may take to leave.
const writeTimeout = 30 * time.Second

func (h *Handler) serveSocket(w http.ResponseWriter, r *http.Request) {
	who := h.identify(r)
	if !h.allowedOrigin(r, who) || !supportedVsn(r.URL.Query().Get("vsn")) {
		http.Error(w, "", http.StatusForbidden)
		return
	}
	// The connection outlives the request, whose context ends when the handler's
	// server is told to.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	c := &conn{h: h, out: newQueue(cancel), info: connectInfo(r), client: h.client(r), channels: map[string]*channel{}}
	if who.trusted || who.valid && validCSRF(who.session, r.URL.Query().Get("_csrf_token")) {
		c.session = who.session
	}
	if !h.add(c) {
		http.Error(w, "shutting down", http.StatusServiceUnavailable)
		return
	}
	defer h.remove(c)
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, Subprotocols: []string{"phoenix"}})
	if err != nil {
		return
	}
	c.ws = ws
	ws.SetReadLimit(MaxFrame)
	c.transport = h.opts.Live.NewTransport()
	c.run(ctx, cancel)
}

// supportedVsn reports whether a version of the protocol is 2.x.
func supportedVsn(vsn string) bool {
	parts := strings.Split(vsn, ".")
	return len(parts) == 3 && parts[0] == "2"
}

func (c *conn) run(ctx context.Context, cancel context.CancelFunc) {
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer cancel()
		c.write(ctx)
	}()
	c.read(ctx)
	c.closeChannels(cancel)
	<-written
	c.ws.CloseNow()
}

// write sends what is in the queue until it is closed or the client is gone.
func (c *conn) write(ctx context.Context) {
	for {
		select {
		case <-c.out.wake:
		case <-ctx.Done():
			return
		}
		frames, closed, status := c.out.take()
		for _, f := range frames {
			if err := c.writeFrame(ctx, f); err != nil {
				return
			}
		}
		if closed {
			c.ws.Close(status, "")
			return
		}
	}
}

func (c *conn) writeFrame(ctx context.Context, f []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, f)
}

// read handles frames until the client is gone or sends what is no frame.
func (c *conn) read(ctx context.Context) {
	for {
		kind, data, err := c.readFrame(ctx)
		if err != nil {
			if errors.Is(err, errIdle) {
				c.out.close(websocket.StatusProtocolError)
				<-ctx.Done()
			}
			return
		}
		var m wire.Message
		if kind == websocket.MessageBinary {
			m, err = wire.DecodeBinary(data)
		} else {
			m, err = wire.DecodeText(data)
		}
		if err != nil {
			status := websocket.StatusInternalError
			if errors.Is(err, wire.ErrUTF8) {
				status = websocket.StatusInvalidFramePayloadData
			}
			c.h.opts.Log.Warn("reading frame", "error", err)
			c.out.close(status)
			<-ctx.Done()
			return
		}
		c.handle(ctx, m, data)
	}
}

var errIdle = errors.New("client is silent")

// readFrame returns the next frame. A read that was cut short cannot be taken
// up again, so the time runs beside it.
func (c *conn) readFrame(ctx context.Context) (websocket.MessageType, []byte, error) {
	idle := make(chan struct{})
	timer := time.AfterFunc(c.h.opts.Idle, func() {
		close(idle)
		c.out.close(websocket.StatusProtocolError)
	})
	defer timer.Stop()
	kind, data, err := c.ws.Read(ctx)
	select {
	case <-idle:
		err = errIdle
	default:
	}
	return kind, data, err
}

// handle acts on one frame. As Phoenix.Socket.__in__/2.
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
		t.Trace(trace.Event{Step: step, Time: time.Now(), Client: c.client, Data: frame})
	}
}

// closeChannels ends all views of the connection, and its writer, and waits for
// the views.
func (c *conn) closeChannels(cancel context.CancelFunc) {
	c.mu.Lock()
	channels := c.channels
	c.channels = nil
	c.mu.Unlock()
	for _, ch := range channels {
		ch.end()
	}
	cancel()
	timeout := time.After(shutdownTimeout)
	for _, ch := range channels {
		ch.await(timeout)
	}
}
