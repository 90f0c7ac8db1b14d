package browsertest_test

import (
	"fmt"
	"testing"
)

// What LiveView's own browser tests found, as scripts of its own.

func TestFirstJoinThatFails(t *testing.T) {
	kid := func(session string) object {
		return tree(`{"0":"<div id=\"kid\" data-phx-session=\"` + session + `\" data-phx-static=\"\" data-phx-parent-id=\"phx-main\"></div>","s":["",""]}`)
	}
	eachClient(t, pageSpec{errorsExpected: true}, func(t *testing.T, p *page) {
		f := p.next("phx_join")
		p.reply(f, object{"liveview_version": "1.2.10", "rendered": kid("OLD")})
		child := p.next("phx_join")
		p.send(child.JoinRef, child.Ref, child.Topic, "phx_reply", object{"status": "error", "response": object{"reason": "join crashed"}})
		// The child takes its parent along.
		p.send(f.JoinRef, f.JoinRef, f.Topic, "phx_error", object{"reason": "channel_crash"})
		again := p.next("phx_join")
		for again.Topic != f.Topic {
			again = p.next("phx_join")
		}
		p.joinRef = *again.JoinRef
		p.reply(again, object{"liveview_version": "1.2.10", "rendered": p.marked(kid("NEW"))})
		if child = p.next("phx_join"); !contains(child, `"session":"NEW"`) {
			t.Errorf("the child joins with a session of the mount before: %s", child.Payload)
		}
		p.reply(child, object{"liveview_version": "1.2.10", "rendered": static(`<p>kid</p>`)})
		p.until(`document.querySelector("#kid p")`)
		p.record()
	})
}

func TestAnElementsHookInTheNextPage(t *testing.T) {
	head := `window.log = []; opts.hooks = {H: {mounted() { log.push("mounted in " + this.__view().id); }, destroyed() { log.push("destroyed"); }}};`
	hooked := `<p id="h" phx-hook="H">hook</p>`
	sticky := `<div id="stick" data-phx-session="S" data-phx-static="" data-phx-sticky></div>`
	eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
		f := p.next("phx_join")
		p.reply(f, object{"liveview_version": "1.2.10", "rendered": p.marked(static(sticky + `<a id="l" href="/other" data-phx-link="redirect" data-phx-link-state="push">go</a>`))})
		p.settle()
		inner := p.next("phx_join")
		p.reply(inner, object{"liveview_version": "1.2.10", "rendered": p.marked(static(hooked))})
		p.settle()
		p.do(`l.click()`)
		join := p.next("phx_join")
		p.joinRef = *join.JoinRef
		p.reply(join, object{"liveview_version": "1.2.10", "rendered": p.marked(static(`<h1>B</h1>` + hooked))})
		p.settle()
		p.wantText(`log.join(", ")`, "mounted in stick, destroyed, mounted in phx-main")
		p.record()
	})
}

func TestStreamItemsAreMovedInPlace(t *testing.T) {
	head := `window.log = [];
		customElements.define("x-item", class extends HTMLElement {
			connectedCallback() { log.push("connected " + this.id); }
			disconnectedCallback() { log.push("disconnected " + this.id); }
			connectedMoveCallback() { log.push("moved " + this.id); }
		});`
	eachClient(t, pageSpec{head: head, body: `<ul id="list" phx-update="stream"></ul>`}, func(t *testing.T, p *page) {
		start := listPage(items("a", "b", "c"), "")
		start["0"].(object)["s"] = []any{`<x-item id="`, `">`, `</x-item>`}
		p.join(start)
		for _, b := range []batch{one("d", 1, nil), one("e", 0, nil), one("f", 99, nil), one("g", -1, nil),
			{inserts: items("c", "a").inserts, reset: true}, {inserts: bulk(0, nil, "a", "c").inserts, reset: true}} {
			p.do(`log.length = 0`)
			p.diff(object{"0": b.list(false)})
			p.records = append(p.records, p.text(`log.join(", ")`))
			p.record()
		}
	})
}

// Several items that come at a place after the first together with their container: the official
// client moves them for ever.
func TestNewContainerWithPlaces(t *testing.T) {
	for place, want := range map[int]string{1: "a c b", 2: "a b c", 3: "a b c", 9: "a b c"} {
		p := open(t, ours, pageSpec{})
		p.join(object{"0": "", "s": []any{"<main>", "</main>"}})
		p.diff(object{"0": listPage(bulk(place, nil, "a", "b", "c"), "")})
		if got := p.text(order); got != want {
			t.Errorf("at %d: %q, want %q", place, got, want)
		}
	}
}

func TestAppendAndPrepend(t *testing.T) {
	for _, update := range []string{"append", "prepend"} {
		t.Run(update, func(t *testing.T) {
			eachClient(t, pageSpec{errorsExpected: true}, func(t *testing.T, p *page) {
				list := func(ids ...string) object {
					html := ""
					for _, id := range ids {
						html += fmt.Sprintf(`<li id="%s">%s %d</li>`, id, id, p.done)
					}
					return object{"0": html}
				}
				p.join(object{"0": list("a", "b")["0"], "s": []any{`<ul id="list" phx-update="` + update + `">`, `</ul>`}})
				p.record()
				for _, ids := range [][]string{{"c"}, {"d", "b"}, {"b", "a"}, {"e", "f", "c"}, {}, {"a", "z"}} {
					p.diff(list(ids...))
					p.record()
				}
				p.diff(object{"0": `text <li>no id</li><li id="g">g</li>`})
				p.record()
				p.dropConnection()
				p.join(object{"0": list("b", "y")["0"], "s": []any{`<ul id="list" phx-update="` + update + `">`, `</ul>`}})
				p.record()
			})
		})
	}
}

func TestHooksOfCustomElements(t *testing.T) {
	head := `window.log = [];
		customElements.define("x-hooked", class extends HTMLElement {
			connectedCallback() {
				this.hook = createHook(this, {
					mounted() { log.push("mounted " + this.el.id + " in " + this.__view().id); this.pushEvent("hi", {}, (reply) => log.push("reply " + reply.ok)); },
					updated() { log.push("updated"); }, destroyed() { log.push("destroyed"); },
				});
				log.push("same " + (createHook(this, {}) === this.hook));
			}
		});`
	eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
		p.join(tree(`{"0":"<x-hooked id=\"x\">1</x-hooked>","s":["<main>","</main>"]}`))
		p.replyDiff(p.next("event"), tree(`{"r":{"ok":1}}`))
		p.record()
		p.diff(tree(`{"0":"<x-hooked id=\"x\">2</x-hooked>"}`))
		p.diff(tree(`{"0":""}`))
		p.records = append(p.records, p.text(`log.join(", ")`))
		p.wantText(`log[1]`, "mounted x in phx-main")
	})
}

func TestHooksThatCannotBeMade(t *testing.T) {
	head := `opts.hooks = {N: null, S: "text", E: {pushEvent() {}, mounted() { this.js; }}};`
	eachClient(t, pageSpec{head: head, errorsExpected: true}, func(t *testing.T, p *page) {
		html := ""
		for i, name := range []string{"N", "S", "E", "U"} {
			html += fmt.Sprintf(`<p id="h%d" phx-hook="%s">%s</p>`, i, name, name)
		}
		p.join(static(html))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.records = append(p.records, fmt.Sprint(len(p.errors)))
	})
}

func TestRemoveOnNavigationMayBeLimited(t *testing.T) {
	const remove = ` phx-remove='[["transition",{"transition":[["leaving"],[],[]],"time":300}]]'`
	for _, cascade := range []string{"true", "false"} {
		t.Run("cascade "+cascade, func(t *testing.T) {
			eachClient(t, pageSpec{head: `opts.cascadePhxRemoveOnNavigation = ` + cascade + `;`}, func(t *testing.T, p *page) {
				p.join(static(`<p id="i"` + remove + `>item</p><a id="l" href="/other" data-phx-link="redirect" data-phx-link-state="push">go</a>`))
				p.do(`l.click()`)
				if cascade == "true" {
					p.until(`document.getElementById("i").className === "leaving"`)
				}
				p.reply(p.next("phx_leave"), object{})
				f := p.next("phx_join")
				p.joinRef = *f.JoinRef
				p.reply(f, object{"liveview_version": "1.2.10", "rendered": p.marked(static(`<p>other</p>`))})
				p.settle()
				p.record()
			})
		})
	}
}

func TestLogOfViews(t *testing.T) {
	head := `window.log = []; opts.viewLogger = (view, kind, msg) => log.push(view.id + " " + kind + ": " + msg);`
	eachClient(t, pageSpec{head: head, errorsExpected: true}, func(t *testing.T, p *page) {
		p.join(static(`<p>one</p>`))
		p.send(p.joinRef, p.joinRef, p.topic, "phx_error", object{"reason": "channel_crash"})
		p.join(static(`<p>two</p>`))
		p.wantText(`log.join(", ")`, "phx-main mount: received diff, phx-main error: view crashed, phx-main mount: received diff")
		p.record()
	})
}

// Who disconnects is called back when the connection is closed, not before.
func TestDisconnectWaitsForTheClose(t *testing.T) {
	head := `window.conns = []; const Real = WebSocket;
		window.WebSocket = class extends Real { constructor(...args) { super(...args); conns.push(this); } };`
	eachClient(t, pageSpec{head: head}, func(t *testing.T, p *page) {
		p.join(static(`<p>one</p>`))
		state := `new Promise((resolve) => liveSocket.disconnect(() => resolve(String(conns[0].readyState === WebSocket.CLOSED))))`
		p.wantText(state, "true")
		p.do(`liveSocket.connect()`)
		p.join(static(`<p>two</p>`))
		p.record()
	})
}
