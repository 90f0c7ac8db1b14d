package transport_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/transport/captures"
)

func serveControllers(t *testing.T) *browser {
	t.Helper()
	text, err := os.ReadFile("testdata/controllers/demo.ex")
	if err != nil {
		t.Fatal(err)
	}
	web, _ := serveSource(t, string(text))
	return newBrowser(t, web)
}

func TestControllersAnswer(t *testing.T) {
	b := serveControllers(t)
	tests := []struct {
		path   string
		status int
		header string // as "name: value"
		body   string
	}{
		{"/home", 200, "x-plug: [a: 1]", "<h1>Hello v </h1>"},
		{"/home?name=ann", 200, "content-type: text/html; charset=utf-8", "<h1>Hello ann </h1>"},
		{"/home?_format=json&name=ann", 200, "content-type: application/json; charset=utf-8", `{"name":"ann"}`},
		{"/home?_format=xml", 406, "", "unknown format &#34;xml&#34;, expected one of [&#34;html&#34;, &#34;json&#34;]"},
		{"/err", 404, "content-type: application/json; charset=utf-8", `{"error":"not_found"}`},
		{"/forged", 500, "", "no function clause matching in Plug.Conn.Status.code/1"},
		{"/sess", 200, "content-type: text/plain; charset=utf-8", "n=1"},
		{"/sess", 200, "", "n=2"},
		{"/live", 200, "x-permitted-cross-domain-policies: none", "<p>live ann"},
		{"/things", 500, "", "function Demo.PageController.index/2 is undefined or private"},
		{"/hello/a/b", 200, "x-plug: :in_builder", `hello ["a", "b"] ["hello"]`},
		{"/adm", 401, "", "no"},
		{"/nope", 404, "", "no route found for GET /nope (Demo.Router)"},
	}
	for _, test := range tests {
		res, body := b.page(test.path)
		name, value, _ := strings.Cut(test.header, ": ")
		if res.StatusCode != test.status || !strings.Contains(body, test.body) || name != "" && res.Header.Get(name) != value {
			t.Errorf("%s: status %d, %s %q, want %v\n%s", test.path, res.StatusCode, name, res.Header.Get(name), test, body)
		}
	}
}

var hiddenToken = regexp.MustCompile(`name="_csrf_token" type="hidden" hidden value="([^"]+)"`)

// The form on the first page that a browser ever asks for can be sent.
func TestFirstPageFormCanBeSent(t *testing.T) {
	b := serveControllers(t)
	_, page := b.page("/home")
	token := hiddenToken.FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("no token in\n%s", page)
	}
	form := url.Values{"x": {"5"}}
	if res := b.post("/post", form); res != http.StatusForbidden {
		t.Errorf("without the token: status %d", res)
	}
	form.Set("_csrf_token", token[1])
	if res := b.post("/post", form); res != http.StatusFound {
		t.Errorf("with the token: status %d", res)
	}
	if _, page := b.page("/home"); !strings.Contains(page, "posted 5") {
		t.Errorf("no flash in\n%s", page)
	}
	if _, page := b.page("/home"); strings.Contains(page, "posted 5") {
		t.Error("the flash stays")
	}
}

// The form of a live view can be sent with the token that the view rendered
// when it was joined, which is another one than that of the page.
func TestFormOfALiveViewCanBeSent(t *testing.T) {
	b := serveControllers(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	b.Get("/form")
	b.Dial(ctx, b.CSRF(), true)
	b.Send(ctx, captures.Step{Push: json.RawMessage(`["1","1","lv:phx-MAIN","phx_join",` + strings.Replace(joinPayload, "HOST/", "HOST/form", 1) + `]`)})
	reply, err := b.Receive(ctx)
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(` value=\\"([^"\\]{56})\\"`).FindStringSubmatch(reply)
	if token == nil {
		t.Fatalf("no token in %s", reply)
	}
	if res := b.post("/post", url.Values{"x": {"2"}, "_csrf_token": {token[1]}}); res != http.StatusFound {
		t.Errorf("status %d", res)
	}
}

// post sends a form without following where it leads, and returns the status.
func (b *browser) post(path string, form url.Values) int {
	b.T.Helper()
	res, err := b.Client.PostForm(b.URL+path, form)
	if err != nil {
		b.T.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}
