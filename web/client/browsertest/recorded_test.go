package browsertest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// recordedPush is what a recorded client sent.
type recordedPush struct {
	topic, event string
	payload      map[string]any
}

func parsePush(t *testing.T, raw json.RawMessage) *recordedPush {
	t.Helper()
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	f, err := parseFrame(raw)
	if err != nil {
		t.Fatal(err)
	}
	p := &recordedPush{topic: f.Topic, event: f.Event}
	if err := json.Unmarshal(f.Payload, &p.payload); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestRecordedViewsOnTheEngine plays what the recorded clients sent to the same live views on our
// server, with all three clients; after each step the page must be what the official client made of
// the real server's frames.
func TestRecordedViewsOnTheEngine(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(captures, "dom", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded sessions in %s: %v", captures, err)
	}
	views, err := filepath.Glob(filepath.Join(captures, "live", "*.ex"))
	if err != nil {
		t.Fatal(err)
	}
	e := serveEngine(t, `<i id="pusher"></i>`, views...)
	for _, kind := range append(clients(t), inGo) {
		t.Run(kind, func(t *testing.T) {
			for _, file := range files {
				name := strings.TrimSuffix(filepath.Base(file), ".json")
				t.Run(name, func(t *testing.T) {
					var session capture
					var dom recordedDOM
					readJSON(t, filepath.Join(captures, name+".json"), &session)
					readJSON(t, file, &dom)
					replay(t, e.open(t, kind, session.Path), session, dom)
				})
			}
		})
	}
}

func replay(t *testing.T, p player, session capture, dom recordedDOM) {
	t.Helper()
	played, shown := 0, false
	for i, step := range dom.Steps {
		// What the client does by itself has no step of its own in the document.
		for first := true; played < len(session.Steps); first = false {
			if !first && i+1 < len(dom.Steps) && session.Steps[played].Name == dom.Steps[i+1].Name {
				break
			}
			if push := parsePush(t, session.Steps[played].Push); push != nil {
				p.replay(push)
			}
			played++
		}
		want := recordedShape(t, step.HTML)
		shown = shown || want != ""
		var got string
		// Messages that no event caused may still be on their way.
		for range 200 {
			if got = liveShape(t, p.document()); got == want {
				break
			}
			p.js(`await new Promise((resolve) => setTimeout(resolve, 5))`)
		}
		if got != want {
			t.Fatalf("after %q: got and want differ\n%s", step.Name, firstDifference(got, want))
		}
	}
	if !shown {
		t.Error("the recorded page never showed anything")
	}
}

// recordedShape is the shape of what the recording has inside of the view.
func recordedShape(t *testing.T, html string) string {
	t.Helper()
	return liveShape(t, `<div data-phx-main>`+html+`</div>`)
}

// liveShape is the shape of the main view, without its own attributes.
func liveShape(t *testing.T, html string) string {
	t.Helper()
	s := shape(t, html, "data-phx-main")
	_, inside, _ := strings.Cut(strings.TrimPrefix(s, "\n"), "\n")
	return inside
}

func (p *tabPlayer) replay(push *recordedPush) {
	switch push.event {
	case "live_patch":
		to, err := url.Parse(push.payload["url"].(string))
		if err != nil {
			panic(err)
		}
		p.rest(fmt.Sprintf("liveSocket.js().patch(%q)", to.RequestURI()))
	case "event":
		payload, err := json.Marshal(push.payload)
		if err != nil {
			panic(err)
		}
		args := map[string]any{"event": "replaced"}
		if view, isChild := strings.CutPrefix(push.topic, "lv:"); isChild && view != "phx-MAIN" {
			args["target"] = "#" + view
		}
		commands, err := json.Marshal([]any{[]any{"push", args}})
		if err != nil {
			panic(err)
		}
		// The frame of an event from beside the view is sent with the recorded payload.
		p.rest(fmt.Sprintf("window.replaced = %s; liveSocket.execJS(document.getElementById(\"pusher\"), %q)", payload, commands))
	}
}

func (p *goPlayer) replay(push *recordedPush) {
	p.t.Helper()
	v := p.c.Root()
	for _, child := range p.c.Views() {
		if "lv:"+child.ID == push.topic {
			v = child
		}
	}
	ctx := p.t.Context()
	var err error
	switch push.event {
	case "live_patch":
		var to *url.URL
		if to, err = url.Parse(push.payload["url"].(string)); err == nil {
			_, err = v.Patch(ctx, to.RequestURI())
		}
	case "event":
		kind, _ := push.payload["type"].(string)
		event, _ := push.payload["event"].(string)
		value, _ := push.payload["value"].(map[string]any)
		if text, isForm := push.payload["value"].(string); isForm {
			value = map[string]any{}
			var fields url.Values
			if fields, err = url.ParseQuery(text); err != nil {
				break
			}
			for name, values := range fields {
				value[name] = values[len(values)-1]
			}
			if meta, ok := push.payload["meta"].(map[string]any); ok && meta["_target"] != nil {
				value["_target"] = meta["_target"]
			}
			kind = "submit"
		}
		if cid, ok := push.payload["cid"].(float64); ok {
			selector := fmt.Sprintf("[data-phx-component='%d']", int(cid))
			if found, _ := v.HasElement(ctx, selector, nil); !found { //nolint:errcheck // a recorded push to none
				return
			}
			v = v.WithTarget(selector)
		}
		_, err = v.Event(ctx, kind, event, value)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}
