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
	Scenario string
	// Phoenix is the version that was recorded, "" for one from 1.8.16 on.
	Phoenix string
	// Source is the live view, with its router.
	Source      string
	Path        string
	DeadStatus  int    `json:"dead_status"`
	DeadRootTag string `json:"dead_root_tag"`
	DeadHTML    string `json:"dead_html"`
	Steps       []Step
}

// Step is one thing that the client sent, and what the server answered.
type Step struct {
	Name string
	// Get is a page that was loaded in this step, and HTTP what came.
	Get  string
	HTTP *Page

	Push       json.RawMessage
	PushText   *string `json:"push_text"`
	PushBinary *string `json:"push_binary_base64"`
	Frames     []json.RawMessage
	Closed     *struct{ Code int }
}

// Page is the answer to a GET: where it leads to, or the tag of the root element
// and what is in it.
type Page struct {
	Status               int
	Location, Tag, Inner string
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
	// children are the tokens of nested views, by the id of their element, and
	// flash is the token of the last navigation.
	children map[string][2]string
	flash    string
}

// NewBrowser returns a browser of the server at a URL.
func NewBrowser(t *testing.T, url string) *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Browser{T: t, URL: url, Client: client, children: map[string][2]string{}}
}

var (
	rootTag   = regexp.MustCompile(`<[a-z]+ id="(phx-[^"]+)" data-phx-main data-phx-session="([^"]+)" data-phx-static="([^"]+)"[^>]*>`)
	csrfMeta  = regexp.MustCompile(`<meta name="csrf-token" content="([^"]+)">`)
	anyToken  = regexp.MustCompile(`SFMyNTY\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)
	nestedTag = regexp.MustCompile(`<[a-z-]+ id=\\?"([^"\\]+)\\?"[^>]*? data-phx-session=\\?"(SFMyNTY[^"\\]*)\\?" data-phx-static=\\?"([^"\\]*)\\?"`)
	newFlash  = regexp.MustCompile(`"flash":"(SFMyNTY[^"]*)"`)
	childRoot = regexp.MustCompile(`data-phx-session=\\?"(SFMyNTY[^"\\]*)\\?" data-phx-static=\\?"\\?" data-phx-parent-id`)
)

// Get loads a page and learns its ids and tokens. It returns the tag of the
// root element and what is in it.
func (b *Browser) Get(path string) (status int, tag, inner string) {
	b.T.Helper()
	res, page := b.load(path)
	return b.read(path, res, page)
}

// read learns the ids and tokens of a page, and takes it apart.
func (b *Browser) read(path string, res *http.Response, page string) (status int, tag, inner string) {
	b.T.Helper()
	m, csrf := rootTag.FindStringSubmatch(page), csrfMeta.FindStringSubmatch(page)
	if m == nil || csrf == nil {
		b.T.Fatalf("GET %s: status %d, no live view in\n%s", path, res.StatusCode, page)
	}
	b.values = [][2]string{{"phx-MAIN", m[1]}, {"CHILD_SESSION", "CHILD_SESSION"}, {"SESSION", m[2]}, {"STATIC", m[3]}, {"CSRF", csrf[1]},
		{"HOST", strings.TrimPrefix(b.URL, "http://")}}
	inner = page[strings.Index(page, m[0])+len(m[0]):]
	name, _, _ := strings.Cut(m[0][1:], " ")
	inner = inner[:strings.LastIndex(inner, "</"+name+">")]
	b.learn(page)
	return res.StatusCode, b.Hide(m[0]), b.Hide(inner)
}

// load gets a page.
func (b *Browser) load(path string) (*http.Response, string) {
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
	return res, string(data)
}

// Visit loads a page in the course of a session, which may be none, and returns
// what a step has of it.
func (b *Browser) Visit(path string) Page {
	b.T.Helper()
	res, page := b.load(path)
	if rootTag.MatchString(page) {
		status, tag, inner := b.read(path, res, page)
		return Page{Status: status, Tag: tag, Inner: inner}
	}
	return Page{Status: res.StatusCode, Location: res.Header.Get("Location")}
}

// learn notes the tokens of the nested views in some HTML.
func (b *Browser) learn(html string) {
	for _, m := range nestedTag.FindAllStringSubmatch(html, -1) {
		b.children[m[1]] = [2]string{m[2], m[3]}
	}
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
	for id, c := range b.children {
		s = strings.ReplaceAll(s, `"SESSION:`+id+`"`, `"`+c[0]+`"`)
		s = strings.ReplaceAll(s, `"STATIC:`+id+`"`, `"`+c[1]+`"`)
	}
	s = strings.ReplaceAll(s, `"FLASH"`, `"`+b.flash+`"`)
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
	b.learn(string(data))
	if m := newFlash.FindSubmatch(data); m != nil {
		b.flash = string(m[1])
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
		if step.Get != "" {
			b.visit(step)
			continue
		}
		b.Send(ctx, step)
		b.expect(ctx, c, step)
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

// visit loads the page of a step and expects what was recorded.
func (b *Browser) visit(step Step) {
	b.T.Helper()
	got, want := b.Visit(step.Get), *step.HTTP
	if want.Tag == "" {
		want.Inner = "" // a page of the server's own
	}
	if got != want {
		b.T.Fatalf("step %q\n got %+v\nwant %+v", step.Name, got, want)
	}
}

// expect reads the frames of a step. Those of one view come in order; between
// views, which run beside each other, there is none.
func (b *Browser) expect(ctx context.Context, c Scenario, step Step) {
	b.T.Helper()
	got, want := map[string][]any{}, map[string][]any{}
	for i, frame := range step.Frames {
		w := Normal(b.T, string(frame)).([]any)
		want[w[2].(string)] = append(want[w[2].(string)], w)
		text, err := b.Receive(ctx)
		if err != nil {
			b.T.Fatalf("step %q: waiting for frame %d: %v\nwant %s", step.Name, i, err, frame)
		}
		g := Normal(b.T, text).([]any)
		if payload, ok := g[4].(map[string]any); ok && g[3] == "phx_error" && c.Phoenix != "" {
			delete(payload, "reason")
		}
		got[g[2].(string)] = append(got[g[2].(string)], g)
	}
	if !reflect.DeepEqual(got, want) {
		b.T.Fatalf("step %q\n got %s\nwant %s\n\n%s", step.Name, Indent(got), Indent(want), firstDifference("", toAny(got), toAny(want)))
	}
}

func toAny(m map[string][]any) any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
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
