package browsertest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"streamsplayground/engine/live"
	"streamsplayground/engine/livetest"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/transport"
	"streamsplayground/internal/browsertest"
	"streamsplayground/web/client"
)

// inGo is the client without a browser, engine/livetest.
const inGo = "livetest"

// engine serves live views to any of the clients.
type engine struct {
	server *live.Server
	tokens *transport.Tokens
	webs   map[string]*httptest.Server
}

// The start of a page. Frames that are not answered yet are counted, so that a test knows when a
// page is at rest.
const startEngine = `
const waiting = new Set();
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
	if (!this.watched) {
		this.watched = true;
		this.addEventListener("message", (e) => { const [, ref, , event] = JSON.parse(e.data); if (event === "phx_reply") waiting.delete(ref); });
		this.addEventListener("close", () => waiting.clear());
	}
	const frame = JSON.parse(data);
	if (frame[4].event === "replaced") {
		frame[4] = window.replaced;
		data = JSON.stringify(frame);
	}
	if (frame[1] !== null) waiting.add(frame[1]);
	return send.call(this, data);
};
const atRest = () => waiting.size === 0 && !document.querySelector("[data-phx-ref-src]")
	&& document.querySelector("[data-phx-main].phx-connected");
// Elements that leave go when all transitions have ended.
const transitions = () => new Promise((resolve) => liveSocket.requestDOMUpdate ? liveSocket.requestDOMUpdate(resolve) : liveSocket.transitions.after(resolve));
window.rest = async () => {
	const end = Date.now() + 10000;
	for (let calm = 0; calm < 2; calm = atRest() ? calm + 1 : 0) {
		if (Date.now() > end) throw new Error("the page does not come to rest: " + [...waiting]);
		await new Promise((resolve) => setTimeout(resolve, 1));
		await transitions();
	}
};
// What hooks are told, and which elements are still the same: the first look gives each a number.
const said = [];
const say = (what) => function () { said.push(what + " " + this.el.id); };
window.hooks = { Log: Object.fromEntries(["mounted", "beforeUpdate", "updated", "destroyed", "disconnected", "reconnected"].map((what) => [what, say(what)])) };
const numbers = new WeakMap();
let count = 0;
window.state = () => {
	const number = (el) => numbers.get(el) ?? (numbers.set(el, ++count), count);
	const elements = [...document.querySelectorAll("[data-phx-main] [id]")].map((el) => el.id + "#" + number(el));
	const inputs = [...document.querySelectorAll("input")].map((i) => i.id + "=" + i.value);
	return [document.activeElement.id, ...inputs, ...elements, ...said.splice(0)].join(" ");
};
const token = document.querySelector("meta[name='csrf-token']").content;
const options = { params: { _csrf_token: token }, hooks: window.hooks };
window.liveSocket = new LiveSocket("/live", Socket, options);
window.liveSocket.connect();
`

// serveEngine compiles live views and serves them.
func serveEngine(t *testing.T, after string, files ...string) *engine {
	t.Helper()
	var sources []*source.File
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, source.NewFile(name, string(text)))
	}
	return serveSources(t, after, sources...)
}

func serveSources(t *testing.T, after string, sources ...*source.File) *engine {
	t.Helper()
	app, _, err := live.NewApp(sources...)
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text(), err)
	}
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: app.Routes, RouterModule: app.Routes.Module, Tokens: tokens}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(app.Program)
	if err := app.Start(server.Node); err != nil {
		t.Fatal(err)
	}
	e := &engine{server: server, tokens: tokens, webs: map[string]*httptest.Server{}}
	for _, kind := range clients(t) {
		h := transport.New(transport.Options{Live: server, Tokens: tokens,
			Layout: transport.Page(transport.Assets{Modules: []string{"/start.js"}, Body: after})})
		e.webs[kind] = httptest.NewServer(engineMux(kind, h))
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			h.Shutdown(ctx) //nolint:errcheck // what is left is closed with the node
			e.webs[kind].Close()
		})
	}
	t.Cleanup(server.Node.Close)
	return e
}

func engineMux(kind string, h http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.Handle("/client/", http.StripPrefix("/client/", http.FileServerFS(client.FS)))
	imports := `import {LiveSocket, Socket} from "/client/index.js";`
	if kind == official {
		mux.Handle("/npm/", http.StripPrefix("/npm/", http.FileServer(http.Dir(npmDir()))))
		imports = `import {Socket} from "/npm/phoenix/priv/static/phoenix.mjs"; import {LiveSocket} from "/npm/phoenix_live_view/priv/static/phoenix_live_view.esm.js";`
	}
	mux.HandleFunc("/start.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, imports+startEngine)
	})
	return mux
}

// player is one client with a page of the engine's.
type player interface {
	// push sends the event of an element's view or component.
	push(selector, event string, value map[string]any)
	click(selector string)
	// pushTwo sends two events without waiting between them.
	pushTwo(selector, event string, first, second map[string]any)
	reconnect()
	// replay sends what a recorded client sent.
	replay(push *recordedPush)
	// document is the page's body, once it is at rest.
	document() string
	// js runs JavaScript where there is a browser.
	js(code string)
	// state is the focus, what inputs hold, which elements are the same as before, and what hooks were
	// told since, where there is a browser.
	state() string
}

// open opens a page with a client.
func (e *engine) open(t *testing.T, kind, path string) player {
	t.Helper()
	if kind != inGo {
		p := &tabPlayer{browsertest.Open(t, e.webs[kind].URL+path)}
		p.Until(`window.rest`)
		return p
	}
	v, err := livetest.Live(t.Context(), &livetest.Server{Live: e.server, Tokens: e.tokens}, path, livetest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Client().Close() })
	return &goPlayer{t, v.Client()}
}

// tabPlayer is a page in the browser.
type tabPlayer struct{ *browsertest.Page }

func (p *tabPlayer) rest(before string) string {
	return p.Text(`(async () => {` + before + `; await window.rest(); return document.body.innerHTML; })()`)
}

func (p *tabPlayer) push(selector, event string, value map[string]any) {
	commands, err := json.Marshal([]any{[]any{"push", map[string]any{"event": event, "value": value}}})
	if err != nil {
		panic(err)
	}
	p.exec(selector, commands)
}

// exec runs JS commands for an element, if it is there.
func (p *tabPlayer) exec(selector string, commands []byte) {
	p.rest(fmt.Sprintf("{ const el = document.querySelector(%q); if (el) liveSocket.execJS(el, %q); }", selector, commands))
}

func (p *tabPlayer) pushTwo(selector, event string, first, second map[string]any) {
	commands, err := json.Marshal([]any{[]any{"push", map[string]any{"event": event, "value": first}}, []any{"push", map[string]any{"event": event, "value": second}}})
	if err != nil {
		panic(err)
	}
	p.exec(selector, commands)
}

func (p *tabPlayer) click(selector string) {
	p.rest(fmt.Sprintf("document.querySelector(%q)?.click()", selector))
}

func (p *tabPlayer) reconnect() {
	p.rest(`for (const el of document.querySelectorAll("[data-phx-session]")) el.classList.remove("phx-connected");
		await new Promise((resolve) => liveSocket.disconnect(resolve)); liveSocket.connect()`)
}

func (p *tabPlayer) document() string { return p.rest("") }
func (p *tabPlayer) js(code string)   { p.rest(code) }

func (p *tabPlayer) state() string {
	return p.Text(`window.state()`)
}

// goPlayer is a page without a browser.
type goPlayer struct {
	t *testing.T
	c *livetest.Client
}

// owner returns the view that an element is in.
func (p *goPlayer) owner(selector string) *livetest.View {
	views := p.c.Views()
	for _, v := range slices.Backward(views) {
		if ok, err := v.Element(selector).Exists(p.t.Context()); err == nil && ok && (v != p.c.Root() || len(views) == 1 || !p.inChild(selector)) {
			return v
		}
	}
	return nil
}

func (p *goPlayer) inChild(selector string) bool {
	for _, v := range p.c.Views() {
		if v == p.c.Root() {
			continue
		}
		if ok, err := v.Element(selector).Exists(p.t.Context()); err == nil && ok {
			return true
		}
	}
	return false
}

func (p *goPlayer) push(selector, _ string, value map[string]any) {
	p.t.Helper()
	if v := p.owner(selector); v != nil {
		if _, err := v.Element(selector).Click(p.t.Context(), value); err != nil {
			p.t.Fatalf("clicking %s: %v", selector, err)
		}
	}
}

func (p *goPlayer) pushTwo(selector, event string, first, second map[string]any) {
	p.t.Helper()
	p.push(selector, event, first)
	p.push(selector, event, second)
}

func (p *goPlayer) click(selector string) { p.t.Helper(); p.push(selector, "", nil) }

func (p *goPlayer) reconnect() {
	p.t.Helper()
	if err := p.c.Reconnect(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *goPlayer) document() string {
	p.t.Helper()
	if err := p.c.Sync(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	return p.c.HTML()
}

func (p *goPlayer) js(string)     {}
func (p *goPlayer) state() string { return "" }

// volatile are the attributes that say nothing of the page, or that only browsers have.
var volatile = regexp.MustCompile(`^data-phx-(session|static|id|root-id|parent-id|main|loc|teleported.*|ref-.*|skip|view)$`)

// shape describes a page, or the part of it that is below the element with the id: elements with
// their attributes in order, texts trimmed.
func shape(t *testing.T, text, id string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var write func(n *html.Node, depth int)
	write = func(n *html.Node, depth int) {
		indent := "\n" + strings.Repeat(" ", depth)
		switch {
		case n.Type == html.TextNode && strings.TrimSpace(n.Data) != "":
			out.WriteString(indent + strings.Join(strings.Fields(n.Data), " "))
		case n.Type == html.ElementNode && n.Data != "script" && n.Data != "head":
			out.WriteString(indent + "<" + n.Data)
			attrs := slices.Clone(n.Attr)
			slices.SortFunc(attrs, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
			for _, a := range attrs {
				if a.Key == "class" {
					a.Val = strings.Join(slices.DeleteFunc(strings.Fields(a.Val), func(c string) bool { return strings.HasPrefix(c, "phx-") || c == "mounted" }), " ")
				}
				if !volatile.MatchString(a.Key) && (a.Key != "class" || a.Val != "") && !strings.HasPrefix(a.Val, "phx-") {
					out.WriteString(" " + a.Key + "=" + a.Val)
				}
			}
			out.WriteString(">")
		}
		if n.Type == html.ElementNode && (n.Data == "template" || n.Data == "script") {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			write(c, depth+1)
		}
	}
	var find func(n *html.Node) *html.Node
	find = func(n *html.Node) *html.Node {
		for _, a := range n.Attr {
			if a.Key == id || a.Key == "id" && a.Val == id {
				return n
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if found := find(c); found != nil {
				return found
			}
		}
		return nil
	}
	if id != "" {
		if doc = find(doc); doc == nil {
			return "(no " + id + ")"
		}
	}
	write(doc, 0)
	return out.String()
}

// firstDifference is the first line in which two shapes differ, with some before.
func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	i := 0
	for i < len(as) && i < len(bs) && as[i] == bs[i] {
		i++
	}
	from := max(0, i-6)
	return fmt.Sprintf("%s\n  one: %s\nother: %s", strings.Join(as[from:i], "\n"),
		strings.Join(as[i:min(i+4, len(as))], "⏎"), strings.Join(bs[i:min(i+4, len(bs))], "⏎"))
}
