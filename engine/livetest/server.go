package livetest

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
	"streamsplayground/engine/transport"
	"streamsplayground/engine/wire"
)

// Server is a Transport that renders pages and joins views in this process,
// without HTTP. The frames are those of the wire all the same.
type Server struct {
	Live   *live.Server
	Tokens *transport.Tokens
	// Session is the session of the browser, with string keys; nil means empty.
	Session *term.Map
	// Host is the host of the addresses; "" stands for www.example.com, as in
	// Phoenix.ConnTest.
	Host string
	// Info is what get_connect_info/2 returns.
	Info live.ConnectInfo

	flash *term.Map // that of the last redirect
}

// Base implements Transport.
func (s *Server) Base() string {
	if s.Host == "" {
		return "http://www.example.com"
	}
	return "http://" + s.Host
}

func (s *Server) session() *term.Map {
	if s.Session == nil {
		return term.EmptyMap
	}
	return s.Session
}

// Get implements Transport.
func (s *Server) Get(ctx context.Context, address, flash string) (*Page, error) {
	with := s.flash
	s.flash = nil
	if flash != "" {
		with = s.Tokens.VerifyFlash(flash)
	}
	page, err := s.Live.Render(ctx, live.PageRequest{URL: address, Session: s.session(), Flash: with, Info: s.Info})
	if err != nil {
		return nil, err
	}
	if r := page.Redirect; r != nil {
		s.flash = r.Flash
		out := &Page{Status: r.Status, Location: r.To}
		if out.Status == 0 {
			out.Status = http.StatusFound
		}
		if r.Flash != nil && r.Flash.Len() > 0 {
			out.Flash = s.Tokens.SignFlash(r.Flash)
		}
		return out, nil
	}
	head := `<html><head><title>` + html.EscapeString(page.Title) + `</title></head><body>`
	if !page.HasTitle {
		head = `<html><head></head><body>`
	}
	return &Page{Status: http.StatusOK, HTML: head + page.HTML + `</body></html>`}, nil
}

// Dial implements Transport.
func (s *Server) Dial(ctx context.Context, _ url.Values) (Conn, error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &serverConn{queue: newQueue(), server: s, ctx: ctx, cancel: cancel, transport: s.Live.NewTransport(),
		channels: map[string]*serverChannel{}}, nil
}

// serverConn is a socket within the process. Its channels are used by the
// goroutine that sends, and their sinks by the views'.
type serverConn struct {
	*queue
	server    *Server
	ctx       context.Context
	cancel    context.CancelFunc
	transport term.PID
	channels  map[string]*serverChannel
}

// serverChannel is one view's end, and its live.Sink.
type serverChannel struct {
	conn    *serverConn
	topic   string
	joinRef wire.Ref
	view    *live.Channel
	name    string

	mu    sync.Mutex
	leave wire.Ref // the ref of the phx_leave, to be answered by Close
	left  bool
	ended bool
}

// Send implements Conn.
func (c *serverConn) Send(_ context.Context, frame []byte) error {
	m, err := wire.DecodeText(frame)
	if err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	if m.Topic == wire.SystemTopic {
		c.put(wire.AppendReply(nil, m.JoinRef, m.Ref, m.Topic, "ok", []byte("{}")))
		return nil
	}
	payload, err := wire.DecodeTerm(m.Payload)
	if err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	if m.Event == wire.Join {
		fields, _ := payload.(*term.Map)
		c.join(m, fields, frame)
		return nil
	}
	ch := c.channels[m.Topic]
	if ch == nil || ch.gone() {
		if m.Event == wire.Leave {
			c.put(wire.AppendReply(nil, m.JoinRef, m.Ref, m.Topic, "ok", []byte("{}")))
		} else {
			c.put(wire.AppendReason(nil, "", m.Ref, m.Topic, "unmatched topic"))
		}
		return nil
	}
	if m.Event == wire.Leave {
		ch.mu.Lock()
		ch.leave, ch.left = m.Ref, true
		ch.mu.Unlock()
	}
	ch.view.Deliver(live.Message{Ref: m.Ref.String(), Event: m.Event, Payload: payload, Frame: frame})
	return nil
}

// join verifies what the client sent and starts the view.
func (c *serverConn) join(m wire.Message, payload *term.Map, frame []byte) {
	get := func(key string) term.Term {
		if payload == nil {
			return nil
		}
		v, _ := payload.Get(term.Binary(key))
		return v
	}
	text := func(key string) string { s, _ := get(key).(term.Binary); return string(s) }
	tokens := c.server.Tokens
	session, err := tokens.VerifySession(text("session"))
	if err != nil || m.Topic != "lv:"+session.ID {
		c.put(wire.AppendReason(nil, m.Ref, m.Ref, m.Topic, "stale"))
		return
	}
	req := live.JoinRequest{Topic: m.Topic, Ref: m.Ref.String(), Session: session, URL: text("url"), HTTPSession: c.server.session(),
		Info: c.server.Info, Sticky: get("sticky") == term.Term(term.True), Transport: c.transport, Frame: frame}
	if token := text("static"); token != "" {
		static, err := tokens.VerifyStatic(token)
		if err != nil || static.ID != session.ID {
			c.put(wire.AppendReason(nil, m.Ref, m.Ref, m.Topic, "stale"))
			return
		}
		req.Static = &static
	}
	if to := text("redirect"); to != "" {
		req.URL, req.Redirected = to, true
	}
	req.Params, _ = get("params").(*term.Map)
	if flash := text("flash"); flash != "" {
		req.Flash = tokens.VerifyFlash(flash)
	}
	if old := c.channels[m.Topic]; old != nil && !old.gone() {
		old.view.Replace()
		<-old.view.Done()
	}
	ch := &serverChannel{conn: c, topic: m.Topic, joinRef: m.Ref, name: term.Inspect(session.View)}
	c.channels[m.Topic] = ch
	ch.view = c.server.Live.Join(c.ctx, req, ch)
}

func (c *serverConn) viewName(topic string) string {
	if ch := c.channels[topic]; ch != nil {
		return ch.name
	}
	return ""
}

func (c *serverConn) awaitAsync(ctx context.Context, topic string) error {
	ch := c.channels[topic]
	if ch == nil || ch.gone() {
		return nil
	}
	return ch.view.AwaitAsync(ctx)
}

// Close implements Conn. It returns when the views have ended.
func (c *serverConn) Close() error {
	for _, ch := range c.channels {
		ch.view.Close()
	}
	for _, ch := range c.channels {
		<-ch.view.Done()
	}
	c.cancel()
	c.fail(errClosed)
	return nil
}

func (ch *serverChannel) gone() bool {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.ended
}

// Reply implements live.Sink.
func (ch *serverChannel) Reply(ref, status string, response []byte) []byte {
	frame := wire.AppendReply(nil, ch.joinRef, wire.NewRef(ref), ch.topic, status, response)
	ch.conn.put(frame)
	return frame
}

// Push implements live.Sink.
func (ch *serverChannel) Push(event string, payload []byte) []byte {
	frame := wire.AppendPush(nil, ch.joinRef, ch.topic, event, payload)
	ch.conn.put(frame)
	return frame
}

// Close implements live.Sink.
func (ch *serverChannel) Close(reason live.CloseReason) {
	ch.mu.Lock()
	ch.ended = true
	leave, left := ch.leave, ch.left
	ch.mu.Unlock()
	if reason == live.Crashed {
		ch.conn.put(wire.AppendCrash(nil, ch.joinRef, ch.topic))
	} else {
		ch.conn.put(wire.AppendClose(nil, ch.joinRef, ch.topic))
	}
	if left {
		ch.conn.put(wire.AppendReply(nil, ch.joinRef, leave, ch.topic, "ok", []byte("{}")))
	}
}

// relative returns an address without its scheme and host.
func relative(address string) string {
	if i := strings.Index(address, "://"); i >= 0 {
		address = address[i+3:]
		i = strings.IndexByte(address, '/')
		if i < 0 {
			return ""
		}
		return address[i:]
	}
	return address
}
