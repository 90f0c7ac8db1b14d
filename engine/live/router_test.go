package live_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

func TestRouteTable(t *testing.T) {
	table := &live.RouteTable{}
	for _, path := range []string{"/", "/rooms/:id", "/rooms/new", "/post-:slug/x", "/files/*rest", "/a/b"} {
		table.AddLive(path, live.Route{View: term.NewAtom(path)})
	}
	tests := []struct{ path, view, params string }{
		{"/", "/", "%{}"},
		{"/rooms/7", "/rooms/:id", `%{"id" => "7"}`},
		{"/rooms/new", "/rooms/:id", `%{"id" => "new"}`},
		{"/rooms/7/", "/rooms/:id", `%{"id" => "7"}`},
		{"//a//b", "/a/b", "%{}"},
		{"/rooms/a%2Fb%20c", "/rooms/:id", `%{"id" => "a/b c"}`},
		{"/rooms/%zz", "/rooms/:id", `%{"id" => "%zz"}`},
		{"/post-a-b/x", "/post-:slug/x", `%{"slug" => "a-b"}`},
		{"/files", "/files/*rest", `%{"rest" => []}`},
		{"/files/a/b.txt", "/files/*rest", `%{"rest" => ["a", "b.txt"]}`},
		{"/rooms", "", ""}, {"/rooms/7/8", "", ""}, {"/nowhere", "", ""}, {"/post/x", "", ""},
	}
	for _, test := range tests {
		r, ok := table.Route(test.path)
		if ok != (test.view != "") {
			t.Errorf("%s: routed %v", test.path, ok)
		}
		if !ok {
			continue
		}
		if r.View.Name() != test.view || term.Inspect(r.Params) != test.params || r.LiveSession != "default" {
			t.Errorf("%s: got %s %s in %s", test.path, r.View.Name(), term.Inspect(r.Params), r.LiveSession)
		}
	}
}

func compileRouter(t *testing.T, body string) (*live.RouteTable, error) {
	t.Helper()
	base, err := live.Base()
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := base.Compile(source.NewFile("router.ex", "defmodule DemoWeb.Router do\n  use Phoenix.Router, helpers: false\n  import Phoenix.LiveView.Router\n"+body+"\nend\n"))
	if err != nil {
		return nil, err
	}
	routers := live.Routers(p)
	if len(routers) != 1 || term.Inspect(routers[0].Module) != "DemoWeb.Router" {
		t.Fatalf("routers %v", routers)
	}
	return routers[0], nil
}

func TestRouterModule(t *testing.T) {
	table, err := compileRouter(t, `
  @prefix "/in"

  pipeline :browser do
    plug :accepts, ["html"]
    plug :fetch_session
    plug :fetch_live_flash
    plug :put_root_layout, html: {DemoWeb.Layouts, :root}
    plug :protect_from_forgery
    plug :put_secure_browser_headers
  end

  live "/bare", Bare

  scope "/", DemoWeb do
    pipe_through :browser
    get "/about", PageController, :about
    live "/", HomeLive
    live "/items/:id", ItemLive, :show, as: :item

    scope "/admin", Admin, as: :admin do
      live "/", HomeLive, :index, container: {:section, class: "wide", id: "x"}
      live_session :admin, session: %{"role" => "admin"}, on_mount: [DemoWeb.Auth, {DemoWeb.Auth, :admin}], layout: {DemoWeb.Layouts, :admin} do
        live "/users", UserLive
      end
    end

    scope path: @prefix, alias: false do
      live "/x", Elsewhere.XLive
    end
  end

  scope "/" do
    live "/last", LastLive, metadata: %{a: 1}
  end`)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ path, view, action, session string }{
		{"/bare", "Bare", "nil", "default"},
		{"/", "DemoWeb.HomeLive", "nil", "default"},
		{"/items/1", "DemoWeb.ItemLive", ":show", "default"},
		{"/admin", "DemoWeb.Admin.HomeLive", ":index", "default"},
		{"/admin/users", "DemoWeb.Admin.UserLive", "nil", "admin"},
		{"/in/x", "Elsewhere.XLive", "nil", "default"},
		{"/last", "LastLive", "nil", "default"},
	}
	for _, test := range tests {
		r, ok := table.Route(test.path)
		if !ok {
			t.Errorf("%s: no route", test.path)
			continue
		}
		if term.Inspect(r.View) != test.view || term.Inspect(r.Action) != test.action || r.LiveSession != test.session {
			t.Errorf("%s: got %s %s %s, want %v", test.path, term.Inspect(r.View), term.Inspect(r.Action), r.LiveSession, test)
		}
	}
	if _, ok := table.Route("/about"); ok {
		t.Error("a controller's route is live")
	}
	if info, ok := table.Info("/about"); !ok || term.Inspect(info.View) != "DemoWeb.PageController" {
		t.Errorf("info of /about: %v, %v", info, ok)
	}
	users, _ := table.Route("/admin/users")
	if len(users.OnMount) != 2 || term.Inspect(users.Session) != `%{"role" => "admin"}` || term.Inspect(users.Layout) != "{DemoWeb.Layouts, :admin}" {
		t.Errorf("live_session of /admin/users: %+v", users)
	}
	admin, _ := table.Route("/admin")
	if c := admin.Container; c == nil || c.Tag != "section" || term.Inspect(c.Attrs) != `[class: "wide", id: "x"]` {
		t.Errorf("container of /admin: %+v", admin.Container)
	}
	if info, _ := table.Info("/admin"); info.RootLayout == nil || term.Inspect(info.RootLayout) != "{DemoWeb.Layouts, :root}" {
		t.Errorf("root layout of /admin: %v", info.RootLayout)
	}
}

func TestRouterErrors(t *testing.T) {
	tests := []struct{ body, want string }{
		{`  forward "/x"`, "forward expects a path and a plug"},
		{`  resources "/x"`, "resources expects a path and a controller"},
		{`  plug :accepts, ["html"]`, "cannot define plug at the router level, plug must be defined inside a pipeline"},
		{"  pipeline :b do\n    plug :fetch_user\n  end", "undefined function fetch_user/2 (expected DemoWeb.Router to define such a function"},
		{`  live "/x", XLive, nope: 1`, "unknown live option :nope."},
		{`  live "/x", XLive, container: :div`, "expected live :container to be a tuple matching {atom, attrs :: list}, got: :div"},
		{`  live 1, XLive`, "router paths must be strings, got: 1"},
		{"  live_session :a do\n    live_session :b do\n      live \"/\", X\n    end\n  end", "attempting to define live_session :b inside :a."},
		{"  live_session :a do\n    live \"/\", X\n  end\n  live_session :a do\n    live \"/y\", X\n  end", "attempting to redefine live_session :a."},
		{"  live_session :a, nope: 1 do\n    live \"/\", X\n  end", `unknown live_session option ":nope"`},
		{"  live_session :a, session: 1 do\n    live \"/\", X\n  end", "expected a map with string keys or an MFA tuple, got 1"},
		{`  pipe_through :nope`, "undefined function nope/2 (expected DemoWeb.Router to define such a function"},
	}
	for _, test := range tests {
		_, err := compileRouter(t, test.body)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s\n got %v\nwant %s", test.body, err, test.want)
		}
	}
}

// Routes inside of other code of the body are those for which it runs.
func TestRoutesInsideOfOtherCode(t *testing.T) {
	table, err := compileRouter(t, `
  @more ["m"]
  scope "/a", Demo do
    for {name, n} <- [x: 1, y: 2] do
      live "/#{name}", View, :"act#{n}", metadata: %{n: n}
      scope "/in-#{n}" do
        live "/deep", View
      end
    end
    if false, do: live("/never", View), else: live("/always", View)
  end
  Enum.each(@more, fn name -> live "/#{name}", Demo.Last end)
  case :b do
    :a -> live "/case-a", Demo.Last
    :b -> live "/case-b", Demo.Last
  end
  for name <- [:one, :two] do
    live_session name do
      live "/s-#{name}", Demo.View
    end
  end
`)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/a/x": "Demo.View act1 default", "/a/y": "Demo.View act2 default", "/a/in-1/deep": "Demo.View nil default", "/a/in-2/deep": "Demo.View nil default",
		"/a/always": "Demo.View nil default", "/m": "Demo.Last nil default", "/case-b": "Demo.Last nil default",
		"/s-one": "Demo.View nil one", "/s-two": "Demo.View nil two", "/a/never": "", "/case-a": "",
	} {
		got := ""
		if r, ok := table.Route(path); ok {
			got = strings.TrimPrefix(r.View.Name(), "Elixir.") + " " + strings.TrimPrefix(term.Inspect(r.Action), ":") + " " + r.LiveSession
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if _, err := compileRouter(t, `for n <- [1], do: live(n, Demo.View)`); err == nil || !strings.Contains(err.Error(), "router paths must be strings, got: 1") {
		t.Errorf("a path that is none: %v", err)
	}
}
