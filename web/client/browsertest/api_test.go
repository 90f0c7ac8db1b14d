package browsertest_test

import (
	"fmt"
	"testing"
)

// What pages may call of a client: liveSocket.js(), what hooks have, and options.

// guarded runs a statement and notes what it throws.
func guarded(js string) string {
	return `try { ` + js + ` } catch (e) { window.thrown = (window.thrown ?? "") + e.message + "; "; }`
}

func TestCommandsFromJavaScript(t *testing.T) {
	for _, c := range []struct{ name, js string }{
		{"exec", `js.exec(x, '[["add_class",{"names":["a"]}]]')`},
		{"exec a list", `js.exec(x, [["add_class",{"names":["a"]}]])`},
		{"hide", `js.hide(x)`},
		{"hide in a while", `js.hide(x, {transition: "out", time: 150})`},
		{"hide with three", `js.hide(x, {transition: ["run", "start", "end"], time: 150, blocking: false})`},
		{"show what is shown", `js.show(x)`},
		{"hide and show", `js.hide(x, {time: 0}); js.show(x, {display: "flex"})`},
		{"toggle", `js.toggle(x)`},
		{"toggle twice", `js.toggle(x, {time: 0}); js.toggle(x, {in: "in", out: "out", display: "inline", time: 0})`},
		{"classes", `js.addClass(x, "a b"); js.addClass(x, ["c", "d"]); js.removeClass(x, "a"); js.toggleClass(x, "b e")`},
		{"classes with a transition", `js.addClass(x, "a", {transition: "run", time: 150}); js.toggleClass(x, ["q"], {transition: ["r", "s", "t"], time: 150})`},
		{"transition", `js.transition(x, "fade", {time: 150})`},
		{"transition with three", `js.transition(x, ["run", "start", "end"], {time: 150})`},
		{"attributes", `js.setAttribute(x, "title", "t"); js.setAttribute(x, "lang", "de"); js.removeAttribute(x, "lang")`},
		{"toggle attributes", `js.toggleAttribute(x, "open", "yes"); js.toggleAttribute(x, "dir", "ltr", "rtl"); js.toggleAttribute(x, "dir", "ltr", "rtl")`},
		{"ignore attributes", `js.ignoreAttributes(x, ["class"]); x.className = "mine"`},
		{"another origin", `js.navigate("http://other.example/x")`},
		{"another origin to patch to", `js.patch("http://other.example/x")`},
		{"no address", `js.navigate("http://[")`},
		{"no address to patch to", `js.patch("http://[")`},
		{"of no view", `js.hide(document.body)`},
		{"push of no view", `js.push(document.body, "e")`},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachClient(t, pageSpec{errorsExpected: true}, func(t *testing.T, p *page) {
				p.join(object{"0": "1", "1": `<p id="x" class="x">x</p>`, "s": []any{`<main><b>`, `</b>`, `</main>`}})
				p.do(`const js = liveSocket.js(), x = document.getElementById("x"); ` + guarded(c.js))
				p.text(`new Promise((resolve) => setTimeout(() => resolve(""), 400))`)
				p.records = append(p.records, p.text(`String(window.thrown).replaceAll(location.origin, "HERE")`))
				p.record()
				p.diff(object{"0": "2", "1": `<p id="x" class="y">x</p>`})
				p.record()
			})
		})
	}
}

func TestPushesFromJavaScript(t *testing.T) {
	for _, c := range []struct{ name, js, event string }{
		{"push", `js.push(x, "up", {value: {a: 1}})`, "event"},
		{"push to a component", `js.push(x, "up", {target: 1, loading: "#n", page_loading: true})`, "event"},
		{"push to a selector", `js.push(x, "up", {target: "#inside"})`, "event"},
		{"navigate", `js.navigate("/other")`, "phx_join"},
		{"navigate in place", `js.navigate("/other?x=1#h", {replace: true})`, "phx_join"},
		{"patch", `js.patch("/page?x=1")`, "live_patch"},
		{"patch in place", `js.patch("/page?x=2", {replace: true})`, "live_patch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
				p.join(tree(`{"0":1,"c":{"1":{"r":1,"s":["<div id=\"c\"><i id=\"inside\">i</i></div>"]}},"s":["<p id=\"x\">x</p><b id=\"n\"></b>",""]}`))
				p.do(`const js = liveSocket.js(), x = document.getElementById("x"); ` + c.js)
				p.recordFrame(p.next(c.event))
				p.record()
			})
		})
	}
}

func TestIgnoredAttributes(t *testing.T) {
	ignore := func(names string) string { return `[["ignore_attrs",{"attrs":[` + names + `]}]]` }
	for _, c := range []struct{ name, mounted, before, act, after string }{
		{"one", ignore(`"open"`), `open`, `x.removeAttribute("open")`, `open class="b"`},
		{"one that is not set", ignore(`"open"`), ``, `x.setAttribute("open", "")`, `class="b"`},
		{"with a wildcard", ignore(`"data-*"`), `data-a="1" title="t"`, `x.dataset.a = "mine"; x.dataset.b = "mine"; x.title = "mine"`, `data-a="2" data-c="3" title="u"`},
		{"all", ignore(`"*"`), `data-a="1" title="t"`, `x.dataset.a = "mine"; x.title = "mine"`, `data-a="2" title="u" lang="de"`},
		{"in the middle", ignore(`"a*b"`), `acb="1" ab="2"`, `x.setAttribute("acb", "mine")`, `acb="3" ab="4"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			html := func(attrs string) string {
				return fmt.Sprintf(`<details id="x" phx-mounted='%s' %s>x</details>`, c.mounted, attrs)
			}
			eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
				p.join(object{"0": html(c.before), "s": []any{"<main>", "</main>"}})
				p.do(`const x = document.getElementById("x"); ` + c.act)
				p.diff(object{"0": html(c.after)})
				p.record()
				p.diff(object{"0": html(c.before)})
				p.record()
			})
		})
	}
}

func TestHookInterface(t *testing.T) {
	for _, c := range []struct{ name, hooks, html, after string }{
		{"a class", `{H: class extends ViewHook { mounted() { log.push("mounted " + this.el.id + (this instanceof ViewHook)); } updated() { log.push("updated"); } }}`,
			`<p id="h" phx-hook="H">1</p>`, `<p id="h" phx-hook="H">2</p>`},
		{"the element to come", `{H: {beforeUpdate(to) { log.push("to " + (to && to.textContent)); to.title = "changed"; }}}`,
			`<p id="h" phx-hook="H">1</p>`, `<p id="h" phx-hook="H">2</p>`},
		{"an ignored element", `{H: {beforeUpdate(to) { log.push("to " + to.dataset.a); }, updated() { log.push("updated " + this.el.dataset.a); }}}`,
			`<p id="h" phx-hook="H" phx-update="ignore" data-a="1">1</p>`, `<p id="h" phx-hook="H" phx-update="ignore" data-a="2">2</p>`},
		{"another hook", `{H: {mounted() { log.push("H mounted"); }, destroyed() { log.push("H destroyed"); }}, I: {mounted() { log.push("I mounted"); }, updated() { log.push("I updated"); }}}`,
			`<p id="h" phx-hook="H">1</p>`, `<p id="h" phx-hook="I">2</p>`},
		{"none any more", `{H: {destroyed() { log.push("destroyed"); }, updated() { log.push("updated"); }}}`,
			`<p id="h" phx-hook="H">1</p>`, `<p id="h">2</p>`},
		{"none before", `{H: {mounted() { log.push("mounted"); }}}`, `<p id="h">1</p>`, `<p id="h" phx-hook="H">2</p>`},
		{"unknown", `{}`, `<p id="h" phx-hook="H">1</p>`, `<p id="h" phx-hook="H">2</p>`},
		{"without an id", `{H: {mounted() { log.push("mounted"); }}}`, `<p phx-hook="H">1</p>`, `<p phx-hook="H">2</p>`},
		{"around another", `{H: {mounted() { log.push("mounted " + this.el.id); }, updated() { log.push("updated " + this.el.id); }, destroyed() { log.push("destroyed " + this.el.id); }}}`,
			`<div id="o" phx-hook="H"><p id="i" phx-hook="H">1</p></div>`, `<i>gone</i>`},
		{"moved", `{H: {mounted() { log.push("mounted " + this.el.id); }, updated() { log.push("updated " + this.el.id); }, destroyed() { log.push("destroyed " + this.el.id); }}}`,
			`<div id="a"><p id="i" phx-hook="H">1</p></div><div id="b"></div>`, `<div id="a"></div><div id="b"><p id="i" phx-hook="H">1</p></div>`},
		{"commands", `{H: {mounted() { this.js().addClass(this.el, "by-hook"); this.js().setAttribute(this.el, "title", "t"); log.push(typeof this.js().push + typeof this.liveSocket + typeof this.viewName); }}}`,
			`<p id="h" phx-hook="H">1</p>`, `<p id="h" phx-hook="H">2</p>`},
		{"events of the server", `{H: {mounted() { this.ref = this.handleEvent("ev", (d) => log.push("got " + d.n)); }, updated() { this.removeHandleEvent(this.ref); }}}`,
			`<p id="h" phx-hook="H">1</p>`, `<p id="h" phx-hook="H">2</p>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := pageSpec{head: `window.log = []; addEventListener("phx:ev", (e) => log.push("window " + e.detail.n)); opts.hooks = ` + c.hooks + `;`, errorsExpected: true}
			eachClient(t, spec, func(t *testing.T, p *page) {
				p.join(object{"0": c.html, "s": []any{"<main>", "</main>"}, "e": []any{[]any{"ev", object{"n": 1}}}})
				p.record()
				p.diff(object{"0": c.after, "e": []any{[]any{"ev", object{"n": 2}}}})
				p.diff(object{"e": []any{[]any{"ev", object{"n": 3}}}})
				p.record()
				p.records = append(p.records, p.text(`log.join(", ")`))
			})
		})
	}
}

func TestPushEventOfHooks(t *testing.T) {
	for _, c := range []struct {
		name, js string
		replies  int
	}{
		{"callback", `this.pushEvent("e", {}, (reply, ref) => say("reply", reply, typeof ref))`, 1},
		{"promise", `this.pushEvent("e", {}).then((r) => say("then", r), (e) => say("catch", e.message))`, 1},
		{"to one", `this.pushEventTo("#c", "e", {}).then((r) => say("then", r.map((x) => [x.status, x.value && x.value.reply])))`, 1},
		{"to two", `this.pushEventTo(".two", "e", {}).then((r) => say("then", r.map((x) => [x.status, x.value && x.value.reply])))`, 2},
		{"to two with a callback", `this.pushEventTo(".two", "e", {}, (reply) => say("reply", reply))`, 2},
		{"to none", `this.pushEventTo("#none", "e", {}).then((r) => say("then", r), (e) => say("catch", e.message))`, 0},
		{"to the element", `this.pushEventTo(this.el, "e", {a: 1}, (reply) => say("reply", reply))`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			head := `window.log = []; const say = (...all) => log.push(JSON.stringify(all)); window.hook = null;
				opts.hooks = {H: {mounted() { window.hook = this; this.act = () => { ` + c.js + ` }; }}};`
			eachClient(t, pageSpec{head: head, errorsExpected: true}, func(t *testing.T, p *page) {
				p.join(tree(`{"0":1,"1":2,"c":{"1":{"r":1,"s":["<div id=\"c\" class=\"two\">1</div>"]},"2":{"r":1,"s":["<div class=\"two\">2</div>"]}},"s":["<p id=\"h\" phx-hook=\"H\">h</p>","",""]}`))
				p.do(`hook.act()`)
				for i := range c.replies {
					f := p.next("event")
					p.recordFrame(f)
					p.replyDiff(f, object{"r": object{"n": i}})
				}
				p.text(`new Promise((resolve) => setTimeout(() => resolve(""), 30))`)
				p.records = append(p.records, p.text(`log.join("\n")`))
				// And without a connection.
				p.do(`log.length = 0; liveSocket.disconnect()`)
				p.do(guarded(`hook.act()`))
				p.text(`new Promise((resolve) => setTimeout(() => resolve(""), 30))`)
				p.records = append(p.records, p.text(`log.join("\n") + window.thrown`))
			})
		})
	}
}

func TestTitles(t *testing.T) {
	for name, title := range map[string]string{
		"prefix and suffix": `<title data-prefix="P " data-suffix=" S">start</title>`, "default": `<title data-default="D" data-suffix=" S">start</title>`,
		"bare": `<title>start</title>`,
	} {
		t.Run(name, func(t *testing.T) {
			head := `document.querySelector("title").outerHTML = ` + "`" + title + "`" + `;`
			eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
				p.join(static("<p>x</p>"))
				p.record()
				for _, text := range []string{"one", "", "<b>&amp;"} {
					p.diff(object{"t": text})
					p.record()
				}
			})
		})
	}
}

// What the page's own code is told of patches.
func TestCallbacksOfPatches(t *testing.T) {
	head := `window.log = []; const name = (el) => el.nodeName + (el.id ? "#" + el.id : "");
		opts.dom = {
			onPatchStart(el) { log.push("start " + name(el)); }, onPatchEnd(el) { log.push("end " + name(el)); },
			onNodeAdded(el) { log.push("added " + name(el)); },
			onBeforeElUpdated(from, to) { log.push("before " + name(from) + " " + name(to)); if (from.id === "keep") to.title = from.title; },
			onDocumentPatch(start) { log.push("document"); start(); },
			jsQuerySelectorAll(el, query, all) { log.push("query " + query); return all(); },
		};`
	eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
		p.join(object{"0": `<p id="keep">1</p>`, "1": "", "s": []any{"<main id=\"m\">", "<i>i</i>", "</main>"}})
		p.do(`document.getElementById("keep").title = "mine"; log.push("diff")`)
		p.diff(object{"0": `<p id="keep">2</p>`, "1": `<ul><li id="l">new</li></ul>`})
		p.do(`liveSocket.execJS(document.getElementById("keep"), '[["add_class",{"names":["c"],"to":"#l"}]]')`)
		p.diff(object{"1": ""})
		p.records = append(p.records, p.text(`log.join("\n")`))
		p.record()
	})
}

// Options that change names and places.
func TestOptions(t *testing.T) {
	t.Run("another prefix", func(t *testing.T) {
		eachClient(t, pageSpec{head: `opts.bindingPrefix = "data-lv-";`}, func(t *testing.T, p *page) {
			p.join(object{"0": "1", "s": []any{`<button id="b" data-lv-click="inc" data-lv-value-n="1" phx-value-m="2">`, `</button><form data-lv-change="c"><input id="i" name="a"></form>`}})
			p.do(`b.click()`)
			f := p.next("event")
			p.recordFrame(f)
			p.replyDiff(f, object{"0": "2"})
			p.record()
		})
	})
	t.Run("params as a function", func(t *testing.T) {
		head := `opts.params = (el) => ({_csrf_token: "C", of: el && el.id});`
		eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
			p.recordFrame(p.join(static("<p>x</p>")))
		})
	})
	t.Run("logger of views", func(t *testing.T) {
		head := `window.log = []; opts.viewLogger = (view, kind, message, data) => log.push([view.id, kind, message, data === undefined ? "" : typeof data].join(" "));`
		eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
			p.join(object{"0": "1", "s": []any{`<button id="b" phx-click="inc">`, `</button>`}})
			p.do(`b.click()`)
			p.replyDiff(p.next("event"), object{"0": "2"})
			p.diff(object{"0": "3"})
			p.records = append(p.records, p.text(`log.join("\n")`))
		})
	})
}
