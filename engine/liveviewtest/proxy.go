package liveviewtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// proxy is the process that stands for the browser: ClientProxy. It answers the
// calls of the test and takes what the views send.
type proxy struct {
	*Suite
	p      *node.Process
	t      *interp.Thread
	caller term.PID
	// ref is in every message to the caller.
	ref    term.Ref
	page   []*html.Node
	views  map[string]*view // by topic
	root   *view
	lastID int
	// waiting are the pushes without an answer, by ref.
	waiting map[string]waiting
	// dropped are those that were given up, with who waits for them.
	dropped map[string]term.Term
	title   term.Term // nil while no view has set one
	// ended is closed when the views have ended too.
	ended chan struct{}
	opts  startOptions
}

// view is a joined live view: the %ClientProxy{} of the original.
type view struct {
	id, topic, session, static string
	module                     term.Atom
	pid                        term.PID
	channel                    *live.Channel
	tree                       *rendered.Tree
	children                   []string // ids, the newest first
	// childStatics are the static tokens of the views of the first page.
	childStatics map[string]string
	redirected   bool
}

type waiting struct {
	pid      term.PID
	from     term.Term
	callback func(*frame) error
}

// stop ends the proxy with a reason. It is no error of anybody.
type stop struct{ reason term.Term }

func (s *stop) Error() string { return term.Inspect(s.reason) }

// later is a message of the proxy to itself: what it does when it has handled
// all that came before.
type later struct{ do func() error }

// Kind implements term.Term.
func (later) Kind() term.Kind { return term.KindFun }

var (
	atomShutdown     = term.NewAtom("shutdown")
	atomRedirect     = term.NewAtom("redirect")
	atomLiveRedirect = term.NewAtom("live_redirect")
	atomPatch        = term.NewAtom("patch")
	atomRaise        = term.NewAtom("raise")
	atomDOWN         = term.NewAtom("DOWN")
	atomGenCall      = term.NewAtom("$gen_call")
	atomPhoenix      = term.NewAtom("phoenix")
	atomPing         = term.NewAtom("ping")
	atomTo           = term.NewAtom("to")
)

func ok(v term.Term) term.Term { return term.Tuple{term.OK, v} }

// shutdown is {:shutdown, reason}.
func shutdown(reason term.Term) term.Term { return term.Tuple{atomShutdown, reason} }

// run is the life of the process after it has joined the page's main view.
func (x *proxy) run() term.Term {
	for {
		msg := x.p.Next()
		if err := x.guard(func() error { return x.handle(msg) }); err != nil {
			return x.reason(err)
		}
	}
}

// guard runs f under a budget.
func (x *proxy) guard(f func() error) error {
	var failed error
	_, err := x.t.Run(func() term.Term { failed = f(); return term.Nil })
	x.p.Check()
	if err != nil {
		return err
	}
	return failed
}

// reason is what the proxy ends with for an error.
func (x *proxy) reason(err error) term.Term {
	var s *stop
	var e *interp.Exception
	var bad *invalid
	switch {
	case errors.As(err, &s):
		return s.reason
	case errors.As(err, &e):
		return node.ExitReason(e)
	case errors.As(err, &bad):
		return x.exception("ArgumentError", bad.message)
	}
	return x.exception("RuntimeError", err.Error())
}

// exception is the exit reason of a process that raised.
func (x *proxy) exception(module, message string) term.Term {
	return term.Tuple{x.t.NewException(module, "message", term.Binary(message)), term.Empty}
}

func (x *proxy) handle(msg term.Term) error {
	switch m := msg.(type) {
	case *frame:
		return x.handleFrame(m)
	case later:
		return m.do()
	case term.Tuple:
		switch {
		case len(m) == 5 && m[0] == term.Term(atomDOWN):
			pid, _ := m[3].(term.PID)
			if x.byPID(pid) != nil {
				return &stop{m[4]}
			}
		case len(m) == 3 && m[0] == term.Term(atomGenCall):
			request, _ := m[2].(term.Tuple)
			if a, isAtom := m[2].(term.Atom); isAtom {
				request = term.Tuple{a}
			}
			return x.handleCall(m[1], request)
		}
	}
	return nil
}

func (x *proxy) reply(from, v term.Term) {
	if from != nil {
		x.p.Node().Reply(from, v)
	}
}

// tell sends the test a message.
func (x *proxy) tell(parts ...term.Term) {
	x.p.Node().Send(x.caller, term.Tuple{x.ref, term.Tuple(parts)})
}

func (x *proxy) byPID(pid term.PID) *view {
	for _, v := range x.views {
		if v.pid == pid {
			return v
		}
	}
	return nil
}

// byID returns a view of the page, nil if it is not joined.
func (x *proxy) byID(id string) *view { return x.views["lv:"+id] }

// topicOf returns the topic of a view's or element's proxy: {topic, _, _} or
// %{proxy: {ref, topic, pid}}.
func (x *proxy) topicOf(v term.Term) string {
	switch v := v.(type) {
	case term.Tuple:
		if s, isStr := v[0].(term.Binary); isStr {
			return string(s)
		}
	case *term.Map:
		if p, isTuple := v.GetAtom(term.NewAtom("proxy")).(term.Tuple); isTuple && len(p) == 3 {
			s, _ := p[1].(term.Binary)
			return string(s)
		}
	}
	return ""
}

// fetch returns the view of a topic and raises a KeyError if it is gone.
func (x *proxy) fetch(topic string) *view {
	v := x.views[topic]
	if v == nil {
		b := term.NewMapBuilder(len(x.views))
		for _, topic := range slices.Sorted(maps.Keys(x.views)) {
			b.Put(term.Binary(topic), x.views[topic].term(x))
		}
		x.t.RaiseNew("KeyError", "key", term.Binary(topic), "term", b.Map())
	}
	return v
}

// term is the view as the test has it: %Phoenix.LiveViewTest.View{}.
func (v *view) term(x *proxy) term.Term {
	return term.NewStruct("Phoenix.LiveViewTest.View", "id", term.Binary(v.id), "module", v.module, "pid", v.pid,
		"proxy", term.Tuple{x.ref, term.Binary(v.topic), x.p.PID()}, "endpoint", x.opts.endpoint, "target", term.Nil)
}

// ping waits until a view has handled what it was sent, and then does something
// when the proxy has handled what the view sent.
func (x *proxy) ping(v *view, do func() error) error {
	if _, exit := x.p.Call(v.pid, term.Tuple{atomPhoenix, atomPing}, node.Infinity); exit != nil {
		return x.gone(v.pid)
	}
	x.p.Node().Send(x.p.PID(), later{do})
	return nil
}

// gone handles the end of a view before all else.
func (x *proxy) gone(pid term.PID) error {
	var down term.Term
	x.p.Receive(func(msg term.Term) bool {
		m, isTuple := msg.(term.Tuple)
		if isTuple && len(m) == 5 && m[0] == term.Term(atomDOWN) && m[3] == term.Term(pid) {
			down = msg
		}
		return down != nil
	}, node.Infinity)
	return x.handle(down)
}

// handleCall answers a call of the test.
func (x *proxy) handleCall(from term.Term, m term.Tuple) error {
	name, _ := m[0].(term.Atom)
	switch name.Name() {
	case "page_title":
		x.reply(from, ok(x.pageTitle()))
	case "url":
		x.reply(from, ok(term.Binary(x.opts.url)))
	case "html":
		x.reply(from, ok(term.Tuple{treeTerm(x.page), term.Nil}))
	case "root_view":
		x.reply(from, x.rootView())
	case "async_pids":
		x.reply(from, ok(x.asyncPIDs(x.fetch(x.topicOf(m[1])))))
	case "live_children":
		v := x.fetch(string(m[1].(term.Binary)))
		return x.ping(v, func() error { return x.liveChildren(v.topic, from) })
	case "sync_with_root":
		return x.syncWithRoot(x.fetch(string(m[1].(term.Binary))), from)
	case "render_element":
		return x.ping(x.fetch(x.topicOf(m[2])), func() error { return x.renderElement(m[1], m[2], from) })
	case "render_event":
		return x.ping(x.fetch(x.topicOf(m[1])), func() error { return x.renderEvent(m[1], m[2].(term.Atom).Name(), m[3], from) })
	case "upload_progress":
		return x.uploadProgress(from, m)
	case "upload_target":
		return x.orRaise(from, x.uploadTarget(m[1], m[2], from))
	case "render_patch":
		return x.renderPatch(string(m[1].(term.Binary)), string(m[2].(term.Binary)), from)
	case "form_values":
		return x.ping(x.fetch(x.topicOf(m[1])), func() error { return x.formValues(m[1], from) })
	case "stop":
		x.p.Unlink(x.caller)
		x.reply(from, term.OK)
		return &stop{m[1]}
	}
	return nil
}

// pageTitle is the title that a view set last, or that of the page.
func (x *proxy) pageTitle() term.Term {
	if x.title != nil {
		return x.title
	}
	x.title = term.Nil
	tag := func(name string) func(*html.Node) bool { return func(n *html.Node) bool { return n.Data == name } }
	if heads := filter(x.page, tag("head")); len(heads) == 1 {
		if titles := filter(heads, tag("title")); len(titles) == 1 {
			x.title = term.Binary(tidyText(titles[0]))
		}
	}
	return x.title
}

// rootView is what live_redirect/2 has to know of the main view.
func (x *proxy) rootView() term.Term {
	r := x.root
	return term.NewMap(term.NewAtom("id"), term.Binary(r.id), term.NewAtom("session_token"), term.Binary(r.session),
		term.NewAtom("static_token"), optional(r.static), term.NewAtom("url"), term.Binary(x.opts.url),
		term.NewAtom("options"), x.opts.given)
}

func optional(s string) term.Term {
	if s == "" {
		return term.Nil
	}
	return term.Binary(s)
}

func (x *proxy) asyncPIDs(v *view) term.Term {
	var out []term.Term
	pids, _ := v.channel.AsyncPIDs(context.Background()) //nolint:errcheck // the context does not end
	for _, pid := range pids {
		out = append(out, pid)
	}
	return term.NewList(out...)
}

func (x *proxy) liveChildren(topic string, from term.Term) error {
	var out []term.Term
	for _, id := range x.fetch(topic).children {
		if child := x.byID(id); child != nil {
			out = append(out, child.term(x))
		}
	}
	x.reply(from, ok(term.NewList(out...)))
	return nil
}

func (x *proxy) syncWithRoot(v *view, from term.Term) error {
	done := func() error { x.reply(from, term.OK); return nil }
	if v == x.root {
		return x.ping(v, done)
	}
	return x.ping(v, func() error { return x.ping(x.root, done) })
}

// renderPatch follows a link that patches.
func (x *proxy) renderPatch(topic, path string, from term.Term) error {
	v := x.fetch(topic)
	to := path
	if base, err := url.Parse(x.opts.url); err == nil {
		if u, err := base.Parse(path); err == nil {
			to = u.String()
		}
	}
	x.pushForHTML(v, "live_patch", term.NewMap(term.Binary("url"), term.Binary(to)), from)
	x.patched(x.root.topic, term.NewMap(atomTo, term.Binary(to)))
	return nil
}

// patched tells the test of a patch.
func (x *proxy) patched(topic string, opts *term.Map) {
	to, _ := opts.GetAtom(atomTo).(term.Binary)
	relative := ""
	if u, err := url.Parse(string(to)); err == nil && (u.Path != "" || u.Opaque == "") {
		relative = u.EscapedPath()
		if relative != "" && u.RawQuery != "" {
			relative += "?" + u.RawQuery
		}
	}
	x.tell(atomPatch, term.Binary(topic), opts.Put(atomTo, term.Binary(relative)))
}

// redirect tells the test of a redirect and ends the page.
func (x *proxy) redirect(topic string, kind term.Atom, opts *term.Map) error {
	x.tell(atomRedirect, term.Binary(topic), opts)
	x.p.Unlink(x.caller)
	return &stop{shutdown(term.Tuple{kind, opts})}
}

// push sends a view a message. callback gets the reply; from is who waits for
// it.
func (x *proxy) push(v *view, event string, payload *term.Map, from term.Term, callback func(*frame) error) {
	x.lastID++
	ref := strconv.Itoa(x.lastID)
	x.waiting[ref] = waiting{v.pid, from, callback}
	v.channel.Deliver(live.Message{Ref: ref, Event: event, Payload: payload})
}

// pushForHTML pushes and answers from with the HTML of the view.
func (x *proxy) pushForHTML(v *view, event string, payload *term.Map, from term.Term) {
	x.push(v, event, payload, from, func(f *frame) error { return x.answerHTML(f, from) })
}

// answerHTML answers with the HTML of the view that replied.
func (x *proxy) answerHTML(f *frame, from term.Term) error {
	v := x.views[f.topic]
	if v == nil {
		return nil
	}
	el, err := byID(x.page, v.id)
	if err != nil {
		return err
	}
	x.reply(from, ok(term.Binary(tidyHTML(children(el)...))))
	return nil
}

// report carries out what a check found, as it is configured.
func (x *proxy) report(found problem) error {
	byDefault := "raise"
	if found.kind == missingFormID {
		byDefault = "warn"
	}
	switch how := x.opts.onError(found.kind); {
	case how == "raise":
		return errors.New(found.message)
	case how == "warn":
		x.warn(found.message)
	case how == "ignore":
	case byDefault == "raise":
		return errors.New(explain(found, "error", "warn"))
	default:
		x.warn(explain(found, "warning", "raise"))
	}
	return nil
}

func explain(found problem, what, other string) string {
	return fmt.Sprintf("%s\n\nYou can change this %s by setting\n\n    config :phoenix_live_view, :test_warnings,\n"+
		"      %s: :%s # can be one of :warn, :raise, or :ignore\n\nSee the `Phoenix.LiveViewTest` documentation for more details.\n",
		strings.TrimSpace(found.message), what, found.kind, other)
}

func (x *proxy) warn(message string) {
	x.t.Apply(term.NewModule("IO"), "warn", term.Binary(message), x.opts.location)
}
