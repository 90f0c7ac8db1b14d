package main

import (
	"fmt"
	"strings"
	"testing"

	"streamsplayground/internal/browsertest"
)

// choose puts files into the n-th upload input, as its dialog does.
func choose(p *browsertest.Page, n int, files ...string) {
	var items strings.Builder
	for _, f := range files {
		name, text, _ := strings.Cut(f, "=")
		fmt.Fprintf(&items, `items.add(new File([%q], %q, {type: "text/plain", lastModified: 1}));`, text, name)
	}
	p.Do(fmt.Sprintf(`const data = new DataTransfer(); const {items} = data; %s
		const input = document.querySelectorAll("input[type=file]")[%d];
		input.files = data.files; input.dispatchEvent(new Event("input", {bubbles: true}))`, items.String(), n))
}

const submitUploads = `const f = document.getElementById("f"); f.noValidate = true; f.requestSubmit()`

var uploadSteps = []chatStep{
	{"choose", func(p *browsertest.Page) { choose(p, 0, "a.txt=123456789012") }, `document.querySelectorAll("img[src^=blob]").length === 1`},
	{"choose one more", func(p *browsertest.Page) { choose(p, 0, "b.txt=abcdefgh") }, `document.querySelectorAll("img[src^=blob]").length === 2`},
	{"send them", func(p *browsertest.Page) { p.Do(submitUploads) }, `document.body.innerText.includes('{"a.txt", true}') && !document.querySelector("img")`},
	{"too large", func(p *browsertest.Page) { choose(p, 0, "big.txt=123456789012345678901234567890") }, `document.body.innerText.includes(":too_large")`},
	{"send with an error", func(p *browsertest.Page) { p.Do(submitUploads) }, `true`},
	{"a good one in its place", func(p *browsertest.Page) {
		p.Do(`liveSocket.js().push(document.getElementById("f"), "cancel", {value: {name: "doc", ref: document.querySelector("img").dataset.phxEntryRef}})`)
	}, `!document.querySelector("img")`},
	{"automatically", func(p *browsertest.Page) { choose(p, 1, "auto.txt=auto12345") }, `document.body.innerText.includes("auto auto.txt")`},
	{"automatically, refused", func(p *browsertest.Page) { choose(p, 1, "no.txt=auto12345") }, `document.body.innerText.includes(":no_thanks")`},
	{"a writer that fails", func(p *browsertest.Page) { choose(p, 2, "init=x", "c.txt=12345") }, `document.body.innerText.includes("c.txt 0")`},
	{"dropped", func(p *browsertest.Page) {
		p.Do(`const input = document.querySelectorAll("input[type=file]")[2];
			input.parentElement.setAttribute("phx-drop-target", input.id);
			const data = new DataTransfer(); data.items.add(new File(["zzz"], "z.txt", {type: "text/plain", lastModified: 1}));
			for (const type of ["dragenter", "drop"]) input.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}))`)
	}, `document.body.innerText.includes("z.txt 0")`},
}

// seen is what a reader sees of the uploads, and what the inputs say, with the
// numbers of files that differ between clients left out.
const seen = `[document.body.innerText, ...[...document.querySelectorAll("input[type=file]")].map((i) =>
	[i.required, i.files.length, i.value, i.className, i.closest("form").className, ...["Active", "Done", "Preflighted", "Error"].map((k) => i.dataset["phx" + k + "Refs"])])]
	.join("\n").replace(/phx-[A-Za-z0-9_-]{16}/g, "phx-ID")`

func playUploads(t *testing.T, args ...string) []string {
	t.Helper()
	out := started(t, append([]string{"../../engine/transport/testdata/uploads/live.ex"}, args...)...)
	p := browsertest.Open(t, strings.Fields(out)[0])
	p.Until(`document.querySelector("[data-phx-main].phx-connected")`)
	var states []string
	for _, step := range uploadSteps {
		step.do(p)
		p.Until(step.done + ` && !document.querySelector("[data-phx-ref-src]")`)
		states = append(states, p.Text("new Promise(requestAnimationFrame).then(() => "+seen+")"))
	}
	return states
}

// TestUploads sends files with the client that npm has, and with ours: after each
// step the pages must say the same.
func TestUploads(t *testing.T) {
	ours := playUploads(t, "-plain")
	official := playUploads(t, "-official", browsertest.Official(t))
	for i, step := range uploadSteps {
		if official[i] != ours[i] {
			t.Errorf("after %q the pages differ\nofficial: %s\n    ours: %s", step.name, around(official[i], ours[i]), around(ours[i], official[i]))
		}
	}
}
