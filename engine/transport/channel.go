package transport

import (
	"context"
	"slices"
	"strings"
	"time"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
	"streamsplayground/engine/wire"
)

// channel is one joined topic of a connection. It is the sink of its view.
type channel struct {
	conn    *conn
	topic   string
	joinRef wire.Ref
	ref     wire.Ref // of the join

	// Guarded by conn.mu. live is set by the goroutine that reads, once; no
	// message can wait before.
	live    *live.Channel
	joining bool
	// gone is set when the topic is joined anew or the view has ended: nothing
	// is sent any more.
	gone bool
	// waiting are messages that came while joining.
	waiting []waitingMessage
	leave   *wire.Message
	// after is sent when the join is answered: the phx_close of the view that
	// had the topic before. As in Phoenix, it follows the reply.
	after []byte
}

type waitingMessage struct {
	m     wire.Message
	frame []byte
}

const (
	viewTopics   = "lv:"
	uploadTopics = "lvu:"
)

// join answers a phx_join: by itself when it is refused, and else through the
// view that it starts.
func (c *conn) join(ctx context.Context, old *channel, m wire.Message, frame []byte) {
	var after []byte
	if old != nil {
		after = c.replace(old)
	}
	refuse := func(out []byte) {
		c.answer(frame, out)
		if after != nil {
			c.out.put(after)
		}
	}
	switch {
	case strings.HasPrefix(m.Topic, uploadTopics):
		c.joinUpload(ctx, m, frame, after, refuse)
		return
	case !strings.HasPrefix(m.Topic, viewTopics):
		refuse(wire.AppendReason(nil, "", m.Ref, m.Topic, "unmatched topic"))
		return
	case c.full():
		refuse(wire.AppendReason(nil, m.JoinRef, m.Ref, m.Topic, tooMany))
		return
	}
	req, reason := c.joinRequest(m, frame)
	if reason != "" {
		refuse(wire.AppendReason(nil, m.JoinRef, m.Ref, m.Topic, reason))
		return
	}
	c.start(m, after, func(ch *channel) *live.Channel { return c.h.opts.Live.Join(ctx, req, ch) })
}

// start makes the channel of a topic and joins what stands behind it.
func (c *conn) start(m wire.Message, after []byte, join func(*channel) *live.Channel) {
	ch := &channel{conn: c, topic: m.Topic, joinRef: m.JoinRef, ref: m.Ref, joining: true, after: after}
	c.mu.Lock()
	c.channels[m.Topic] = ch
	c.mu.Unlock()
	view := join(ch)
	c.mu.Lock()
	ch.live = view
	c.mu.Unlock()
}

// joinUpload answers the phx_join of a file's topic.
func (c *conn) joinUpload(ctx context.Context, m wire.Message, frame, after []byte, refuse func([]byte)) {
	v, err := wire.DecodeTerm(m.Payload)
	payload, isMap := v.(*term.Map)
	reason := ""
	var token live.UploadToken
	switch {
	case err != nil || !isMap || m.Binary || !payload.Has(term.Binary("token")):
		reason = joinCrashed
	case c.full():
		reason = tooMany
	default:
		given, _ := payload.Get(term.Binary("token"))
		if token, err = c.h.opts.Tokens.VerifyUpload(text(given)); err != nil {
			reason = "invalid_token"
		}
	}
	if reason != "" {
		refuse(wire.AppendReason(nil, m.JoinRef, m.Ref, m.Topic, reason))
		return
	}
	req := live.UploadRequest{Topic: m.Topic, Ref: refText(m.Ref), Token: token, Client: c.client, Frame: c.traced(frame)}
	c.start(m, after, func(ch *channel) *live.Channel { return c.h.opts.Live.JoinUpload(ctx, req, ch) })
}

func (c *conn) full() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.channels) >= MaxChannels
}

// shutdownTimeout is how long a view that is told to end may take, as that of
// Phoenix.Channel. One that sleeps or waits does not hear it.
const shutdownTimeout = 5 * time.Second

// await waits until all views have ended, and kills those that take too long.
func await(channels ...*channel) {
	timeout := time.AfterFunc(shutdownTimeout, func() {
		for _, ch := range channels {
			ch.live.Kill()
		}
	})
	defer timeout.Stop()
	for _, ch := range channels {
		<-ch.live.Done()
	}
}

// replace ends the view whose topic is joined again, and returns the phx_close
// that is to follow the answer to the new join.
func (c *conn) replace(old *channel) []byte {
	c.mu.Lock()
	old.gone = true
	after := old.after
	delete(c.channels, old.topic)
	c.mu.Unlock()
	old.live.Replace()
	await(old)
	if after != nil {
		c.out.put(after)
	}
	return wire.AppendClose(nil, old.joinRef, old.topic)
}

// Why a join is refused before there is a view: the client has to load the
// page anew, or it sent what no client sends.
const (
	stale       = "stale"
	joinCrashed = "join crashed"
	tooMany     = "too many channels joined"
)

// joinRequest verifies the tokens of a join. A reason other than "" refuses it.
func (c *conn) joinRequest(m wire.Message, frame []byte) (req live.JoinRequest, reason string) {
	v, err := wire.DecodeTerm(m.Payload)
	payload, isMap := v.(*term.Map)
	if err != nil || !isMap || m.Binary {
		return req, joinCrashed
	}
	get := func(k string) term.Term { v, _ := payload.Get(term.Binary(k)); return v }
	tokens := c.h.opts.Tokens
	if !isTextOrNil(get("session")) {
		return req, joinCrashed
	}
	session, err := tokens.VerifySession(text(get("session")))
	if err != nil || m.Topic != viewTopics+session.ID {
		return req, stale
	}
	req = live.JoinRequest{Topic: m.Topic, Ref: refText(m.Ref), Session: session, HTTPSession: c.session, Info: c.info,
		Transport: c.transport, Frame: c.traced(frame), Client: c.client, Sticky: get("sticky") == term.Term(term.True)}
	if token := get("static"); !isTextOrNil(token) {
		return req, joinCrashed
	} else if token != nil && token != term.Term(term.Nil) {
		static, err := tokens.VerifyStatic(text(token))
		if err != nil || static.ID != session.ID {
			return req, stale
		}
		req.Static = &static
	}
	if c.session == nil {
		return req, stale
	}
	to, redirected := payload.Get(term.Binary("redirect"))
	if !redirected {
		to = get("url")
	}
	if _, ok := to.(term.Binary); !ok && to != nil && (redirected || session.Main()) {
		return req, joinCrashed
	}
	req.URL, req.Redirected = text(to), redirected
	params, isMap := get("params").(*term.Map)
	if !isMap && orNil(get("params")) != term.Term(term.Nil) {
		return req, joinCrashed
	}
	req.Params = params
	if flash := get("flash"); !isTextOrNil(flash) {
		return req, joinCrashed
	} else if text(flash) != "" {
		req.Flash = tokens.VerifyFlash(text(flash))
	}
	return req, ""
}

// isTextOrNil reports whether a token can be verified, and be it in vain. As
// the clauses of Phoenix.Token.verify/4.
func isTextOrNil(v term.Term) bool {
	_, isText := v.(term.Binary)
	return isText || orNil(v) == term.Term(term.Nil)
}

func orNil(v term.Term) term.Term {
	if v == nil {
		return term.Nil
	}
	return v
}

// deliver passes a message on to the view, or keeps it until the view has
// joined: one that does not join has no topic.
func (ch *channel) deliver(m wire.Message, frame []byte) {
	ch.conn.mu.Lock()
	if ch.joining {
		m.Payload = slices.Clone(m.Payload)
		ch.waiting = append(ch.waiting, waitingMessage{m, slices.Clone(frame)})
		ch.conn.mu.Unlock()
		return
	}
	if m.Event == wire.Leave {
		leave := m
		ch.leave = &leave
	}
	ch.conn.mu.Unlock()
	ch.pass(m, frame)
}

func (ch *channel) pass(m wire.Message, frame []byte) {
	msg := live.Message{Ref: refText(m.Ref), Event: m.Event, Frame: ch.conn.traced(frame)}
	if m.Binary {
		msg.Payload = term.Tuple{term.NewAtom("binary"), term.Binary(m.Payload)}
	} else {
		v, err := wire.DecodeValid(m.Payload)
		if err != nil {
			v = term.Nil
		}
		msg.Payload = v
	}
	ch.live.Deliver(msg)
}

// Reply implements live.Sink.
func (ch *channel) Reply(ref, status string, response []byte) []byte {
	c := ch.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch.gone {
		return nil
	}
	buf := wire.TakeBuffer()
	defer buf.Give()
	buf.B = wire.AppendReply(buf.B, ch.joinRef, textRef(ref), ch.topic, status, response)
	c.out.put(buf.B)
	if ch.joining && textRef(ref) == ch.ref {
		ch.joined(status == "ok")
	}
	return c.traced(buf.B)
}

// joined acts on the outcome of the join. conn.mu is held.
func (ch *channel) joined(ok bool) {
	c := ch.conn
	ch.joining = false
	if ch.after != nil {
		c.out.put(ch.after)
		ch.after = nil
	}
	if !ok {
		ch.remove()
	}
	for _, w := range ch.waiting {
		if !ok {
			c.out.put(unjoined(w.m))
			continue
		}
		if w.m.Event == wire.Leave {
			ch.leave = &w.m
		}
		ch.pass(w.m, w.frame)
	}
	ch.waiting = nil
}

// remove frees the topic. conn.mu is held.
func (ch *channel) remove() {
	ch.gone = true
	if ch.conn.channels[ch.topic] == ch {
		delete(ch.conn.channels, ch.topic)
	}
}

// Push implements live.Sink.
func (ch *channel) Push(event string, payload []byte) []byte {
	c := ch.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch.gone {
		return nil
	}
	buf := wire.TakeBuffer()
	defer buf.Give()
	buf.B = wire.AppendPush(buf.B, ch.joinRef, ch.topic, event, payload)
	c.out.put(buf.B)
	return c.traced(buf.B)
}

// Close implements live.Sink.
func (ch *channel) Close(reason live.CloseReason) {
	c := ch.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch.gone {
		return
	}
	ch.remove()
	switch reason {
	case live.Crashed:
		c.out.put(wire.AppendCrash(nil, ch.joinRef, ch.topic))
	default:
		c.out.put(wire.AppendClose(nil, ch.joinRef, ch.topic))
	}
	if reason == live.Left && ch.leave != nil {
		c.out.put(wire.AppendReply(nil, ch.joinRef, ch.leave.Ref, ch.topic, "ok", []byte("{}")))
	}
}

// rawRef marks a ref that is not a string, as a view sees it.
const rawRef = "\x00"

// refText is a ref as a view sees it: the text of a string, "" for null.
func refText(r wire.Ref) string {
	if r == "" || strings.HasPrefix(string(r), `"`) {
		return r.String()
	}
	return rawRef + string(r)
}

func textRef(s string) wire.Ref {
	if raw, ok := strings.CutPrefix(s, rawRef); ok {
		return wire.Ref(raw)
	}
	return wire.NewRef(s)
}

// end ends the view because the connection is gone.
func (ch *channel) end() {
	ch.conn.mu.Lock()
	ch.gone = true
	ch.conn.mu.Unlock()
	ch.live.Close()
}
