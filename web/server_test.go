package web_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"streamsplayground/lessons"
	"streamsplayground/web"
)

const lesson = "---\ntitle: One\n---\n\nThe first text.\n"

const view = `defmodule OneLive do
  use Phoenix.LiveView

  def mount(_params, session, socket), do: {:ok, assign(socket, :who, session["user"])}

  def render(assigns) do
    ~H"""
    <p id="hello">hello {@who}</p>
    """
  end
end
`

// folder makes a folder of one lesson.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "one"), 0o755); err != nil {
		t.Fatal(err)
	}
	save(t, dir, "one/lesson.md", lesson)
	save(t, dir, "one/one_live.ex", view)
	return dir
}

func save(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func serve(t *testing.T, dir string) (*web.Server, *httptest.Server) {
	t.Helper()
	s, err := web.New(web.Options{Lessons: os.DirFS(dir), LessonsName: "lessons"})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		h.Close()
	})
	return s, h
}

func get(t *testing.T, url string, edit ...func(*http.Request)) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edit {
		e(req)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

var frameSource = regexp.MustCompile(`<iframe[^>]* src="([^"]+)"[^>]* sandbox="([^"]*)"`)

func TestPage(t *testing.T) {
	_, h := serve(t, folder(t))
	status, head, body := get(t, h.URL+"/")
	if status != 200 {
		t.Fatalf("status %d\n%s", status, body)
	}
	for _, want := range []string{"The first text.", "Lesson 1 of 1", "one_live.ex", `<span class="k">defmodule</span>`, "data-phx-session=", `class="inspector"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if csp := head.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "script-src 'unsafe") {
		t.Errorf("policy %q", csp)
	}
	m := frameSource.FindStringSubmatch(body)
	if m == nil {
		t.Fatal("no client on the stage")
	}
	if strings.Contains(m[2], "same-origin") {
		t.Errorf("the client's sandbox lets it be of the page's origin: %s", m[2])
	}
	status, head, body = get(t, h.URL+m[1])
	if status != 200 || !strings.Contains(body, "hello client") {
		t.Errorf("status %d\n%s", status, body)
	}
	if csp := head.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox allow-scripts") || strings.Contains(csp, "allow-same-origin") {
		t.Errorf("the client's policy is %q", csp)
	}
	if status, _, _ = get(t, h.URL+"/lessons/none"); status != 404 {
		t.Errorf("an unknown lesson: status %d", status)
	}
}

// A client's link is signed: another reader's, or one that was changed, opens
// nothing.
func TestStageLinksAreSigned(t *testing.T) {
	_, h := serve(t, folder(t))
	_, _, body := get(t, h.URL+"/")
	src := frameSource.FindStringSubmatch(body)[1]
	for _, bad := range []string{"/stage/", "/stage/x.y/", strings.Replace(src, "/stage/", "/stage/AAAA", 1), strings.TrimSuffix(src, "/")[:len(src)-3] + "/"} {
		if status, _, _ := get(t, h.URL+bad); status != 403 {
			t.Errorf("%s: status %d, want 403", bad, status)
		}
	}
}

func TestForeignHostsAndOrigins(t *testing.T) {
	_, h := serve(t, folder(t))
	for _, path := range []string{"/", "/lessons/one", "/assets/ui/main.js", "/live/websocket?vsn=2.0.0"} {
		if status, _, _ := get(t, h.URL+path, func(r *http.Request) { r.Host = "evil.example" }); status != 403 {
			t.Errorf("%s for a foreign host: status %d, want 403", path, status)
		}
	}
	upgrade := func(origin string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header = http.Header{"Origin": {origin}, "Connection": {"Upgrade"}, "Upgrade": {"websocket"},
				"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}}
		}
	}
	if status, _, _ := get(t, h.URL+"/live/websocket?vsn=2.0.0", upgrade("http://evil.example")); status != 403 {
		t.Errorf("a socket from a foreign page: status %d, want 403", status)
	}
	if status, _, _ := get(t, h.URL+"/live/websocket?vsn=2.0.0", upgrade("null")); status != 403 {
		t.Errorf("a socket of the page from a sandbox: status %d, want 403", status)
	}
}

func TestAssets(t *testing.T) {
	_, h := serve(t, folder(t))
	for _, tt := range []struct{ path, kind string }{
		{"/assets/css/tokens.css", "text/css; charset=utf-8"}, {"/assets/ui/guest.js", "text/javascript; charset=utf-8"},
		{"/assets/client/index.js", "text/javascript; charset=utf-8"},
	} {
		status, head, body := get(t, h.URL+tt.path)
		if status != 200 || head.Get("Content-Type") != tt.kind || body == "" {
			t.Errorf("%s: status %d, %s", tt.path, status, head.Get("Content-Type"))
		}
	}
	for _, path := range []string{"/assets/pages/page.gohtml", "/assets/none.js", "/assets/client/../../server.go"} {
		if status, _, _ := get(t, h.URL+path); status == 200 {
			t.Errorf("%s is served", path)
		}
	}
}

// Saving a file tells the open page; what does not compile is said, and the
// last good version runs on.
func TestReload(t *testing.T) {
	dir := folder(t)
	s, h := serve(t, dir)
	changes := listen(t, h.URL+"/changes?page=one")
	_, _, body := get(t, h.URL+"/")
	src := frameSource.FindStringSubmatch(body)[1]

	save(t, dir, "one/lesson.md", strings.Replace(lesson, "first", "second", 1))
	s.Reload()
	if got, want := <-changes, `{"lesson":true,"code":false,"errors":""}`; got != want {
		t.Errorf("after the prose was saved: %s, want %s", got, want)
	}
	if _, _, body := get(t, h.URL+"/"); !strings.Contains(body, "The second text.") {
		t.Error("the page has the old text")
	}

	save(t, dir, "one/one_live.ex", strings.Replace(view, "hello {@who}", "hi {@who", 1))
	s.Reload()
	if got := <-changes; !strings.Contains(got, `"code":false`) || !strings.Contains(got, "one_live.ex:8:") {
		t.Errorf("after broken code was saved: %s", got)
	}
	if _, _, body := get(t, h.URL+src); !strings.Contains(body, "hello client") {
		t.Errorf("the last good version does not run on:\n%s", body)
	}
	if _, _, body := get(t, h.URL+"/"); !strings.Contains(body, `role="alert"><h2>`) {
		t.Error("the page does not show the error when it is opened")
	}

	save(t, dir, "one/one_live.ex", strings.Replace(view, "hello", "hi", 2))
	s.Reload()
	if got, want := <-changes, `{"lesson":true,"code":true,"errors":""}`; got != want {
		t.Errorf("after good code was saved: %s, want %s", got, want)
	}
	if _, _, body := get(t, h.URL+src); !strings.Contains(body, "hi client") {
		t.Errorf("the new code does not run:\n%s", body)
	}
}

// listen returns the data of the changes that a page is told of.
func listen(t *testing.T, url string) <-chan string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	out := make(chan string, 10)
	in := bufio.NewScanner(res.Body)
	in.Scan() // the stream is open now
	go func() {
		defer res.Body.Close()
		for in.Scan() {
			if data, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				out <- data
			}
		}
	}()
	return out
}

func TestNothingToShow(t *testing.T) {
	if _, err := web.New(web.Options{Lessons: os.DirFS(t.TempDir()), LessonsName: "dir"}); err == nil || !strings.Contains(err.Error(), "no lesson found: dir") {
		t.Errorf("got %v", err)
	}
}

func TestViews(t *testing.T) {
	dir := folder(t)
	lib, err := lessons.Load(os.DirFS(dir), "x")
	if err != nil {
		t.Fatal(err)
	}
	s, err := web.New(web.Options{Views: func() (string, []*lessons.File, error) { return "mine", lib.Lessons[0].Files, nil }})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	defer h.Close()
	defer s.Close()
	status, _, body := get(t, h.URL+"/")
	if status != 200 || !strings.Contains(body, "without-lesson") || strings.Count(body, "<iframe") != 2 {
		t.Errorf("status %d\n%s", status, body)
	}
}
