package transport_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/transport"
	"streamsplayground/engine/transport/captures"
)

// poller is a client that polls, with the page that it has loaded.
type poller struct {
	*browser
	url   string
	token string
}

type polled struct {
	Status   int
	Token    string
	Messages []string
}

func newPoller(t *testing.T, web *httptest.Server) *poller {
	t.Helper()
	p := &poller{browser: newBrowser(t, web)}
	p.Get("/")
	p.url = web.URL + "/live/longpoll?vsn=2.0.0&_csrf_token=" + url.QueryEscape(p.CSRF())
	got := p.poll()
	if got.Status != http.StatusGone || got.Token == "" {
		t.Fatalf("the first poll: %+v", got)
	}
	p.token = got.Token
	return p
}

// request returns the answer and its HTTP status.
func (p *poller) request(method, body string, head http.Header) (polled, *http.Response) {
	p.T.Helper()
	req, err := http.NewRequest(method, p.url+"&token="+url.QueryEscape(p.token), strings.NewReader(body))
	if err != nil {
		p.T.Fatal(err)
	}
	req.Header = head
	res, err := p.Client.Do(req)
	if err != nil {
		p.T.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		p.T.Fatal(err)
	}
	var got polled
	if len(data) > 0 && res.StatusCode == http.StatusOK {
		if err := json.Unmarshal(data, &got); err != nil {
			p.T.Fatalf("%s: %v", data, err)
		}
	}
	return got, res
}

func (p *poller) poll() polled {
	p.T.Helper()
	got, _ := p.request("GET", "", http.Header{})
	return got
}

// post sends frames, a line each, and wants a status.
func (p *poller) post(status int, lines ...string) {
	p.T.Helper()
	for i := range lines {
		lines[i] = p.Fill(lines[i])
	}
	got, _ := p.request("POST", strings.Join(lines, "\n"), http.Header{"Content-Type": {"application/x-ndjson"}})
	if got.Status != status {
		p.T.Errorf("posting %q: status %d, want %d", lines, got.Status, status)
	}
}

// wantFrames polls until the frames came, in order.
func (p *poller) wantFrames(want ...string) {
	p.T.Helper()
	var got []string
	for len(got) < len(want) {
		answer := p.poll()
		if answer.Status != http.StatusOK || answer.Token != p.token {
			p.T.Fatalf("polling after %q: %+v", got, answer)
		}
		got = append(got, answer.Messages...)
	}
	for i := range want {
		if captures.Indent(captures.Normal(p.T, p.Hide(got[i]))) != captures.Indent(captures.Normal(p.T, want[i])) {
			p.T.Errorf("frame %d\n got %s\nwant %s", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		p.T.Errorf("got %d frames, want %d: %q", len(got), len(want), got)
	}
}

const heartbeat = `[null,"h","phoenix","heartbeat",{}]`
const heartbeatReply = `[null,"h","phoenix","phx_reply",{"status":"ok","response":{}}]`

// The answers are those that Phoenix 1.8.9 gives to the same requests.
func TestLongPolling(t *testing.T) {
	web, _ := serveCounter(t, nil)
	p := newPoller(t, web)
	p.post(200, `["4","4","lv:phx-MAIN","phx_join",`+joinPayload+`]`, heartbeat)
	p.wantFrames(heartbeatReply, joined(`"4"`, `"4"`))
	p.post(200, `["4","5","lv:phx-MAIN","event",{"type":"click","event":"inc","value":{}}]`)
	p.wantFrames(`["4","5","lv:phx-MAIN","phx_reply",{"status":"ok","response":{"diff":{"0":"1"}}}]`)
	// A frame in base64 is binary: a push of no topic that is joined.
	p.post(200, "AAEBBwU0NnBob2VuaXhjaHVua2hp")
	p.wantFrames(`[null,"6","phoenix","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]`)
	// Any other type of body is one frame of text.
	if got, _ := p.request("POST", heartbeat, http.Header{"Content-Type": {"text/plain"}}); got.Status != 200 {
		t.Errorf("a body of text: %+v", got)
	}
	p.wantFrames(heartbeatReply)
	p.post(200, "", heartbeat)
	p.wantFrames(heartbeatReply)
}

func TestPollsThatAreRefused(t *testing.T) {
	web, _ := serveCounter(t, nil)
	p := newPoller(t, web)
	if got, res := p.request("GET", "", http.Header{"Origin": {"http://evil.example"}}); got.Status != 403 || got.Token != "" ||
		res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("another origin: %+v, %v", got, res.Header)
	}
	if _, res := p.request("OPTIONS", "", http.Header{"Access-Control-Request-Headers": {"content-type"}}); res.StatusCode != 200 ||
		res.Header.Get("Access-Control-Allow-Headers") != "content-type" || res.Header.Get("Access-Control-Allow-Methods") != "get, post, options" {
		t.Errorf("OPTIONS: %d, %v", res.StatusCode, res.Header)
	}
	if _, res := p.request("PUT", "", http.Header{}); res.StatusCode != 400 {
		t.Errorf("PUT: %d", res.StatusCode)
	}
	if _, res := p.request("POST", "!", http.Header{"Content-Type": {"application/x-ndjson"}}); res.StatusCode != 400 {
		t.Errorf("a line that is no base64: %d", res.StatusCode)
	}
	if _, res := p.request("POST", strings.Repeat("x", 8_000_001), http.Header{}); res.StatusCode != 400 {
		t.Errorf("a body that is too large: %d", res.StatusCode)
	}
	unknown := *p
	unknown.token = "unknown"
	unknown.post(410, heartbeat)
	if got := unknown.poll(); got.Status != 410 || got.Token == "" || got.Token == p.token {
		t.Errorf("polling with an unknown token: %+v", got)
	}
	unknown.url = strings.Replace(p.url, "vsn=2.0.0", "vsn=9.0.0", 1)
	if got := unknown.poll(); got.Status != 403 {
		t.Errorf("another version: %+v", got)
	}
}

// What is no frame ends the session with its views, and none other.
func TestBadFramesEndAPoll(t *testing.T) {
	web, h := serveCounter(t, nil)
	p, other := newPoller(t, web), newPoller(t, web)
	p.post(200, `["4","4","lv:phx-MAIN","phx_join",`+joinPayload+`]`)
	p.wantFrames(joined(`"4"`, `"4"`))
	if got, _ := p.request("POST", "{{", http.Header{}); got.Status != 408 {
		t.Errorf("posting what is no frame: %+v", got)
	}
	for h.Connections() > 1 {
		time.Sleep(time.Millisecond)
	}
	if got := p.poll(); got.Status != 410 || got.Token == p.token {
		t.Errorf("polling after that: %+v", got)
	}
	other.post(200, heartbeat)
	other.wantFrames(heartbeatReply)
}

// A poll waits for a window, and a client that polls no more is gone.
func TestWindowOfPolls(t *testing.T) {
	web, h := serveCounter(t, func(o *transport.Options) { o.PollWindow = 500 * time.Millisecond })
	p := newPoller(t, web)
	if got := p.poll(); got.Status != 204 || len(got.Messages) != 0 || got.Token != p.token {
		t.Errorf("nothing in the window: %+v", got)
	}
	deadline := time.Now().Add(10 * time.Second)
	for h.Connections() > 0 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if n := h.Connections(); n != 0 {
		t.Errorf("%d sessions are left of a client that is gone", n)
	}
	p.post(410, heartbeat)
}

// A shutdown answers the poll that waits, and makes no new sessions.
func TestShutdownOfPolls(t *testing.T) {
	web, h := serveCounter(t, nil)
	p := newPoller(t, web)
	p.post(200, `["4","4","lv:phx-MAIN","phx_join",`+joinPayload+`]`)
	p.wantFrames(joined(`"4"`, `"4"`))
	waiting := make(chan polled)
	go func() { waiting <- p.poll() }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := h.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	// Whether the poll was waiting already or came too late, nothing goes on.
	if got := <-waiting; !slices.Contains([]int{403, 410}, got.Status) {
		t.Errorf("the waiting poll: %+v", got)
	}
	if got := p.poll(); got.Status != 403 {
		t.Errorf("polling after the shutdown: %+v", got)
	}
}
