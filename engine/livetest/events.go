package livetest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// The verbs of elements find the element, check that the event can happen to
// it, push what a browser would, wait for the reply and return the HTML inside
// of the view. value is merged over what the element itself sends; it may be
// nil. If the view redirects the error is a *Redirect.

// Click is render_click/2.
func (e *Element) Click(ctx context.Context, value map[string]any) (string, error) {
	return e.do(ctx, "click", "", value)
}

// Submit is render_submit/2.
func (e *Element) Submit(ctx context.Context, value map[string]any) (string, error) {
	return e.do(ctx, "submit", "", value)
}

// Change is render_change/2.
func (e *Element) Change(ctx context.Context, value map[string]any) (string, error) {
	return e.do(ctx, "change", "", value)
}

// Keydown is render_keydown/2.
func (e *Element) Keydown(ctx context.Context, value map[string]any) (string, error) {
	return e.do(ctx, "keydown", "", value)
}

// Keyup is render_keyup/2.
func (e *Element) Keyup(ctx context.Context, value map[string]any) (string, error) {
	return e.do(ctx, "keyup", "", value)
}

// Focus is render_focus/2.
func (e *Element) Focus(ctx context.Context, value map[string]any) (string, error) {
	return e.do(ctx, "focus", "", value)
}

// Blur is render_blur/2.
func (e *Element) Blur(ctx context.Context, value map[string]any) (string, error) {
	return e.do(ctx, "blur", "", value)
}

// Hook pushes an event as the element's hook would: render_hook/3.
func (e *Element) Hook(ctx context.Context, event string, value map[string]any) (string, error) {
	return e.do(ctx, "hook", event, value)
}

// Event pushes an event to the view, or its target, without looking for an
// element. kind is what happened: "click", "submit", "change", "keydown",
// "keyup", "focus", "blur" or "hook". It is render_click/3 and its like.
func (v *View) Event(ctx context.Context, kind, event string, value map[string]any) (string, error) {
	if err := v.sync(ctx); err != nil {
		return "", err
	}
	targets := []int{0}
	if v.target != nil {
		var err error
		if targets, err = v.targets(*v.target); err != nil {
			return "", err
		}
	}
	return v.perform(ctx, []action{{push: event, kind: kind, values: value, targets: targets}})
}

// WithTarget returns the view with a phx-target for Event and Render:
// with_target/2.
func (v *View) WithTarget(selector string) *View {
	out := *v
	out.target = &selector
	return &out
}

// action is one thing that an event comes down to.
type action struct {
	push    string // an event, with:
	kind    string
	values  map[string]any
	targets []int // of cids, 0 for the view

	patch    string      // or a link to the same view
	redirect *navigation // or one to another page
	live     bool        // of the same session
}

func (e *Element) do(ctx context.Context, kind, event string, value map[string]any) (string, error) {
	v := e.view
	if err := v.sync(ctx); err != nil {
		return "", err
	}
	n, err := e.find()
	if err != nil {
		return "", err
	}
	actions, err := e.actions(n, kind, event, value)
	if err != nil {
		return "", err
	}
	return v.perform(ctx, actions)
}

// actions returns what an event at an element leads to. As handle_info for
// :sync_render_event in Phoenix.LiveViewTest.ClientProxy.
func (e *Element) actions(n *html.Node, kind, event string, value map[string]any) ([]action, error) {
	sel := quote(e.selector)
	if e.isForm && n.Data != "form" {
		return nil, argument("a form element was given but the selected node is not a form, got %s}", quote(n.Data))
	}
	if has(n, "disabled") {
		return nil, argument("cannot %s element %s because it is disabled", kind, sel)
	}
	binding, fallback, err := e.binding(n, kind, event)
	if err != nil {
		return nil, err
	}
	if binding == "" {
		return fallback, nil
	}
	dom, err := e.values(n, kind)
	if err != nil {
		return nil, err
	}
	actions, err := e.view.commands(n, kind, binding, dom, value)
	if err != nil {
		return nil, err
	}
	if len(actions) == 0 {
		actions = fallback
	}
	if len(actions) == 0 {
		return nil, argument("no push or navigation command found within JS commands: %s", binding)
	}
	return actions, nil
}

// binding returns the event or the commands that an element has for what
// happens to it, or what happens without any. As maybe_event/3.
func (e *Element) binding(n *html.Node, kind, event string) (binding string, fallback []action, err error) {
	sel := quote(e.selector)
	switch {
	case kind == "hook":
		if has(n, "phx-hook") && !has(n, "id") {
			return "", nil, argument("element selected by %s for phx-hook does not have an ID", sel)
		}
		if !has(n, "phx-hook") && !has(n, "phx-viewport-top") && !has(n, "phx-viewport-bottom") {
			return "", nil, argument("element selected by %s does not have phx-hook attribute", sel)
		}
		return event, nil, nil
	case kind == "click" && n.Data == "a":
		if fallback = linkActions(n); fallback == nil && !has(n, "phx-click") {
			return "", nil, argument("clicked link selected by %s does not have phx-click or href attributes", sel)
		}
		return value(n, "phx-click"), fallback, nil
	case kind == "keyup" || kind == "keydown":
		for _, name := range []string{"phx-" + kind, "phx-window-" + kind} {
			if b, ok := attr(n, name); ok {
				return b, nil, nil
			}
		}
		return "", nil, argument("element selected by %s does not have phx-%s or phx-window-%s attributes", sel, kind, kind)
	}
	binding, ok := attr(n, "phx-"+kind)
	if !ok {
		return "", nil, argument("element selected by %s does not have phx-%s attribute", sel, kind)
	}
	return binding, nil, nil
}

// linkActions returns what a link does that is clicked.
func linkActions(n *html.Node) []action {
	to, ok := attr(n, "href")
	if !ok {
		return nil
	}
	link, ok := attr(n, "data-phx-link")
	switch {
	case link == "patch":
		return []action{{patch: to}}
	case link == "redirect":
		kind := value(n, "data-phx-link-state")
		if kind == "" {
			kind = "push"
		}
		return []action{{redirect: &navigation{To: to, Kind: kind}, live: true}}
	case !ok:
		return []action{{redirect: &navigation{To: to}}}
	}
	return nil
}

// commands returns what JS commands, or the name of an event, come down to. As
// maybe_js_commands/6.
func (v *View) commands(n *html.Node, kind, binding string, dom, given map[string]any) ([]action, error) {
	var list [][]json.RawMessage
	if strings.HasPrefix(binding, "[") {
		if err := json.Unmarshal([]byte(binding), &list); err != nil {
			return nil, argument("invalid JS commands: %s", binding)
		}
	} else {
		return v.push(n, kind, binding, nil, nil, dom, given)
	}
	var out []action
	for _, command := range list {
		var name string
		var args struct {
			Event   string
			Value   map[string]any
			Target  any
			Href    string
			Replace bool
		}
		if len(command) != 2 || json.Unmarshal(command[0], &name) != nil || json.Unmarshal(command[1], &args) != nil {
			continue
		}
		switch name {
		case "push":
			actions, err := v.push(n, kind, args.Event, args.Target, args.Value, dom, given)
			if err != nil {
				return nil, err
			}
			out = append(out, actions...)
		case "patch":
			out = append(out, action{patch: args.Href})
		case "navigate":
			to := &navigation{To: args.Href, Kind: "push"}
			if args.Replace {
				to.Kind = "replace"
			}
			out = append(out, action{redirect: to, live: true})
		}
	}
	return out, nil
}

func (v *View) push(n *html.Node, kind, event string, target any, js, dom, given map[string]any) ([]action, error) {
	own := []int{0}
	var err error
	if s, ok := attr(n, "phx-target"); ok {
		if own, err = v.targets(s); err != nil {
			return nil, err
		}
	}
	targets := []int{0}
	switch t := target.(type) {
	case float64:
		targets = []int{int(t)}
	case string:
		if targets, err = v.targets(t); err != nil {
			return nil, err
		}
	}
	switch {
	case slices.Equal(targets, []int{0}):
		targets = own
	case !slices.Equal(own, []int{0}):
		for _, cid := range own {
			if !slices.Contains(targets, cid) {
				targets = append(targets, cid)
			}
		}
	}
	values := maps.Clone(dom)
	if values == nil {
		values = map[string]any{}
	}
	maps.Copy(values, js)
	return []action{{push: event, kind: kind, values: deepMerge(values, given), targets: targets}}, nil
}

// targets returns the components that a phx-target means, 0 for the view. As
// targets_from_selector/2.
func (v *View) targets(text string) ([]int, error) {
	if cid, err := strconv.Atoi(text); err == nil {
		return []int{cid}, nil
	}
	s, err := compileSelector(text)
	if err != nil {
		return nil, err
	}
	root := v.element()
	var out []int
	for _, el := range s.query([]*html.Node{root}) {
		out = append(out, cidOf(el))
	}
	if len(out) == 0 {
		return []int{0}, nil
	}
	return out, nil
}

func deepMerge(target, source map[string]any) map[string]any {
	out := maps.Clone(target)
	if out == nil {
		out = map[string]any{}
	}
	for k, v := range source {
		a, isMap := out[k].(map[string]any)
		if b, ok := v.(map[string]any); ok && isMap {
			out[k] = deepMerge(a, b)
			continue
		}
		out[k] = v
	}
	return out
}

// perform does the actions one after the other and returns the view's HTML
// after the last reply.
func (v *View) perform(ctx context.Context, actions []action) (string, error) {
	c := v.client
	open := 0
	done := func(reply) error { open--; return nil }
	for _, a := range actions {
		switch {
		case a.redirect != nil:
			c.ended = c.redirected(v, *a.redirect, a.live)
			return "", c.ended
		case a.push == "":
			open++
			if err := v.sendPatch(ctx, a.patch, done); err != nil {
				return "", err
			}
			continue
		}
		for _, cid := range a.targets {
			open++
			if err := v.pushEvent(ctx, a, cid, done); err != nil {
				return "", err
			}
		}
	}
	if err := c.await(ctx, func() bool { return open == 0 && c.joining == 0 }); err != nil {
		return "", err
	}
	el := v.element()
	if el == nil {
		return "", nil
	}
	return tidyInner(el), nil
}

// pushEvent sends an event to the view or a component.
func (v *View) pushEvent(ctx context.Context, a action, cid int, then func(reply) error) error {
	payload := map[string]any{"type": a.kind, "event": a.push, "value": a.values}
	if a.values == nil {
		payload["value"] = map[string]any{}
	}
	if a.kind == "change" || a.kind == "submit" {
		payload["type"], payload["value"] = "form", encodeQuery(a.values)
	}
	if cid != 0 {
		payload["cid"] = cid
	}
	return v.client.send(ctx, v, "event", payload, func(r reply) error {
		if err := v.answered(ctx, r); err != nil {
			return err
		}
		return then(r)
	})
}

// answered does what the reply to a push says.
func (v *View) answered(ctx context.Context, r reply) error {
	c := v.client
	if c.views[v.topic] == nil {
		return nil
	}
	if r.Status != "ok" {
		return fmt.Errorf("the server refused a push to %s: %s", v.ID, r.Response.Reason)
	}
	own := c.views[v.topic]
	if r.Response.Diff != nil {
		if err := own.applyDiff(ctx, r.Response.Diff); err != nil {
			return err
		}
	}
	switch {
	case r.Response.LiveRedirect != nil:
		return c.redirected(own, *r.Response.LiveRedirect, true)
	case r.Response.Redirect != nil:
		return c.redirected(own, *r.Response.Redirect, false)
	case r.Response.LivePatch != nil:
		c.patched(r.Response.LivePatch.To)
	}
	return nil
}

// Patch follows a link that patches the view: render_patch/2.
func (v *View) Patch(ctx context.Context, to string) (string, error) {
	if err := v.sync(ctx); err != nil {
		return "", err
	}
	return v.perform(ctx, []action{{patch: to}})
}

func (v *View) sendPatch(ctx context.Context, to string, then func(reply) error) error {
	c := v.client
	address, err := c.address.Parse(to)
	if err != nil {
		return fmt.Errorf("patching to %s: %w", to, err)
	}
	c.root.log.note(navigated{topic: c.root.topic, kind: "patch", to: relative(address.String())})
	return c.send(ctx, c.root, "live_patch", map[string]any{"url": address.String()}, func(r reply) error {
		if r.Response.LinkRedirect {
			return c.redirected(v, navigation{To: to, Kind: "push"}, true)
		}
		if r.Response.Redirect == nil && r.Response.LiveRedirect == nil {
			c.address = address
		}
		if err := c.root.answered(ctx, r); err != nil {
			return err
		}
		return then(r)
	})
}

// encodeQuery returns nested values as a form sends them. As
// Plug.Conn.Query.encode/1.
func encodeQuery(values map[string]any) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(values)) {
		parts = appendQuery(parts, url.QueryEscape(k), values[k])
	}
	return strings.Join(parts, "&")
}

func appendQuery(parts []string, name string, v any) []string {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = appendQuery(parts, name+"["+url.QueryEscape(k)+"]", v[k])
		}
		return parts
	case []any:
		for _, e := range v {
			parts = appendQuery(parts, name+"[]", e)
		}
		return parts
	case []string:
		for _, e := range v {
			parts = appendQuery(parts, name+"[]", e)
		}
		return parts
	case nil:
		return append(parts, name+"=")
	}
	return append(parts, name+"="+url.QueryEscape(fmt.Sprint(v)))
}
