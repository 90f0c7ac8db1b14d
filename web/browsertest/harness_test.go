package browsertest_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"streamsplayground/internal/browsertest"
	"streamsplayground/lessons"
	"streamsplayground/web"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// serve starts the site and returns its address.
func serve(t *testing.T, opts web.Options) (*web.Server, string) {
	t.Helper()
	browsertest.Browser(t)
	site, err := web.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(func() {
		site.Close()
		server.Close()
	})
	return site, server.URL
}

// lesson is an open lesson: its page, with stage and inspector.
type lesson struct {
	*browsertest.Page
	t *testing.T
}

// openLesson opens a lesson, and waits for its clients.
func openLesson(t *testing.T, id string, clients ...string) *lesson {
	t.Helper()
	_, url := serve(t, web.Options{Lessons: lessons.Content(), LessonsName: "lessons"})
	l := &lesson{Page: browsertest.Open(t, url+"/lessons/"+id), t: t}
	for _, name := range clients {
		l.client(name).Until(`document.querySelector("[data-phx-main].phx-connected")`)
	}
	return l
}

// client is what a client on the stage shows.
func (l *lesson) client(name string) *browsertest.View {
	return l.Frame(fmt.Sprintf(`iframe[title=%q]`, name))
}

// choose selects the newest transaction in the inspector whose title says so.
func (l *lesson) choose(title string) {
	l.t.Helper()
	newest := fmt.Sprintf(`[...document.querySelectorAll("#timeline button")].filter((b) => b.title.includes(%q)).at(-1)`, title)
	l.Until(newest)
	id := l.Text(newest + `.getAttribute("phx-value-id")`)
	l.Click(fmt.Sprintf(`#timeline button[phx-value-id=%q]`, id))
	l.Until(fmt.Sprintf(`document.querySelector(".summary .number").textContent === "#%s"`, id))
}

// tab shows a tab of the inspector.
func (l *lesson) tab(name string) {
	l.t.Helper()
	selector := fmt.Sprintf(`.inspector .tabs button[phx-value-tab=%q]`, name)
	l.Click(selector)
	l.Until(fmt.Sprintf(`document.querySelector(%q).getAttribute("aria-current") === "true"`, selector))
}

// wantIn fails if the text of an element of the page does not hold all texts.
func (l *lesson) wantIn(selector string, texts ...string) {
	l.t.Helper()
	l.Until(fmt.Sprintf("document.querySelector(%q)", selector))
	got := l.Text(fmt.Sprintf("document.querySelector(%q).textContent", selector))
	for _, text := range texts {
		if !strings.Contains(got, text) {
			l.t.Errorf("%s lacks %q:\n%s", selector, text, got)
		}
	}
}

// rawFrame is the frame to the page that the inspector shows as it was sent.
func (l *lesson) rawFrame() string {
	l.t.Helper()
	l.tab("frames")
	return l.Text(`document.querySelector(".frame.out pre.raw").textContent`)
}

// messages are the texts of the chat's rows, as a JavaScript expression.
const messages = `[...document.querySelectorAll("#messages > *")].map((m) => m.querySelector("p")?.textContent ?? "editing").join("|")`

// send writes a message and presses Send.
func send(client *browsertest.View, text string) {
	client.Fill(".composer input[type=text]", text)
	client.Click(".composer button")
}
