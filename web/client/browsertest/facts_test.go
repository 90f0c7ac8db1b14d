package browsertest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"streamsplayground/engine/livetest/streamfacts"
	"streamsplayground/engine/source"
	"streamsplayground/internal/browsertest"
)

// TestFacts plays what is known of streams to each client in the browser. After every step both must
// have the same document.
func TestFacts(t *testing.T) {
	e := serveSources(t, "", source.NewFile("facts.ex", streamfacts.Views))
	seen := map[string][]string{}
	for _, kind := range clients(t) {
		t.Run(kind, func(t *testing.T) {
			streamfacts.Run(t, func(t *testing.T, path string) streamfacts.Page {
				return e.openFacts(t, kind, path, func(doc string) { seen[kind] = append(seen[kind], doc) })
			})
		})
	}
	if t.Failed() || len(seen) < 2 {
		return
	}
	for i, doc := range seen[ours] {
		if doc != seen[official][i] {
			t.Fatalf("document %d differs: ours and the official client\n%s", i, firstDifference(doc, seen[official][i]))
		}
	}
}

// factsPage implements streamfacts.Page.
type factsPage struct {
	*tabPlayer
	t   *testing.T
	url string
	saw func(string)
}

func (e *engine) openFacts(t *testing.T, kind, path string, saw func(string)) *factsPage {
	url := e.webs[kind].URL + path
	p := &factsPage{&tabPlayer{browsertest.Open(t, url)}, t, url, saw}
	p.ErrorsExpected = true
	p.Until(`window.rest`)
	// Only while debugging the clients complain about all that they could.
	p.js(`liveSocket.enableDebug()`)
	return p
}

func (p *factsPage) Served() string {
	p.t.Helper()
	res, err := http.Get(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

func (p *factsPage) Document() string {
	p.t.Helper()
	doc := p.document()
	p.saw(shape(p.t, doc, "data-phx-main"))
	return doc
}

func (p *factsPage) Push(event string, value map[string]any) {
	p.t.Helper()
	p.push("#ctl", event, value)
}
func (p *factsPage) Reconnect()       { p.t.Helper(); p.reconnect() }
func (p *factsPage) Frames() []string { return p.Received() }

// Problems are strings as JSON has them.
func (p *factsPage) Problems() string {
	return strings.ReplaceAll(strings.Join(p.Errors(), "\n"), `\"`, `"`)
}

func (p *factsPage) Keep(id string) {
	p.t.Helper()
	p.Do(fmt.Sprintf("document.getElementById(%q).kept = true", id))
}

func (p *factsPage) Kept(id string) bool {
	p.t.Helper()
	return p.Text(fmt.Sprintf("document.getElementById(%q).kept", id)) == "true"
}
