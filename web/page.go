package web

import (
	"bytes"
	"context"
	"html/template"
	"net/http"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
	"streamsplayground/engine/transport"
	"streamsplayground/inspector"
	"streamsplayground/lessons"
)

var templates = template.Must(template.ParseFS(files, "pages/*.gohtml"))

// styles are the page's style sheets, tokens first: they name the layers.
var styles = []string{"tokens", "base", "layout", "topbar", "lesson", "code", "told", "client", "stage", "tag",
	"inspector", "timeline", "summary", "tabs", "ledger", "assigns", "report", "frame", "console"}

// view is what the page's template gets.
type view struct {
	CSRFToken, Title, Key, Path, Errors string
	Styles                              []string
	Lesson                              *lessonView
	Project                             bool
	Lessons                             []*lessons.Lesson
	Count                               int
	Clients                             []clientView
	Files                               []*lessons.File
	Told                                *toldView
	Inspector                           template.HTML
}

// toldView is what there is to know of code that runs.
type toldView struct {
	Summary        string
	Left, Warnings []string
}

func told(a *app) *toldView {
	if a == nil || a.told() == "" {
		return nil
	}
	return &toldView{Summary: a.told(), Left: a.left, Warnings: a.warnings}
}

type lessonView struct {
	*lessons.Lesson
	Previous, Next *lessons.Lesson
}

type clientView struct{ Name, Base string }

// pageKey is the key of the shown page in a request's context.
type pageKey struct{}

// shown is the page that a request is for.
type shown struct {
	site   *site
	page   *page
	reader string
}

func (s *Server) current() *site {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.site
}

func (s *Server) serveHome(w http.ResponseWriter, r *http.Request) {
	site := s.current()
	s.show(w, r, site, site.pages[site.order[0]])
}

func (s *Server) serveLesson(w http.ResponseWriter, r *http.Request) {
	site := s.current()
	p := site.pages[r.PathValue("id")]
	if p == nil || p.lesson == nil {
		http.NotFound(w, r)
		return
	}
	s.show(w, r, site, p)
}

// pagePolicy lets the page load what is its own and nothing else. Style
// attributes are allowed: the timeline's bars have them.
const pagePolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; " +
	"frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// show renders the page, with the inspector's live view in it: the page is the
// layout of that view.
func (s *Server) show(w http.ResponseWriter, r *http.Request, site *site, p *page) {
	who := reader(w, r)
	key := runKey{who, p.key}
	s.run(who, p.key)
	w.Header().Set("Content-Security-Policy", pagePolicy)
	ctx := context.WithValue(r.Context(), pageKey{}, shown{site: site, page: p, reader: who})
	s.inspector.ServeView(w, r.WithContext(ctx), live.PageRequest{
		View: inspector.Module,
		Options: term.Keyword(
			"session", term.NewMap(term.Binary("recording"), term.Binary(key.String())),
		),
	})
}

// layout is the transport.Layout around the inspector.
func (s *Server) layout(d transport.Document) string {
	at, ok := d.Request.Context().Value(pageKey{}).(shown)
	if !ok {
		return d.Content
	}
	v := view{CSRFToken: d.CSRFToken, Title: at.page.title, Key: at.page.key, Path: "/", Styles: styles,
		Errors: at.site.problemsOf(at.page), Files: at.page.files, Project: at.site.project, Told: told(at.page.app), Inspector: template.HTML(d.Content)}
	names := []string{"one", "two"}
	if l := at.page.lesson; l != nil {
		v.Lesson = &lessonView{Lesson: l, Previous: at.site.library.Previous(l), Next: at.site.library.Next(l)}
		v.Lessons, v.Count = at.site.library.Lessons, len(at.site.library.Lessons)
		v.Path, names = l.Path, l.Clients
	}
	for _, n := range names {
		v.Clients = append(v.Clients, clientView{Name: n, Base: s.stageBase(at.reader, at.page.key, n)})
	}
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, "page", v); err != nil {
		s.opts.Log.Error("rendering the page", "error", err)
	}
	return b.String()
}
