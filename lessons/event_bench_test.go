package lessons_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/transport"
	"streamsplayground/engine/wire"
	"streamsplayground/inspector"
)

// chatClient is a client of the chat in the same process: it speaks in frames,
// without a WebSocket between.
type chatClient struct {
	topic  string
	view   *live.Channel
	frames chan []byte
}

// joinChat runs the chat as the stage does and joins its first room.
func joinChat(tb *testing.B, tracer trace.Tracer) *chatClient {
	tb.Helper()
	files, _ := chat(tb)
	app, _, err := live.NewApp(files...)
	if err != nil {
		tb.Fatal(err)
	}
	s := &live.Server{Router: app.Routes, RouterModule: app.Routes.Module, Tokens: transport.NewTokens(nil, ""), Tracer: tracer}
	s.SetProgram(app.Program)
	s.Node = node.New(node.Options{Program: s.Program, Tracer: tracer})
	tb.Cleanup(s.Node.Close)
	if err := app.Start(s.Node); err != nil {
		tb.Fatal(err)
	}
	route, ok := s.Router.Route("/rooms/1")
	if !ok {
		tb.Fatal("no route to /rooms/1")
	}
	c := &chatClient{topic: "lv:phx-1", frames: make(chan []byte, 16)}
	c.view = s.Join(context.Background(), live.JoinRequest{
		Topic: c.topic, Ref: "4", URL: "http://localhost/rooms/1", Transport: s.NewTransport(),
		Session: live.Session{ID: "phx-1", View: route.View, RootView: route.View, Routed: true, LiveSession: "default"},
		Params:  term.NewMap(term.Binary("_mounts"), term.Int(0)),
	}, c)
	if got := <-c.frames; !strings.Contains(string(got), `"status":"ok"`) {
		tb.Fatalf("joining: %s", got)
	}
	return c
}

// Reply implements live.Sink.
func (c *chatClient) Reply(ref, status string, response []byte) []byte {
	frame := wire.AppendReply(nil, `"4"`, wire.NewRef(ref), c.topic, status, response)
	c.frames <- frame
	return frame
}

// Push implements live.Sink.
func (c *chatClient) Push(event string, payload []byte) []byte {
	frame := wire.AppendPush(nil, `"4"`, c.topic, event, payload)
	c.frames <- frame
	return frame
}

// Close implements live.Sink.
func (c *chatClient) Close(live.CloseReason) { close(c.frames) }

// send decodes a frame and delivers it, and returns the next n frames.
func (c *chatClient) send(tb *testing.B, frame []byte, n int) (last []byte) {
	m, err := wire.DecodeText(frame)
	if err != nil {
		tb.Fatal(err)
	}
	payload, err := wire.DecodeTerm(m.Payload)
	if err != nil {
		tb.Fatal(err)
	}
	c.view.Deliver(live.Message{Ref: m.Ref.String(), Event: m.Event, Payload: payload, Frame: frame})
	for range n {
		last = <-c.frames
	}
	return last
}

// BenchmarkChat is an event on the chat's page, from frame in to frame out.
// insert puts one message into the stream anew. send stores a message and
// broadcasts it: the reply, and the push of the insert.
func BenchmarkChat(b *testing.B) {
	events := []struct {
		name, payload string
		frames        int
		want          string
	}{
		{"insert", `{"type":"click","event":"cancel_edit","value":{"item_id":"479","value":""}}`, 1, `"messages-479",-1,null,false`},
		{"send", `{"type":"form","event":"send_message","value":"message%5Bcontent%5D=hello"}`, 2, `hello`},
	}
	for _, e := range events {
		for _, tracer := range []string{"off", "recorder"} {
			b.Run(fmt.Sprintf("%s/tracer=%s", e.name, tracer), func(b *testing.B) {
				var t trace.Tracer
				if tracer == "recorder" {
					t = inspector.NewRecorder(1000)
				}
				c := joinChat(b, t)
				frame := fmt.Appendf(nil, `["4","5",%q,"event",%s]`, c.topic, e.payload)
				if got := c.send(b, frame, e.frames); !strings.Contains(string(got), e.want) {
					b.Fatalf("frame out: %s", got)
				}
				b.ReportAllocs()
				for b.Loop() {
					c.send(b, frame, e.frames)
				}
			})
		}
	}
}
