package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"streamsplayground/internal/browsertest"
)

// runProject runs a project's folder, and returns its address, what the command
// says, and what it says of what is left out.
func runProject(t *testing.T, dir string, args ...string) (root, out, left string) {
	t.Helper()
	out, left = startedBoth(t, append([]string{dir}, args...)...)
	return out[:strings.Index(out, "/  ")], out, left
}

func TestProjectRunsWhatItCan(t *testing.T) {
	root, out, left := runProject(t, "testdata/shelf", "-plain")
	for _, want := range []string{"/  ShelfWeb.PageController\n", "/books  ShelfWeb.BooksLive\n", "/mine  ShelfWeb.BooksLive\n"} {
		if !strings.Contains(out, root+want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	// A line for each thing that is left out: where it stands, what it is, why.
	for _, want := range []string{
		"lib/shelf/repo.ex:1:1: Shelf.Repo is left out: `Ecto.Repo` is Ecto, but not part of this playground",
		"(called at testdata/shelf/lib/shelf/book.ex:19:34)",
		"lib/shelf/mailer.ex:1:1: Shelf.Mailer is left out: `Swoosh.Mailer` is Swoosh",
		"lib/shelf_web/router.ex:13:5: plug Corsica is left out: `Corsica` is neither in the project nor a part of this playground",
		"lib/shelf_web/router.ex:47:7: live_dashboard/2 is left out: `Phoenix.LiveDashboard.Router` is Phoenix",
		"lib/shelf_web/router.ex:48:7: * /dev/mailbox is left out: `Plug.Swoosh.MailboxPreview` is Plug",
		"lib/shelf_web/live/books_live.ex:48:7: <Heroicons.book_open> is left out: `Heroicons` is neither in the project",
		"Ecto.Query is left out: it is Ecto, but not part of this playground; schemas and changesets are here, and no database",
		`config/config.exs:14:1: a setting in config.exs is left out: could not fetch environment variable "SHELF_SECRET"`,
	} {
		if !strings.Contains(left, want) {
			t.Errorf("no line %q in\n%s", want, left)
		}
	}
	if strings.Contains(left, "warning:") {
		t.Errorf("warnings about code that is left out:\n%s", left)
	}
	tests := []struct {
		path   string
		status int
		body   string
	}{
		{"/", 200, `<title data-default="Shelf" data-suffix=" · Shelf">Shelf · Shelf</title>`},
		{"/", 200, "<li>novels</li><li>poems</li>"},
		{"/books", 200, `<title data-default="Shelf" data-suffix=" · Shelf">Books · Shelf</title>`},
		{"/books", 200, `<tr id="books-1">`},
		{"/api/books", 200, `{"data":[{"id":1,"pages":100,"title":"Emma"}]}`},
		{"/api/books/9", 404, `{"error":"no book 9"}`},
		{"/robots.txt", 200, "User-agent: *"},
		{"/images/logo.svg", 200, "<svg"},
		{"/assets/js/app.js", 200, `import("/assets/project/start.js");`},
		{"/assets/project/file/js/app.js", 200, `import topbar from "/assets/project/file/vendor/topbar.js"`},
		{"/assets/project/file/js/app.js", 200, `import {Greet} from "/assets/project/file/js/hooks/index.js"`},
		{"/assets/project/file/../mix.exs", 404, ""},
		{"/assets/project/file/js/nothing.js", 404, ""},
		{"/dev/dashboard", 404, "no route found for GET /dev/dashboard (ShelfWeb.Router)"},
	}
	for _, test := range tests {
		if status, body := get(t, root+test.path); status != test.status || !strings.Contains(body, test.body) {
			t.Errorf("%s: status %d, want %d with %q\n%s", test.path, status, test.status, test.body, body)
		}
	}
}

var projectToken = regexp.MustCompile(`name="_csrf_token" type="hidden" hidden value="([^"]+)"`)

// What stands further down in a file is there when the code runs.
func TestProjectModulesFurtherDown(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "lib"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("mix.exs", "defmodule Down.MixProject do\nend\n")
	write("lib/all.ex", `
defmodule DownRouter do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", DownLive
  get "/text", DownController, :index
end

defmodule DownLive do
  use Phoenix.LiveView

  def render(assigns) do
    ~H"""
    <p>{DownParts.name()}<DownParts.mark /></p>
    """
  end
end

defmodule DownController do
  use Phoenix.Controller, formats: []
  def index(conn, _params), do: text(conn, DownParts.name())
end

defmodule DownParts do
  use Phoenix.Component
  def name, do: "a name"
  def mark(assigns), do: ~H"<i>!</i>"
end
`)
	root, _, left := runProject(t, dir, "-plain")
	if left != "" {
		t.Errorf("left out:\n%s", left)
	}
	for path, want := range map[string]string{"/": "<p>a name<i>!</i></p>", "/text": "a name"} {
		if status, body := get(t, root+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: status %d, want 200 with %q\n%s", path, status, want, body)
		}
	}
}

// A module that also uses something absent is the rest of itself.
func TestProjectUsesSomethingAbsentToo(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "lib"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"mix.exs": "defmodule Also.MixProject do\nend\n", "lib/also.ex": `
defmodule AlsoRouter do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", AlsoLive
end

defmodule AlsoLive do
  use Sentry.PlugCapture
  use Phoenix.LiveView
  track :views, every: 5

  def mount(_params, _session, socket), do: {:ok, assign(socket, n: 1)}
  def handle_event("all", _params, socket), do: {:noreply, assign(socket, n: count_all(socket))}
  def render(assigns), do: ~H"<p>{@n}</p>"
end

defmodule OnlyMailer do
  use Swoosh.Mailer, otp_app: :also
end
`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, _, left := runProject(t, dir, "-plain")
	for _, want := range []string{"also.ex:9:3: use Sentry.PlugCapture is left out", "track/2 is left out", "OnlyMailer is left out"} {
		if !strings.Contains(left, want) {
			t.Errorf("what is left out lacks %q:\n%s", want, left)
		}
	}
	if status, body := get(t, root+"/"); status != 200 || !strings.Contains(body, "<p>1</p>") {
		t.Errorf("status %d\n%s", status, body)
	}
}

// A form of the first page logs in, and the pages behind the login are there.
func TestProjectSession(t *testing.T) {
	root, _, _ := runProject(t, "testdata/shelf", "-plain")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	page := func(res *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	first := page(client.Get(root + "/mine"))
	if !strings.Contains(first, "Say who you are") {
		t.Errorf("no flash of the redirect in\n%s", first)
	}
	token := projectToken.FindStringSubmatch(first)
	if token == nil {
		t.Fatalf("no token in\n%s", first)
	}
	mine := page(client.PostForm(root+"/reader", url.Values{"_csrf_token": {token[1]}, "name": {"Ann"}}))
	if !strings.Contains(mine, "<header>Ann</header>") || !strings.Contains(mine, "Hello, Ann!") {
		t.Errorf("not logged in:\n%s", mine)
	}
}

// The page of a project in the browser: its own JavaScript runs as modules,
// with the hooks that stand in templates.
func TestProjectInBrowser(t *testing.T) {
	for name, args := range map[string][]string{"ours": {"-plain"}, "official": nil} {
		t.Run(name, func(t *testing.T) {
			if args == nil {
				args = []string{"-official", browsertest.Official(t)}
			}
			root, _, _ := runProject(t, "testdata/shelf", args...)
			p := browsertest.Open(t, root+"/books")
			p.Until(`document.querySelector("[data-phx-main].phx-connected") && document.querySelector("#greet").textContent === "hello from the project's own module"`)
			p.Want(`document.querySelector("#marked").textContent + window.sideEffect`, "markedtrue")
			p.Click("#shout")
			p.Until(`document.querySelector("#shout").textContent === "QUIET"`)
			p.Fill("#add input", "Persuasion")
			p.Click("#add button")
			p.Until(`document.querySelector("#books-2 td")?.textContent === "Persuasion" && document.querySelector("#flash-info")?.textContent.trim() === "Added Persuasion"`)
		})
	}
}

// startedBoth is started, with what the command prints beside its output. The
// output is read until the addresses are in it.
func startedBoth(t *testing.T, args ...string) (out, errs string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	var stderr syncBuffer
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, append([]string{"run", "-addr", "127.0.0.1:0"}, args...), w, &stderr)
		w.Close()
	}()
	buf := make([]byte, 64<<10)
	for !strings.Contains(out, "http://") {
		n, err := r.Read(buf)
		if err != nil {
			t.Fatalf("the command ended: %v\n%s", <-done, stderr.String())
		}
		out = string(buf[:n])
	}
	go io.Copy(io.Discard, r)
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("ending: %v", err)
		}
	})
	return out, stderr.String()
}

// syncBuffer is a buffer that many goroutines write to.
type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// A project as older generators made it: layouts of controllers and live views
// in files, a Gettext backend that is imported, presence, sockets of its own.
func TestOlderProject(t *testing.T) {
	root, _, left := runProject(t, "testdata/notes", "-plain")
	if want := "user_socket.ex:1:1: NotesWeb.UserSocket is left out: `Phoenix.Socket` is Phoenix, but not part of this playground"; !strings.Contains(left, want) {
		t.Errorf("no line %q in\n%s", want, left)
	}
	tests := []struct{ path, body string }{
		{"/", "<header>Notes</header>\n\n<p class=\"note\">A first note</p>"},
		{"/", `<title data-suffix=" · Notes">All · Notes</title>`},
		{"/short", "<body><p class=\"note\">A first note</p></body>"},
		{"/notes", `<title data-suffix=" · Notes">index · Notes</title>`},
		{"/notes", "<header>Notes</header>\n\n<p id=\"readers\">0</p>"},
		{"/notes/new", "<h2>New note</h2>"},
		{"/bare", `<body id="other">`},
		{"/bare", `<main class="bare"><p id="readers">0</p>`},
		{"/assets/app.css", ""},
		{"/assets/app.js", "import("},
	}
	for _, test := range tests {
		if status, body := get(t, root+test.path); status != 200 || !strings.Contains(body, test.body) {
			t.Errorf("%s: status %d, no %q in\n%s", test.path, status, test.body, body)
		}
	}
}

// A project with two endpoints, of which the one of its web module serves, and
// with a process that cannot start because it needs what is left out. What
// started before the application called something like that stays.
func TestProjectWithTwoEndpoints(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"mix.exs": "defmodule Duo.MixProject do\nend\n",
		"lib/duo.ex": `
defmodule Duo.Cluster do
  use GenServer
  def start_link(opts), do: GenServer.start_link(__MODULE__, opts, name: __MODULE__)
  def init(_opts) do
    :net_kernel.monitor_nodes(true)
    {:ok, nil}
  end
end

defmodule Duo.Store do
  use Agent
  def start_link(_opts), do: Agent.start_link(fn -> "started" end, name: __MODULE__)
end

defmodule Duo.Application do
  use Application
  def start(_type, _args) do
    :ets.new(:duo, [:named_table, :public])
    result = Supervisor.start_link([Duo.Cluster, Duo.Store], strategy: :one_for_one)
    Absent.load(:ets.insert(:duo, {:loaded, false}))
    result
  end
end

defmodule DuoWeb.Embed.Router do
  use Phoenix.Router
  get "/", DuoWeb.PageController, :embed
end

defmodule DuoWeb.Embed.Endpoint do
  use Phoenix.Endpoint, otp_app: :duo
  plug DuoWeb.Embed.Router
end

defmodule DuoWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :duo
  plug DuoWeb.Router
end

defmodule DuoWeb.PageController do
  use Phoenix.Controller, formats: []
  def home(conn, _params), do: text(conn, "#{conn.request_path} #{Agent.get(Duo.Store, & &1)} #{inspect(Process.whereis(Duo.Cluster))} #{inspect(:ets.tab2list(:duo))}")
end

defmodule DuoWeb.Router do
  use Phoenix.Router
  get "/", DuoWeb.PageController, :home
  for path <- ["one", "two"], do: get("/#{path}", DuoWeb.PageController, :home)
end
`} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, _, _ := runProject(t, dir, "-plain")
	for _, path := range []string{"/", "/one", "/two"} {
		if status, body := get(t, root+path); status != 200 || body != path+" started nil [loaded: false]" {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}
