package livetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"streamsplayground/engine/livetest"
)

// captures are sessions recorded from Phoenix, see their README; in dom is the
// document that the official client had after each step.
const captures = "../transport/testdata/captures"

type capture struct {
	Path        string
	DeadRootTag string `json:"dead_root_tag"`
	DeadHTML    string `json:"dead_html"`
	Steps       []captureStep
}

type captureStep struct {
	Name   string
	Push   json.RawMessage
	Frames []json.RawMessage
}

type recordedDOM struct {
	Steps []struct{ Name, HTML string }
}

// player is a server that plays what was recorded.
type player struct {
	t    *testing.T
	page string
	// in has the frames for the client; out are those of the client.
	in  [][]byte
	out [][]byte
	// joins are the recorded answers to joins, by topic, in order.
	joins map[string][]json.RawMessage
	refs  map[string]string // join refs of the client, by topic
}

func (p *player) Base() string { return "http://HOST" }

func (p *player) Get(context.Context, string, string) (*livetest.Page, error) {
	return &livetest.Page{Status: 200, HTML: p.page}, nil
}

func (p *player) Dial(context.Context, url.Values) (livetest.Conn, error) { return p, nil }

func (p *player) Close() error { return nil }

type frame [5]any

func (p *player) Send(_ context.Context, data []byte) error {
	var f frame
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	topic := f[2].(string)
	response := any(json.RawMessage(`{}`))
	switch f[3] {
	case "phx_join":
		p.refs[topic] = f[0].(string)
		answers := p.joins[topic]
		if len(answers) == 0 {
			p.t.Fatalf("the client joins %s, which was not recorded", topic)
		}
		response = answers[0]
		// A view that comes again is answered as it was before.
		if len(answers) > 1 {
			p.joins[topic] = answers[1:]
		}
	case "cids_destroyed":
		response = f[4]
		p.out = append(p.out, data)
	case "cids_will_destroy":
		if cids := f[4].(map[string]any)["cids"].([]any); len(cids) > 0 {
			p.out = append(p.out, data)
		}
	}
	p.send(f[0], f[1], topic, "phx_reply", map[string]any{"status": "ok", "response": response})
	return nil
}

func (p *player) send(joinRef, ref any, topic, event string, payload any) {
	data, err := json.Marshal([]any{joinRef, ref, topic, event, payload})
	if err != nil {
		p.t.Fatal(err)
	}
	p.in = append(p.in, data)
}

var errNothing = errors.New("nothing more was recorded")

func (p *player) Receive(context.Context) ([]byte, error) {
	if len(p.in) == 0 {
		return nil, errNothing
	}
	data := p.in[0]
	p.in = p.in[1:]
	return data, nil
}

// play queues what the server sent in a step. Replies to events become diffs:
// the events were a script's, not this client's.
func (p *player) play(step captureStep) {
	for _, raw := range step.Frames {
		var f struct {
			topic, event string
			payload      json.RawMessage
		}
		var ref, joinRef any
		if err := json.Unmarshal(raw, &[]any{&joinRef, &ref, &f.topic, &f.event, &f.payload}); err != nil {
			p.t.Fatal(err)
		}
		if f.event != "phx_reply" {
			p.send(p.refs[f.topic], nil, f.topic, f.event, f.payload)
			continue
		}
		if diff := field(p.t, f.payload, "diff"); diff != nil {
			p.send(p.refs[f.topic], nil, f.topic, "diff", diff)
		}
	}
}

// field returns a field of the response of a reply, nil for none.
func field(t *testing.T, payload json.RawMessage, name string) json.RawMessage {
	var reply struct{ Response map[string]json.RawMessage }
	if err := json.Unmarshal(payload, &reply); err != nil {
		t.Fatal(err)
	}
	return reply.Response[name]
}

func readJSON(t *testing.T, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatalf("reading %s: %v", file, err)
	}
}

// TestRecordedSessions plays the frames of Phoenix to the client; after each
// step the document must be the one that the official client had.
func TestRecordedSessions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(captures, "dom", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded sessions in %s", captures)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			var session capture
			var dom recordedDOM
			readJSON(t, filepath.Join(captures, name+".json"), &session)
			readJSON(t, file, &dom)
			playRecorded(t, session, dom)
		})
	}
}

func playRecorded(t *testing.T, session capture, dom recordedDOM) {
	p := &player{t: t, page: "<html><body>" + session.DeadRootTag + session.DeadHTML + "</div></body></html>",
		joins: map[string][]json.RawMessage{}, refs: map[string]string{}}
	for _, step := range session.Steps {
		for _, raw := range step.Frames {
			var f [5]json.RawMessage
			if err := json.Unmarshal(raw, &f); err != nil {
				t.Fatal(err)
			}
			if string(f[3]) == `"phx_reply"` && field(t, f[4], "rendered") != nil {
				var topic string
				json.Unmarshal(f[2], &topic) //nolint:errcheck // a recorded frame
				p.joins[topic] = append(p.joins[topic], fieldsOf(t, f[4]))
			}
		}
	}
	ctx := t.Context()
	v, err := livetest.Live(ctx, p, session.Path, livetest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for i, step := range dom.Steps {
		// What the client does by itself has no step of its own in the document.
		for first := true; played < len(session.Steps); first = false {
			if !first && i+1 < len(dom.Steps) && session.Steps[played].Name == dom.Steps[i+1].Name {
				break
			}
			if i > 0 || !first {
				p.play(session.Steps[played])
			}
			played++
		}
		if _, err := v.Render(ctx); err != nil {
			t.Fatalf("after %q: %v", step.Name, err)
		}
		if got, want := v.InnerHTML(), livetest.NormalizeHTML(normal(step.HTML)); got != want {
			t.Fatalf("after %q\n got %s\nwant %s", step.Name, from(got, want), from(want, got))
		}
	}
	checkHandshakes(t, session, p)
}

// from returns a text from shortly before where it differs from another.
func from(text, other string) string {
	i := 0
	for i < len(text) && i < len(other) && text[i] == other[i] {
		i++
	}
	return text[max(0, i-80):min(len(text), i+300)]
}

// fieldsOf returns the response of a reply.
func fieldsOf(t *testing.T, payload json.RawMessage) json.RawMessage {
	var reply struct{ Response json.RawMessage }
	if err := json.Unmarshal(payload, &reply); err != nil {
		t.Fatal(err)
	}
	return reply.Response
}

// normal leaves out what the recorded client put there for looks.
func normal(html string) string {
	for _, class := range []string{` class="phx-connected"`, ` class="phx-loading"`} {
		html = strings.ReplaceAll(html, class, "")
	}
	return html
}

// checkHandshakes checks that the client reported the components that left as
// the recorded one did.
func checkHandshakes(t *testing.T, session capture, p *player) {
	var want, got []any
	for _, step := range session.Steps {
		var f frame
		if json.Unmarshal(step.Push, &f) == nil {
			if event, _ := f[3].(string); strings.HasPrefix(event, "cids_") {
				want = append(want, []any{event, f[4]})
			}
		}
	}
	for _, data := range p.out {
		var f frame
		if err := json.Unmarshal(data, &f); err != nil {
			t.Fatal(err)
		}
		got = append(got, []any{f[3], f[4]})
	}
	if want != nil && !reflect.DeepEqual(got, want) {
		t.Errorf("reports of components that left\n got %v\nwant %v", got, want)
	}
}
