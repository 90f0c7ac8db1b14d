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
