// Package livetest is a LiveView client in Go, without a browser. It joins the
// live views of a page, keeps the tree that the server rendered and a document
// made of it, and applies diffs and stream operations to the document by the
// rules of the JavaScript client. It drives views with the verbs of
// Phoenix.LiveViewTest, and reports what Phoenix.LiveViewTest would raise as
// errors with the same text.
//
// It does not lay out pages and runs no JavaScript: of JS commands, those that
// push or navigate count. What a view shows after streams with a limit, a reset
// or a move is what a browser shows, where LiveViewTest's own document differs
// from it.
//
// Nothing happens in the background. A Client reads what the server sent when
// one of its methods is called, and each verb first waits until the view has
// handled what was sent to it before.
package livetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"golang.org/x/net/html"

	"streamsplayground/engine/rendered"
	"streamsplayground/engine/wire"
)

// Client is one page that is open, with its socket and views: a tab of a
// browser. It is used by one goroutine at a time. Close it.
type Client struct {
	transport Transport
	conn      Conn
	opts      Options
	// address is where the page is.
	address *url.URL
	doc     *html.Node
	views   map[string]*View // by topic
	root    *View
	ref     int
	// waiting are what to do with replies, by ref.
	waiting map[string]func(reply) error
	// joining counts the joins that have no answer.
	joining int
	title   *string
	// ended is why the page is over: a *Redirect, a *Crash or another error.
	ended    error
	problems []string
}

// Options are how a page is opened. The zero Options are good.
type Options struct {
	// Params are the connect params: get_connect_params/1.
	Params map[string]any
}

// View is one live view of a Client. It is used as its Client is.
type View struct {
	// ID is the id of the view's element.
	ID      string
	client  *Client
	parent  *View
	topic   string
	joinRef string
	tree    *rendered.Tree
	joined  bool
	mounts  int
	// target is the phx-target of events that are sent to the view.
	target *string
	log    *viewLog
}

// reply is what the server answered.
type reply struct {
	Status   string
	Response response
}

type response struct {
	Rendered     json.RawMessage
	Diff         json.RawMessage
	Redirect     *navigation
	LiveRedirect *navigation `json:"live_redirect"`
	LivePatch    *navigation `json:"live_patch"`
	LinkRedirect bool        `json:"link_redirect"`
	CIDs         []int       `json:"cids"`
	Events       [][]json.RawMessage
	Container    []json.RawMessage
	Reason       string
}

type navigation struct {
	To    string
	Kind  string
	Flash string
}

// Live loads a page and joins its live views. It returns the main view, and a
// *Redirect as the error if there is none because the page or the mount
// redirects.
func Live(ctx context.Context, t Transport, path string, opts Options) (*View, error) {
	return open(ctx, t, path, "", opts)
}

func open(ctx context.Context, t Transport, path, flash string, opts Options) (*View, error) {
	base, err := url.Parse(t.Base())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	address, err := base.Parse(path)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	page, err := t.Get(ctx, address.String(), flash)
	if err != nil {
		return nil, err
	}
	switch {
	case page.Status == 301 || page.Status == 302 || page.Status == 303:
		return nil, &Redirect{To: page.Location, Flash: page.Flash, transport: t, opts: opts}
	case page.Status != 200:
		return nil, &ArgumentError{fmt.Sprintf("request to %s received unexpected %d response", address.Path, page.Status)}
	}
	c := &Client{transport: t, opts: opts, address: address, views: map[string]*View{}, waiting: map[string]func(reply) error{}}
	if c.doc, err = parseDocument(page.HTML); err != nil {
		return nil, fmt.Errorf("parsing %s: %w", path, err)
	}
	if c.conn, err = t.Dial(ctx, socketParams(opts.Params)); err != nil {
		return nil, err
	}
	if err := c.joinRoots(ctx, false); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if c.root == nil {
		return nil, errors.Join(ErrNoSession, c.Close())
	}
	if err := c.settle(ctx); err != nil {
		c.Close() //nolint:errcheck // the first error counts
		return nil, err
	}
	return c.root, nil
}

// ErrNoSession says that a page has no live view: {:error, :nosession}.
var ErrNoSession = errors.New("the page has no live view")

func socketParams(params map[string]any) url.Values {
	out := url.Values{}
	for k, v := range params {
		if s, ok := v.(string); ok {
			out.Set(k, s)
		}
	}
	return out
}

// Close ends the page: its socket is closed and its views end.
func (c *Client) Close() error {
	if c.ended == nil {
		c.ended = errClosed
	}
	if c.conn == nil {
		return nil
	}
	return c.conn.Close()
}

// Client returns the page that the view is in.
func (v *View) Client() *Client { return v.client }

// Views returns the joined views, in no order.
func (c *Client) Views() []*View {
	var out []*View
	for _, v := range c.views {
		out = append(out, v)
	}
	return out
}

// Root returns the main view.
func (c *Client) Root() *View { return c.root }

// Address returns the address that the browser would show.
func (c *Client) Address() string { return c.address.String() }

// HTML returns the whole document as it is, with what the client wrote into it,
// as a browser would.
func (c *Client) HTML() string {
	var w htmlWriter
	w.node(c.doc)
	return w.b.String()
}

// Problems returns what the JavaScript client would have logged about templates
// that break its rules, such as a stream's container without
// phx-update="stream".
func (c *Client) Problems() []string { return c.problems }

// joinRoots joins the views that are in no other one.
func (c *Client) joinRoots(ctx context.Context, redirect bool) error {
	isRoot := func(el *html.Node) bool {
		return value(el, "data-phx-session") != "" && !has(el, "data-phx-parent-id") && c.views["lv:"+value(el, "id")] == nil
	}
	for _, el := range below(c.doc, isRoot) {
		v := &View{ID: value(el, "id"), client: c, topic: "lv:" + value(el, "id"), log: &viewLog{}}
		if has(el, "data-phx-main") || c.root == nil {
			c.root = v
		}
		if err := c.join(ctx, v, el, redirect && v == c.root, ""); err != nil {
			return err
		}
	}
	return nil
}

// joinChildren joins the views that a patch put into the document.
func (c *Client) joinChildren(ctx context.Context) error {
	if err := c.joinRoots(ctx, false); err != nil {
		return err
	}
	isNew := func(el *html.Node) bool {
		return value(el, "data-phx-session") != "" && isNestedView(el) && c.views["lv:"+value(el, "id")] == nil
	}
	for _, el := range below(c.doc, isNew) {
		parent := c.views["lv:"+value(el, "data-phx-parent-id")]
		if parent == nil {
			continue
		}
		v := &View{ID: value(el, "id"), client: c, parent: parent, topic: "lv:" + value(el, "id"), log: parent.log}
		if err := c.join(ctx, v, el, false, ""); err != nil {
			return err
		}
	}
	return nil
}

// join sends the join of a view.
func (c *Client) join(ctx context.Context, v *View, el *html.Node, redirect bool, flash string) error {
	params := map[string]any{"_mounts": v.mounts, "_mount_attempts": 0}
	for k, p := range c.opts.Params {
		params[k] = p
	}
	if s, ok := c.transport.(*Socket); ok {
		params["_csrf_token"] = s.csrf
	}
	payload := map[string]any{"params": params, "session": value(el, "data-phx-session"), "static": nil, "sticky": has(el, "data-phx-sticky")}
	if static := value(el, "data-phx-static"); static != "" {
		payload["static"] = static
	}
	if flash != "" {
		payload["flash"] = flash
	}
	switch {
	case v != c.root:
	case redirect:
		payload["redirect"] = c.address.String()
	default:
		payload["url"] = c.address.String()
	}
	setAttr(el, "data-phx-root-id", v.root().ID)
	c.views[v.topic] = v
	c.joining++
	v.joinRef = strconv.Itoa(c.ref + 1)
	return c.send(ctx, v, wire.Join, payload, func(r reply) error {
		c.joining--
		return v.applyJoin(ctx, r)
	})
}

// send sends a frame; then gets the reply.
func (c *Client) send(ctx context.Context, v *View, event string, payload any, then func(reply) error) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("sending %s: %w", event, err)
	}
	c.ref++
	ref := strconv.Itoa(c.ref)
	c.waiting[ref] = then
	m := wire.Message{JoinRef: wire.NewRef(v.joinRef), Ref: wire.NewRef(ref), Topic: v.topic, Event: event, Payload: data}
	return c.conn.Send(ctx, m.AppendText(nil))
}

// await handles frames until done holds.
func (c *Client) await(ctx context.Context, done func() bool) error {
	for !done() {
		if c.ended != nil {
			return c.ended
		}
		frame, err := c.conn.Receive(ctx)
		if err != nil {
			return err
		}
		if err := c.handle(ctx, frame); err != nil {
			if c.ended == nil {
				c.ended = err
			}
			return err
		}
	}
	return nil
}

// settle waits until no join is under way.
func (c *Client) settle(ctx context.Context) error {
	return c.await(ctx, func() bool { return c.joining == 0 })
}

// sync waits until the view has handled what it was sent. Of all messages, one
// that says that no components are gone has no other effect.
func (v *View) sync(ctx context.Context) error {
	c := v.client
	if c.ended != nil {
		return c.ended
	}
	if c.views[v.topic] == nil {
		return fmt.Errorf("the view %s has left the page", v.ID)
	}
	answered := false
	err := c.send(ctx, v, "cids_will_destroy", map[string]any{"cids": []int{}}, func(reply) error {
		answered = true
		return nil
	})
	if err != nil {
		return err
	}
	return c.await(ctx, func() bool { return answered && c.joining == 0 })
}

// handle does what a frame says.
func (c *Client) handle(ctx context.Context, frame []byte) error {
	m, err := wire.DecodeText(frame)
	if err != nil {
		return fmt.Errorf("reading a frame: %w", err)
	}
	v := c.views[m.Topic]
	if m.Event == wire.Reply {
		var r reply
		if err := json.Unmarshal(m.Payload, &r); err != nil {
			return fmt.Errorf("reading a reply: %w", err)
		}
		then := c.waiting[m.Ref.String()]
		delete(c.waiting, m.Ref.String())
		if then == nil {
			return nil
		}
		return then(r)
	}
	if v == nil || m.JoinRef != "" && m.JoinRef.String() != v.joinRef {
		return nil
	}
	switch m.Event {
	case "diff":
		return v.applyDiff(ctx, m.Payload)
	case "live_patch", "live_redirect", "redirect":
		var to navigation
		if err := json.Unmarshal(m.Payload, &to); err != nil {
			return fmt.Errorf("reading %s: %w", m.Event, err)
		}
		if m.Event == "live_patch" {
			c.patched(to.To)
			return nil
		}
		return c.redirected(c.root, to, m.Event == "live_redirect")
	case wire.Error:
		return &Crash{View: v.name()}
	case wire.Close:
		return c.dropped(v)
	}
	return nil
}

// patched notes that the address changed.
func (c *Client) patched(to string) {
	if u, err := c.address.Parse(to); err == nil {
		c.address = u
	}
	c.root.log.note(navigated{topic: c.root.topic, kind: "patch", to: relative(to)})
}

// redirected ends the page.
func (c *Client) redirected(v *View, to navigation, isLive bool) error {
	v.log.note(navigated{topic: v.topic, kind: "redirect", to: to.To, flash: to.Flash})
	return &Redirect{Live: isLive, Kind: to.Kind, To: to.To, Flash: to.Flash, transport: c.transport, opts: c.opts}
}

// dropped handles the end of a view that stopped by itself.
func (c *Client) dropped(v *View) error {
	delete(c.views, v.topic)
	if v == c.root {
		return &Crash{View: v.name(), Closed: true}
	}
	return nil
}

// root returns the topmost view that the view is in.
func (v *View) root() *View {
	for v.parent != nil {
		v = v.parent
	}
	return v
}

// name returns the view's module as far as it is known.
func (v *View) name() string {
	if n, ok := v.client.conn.(namer); ok {
		if name := n.viewName(v.topic); name != "" {
			return name
		}
	}
	return "the view " + v.ID
}

// Sync waits until the main view has handled what it was sent, and takes in
// what it and the other views have sent.
func (c *Client) Sync(ctx context.Context) error { return c.root.sync(ctx) }
