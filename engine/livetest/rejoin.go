package livetest

import (
	"context"
	"fmt"

	"golang.org/x/net/html"
)

// Reconnect loses the socket and joins anew on another one, as a browser does
// when its connection was gone. The server mounts the views afresh; what they
// streamed since their mount is gone. Forms are not recovered.
func (c *Client) Reconnect(ctx context.Context) error {
	if c.ended != nil {
		return c.ended
	}
	if err := c.conn.Close(); err != nil {
		return fmt.Errorf("reconnecting: %w", err)
	}
	conn, err := c.transport.Dial(ctx, socketParams(c.opts.Params))
	if err != nil {
		return err
	}
	c.conn = conn
	root := c.root
	c.forget()
	el := root.element()
	if el == nil {
		return fmt.Errorf("no element with id %s for the view", root.ID)
	}
	if err := c.join(ctx, root, el, false, ""); err != nil {
		return err
	}
	return c.settle(ctx)
}

// forget drops all views, but for their elements.
func (c *Client) forget() {
	clear(c.views)
	clear(c.waiting)
	c.joining = 0
	// An empty session says that the next one from the parent counts.
	for _, el := range below(c.doc, isNestedView) {
		setAttr(el, "data-phx-session", "")
	}
}

// LiveRedirect goes to another view of the same live session over the same
// socket, as a browser does that follows a link with navigate: live_redirect/2.
// It returns the view that has taken the place of the main one. If the server
// refuses, the error is a *Redirect to be followed by loading the page.
func (v *View) LiveRedirect(ctx context.Context, to string) (*View, error) {
	c := v.client
	if err := v.sync(ctx); err != nil {
		return nil, err
	}
	address, err := c.address.Parse(to)
	if err != nil {
		return nil, fmt.Errorf("redirecting to %s: %w", to, err)
	}
	old := c.root
	left := false
	if err := c.send(ctx, old, "phx_leave", struct{}{}, func(reply) error { left = true; return nil }); err != nil {
		return nil, err
	}
	c.leaveBelow(old)
	delete(c.views, old.topic)
	if err := c.await(ctx, func() bool { return left }); err != nil {
		return nil, err
	}
	el := old.element()
	for _, child := range childNodes(el) {
		if child.Type != html.ElementNode || !has(child, "data-phx-sticky") {
			el.RemoveChild(child)
		}
	}
	next := &View{ID: old.ID, client: c, topic: old.topic, log: old.log}
	c.root, c.address = next, address
	if err := c.join(ctx, next, el, true, ""); err != nil {
		return nil, err
	}
	if err := c.settle(ctx); err != nil {
		return nil, err
	}
	return next, nil
}

// leaveBelow drops the views in a view that was left; the server ends them with
// it.
func (c *Client) leaveBelow(parent *View) {
	for topic, v := range c.views {
		if v.parent == parent {
			delete(c.views, topic)
			c.leaveBelow(v)
		}
	}
}
