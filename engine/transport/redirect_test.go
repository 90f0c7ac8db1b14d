package transport_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/transport"
)

const redirectSource = `
defmodule FromLive do
  use Phoenix.LiveView
  def mount(_params, _session, socket), do: {:ok, socket |> put_flash(:info, "moved") |> redirect(to: "/to")}
  def render(assigns), do: ~H"<p>never</p>"
end

defmodule ToLive do
  use Phoenix.LiveView
  def mount(_params, _session, socket), do: {:ok, socket}
  def render(assigns), do: ~H"<p>flash: {Phoenix.Flash.get(@flash, :info)}</p>"
end

defmodule CrashLive do
  use Phoenix.LiveView
  def mount(_params, _session, _socket), do: raise("boom <b>")
  def render(assigns), do: ~H"<p>never</p>"
end

defmodule RedirectRouter do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/from", FromLive
  live "/to", ToLive
  live "/crash", CrashLive
end
`

func serveSource(t *testing.T, text string) (*httptest.Server, *transport.Tokens) {
	t.Helper()
	app, _, err := live.NewApp(source.NewFile("test.ex", text))
	if err != nil {
		t.Fatal(err)
	}
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: app.Routes, RouterModule: app.Routes.Module, Tokens: tokens}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(app.Program)
	web := httptest.NewServer(transport.New(transport.Options{Live: server, Tokens: tokens}))
	t.Cleanup(func() {
		web.Close()
		server.Node.Close()
	})
	return web, tokens
}

func (b *browser) page(path string) (*http.Response, string) {
	b.T.Helper()
	res, err := b.Client.Get(b.URL + path)
	if err != nil {
		b.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.T.Fatal(err)
	}
	return res, string(body)
}

func TestRedirectTakesTheFlashAlongOnce(t *testing.T) {
	web, _ := serveSource(t, redirectSource)
	b := newBrowser(t, web)
	res, _ := b.page("/from")
	if res.StatusCode != http.StatusFound || res.Header.Get("Location") != "/to" {
		t.Fatalf("status %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	for _, want := range []string{"<p>flash: moved</p>", "<p>flash: </p>"} {
		if _, body := b.page("/to"); !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
}

func TestErrorPages(t *testing.T) {
	web, tokens := serveSource(t, redirectSource)
	b := newBrowser(t, web)
	if res, body := b.page("/crash"); res.StatusCode != 500 || !strings.Contains(body, "** (RuntimeError) boom &lt;b&gt;") {
		t.Errorf("status %d\n%s", res.StatusCode, body)
	}
	if res, body := b.page("/nowhere"); res.StatusCode != 404 || !strings.Contains(body, "no route found for GET /nowhere (RedirectRouter)") {
		t.Errorf("status %d\n%s", res.StatusCode, body)
	}
	req, _ := http.NewRequest("GET", web.URL+"/to", nil)
	req.AddCookie(&http.Cookie{Name: "__phoenix_reload_status__", Value: tokens.SignReload(live.Reload{Status: 404, View: "ToLive"})})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 404 || !strings.Contains(res.Header.Get("Set-Cookie"), "__phoenix_reload_status__=;") {
		t.Errorf("status %d, cookie %s", res.StatusCode, res.Header.Get("Set-Cookie"))
	}
}
