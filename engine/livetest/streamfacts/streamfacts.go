// Package streamfacts has what is known of streams, in one table that runs on
// every client: the official one, ours and engine/livetest. A fact is played on
// a page of live views of its own, so it tells what server and client do
// together; what goes over the wire is part of it.
//
// Clients implement Page. A fact has no exceptions: what holds for one client
// holds for all.
package streamfacts

import (
	_ "embed" // the table and its live views
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Views are the live views of the facts' pages, with their router.
//
//go:embed facts.ex
var Views string

//go:embed facts.txt
var table string

// Page is a client with a page of Views, at rest.
type Page interface {
	// Served is the HTML of the page as it was served.
	Served() string
	// Document is the HTML of the page as it is.
	Document() string
	// Push sends an event as the element with the id ctl does.
	Push(event string, value map[string]any)
	// Reconnect loses the connection, and waits until the view has joined anew.
	Reconnect()
	// Keep notes the element with an id, and Kept reports whether the page has the
	// same one still.
	Keep(id string)
	Kept(id string) bool
	// Problems are what the client complained about.
	Problems() string
	// Frames are what the server sent, the newest last.
	Frames() []string
}

// Fact is one line of what is known, with the steps that show it.
type Fact struct {
	// ID is its number, such as V1; Says is the whole line.
	ID, Says string
	steps    []step
}

// step is a line of the table: its first word, and the rest.
type step struct {
	verb, rest string
	line       int
}

// All returns the facts in the order of the table.
func All() []Fact {
	var out []Fact
	var f *Fact
	for i, line := range strings.Split(table, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			f = nil
		case f == nil:
			id, _, _ := strings.Cut(line, " ")
			out = append(out, Fact{ID: id, Says: line})
			f = &out[len(out)-1]
		default:
			verb, rest, _ := strings.Cut(line, " ")
			f.steps = append(f.steps, step{verb, rest, i + 1})
		}
	}
	return out
}

// Run plays all facts, each as a test of its own. open opens a page.
func Run(t *testing.T, open func(t *testing.T, path string) Page) {
	t.Helper()
	for _, f := range All() {
		t.Run(f.Says, func(t *testing.T) {
			if f.steps[0].verb != "page" {
				f.steps = slices.Insert(f.steps, 0, step{"page", "/", f.steps[0].line}, step{"list", "1 2 3", f.steps[0].line})
			}
			var p Page
			for _, s := range f.steps {
				if s.verb == "page" {
					p = open(t, s.rest)
				} else {
					s.play(t, p)
				}
			}
		})
	}
}

// play does a step, or looks whether what it says is so.
func (s step) play(t *testing.T, p Page) {
	t.Helper()
	want := func(what, got string) {
		t.Helper()
		if got != s.rest {
			t.Errorf("facts.txt:%d: %s\n got %s\nwant %s", s.line, what, got, s.rest)
		}
	}
	switch s.verb {
	case "html":
		want("first HTML", strings.Join(texts(t, p.Served()), " "))
	case "list":
		want("list", strings.Join(texts(t, p.Document()), " "))
	case "do":
		p.Push("ops", map[string]any{"ops": s.ops(t)})
	case "sent":
		want("sent", sent(t, p.Frames()))
	case "ask":
		p.Push("ask", map[string]any{"what": s.rest})
	case "note":
		if got := note(t, p.Document()); !strings.HasPrefix(got, s.rest) {
			want("note", got)
		}
	case "reconnect":
		p.Reconnect()
	case "keep", "kept":
		for _, id := range strings.Fields(s.rest) {
			if s.verb == "keep" {
				p.Keep(id)
			} else if !p.Kept(id) {
				t.Errorf("facts.txt:%d: %s is another element", s.line, id)
			}
		}
	case "problem":
		if got := p.Problems(); !strings.Contains(got, s.rest) {
			want("problems", got)
		}
	default:
		t.Fatalf("facts.txt:%d: no step is called %s", s.line, s.verb)
	}
}

// ops reads the operations of a callback.
func (s step) ops(t *testing.T) []any {
	t.Helper()
	var out []any
	for text := range strings.SplitSeq(s.rest, ";") {
		words := strings.Fields(text)
		op := map[string]any{"op": words[0]}
		items := []any{}
		for words = words[1:]; len(words) > 0; words = words[1:] {
			switch word := words[0]; word {
			case "at", "limit":
				n, err := strconv.Atoi(words[1])
				if err != nil {
					t.Fatalf("facts.txt:%d: %v", s.line, err)
				}
				op[word], words = n, words[1:]
			case "reset", "update_only":
				op[word] = true
			default:
				id, text, found := strings.Cut(word, "=")
				if !found {
					text = id
				}
				op["id"], op["text"] = id, text
				items = append(items, map[string]any{"id": id, "text": text})
			}
		}
		op["items"] = items
		out = append(out, op)
	}
	return out
}

// sent finds the stream in the diff that came last: how many items were
// rendered, and what is to become of them.
func sent(t *testing.T, frames []string) string {
	t.Helper()
	for _, frame := range slices.Backward(frames) {
		var payload any
		if err := json.Unmarshal([]byte(frame), &[]any{nil, nil, nil, nil, &payload}); err != nil {
			t.Fatalf("%v in %s", err, frame)
		}
		if found := findStream(payload); found != "" {
			return found
		}
	}
	return "nothing"
}

func findStream(v any) string {
	node, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	if stream, ok := node["stream"]; ok {
		text, err := json.Marshal(stream)
		if err != nil {
			return err.Error()
		}
		keyed, _ := node["k"].(map[string]any)
		return fmt.Sprintf("%v %s", keyed["kc"], text)
	}
	for _, inner := range node {
		if found := findStream(inner); found != "" {
			return found
		}
	}
	return ""
}
