package live_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

const scriptViews = `
Mix.install([{:phoenix_playground, "~> 0.1.8"}])

defmodule ListLive do
  use Phoenix.LiveView
  def render(assigns), do: ~H"<p>list</p>"
end

defmodule DetailLive do
  use Phoenix.LiveView
  def render(assigns), do: ~H"<p>detail</p>"
end
`

func TestScriptNamesTheViewOfTheRoot(t *testing.T) {
	app, _, err := live.NewApp(source.NewFile("demo.exs", scriptViews+"PhoenixPlayground.start(live: DetailLive)\n"))
	if err != nil {
		t.Fatal(diagnostics(err))
	}
	route, ok := app.Routes.Route("/")
	if !ok || route.View != term.NewModule("DetailLive") || app.Listed {
		t.Errorf("the route of / is %v, %v, listed %v; want DetailLive alone", route.View, ok, app.Listed)
	}
}

func TestScriptOfWhatIsNoLiveView(t *testing.T) {
	for start, want := range map[string]string{
		"controller: A":   "the option :controller of PhoenixPlayground.start/1 expects a module with `use Phoenix.Controller`, got: A",
		"plug: ListLive":  "expects a plug: a module with init/1 and call/2, {module, options} or a function, got: ListLive",
		"live: Enum":      "expects a live view, got: [live: Enum]",
		"port: 4000":      "expects a live view, got: [port: 4000]",
		"endpoint: A.End": "the option :endpoint",
	} {
		_, _, err := live.NewApp(source.NewFile("demo.exs", scriptViews+"PhoenixPlayground.start("+start+")\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("start(%s): got error %v; want %q", start, err, want)
		}
	}
}
