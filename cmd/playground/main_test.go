package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const counterView = `defmodule Demo.CounterLive do
  use Phoenix.LiveView

  def mount(_params, _session, socket), do: {:ok, assign(socket, count: 0)}

  def render(assigns) do
    ~H"""
    <p>count {@count}</p>
    """
  end
end
`

func TestErrorsAreOneClearLine(t *testing.T) {
	dir := t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	view := write(t, dir, "counter_live.ex", counterView)
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	plain := write(t, dir, "plain/a.ex", "defmodule A do\nend\n")
	binary := write(t, dir, "binary.ex", "\xff\xfe")
	broken := write(t, dir, "broken.ex", "defmodule B do\n  def f(, do: 1\nend\n")
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"dance"}, `playground: unknown command "dance"; see playground help`},
		{[]string{"run", "-bogus"}, "playground: there is no flag -bogus; see playground help"},
		{[]string{"run"}, "playground: run needs a file or a folder of live views"},
		{[]string{"run", filepath.Join(dir, "none.ex")}, "playground: " + filepath.Join(dir, "none.ex") + ": no such file or folder"},
		{[]string{"run", empty}, "playground: " + empty + ": no Elixir files in this folder"},
		{[]string{"run", "-plain", plain}, `playground: no live view in these files: a module with "use Phoenix.LiveView"`},
		{[]string{"run", plain}, `playground: no live view in these files: a module with "use Phoenix.LiveView"`},
		{[]string{"run", binary}, "playground: " + binary + ": not a text in UTF-8"},
		{[]string{"run", view, "-addr", taken.Addr().String()}, "playground: " + taken.Addr().String() + " is in use by another program; choose another address with -addr"},
		{[]string{"run", view, "-official", empty}, "playground: " + empty + ": no phoenix"},
		{[]string{"run", "-plain", broken}, "broken.ex:"},
	}
	for _, test := range tests {
		err := run(context.Background(), test.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(errorText(err), test.want) {
			t.Errorf("%v\n got %v\nwant %s", test.args, err, test.want)
		}
	}
}

func TestHelp(t *testing.T) {
	var out strings.Builder
	if err := run(context.Background(), []string{"help"}, &out, io.Discard); err != nil || !strings.Contains(out.String(), "playground run") {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

// started runs the command and returns where it serves what.
func started(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, append([]string{"run", "-addr", "127.0.0.1:0"}, args...), w, io.Discard)
		w.Close()
	}()
	buf := make([]byte, 4096)
	n, err := r.Read(buf)
	if err != nil {
		t.Fatalf("the command ended: %v", <-done)
	}
	go io.Copy(io.Discard, r)
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("ending: %v", err)
		}
	})
	return string(buf[:n])
}

// TestEndsAtOnce holds a connection open that never sends a request, as
// browsers do to have one ready.
func TestEndsAtOnce(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serveHTTP(ctx, listener, http.NotFoundHandler(), func(context.Context) {}) }()
	spare, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer spare.Close()
	get(t, "http://"+listener.Addr().String()) // by now the other is accepted
	start := time.Now()
	cancel()
	if err := <-done; err != nil || time.Since(start) > time.Second {
		t.Errorf("ended after %v: %v", time.Since(start), err)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
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

func TestSingleView(t *testing.T) {
	out := started(t, write(t, t.TempDir(), "counter_live.ex", counterView), "-plain")
	root, view, _ := strings.Cut(strings.TrimSpace(out), "  ")
	if view != "Demo.CounterLive" {
		t.Errorf("the command says %q", out)
	}
	if status, body := get(t, root); status != 200 || !strings.Contains(body, "<p>count 0</p>") || !strings.Contains(body, "/assets/start.js") {
		t.Errorf("status %d\n%s", status, body)
	}
	if status, body := get(t, root+"assets/start.js"); status != 200 || !strings.Contains(body, "window.liveSocket") {
		t.Errorf("status %d\n%s", status, body)
	}
	if status, _ := get(t, root+"assets/index.js"); status != 200 {
		t.Errorf("the client's entry module: status %d", status)
	}
	if status, _ := get(t, root+"assets/nothing.js"); status != 404 {
		t.Errorf("a missing module: status %d", status)
	}
	if status, body := get(t, root+"nowhere"); status != 404 || !strings.Contains(body, "no route found for GET /nowhere (Playground.Router)") {
		t.Errorf("status %d\n%s", status, body)
	}
}

func TestSeveralViews(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/counter_live.ex", counterView)
	write(t, dir, "b/other.ex", strings.ReplaceAll(counterView, "Demo.CounterLive", "Demo.RoomListLive"))
	write(t, dir, "node_modules/x.ex", "not Elixir (")
	out := started(t, dir, "-plain")
	root := out[:strings.Index(out, "/counter")]
	if !strings.Contains(out, "/counter  Demo.CounterLive\n") || !strings.Contains(out, "/room-list  Demo.RoomListLive\n") {
		t.Errorf("the command says %q", out)
	}
	if status, body := get(t, root+"/"); status != 200 || !strings.Contains(body, `<a href="/room-list">Demo.RoomListLive</a>`) {
		t.Errorf("status %d\n%s", status, body)
	}
	if status, body := get(t, root+"/room-list"); status != 200 || !strings.Contains(body, "<p>count 0</p>") {
		t.Errorf("status %d\n%s", status, body)
	}
}

func TestRouterIsUsed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "counter_live.ex", counterView)
	write(t, dir, "router.ex", `defmodule Demo.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router

  scope "/", Demo do
    live "/count", CounterLive
  end
end
`)
	packages := t.TempDir()
	for _, path := range officialFiles {
		write(t, packages, "node_modules/"+path, "export {}")
	}
	out := started(t, dir, "-official", packages)
	root := out[:strings.Index(out, "/count")]
	if status, body := get(t, root+"/count"); status != 200 || !strings.Contains(body, "<p>count 0</p>") {
		t.Errorf("status %d\n%s", status, body)
	}
	if status, body := get(t, root+"/"); status != 404 || !strings.Contains(body, "no route found for GET / (Demo.Router)") {
		t.Errorf("status %d\n%s", status, body)
	}
	if status, body := get(t, root+"/assets/phoenix.mjs"); status != 200 || body != "export {}" {
		t.Errorf("status %d\n%s", status, body)
	}
}
