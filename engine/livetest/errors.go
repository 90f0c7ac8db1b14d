package livetest

import (
	"context"
	"encoding/json"
	"fmt"
)

// ArgumentError is what Phoenix.LiveViewTest raises as ArgumentError: the test
// asks for what is not in the page.
type ArgumentError struct{ Message string }

// Error returns the message.
func (e *ArgumentError) Error() string { return e.Message }

func argument(format string, args ...any) error {
	return &ArgumentError{fmt.Sprintf(format, args...)}
}

// Redirect is the error of a call after which the page is another:
// {:error, {:redirect, opts}} or {:error, {:live_redirect, opts}}.
type Redirect struct {
	// Live says that the page is another live view of the same session.
	Live bool
	// Kind is "push" or "replace", for a live redirect.
	Kind string
	To   string
	// Flash is the signed flash that goes along, "" for none.
	Flash string

	transport Transport
	opts      Options
}

// Error returns where the redirect leads.
func (r *Redirect) Error() string {
	kind := "redirect"
	if r.Live {
		kind = "live redirect"
	}
	return fmt.Sprintf("%s to %q", kind, r.To)
}

// Follow opens the page that the redirect leads to, as follow_redirect/3: it is
// loaded like any other. to, unless it is "", is where it has to lead.
func (r *Redirect) Follow(ctx context.Context, to string) (*View, error) {
	if to != "" && to != r.To {
		return nil, argument("expected LiveView to redirect to %s, but got %s", quote(to), quote(r.To))
	}
	return open(ctx, r.transport, r.To, r.Flash, r.opts)
}

// Crash is the error of a call that a view did not survive.
type Crash struct {
	// View is the view's module, or its id.
	View string
	// Reason is why it could not join, "" after that.
	Reason string
	// Closed says that it ended without a crash.
	Closed bool
}

// Error says which view ended how.
func (c *Crash) Error() string {
	switch {
	case c.Closed:
		return c.View + " has stopped"
	case c.Reason != "":
		return c.View + " could not join: " + c.Reason
	}
	return c.View + " crashed"
}

// viewLog is what a test may ask for that happened to a view and those in it.
type viewLog struct {
	navigated []navigated
	events    []Pushed
	replies   []json.RawMessage
}

// navigated is a patch or redirect that nobody asked for yet.
type navigated struct{ topic, kind, to, flash string }

func (l *viewLog) note(n navigated) { l.navigated = append(l.navigated, n) }

// Pushed is an event that a view pushed.
type Pushed struct {
	Name    string
	Payload json.RawMessage
}

func (l *viewLog) event(parts []json.RawMessage) {
	if len(parts) < 2 {
		return
	}
	var name string
	if json.Unmarshal(parts[0], &name) == nil {
		l.events = append(l.events, Pushed{Name: name, Payload: parts[1]})
	}
}
