package livetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"slices"
	"time"

	dom "golang.org/x/net/html"
)

// within waits until found holds, for a time; found is asked again after each
// frame. It reports whether it came to hold.
func (v *View) within(ctx context.Context, timeout time.Duration, found func() bool) (bool, error) {
	c := v.client
	if found() {
		return true, nil
	}
	// What is here already has to be looked at, even without time to wait.
	if c.ended == nil {
		if err := v.sync(ctx); err != nil && c.ended == nil {
			return false, err
		}
	}
	if found() || c.ended != nil {
		return found(), nil
	}
	if timeout <= 0 {
		return false, nil
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := c.await(limited, found)
	switch {
	case err == nil || found():
		return true, nil
	case ctx.Err() != nil:
		return false, err
	case errors.Is(err, context.DeadlineExceeded) || c.ended != nil:
		return false, nil
	}
	return false, err
}

// AssertPatch waits until the view patched, and to an address if to is not "".
// It returns the address without its host: assert_patch/3. With no timeout it
// is assert_patched/2.
func (v *View) AssertPatch(ctx context.Context, to string, timeout time.Duration) (string, error) {
	n, err := v.assertNavigation(ctx, "patch", to, timeout)
	return n.to, err
}

// AssertRedirect waits until the view redirected, and to an address if to is
// not "". It returns the address and the signed flash: assert_redirect/3. With
// no timeout it is assert_redirected/2.
func (v *View) AssertRedirect(ctx context.Context, to string, timeout time.Duration) (address, flash string, err error) {
	n, err := v.assertNavigation(ctx, "redirect", to, timeout)
	return n.to, n.flash, err
}

func (v *View) assertNavigation(ctx context.Context, kind, to string, timeout time.Duration) (navigated, error) {
	wanted := func(n navigated) bool { return n.topic == v.topic && n.kind == kind && (to == "" || n.to == to) }
	ok, err := v.within(ctx, timeout, func() bool { return slices.ContainsFunc(v.log.navigated, wanted) })
	if err != nil {
		return navigated{}, err
	}
	if ok {
		i := slices.IndexFunc(v.log.navigated, wanted)
		n := v.log.navigated[i]
		v.log.navigated = slices.Delete(v.log.navigated, i, i+1)
		return n, nil
	}
	message := fmt.Sprintf("expected %s to %s, ", v.name(), kind)
	if to != "" {
		message = fmt.Sprintf("expected %s to %s to %s, ", v.name(), kind, quote(to))
	}
	var seen []navigated
	v.log.navigated = slices.DeleteFunc(v.log.navigated, func(n navigated) bool {
		if n.topic == v.topic {
			seen = append(seen, n)
		}
		return n.topic == v.topic
	})
	if len(seen) == 0 || seen[len(seen)-1].to == to {
		return navigated{}, argument("%sbut got none", message)
	}
	last := seen[len(seen)-1]
	return navigated{}, argument("%sbut got a %s to %s", message, last.kind, quote(last.to))
}

// RefutePatch reports a patch that has happened, to an address if to is not "":
// refute_patched/2.
func (v *View) RefutePatch(to string) error { return v.refuteNavigation("patch", to) }

// RefuteRedirect reports a redirect that has happened, to an address if to is
// not "": refute_redirected/2.
func (v *View) RefuteRedirect(to string) error { return v.refuteNavigation("redirect", to) }

func (v *View) refuteNavigation(kind, to string) error {
	i := slices.IndexFunc(v.log.navigated, func(n navigated) bool { return n.topic == v.topic && n.kind == kind && (to == "" || n.to == to) })
	if i < 0 {
		return nil
	}
	n := v.log.navigated[i]
	v.log.navigated = slices.Delete(v.log.navigated, i, i+1)
	if to == "" {
		return argument("expected %s not to %s, but got a %s to %s", v.name(), kind, n.kind, quote(n.to))
	}
	return argument("expected %s not to %s to %s, but got a %s to %s", v.name(), kind, quote(to), n.kind, quote(n.to))
}

// Events returns the events that the view and those inside it pushed and that
// no one asked for yet.
func (v *View) Events() []Pushed { return v.log.events }

// AssertPushEvent waits until the view pushed an event that match accepts, and
// takes it: assert_push_event/4. A nil match accepts any payload.
func (v *View) AssertPushEvent(ctx context.Context, name string, match func(json.RawMessage) bool, timeout time.Duration) (Pushed, error) {
	wanted := func(p Pushed) bool { return p.Name == name && (match == nil || match(p.Payload)) }
	ok, err := v.within(ctx, timeout, func() bool { return slices.ContainsFunc(v.log.events, wanted) })
	if err != nil {
		return Pushed{}, err
	}
	if !ok {
		return Pushed{}, argument("expected %s to push %s, but it pushed %s", v.name(), quote(name), describe(v.log.events))
	}
	i := slices.IndexFunc(v.log.events, wanted)
	p := v.log.events[i]
	v.log.events = slices.Delete(v.log.events, i, i+1)
	return p, nil
}

func describe(events []Pushed) string {
	if len(events) == 0 {
		return "nothing"
	}
	var b bytes.Buffer
	for i, e := range events {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %s", quote(e.Name), e.Payload)
	}
	return b.String()
}

// AssertReply waits until the view answered an event with a reply that match
// accepts, and takes it: assert_reply/3. A nil match accepts any.
func (v *View) AssertReply(ctx context.Context, match func(json.RawMessage) bool, timeout time.Duration) (json.RawMessage, error) {
	wanted := func(r json.RawMessage) bool { return match == nil || match(r) }
	ok, err := v.within(ctx, timeout, func() bool { return slices.ContainsFunc(v.log.replies, wanted) })
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, argument("expected %s to reply, but its replies were %s", v.name(), v.log.replies)
	}
	i := slices.IndexFunc(v.log.replies, wanted)
	r := v.log.replies[i]
	v.log.replies = slices.Delete(v.log.replies, i, i+1)
	return r, nil
}

// PageTitle returns the title that the view assigned last, escaped, or else
// that of the page: page_title/1. It is "" if there is none.
func (v *View) PageTitle(ctx context.Context) (string, error) {
	if err := v.sync(ctx); err != nil {
		return "", err
	}
	c := v.client
	if c.title != nil {
		return html.EscapeString(*c.title), nil
	}
	if title := first(c.doc, func(n *dom.Node) bool { return n.Data == "title" }); title != nil {
		return textOf(title), nil
	}
	return "", nil
}

// Children returns the views that the view renders: live_children/1.
func (v *View) Children(ctx context.Context) ([]*View, error) {
	if err := v.sync(ctx); err != nil {
		return nil, err
	}
	var out []*View
	walk(v.element(), func(el *dom.Node) bool {
		if child := v.client.views["lv:"+value(el, "id")]; child != nil && child.parent != nil && child.parent.ID == v.ID && has(el, "data-phx-session") {
			out = append(out, child)
		}
		return true
	})
	return out, nil
}

// Child returns the view with the id that the view renders, nil for none:
// find_live_child/2.
func (v *View) Child(ctx context.Context, id string) (*View, error) {
	children, err := v.Children(ctx)
	if i := slices.IndexFunc(children, func(c *View) bool { return c.ID == id }); i >= 0 {
		return children[i], err
	}
	return nil, err
}

// RenderAsync waits until the tasks of the view have ended, and renders it:
// render_async/2. The server has to be in this process.
func (v *View) RenderAsync(ctx context.Context, timeout time.Duration) (string, error) {
	if err := v.awaitAsync(ctx, timeout); err != nil {
		return "", err
	}
	return v.Render(ctx)
}

// RenderAsync waits until the tasks of the view have ended, and renders the
// element: render_async/2.
func (e *Element) RenderAsync(ctx context.Context, timeout time.Duration) (string, error) {
	if err := e.view.awaitAsync(ctx, timeout); err != nil {
		return "", err
	}
	return e.Render(ctx)
}

func (v *View) awaitAsync(ctx context.Context, timeout time.Duration) error {
	a, ok := v.client.conn.(asyncer)
	if !ok {
		return errors.New("only a server in the same process can tell which tasks are running")
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := a.awaitAsync(limited, v.topic)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("expected async processes to finish within %dms", timeout.Milliseconds())
	}
	return err
}
