package transport_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/transport"
)

// Views that would never be done: their terms share parts over and over, or
// they hold themselves.
const endlessViews = `
defmodule E do
  use Phoenix.Component
  def list(x), do: Enum.reduce(1..60, x, fn _, a -> [a, a] end)
  def map, do: Enum.reduce(1..60, %{}, fn _, a -> %{a: a, b: a} end)
  def data, do: Enum.reduce(1..60, [a: 1], fn _, a -> [x: a, y: a] end)
  def again(assigns), do: ~H"<div><.again /></div>"
end

defmodule E.Class do
  use Phoenix.LiveView
  def render(assigns), do: ~H|<p class={E.list("x")}></p>|
end

defmodule E.Attrs do
  use Phoenix.LiveView
  def render(assigns), do: ~H|<p {[class: E.list("x")]}></p>|
end

defmodule E.Data do
  use Phoenix.LiveView
  def render(assigns), do: ~H|<p {[data: E.data()]}></p>|
end

defmodule E.Flash do
  use Phoenix.LiveView
  def mount(_, _, s), do: {:ok, s |> put_flash(:info, E.map()) |> redirect(to: "/x")}
  def render(assigns), do: ~H|x|
end

defmodule E.Again do
  use Phoenix.LiveView
  def render(assigns), do: ~H|<E.again />|
end

defmodule E.Nested do
  use Phoenix.LiveView
  def render(assigns), do: ~H|{live_render(@socket, E.Nested, id: "x")}|
end

defmodule E.Good do
  use Phoenix.LiveView
  def render(assigns), do: ~H|all is well|
end

defmodule E.Self do
  use Phoenix.LiveView
  on_mount __MODULE__
  def on_mount(_, _, _, s), do: {:halt, redirect(s, to: "/self")}
  def render(assigns), do: ~H|x|
end

defmodule E.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/class", E.Class
  live "/attrs", E.Attrs
  live "/data", E.Data
  live "/flash", E.Flash
  live "/again", E.Again
  live "/nested", E.Nested
  live "/good", E.Good
  live "/self", E.Self
end
`

func startEndless(t *testing.T) *httptest.Server {
	t.Helper()
	base, err := live.Base()
	if err != nil {
		t.Fatal(err)
	}
	program, _, err := base.Compile(source.NewFile("endless.ex", endlessViews))
	if err != nil {
		t.Fatal(err)
	}
	router := live.Routers(program)[0]
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: router, RouterModule: router.Module, Tokens: tokens}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(program)
	h := transport.New(transport.Options{Live: server, Tokens: tokens})
	web := httptest.NewServer(h)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		h.Shutdown(ctx) //nolint:errcheck // there are no sockets
		web.Close()
		server.Node.Close()
	})
	return web
}

func TestEndlessPagesAreStopped(t *testing.T) {
	web := startEndless(t)
	client := &http.Client{Timeout: 60 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(path string) (int, string) {
		t.Helper()
		res, err := client.Get(web.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	for _, path := range []string{"/class", "/attrs", "/data", "/flash", "/again", "/nested"} {
		if status, body := get(path); status != http.StatusInternalServerError {
			t.Errorf("%s: got %d, %.200s", path, status, body)
		}
		if status, body := get("/good"); status != http.StatusOK || !strings.Contains(body, "all is well") {
			t.Errorf("after %s: got %d", path, status)
		}
	}
	if status, _ := get("/self"); status != http.StatusFound {
		t.Errorf("a redirect to itself: got %d", status)
	}
	client.CloseIdleConnections()
}
