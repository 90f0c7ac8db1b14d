package transport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/transport"
	"streamsplayground/engine/transport/captures"
)

const hostileSource = `
defmodule FormComponent do
  use Phoenix.LiveComponent
  def render(assigns), do: ~H(<form id={@id} phx-target={@myself} phx-change="c"></form>)
  def handle_event("c", _params, socket), do: {:noreply, socket}
end

defmodule HostileLive do
  use Phoenix.LiveView
  def mount(_params, _session, socket), do: {:ok, socket |> assign(n: 0, last: nil) |> stream(:rows, [])}
  def render(assigns), do: ~H"""
  <p phx-click="inc">{@n}</p>
  <div id="rows" phx-update="stream"><i :for={{id, _} <- @streams.rows} id={id}>x</i></div>
  <.live_component module={FormComponent} id="f" />
  """
  def handle_params(_params, _uri, socket), do: {:noreply, socket}
  def handle_event("inc", _, socket), do: {:noreply, update(socket, :n, &(&1 + 1))}
  def handle_event("keep", params, socket), do: {:noreply, assign(socket, :last, params)}
end

defmodule HostileRouter do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", HostileLive
end
`

// sink keeps what the engine calls its own mistakes.
type sink struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *sink) Trace(e trace.Event) {
	if strings.Contains(e.Text, "internal error") {
		fmt.Fprintln(s, e.Text)
	}
}

func (s *sink) internal() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text := s.text.String(); strings.Contains(text, "internal error") {
		return text
	}
	return ""
}

// serveHostile serves a view to clients that mean no good. The test fails when
// the engine reports a mistake of its own.
func serveHostile(t *testing.T) *httptest.Server {
	t.Helper()
	app, _, err := live.NewApp(source.NewFile("test.ex", hostileSource))
	if err != nil {
		t.Fatal(err)
	}
	tokens, log := transport.NewTokens(nil, ""), &sink{}
	server := &live.Server{Router: app.Routes, RouterModule: app.Routes.Module, Tokens: tokens, Tracer: log}
	server.Node = node.New(node.Options{Program: server.Program, Tracer: log})
	server.SetProgram(app.Program)
	h := transport.New(transport.Options{Live: server, Tokens: tokens, Log: slog.New(slog.NewTextHandler(log, nil))})
	web := httptest.NewServer(h)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := h.Shutdown(ctx); err != nil {
			t.Errorf("shutting down: %v", err)
		}
		web.Close()
		server.Node.Close()
		if text := log.internal(); text != "" {
			t.Errorf("the engine made a mistake:\n%s", text)
		}
	})
	return web
}

// bystander is a client that minds its own business all the time.
type bystander struct {
	b   *browser
	ctx context.Context
	ref int
}

func joinBystander(t *testing.T, web *httptest.Server) *bystander {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	b := newBrowser(t, web)
	b.Get("/")
	b.Dial(ctx, b.CSRF(), true)
	b.Send(ctx, captures.Step{Push: json.RawMessage(`["1","1","lv:phx-MAIN","phx_join",` + joinPayload + `]`)})
	if got, err := b.Receive(ctx); err != nil || !strings.Contains(got, `"ok"`) {
		t.Fatalf("joining: %s, %v", got, err)
	}
	return &bystander{b: b, ctx: ctx, ref: 1}
}

// check has the bystander send an event and get its reply.
func (y *bystander) check(after string) {
	y.b.T.Helper()
	y.ref++
	start := time.Now()
	y.b.Send(y.ctx, captures.Step{Push: fmt.Appendf(nil, `["1","%d","lv:phx-MAIN","event",{"type":"click","event":"inc","value":{}}]`, y.ref)})
	got, err := y.b.Receive(y.ctx)
	if err != nil || !strings.Contains(got, fmt.Sprintf(`"%d"`, y.ref)) {
		y.b.T.Fatalf("after %.100s: the bystander got %.200s, %v", after, got, err)
	}
	if took := time.Since(start); took > 20*time.Second {
		y.b.T.Errorf("after %.100s: the bystander waited %v", after, took)
	}
}

// hostileValues are what stands where something else is expected.
func hostileValues() []string {
	return []string{
		`null`, `true`, `0`, `-1`, `1.5`, `1e308`, `123456789012345678901234567890`, `""`, `"x"`, `[]`, `{}`, `[null]`, `{"":null}`, `"\u0000"`, `"\ud83d\ude00"`,
		`"` + strings.Repeat("a", 1<<20) + `"`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000), strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000),
		`"a[b][c]=1&a[b]=2&a=3"`, `"%"`, `"%zz=1&%ff=%fe&=&&&"`, `"` + strings.Repeat("a[", 5000) + `"`, `"` + strings.Repeat("a[]=1&", 5000) + `"`, `"_target=x&_unused_=1&_unused_x"`,
		`{"_target":5,"__struct__":"x"}`, `[` + strings.Repeat("0,", 100_000) + `0]`, strings.Repeat("9", 9_000),
	}
}

func TestHostilePayloads(t *testing.T) {
	web := serveHostile(t)
	other := joinBystander(t, web)
	shapes := []string{
		`["1","9","lv:phx-MAIN","event",X]`,
		`["1","9","lv:phx-MAIN","event",{"type":X,"event":"inc","value":{}}]`,
		`["1","9","lv:phx-MAIN","event",{"type":"click","event":X,"value":{}}]`,
		`["1","9","lv:phx-MAIN","event",{"type":"click","event":"keep","value":X}]`,
		`["1","9","lv:phx-MAIN","event",{"type":"form","event":"keep","value":X,"meta":X,"uploads":X}]`,
		`["1","9","lv:phx-MAIN","event",{"type":"form","event":"c","value":X,"cid":1}]`,
		`["1","9","lv:phx-MAIN","event",{"type":"click","event":"c","value":{},"cid":X}]`,
		`["1","9","lv:phx-MAIN","event",{"type":"click","event":"lv:clear-flash","value":X}]`,
		`["1","9","lv:phx-MAIN","live_patch",X]`, `["1","9","lv:phx-MAIN","live_patch",{"url":X}]`,
		`["1","9","lv:phx-MAIN","cids_will_destroy",X]`, `["1","9","lv:phx-MAIN","cids_destroyed",{"cids":X}]`, `["1","9","lv:phx-MAIN","cids_destroyed",{"cids":[1,X]}]`,
		`["1","9","lv:phx-MAIN","allow_upload",X]`, `["1","9","lv:phx-MAIN","allow_upload",{"ref":X,"entries":X}]`,
		`["1","9","lv:phx-MAIN","progress",X]`, `["1","9","lv:phx-MAIN","progress",{"ref":X,"entry_ref":X,"progress":X,"event":X,"cid":X}]`,
		`["1","9","lv:phx-MAIN","lvp:dom",X]`, `["1","9","lv:phx-MAIN","unheard-of",X]`, `["1","9","lv:phx-MAIN","phx_leave",X]`, `["1","9","lv:phx-MAIN","phx_close",X]`,
		`[X,"9","lv:phx-MAIN","event",{}]`, `["1",X,"lv:phx-MAIN","event",{}]`, `["1","9",X,"event",{}]`, `["1","9","lv:phx-MAIN",X,{}]`, `X`, `[X]`, `["1","9","phoenix","heartbeat",X]`,
		`["2","9","lv:phx-MAIN","phx_join",X]`, `["2","9","lv:phx-OTHER","phx_join",` + joinPayload + `]`,
		`["2","9","lv:phx-MAIN","phx_join",{"url":X,"params":X,"session":"SESSION","static":"STATIC","sticky":X,"flash":X}]`,
		`["2","9","lv:phx-MAIN","phx_join",{"redirect":X,"params":{"_mounts":X},"session":X,"static":X}]`,
		`["2","9","lvu:x","phx_join",X]`, `["2","9","lvu:x","phx_join",{"token":X}]`,
	}
	values := hostileValues()
	if testing.Short() {
		values = values[:12]
	}
	for _, shape := range shapes {
		b := newBrowser(t, web)
		b.Get("/")
		csrf := b.CSRF()
		for _, v := range values {
			if b.WS == nil {
				b.Get("/")
				b.Dial(other.ctx, csrf, true)
				b.WS.Write(other.ctx, websocket.MessageText, []byte(b.Fill(`["1","1","lv:phx-MAIN","phx_join",`+joinPayload+`]`)))
			}
			frame := b.Fill(strings.ReplaceAll(shape, "X", v))
			b.WS.Write(other.ctx, websocket.MessageText, []byte(frame))
			b.WS.Write(other.ctx, websocket.MessageText, []byte(`[null,"end","phoenix","heartbeat",{}]`))
			if !b.untilEnd(other.ctx) || strings.Contains(shape, "phx_") {
				b.WS.CloseNow()
				b.WS = nil
			}
		}
		if b.WS != nil {
			b.WS.CloseNow()
		}
		other.check(shape)
	}
}

// untilEnd reads until the answer to the heartbeat, and reports whether the
// view is still there.
func (b *browser) untilEnd(ctx context.Context) bool {
	there := true
	for {
		_, data, err := b.WS.Read(ctx)
		if err != nil {
			return false
		}
		if bytes.Contains(data, []byte(`"phx_error"`)) || bytes.Contains(data, []byte(`"phx_close"`)) {
			there = false
		}
		if bytes.Contains(data, []byte(`"end"`)) && bytes.Contains(data, []byte(`"phoenix"`)) {
			return there
		}
	}
}

func TestHostileFrames(t *testing.T) {
	web := serveHostile(t)
	other := joinBystander(t, web)
	frames := map[string][]byte{
		"10 MB":            bytes.Repeat([]byte("a"), 10<<20),
		"deep":             []byte(strings.Repeat("[", 1<<20)),
		"deep payload":     []byte(`["1","1","lv:x","event",` + strings.Repeat("[", 1<<20)),
		"long number":      []byte(`["1","1","lv:x","event",` + strings.Repeat("1", 3<<20) + `]`),
		"bad UTF-8":        []byte("[\"1\",\"\xff\"]"),
		"bad UTF-8 inside": []byte("[\"1\",\"1\",\"lv:x\",\"event\",{\"a\":\"\xc3\x28\"}]"),
		"not a frame":      []byte(`{"a":1}`), "short": []byte(`["1"]`), "long": []byte(`["1","2","3","4",{},6]`), "empty": {}, "text": []byte("GET / HTTP/1.1"),
		"giant ref": []byte(`["1","` + strings.Repeat("r", 3<<20) + `","phoenix","heartbeat",{}]`), "giant topic": []byte(`["1","1","lv:` + strings.Repeat("t", 3<<20) + `","phx_join",{}]`),
	}
	for name, frame := range frames {
		for _, kind := range []websocket.MessageType{websocket.MessageText, websocket.MessageBinary} {
			b := newBrowser(t, web)
			b.Get("/")
			b.Dial(other.ctx, b.CSRF(), true)
			b.WS.SetReadLimit(-1)
			b.WS.Write(other.ctx, kind, frame)
			b.WS.Write(other.ctx, websocket.MessageText, []byte(`[null,"end","phoenix","heartbeat",{}]`))
			b.untilEnd(other.ctx)
			b.WS.CloseNow()
			other.check(name)
		}
	}
}

func TestFloodsHarmNobodyElse(t *testing.T) {
	web := serveHostile(t)
	other := joinBystander(t, web)
	for name, frame := range map[string]string{
		"events":        `["1","2","lv:phx-MAIN","event",{"type":"click","event":"inc","value":{}}]`,
		"joins":         `["1","2","lv:phx-MAIN","phx_join",` + joinPayload + `]`,
		"bad joins":     `["1","2","lv:phx-MAIN","phx_join",{"session":"x","static":"y"}]`,
		"not joined":    `["1","2","lv:never","event",{}]`,
		"large events":  `["1","2","lv:phx-MAIN","event",{"type":"click","event":"keep","value":{"a":"` + strings.Repeat("a", 200_000) + `"}}]`,
		"crashing":      `["1","2","lv:phx-MAIN","event",{"type":"click","event":"none","value":{}}]`,
		"other's views": other.b.Fill(`["1","2","lv:phx-MAIN","event",{"type":"click","event":"inc","value":{}}]`),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBrowser(t, web)
			b.Get("/")
			b.Dial(other.ctx, b.CSRF(), true)
			b.WS.SetReadLimit(-1)
			b.WS.Write(other.ctx, websocket.MessageText, []byte(b.Fill(`["1","1","lv:phx-MAIN","phx_join",`+joinPayload+`]`)))
			go func() { // somebody has to read, or the flood stops by itself
				for {
					if _, _, err := b.WS.Read(other.ctx); err != nil {
						return
					}
				}
			}()
			data := []byte(b.Fill(frame))
			for i := range 1000 {
				if b.WS.Write(other.ctx, websocket.MessageText, data) != nil {
					break
				}
				if i%250 == 0 {
					other.check(name)
				}
			}
			other.check(name)
			b.WS.CloseNow()
		})
	}
}

func TestHalfOpenConnections(t *testing.T) {
	web := serveHostile(t)
	other := joinBystander(t, web)
	address := strings.TrimPrefix(web.URL, "http://")
	for _, half := range []string{
		"", "GET", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", "GET /live/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
		"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nabc",
		"GET /live/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\xfe\xff\xff",
	} {
		for range 20 {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(c, half)
			t.Cleanup(func() { c.Close() })
		}
		other.check(half)
	}
}

func TestHostileRequests(t *testing.T) {
	web := serveHostile(t)
	other := joinBystander(t, web)
	long := strings.Repeat("a", 100_000)
	for _, test := range []struct {
		method, path, body string
		head               map[string]string
	}{
		{"GET", "/" + long, "", nil}, {"GET", "/?" + strings.Repeat("a[", 20_000), "", nil}, {"GET", "/?a=" + long, "", nil}, {"GET", "/%ff%fe", "", nil}, {"GET", "/%00", "", nil},
		{"GET", "/" + strings.Repeat("x/", 20_000), "", nil}, {"GET", "/../../etc/passwd", "", nil}, {"GET", "//evil.example/%2e%2e", "", nil}, {"GET", "/?" + strings.Repeat("a[]=1&", 20_000), "", nil},
		{"POST", "/", strings.Repeat("a=b&", 1_000_000), map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
		{"POST", "/", "--x\r\n", map[string]string{"Content-Type": "multipart/form-data; boundary=x"}}, {"POST", "/", strings.Repeat("[", 1<<20), map[string]string{"Content-Type": "application/json"}},
		{"GET", "/", "", map[string]string{"Cookie": "_playground_key=" + long}}, {"GET", "/", "", map[string]string{"Cookie": strings.Repeat("a=b; ", 10_000)}},
		{"GET", "/", "", map[string]string{"Accept": long}}, {"GET", "/", "", map[string]string{"Origin": long}}, {"GET", "/", "", map[string]string{"X-A": "\xff\xfe"}},
		{"BREW", "/", "", nil}, {"CONNECT", "/", "", nil}, {"HEAD", "/", "", nil}, {"OPTIONS", "/", "", nil}, {"GET", "/live/websocket", "", nil}, {"GET", "/live/longpoll", "", nil},
	} {
		req, err := http.NewRequest(test.method, web.URL+test.path, strings.NewReader(test.body))
		if err != nil {
			continue
		}
		for k, v := range test.head {
			req.Header.Set(k, v)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode == http.StatusInternalServerError {
				t.Errorf("%s %.60s: status %d", test.method, test.path, res.StatusCode)
			}
		}
		other.check(test.method + " " + test.path)
	}
}
