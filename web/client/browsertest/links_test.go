package browsertest_test

import "testing"

// What forms, links and portals do, beyond what the sequences of events show.

func TestFormsInTheirWays(t *testing.T) {
	input := `const type = (id, v) => { const i = document.getElementById(id); i.focus(); i.value = v; i.dispatchEvent(new Event("input", {bubbles: true})); };`
	for _, c := range []struct{ name, html, js string }{
		{"an input without a name", `<form id="f" phx-change="c"><input id="a"><input name="b" value="1"></form>`, `type("a", "x")`},
		{"an input outside of its form", `<form id="f" phx-change="c"><input name="b" value="1"></form><input id="a" name="out" form="f">`, `type("a", "x")`},
		{"values of the input and its form", `<form id="f" phx-change="c" phx-value-x="form"><input id="a" name="a" phx-value-y="input"></form>`, `type("a", "x")`},
		{"a command with a value", `<form id="f" phx-change='[["push",{"event":"c","value":{"x":"js"}}]]' phx-value-x="form" phx-value-z="form"><input id="a" name="a"></form>`, `type("a", "x")`},
		{"a command of the input", `<form id="f"><input id="a" name="a" phx-change='[["push",{"event":"c","value":{"x":"js"}}]]'><input name="b"></form>`, `type("a", "x")`},
		{"another target", `<form id="f" phx-change="c" phx-target="#c1"><input id="a" name="a[]"><input name="a[]"></form><div id="c1">1</div>`, `type("a", "x")`},
		{"a checkbox with its hidden twin", `<form id="f" phx-change="c"><input type="hidden" name="t" value="false"><input type="checkbox" id="a" name="t" value="true"></form>`, `a.click()`},
		{"radios", `<form id="f" phx-change="c"><input type="radio" name="r" value="1" checked><input type="radio" id="a" name="r" value="2"></form>`, `a.click()`},
		{"many selected", `<form id="f" phx-change="c"><select id="a" name="s[]" multiple><option>1</option><option>2</option></select></form>`,
			`a.options[1].selected = true; a.dispatchEvent(new Event("input", {bubbles: true})); a.dispatchEvent(new Event("change", {bubbles: true}))`},
		{"a bad number", `<form id="f" phx-change="c"><input type="number" id="a" name="n"><input id="b" name="b"></form>`, `type("b", "x")`},
		{"reset", `<form id="f" phx-change="c" phx-submit="s"><input id="a" name="a" value="1"><button type="reset" id="r" name="r">r</button></form>`, `a.value = "typed"; r.click()`},
		{"a submitter outside", `<form id="f" phx-submit="s"><input name="a" value="1"></form><button id="b" form="f" name="via" value="out" phx-disable-with="…">x</button>`, `b.click()`},
		{"a submitter without a name", `<form id="f" phx-submit="s"><input name="a" value="1"><button id="b" value="v">x</button></form>`, `b.click()`},
		{"submitted by a command", `<form id="f" phx-submit="s"><input name="a" value="1"></form><i id="b" phx-click='[["dispatch",{"event":"submit","to":"#f"}]]'>x</i>`, `b.click()`},
		{"submitted by Enter", `<form id="f" phx-submit="s"><input id="a" name="a" value="1"><button name="first" value="1">x</button></form>`, `f.requestSubmit()`},
		{"an image and a file", `<form id="f" phx-submit="s"><input type="file" name="file"><input name="a" value="1"></form>`, `f.requestSubmit()`},
		{"a disabled fieldset", `<form id="f" phx-submit="s"><fieldset disabled><input name="a" value="1"></fieldset><input name="b" value="2"></form>`, `f.requestSubmit()`},
		{"disable-with on a link", `<a id="b" href="#" phx-click="c" phx-disable-with="wait"><b>x</b></a>`, `b.click()`},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
				p.join(static(c.html + `<button id="end" phx-click="end">end</button>`))
				p.do(input + c.js)
				p.record()
				p.do(`end.click()`)
				for {
					f := p.next("event")
					p.recordFrame(f)
					p.replyDiff(f, object{})
					if contains(f, `"end"`) {
						break
					}
				}
				p.record()
			})
		})
	}
}

func TestKeysAreThrottledByKey(t *testing.T) {
	keys := `const press = (key, repeat) => k.dispatchEvent(new KeyboardEvent("keydown", {key, repeat, bubbles: true}));`
	eachClient(t, pageSpec{head: clocked}, func(t *testing.T, p *page) {
		p.join(static(`<input id="k" phx-keydown="key" phx-throttle="200"><div phx-window-keyup="up" phx-key="a" phx-throttle="200"></div>`))
		p.do(keys + `press("a"); press("a"); press("b"); press("a"); tick(250); press("a"); press("a", true);
			for (const key of ["a", "A", "b", "a"]) window.dispatchEvent(new KeyboardEvent("keyup", {key}));`)
		for _, f := range p.drain() {
			p.recordFrame(f)
		}
	})
}

func TestTriggerActionOfANewForm(t *testing.T) {
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		p.join(object{"0": "", "s": []any{"<main>", "</main>"}})
		p.send(p.joinRef, nil, p.topic, "diff", object{"0": `<form id="f" action="/native" method="get" phx-submit="s" phx-trigger-action><input name="a" value="1"></form>`})
		if got := p.nextRequest("/native"); got != "/native?a=1" {
			t.Errorf("the form went to %s", got)
		}
	})
}

func TestLinksThatArePages(t *testing.T) {
	for _, c := range []struct{ name, html, event string }{
		{"plain", `<a id="l" href="/page?x=1">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true})`},
		{"to a place of the page", `<a id="l" href="#place">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true})`},
		{"nowhere, with an event", `<a id="l" href="#" phx-click="c">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true})`},
		{"live, with ctrl", `<a id="l" href="/other" data-phx-link="redirect" data-phx-link-state="push">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true, ctrlKey: true})`},
		{"live, in another window", `<a id="l" href="/other" target="_BLANK" data-phx-link="redirect" data-phx-link-state="push">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true})`},
		{"live, to save", `<a id="l" href="/other" download data-phx-link="patch" data-phx-link-state="push">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true})`},
		{"live, with the middle button", `<a id="l" href="/other" data-phx-link="patch" data-phx-link-state="push">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true, button: 1})`},
		{"live", `<a id="l" href="/page?x=1" data-phx-link="patch" data-phx-link-state="push"><b id="in">x</b></a>`, `new MouseEvent("click", {bubbles: true, cancelable: true})`},
		{"live, with a click of its own", `<a id="l" href="/page?x=1" phx-click='[["push",{"event":"c"}]]' data-phx-link="patch" data-phx-link-state="replace">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true})`},
		{"mail", `<a id="l" href="mailto:a@b.example">x</a>`, `new MouseEvent("click", {bubbles: true, cancelable: true})`},
	} {
		t.Run(c.name, func(t *testing.T) {
			// The browser itself goes nowhere: the last listener says whether it would.
			head := `addEventListener("click", (e) => { window.prevented = e.defaultPrevented; e.preventDefault(); });`
			eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
				p.join(static(c.html))
				p.do(`(document.getElementById("in") ?? l).dispatchEvent(` + c.event + `)`)
				p.records = append(p.records, p.text(`String(window.prevented)`))
				for _, f := range p.drain() {
					p.recordFrame(f)
				}
			})
		})
	}
}

func TestPortalsInTheirWays(t *testing.T) {
	portal := func(id, target, inner string) string {
		return `<template id="` + id + `" data-phx-portal="` + target + `"><div id="_lv_portal_wrap_` + id + `">` + inner + `</div></template>`
	}
	for _, c := range []struct{ name, before, after string }{
		{"new content", portal("p", "#one", "<b>1</b>"), portal("p", "#one", "<b>2</b><i>3</i>")},
		{"another target", portal("p", "#one", "<b>1</b>"), portal("p", "#two", "<b>2</b>")},
		{"two at one place", portal("p", "#one", "<b>1</b>") + portal("q", "#one", "<i>1</i>"), portal("q", "#one", "<i>2</i>")},
		{"gone with what is around", `<div id="d">` + portal("p", "#one", "<b>1</b>") + `</div>`, `<p>gone</p>`},
		{"moved", `<div id="d">` + portal("p", "#one", "<b>1</b>") + `</div><div id="e"></div>`, `<div id="d"></div><div id="e">` + portal("p", "#one", "<b>2</b>") + `</div>`},
		{"in the body", portal("p", "body", "<b>1</b>"), portal("p", "body", "<b>2</b>")},
		{"one in another", portal("p", "#one", "<b>1</b>"+portal("q", "#two", "<i>1</i>")), portal("p", "#one", "<b>2</b>"+portal("q", "#two", "<i>2</i>"))},
		{"one in another that goes", portal("p", "#one", "<b>1</b>"+portal("q", "#two", "<i>1</i>")), portal("p", "#one", "<b>2</b>")},
		{"with a form and a hook", portal("p", "#one", `<form id="pf" phx-change="c"><input id="pi" name="a" value="1"></form><u id="ph" phx-hook="H">u</u>`),
			portal("p", "#one", `<form id="pf" phx-change="c"><input id="pi" name="a" value="2"></form><u id="ph" phx-hook="H">v</u>`)},
		{"with a stream's container", portal("p", "#one", `<ul id="ul" phx-update="stream"><li id="l1">1</li></ul>`), portal("p", "#one", `<ul id="ul" phx-update="stream"><li id="l2">2</li></ul>`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			head := `window.log = []; const say = (what) => function () { log.push(what + this.el.id); };
				opts.hooks = {H: {mounted: say("mounted"), updated: say("updated"), destroyed: say("destroyed")}};`
			spec := pageSpec{head: head, around: `<div id="one"></div><div id="two"></div>`}
			eachClient(t, spec, func(t *testing.T, p *page) {
				p.join(object{"0": c.before, "s": []any{"<main>", "</main>"}})
				p.record()
				p.diff(object{"0": c.after})
				p.record()
				p.diff(object{"0": c.before})
				p.record()
				p.diff(object{"0": ""})
				p.record()
				p.records = append(p.records, p.text(`log.join(", ")`))
			})
		})
	}
}

// The stack of focus, with what is gone by the time it is asked for.
func TestFocusStack(t *testing.T) {
	eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
		commands := func(name, js string) string { return `<button id="` + name + `" phx-click='` + js + `'>x</button>` }
		p.join(object{"0": `<input id="a"><input id="b">`, "s": []any{"<main>", commands("push", `[["push_focus",{"to":"#a"}],["push_focus",{"to":"#b"}]]`) + commands("pop", `[["pop_focus",{}]]`) + "</main>"}})
		p.do(`push.click(); pop.click()`)
		p.record()
		p.do(`push.click()`)
		p.diff(object{"0": `<input id="a">`})
		p.do(`pop.click()`)
		p.record()
		p.do(`pop.click()`)
		p.record()
		p.do(`pop.click()`)
		p.record()
	})
}
