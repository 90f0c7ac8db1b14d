// Package captures plays sessions that were recorded from a real Phoenix server
// to ours, for tests: the page, what the client sent, and every frame that the
// server answered. The recordings and their format are in
// engine/transport/testdata/captures.
package captures

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// Scenario is one recorded session; see the README beside the files.
type Scenario struct {
	Scenario    string
	Path        string
	DeadStatus  int    `json:"dead_status"`
	DeadRootTag string `json:"dead_root_tag"`
	DeadHTML    string `json:"dead_html"`
	Steps       []Step
}

// Step is one thing that the client sent, and what the server answered.
type Step struct {
	Name       string
	Push       json.RawMessage
	PushText   *string `json:"push_text"`
	PushBinary *string `json:"push_binary_base64"`
	Frames     []json.RawMessage
	Closed     *struct{ Code int }
}

// Browser replays a scenario: it has cookies and knows what the placeholders
// stand for.
type Browser struct {
	T      *testing.T
	URL    string // of the server
	Client *http.Client
	WS     *websocket.Conn // nil before Dial
	// values are what placeholders stand for, in the order of replacement.
	values [][2]string
}

// NewBrowser returns a browser of the server at a URL.
func NewBrowser(t *testing.T, url string) *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Browser{T: t, URL: url, Client: client}
}

var (
	rootTag   = regexp.MustCompile(`<[a-z]+ id="(phx-[^"]+)" data-phx-main data-phx-session="([^"]+)" data-phx-static="([^"]+)"[^>]*>`)
	csrfMeta  = regexp.MustCompile(`<meta name="csrf-token" content="([^"]+)">`)
	anyToken  = regexp.MustCompile(`SFMyNTY\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)
	childRoot = regexp.MustCompile(`data-phx-session=\\?"(SFMyNTY[^"\\]*)\\?" data-phx-static=\\?"\\?" data-phx-parent-id`)
)

// Get loads a page and learns its ids and tokens. It returns the tag of the
// root element and what is in it.
func (b *Browser) Get(path string) (status int, tag, inner string) {
	b.T.Helper()
	res, err := b.Client.Get(b.URL + path)
	if err != nil {
		b.T.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.T.Fatal(err)
	}
	page := string(data)
	m, csrf := rootTag.FindStringSubmatch(page), csrfMeta.FindStringSubmatch(page)
	if m == nil || csrf == nil {
		b.T.Fatalf("GET %s: status %d, no live view in\n%s", path, res.StatusCode, page)
	}
	b.values = [][2]string{{"phx-MAIN", m[1]}, {"CHILD_SESSION", "CHILD_SESSION"}, {"SESSION", m[2]}, {"STATIC", m[3]}, {"CSRF", csrf[1]},
		{"HOST", strings.TrimPrefix(b.URL, "http://")}}
	inner = page[strings.Index(page, m[0])+len(m[0]):]
	name, _, _ := strings.Cut(m[0][1:], " ")
	inner = inner[:strings.LastIndex(inner, "</"+name+">")]
	return res.StatusCode, b.Hide(m[0]), b.Hide(inner)
}

// CSRF returns the token of the page that was loaded last.
func (b *Browser) CSRF() string { return b.values[4][1] }

// Hide puts placeholders for values.
func (b *Browser) Hide(s string) string {
	for _, v := range b.values {
		s = strings.ReplaceAll(s, v[1], v[0])
	}
	return anyToken.ReplaceAllString(s, "TOKEN")
}

// Fill puts values for placeholders.
func (b *Browser) Fill(s string) string {
	for _, v := range b.values {
		s = strings.ReplaceAll(s, `"`+v[0]+`"`, `"`+v[1]+`"`)
	}
	s = strings.ReplaceAll(s, "http://HOST", b.URL)
	return strings.ReplaceAll(s, "phx-MAIN", b.values[0][1])
}

// Dial opens the socket. Without cookies the session is not there, with a
// wrong token it is not used.
func (b *Browser) Dial(ctx context.Context, csrf string, cookies bool) {
	b.T.Helper()
	head := http.Header{"Origin": {b.URL}}
	if cookies {
		u, _ := url.Parse(b.URL)
		for _, c := range b.Client.Jar.Cookies(u) {
			head.Add("Cookie", c.String())
		}
	}
	ws, _, err := websocket.Dial(ctx, b.URL+"/live/websocket?vsn=2.0.0&_csrf_token="+url.QueryEscape(csrf), &websocket.DialOptions{HTTPHeader: head})
	if err != nil {
		b.T.Fatal(err)
	}
	ws.SetReadLimit(1 << 24)
	b.WS = ws
	b.T.Cleanup(func() { ws.CloseNow() })
}

// Send sends what a step says.
func (b *Browser) Send(ctx context.Context, step Step) {
	b.T.Helper()
	kind, data := websocket.MessageText, []byte(b.Fill(string(step.Push)))
	if step.PushText != nil {
		data = []byte(*step.PushText)
	}
	if step.PushBinary != nil {
		kind = websocket.MessageBinary
		var err error
		if data, err = base64.StdEncoding.DecodeString(*step.PushBinary); err != nil {
			b.T.Fatal(err)
		}
	}
	if err := b.WS.Write(ctx, kind, data); err != nil {
		b.T.Fatalf("sending: %v", err)
	}
}

// Receive returns the next frame, with placeholders put in.
func (b *Browser) Receive(ctx context.Context) (string, error) {
	_, data, err := b.WS.Read(ctx)
	if err != nil {
		return "", err
	}
	if m := childRoot.FindSubmatch(data); m != nil {
		b.values[1][1] = string(m[1])
		return anyToken.ReplaceAllString(b.Hide(strings.ReplaceAll(string(data), string(m[1]), "TOKEN")), "TOKEN"), nil
	}
	return b.Hide(string(data)), nil
}

// Normal parses a frame and drops what does not count.
func Normal(t *testing.T, frame string) any {
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

// Indent writes a JSON value for people.
func Indent(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	e.Encode(v)
	return b.String()
}

// Replay plays the scenario of a file to the server at a URL and expects the
// page and the frames that were recorded.
func Replay(t *testing.T, url, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var c Scenario
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	b := NewBrowser(t, url)
	status, tag, inner := b.Get(c.Path)
	if status != c.DeadStatus || tag != c.DeadRootTag || inner != c.DeadHTML {
		t.Errorf("dead render: status %d\n got %s%s\nwant %s%s", status, tag, inner, c.DeadRootTag, c.DeadHTML)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	csrf := b.CSRF()
	if c.Scenario == "error_bad_csrf" {
		csrf = "wrong"
	}
	b.Dial(ctx, csrf, c.Scenario != "error_no_cookie")
	for _, step := range c.Steps {
		b.Send(ctx, step)
		for i, want := range step.Frames {
			got, err := b.Receive(ctx)
			if err != nil {
				t.Fatalf("step %q: waiting for frame %d: %v\nwant %s", step.Name, i, err, want)
			}
			if g, w := Normal(t, got), Normal(t, string(want)); !reflect.DeepEqual(g, w) {
				t.Fatalf("step %q, frame %d\n got %s\nwant %s\n\n%s", step.Name, i, got, want, firstDifference("", g, w))
			}
		}
		if step.Closed != nil {
			_, err := b.Receive(ctx)
			if code := websocket.CloseStatus(err); int(code) != step.Closed.Code {
				t.Errorf("step %q: closed with %d (%v), want %d", step.Name, code, err, step.Closed.Code)
			}
			return
		}
	}
	b.NothingMore(ctx)
}

// NothingMore checks that the server has sent all that it has to say.
func (b *Browser) NothingMore(ctx context.Context) {
	b.T.Helper()
	b.Send(ctx, Step{Push: []byte(`[null,"last","phoenix","heartbeat",{}]`)})
	got, err := b.Receive(ctx)
	if err != nil || !strings.Contains(got, `"last"`) {
		b.T.Errorf("after the last step: %s, %v", got, err)
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
				return path + "/" + k + " is missing; want " + Indent(w[k])
			}
		}
		for k := range g {
			if _, ok := w[k]; !ok {
				return path + "/" + k + " is not wanted; got " + Indent(g[k])
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
	return path + "\n got " + Indent(got) + "want " + Indent(want)
}
