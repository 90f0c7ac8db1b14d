package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Wait bounds every wait for the browser: generous, since test machines are slow.
const Wait = 30 * time.Second

// tab is a browser tab, handed from test to test.
type tab struct {
	ctx context.Context

	mu   sync.Mutex
	page *Page
	// worlds are the frames' main execution contexts, by frame.
	worlds map[string]runtime.ExecutionContextID
}

var freeTabs = make(chan *tab, 16)

func takeTab(browser context.Context) *tab {
	select {
	case t := <-freeTabs:
		return t
	default:
	}
	t := &tab{worlds: map[string]runtime.ExecutionContextID{}}
	t.ctx, _ = chromedp.NewContext(browser, chromedp.WithListener(t.listen))
	return t
}

func (t *tab) giveBack() {
	t.mu.Lock()
	t.page = nil
	t.mu.Unlock()
	if chromedp.Do(t.ctx, chromedp.Navigate("about:blank")) != nil {
		return
	}
	select {
	case freeTabs <- t:
	default:
	}
}

func (t *tab) listen(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch event := event.(type) {
	case *runtime.EventExecutionContextCreated:
		var data struct {
			IsDefault bool   `json:"isDefault"`
			FrameID   string `json:"frameId"`
		}
		if json.Unmarshal(event.Context.AuxData, &data) == nil && data.IsDefault {
			t.worlds[data.FrameID] = event.Context.ID
		}
	case *runtime.EventExecutionContextsCleared:
		clear(t.worlds)
	case *runtime.EventExceptionThrown:
		text := event.ExceptionDetails.Text
		if exception := event.ExceptionDetails.Exception; exception != nil {
			text += " " + exception.Description
		}
		t.complain(text)
	case *runtime.EventConsoleAPICalled:
		if event.Type != runtime.ConsoleAPICalledTypeError {
			return
		}
		var text []string
		for _, arg := range event.Args {
			text = append(text, string(arg.Value)+arg.Description)
		}
		t.complain(strings.Join(text, " "))
	case *network.EventWebSocketFrameReceived:
		if t.page != nil {
			t.page.frames = append(t.page.frames, string(event.Response.PayloadData))
		}
	case *log.EventEntryAdded:
		// A browser asks for this of its own accord.
		if event.Entry.Level == log.EntryLevelError && !strings.HasSuffix(event.Entry.URL, "/favicon.ico") {
			t.complain(event.Entry.Text + " " + event.Entry.URL)
		}
	}
}

func (t *tab) complain(text string) {
	if t.page != nil {
		t.page.errors = append(t.page.errors, text)
	}
}

// Page is a page in a tab. It fails its test when something goes wrong, and at
// the end of the test for errors on the page's console.
type Page struct {
	View
	tab    *tab
	errors []string // guarded by tab.mu, as is frames
	frames []string
	// ErrorsExpected lets errors on the console pass.
	ErrorsExpected bool
}

// Open opens an address in a tab.
func Open(t *testing.T, url string) *Page {
	t.Helper()
	p := &Page{tab: takeTab(Browser(t))}
	p.View = View{t: t, page: p}
	p.tab.mu.Lock()
	p.tab.page = p
	p.tab.mu.Unlock()
	t.Cleanup(func() {
		p.tab.mu.Lock()
		errors := p.errors
		p.tab.mu.Unlock()
		if len(errors) > 0 && !p.ErrorsExpected {
			t.Errorf("errors on the console:\n%s", strings.Join(errors, "\n"))
		}
		p.tab.giveBack()
	})
	p.Goto(url)
	return p
}

// Goto opens another address in the same tab.
func (p *Page) Goto(url string) {
	p.t.Helper()
	if err := chromedp.Do(p.tab.ctx, chromedp.Navigate(url)); err != nil {
		p.t.Fatalf("opening %s: %v", url, err)
	}
}

// Errors returns what was complained about on the page's console.
func (p *Page) Errors() []string {
	p.tab.mu.Lock()
	defer p.tab.mu.Unlock()
	return slices.Clone(p.errors)
}

// Received returns the frames that came over the page's WebSockets and those of
// its frames, in order.
func (p *Page) Received() []string {
	p.tab.mu.Lock()
	defer p.tab.mu.Unlock()
	return slices.Clone(p.frames)
}

// Resize makes the page as large as said, in pixels.
func (p *Page) Resize(width, height int64) {
	p.t.Helper()
	if err := chromedp.Do(p.tab.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		p.t.Fatalf("resizing: %v", err)
	}
}

// Screenshot is what the page looks like, as PNG.
func (p *Page) Screenshot() []byte {
	p.t.Helper()
	data, err := chromedp.Run(p.tab.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("taking a screenshot: %v", err)
	}
	return data
}

// Press presses keys of the keyboard, for the element that has the focus.
func (p *Page) Press(keys string) {
	p.t.Helper()
	if err := chromedp.Do(p.tab.ctx, chromedp.KeyEvent(keys)); err != nil {
		p.t.Fatalf("pressing %q: %v", keys, err)
	}
}

// Frame returns the document in a frame of the page, which the selector finds. It
// stays good when the frame loads again.
func (p *Page) Frame(selector string) *View {
	p.t.Helper()
	return &View{t: p.t, page: p, frame: selector}
}

// View is a document to look at and to use: the page's own, or a frame's.
type View struct {
	t     *testing.T
	page  *Page
	frame string // a selector in the page, "" for the page itself
}

// world returns the execution context of a frame's document.
func (v *View) world(ctx context.Context) (runtime.ExecutionContextID, error) {
	found, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.querySelector(" + quote(v.frame) + ")"})
	if err != nil {
		return 0, err
	}
	if found.Result.ObjectID == "" {
		return 0, fmt.Errorf("no frame %s", v.frame)
	}
	node, err := chromedp.Call(ctx, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: found.Result.ObjectID})
	if err != nil {
		return 0, err
	}
	v.page.tab.mu.Lock()
	defer v.page.tab.mu.Unlock()
	if id := v.page.tab.worlds[string(node.Node.FrameID)]; id != 0 {
		return id, nil
	}
	return 0, fmt.Errorf("the frame %s has no document yet", v.frame)
}

func quote(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

func (v *View) evaluate(ctx context.Context, js string) (string, error) {
	opts := []chromedp.EvaluateOption{chromedp.EvalAwaitPromise}
	if v.frame != "" {
		id, err := v.world(ctx)
		if err != nil {
			return "", err
		}
		opts = append(opts, func(p *runtime.EvaluateParams) { p.ContextID = id })
	}
	return chromedp.Run(ctx, chromedp.Evaluate[string](js, opts...))
}

// Text evaluates JavaScript, waits for its promise if it gives one, and returns
// the result as a string.
func (v *View) Text(js string) string {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.page.tab.ctx, Wait)
	defer cancel()
	text, err := v.evaluate(ctx, "(async () => String(await ("+js+")))()")
	if err != nil {
		v.t.Fatalf("evaluating %s: %v", js, err)
	}
	return text
}

// Do runs JavaScript statements.
func (v *View) Do(js string) {
	v.t.Helper()
	v.Text("(() => {" + js + "})()")
}

// Want fails the test if the expression's text is another one.
func (v *View) Want(js, want string) {
	v.t.Helper()
	if got := v.Text(js); got != want {
		v.t.Errorf("%s\n got %s\nwant %s", js, got, want)
	}
}

// Until waits for a condition to come true. The document may load anew
// meanwhile.
func (v *View) Until(condition string) {
	v.t.Helper()
	if err := v.await(condition); err != nil {
		v.page.tab.mu.Lock()
		errors := strings.Join(v.page.errors, "\n")
		v.page.tab.mu.Unlock()
		v.t.Fatalf("never came true: %s\nlast: %v\nconsole: %s\ntext of the document: %s", condition, err, errors, v.Text(`document.body.innerText`))
	}
}

// await looks again and again, within the document for as long as it stands.
func (v *View) await(condition string) error {
	ctx, cancel := context.WithTimeout(v.page.tab.ctx, Wait)
	defer cancel()
	js := `new Promise((resolve) => {
		const end = Date.now() + 2000;
		const look = () => {
			let found, problem = "false";
			try { found = ` + condition + `; } catch (e) { problem = String(e); }
			if (found) resolve("true"); else if (Date.now() > end) resolve(problem); else setTimeout(look, 5);
		};
		look();
	})`
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	var last error
	for {
		text, err := v.evaluate(ctx, js)
		if err == nil && text == "true" {
			return nil
		}
		if ctx.Err() != nil {
			return last
		}
		if last = err; err == nil {
			last = fmt.Errorf("it is %s", text)
		}
		<-again.C
	}
}

// spot is a place in the window.
type spot struct{ X, Y float64 }

// spot scrolls an element into view and returns its middle, in the window.
func (v *View) spot(selector string) spot {
	v.t.Helper()
	v.Until("document.querySelector(" + quote(selector) + ")")
	middle := `(async (el) => {
		el.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
		await new Promise(requestAnimationFrame);
		const r = el.getBoundingClientRect();
		return JSON.stringify({x: r.x + r.width / 2, y: r.y + r.height / 2});
	})(document.querySelector(` + quote(selector) + `))`
	at := v.parse(v.Text(middle))
	if v.frame != "" {
		corner := v.page.parse(v.page.Text(`(async (el) => {
			el.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
			const r = el.getBoundingClientRect();
			return JSON.stringify({x: r.x + el.clientLeft, y: r.y + el.clientTop});
		})(document.querySelector(` + quote(v.frame) + `))`))
		at.X, at.Y = at.X+corner.X, at.Y+corner.Y
	}
	return at
}

func (v *View) parse(text string) spot {
	v.t.Helper()
	var s spot
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		v.t.Fatalf("%v in %s", err, text)
	}
	return s
}

// Click moves the mouse to the element and clicks, as a reader does: what lies
// over the element gets the click.
func (v *View) Click(selector string) {
	v.t.Helper()
	at := v.spot(selector)
	ctx := v.page.tab.ctx
	if err := chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y), chromedp.MouseClickXY(at.X, at.Y)); err != nil {
		v.t.Fatalf("clicking %s: %v", selector, err)
	}
}

// Point moves the mouse over the element.
func (v *View) Point(selector string) {
	v.t.Helper()
	at := v.spot(selector)
	if err := chromedp.Do(v.page.tab.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y)); err != nil {
		v.t.Fatalf("pointing at %s: %v", selector, err)
	}
}

// Wheel turns the mouse's wheel over the element, up where by is negative.
func (v *View) Wheel(selector string, by float64) {
	v.t.Helper()
	at := v.spot(selector)
	// A zero is left out of the message, and the protocol wants both.
	const almostZero = 1e-9
	params := input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: at.X, Y: at.Y, DeltaX: almostZero, DeltaY: by}
	if _, err := chromedp.Call(v.page.tab.ctx, input.DispatchMouseEvent, params); err != nil {
		v.t.Fatalf("turning the wheel over %s: %v", selector, err)
	}
}

// Fill clicks into a field and types over what it holds.
func (v *View) Fill(selector, text string) {
	v.t.Helper()
	v.Click(selector)
	v.Do("document.querySelector(" + quote(selector) + ").select()")
	if _, err := chromedp.Call(v.page.tab.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		v.t.Fatalf("typing %q: %v", text, err)
	}
}
