package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
	"streamsplayground/engine/transport"
	"streamsplayground/engine/transport/captures"
)

// counter is a view written in Go, so that these tests need no language.
type counter struct{}

var counterBlock = &rendered.Block{Statics: []string{"<p>", "</p>"}, Root: true}

func (counter) Mount(_ *interp.Thread, _ term.Term, _ *term.Map, s live.Socket) live.Socket {
	return s.Assign("n", term.Int(0))
}

func (counter) HandleEvent(t *interp.Thread, event string, _ term.Term, s live.Socket) (live.Socket, *term.Map) {
	if event == "flood" {
		fill := "x"
		if old, ok := s.Get("n").(term.Binary); ok && old[0] == 'x' {
			fill = "y"
		}
		return s.Assign("n", term.Binary(strings.Repeat(fill, 1<<20))), nil
	}
	return s.Assign("n", s.Get("n").(term.Int)+1), nil
}

func (counter) Render(_ *interp.Thread, assigns *term.Map) *rendered.Rendered {
	return &rendered.Rendered{Block: counterBlock, Dynamic: func(bool) []rendered.Dyn {
		n := assigns.GetAtom(term.NewAtom("n"))
		if s, ok := n.(term.Binary); ok {
			return []rendered.Dyn{rendered.Text(s)}
		}
		return []rendered.Dyn{rendered.Text(term.Inspect(n))}
	}}
}

// serveCounter serves the counter at / and /other.
func serveCounter(t *testing.T, change func(*transport.Options)) (*httptest.Server, *transport.Handler) {
	t.Helper()
	program, err := interp.NewProgram()
	if err != nil {
		t.Fatal(err)
	}
	view := term.NewModule("Counter")
	table := &live.RouteTable{}
	table.AddLive("/", live.Route{View: view})
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: table, Tokens: tokens, Views: map[term.Atom]live.View{view: counter{}}}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(program)
	opts := transport.Options{Live: server, Tokens: tokens}
	if change != nil {
		change(&opts)
	}
	h := transport.New(opts)
	web := httptest.NewServer(h)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := h.Shutdown(ctx); err != nil {
			t.Errorf("shutting down: %v", err)
		}
		web.Close()
		server.Node.Close()
	})
	return web, h
}

// joinable loads the page and opens the socket.
func joinable(t *testing.T, web *httptest.Server) (*browser, context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	b := newBrowser(t, web)
	b.Get("/")
	b.Dial(ctx, b.CSRF(), true)
	return b, ctx
}

const joinPayload = `{"url":"http://HOST/","params":{"_mounts":0},"session":"SESSION","static":"STATIC","sticky":false}`

func (b *browser) expect(ctx context.Context, push string, want ...string) {
	b.T.Helper()
	if push != "" {
		b.Send(ctx, captures.Step{Push: json.RawMessage(push)})
	}
	for _, w := range want {
		got, err := b.Receive(ctx)
		if err != nil || captures.Indent(captures.Normal(b.T, got)) != captures.Indent(captures.Normal(b.T, w)) {
			b.T.Fatalf("after %s\n got %s, %v\nwant %s", push, got, err, w)
		}
	}
}

const firstRender = `{"0":"0","r":1,"s":0,"p":{"0":["<p>","</p>"]}}`

func joined(joinRef, ref string) string {
	return fmt.Sprintf(`[%s,%s,"lv:phx-MAIN","phx_reply",{"status":"ok","response":{"rendered":%s}}]`, joinRef, ref, firstRender)
}

func TestRefsAreEchoed(t *testing.T) {
	web, _ := serveCounter(t, nil)
	b, ctx := joinable(t, web)
	b.expect(ctx, `[7,"a\"b","lv:phx-MAIN","phx_join",`+joinPayload+`]`, joined("7", `"a\"b"`))
	b.expect(ctx, `[7,8,"lv:phx-MAIN","event",{"type":"click","event":"inc","value":{}}]`,
		`[7,8,"lv:phx-MAIN","phx_reply",{"status":"ok","response":{"diff":{"0":"1"}}}]`)
	b.expect(ctx, `[null,"x","phoenix","heartbeat",{}]`, `[null,"x","phoenix","phx_reply",{"status":"ok","response":{}}]`)
}

func TestJoinRefsDecideWhoIsMeant(t *testing.T) {
	web, _ := serveCounter(t, nil)
	b, ctx := joinable(t, web)
	b.expect(ctx, `["1","1","lv:phx-MAIN","phx_join",`+joinPayload+`]`, joined(`"1"`, `"1"`))
	// A stale join_ref is ignored, and null is anybody's.
	b.expect(ctx, `["0","2","lv:phx-MAIN","event",{"type":"click","event":"inc","value":{}}]`)
	b.expect(ctx, `["0","2","lv:phx-MAIN","phx_leave",{}]`)
	b.expect(ctx, `[null,"3","lv:phx-MAIN","event",{"type":"click","event":"inc","value":{}}]`,
		`["1","3","lv:phx-MAIN","phx_reply",{"status":"ok","response":{"diff":{"0":"1"}}}]`)
	b.expect(ctx, `["9","9","lv:phx-MAIN","phx_join",`+joinPayload+`]`, joined(`"9"`, `"9"`), `["1","1","lv:phx-MAIN","phx_close",{}]`)
	b.expect(ctx, `["9","10","lv:phx-MAIN","phx_leave",{}]`, `["9","9","lv:phx-MAIN","phx_close",{}]`,
		`["9","10","lv:phx-MAIN","phx_reply",{"status":"ok","response":{}}]`)
	b.expect(ctx, `["9","11","lv:phx-MAIN","phx_leave",{}]`, `["9","11","lv:phx-MAIN","phx_reply",{"status":"ok","response":{}}]`)
	b.NothingMore(ctx)
}

func TestTopicsThatCannotBeJoined(t *testing.T) {
	web, _ := serveCounter(t, nil)
	b, ctx := joinable(t, web)
	b.expect(ctx, `["1","1","lvu:0","phx_join",{"token":"x"}]`, `["1","1","lvu:0","phx_reply",{"status":"error","response":{"reason":"invalid_token"}}]`)
	b.expect(ctx, `["1","2","phoenix","phx_join",{}]`, `[null,"2","phoenix","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]`)
	for payload, reason := range map[string]string{
		`null`:                               "join crashed",
		`[]`:                                 "join crashed",
		`"x"`:                                "join crashed",
		`{}`:                                 "stale",
		`{"session":1}`:                      "join crashed",
		`{"session":"x"}`:                    "stale",
		`{"session":"SESSION","static":1}`:   "join crashed",
		`{"session":"SESSION","static":"x"}`: "stale",
		`{"session":"STATIC","static":"SESSION"}`: "stale",
	} {
		b.expect(ctx, `["1","3","lv:phx-MAIN","phx_join",`+payload+`]`,
			`["1","3","lv:phx-MAIN","phx_reply",{"status":"error","response":{"reason":"`+reason+`"}}]`)
	}
}

func TestTooManyChannels(t *testing.T) {
	web, _ := serveCounter(t, nil)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	b := newBrowser(t, web)
	b.Get("/")
	csrf := b.CSRF()
	b.Dial(ctx, csrf, true)
	for i := range transport.MaxChannels {
		b.Get("/")
		b.expect(ctx, fmt.Sprintf(`["%d","%d","lv:phx-MAIN","phx_join",%s]`, i, i, joinPayload), joined(fmt.Sprintf(`"%d"`, i), fmt.Sprintf(`"%d"`, i)))
	}
	b.Get("/")
	b.expect(ctx, `["x","x","lv:phx-MAIN","phx_join",`+joinPayload+`]`,
		`["x","x","lv:phx-MAIN","phx_reply",{"status":"error","response":{"reason":"too many channels joined"}}]`)
}

func TestBadFramesCloseTheSocket(t *testing.T) {
	tests := []struct {
		name string
		kind websocket.MessageType
		data string
		want websocket.StatusCode
	}{
		{"not JSON", websocket.MessageText, "{", websocket.StatusInternalError},
		{"binary", websocket.MessageBinary, "\x05", websocket.StatusInternalError},
		{"not UTF-8", websocket.MessageText, "\xff", websocket.StatusInvalidFramePayloadData},
		{"too large", websocket.MessageText, strings.Repeat(" ", transport.MaxFrame+1), websocket.StatusMessageTooBig},
	}
	web, _ := serveCounter(t, nil)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b, ctx := joinable(t, web)
			b.expect(ctx, `["1","1","lv:phx-MAIN","phx_join",`+joinPayload+`]`, joined(`"1"`, `"1"`))
			b.WS.Write(ctx, test.kind, []byte(test.data))
			if _, err := b.Receive(ctx); websocket.CloseStatus(err) != test.want {
				t.Errorf("got %v, want status %d", err, test.want)
			}
		})
	}
}

func TestSilentClientIsClosed(t *testing.T) {
	web, _ := serveCounter(t, func(o *transport.Options) { o.Idle = 20 * time.Millisecond })
	b, ctx := joinable(t, web)
	if _, err := b.Receive(ctx); websocket.CloseStatus(err) != websocket.StatusProtocolError {
		t.Errorf("got %v", err)
	}
}

func TestClientThatDoesNotReadIsCutOff(t *testing.T) {
	web, _ := serveCounter(t, nil)
	b, ctx := joinable(t, web)
	b.expect(ctx, `["1","1","lv:phx-MAIN","phx_join",`+joinPayload+`]`, joined(`"1"`, `"1"`))
	flood := []byte(b.Fill(`["1","2","lv:phx-MAIN","event",{"type":"click","event":"flood","value":{}}]`))
	var err error
	for i := 0; i < 60 && err == nil; i++ {
		err = b.WS.Write(ctx, websocket.MessageText, flood)
	}
	for err == nil {
		err = b.WS.Write(ctx, websocket.MessageText, []byte(`[null,"3","phoenix","heartbeat",{}]`))
	}
	if ctx.Err() != nil {
		t.Errorf("the connection stays: %v", err)
	}
}

func TestShutdown(t *testing.T) {
	web, h := serveCounter(t, nil)
	b, ctx := joinable(t, web)
	b.expect(ctx, `["1","1","lv:phx-MAIN","phx_join",`+joinPayload+`]`, joined(`"1"`, `"1"`))
	done := make(chan error, 1)
	go func() { done <- h.Shutdown(ctx) }()
	if _, err := b.Receive(ctx); websocket.CloseStatus(err) != websocket.StatusServiceRestart {
		t.Errorf("got %v", err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	res, err := http.Get(web.URL + "/live/websocket?vsn=2.0.0")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after the shutdown: status %d", res.StatusCode)
	}
}

func dialStatus(t *testing.T, u string, head http.Header) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ws, res, err := websocket.Dial(ctx, u, &websocket.DialOptions{HTTPHeader: head})
	if err == nil {
		ws.CloseNow()
	}
	if res == nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

func TestRefusedSockets(t *testing.T) {
	web, _ := serveCounter(t, func(o *transport.Options) {
		o.Trusted = func(r *http.Request) (*term.Map, bool) { return nil, r.URL.Query().Get("stage") == "good" }
	})
	good := web.URL + "/live/websocket?vsn=2.0.0"
	tests := []struct {
		url, origin string
		want        int
	}{
		{good, "", 101}, {good, web.URL, 101},
		{good, "http://evil.example", 403}, {good, "http://localhost:1", 403}, {good, "null", 403},
		{good + "&stage=good", "null", 101}, {good + "&stage=bad", "null", 403},
		{web.URL + "/live/websocket?vsn=1.0.0", "", 403}, {web.URL + "/live/websocket", "", 403},
	}
	for _, test := range tests {
		head := http.Header{}
		if test.origin != "" {
			head.Set("Origin", test.origin)
		}
		if got := dialStatus(t, test.url, head); got != test.want {
			t.Errorf("%s from %q: status %d, want %d", test.url, test.origin, got, test.want)
		}
	}
	req, _ := http.NewRequest("GET", web.URL, nil)
	req.Host = "evil.example"
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a page for another host: status %d", res.StatusCode)
	}
}

// A sandboxed frame has neither cookies nor an origin: what vouches for it is
// in its URL.
func TestTrustedFrame(t *testing.T) {
	web, _ := serveCounter(t, func(o *transport.Options) {
		o.Trusted = func(r *http.Request) (*term.Map, bool) { return nil, r.URL.Query().Get("stage") == "good" }
	})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	b := newBrowser(t, web)
	b.Get("/?stage=good")
	if u, _ := url.Parse(web.URL); len(b.Client.Jar.Cookies(u)) != 0 {
		t.Error("a trusted frame got a cookie")
	}
	ws, _, err := websocket.Dial(ctx, web.URL+"/live/websocket?vsn=2.0.0&stage=good", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"null"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	b.WS = ws
	b.expect(ctx, `["1","1","lv:phx-MAIN","phx_join",`+joinPayload+`]`, joined(`"1"`, `"1"`))
}

func TestPages(t *testing.T) {
	web, _ := serveCounter(t, nil)
	res, err := http.Get(web.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	for k, want := range map[string]string{"Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff"} {
		if got := res.Header.Get(k); got != want {
			t.Errorf("%s: %s", k, got)
		}
	}
	if c := res.Header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") {
		t.Errorf("cookie %s", c)
	}
	res, err = http.Post(web.URL+"/x", "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("POST: status %d", res.StatusCode)
	}
}
