package browsertest_test

import (
	"testing"
	"time"
)

// static is a tree without dynamics.
func static(html string) object { return object{"s": []any{html}} }

// eventCase acts on a page and expects one event frame.
type eventCase struct {
	name, html, act string
	// pages that need more than HTML
	head string
}

// TestEventFrames compares what the two clients send for the same action.
func TestEventFrames(t *testing.T) {
	press := func(id, key string) string {
		return `document.getElementById("` + id + `").dispatchEvent(new KeyboardEvent("keydown", {key: "` + key + `", bubbles: true}))`
	}
	for _, c := range []eventCase{
		{name: "click", html: `<button id="b" phx-click="inc" phx-value-foo-bar="1" value="v9">x</button>`, act: `b.click()`},
		{name: "click with metadata", html: `<a id="b" href="#" phx-click="inc">x</a>`, act: `b.click()`, head: `opts.metadata = {click: (e, el) => ({alt: e.altKey, tag: el.tagName})};`},
		{name: "click inside", html: `<div phx-click="outer" phx-value-id="7"><i id="b">x</i></div>`, act: `b.click()`},
		{name: "JS.push with value", html: `<button id="b" phx-click='[["push",{"event":"go","value":{"a":1}}]]'>x</button>`, act: `b.click()`},
		{name: "unchecked checkbox", html: `<input type="checkbox" id="b" phx-click="tick" value="on">`, act: `b.checked = true; b.click()`},
		{name: "li has a value", html: `<li id="b" phx-click="row">x</li>`, act: `b.click()`},
		{name: "click away", html: `<div id="d" phx-click-away="away" phx-value-x="1">d</div><button id="b">x</button>`, act: `b.click()`},
		{name: "keydown", html: `<input id="b" phx-keydown="key" phx-key="enter" value="v">`, act: press("b", "Enter")},
		{name: "window keydown", html: `<div id="b" phx-window-keydown="key">x</div>`, act: press("b", "Escape")},
		{name: "focus", html: `<input id="b" phx-focus="in" value="v" phx-value-n="1">`, act: `b.focus()`},
		{name: "blur", html: `<input id="b" phx-blur="out" value="v">`, act: `b.focus(); b.blur()`},
		{name: "change", html: `<form id="f" phx-change="val" phx-value-q="7"><input id="b" name="u[name]"><input name="u[email]"><input type="hidden" name="h" value="1"></form>`,
			act: `b.value = "bob"; b.dispatchEvent(new Event("input", {bubbles: true}))`},
		{name: "change of one input", html: `<form id="f"><input id="b" name="a" phx-change="one"><input name="c"></form>`,
			act: `b.value = "x"; b.dispatchEvent(new Event("input", {bubbles: true}))`},
		{name: "change with lists and no-unused", html: `<form id="f" phx-change="val"><select name="s[]" multiple><option selected>1</option><option selected>2</option></select><input name="n" phx-no-unused-field><textarea id="b" name="t"></textarea></form>`,
			act: `b.value = "a\nb & ü"; b.dispatchEvent(new Event("input", {bubbles: true}))`},
		{name: "submit", html: `<form id="f" phx-submit="save" phx-value-q="7"><input name="u[name]" value="bob"><button id="b" name="btn" value="go">x</button><input name="last" value="1"></form>`, act: `b.click()`},
		{name: "submit with JS", html: `<form id="f" phx-submit='[["push",{"event":"save","value":{"k":2}}]]'><input name="a" value="1"><button id="b">x</button></form>`, act: `b.click()`},
		{name: "hook", html: `<div id="b" phx-hook="H">x</div>`, act: ``, head: `opts.hooks = {H: {mounted() { this.pushEvent("hi", {a: [1]}); }}};`},
		{name: "hook without payload", html: `<div id="b" phx-hook="H">x</div>`, act: ``, head: `opts.hooks = {H: {mounted() { this.pushEvent("hi"); }}};`},
		{name: "liveSocket.js().push", html: `<div id="b" phx-value-z="1">x</div>`, act: `liveSocket.js().push(b, "pushed", {value: {k: 1}})`},
		{name: "phx-mounted", html: `<div id="b" phx-mounted='[["push",{"event":"shown"}]]'>x</div>`, act: ``},
		{name: "patch link", html: `<a id="b" href="/page?x=1" data-phx-link="patch" data-phx-link-state="push">x</a>`, act: `b.click()`},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachClient(t, pageSpec{head: c.head}, func(t *testing.T, p *page) {
				p.join(static(c.html))
				if c.act != "" {
					p.do(`const b = document.getElementById("b");` + c.act)
				}
				name := "event"
				if c.name == "patch link" {
					name = "live_patch"
				}
				f := p.next(name)
				if name == "event" {
					p.recordFrame(f)
				}
				p.record()
				p.replyDiff(f, object{"t": "T"})
				p.record()
			})
		})
	}
}

func TestComponentsAreTargetsAndAreDestroyed(t *testing.T) {
	rendered := tree(`{"0":1,"1":2,"c":{
		"1":{"0":"1","r":1,"s":["<div id=\"c1\"><button id=\"b\" phx-click=\"in\" phx-target=\"1\">"," </button></div>"]},
		"2":{"0":"2","s":1}},"s":["<section>","</section>",""]}`)
	rendered["c"].(object)["2"] = tree(`{"0":"2","r":1,"s":["<p id=\"c2\">","</p>"]}`)
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(rendered)
		p.record()
		p.do(`document.getElementById("b").click()`)
		f := p.next("event")
		p.recordFrame(f)
		p.replyDiff(f, tree(`{"c":{"1":{"0":"changed"}}}`))
		p.record()
		p.diff(tree(`{"1":""}`))
		will := p.next("cids_will_destroy")
		p.recordFrame(will)
		p.reply(will, object{})
		did := p.next("cids_destroyed")
		p.recordFrame(did)
		p.reply(did, object{"cids": []int{2}})
		p.record()
		p.diff(tree(`{"1":3,"c":{"3":{"0":"three","s":-1}}}`))
		p.record()
	})
}

func TestDoubleClickIsSentOnce(t *testing.T) {
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(static(`<button id="b" phx-click="inc" phx-disable-with="…">x</button>`))
		p.do(`const b = document.getElementById("b"); b.click(); b.disabled = false; b.click()`)
		f := p.next("event")
		p.record()
		p.replyDiff(f, object{})
		p.record()
		if got := p.pending(); len(got) > 0 {
			t.Errorf("sent again: %v", got)
		}
	})
}

func TestTypingIsNotOverwritten(t *testing.T) {
	form := tree(`{"0":"","1":"0","s":["<form id=\"f\" phx-change=\"val\"><input id=\"a\" name=\"a\" value=\"","\"><b id=\"n\">","</b></form>"]}`)
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(form)
		p.do(`a.focus(); a.value = "abc"; a.dispatchEvent(new Event("input", {bubbles: true}))`)
		f := p.next("event")
		// While the event is under way the form is locked, and its twin takes the patch.
		p.diff(tree(`{"0":"server","1":"1"}`))
		p.wantText(`a.value`, "abc")
		p.wantText(`n.textContent`, "0")
		p.record()
		p.replyDiff(f, tree(`{"1":"2"}`))
		p.wantText(`a.value`, "abc")
		p.wantText(`n.textContent`, "2")
		p.record()
		p.do(`a.blur()`)
		p.diff(tree(`{"0":"later"}`))
		p.wantText(`a.value`, "later")
		p.record()
	})
}

func TestSubmitLocksAndRestoresTheForm(t *testing.T) {
	form := static(`<form id="f" phx-submit="save"><input id="a" name="a" value="1"><textarea name="t" readonly></textarea>` +
		`<button id="b" phx-disable-with="Saving…">Save</button><button type="button" id="c" disabled>no</button></form>`)
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(form)
		p.do(`b.click(); f.requestSubmit()`)
		f := p.next("event")
		p.recordFrame(f)
		p.wantText(`b.textContent`, "Saving…")
		p.record()
		p.replyDiff(f, object{})
		p.wantText(`b.textContent + b.disabled + a.readOnly + c.disabled`, "Savefalsefalsetrue")
		p.record()
		if got := p.pending(); len(got) > 0 {
			t.Errorf("sent again: %v", got)
		}
	})
}

// clocked gives the page a clock of its own, moved by tick(ms).
const clocked = `{
	let now = 0, id = 1; const timers = new Map(), real = window.setTimeout;
	window.setTimeout = (fn, ms = 0) => { if (ms < 90) return real(fn, ms); timers.set(++id + 1e6, {at: now + ms, fn}); return id + 1e6; };
	const clear = window.clearTimeout;
	window.clearTimeout = (t) => { if (!timers.delete(t)) clear(t); };
	window.tick = (ms) => { now += ms; for (const [t, {at, fn}] of [...timers]) if (at <= now && timers.delete(t)) fn(); };
}`

// rateCase is a sequence of inputs on a clock; sent lists the values that go out.
type rateCase struct {
	name, attr, act string
	sent            int
}

func TestDebounceAndThrottle(t *testing.T) {
	input := `const type = (v) => { a.value = v; a.dispatchEvent(new Event("input", {bubbles: true})); };`
	for _, c := range []rateCase{
		{"debounce waits for the pause", `phx-debounce="200"`, `type("a"); tick(100); type("ab"); tick(199); mark(); tick(1);`, 1},
		{"debounce ends on blur", `phx-debounce="200"`, `a.focus(); type("a"); a.blur(); tick(500);`, 1},
		{"debounce without value is 300", `phx-debounce`, `type("a"); tick(299); mark(); tick(1);`, 1},
		{"debounce blur", `phx-debounce="blur"`, `a.focus(); type("a"); type("ab"); tick(5000); mark(); a.blur();`, 1},
		{"throttle fires at once, then not", `phx-throttle="200"`, `type("a"); type("ab"); tick(199); type("abc"); tick(1); type("abcd");`, 2},
		{"submit clears", `phx-debounce="200"`, `type("a"); f.requestSubmit(); tick(1000);`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachClient(t, pageSpec{head: clocked}, func(t *testing.T, p *page) {
				p.join(static(`<form id="f" phx-change="val" phx-submit="save"><input id="a" name="a" ` + c.attr + `></form><button id="end" phx-click="end"></button>`))
				p.do(input + `const mark = () => end.click();` + c.act)
				sent := p.drain()
				events := 0
				for _, f := range sent {
					p.recordFrame(f)
					if f.Event == "event" && !contains(f, `"end"`) {
						events++
					}
				}
				if events != c.sent {
					t.Errorf("%d events were sent, want %d: %v", events, c.sent, sent)
				}
			})
		})
	}
}

// drain makes the client send a last frame and returns all that came before it.
func (p *page) drain() []frame {
	p.t.Helper()
	p.do(`liveSocket.js().push(document.getElementById("phx-main"), "drained", {})`)
	deadline := time.Now().Add(wait)
	for time.Now().Before(deadline) {
		p.mu.Lock()
		for i, f := range p.frames {
			if contains(f, `"drained"`) {
				out := append([]frame(nil), p.frames[:i]...)
				p.frames = p.frames[i+1:]
				p.mu.Unlock()
				return out
			}
		}
		p.mu.Unlock()
		<-p.more
	}
	p.t.Fatal("the client does not answer")
	return nil
}
