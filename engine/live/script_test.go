package live_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
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

// A script of one file that starts its own endpoint, and then waits for ever,
// is compiled without waiting and starts what it starts when it runs.
func TestScriptWithItsOwnEndpoint(t *testing.T) {
	app, _, err := live.NewApp(source.NewFile("demo.exs", `
Application.put_env(:sample, Example.Endpoint, pubsub_server: Example.PubSub)
Mix.install([{:phoenix_live_view, "~> 1.1"}])
`+scriptViews+`
defmodule Example.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/detail", DetailLive
end

defmodule Example.Endpoint do
  use Phoenix.Endpoint, otp_app: :sample
  plug Example.Router
end

{:ok, _} = Supervisor.start_link([Example.Endpoint, {Agent, fn -> Example.Endpoint.config(:pubsub_server) end}], strategy: :one_for_one)
Process.sleep(:infinity)
`))
	if err != nil {
		t.Fatal(diagnostics(err))
	}
	if _, ok := app.Routes.Route("/detail"); !ok || app.Endpoint != term.NewModule("Example.Endpoint") {
		t.Errorf("route found: %v, endpoint %v", ok, app.Endpoint)
	}
	n := node.New(node.Options{Program: func() *interp.Program { return app.Program }})
	defer n.Close()
	if err := app.Start(n); err != nil {
		t.Error(err)
	}
	if len(n.Processes()) < 3 {
		t.Errorf("only %d processes run", len(n.Processes()))
	}
}

// The end of a script, which runs as an application, reads the variables that
// stand before it.
func TestScriptSharesVariables(t *testing.T) {
	_, _, err := live.NewApp(source.NewFile("demo.exs", scriptViews+`
count = 1
children = [{Agent, fn -> count end}]
options = [strategy: :one_for_one]
{:ok, _} = Supervisor.start_link(children, options)
`))
	if err != nil {
		t.Fatal(diagnostics(err))
	}
}
