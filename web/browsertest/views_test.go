package browsertest_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/source"
	"streamsplayground/internal/browsertest"
	"streamsplayground/lessons"
	"streamsplayground/web"
)

const fragile = `defmodule FragileLive do
  use Phoenix.LiveView

  def mount(_params, _session, socket), do: {:ok, assign(socket, count: 0)}

  def handle_event("add", _params, socket) do
    {:noreply, update(socket, :count, &(&1 + 1))}
  end

  def handle_event("boom", _params, socket) do
    IO.inspect(socket.assigns.count, label: "count")
    {:noreply, assign(socket, :count, String.to_integer("many"))}
  end

  def render(assigns) do
    ~H"""
    <p id="count">{@count}</p>
    <button id="add" phx-click="add">add</button>
    <button id="boom" phx-click="boom">boom</button>
    """
  end
end
`

// TestViewsWithTheInspector runs a view that is no lesson: it works, it crashes,
// and only the one that crashed starts anew.
func TestViewsWithTheInspector(t *testing.T) {
	files := []*lessons.File{{Name: "fragile_live.ex", Source: source.NewFile("fragile_live.ex", fragile)}}
	_, url := serve(t, web.Options{Views: func() (string, []*lessons.File, error) { return "fragile_live.ex", files, nil }})
	l := &lesson{Page: browsertest.Open(t, url), t: t}
	l.ErrorsExpected = true
	one, two := l.client("one"), l.client("two")
	for _, client := range []*browsertest.View{one, two} {
		client.Until(`document.querySelector(".phx-connected")`)
		client.Click("#add")
		client.Until(`document.querySelector("#count").textContent === "1"`)
	}
	one.Click("#boom")
	one.Until(`document.querySelector(".phx-connected") && document.querySelector("#count").textContent === "0"`)
	two.Want(`document.querySelector("#count").textContent`, "1")
	l.choose("one: event boom")
	l.wantIn(".summary .crash", "crashed at fragile_live.ex:12:")
	l.tab("console")
	l.wantIn(".inspector .tab[role=region]", "count: 1", "ArgumentError", "not a textual representation of an integer", "fragile_live.ex:12")
	if text := l.Text(`document.querySelector(".inspector .tab[role=region]").textContent`); strings.Contains(text, "goroutine") {
		t.Errorf("the console shows the insides of the engine:\n%s", text)
	}
}

// TestPageWithoutAView shows on the stage that an address has no live view.
func TestPageWithoutAView(t *testing.T) {
	files := []*lessons.File{{Name: "fragile_live.ex", Source: source.NewFile("fragile_live.ex", fragile)}}
	_, url := serve(t, web.Options{Views: func() (string, []*lessons.File, error) { return "fragile_live.ex", files, nil }})
	l := &lesson{Page: browsertest.Open(t, url), t: t}
	l.ErrorsExpected = true
	const state = `document.querySelector(".bar > .dot").getAttribute("aria-label")`
	l.Until(state + ` === "connected"`)
	l.Fill(".address", "/nowhere")
	l.Press("\r")
	one := l.client("one")
	one.Until(`document.body.textContent.includes("no route found for GET /nowhere")`)
	l.Until(state + ` === "no live view"`)
	l.Fill(".address", "/")
	l.Press("\r")
	l.Until(state + ` === "connected"`)
}

// TestWhatIsLeftOutIsTold shows the compiler's warnings and what of a project
// cannot run beside the code that runs, and follows when a file is saved.
func TestWhatIsLeftOutIsTold(t *testing.T) {
	const view = "defmodule PlainLive do\n  use Phoenix.LiveView\n  def mount(params, _, socket), do: {:ok, socket}\n  def render(assigns), do: ~H\"<p>here</p>\"\nend\n"
	const router = "defmodule Router do\n  use Phoenix.Router\n  import Phoenix.LiveView.Router\n  live \"/\", PlainLive\nend\n"
	const mailer = "defmodule Mailer do\n  use Swoosh.Mailer, otp_app: :demo\nend\n"
	file := func(name, text string) *lessons.File {
		return &lessons.File{Name: name, Source: source.NewFile(name, text)}
	}
	files := []*lessons.File{file("lib/plain_live.ex", view), file("lib/router.ex", router), file("lib/mailer.ex", mailer)}
	server, url := serve(t, web.Options{Project: true, Views: func() (string, []*lessons.File, error) { return "demo", files, nil }})
	l := &lesson{Page: browsertest.Open(t, url), t: t}
	const summary = `document.querySelector(".told summary")`
	l.Want(summary+".textContent", "1 warning, 1 part left out")
	l.Click(".told summary")
	l.wantIn(".told .all", "Mailer is left out", "lib/mailer.ex:1:1", `variable "params" is unused`, "lib/plain_live.ex:3:13")
	files = []*lessons.File{file("lib/plain_live.ex", strings.Replace(view, "(params", "(_params", 1)), files[1]}
	server.Reload()
	l.Until(summary + " === null")
}
