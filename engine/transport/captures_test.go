package transport_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/transport"
)

// capture is one recorded scenario; see testdata/captures/README.md.
type capture struct {
	Scenario    string
	Path        string
	DeadStatus  int    `json:"dead_status"`
	DeadRootTag string `json:"dead_root_tag"`
	DeadHTML    string `json:"dead_html"`
	Steps       []captureStep
}

type captureStep struct {
	Name       string
	Push       json.RawMessage
	PushText   *string `json:"push_text"`
	PushBinary *string `json:"push_binary_base64"`
	Frames     []json.RawMessage
	Closed     *struct{ Code int }
}

var capturedProgram = sync.OnceValues(func() (*interp.Program, error) {
	names, err := filepath.Glob("testdata/captures/live/*.ex")
	if err != nil {
		return nil, err
	}
	var files []*source.File
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, source.NewFile(filepath.Base(name), string(text)))
	}
	base, err := live.Base()
	if err != nil {
		return nil, err
	}
	p, warnings, err := base.Compile(files...)
	if err == nil && len(warnings) > 0 {
		return nil, warnings
	}
	return p, err
})

// startServer serves the captured live views, and checks at the end that no
// goroutine of theirs is left.
func startServer(t *testing.T) (*httptest.Server, *transport.Handler) {
	t.Helper()
	program, err := capturedProgram()
	if err != nil {
		var found source.Errors
		if errors.As(err, &found) {
			t.Fatal(found.Text())
		}
		t.Fatal(err)
	}
	routers := live.Routers(program)
	if len(routers) != 1 {
		t.Fatalf("%d routers", len(routers))
	}
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: routers[0], RouterModule: routers[0].Module, Tokens: tokens}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(program)
	h := transport.New(transport.Options{Live: server, Tokens: tokens})
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

// browser replays a capture: it has cookies and knows what the placeholders
// stand for.
type browser struct {
	t      *testing.T
	web    *httptest.Server
	client *http.Client
	// values are what placeholders stand for, in the order of replacement.
	values [][2]string
	ws     *websocket.Conn
}

func newBrowser(t *testing.T, web *httptest.Server) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &browser{t: t, web: web, client: client}
}

var (
	rootTag   = regexp.MustCompile(`<[a-z]+ id="(phx-[^"]+)" data-phx-main data-phx-session="([^"]+)" data-phx-static="([^"]+)"[^>]*>`)
	csrfMeta  = regexp.MustCompile(`<meta name="csrf-token" content="([^"]+)">`)
	anyToken  = regexp.MustCompile(`SFMyNTY\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)
	childRoot = regexp.MustCompile(`data-phx-session=\\?"(SFMyNTY[^"\\]*)\\?" data-phx-static=\\?"\\?" data-phx-parent-id`)
)

// get loads a page and learns its ids and tokens. It returns the tag of the
// root element and what is in it.
func (b *browser) get(path string) (status int, tag, inner string) {
	b.t.Helper()
	res, err := b.client.Get(b.web.URL + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	page := string(data)
	m, csrf := rootTag.FindStringSubmatch(page), csrfMeta.FindStringSubmatch(page)
	if m == nil || csrf == nil {
		b.t.Fatalf("GET %s: status %d, no live view in\n%s", path, res.StatusCode, page)
	}
	b.values = [][2]string{{"phx-MAIN", m[1]}, {"CHILD_SESSION", "CHILD_SESSION"}, {"SESSION", m[2]}, {"STATIC", m[3]}, {"CSRF", csrf[1]},
		{"HOST", strings.TrimPrefix(b.web.URL, "http://")}}
	inner = page[strings.Index(page, m[0])+len(m[0]):]
	name, _, _ := strings.Cut(m[0][1:], " ")
	inner = inner[:strings.LastIndex(inner, "</"+name+">")]
	return res.StatusCode, b.hide(m[0]), b.hide(inner)
}

// hide puts placeholders for values.
func (b *browser) hide(s string) string {
	for _, v := range b.values {
		s = strings.ReplaceAll(s, v[1], v[0])
	}
	return anyToken.ReplaceAllString(s, "TOKEN")
}

// fill puts values for placeholders.
func (b *browser) fill(s string) string {
	for _, v := range b.values {
		s = strings.ReplaceAll(s, `"`+v[0]+`"`, `"`+v[1]+`"`)
	}
	s = strings.ReplaceAll(s, "http://HOST", b.web.URL)
	return strings.ReplaceAll(s, "phx-MAIN", b.values[0][1])
}

// dial opens the socket. Without cookies the session is not there, with a
// wrong token it is not used.
func (b *browser) dial(ctx context.Context, csrf string, cookies bool) {
	b.t.Helper()
	head := http.Header{"Origin": {b.web.URL}}
	if cookies {
		u, _ := url.Parse(b.web.URL)
		for _, c := range b.client.Jar.Cookies(u) {
			head.Add("Cookie", c.String())
		}
	}
	ws, _, err := websocket.Dial(ctx, b.web.URL+"/live/websocket?vsn=2.0.0&_csrf_token="+url.QueryEscape(csrf), &websocket.DialOptions{HTTPHeader: head})
	if err != nil {
		b.t.Fatal(err)
	}
	ws.SetReadLimit(1 << 24)
	b.ws = ws
	b.t.Cleanup(func() { ws.CloseNow() })
}

func (b *browser) send(ctx context.Context, step captureStep) {
	b.t.Helper()
	kind, data := websocket.MessageText, []byte(b.fill(string(step.Push)))
	if step.PushText != nil {
		data = []byte(*step.PushText)
	}
	if step.PushBinary != nil {
		kind = websocket.MessageBinary
		var err error
		if data, err = base64.StdEncoding.DecodeString(*step.PushBinary); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := b.ws.Write(ctx, kind, data); err != nil {
		b.t.Fatalf("sending: %v", err)
	}
}

func (b *browser) receive(ctx context.Context) (string, error) {
	_, data, err := b.ws.Read(ctx)
	if err != nil {
		return "", err
	}
	if m := childRoot.FindSubmatch(data); m != nil {
		b.values[1][1] = string(m[1])
		return anyToken.ReplaceAllString(b.hide(strings.ReplaceAll(string(data), string(m[1]), "TOKEN")), "TOKEN"), nil
	}
	return b.hide(string(data)), nil
}

// normal parses a frame and drops what does not count.
func normal(t *testing.T, frame string) any {
	t.Helper()
	var v []any
	if err := json.Unmarshal([]byte(frame), &v); err != nil {
		t.Fatalf("%v: %s", err, frame)
	}
	if payload, ok := v[len(v)-1].(map[string]any); ok {
		if response, ok := payload["response"].(map[string]any); ok {
			delete(response, "liveview_version")
		}
	}
	return v
}

func indent(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	e.Encode(v)
	return b.String()
}

// TestCaptures replays what was recorded from Phoenix and expects the same
// frames.
func TestCaptures(t *testing.T) {
	names, err := filepath.Glob("testdata/captures/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".json"), func(t *testing.T) { replay(t, name) })
	}
}

func replay(t *testing.T, name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var c capture
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	web, _ := startServer(t)
	b := newBrowser(t, web)
	status, tag, inner := b.get(c.Path)
	if status != c.DeadStatus || tag != c.DeadRootTag || inner != c.DeadHTML {
		t.Errorf("dead render: status %d\n got %s%s\nwant %s%s", status, tag, inner, c.DeadRootTag, c.DeadHTML)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	csrf := b.values[4][1]
	if c.Scenario == "error_bad_csrf" {
		csrf = "wrong"
	}
	b.dial(ctx, csrf, c.Scenario != "error_no_cookie")
	for _, step := range c.Steps {
		b.send(ctx, step)
		for i, want := range step.Frames {
			got, err := b.receive(ctx)
			if err != nil {
				t.Fatalf("step %q: waiting for frame %d: %v\nwant %s", step.Name, i, err, want)
			}
			if g, w := normal(t, got), normal(t, string(want)); !reflect.DeepEqual(g, w) {
				t.Fatalf("step %q, frame %d\n got %s\nwant %s\n\n%s", step.Name, i, got, want, firstDifference("", g, w))
			}
		}
		if step.Closed != nil {
			_, err := b.receive(ctx)
			if code := websocket.CloseStatus(err); int(code) != step.Closed.Code {
				t.Errorf("step %q: closed with %d (%v), want %d", step.Name, code, err, step.Closed.Code)
			}
			return
		}
	}
	b.nothingMore(ctx)
}

// nothingMore checks that the server has sent all that it has to say.
func (b *browser) nothingMore(ctx context.Context) {
	b.t.Helper()
	b.send(ctx, captureStep{Push: []byte(`[null,"last","phoenix","heartbeat",{}]`)})
	got, err := b.receive(ctx)
	if err != nil || !strings.Contains(got, `"last"`) {
		b.t.Errorf("after the last step: %s, %v", got, err)
	}
}

// firstDifference says where two JSON values differ.
func firstDifference(path string, got, want any) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		for k := range w {
			if _, ok := g[k]; !ok {
				return path + "/" + k + " is missing; want " + indent(w[k])
			}
		}
		for k := range g {
			if _, ok := w[k]; !ok {
				return path + "/" + k + " is not wanted; got " + indent(g[k])
			}
			if !reflect.DeepEqual(g[k], w[k]) {
				return firstDifference(path+"/"+k, g[k], w[k])
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			break
		}
		for i := range g {
			if !reflect.DeepEqual(g[i], w[i]) {
				return firstDifference(path+"/"+string(rune('0'+i%10)), g[i], w[i])
			}
		}
	}
	return path + "\n got " + indent(got) + "want " + indent(want)
}
