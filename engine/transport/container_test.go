package transport_test

import (
	"strings"
	"testing"
)

const containerSource = `
defmodule LeaveLive do
  use Phoenix.LiveView
  alias Phoenix.LiveView.JS
  def leave, do: JS.transition("leaving", time: 100)
  def render(assigns), do: ~H"<p>here</p>"
end

defmodule Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", LeaveLive, container: {:section, "phx-remove": LeaveLive.leave(), hidden: true, title: nil, class: "a"}
end
`

// The container of a route may hold JS commands, as any attribute.
func TestContainerHoldsCommands(t *testing.T) {
	web, _ := serveSource(t, containerSource)
	_, page := newBrowser(t, web).page("/")
	for _, want := range []string{"<section id=", ` phx-remove="[[&quot;transition&quot;,{&quot;time&quot;:100,&quot;transition&quot;:[[&quot;leaving&quot;],[],[]]}]]"`, ` hidden`, ` class="a"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s\n%s", want, page)
		}
	}
	if strings.Contains(page, "title=") {
		t.Errorf("the page has an attribute that is nil\n%s", page)
	}
}
