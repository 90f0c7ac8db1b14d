package livetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsplayground/engine/live"
	"streamsplayground/engine/livetest"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/transport"
)

const viewsSource = `
defmodule T.Box do
  use Phoenix.LiveComponent
  def mount(socket), do: {:ok, assign(socket, :n, 0)}
  def handle_event("bump", params, socket), do: {:noreply, assign(socket, :n, socket.assigns.n + String.to_integer(params["by"] || "1"))}
  def render(assigns) do
    ~H"""
    <div id={@id} class="box"><b>{@n}</b><button phx-click="bump" phx-value-by="2" phx-target={@myself}>bump</button></div>
    """
  end
end

defmodule T.ChildLive do
  use Phoenix.LiveView
  def mount(_params, _session, socket), do: {:ok, assign(socket, :n, 0)}
  def handle_event("inc", _, socket), do: {:noreply, assign(socket, :n, socket.assigns.n + 1)}
  def render(assigns), do: ~H[<p>child {@n}</p><button phx-click="inc">inc</button>]
end

defmodule T.HomeLive do
  use Phoenix.LiveView
  alias Phoenix.LiveView.JS

  def mount(_params, _session, socket) do
    {:ok,
     socket
     |> assign(n: 0, key: "", got: nil, page: nil, boxes: [1, 2], child: false, page_title: "Home")
     |> stream(:items, [%{id: 1}, %{id: 2}])}
  end

  def handle_params(params, _uri, socket), do: {:noreply, assign(socket, :page, params["page"])}

  def handle_event("inc", params, socket), do: {:noreply, assign(socket, :n, socket.assigns.n + String.to_integer(params["by"] || "1"))}
  def handle_event("key", %{"key" => key}, socket), do: {:noreply, assign(socket, :key, key)}
  def handle_event("form", params, socket), do: {:noreply, assign(socket, :got, inspect(params))}
  def handle_event("prepend", _, socket), do: {:noreply, stream_insert(socket, :items, %{id: 0}, at: 0, limit: 2)}
  def handle_event("drop", _, socket), do: {:noreply, assign(socket, :boxes, [2])}
  def handle_event("child", _, socket), do: {:noreply, assign(socket, :child, not socket.assigns.child)}
  def handle_event("patch", _, socket), do: {:noreply, push_patch(socket, to: "/?page=9")}
  def handle_event("go", _, socket), do: {:noreply, socket |> put_flash(:info, "hello") |> push_navigate(to: "/other")}
  def handle_event("away", _, socket), do: {:noreply, redirect(socket, to: "/other")}
  def handle_event("push", _, socket), do: {:noreply, push_event(socket, "ping", %{a: 1})}
  def handle_event("reply", _, socket), do: {:reply, %{ok: true}, socket}
  def handle_event("title", _, socket), do: {:noreply, assign(socket, :page_title, "A & B")}
  def handle_event("crash", _, _socket), do: raise "boom"
  def handle_event("load", _, socket), do: {:noreply, start_async(socket, :load, fn -> "loaded" end)}
  def handle_event("hooked", params, socket), do: {:noreply, assign(socket, :got, inspect(params))}
  def handle_async(:load, {:ok, v}, socket), do: {:noreply, assign(socket, :got, v)}

  def render(assigns) do
    ~H"""
    <h1>n {@n} key {@key} page {@page}</h1>
    <button id="inc" phx-click="inc" phx-value-by="3">Inc</button>
    <button id="js" phx-click={JS.push("inc", value: %{by: "10"}) |> JS.hide()}>Push</button>
    <button id="off" phx-click="inc" disabled>Off</button>
    <button id="none">None</button>
    <input id="key" phx-keydown="key" />
    <.link id="next" patch="/?page=2">next</.link>
    <.link id="other" navigate="/other">other</.link>
    <a id="plain" href="/elsewhere">plain</a>
    <form id="f" phx-change="form" phx-submit="form">
      <input name="user[name]" value="ann" />
      <input type="checkbox" name="user[tags][]" value="a" checked /><input type="checkbox" name="user[tags][]" value="b" />
      <select name="user[role]"><option value="x">X</option><option value="y" selected>Y</option></select>
      <textarea name="bio">
    text</textarea>
      <button name="do" value="save">Save</button>
    </form>
    <p id="got" phx-hook="Got">{@got}</p>
    <ul id="items" phx-update="stream"><li :for={{id, item} <- @streams.items} id={id}>{item.id}</li></ul>
    <.live_component :for={i <- @boxes} module={T.Box} id={"box-#{i}"} />
    <div :if={@child}>{live_render(@socket, T.ChildLive, id: "child")}</div>
    """
  end
end

defmodule T.OtherLive do
  use Phoenix.LiveView
  def render(assigns), do: ~H(<p>other: {@flash["info"]}</p>)
end

defmodule T.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", T.HomeLive
  live "/other", T.OtherLive
end
`

var viewsProgram = sync.OnceValues(func() (*live.App, error) {
	app, warnings, err := live.NewApp(source.NewFile("views.ex", viewsSource))
	if err == nil && len(warnings) > 0 {
		err = warnings
	}
	return app, err
})

func newServer(t testing.TB) (*live.Server, *transport.Tokens) {
	t.Helper()
	app, err := viewsProgram()
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text(), err)
	}
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: app.Routes, RouterModule: app.Routes.Module, Tokens: tokens}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(app.Program)
	return server, tokens
}

// transports runs a test in process and over a socket.
func transports(t *testing.T, test func(t *testing.T, tr livetest.Transport)) {
	t.Run("in process", func(t *testing.T) {
		server, tokens := newServer(t)
		t.Cleanup(server.Node.Close)
		test(t, &livetest.Server{Live: server, Tokens: tokens})
	})
	t.Run("socket", func(t *testing.T) {
		server, tokens := newServer(t)
		h := transport.New(transport.Options{Live: server, Tokens: tokens})
		web := httptest.NewServer(h)
		t.Cleanup(func() {
			h.Shutdown(context.Background()) //nolint:errcheck // without a deadline it waits
			web.Close()
			server.Node.Close()
		})
		test(t, livetest.NewSocket(web.URL))
	})
}

func home(t *testing.T, tr livetest.Transport) *livetest.View {
	t.Helper()
	v, err := livetest.Live(t.Context(), tr, "/", livetest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Client().Close() })
	return v
}

func contains(t *testing.T, html string, err error, part string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(html, part) {
		t.Fatalf("got %s\nwant something with %s", html, part)
	}
}

func fails(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Fatalf("got error %v\nwant one with %s", err, part)
	}
}

func TestEvents(t *testing.T) {
	transports(t, func(t *testing.T, tr livetest.Transport) {
		ctx, v := t.Context(), home(t, tr)
		html, err := v.Element("#inc").Click(ctx, nil)
		contains(t, html, err, "<h1>n 3 key")
		html, err = v.Element("#inc").Click(ctx, map[string]any{"by": "4"})
		contains(t, html, err, "<h1>n 7 key")
		html, err = v.Element("#js").Click(ctx, nil)
		contains(t, html, err, "<h1>n 17 key")
		html, err = v.Element("button").Text("Inc").Click(ctx, nil)
		contains(t, html, err, "<h1>n 20 key")
		html, err = v.Event(ctx, "click", "inc", nil)
		contains(t, html, err, "<h1>n 21 key")
		html, err = v.Element("#key").Keydown(ctx, map[string]any{"key": "Enter"})
		contains(t, html, err, "key Enter")
		html, err = v.Element("#got").Hook(ctx, "hooked", map[string]any{"x": 1})
		contains(t, html, err, `%{&quot;x&quot; =&gt; 1}`)
		_, err = v.Element("#off").Click(ctx, nil)
		fails(t, err, `cannot click element "#off" because it is disabled`)
		_, err = v.Element("#none").Click(ctx, nil)
		fails(t, err, `element selected by "#none" does not have phx-click attribute`)
		_, err = v.Element("#missing").Click(ctx, nil)
		fails(t, err, `expected selector "#missing" to return a single element, but got none within: `)
		_, err = v.Element("button").Click(ctx, nil)
		fails(t, err, `expected selector "button" to return a single element, but got 7: `)
		_, err = v.Element("h1").Text("zzz").Render(ctx)
		fails(t, err, `selector "h1" did not match text filter "zzz", got: `)
	})
}

func TestForms(t *testing.T) {
	transports(t, func(t *testing.T, tr livetest.Transport) {
		ctx, v := t.Context(), home(t, tr)
		got := func(html string, err error, want string) {
			t.Helper()
			contains(t, html, err, strings.NewReplacer("=>", "=&gt;", `"`, "&quot;").Replace(want))
		}
		html, err := v.Form("#f").Change(ctx, nil)
		got(html, err, `%{"bio" => "text", "user" => %{"name" => "ann", "role" => "y", "tags" => ["a"]}}`)
		user := livetest.Field{Name: "user", Value: []livetest.Field{{Name: "name", Value: "bob"}, {Name: "tags", Value: []string{"b"}}}}
		html, err = v.Form("#f", user).Submitter("button").Submit(ctx, nil)
		got(html, err, `%{"bio" => "text", "do" => "save", "user" => %{"name" => "bob", "role" => "y", "tags" => ["b"]}}`)
		html, err = v.Form("#f").Change(ctx, map[string]any{"_target": []string{"bio"}})
		got(html, err, `"_target" => ["bio"]`)
		_, err = v.Form("#f", livetest.Field{Name: "user", Value: []livetest.Field{{Name: "role", Value: "z"}}}).Submit(ctx, nil)
		fails(t, err, `value for select "user[role]" must be one of ["x", "y"], got: "z"`)
		_, err = v.Form("#f", livetest.Field{Name: "nope", Value: "z"}).Submit(ctx, nil)
		fails(t, err, `could not find non-disabled input, select or textarea with name "nope" within:`)
		_, err = v.Form("#got").Submit(ctx, nil)
		fails(t, err, `a form element was given but the selected node is not a form, got "p"`)
	})
}

func TestStreamsAndComponents(t *testing.T) {
	transports(t, func(t *testing.T, tr livetest.Transport) {
		ctx, v := t.Context(), home(t, tr)
		html, err := v.Event(ctx, "click", "prepend", nil)
		contains(t, html, err, `<li id="items-0" data-phx-stream="0">0</li><li id="items-1" data-phx-stream="0">1</li></ul>`)
		html, err = v.Element("#box-2 button").Click(ctx, nil)
		contains(t, html, err, `<div data-phx-component="2" id="box-2" class="box"><b>2</b>`)
		html, err = v.WithTarget("#box-1").Event(ctx, "click", "bump", nil)
		contains(t, html, err, `id="box-1" class="box"><b>1</b>`)
		if _, err = v.Event(ctx, "click", "drop", nil); err != nil {
			t.Fatal(err)
		}
		if ok, err := v.HasElement(ctx, "#box-1", nil); ok || err != nil {
			t.Errorf("#box-1 is in the page: %v, %v", ok, err)
		}
		if ok, err := v.HasElement(ctx, "div.box > b", livetest.Text("2")); !ok || err != nil {
			t.Errorf("#box-2 is in the page: %v, %v", ok, err)
		}
	})
}

func TestNestedViews(t *testing.T) {
	transports(t, func(t *testing.T, tr livetest.Transport) {
		ctx, v := t.Context(), home(t, tr)
		html, err := v.Event(ctx, "click", "child", nil)
		contains(t, html, err, "<p>child 0</p>")
		child, err := v.Child(ctx, "child")
		if child == nil || err != nil {
			t.Fatalf("no child: %v", err)
		}
		html, err = child.Element("button").Click(ctx, nil)
		contains(t, html, err, "<p>child 1</p>")
		html, err = v.Event(ctx, "click", "inc", nil)
		contains(t, html, err, "<p>child 1</p>")
		if _, err = v.Event(ctx, "click", "child", nil); err != nil {
			t.Fatal(err)
		}
		_, err = child.Render(ctx)
		fails(t, err, "has left the page")
	})
}

func TestNavigation(t *testing.T) {
	transports(t, func(t *testing.T, tr livetest.Transport) {
		ctx, v := t.Context(), home(t, tr)
		html, err := v.Element("#next").Click(ctx, nil)
		contains(t, html, err, "page 2")
		if to, err := v.AssertPatch(ctx, "/?page=2", 0); to != "/?page=2" || err != nil {
			t.Errorf("patch to %q, %v", to, err)
		}
		html, err = v.Event(ctx, "click", "patch", nil)
		contains(t, html, err, "page 9")
		_, err = v.AssertPatch(ctx, "/?page=8", 0)
		fails(t, err, ` to patch to "/?page=8", but got a patch to "/?page=9"`)
		fails(t, func() error { _, err := v.AssertPatch(ctx, "", 0); return err }(), " to patch, but got none")
		_, err = v.Event(ctx, "click", "go", nil)
		var to *livetest.Redirect
		if !errors.As(err, &to) || !to.Live || to.To != "/other" {
			t.Fatalf("got %v", err)
		}
		if to, _, err := v.AssertRedirect(ctx, "/other", 0); to != "/other" || err != nil {
			t.Errorf("redirect to %q, %v", to, err)
		}
		_, err = to.Follow(ctx, "/home")
		fails(t, err, `expected LiveView to redirect to "/home", but got "/other"`)
		other, err := to.Follow(ctx, "/other")
		if err != nil {
			t.Fatal(err)
		}
		defer other.Client().Close()
		html, err = other.Render(ctx)
		contains(t, html, err, "<p>other: hello</p>")
	})
}

func TestRedirects(t *testing.T) {
	transports(t, func(t *testing.T, tr livetest.Transport) {
		for _, c := range []struct {
			do   func(v *livetest.View) error
			live bool
			to   string
		}{
			{func(v *livetest.View) error { _, err := v.Event(t.Context(), "click", "away", nil); return err }, false, "/other"},
			{func(v *livetest.View) error { _, err := v.Element("#other").Click(t.Context(), nil); return err }, true, "/other"},
			{func(v *livetest.View) error { _, err := v.Element("#plain").Click(t.Context(), nil); return err }, false, "/elsewhere"},
		} {
			var to *livetest.Redirect
			if err := c.do(home(t, tr)); !errors.As(err, &to) || to.Live != c.live || to.To != c.to {
				t.Errorf("got %v, want %v to %s", err, c.live, c.to)
			}
		}
	})
}

func TestPushedEvents(t *testing.T) {
	transports(t, func(t *testing.T, tr livetest.Transport) {
		ctx, v := t.Context(), home(t, tr)
		title, err := v.PageTitle(ctx)
		contains(t, title, err, "Home")
		if _, err := v.Event(ctx, "click", "push", nil); err != nil {
			t.Fatal(err)
		}
		if p, err := v.AssertPushEvent(ctx, "ping", nil, 0); err != nil || string(p.Payload) != `{"a":1}` {
			t.Errorf("pushed %s, %v", p.Payload, err)
		}
		_, err = v.AssertPushEvent(ctx, "ping", nil, time.Millisecond)
		fails(t, err, `but it pushed nothing`)
		if _, err := v.Event(ctx, "hook", "reply", nil); err != nil {
			t.Fatal(err)
		}
		if r, err := v.AssertReply(ctx, nil, 0); err != nil || !json.Valid(r) || string(r) != `{"ok":true}` {
			t.Errorf("replied %s, %v", r, err)
		}
		if _, err := v.Event(ctx, "click", "title", nil); err != nil {
			t.Fatal(err)
		}
		title, err = v.PageTitle(ctx)
		contains(t, title, err, "A &amp; B")
		_, err = v.Event(ctx, "click", "crash", nil)
		fails(t, err, "crashed")
	})
}

func TestRenderAsync(t *testing.T) {
	server, tokens := newServer(t)
	t.Cleanup(server.Node.Close)
	ctx, v := t.Context(), home(t, &livetest.Server{Live: server, Tokens: tokens})
	if _, err := v.Event(ctx, "click", "load", nil); err != nil {
		t.Fatal(err)
	}
	html, err := v.RenderAsync(ctx, time.Second)
	contains(t, html, err, ">loaded</p>")
}

// After a reconnect the page is what mount renders.
func TestReconnect(t *testing.T) {
	transports(t, func(t *testing.T, tr livetest.Transport) {
		ctx, v := t.Context(), home(t, tr)
		for _, event := range []string{"prepend", "child"} {
			if _, err := v.Event(ctx, "click", event, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := v.Client().Reconnect(ctx); err != nil {
			t.Fatal(err)
		}
		html, err := v.Render(ctx)
		contains(t, html, err, `phx-update="stream"><li id="items-1" data-phx-stream="0">1</li><li id="items-2" data-phx-stream="0">2</li></ul>`)
		if strings.Contains(html, "child 0") {
			t.Errorf("the child is still there: %s", html)
		}
		html, err = v.Event(ctx, "click", "child", nil)
		contains(t, html, err, "<p>child 0</p>")
		next, err := v.LiveRedirect(ctx, "/other")
		if err != nil {
			t.Fatal(err)
		}
		html, err = next.Render(ctx)
		contains(t, html, err, "<p>other: </p>")
		if strings.Contains(html, "child 0") || len(next.Client().Views()) != 1 {
			t.Errorf("views of the page before are still there: %s", html)
		}
	})
}
