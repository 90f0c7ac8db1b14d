package browsertest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// capture is a session recorded from the real server, see the README beside the files.
type capture struct {
	Path     string
	DeadHTML string `json:"dead_html"`
	Steps    []struct {
		Name   string
		Push   json.RawMessage
		Reply  json.RawMessage
		Frames []json.RawMessage
	}
}

// recordedDOM is the document the official client had after each step.
type recordedDOM struct {
	Steps []struct{ Name, HTML string }
}

const captures = "../../../engine/transport/testdata/captures"

// TestRecordedSessions plays the frames of the real server to our client; after each
// step the page must be what the official client made of it.
func TestRecordedSessions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(captures, "dom", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded sessions in %s: %v", captures, err)
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

func playRecorded(t *testing.T, session capture, dom recordedDOM) {
	p := open(t, ours, pageSpec{id: "phx-MAIN", body: session.DeadHTML})
	joins := map[string]joined{}
	played := 0
	for i, step := range dom.Steps {
		if played >= len(session.Steps) || session.Steps[played].Name != step.Name {
			t.Fatalf("step %d is %q in the document, but not among the frames", i, step.Name)
		}
		// What the client does by itself has no step of its own in the document.
		for first := true; played < len(session.Steps); first = false {
			if !first && i+1 < len(dom.Steps) && session.Steps[played].Name == dom.Steps[i+1].Name {
				break
			}
			p.playFrames(joins, session.Steps[played].Frames)
			played++
		}
		p.done++
		p.send(p.joinRef, nil, "lv:phx-MAIN", "diff", object{"e": []any{[]any{"done", object{"n": p.done}}}})
		p.settle()
		p.answerChildren(joins)
		got := p.text(`document.getElementById("phx-MAIN").innerHTML`)
		if normal(got) != normal(step.HTML) {
			t.Fatalf("after %q\n got %s\nwant %s", step.Name, got, step.HTML)
		}
	}
	p.checkErrors()
}

// joined is a join of the client and the server's answer to it.
type joined struct {
	frame  frame
	answer json.RawMessage
}

// answerChildren answers the joins of nested views that come again: the recording ends
// before, but the document is of after.
func (p *page) answerChildren(joins map[string]joined) {
	p.t.Helper()
	const waiting = `[...document.querySelectorAll("[data-phx-parent-id]:not([data-phx-session='']):empty")].map((e) => e.id)[0] ?? ""`
	for id := p.text(waiting); id != ""; id = p.text(waiting) {
		join := p.next("phx_join")
		p.send(join.JoinRef, join.Ref, join.Topic, "phx_reply", joins[join.Topic].answer)
		p.until(`document.getElementById("` + id + `").childElementCount > 0`)
	}
}

func (p *page) playFrames(joins map[string]joined, frames []json.RawMessage) {
	p.t.Helper()
	for _, raw := range frames {
		f, err := parseFrame(raw)
		if err != nil {
			p.t.Fatal(err)
		}
		p.playFrame(joins, f)
	}
}

// playFrame sends what the server sent. Replies to events become diffs: the events
// were a script's, not this client's.
func (p *page) playFrame(joins map[string]joined, f frame) {
	p.t.Helper()
	if f.Event != "phx_reply" {
		if join, ok := joins[f.Topic]; ok {
			p.send(join.frame.JoinRef, nil, f.Topic, f.Event, f.Payload)
		}
		return
	}
	var reply struct {
		Status   string
		Response struct {
			Rendered, Diff json.RawMessage
		}
	}
	if err := json.Unmarshal(f.Payload, &reply); err != nil {
		p.t.Fatal(err)
	}
	switch {
	case reply.Response.Rendered != nil:
		join := p.next("phx_join")
		for join.Topic != f.Topic {
			join = p.next("phx_join")
		}
		joins[f.Topic] = joined{join, f.Payload}
		if f.Topic == "lv:phx-MAIN" {
			p.joinRef = *join.JoinRef
		}
		p.send(join.JoinRef, join.Ref, f.Topic, "phx_reply", f.Payload)
	case reply.Response.Diff != nil:
		p.send(joins[f.Topic].frame.JoinRef, nil, f.Topic, "diff", reply.Response.Diff)
	}
}

// normal leaves out what the recording or the script put there.
func normal(html string) string {
	for _, class := range []string{` class="phx-connected"`, ` class="phx-loading"`} {
		html = strings.ReplaceAll(html, class, "")
	}
	return html
}
