package browsertest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/coder/websocket"

	"streamsplayground/internal/browsertest"
	"streamsplayground/web/client"
)

// wait bounds every wait for the browser: generous, since test machines are slow.
const wait = 20 * time.Second

// The two clients a script runs with.
const (
	ours     = "ours"
	official = "official"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// clients lists ours, and the official one where it is installed.
func clients(t *testing.T) []string {
	t.Helper()
	if npmDir() == "" {
		if os.Getenv("CI") != "" {
			browsertest.Official(t)
		}
		return []string{ours}
	}
	return []string{ours, official}
}

func npmDir() string {
	dir := os.Getenv("PLAYGROUND_NPM")
	if dir == "" {
		return ""
	}
	if _, err := os.Stat(filepath.Join(dir, "phoenix_live_view")); err != nil {
		return ""
	}
	return dir
}

// eachClient runs the script with every client and compares what it recorded.
func eachClient(t *testing.T, page pageSpec, script func(t *testing.T, p *page)) {
	t.Helper()
	records := map[string][]string{}
	for _, kind := range clients(t) {
		t.Run(kind, func(t *testing.T) {
			p := open(t, kind, page)
			script(t, p)
			p.checkErrors()
			records[kind] = p.records
		})
	}
	a, b := records[ours], records[official]
	if len(records) < 2 || t.Failed() {
		return
	}
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			t.Fatalf("step %d differs\nours:     %s\nofficial: %s", i, at(a, i), at(b, i))
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}

// pageSpec is the HTML page a script starts from.
type pageSpec struct {
	body string // inside the view's element
	head string // after the client's import, before connect; JavaScript, `opts` are the client's options
	// around is HTML beside the view's element.
	around string
	// id of the view's element, "phx-main" if empty.
	id string
	// framed puts the page into a sandboxed frame.
	framed bool
	// errorsExpected lets console errors pass.
	errorsExpected bool
}

// frame is a message of either direction.
type frame struct {
	JoinRef, Ref *string
	Topic, Event string
	Payload      json.RawMessage
}

func (f frame) String() string { return fmt.Sprintf("%s %s", f.Event, f.Payload) }

// tab is a browser tab; tests hand it on, since making one takes long.
type tab struct {
	ctx context.Context

	mu   sync.Mutex
	page *page
}

var freeTabs = make(chan *tab, 16)

func takeTab(browser context.Context) *tab {
	select {
	case t := <-freeTabs:
		return t
	default:
	}
	t := &tab{}
	t.ctx, _ = chromedp.NewContext(browser, chromedp.WithListener(t.listen))
	_ = chromedp.Do(t.ctx, chromedp.EmulateViewport(800, 600)) // a tab that cannot be used fails where it is used
	return t
}

func (t *tab) show(p *page) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.page = p
}

func (t *tab) giveBack() {
	// The next test's page takes the place of this one, which ends its socket.
	t.show(nil)
	select {
	case freeTabs <- t:
	default:
	}
}

func (t *tab) listen(event any) {
	t.mu.Lock()
	p := t.page
	t.mu.Unlock()
	if p != nil {
		p.listen(event)
	}
}

// page is what a test sees of a tab, with its server and its socket.
type page struct {
	t       *testing.T
	ctx     context.Context
	kind    string
	spec    pageSpec
	host    string
	topic   string
	joinRef string
	done    int
	records []string

	mu     sync.Mutex
	frames []frame
	more   chan struct{}
	conn   *websocket.Conn
	errors []string
	// requests are the pages asked for, with the cookies sent.
	requests, cookies []string
}

func open(t *testing.T, kind string, spec pageSpec) *page {
	t.Helper()
	tab := takeTab(browsertest.Browser(t))
	p := &page{t: t, kind: kind, spec: spec, topic: "lv:phx-main", more: make(chan struct{}, 1), ctx: tab.ctx}
	server := httptest.NewServer(p.handler())
	p.host = strings.TrimPrefix(server.URL, "http://")
	tab.show(p)
	t.Cleanup(func() {
		p.mu.Lock()
		if p.conn != nil {
			_ = p.conn.CloseNow()
		}
		p.mu.Unlock()
		server.Close()
		tab.giveBack()
	})
	path := "/page"
	if spec.framed {
		path = "/frame"
	}
	err := chromedp.Do(tab.ctx, chromedp.Navigate(server.URL+path))
	if err != nil {
		// The page before may have been on its way elsewhere.
		err = chromedp.Do(tab.ctx, chromedp.Navigate(server.URL+path))
	}
	if err != nil {
		t.Fatalf("opening the page: %v", err)
	}
	return p
}

func (p *page) listen(event any) {
	var text string
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		text = event.ExceptionDetails.Text
		if exception := event.ExceptionDetails.Exception; exception != nil {
			text += " " + exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if event.Type != runtime.ConsoleAPICalledTypeError {
			return
		}
		for _, arg := range event.Args {
			text += string(arg.Value) + arg.Description + " "
		}
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errors = append(p.errors, text)
}

// checkErrors fails on console errors and uncaught exceptions.
func (p *page) checkErrors() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.spec.errorsExpected && len(p.errors) > 0 {
		p.t.Errorf("errors on the console: %s", strings.Join(p.errors, "\n"))
	}
}

func (p *page) handler() http.Handler {
	mux := http.NewServeMux()
	modules := http.StripPrefix("/client/", http.FileServerFS(client.FS))
	mux.HandleFunc("/client/", func(w http.ResponseWriter, r *http.Request) {
		// A frame without an origin gets modules only where every origin does.
		w.Header().Set("Access-Control-Allow-Origin", "*")
		modules.ServeHTTP(w, r)
	})
	if dir := npmDir(); dir != "" {
		mux.Handle("/npm/", http.StripPrefix("/npm/", http.FileServer(http.Dir(dir))))
	}
	mux.HandleFunc("/live/websocket", p.socket)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.requests = append(p.requests, r.RequestURI)
		p.cookies = append(p.cookies, r.Header.Get("Cookie"))
		p.mu.Unlock()
		p.wake()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, p.html())
	})
	mux.HandleFunc("/frame", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><iframe sandbox="allow-scripts allow-forms" src="/page"></iframe>`)
	})
	return mux
}

const pageHTML = `<!doctype html><html><head><link rel="icon" href="data:,"><title data-suffix=" · T">start</title>
<script type="importmap">{"imports":{"phoenix":"/npm/phoenix/priv/static/phoenix.mjs"}}</script>
<style>.tall{height:300px} li{min-height:1px}</style></head><body>
<div id="%s" data-phx-main data-phx-session="SESSION" data-phx-static="STATIC">%s</div>%s
<script type="module">
%s
let opts = {params: {_csrf_token: "C"}, reconnectAfterMs: () => 50, rejoinAfterMs: () => 50};
window.addEventListener("phx:done", (e) => { window.done = e.detail.n; });
window.done = 0;
%s
window.liveSocket = new LiveSocket("/live", Socket, opts);
liveSocket.connect();
</script></body></html>`

func (p *page) viewID() string {
	if p.spec.id == "" {
		return "phx-main"
	}
	return p.spec.id
}

func (p *page) html() string {
	imports := `import {createHook, LiveSocket, Socket, ViewHook} from "/client/index.js";`
	if p.kind == official {
		imports = `import {Socket} from "phoenix"; import {createHook, LiveSocket, ViewHook} from "/npm/phoenix_live_view/priv/static/phoenix_live_view.esm.js";`
	}
	return fmt.Sprintf(pageHTML, p.viewID(), p.spec.body, p.spec.around, imports, p.spec.head)
}

func (p *page) socket(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	conn.SetReadLimit(1 << 20)
	p.mu.Lock()
	p.conn = conn
	p.mu.Unlock()
	for {
		_, data, err := conn.Read(context.Background())
		if err != nil {
			return
		}
		f, err := parseFrame(data)
		if err != nil {
			p.t.Errorf("frame %s: %v", data, err)
			return
		}
		p.mu.Lock()
		p.frames = append(p.frames, f)
		p.mu.Unlock()
		p.wake()
	}
}

// wake tells a waiting test to look again.
func (p *page) wake() {
	select {
	case p.more <- struct{}{}:
	default:
	}
}

func (p *page) requestCount() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests)
}

// requestAfter waits for a page to be asked for after the first n.
func (p *page) requestAfter(n int) (address, cookie string) {
	p.t.Helper()
	deadline := time.After(wait)
	for p.requestCount() <= n {
		select {
		case <-p.more:
		case <-deadline:
			p.t.Fatal("no page is asked for")
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[n], p.cookies[n]
}

// nextRequest waits for the browser to ask for a page whose address has the prefix.
func (p *page) nextRequest(prefix string) string {
	p.t.Helper()
	deadline := time.After(wait)
	for {
		p.mu.Lock()
		for _, uri := range p.requests {
			if strings.HasPrefix(uri, prefix) {
				p.mu.Unlock()
				return uri
			}
		}
		p.mu.Unlock()
		select {
		case <-p.more:
		case <-deadline:
			p.t.Fatalf("nobody asks for %s", prefix)
		}
	}
}

func parseFrame(data []byte) (frame, error) {
	var f frame
	err := json.Unmarshal(data, &[]any{&f.JoinRef, &f.Ref, &f.Topic, &f.Event, &f.Payload})
	return f, err
}

// next waits for the next frame with the event; frames before it are dropped.
func (p *page) next(event string) frame {
	p.t.Helper()
	deadline := time.After(wait)
	for {
		if f, ok := p.take(event); ok {
			return f
		}
		select {
		case <-p.more:
		case <-deadline:
			p.t.Fatalf("no %q frame from the client", event)
		}
	}
}

func (p *page) take(event string) (frame, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.frames) > 0 {
		f := p.frames[0]
		p.frames = p.frames[1:]
		if f.Event == event {
			return f, true
		}
	}
	return frame{}, false
}

// pending lists the events of frames that came and were not taken.
func (p *page) pending() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	events := []string{}
	for _, f := range p.frames {
		if f.Event != "heartbeat" {
			events = append(events, f.String())
		}
	}
	return events
}

func (p *page) send(parts ...any) {
	p.t.Helper()
	data, err := json.Marshal(parts)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	conn := p.conn
	p.mu.Unlock()
	if err := conn.Write(context.Background(), websocket.MessageText, data); err != nil {
		p.t.Fatalf("sending %s: %v", data, err)
	}
}

// reply answers a frame with status ok.
func (p *page) reply(f frame, response any) {
	p.t.Helper()
	p.send(f.JoinRef, f.Ref, f.Topic, "phx_reply", map[string]any{"status": "ok", "response": response})
}

type object = map[string]any

// tree parses JSON, so that scripts can be written as it looks on the wire.
func tree(text string) object {
	var v object
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		panic(fmt.Sprintf("%v in %s", err, text))
	}
	return v
}

// join answers the next join with the tree and waits until it is in the page.
func (p *page) join(rendered object) frame {
	p.t.Helper()
	f := p.next("phx_join")
	p.topic, p.joinRef = f.Topic, *f.JoinRef
	p.reply(f, object{"liveview_version": "1.2.10", "rendered": p.marked(rendered)})
	p.settle()
	return f
}

// diff pushes a diff and waits until it is in the page.
func (p *page) diff(diff object) {
	p.t.Helper()
	p.send(p.joinRef, nil, p.topic, "diff", p.marked(diff))
	p.settle()
}

// replyDiff answers an event with a diff and waits until it is in the page.
func (p *page) replyDiff(f frame, diff object) {
	p.t.Helper()
	p.reply(f, object{"diff": p.marked(diff)})
	p.settle()
}

// marked adds an event by which the page tells that it has applied the diff.
func (p *page) marked(diff object) object {
	p.done++
	events, _ := diff["e"].([]any)
	out := object{"e": append(events, []any{"done", object{"n": p.done}})}
	for key, value := range diff {
		if key != "e" {
			out[key] = value
		}
	}
	return out
}

func (p *page) settle() {
	p.t.Helper()
	if p.spec.framed { // a frame of another origin cannot be looked into
		return
	}
	p.until(fmt.Sprintf("window.done >= %d", p.done))
}

// until waits for a JavaScript condition, looked at on each frame.
func (p *page) until(condition string) {
	p.t.Helper()
	ok := evaluate[bool](p, fmt.Sprintf(`new Promise((resolve) => {
		const end = Date.now() + %d;
		const look = () => { if (%s) resolve(true); else if (Date.now() > end) resolve(false); else setTimeout(look, 2); };
		look();
	})`, wait.Milliseconds(), condition))
	if !ok {
		p.t.Fatalf("never came true: %s (errors: %v)", condition, p.errors)
	}
}

// evaluate runs JavaScript and waits for its promise, if it gives one.
func evaluate[T any](p *page, js string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, wait+5*time.Second)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("in the browser: %v", err)
	}
	return value
}

// do runs JavaScript for its effect.
func (p *page) do(js string) {
	p.t.Helper()
	evaluate[string](p, "(() => {"+js+"})(), ''")
}

// snapshot describes the document: elements, attributes sorted, values of inputs.
const snapshot = `(() => {
	const describe = (node) => {
		if (node.nodeType === 3) return node.nodeValue.trim() === "" ? "" : JSON.stringify(node.nodeValue.trim());
		if (node.nodeType !== 1 || node.localName === "script") return "";
		const attrs = [...node.attributes].map((a) => a.name + "=" + JSON.stringify(a.value)).sort();
		if ("value" in node && node.localName !== "li") attrs.push(".value=" + JSON.stringify(node.value));
		if ("checked" in node) attrs.push(".checked=" + node.checked);
		if (node.disabled) attrs.push(".disabled");
		if (node.readOnly) attrs.push(".readonly");
		const kids = [...node.childNodes].map(describe).filter(Boolean).join(" ");
		return node.localName + "[" + attrs.join(" ") + "](" + kids + ")";
	};
	const focus = document.activeElement && document.activeElement !== document.body ? " focus=" + document.activeElement.id : "";
	return describe(document.body) + focus + " title=" + document.title;
})()`

// record notes the document as it is, to be compared between the clients.
func (p *page) record() {
	p.t.Helper()
	p.records = append(p.records, evaluate[string](p, "new Promise(requestAnimationFrame).then(() => "+snapshot+")"))
}

// recordFrame notes a frame of the client; refs are its own affair.
func (p *page) recordFrame(f frame) {
	var payload any
	if err := json.Unmarshal(f.Payload, &payload); err != nil {
		p.t.Fatal(err)
	}
	text, _ := json.Marshal(payload)
	p.records = append(p.records, f.Topic+" "+f.Event+" "+strings.ReplaceAll(string(text), p.host, "HOST"))
}

// text evaluates to a string.
func (p *page) text(js string) string {
	p.t.Helper()
	return evaluate[string](p, js)
}

// wantText compares an expression's text.
func (p *page) wantText(js, want string) {
	p.t.Helper()
	if got := p.text(js); got != want {
		p.t.Errorf("%s\n got %s\nwant %s", js, got, want)
	}
}
