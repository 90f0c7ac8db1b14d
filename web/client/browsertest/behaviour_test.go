package browsertest_test

import (
	"bytes"
	"strings"
	"testing"
)

func contains(f frame, text string) bool { return bytes.Contains(f.Payload, []byte(text)) }

func TestMorphing(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"text", `<p>a</p>`, `<p>b</p>`},
		{"attributes", `<p class="a" title="t">x</p>`, `<p class="b" data-x="1">x</p>`},
		{"keyed reorder", `<i id="1">1</i><i id="2">2</i><i id="3">3</i>`, `<i id="3">3</i><i id="1">one</i><i id="4">4</i><i id="2">2</i>`},
		{"tag change", `<p id="x">x</p><b>y</b>`, `<div id="x">x</div><i>y</i>`},
		{"insert before unkeyed", `<p>1</p><p>2</p>`, `<h1>0</h1><p>1</p><p>2</p><hr>`},
		{"move into a new parent", `<div><span id="s">s</span></div>`, `<section><div><span id="s">S</span></div></section>`},
		{"select", `<select id="s"><option>1</option><option selected>2</option></select>`, `<select id="s"><option selected>1</option><option>2</option><option>3</option></select>`},
		{"checkbox", `<input type="checkbox" id="c" checked><input type="radio" name="r">`, `<input type="checkbox" id="c"><input type="radio" name="r" checked>`},
		{"textarea", `<textarea id="t">a</textarea>`, `<textarea id="t">b</textarea>`},
		{"input value", `<input id="i" value="a"><input value="x">`, `<input id="i" value="b"><input>`},
		{"ignore", `<div id="g" phx-update="ignore" class="a" data-k="1"><b>old</b></div>`, `<div id="g" phx-update="ignore" class="b" data-k="2"><b>new</b></div>`},
		{"svg", `<svg viewBox="0 0 1 1"><path d="M0"/></svg>`, `<svg viewBox="0 0 2 2"><path d="M1"/><use xlink:href="#x"/></svg>`},
		{"comments", `<!-- a --><p>1</p>`, `<!-- b --><p>1</p><!-- c -->`},
		{"table", `<table><tbody id="tb"><tr><td>1</td></tr></tbody></table>`, `<table><tbody id="tb"><tr><td>2</td></tr><tr><td>3</td></tr></tbody></table>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
				p.join(object{"0": c.before, "s": []any{"<main>", "</main>"}})
				p.record()
				p.diff(object{"0": c.after})
				p.record()
				p.diff(object{"0": c.before})
				p.record()
			})
		})
	}
}

func TestSkippedRootsAndKeyedMoves(t *testing.T) {
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(tree(`{"0":"1","1":{"s":0,"k":{"0":{"0":"a","1":{"0":"A","r":1,"s":1}},"1":{"0":"b","1":{"0":"B","r":1,"s":1}},"kc":2}},
			"p":{"0":["<p>","-","</p>"],"1":["<span class=\"x\">","</span>"]},"s":["<h1>","</h1>",""]}`))
		p.record()
		p.diff(tree(`{"0":"2"}`))
		p.record()
		p.diff(tree(`{"1":{"k":{"0":1,"1":[0,{"0":"a2"}],"2":{"0":"c","1":{"0":"C","r":1,"s":0}},"kc":3,"km":true}},"p":{"0":["<span class=\"y\">","</span>"]}}`))
		p.record()
		p.diff(tree(`{"1":{"k":{"0":2,"kc":1,"km":true}}}`))
		p.record()
	})
}

func TestJSCommands(t *testing.T) {
	for _, c := range []struct{ name, html, js string }{
		{"hide", `<p id="x">x</p>`, `[["hide",{"to":"#x"}]]`},
		{"show", `<p id="x" style="display:none">x</p>`, `[["show",{"to":"#x","display":"flex"}]]`},
		{"toggle", `<p id="x">x</p>`, `[["toggle",{"to":"#x"}]]`},
		{"add class", `<p id="x" class="a">x</p>`, `[["add_class",{"names":["b","c"],"to":"#x"}]]`},
		{"remove class", `<p id="x" class="a b">x</p>`, `[["remove_class",{"names":["b"],"to":"#x"}]]`},
		{"toggle class", `<p id="x" class="a">x</p>`, `[["toggle_class",{"names":["a","b"],"to":"#x"}]]`},
		{"set attr", `<p id="x">x</p>`, `[["set_attr",{"attr":["title","t"],"to":"#x"}]]`},
		{"remove attr", `<p id="x" title="t">x</p>`, `[["remove_attr",{"attr":"title","to":"#x"}]]`},
		{"toggle attr", `<p id="x" open="a">x</p>`, `[["toggle_attr",{"attr":["open","a","b"],"to":"#x"}]]`},
		{"ignore attrs", `<p id="x" title="t">x</p>`, `[["ignore_attrs",{"attrs":["title"],"to":"#x"}],["set_attr",{"attr":["title","mine"],"to":"#x"}]]`},
		{"inner and closest", `<div id="x"><i class="t">x</i></div>`, `[["add_class",{"names":["c"],"to":{"closest":"main"}}],["add_class",{"names":["i"],"to":{"inner":"b"}}]]`},
		{"focus", `<input id="x">`, `[["focus",{"to":"#x"}]]`},
		{"focus first", `<div id="x"><p>no</p><p><button id="y">y</button></p></div>`, `[["focus_first",{"to":"#x"}]]`},
		{"push and pop focus", `<input id="x">`, `[["push_focus",{"to":"#x"}],["pop_focus",{}]]`},
		{"exec", `<p id="x" data-run='[["add_class",{"names":["ran"]}]]'>x</p>`, `[["exec",{"attr":"data-run","to":"#x"}]]`},
		{"transition", `<p id="x">x</p>`, `[["transition",{"transition":[["run"],["start"],["end"]],"time":200,"to":"#x"}]]`},
		{"hide with transition", `<p id="x">x</p>`, `[["hide",{"transition":[["run"],["start"],["end"]],"time":200,"to":"#x"}]]`},
		{"dispatch", `<p id="x">x</p>`, `[["dispatch",{"event":"ping","detail":{"a":1},"to":"#x"}]]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			head := `window.addEventListener("ping", (e) => e.target.setAttribute("pinged", e.detail.a + e.detail.dispatcher.id));`
			eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
				page := object{"0": "1", "1": c.html, "s": []any{`<main><button id="b" phx-click='` + c.js + `'>`, `<b></b></button>`, `</main>`}}
				p.join(page)
				p.do(`document.getElementById("b").click()`)
				p.until(`window.frames2 === undefined ? (window.frames2 = 1, setTimeout(() => window.frames2 = 2, 600), false) : window.frames2 === 2`)
				p.record()
				// What the client did stays when the server renders again.
				p.diff(object{"0": "2", "1": c.html})
				p.record()
			})
		})
	}
}

func TestHooksLive(t *testing.T) {
	head := `window.log = []; const say = (name) => function () { log.push(name + ":" + this.el.textContent); };
		opts.hooks = {H: {mounted: say("mounted"), beforeUpdate: say("beforeUpdate"), updated: say("updated"), destroyed: say("destroyed"),
			disconnected: say("disconnected"), reconnected: say("reconnected")},
			E: {mounted() { this.handleEvent("hello", (d) => log.push("hello " + d.a)); this.pushEvent("ask", {}, (reply) => log.push("reply " + reply.ok)); }}};`
	rendered := tree(`{"0":"1","1":"","2":"x","s":["<p id=\"h\" phx-hook=\"H\">","</p>","<i id=\"e\" phx-hook=\"E\"></i><b>","</b>"]}`)
	eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
		p.join(rendered)
		p.replyDiff(p.next("event"), tree(`{"r":{"ok":1}}`))
		p.diff(tree(`{"2":"y"}`))
		p.diff(tree(`{"0":"2","e":[["hello",{"a":5}]]}`))
		p.diff(tree(`{"1":"<p id=\"h2\" phx-hook=\"H\">new</p>"}`))
		p.diff(tree(`{"1":""}`))
		p.dropConnection()
		p.join(rendered)
		p.records = append(p.records, p.text(`log.join(", ")`))
		p.wantText(`log.slice(0, 5).join(", ")`, "mounted:1, reply 1, beforeUpdate:1, updated:2, hello 5")
		p.record()
	})
}

func TestCrashShowsErrorClassesAndRejoins(t *testing.T) {
	eachClient(t, pageSpec{errorsExpected: true}, func(t *testing.T, p *page) {
		p.join(static(`<p>one</p>`))
		p.record()
		p.send(p.joinRef, p.joinRef, p.topic, "phx_error", object{"reason": "channel_crash"})
		p.until(`document.getElementById("phx-main").classList.contains("phx-server-error")`)
		p.record()
		f := p.join(static(`<p>two</p>`))
		if !contains(f, `"_mounts":1`) {
			t.Errorf("the rejoin does not count mounts: %s", f.Payload)
		}
		p.record()
	})
}

func TestLostConnectionShowsErrorClasses(t *testing.T) {
	eachClient(t, pageSpec{head: `opts.reconnectAfterMs = () => 400;`}, func(t *testing.T, p *page) {
		f := p.join(static(`<p>one</p>`))
		p.recordFrame(f)
		p.dropConnection()
		p.until(`document.getElementById("phx-main").classList.contains("phx-client-error")`)
		p.record()
		p.join(static(`<p>two</p>`))
		p.record()
	})
}

func TestFormsAreRecovered(t *testing.T) {
	form := tree(`{"0":"","s":["<form id=\"f\" phx-change=\"val\"><input type=\"hidden\" name=\"h\" value=\"1\"><input id=\"a\" name=\"a\" value=\"","\"><input name=\"z\"></form>"]}`)
	again := tree(`{"0":"","s":["<form id=\"f\" phx-change=\"val\"><input type=\"hidden\" name=\"h\" value=\"1\"><input id=\"a\" name=\"a\" value=\"","\"><input name=\"z\"></form>"]}`)
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(form)
		p.do(`a.value = "typed"; a.dispatchEvent(new Event("input", {bubbles: true}))`)
		p.replyDiff(p.next("event"), tree(`{"0":"typed"}`))
		p.dropConnection()
		f := p.next("phx_join")
		p.joinRef = *f.JoinRef
		p.reply(f, object{"liveview_version": "1.2.10", "rendered": again})
		recovery := p.next("event")
		p.recordFrame(recovery)
		p.replyDiff(recovery, tree(`{"0":"typed"}`))
		p.wantText(`a.value`, "typed")
		p.record()
	})
}

func TestPatchLinksAndHistory(t *testing.T) {
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(tree(`{"0":"1","s":["<a id=\"l\" href=\"/page?x=1\" data-phx-link=\"patch\" data-phx-link-state=\"push\">go</a><b>","</b>"]}`))
		p.do(`l.click()`)
		p.replyDiff(p.next("live_patch"), tree(`{"0":"2","t":"Two"}`))
		p.until(`location.search === "?x=1" && document.title === "Two · T"`)
		p.record()
		p.send(p.joinRef, nil, p.topic, "live_patch", object{"to": "/page?x=2", "kind": "push"})
		p.until(`location.search === "?x=2"`)
		p.do(`history.back()`)
		f := p.next("live_patch")
		if !contains(f, `?x=1"`) {
			t.Errorf("going back asks for %s", f.Payload)
		}
		p.replyDiff(f, tree(`{"0":"3"}`))
		p.record()
		p.wantText(`JSON.stringify({...history.state, scroll: undefined})`, p.text(`JSON.stringify({...history.state, scroll: undefined})`))
		p.records = append(p.records, p.text(`JSON.stringify(Object.entries(history.state).sort())`))
	})
}

func TestLiveNavigation(t *testing.T) {
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(static(`<a id="l" href="/other" data-phx-link="redirect" data-phx-link-state="push">go</a>`))
		p.do(`l.click()`)
		p.reply(p.next("phx_leave"), object{})
		f := p.next("phx_join")
		if !contains(f, `/other"`) || !contains(f, `"redirect":`) || contains(f, `"url":`) {
			t.Errorf("the join does not redirect: %s", f.Payload)
		}
		p.joinRef = *f.JoinRef
		p.reply(f, object{"liveview_version": "1.2.10", "container": []any{"section", object{"class": "c"}}, "rendered": p.marked(static(`<p>other</p>`))})
		p.settle()
		p.until(`location.pathname === "/other"`)
		p.record()
	})
}

func TestNestedViews(t *testing.T) {
	child := `<div id="kid" data-phx-session="KID" data-phx-static="" data-phx-parent-id="phx-main"></div>`
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		f := p.next("phx_join")
		p.joinRef = *f.JoinRef
		p.reply(f, object{"liveview_version": "1.2.10", "rendered": object{"0": "1", "1": child, "s": []any{"<b>", "</b>", ""}}})
		kid := p.next("phx_join")
		p.recordFrame(kid)
		p.reply(kid, object{"liveview_version": "1.2.10", "rendered": p.marked(static(`<button id="k" phx-click="in">kid</button>`))})
		p.settle()
		p.record()
		p.do(`document.getElementById("k").click()`)
		event := p.next("event")
		p.recordFrame(event)
		p.reply(event, object{})
		p.diff(object{"0": "2"})
		p.record()
		p.diff(object{"1": ""})
		leave := p.next("phx_leave")
		p.recordFrame(leave)
		p.record()
	})
}

func TestRemoveTransitionsDelayRemoval(t *testing.T) {
	start := listPage(items("a", "b"), "")
	start["0"].(object)["s"] = []any{`<li phx-remove='[["hide",{"time":60,"transition":[["out"],[],[]]}]]' id="`, `">`, `</li>`}
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(start)
		p.diff(object{"0": batch{deletes: []string{"a"}}.list(false)})
		p.wantText(order, "a b")
		p.until(`!document.getElementById("a")`)
		p.wantText(order, "b")
		p.record()
	})
}

func TestPortals(t *testing.T) {
	rendered := tree(`{"0":"1","s":["<template id=\"p\" data-phx-portal=\"#away\"><div id=\"wrap\"><button id=\"b\" phx-click=\"in\">","</button></div></template><i>x</i>"]}`)
	eachClient(t, pageSpec{around: `<div id="away"></div>`}, func(t *testing.T, p *page) {
		p.join(rendered)
		p.record()
		p.do(`b.click()`)
		f := p.next("event")
		p.recordFrame(f)
		p.replyDiff(f, tree(`{"0":"2"}`))
		p.wantText(`document.getElementById("away").textContent`, "2")
		p.record()
	})
}

func TestViewportEvents(t *testing.T) {
	var b batch
	for i := range 10 {
		b.inserts = append(b.inserts, ins{id: "r" + itoa(i), at: -1})
	}
	start := listPage(b, "")
	start["s"] = []any{`<ul id="list" phx-update="stream" phx-viewport-top="prev" phx-viewport-bottom="next" phx-value-k="1" style="height:200px;overflow-y:auto;margin:0">`, `</ul><p id="n">`, `</p>`}
	start["0"].(object)["s"] = []any{`<li class="tall" id="`, `">`, `</li>`}
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(start)
		p.do(`list.scrollTop = 100000`)
		f := p.next("event")
		p.recordFrame(f)
		p.replyDiff(f, object{"0": one("r10", -1, -5).list(false)})
		p.wantText(order, "r6 r7 r8 r9 r10")
		p.do(`list.scrollTop = 0`)
		// The list stays locked until the last push is answered: at the top of the page
		// the overrun is told too, and a trailing push for the bottom may come before.
		for f = p.next("event"); !contains(f, `"_overran"`); f = p.next("event") {
			p.reply(f, object{})
		}
		p.recordFrame(f)
		p.reply(f, object{})
		f = p.next("event")
		p.recordFrame(f)
		p.replyDiff(f, object{"0": one("r5", 0, 5).list(false)})
		p.wantText(order, "r5 r6 r7 r8 r9")
	})
}

func TestTriggerActionSubmitsNatively(t *testing.T) {
	form := tree(`{"0":"","s":["<form id=\"f\" phx-submit=\"save\" action=\"/native\" method=\"get\"","><input name=\"a\" value=\"1\"><button id=\"b\" name=\"via\" value=\"b\">x</button></form>"]}`)
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(form)
		p.do(`b.click()`)
		p.reply(p.next("event"), object{"diff": tree(`{"0":" phx-trigger-action"}`)})
		if got := p.nextRequest("/native"); got != "/native?a=1&via=b" {
			t.Errorf("the form went to %s", got)
		}
	})
}

// In a sandboxed frame without an origin, storage, cookies and the history throw.
func TestSandboxedFrame(t *testing.T) {
	p := open(t, ours, pageSpec{framed: true, head: `opts.report = true;`})
	p.join(tree(`{"0":"1","s":["<a id=\"l\" href=\"/page?x=1\" data-phx-link=\"patch\" data-phx-link-state=\"push\">go</a><b>","</b>"]}`))
	p.next("lvp:dom")
	p.send(p.joinRef, nil, p.topic, "live_patch", object{"to": "/page?x=1", "kind": "push"})
	p.diff(tree(`{"0":"2"}`))
	if f := p.next("lvp:dom"); !contains(f, `"text":"2"`) {
		t.Errorf("the report is %s", f.Payload)
	}
	p.dropConnection()
	if f := p.next("phx_join"); !contains(f, "/page?x=1") {
		t.Errorf("the rejoin forgets the address: %s", f.Payload)
	}
	p.checkErrors()
}

// A page is loaded anew where the view cannot go on.
func TestFullPageLoads(t *testing.T) {
	for _, c := range []struct {
		name, address, cookie string
		act                   func(p *page)
	}{
		{"redirect push", "/away", "__phoenix_flash__=F", func(p *page) {
			p.join(static("x"))
			p.send(p.joinRef, nil, p.topic, "redirect", object{"to": "/away", "flash": "F"})
		}},
		{"redirect reply", "/away", "", func(p *page) {
			p.join(static(`<b id="b" phx-click="go">x</b>`))
			p.do(`b.click()`)
			p.reply(p.next("event"), object{"redirect": object{"to": "/away"}})
		}},
		{"join redirects", "/away", "", func(p *page) { p.refuse(object{"redirect": object{"to": "/away"}, "events": []any{}}) }},
		{"join asks for a reload", "/page", "__phoenix_reload_status__=TOK", func(p *page) {
			p.refuse(object{"reason": "reload", "status": 404, "token": "TOK"})
		}},
		{"stale", "/page", "", func(p *page) { p.refuse(object{"reason": "stale"}) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachClient(t, pageSpec{errorsExpected: true}, func(t *testing.T, p *page) {
				before := p.requestCount()
				c.act(p)
				address, cookie := p.requestAfter(before)
				if address != c.address || !strings.Contains(cookie, c.cookie) {
					t.Errorf("loaded %s with cookie %q, want %s with %q", address, cookie, c.address, c.cookie)
				}
			})
		})
	}
}

// refuse answers the next join with an error.
func (p *page) refuse(response object) {
	p.t.Helper()
	f := p.next("phx_join")
	p.send(f.JoinRef, f.Ref, f.Topic, "phx_reply", object{"status": "error", "response": response})
}

func TestLiveRedirectFromTheServer(t *testing.T) {
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(static("<p>x</p>"))
		p.send(p.joinRef, nil, p.topic, "live_redirect", object{"to": "/k", "kind": "push", "flash": "FL"})
		p.reply(p.next("phx_leave"), object{})
		f := p.next("phx_join")
		p.recordFrame(f)
		if !contains(f, `"flash":"FL"`) {
			t.Errorf("the flash is not handed on: %s", f.Payload)
		}
	})
}

func TestTrackedStaticsAndStickyViews(t *testing.T) {
	sticky := `<div id="side" data-phx-session="SIDE" data-phx-static="S2" data-phx-sticky>side</div>`
	around := `<link phx-track-static rel="x" href="/a.css">` + sticky
	eachClient(t, pageSpec{around: around}, func(t *testing.T, p *page) {
		main := p.next("phx_join")
		p.recordFrame(main)
		side := p.next("phx_join")
		p.recordFrame(side)
		p.topic, p.joinRef = main.Topic, *main.JoinRef
		p.reply(side, object{"liveview_version": "1.2.10", "rendered": static(`<i id="i" phx-click="in">side</i>`)})
		p.reply(main, object{"liveview_version": "1.2.10", "rendered": p.marked(static(`<a id="l" href="/other" data-phx-link="redirect" data-phx-link-state="push">go</a>`))})
		p.settle()
		p.record()
		p.do(`i.click()`)
		event := p.next("event")
		p.recordFrame(event)
		p.reply(event, object{})
		p.do(`l.click()`)
		p.reply(p.next("phx_leave"), object{})
		f := p.next("phx_join")
		p.recordFrame(f)
		p.reply(f, object{"liveview_version": "1.2.10", "container": []any{"div", object{}}, "rendered": p.marked(static(`<p>other</p>`))})
		p.settle()
		p.record()
	})
}

func TestFocusedControls(t *testing.T) {
	for _, c := range []struct{ name, before, act, after string }{
		{"text keeps what is typed", `<input id="a" value="1" class="x">`, `a.focus(); a.value = "typed"`, `<input id="a" value="2" class="y">`},
		{"patch-focused does not", `<input id="a" value="1" phx-patch-focused>`, `a.focus(); a.value = "typed"`, `<input id="a" value="2" phx-patch-focused>`},
		{"same value as sent", `<input id="a" value="1">`, `a.focus(); a.value = "2"`, `<input id="a" value="2">`},
		{"selection stays", `<p></p><input id="a" value="abcdef">`, `a.focus(); a.setSelectionRange(2, 4)`, `<h1></h1><p></p><input id="a" value="abcdef">`},
		{"readonly follows", `<input id="a" value="1">`, `a.focus()`, `<input id="a" value="1" readonly>`},
		{"textarea", `<textarea id="a">1</textarea>`, `a.focus(); a.value = "typed"`, `<textarea id="a">2</textarea>`},
		{"select with other options", `<select id="a"><option>1</option><option>2</option></select>`, `a.focus(); a.value = "2"`, `<select id="a"><option>1</option><option>2</option><option>3</option></select>`},
		{"select with the same options", `<select id="a"><option>1</option><option>2</option></select>`, `a.focus(); a.value = "2"`, `<select id="a"><option>1</option><option>2</option></select>`},
		{"focused checkbox", `<input type="checkbox" id="a">`, `a.focus(); a.checked = true`, `<input type="checkbox" id="a" checked>`},
		{"button is no control to type in", `<button id="a" class="x">1</button>`, `a.focus()`, `<button id="a" class="y">2</button>`},
		{"focus in a moved element", `<div id="d1"><input id="a"></div><div id="d2"></div>`, `a.focus()`, `<div id="d2"></div><div id="d1"><input id="a"></div>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
				p.join(object{"0": c.before, "s": []any{"<form>", "</form>"}})
				p.do(c.act)
				p.diff(object{"0": c.after})
				p.record()
				p.records = append(p.records, p.text(`"" + document.activeElement.selectionStart + "-" + document.activeElement.selectionEnd`))
				p.do(`document.activeElement.blur()`)
				p.diff(object{"0": c.before})
				p.record()
			})
		})
	}
}

// Hooks of stream items live as long as the elements do, also through a reset.
func TestHooksInStreams(t *testing.T) {
	head := `window.log = []; const say = (name) => function () { log.push(name + " " + this.el.id); };
		opts.hooks = {H: {mounted: say("mounted"), updated: say("updated"), destroyed: say("destroyed")}};`
	start := listPage(items("a", "b", "c"), "")
	start["0"].(object)["s"] = []any{`<li phx-hook="H" id="`, `">`, `</li>`}
	eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
		p.join(start)
		for _, b := range []batch{
			one("d", 0, nil),
			{inserts: []ins{{id: "b", text: "B", at: -1}}},
			{inserts: items("c", "b", "e").inserts, reset: true},
			{deletes: []string{"e"}},
			{inserts: []ins{{id: "b", at: 0}}, deletes: []string{"b"}},
			one("f", -1, -2),
			{reset: true},
		} {
			p.diff(object{"0": b.list(false)})
			p.records = append(p.records, p.text(`log.splice(0).join(", ")`))
		}
	})
}

func TestDiffsWaitForTransitions(t *testing.T) {
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(tree(`{"0":"1","s":["<button id=\"b\" phx-click='[[\"hide\",{\"to\":\"#x\",\"time\":80,\"transition\":[[\"out\"],[],[]]}]]'>","</button><p id=\"x\">x</p>"]}`))
		p.do(`b.click(); new MutationObserver(() => window.hidden = x.style.display).observe(b, {childList: true, characterData: true, subtree: true})`)
		p.diff(tree(`{"0":"2"}`))
		p.wantText(`window.hidden`, "none")
		p.record()
	})
}
