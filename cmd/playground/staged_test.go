package main

import (
	"strings"
	"testing"

	"streamsplayground/internal/browsertest"
)

// A project beside the inspector: its layouts, its JavaScript and its session
// work within the sandbox, its links and forms stay there.
func TestProjectOnTheStage(t *testing.T) {
	out, _ := startedBoth(t, "testdata/shelf")
	url := strings.TrimSpace(out[strings.Index(out, "http://"):])
	p := browsertest.Open(t, url)
	one, two := p.Frame(`iframe[title="one"]`), p.Frame(`iframe[title="two"]`)
	one.Until(`document.title === "Shelf · Shelf" && document.querySelector('meta[name="lv-base"]')`)

	// A link of a page without a live view, to a live view with hooks.
	one.Click(`a[href="/books"]`)
	one.Until(`document.querySelector("[data-phx-main].phx-connected") && document.querySelector("#greet")?.textContent === "hello from the project's own module"`)
	one.Click("#shout")
	one.Until(`document.querySelector("#shout").textContent === "QUIET"`)
	p.Until(`document.querySelector(".address").value === "/books"`)
	one.Fill("#add input", "Persuasion")
	one.Click("#add button")
	one.Until(`document.querySelector("#books-2 td")?.textContent === "Persuasion"`)
	p.Until(`[...document.querySelectorAll(".tx")].some((b) => b.title.includes("one: event add"))`)

	// A form against forgery, a session that it changes, and a redirect; the
	// other client has a session of its own.
	two.Until(`document.querySelector("form[action]")`)
	two.Fill("form[action] input:not([type=hidden])", "Ana")
	two.Click("form[action] button")
	two.Until(`document.querySelector("[data-phx-main].phx-connected") && document.querySelector("header")?.textContent === "Ana"`)
	one.Want(`document.querySelector("header").textContent`, "nobody")
}
