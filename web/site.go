package web

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/lessons"
)

// site is what the server serves at one time: its pages with their code. It is
// immutable; saving a file makes a new one.
type site struct {
	library *lessons.Library // nil when views are run
	pages   map[string]*page
	order   []string
	err     error // of loading lessons or views, nil if there is none
	project bool  // the views are a Phoenix project's
}

// page is one page: a lesson, or the views that were given to run.
type page struct {
	key    string
	title  string
	lesson *lessons.Lesson // nil for views
	files  []*lessons.File
	// app is the code that runs: the newest that compiles, nil if none did yet.
	app  *app
	errs string // why the newest code does not run, "" if it does
}

// viewsKey is the key of the page of views.
const viewsKey = "views"

// load reads everything. Where the code of a page is the same as in the old
// site its app is kept, and where it does not compile too.
func (s *Server) load(old *site) *site {
	next := &site{pages: map[string]*page{}, project: s.opts.Project}
	if s.opts.Views != nil {
		title, files, err := s.opts.Views()
		next.err = err
		next.add(&page{key: viewsKey, title: title, files: files}, old)
		return next
	}
	next.library, next.err = lessons.Load(s.opts.Lessons, s.opts.LessonsName)
	for _, l := range next.library.Lessons {
		next.add(&page{key: l.ID, title: l.Title, lesson: l, files: l.Files}, old)
	}
	if next.err != nil && old != nil {
		next.keepLost(old)
	}
	return next
}

// keepLost keeps the last good version of lessons that do not load any more.
func (n *site) keepLost(old *site) {
	for _, key := range old.order {
		if p := old.pages[key]; n.pages[key] == nil && p.lesson != nil {
			n.pages[key] = p
			n.order = append(n.order, key)
			n.library = &lessons.Library{Lessons: append(slices.Clone(n.library.Lessons), p.lesson)}
		}
	}
}

func (n *site) add(p *page, old *site) {
	n.pages[p.key] = p
	n.order = append(n.order, p.key)
	var was *page
	if old != nil {
		was = old.pages[p.key]
	}
	if was != nil && sameFiles(was.files, p.files) {
		p.app, p.errs = was.app, was.errs
		return
	}
	if shared := n.shared(p); shared != nil {
		p.app, p.errs = shared.app, shared.errs
		return
	}
	if len(p.files) == 0 {
		if was != nil {
			p.app, p.files = was.app, was.files
		}
		return
	}
	app, err := compile(p.files, n.project)
	if err != nil {
		p.errs = explain(err)
		if was != nil {
			app = was.app
		}
	}
	p.app = app
}

// shared returns another page with the same code, so that it is compiled once.
func (n *site) shared(p *page) *page {
	for _, key := range n.order[:len(n.order)-1] {
		if o := n.pages[key]; len(o.files) > 0 && sameFiles(o.files, p.files) {
			return o
		}
	}
	return nil
}

func sameFiles(a, b []*lessons.File) bool {
	return slices.EqualFunc(a, b, func(x, y *lessons.File) bool {
		return x.Source.Name() == y.Source.Name() && x.Source.Text() == y.Source.Text()
	})
}

// problems returns everything that is wrong, for a terminal.
func (n *site) problems() string {
	var b bytes.Buffer
	seen := map[string]bool{}
	say := func(text string) {
		if text != "" && !seen[text] {
			seen[text] = true
			fmt.Fprintf(&b, "%s\n\n", text)
		}
	}
	say(explain(n.err))
	for _, key := range n.order {
		say(n.pages[key].errs)
	}
	return strings.TrimRight(b.String(), "\n")
}

// problemsOf returns what is wrong with one page: its code, and lessons that
// do not load.
func (n *site) problemsOf(p *page) string {
	text := p.errs
	if list := source.Diagnostics(n.err); n.err != nil {
		own := explain(n.err)
		if list != nil {
			own = list.Text()
		}
		text = strings.TrimLeft(text+"\n\n"+own, "\n")
	}
	return text
}
