package liveviewtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/livetest"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
	"streamsplayground/engine/wire"
)

// startOptions are what live/3 starts a proxy with.
type startOptions struct {
	given    *term.Map
	html     string
	fragment bool // html is the view alone
	url      string
	endpoint term.Term
	session  *term.Map
	params   *term.Map
	info     live.ConnectInfo
	errors   term.Term // on_error
	location term.Term // of the call, for warnings
	// next is the view that live_redirect/2 goes on with, nil for none.
	next *liveView
}

func readOptions(t *interp.Thread, m *term.Map) startOptions {
	get := func(name string) term.Term { return m.GetAtom(term.NewAtom(name)) }
	text := func(name string) string { s, _ := get(name).(term.Binary); return string(s) }
	o := startOptions{given: m, html: text("html"), url: text("url"), endpoint: get("endpoint"), errors: get("on_error"), location: get("start_location")}
	o.fragment = get("kind") == term.Term(term.NewAtom("fragment"))
	o.session, _ = get("session").(*term.Map)
	o.params, _ = get("connect_params").(*term.Map)
	o.info = connectInfo(t, get("connect_info"))
	if o.location == nil {
		o.location = term.Empty
	}
	if next, isTuple := get("live_redirect").(term.Tuple); isTuple && len(next) == 3 {
		o.next = &liveView{id: textOf(next[0]), session: textOf(next[1]), static: textOf(next[2])}
	}
	return o
}

func textOf(v term.Term) string {
	s, _ := v.(term.Binary)
	return string(s)
}

// onError is how a problem of a kind is reported, "" where nothing is said.
func (o *startOptions) onError(kind string) string {
	switch e := o.errors.(type) {
	case term.Atom:
		if e != term.Nil {
			return e.Name()
		}
	case *term.List:
		if v, given := term.KeywordGet(e, term.NewAtom(kind)); given {
			a, _ := v.(term.Atom)
			return a.Name()
		}
	}
	return configured(o.given, kind)
}

// configured is what config :phoenix_live_view, :test_warnings says.
func configured(given *term.Map, kind string) string {
	switch w := given.GetAtom(term.NewAtom("test_warnings")).(type) {
	case term.Atom:
		if w != term.Nil {
			return w.Name()
		}
	case *term.List:
		if v, found := term.KeywordGet(w, term.NewAtom(kind)); found {
			if a, isAtom := v.(term.Atom); isAtom && a != term.Nil {
				return a.Name()
			}
		}
	}
	return ""
}

// startLink is ClientProxy.start_link/1: {:ok, pid}, {:error, reason} or
// :ignore. What became of the join is sent to the caller, as {ref, result}.
func startLink(t *interp.Thread, a []term.Term) term.Term {
	s, p := suiteOf(t)
	m, isMap := a[0].(*term.Map)
	ref, isRef := m.GetAtom(term.NewAtom("ref")).(term.Ref)
	if !isMap || !isRef {
		t.RaiseFunctionClause("Phoenix.LiveViewTest.ClientProxy", "start_link", a)
	}
	opts := readOptions(t, m)
	started := term.NewRef()
	child, err := p.Spawn(func(child *node.Process) term.Term {
		x := &proxy{Suite: s, p: child, t: child.Thread(), caller: p.PID(), ref: ref, views: map[string]*view{},
			waiting: map[string]waiting{}, dropped: map[string]term.Term{}, ended: make(chan struct{}), opts: opts}
		s.proxies.Store(ref, x)
		child.OnExit(func(term.Term) { x.close() })
		return x.main(started)
	}, true)
	if err != nil {
		t.RaiseNew("SystemLimitError", "message", term.Binary("a system limit has been reached: "+err.Error()))
	}
	monitor := p.Monitor(child.PID())
	var out term.Term
	p.Receive(func(msg term.Term) bool {
		m, isTuple := msg.(term.Tuple)
		switch {
		case isTuple && len(m) == 2 && m[0] == term.Term(started):
			out = m[1]
		case isTuple && len(m) == 5 && m[0] == term.Term(atomDOWN) && m[1] == term.Term(monitor):
			out = term.Tuple{term.Err, m[4]}
		}
		return out != nil
	}, node.Infinity)
	p.Demonitor(monitor, true)
	return out
}

// close hangs up for all views, and forgets the proxy when they have ended.
func (x *proxy) close() {
	var open []*live.Channel
	for _, v := range x.views {
		v.channel.Close()
		open = append(open, v.channel)
	}
	go func() {
		for _, c := range open {
			<-c.Done()
		}
		x.proxies.Delete(x.ref)
		close(x.ended)
	}()
}

// main joins the page's views and then serves the test.
func (x *proxy) main(started term.Ref) term.Term {
	ack := func(v term.Term) { x.p.Node().Send(x.caller, term.Tuple{started, v}) }
	err := x.guard(x.init)
	var s *stop
	if err == nil {
		ack(ok(x.p.PID()))
		return x.run()
	}
	x.p.Unlink(x.caller)
	if errors.As(err, &s) {
		if t, isTuple := s.reason.(term.Tuple); isTuple && len(t) == 2 && t[0] == term.Term(atomShutdown) {
			x.tell(term.Err, t[1])
			ack(term.NewAtom("ignore"))
			return node.Normal
		}
	}
	ack(term.Tuple{term.Err, x.reason(err)})
	return node.Normal
}

// init joins the main view of the page and those in it.
func (x *proxy) init() error {
	o := &x.opts
	var err error
	if o.fragment {
		x.page, err = livetest.ParseFragment(o.html)
	} else {
		x.page, err = parsePage(o.html)
	}
	if err != nil {
		return err
	}
	x.checkSource(x.page)
	main, redirected := o.next, true
	if main == nil {
		found := findLiveViews(x.page)
		if len(found) == 0 {
			return errors.New("no live view found in the page")
		}
		main, redirected = &found[0], false
	}
	root := &view{id: main.id, topic: "lv:" + main.id, session: main.session, static: main.static, redirected: redirected}
	root.childStatics = map[string]string{}
	for _, n := range filter(x.page, func(n *html.Node) bool { return has(n, "data-phx-static") && value(n, "id") != main.id }) {
		root.childStatics[value(n, "id")] = value(n, "data-phx-static")
	}
	x.page = withoutStreamItems(x.page)
	first := x.page
	x.root = root
	resp, err := x.mount(root, o.url, redirected)
	if err != nil {
		return err
	}
	if len(resp.Container) == 2 {
		x.replaceContainer(resp.Container)
	}
	if err := x.add(root, nil); err != nil {
		return err
	}
	if err := x.childrenChanged(root, first, nil); err != nil {
		return err
	}
	x.tell(term.OK, root.term(x), term.Binary(tidyHTML(x.page...)))
	return nil
}

// parsePage parses a document to its html element.
func parsePage(text string) ([]*html.Node, error) {
	doc, err := livetest.ParseDocument(text)
	if err != nil {
		return nil, err
	}
	var out []*html.Node
	for _, n := range children(doc) {
		if n.Type != html.DoctypeNode {
			out = append(out, n)
		}
	}
	return out, nil
}

// checkSource looks for mistakes in the page as it was sent. They are reported
// like those of patches, after the join.
func (x *proxy) checkSource(page []*html.Node) {
	seen := map[string]int{}
	var ids []string
	for _, n := range filter(page, func(n *html.Node) bool { return has(n, "id") }) {
		id := value(n, "id")
		if seen[id]++; seen[id] == 2 {
			ids = append(ids, id)
		}
	}
	var found []problem
	if configured(x.opts.given, duplicateID) != "ignore" {
		for _, id := range ids {
			found = append(found, duplicate(id, findID(page, id)))
		}
	}
	if configured(x.opts.given, missingFormID) != "ignore" {
		checkForms(page, &found)
	}
	x.reportLater(found)
}

func (x *proxy) reportLater(found []problem) {
	for _, f := range found {
		x.p.Node().Send(x.p.PID(), later{func() error { return x.report(f) }})
	}
}

// replaceContainer gives the root element the tag and attributes of the view
// that was navigated to.
func (x *proxy) replaceContainer(parts []json.RawMessage) {
	tag, _ := wire.DecodeTerm(parts[0])   //nolint:errcheck // the engine wrote it
	attrs, _ := wire.DecodeTerm(parts[1]) //nolint:errcheck // the engine wrote it
	given, _ := attrs.(*term.Map)
	old := x.page[0]
	root := withChildren(clone(old), nil)
	for _, c := range children(old) {
		root.AppendChild(clone(c))
	}
	root.Data, root.DataAtom = textOf(tag), 0
	for k, v := range orEmpty(given).All() {
		name := strings.ToLower(textOf(k))
		switch name {
		case "id", "data-phx-session", "data-phx-static", "data-phx-main":
			continue
		}
		replaced := false
		for i := range root.Attr {
			if root.Attr[i].Key == name {
				root.Attr[i].Val, replaced = x.t.ToString(v), true
			}
		}
		if !replaced {
			root.Attr = append(root.Attr, html.Attribute{Key: name, Val: x.t.ToString(v)})
		}
	}
	x.page = append([]*html.Node{root}, x.page[1:]...)
}

func orEmpty(m *term.Map) *term.Map {
	if m == nil {
		return term.EmptyMap
	}
	return m
}

// frame is what a view sent: to the proxy it is a message.
type frame struct {
	topic   string
	event   string // "" for a reply
	ref     string
	payload []byte
	// events and replies are those in the payload, as they were pushed.
	events  []term.Tuple
	replies []term.Term
	// answer is what a reply has beside the diff, for allow_upload.
	answer term.Term
}

// Kind implements term.Term.
func (*frame) Kind() term.Kind { return term.KindMap }

// sink is the connection of one view.
type sink struct {
	node    *node.Node
	to      term.PID
	topic   string
	events  []term.Tuple
	replies []term.Term
	answer  term.Term
}

func (s *sink) send(f *frame) []byte {
	f.topic, f.events, f.replies, f.answer = s.topic, s.events, s.replies, s.answer
	s.events, s.replies, s.answer = nil, nil, nil
	s.node.Send(s.to, f)
	return nil
}

// Reply implements live.Sink.
func (s *sink) Reply(ref, _ string, response []byte) []byte {
	return s.send(&frame{ref: ref, payload: bytes.Clone(response)})
}

// Push implements live.Sink.
func (s *sink) Push(event string, payload []byte) []byte {
	return s.send(&frame{event: event, payload: bytes.Clone(payload)})
}

// Close implements live.Sink. How the view ended is seen by its exit reason.
func (s *sink) Close(live.CloseReason) {}

// Event implements live.TermSink.
func (s *sink) Event(name string, payload term.Term) {
	s.events = append(s.events, term.Tuple{term.Binary(name), payload})
}

// Replied implements live.TermSink.
func (s *sink) Replied(payload term.Term) { s.replies = append(s.replies, payload) }

// Answered implements live.TermSink.
func (s *sink) Answered(payload term.Term) { s.answer = payload }

// response is the payload of a reply.
type response struct {
	Rendered     json.RawMessage
	Diff         json.RawMessage
	Redirect     json.RawMessage
	LiveRedirect json.RawMessage `json:"live_redirect"`
	LivePatch    json.RawMessage `json:"live_patch"`
	CIDs         []int           `json:"cids"`
	Container    []json.RawMessage
	Reason       string
}

// joinRef is the ref of all joins: each view has its own connection.
const joinRef = "join"

// mount joins a view and waits for the answer. address is "" for a nested view.
func (x *proxy) mount(v *view, address string, redirected bool) (*response, error) {
	session, err := x.Tokens.VerifySession(v.session)
	if err != nil || v.topic != "lv:"+session.ID {
		return nil, x.stale(v, address)
	}
	v.module = session.View
	req := live.JoinRequest{Topic: v.topic, Ref: joinRef, Session: session, URL: address, Redirected: redirected,
		HTTPSession: orEmpty(x.opts.session), Info: x.opts.info, Transport: x.p.PID(), Caller: &x.caller,
		Params: orEmpty(x.opts.params).Put(term.Binary("_mounts"), term.Int(0))}
	if v.static != "" {
		static, err := x.Tokens.VerifyStatic(v.static)
		if err != nil || static.ID != session.ID {
			return nil, x.stale(v, address)
		}
		req.Static = &static
	}
	if redirected {
		if route, found := x.Live.Router.Route(pathOf(address)); found {
			v.module = route.View
		}
	}
	v.channel = x.Live.Join(context.Background(), req, &sink{node: x.p.Node(), to: x.p.PID(), topic: v.topic})
	v.pid = v.channel.PID()
	monitor := x.p.Monitor(v.pid)
	f, down := x.joined(v, monitor)
	if down != nil {
		return nil, &stop{down}
	}
	var r response
	if err := json.Unmarshal(f.payload, &r); err != nil {
		return nil, fmt.Errorf("reading the reply to a join: %w", err)
	}
	if r.Rendered == nil {
		return nil, x.refused(v, f, &r, address, monitor)
	}
	x.p.Demonitor(monitor, true)
	d, err := rendered.Decode(r.Rendered)
	if err != nil {
		return nil, err
	}
	v.tree = &rendered.Tree{}
	x.tellEvents(f)
	return &r, v.tree.Merge(d)
}

// joined waits for the reply to a join, or the end of the view.
func (x *proxy) joined(v *view, monitor term.Ref) (f *frame, down term.Term) {
	x.p.Receive(func(msg term.Term) bool {
		switch m := msg.(type) {
		case *frame:
			if m.topic == v.topic && m.ref == joinRef {
				f = m
				return true
			}
		case term.Tuple:
			if len(m) == 5 && m[0] == term.Term(atomDOWN) && m[1] == term.Term(monitor) {
				down = m[4]
				return true
			}
		}
		return false
	}, node.Infinity)
	return f, down
}

func (x *proxy) stale(v *view, address string) error {
	return x.redirect(v.topic, atomRedirect, term.NewMap(atomTo, term.Binary(address)))
}

// refused says why a view could not join.
func (x *proxy) refused(v *view, f *frame, r *response, address string, monitor term.Ref) error {
	switch {
	case r.LiveRedirect != nil:
		x.tellEvents(f)
		return x.redirect(v.topic, atomLiveRedirect, navigation(r.LiveRedirect))
	case r.Redirect != nil:
		x.tellEvents(f)
		return x.redirect(v.topic, atomRedirect, navigation(r.Redirect))
	case r.Reason == "stale" || r.Reason == "unauthorized":
		return x.stale(v, address)
	case r.Reason == "join crashed":
		_, down := x.joined(&view{topic: ""}, monitor)
		return &stop{down}
	}
	return &stop{navigation(f.payload)}
}

// navigation is a JSON object with atoms for keys, and for the kind.
func navigation(data []byte) *term.Map {
	v, _ := wire.DecodeTerm(data) //nolint:errcheck // the engine wrote it
	m, _ := v.(*term.Map)
	out := term.EmptyMap
	for k, v := range orEmpty(m).All() {
		key := term.NewAtom(textOf(k))
		if key.Name() == "kind" {
			v = term.NewAtom(textOf(v))
		}
		out = out.Put(key, v)
	}
	return out
}

// tellEvents tells the test what a frame brought.
func (x *proxy) tellEvents(f *frame) {
	for _, e := range f.events {
		x.tell(term.NewAtom("push_event"), e[0], e[1])
	}
	f.events = nil
}
