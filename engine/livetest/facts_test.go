package livetest_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/livetest"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/transport"
)

const factsSource = `
defmodule FactsLive do
  use Phoenix.LiveView

  def mount(%{"at" => at}, _session, socket) do
    {:ok, stream(socket, :s, items([1, 2, 3]), at: String.to_integer(at))}
  end

  def mount(%{"limit" => limit}, _session, socket) do
    {:ok, stream(socket, :s, items([1, 2, 3, 4]), limit: String.to_integer(limit))}
  end

  def mount(%{"both" => _}, _session, socket), do: {:ok, stream(socket, :s, items([1, 2]))}
  def mount(_params, _session, socket), do: {:ok, stream(socket, :s, items([1, 2, 3]))}

  def handle_params(%{"both" => _}, _uri, socket), do: {:noreply, stream(socket, :s, items([9]), reset: true)}
  def handle_params(_params, _uri, socket), do: {:noreply, socket}

  def handle_event("count", _, socket) do
    pending = stream_insert(socket, :s, item(4))
    count = Enum.count(pending.assigns.streams.s)
    {:reply, %{before: count, flushed: Enum.count(socket.assigns.streams.s)}, socket}
  end

  def handle_event("raise", %{"what" => what}, socket) do
    s = socket.assigns.streams.s
    try do
      case what do
        "empty" -> Enum.empty?(s)
        "in" -> {"s-1", %{}} in s
        "map" -> Enum.map(s, & &1)
        "unknown" -> stream_insert(socket, :other, item(1))
        "configure" -> stream_configure(socket, :s, dom_id: & &1.id)
      end

      {:noreply, socket}
    rescue
      e -> {:reply, %{error: Exception.message(e)}, socket}
    end
  end

  def handle_event("twice", _, socket) do
    socket = socket |> stream_insert(:s, item(7, "old")) |> stream_insert(:s, item(8)) |> stream_insert(:s, item(7, "new"))
    {:noreply, socket}
  end

  def handle_event("insert then delete", _, socket), do: {:noreply, socket |> stream_insert(:s, item(9)) |> stream_delete(:s, item(9))}
  def handle_event("delete then insert", _, socket), do: {:noreply, socket |> stream_delete(:s, item(9)) |> stream_insert(:s, item(9))}
  def handle_event("add", _, socket), do: {:noreply, stream_insert(socket, :s, item(4))}

  defp items(ids), do: Enum.map(ids, &item/1)
  defp item(id, text \\ nil), do: %{id: id, text: text || "t#{id}"}

  def render(assigns) do
    ~H"""
    <ul id="list" phx-update="stream"><li :for={{id, item} <- @streams.s} id={id}>{item.text}</li></ul>
    """
  end
end

defmodule FactsRouter do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", FactsLive
end
`

// openFacts opens the page, and returns the HTML that was served first too.
func openFacts(t *testing.T, path string) (v *livetest.View, page string) {
	t.Helper()
	app, _, err := live.NewApp(source.NewFile("facts.ex", factsSource))
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text(), err)
	}
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: app.Routes, RouterModule: app.Routes.Module, Tokens: tokens}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(app.Program)
	t.Cleanup(server.Node.Close)
	tr := &livetest.Server{Live: server, Tokens: tokens}
	got, err := tr.Get(t.Context(), path, "")
	if err != nil {
		t.Fatal(err)
	}
	v, err = livetest.Live(t.Context(), tr, path, livetest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Client().Close() })
	return v, got.HTML
}

// texts are what the items show.
func itemTexts(html string) string {
	var out []string
	for _, part := range strings.Split(html, "</li>") {
		if i := strings.LastIndexByte(part, '>'); i >= 0 && strings.Contains(part, "<li") {
			out = append(out, part[i+1:])
		}
	}
	return strings.Join(out, " ")
}

// TestServerFacts has what a server does with streams, and what becomes of it in the page.
func TestServerFacts(t *testing.T) {
	t.Run("V11 a limit at mount is not in the first HTML", func(t *testing.T) {
		for limit, want := range map[string]string{"2": "t1 t2", "-2": "t3 t4", "0": ""} {
			v, page := openFacts(t, "/?limit="+limit)
			if got := itemTexts(page); got != "t1 t2 t3 t4" {
				t.Errorf("limit %s: the first HTML has %q", limit, got)
			}
			if got := itemTexts(v.InnerHTML()); got != want {
				t.Errorf("limit %s: after the join %q, want %q", limit, got, want)
			}
		}
	})
	t.Run("V18 at is ignored by the first stream", func(t *testing.T) {
		v, page := openFacts(t, "/?at=0")
		if dead, joined := itemTexts(page), itemTexts(v.InnerHTML()); dead != "t1 t2 t3" || joined != dead {
			t.Errorf("HTML %q, after the join %q", dead, joined)
		}
	})
	t.Run("V19 reset before the first render keeps what was inserted", func(t *testing.T) {
		v, page := openFacts(t, "/?both=1")
		if dead, joined := itemTexts(page), itemTexts(v.InnerHTML()); dead != "t1 t2 t9" || joined != dead {
			t.Errorf("HTML %q, after the join %q", dead, joined)
		}
	})
	t.Run("V20 a stream has no items once they are sent", func(t *testing.T) {
		v, _ := openFacts(t, "/")
		if _, err := v.Event(t.Context(), "hook", "count", nil); err != nil {
			t.Fatal(err)
		}
		if reply, err := v.AssertReply(t.Context(), nil, 0); err != nil || string(reply) != `{"before":1,"flushed":0}` {
			t.Errorf("reply %s, %v", reply, err)
		}
	})
	for what, want := range map[string]string{
		"empty":     "not implemented",
		"in":        "not implemented",
		"map":       "streams can only be consumed directly by a for comprehension",
		"unknown":   "no stream with name :other previously defined",
		"configure": "cannot configure stream :s after it has been streamed",
	} {
		t.Run("V21 "+what, func(t *testing.T) {
			v, _ := openFacts(t, "/")
			if _, err := v.Event(t.Context(), "hook", "raise", map[string]any{"what": what}); err != nil {
				t.Fatal(err)
			}
			if reply, err := v.AssertReply(t.Context(), nil, 0); err != nil || !strings.Contains(string(reply), want) {
				t.Errorf("reply %s, %v, want %q", reply, err, want)
			}
		})
	}
	for event, want := range map[string]string{
		"twice":              "t1 t2 t3 t8 new", // V22
		"insert then delete": "t1 t2 t3 t9",     // V3
		"delete then insert": "t1 t2 t3 t9",
	} {
		t.Run("V22 and V3 "+event, func(t *testing.T) {
			v, _ := openFacts(t, "/")
			if _, err := v.Event(t.Context(), "click", event, nil); err != nil {
				t.Fatal(err)
			}
			if got := itemTexts(v.InnerHTML()); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	t.Run("V15 a rejoin has what mount streams", func(t *testing.T) {
		v, _ := openFacts(t, "/")
		if _, err := v.Event(t.Context(), "click", "add", nil); err != nil {
			t.Fatal(err)
		}
		if got := itemTexts(v.InnerHTML()); got != "t1 t2 t3 t4" {
			t.Errorf("before %q", got)
		}
		if err := v.Client().Reconnect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := itemTexts(v.Client().Root().InnerHTML()); got != "t1 t2 t3" {
			t.Errorf("after %q", got)
		}
	})
}

// TestResetKeepsElements is V16: an item that a reset sends again is the same element.
func TestResetKeepsElements(t *testing.T) {
	l := openList(t, at(-1, nil, "1", "2", "3"), "", "")
	before := l.v.Client().Node("3")
	l.do(resetting(at(-1, nil, "3", "1")))
	l.want("reset", "3 1")
	if l.v.Client().Node("3") != before || before == nil {
		t.Error("the item is another element")
	}
}

// TestAlteredIDs is V13: inserts and updates look right, deletes and resets find nothing.
func TestAlteredIDs(t *testing.T) {
	node := at(-1, nil, "a", "b").node(true)
	node["s"] = []string{"<li id=\"x-", "\">", "</li>"}
	l := openPage(t, map[string]any{"0": node, "s": []string{"<ul id=\"list\" phx-update=\"stream\">", "</ul>"}}, "")
	l.do(at(-1, nil, "c"))
	l.want("insert", "a b c")
	l.do(at(-1, nil, "B"))
	l.want("update", "a B c")
	l.do(ops{deletes: []string{"a"}})
	l.want("delete", "a B c")
	l.do(resetting(ops{}))
	l.want("reset", "a B c")
}
