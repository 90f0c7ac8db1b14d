package main

import (
	"context"
	"io"
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
	one.Want(`document.querySelector("#marked").textContent + window.sideEffect`, "markedtrue")
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

// What was typed wrong is named, with what to do.
func TestWrongArguments(t *testing.T) {
	view := "testdata/shelf"
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"-wrong"}, "there is no flag -wrong; see playground help"},
		{[]string{"test", "-seed", "x"}, `invalid value "x" for flag -seed; see playground help`},
		{[]string{"run", view, "-addr"}, "flag needs an argument: -addr; see playground help"},
		{[]string{"run", view, "-addr", "nonsense"}, `"nonsense" is no address to listen on: missing port in address; -addr takes HOST:PORT, such as 127.0.0.1:4001`},
		{[]string{"run", view, "-addr", "127.0.0.1:99999"}, "invalid port"},
		{[]string{"run", "testdata/nothing"}, "testdata/nothing: no such file or folder"},
	}
	for _, test := range tests {
		err := run(context.Background(), test.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.args, err, test.want)
		}
	}
}
