package main

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"streamsplayground/engine/source"
)

const loadSource = `
defmodule LoadLive do
  use Phoenix.LiveView
  def mount(_params, _session, socket) do
    if connected?(socket), do: Phoenix.PubSub.subscribe(Ref.PubSub, "load")
    {:ok, assign(socket, n: 0)}
  end
  def handle_event("inc", _, socket), do: {:noreply, assign(socket, n: socket.assigns.n + 1)}
  def handle_event("all", _, socket) do
    Phoenix.PubSub.broadcast(Ref.PubSub, "load", :inc)
    {:noreply, socket}
  end
  def handle_info(:inc, socket), do: {:noreply, assign(socket, n: socket.assigns.n + 1)}
  def render(assigns), do: ~H"<p>{@n}</p>"
end
`

func TestLoad(t *testing.T) {
	client, err := findClient("")
	if err != nil {
		t.Fatal(err)
	}
	site, err := newSite([]*source.File{source.NewFile("load.ex", loadSource)}, nil, client, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer site.close()
	site.allow(defaultAddr)
	web := httptest.NewServer(site)
	defer web.Close()
	defer site.views.Shutdown(context.Background()) //nolint:errcheck // without a deadline it waits
	for _, c := range []struct{ args, want string }{
		{"-mode rtt -event inc -time 20ms", " round trips in "},
		{"-mode broadcast -event all -time 20ms", " rounds to 4 views; "},
		{"-mode join", "join: 4 views in "},
		{"-mode mem", "-mode mem needs -pid"},
		{"-mode nope", "it must be rtt, join, mem or broadcast"},
		{"-value {", "-value { is not JSON"},
		{"-event crash -time 20ms", "the view crashed"},
		{"-conns 0", "-conns must be 1 or more"},
		{"-url nowhere", "load needs -url"},
		{"-url " + web.URL + "/missing", "no live view in the page, status 404"},
	} {
		var out bytes.Buffer
		args := append([]string{"load", "-url", web.URL + "/", "-conns", "4"}, strings.Fields(c.args)...)
		if err := run(t.Context(), args, &out, io.Discard); err != nil {
			out.WriteString(err.Error())
		}
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: got %s\nwant %s", c.args, out.String(), c.want)
		}
	}
}
