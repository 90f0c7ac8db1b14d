package main

import (
	"fmt"
	"strings"
	"testing"

	"streamsplayground/internal/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// document describes the live view's element: tags, attributes in order, texts and
// what inputs hold, with placeholders for what differs from run to run.
const document = `(() => {
	const describe = (node) => {
		if (node.nodeType === 3) return node.nodeValue.trim() === "" ? "" : JSON.stringify(node.nodeValue.trim());
		if (node.nodeType !== 1) return "";
		const attrs = [...node.attributes].filter((a) => !/^data-phx-(session|static)$/.test(a.name)).map((a) => a.name + "=" + JSON.stringify(a.value)).sort();
		if (node.localName === "input") attrs.push(".value=" + JSON.stringify(node.value));
		return node.localName + "[" + attrs.join(" ") + "](" + [...node.childNodes].map(describe).filter(Boolean).join(" ") + ")";
	};
	return (describe(document.querySelector("[data-phx-main]")) + " focus=" + document.activeElement.id + " title=" + document.title + " at " + location.pathname)
		.replace(/phx-[A-Za-z0-9_-]{16}/g, "phx-ID").replace(/20[2-9][4-9]-[0-9-]+T[0-9:]+/g, "TIME");
})()`

// chatStep is one thing that a reader does, and how the page shows that it is done.
type chatStep struct {
	name string
	do   func(p *browsertest.Page)
	done string
}

// rows is how many rows the chat shows.
const rows = `document.querySelectorAll("#messages > *").length`

var chatSteps = []chatStep{
	{"join", func(*browsertest.Page) {}, rows + ` === 10`},
	{"send", func(p *browsertest.Page) {
		p.Fill(".composer input[type=text]", `<hello> & "you"`)
		p.Click(".composer button")
	}, rows + ` === 11 && document.querySelector("#messages-481 p")`},
	{"send by key", func(p *browsertest.Page) {
		p.Fill(".composer input[type=text]", "another")
		p.Press("\r")
	}, rows + ` === 12`},
	{"send nothing", func(p *browsertest.Page) { p.Click(".composer button") }, `true`},
	{"edit", func(p *browsertest.Page) { p.Click("#messages-471 [phx-click=edit_message]") }, `document.querySelector("#messages-471 form")`},
	{"edit another", func(p *browsertest.Page) { p.Click("#messages-473 [phx-click=edit_message]") }, `document.querySelector("#messages-473 form")`},
	{"cancel", func(p *browsertest.Page) { p.Click("#messages-473 [phx-click=cancel_edit]") }, `!document.querySelector("#messages-473 form")`},
	{"save", func(p *browsertest.Page) {
		p.Fill("#messages-471 form input[type=text]", "changed")
		p.Click("#messages-471 form button")
	}, `document.querySelector("#messages-471 p")?.textContent === "changed"`},
	{"delete", func(p *browsertest.Page) { p.Click("#messages-471 [phx-click=delete_message]") }, rows + ` === 11`},
	{"delete the new one", func(p *browsertest.Page) { p.Click("#messages-481 [phx-click=delete_message]") }, rows + ` === 10`},
	{"the other room", func(p *browsertest.Page) { p.Click(`.rooms a[href="/rooms/2"]`) }, rows + ` === 10 && location.pathname === "/rooms/2"`},
	{"send there", func(p *browsertest.Page) {
		p.Fill(".composer input[type=text]", "to the others")
		p.Click(".composer button")
	}, rows + ` === 11`},
	{"back", func(p *browsertest.Page) { p.Do(`history.back()`) }, rows + ` === 10 && location.pathname === "/rooms/1"`},
	{"reconnected", func(p *browsertest.Page) {
		p.Do(`document.querySelector("[data-phx-main]").classList.remove("phx-connected"); liveSocket.disconnect(() => liveSocket.connect())`)
	}, rows + ` === 10`},
	{"older ones", scrollUp, rows + ` === 20`},
	{"still older ones", scrollUp, rows + ` === 30`},
}

// scrollUp leaves the top of the page and comes back to it.
func scrollUp(p *browsertest.Page) {
	p.Resize(800, 300)
	p.Text(`(async () => {
		const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
		scrollTo(0, 1e6);
		await frame();
		scrollTo(0, 0);
		await frame();
	})()`)
}

// playChat does all steps, and returns the document after each.
func playChat(t *testing.T, args ...string) []string {
	t.Helper()
	out := started(t, append([]string{"../../lessons/content/chat"}, args...)...)
	root := out[:strings.Index(out, "/  ")]
	p := browsertest.Open(t, root+"/rooms/1")
	// Nothing scrolls by itself until the window is made small.
	p.Resize(800, 4000)
	defer p.Resize(1440, 900)
	var documents []string
	for _, step := range chatSteps {
		step.do(p)
		p.Until(step.done + ` && document.querySelector("[data-phx-main].phx-connected") && !document.querySelector("[data-phx-ref-src]")`)
		documents = append(documents, p.Text("new Promise(requestAnimationFrame).then(() => "+document+")"))
	}
	return documents
}

// TestOfficialClient drives the chat with the client that npm has, and with ours:
// after each step the pages must be the same.
func TestOfficialClient(t *testing.T) {
	official := playChat(t, "-official", browsertest.Official(t))
	ours := playChat(t, "-plain")
	if !strings.Contains(ours[1], `"<hello> & \"you\""`) {
		t.Errorf("the message is not in the page: %s", ours[1])
	}
	for i, step := range chatSteps {
		if official[i] != ours[i] {
			t.Errorf("after %q the pages differ\nofficial: %s\n    ours: %s", step.name, around(official[i], ours[i]), around(ours[i], official[i]))
		}
	}
}

// around is the part of a text where it begins to differ from another.
func around(text, other string) string {
	at := 0
	for at < min(len(text), len(other)) && text[at] == other[at] {
		at++
	}
	return fmt.Sprintf("… %s …", text[max(0, at-80):min(len(text), at+160)])
}
