package liveviewtest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"golang.org/x/net/html"

	"streamsplayground/engine/liveviewtest"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// element is a node of a recorded tree; text is a string there.
type element struct {
	Tag      string            `json:"t"`
	Attrs    [][2]string       `json:"a"`
	Children []json.RawMessage `json:"c"`
}

// TestPatchesAsRecorded compares patches with those that
// Phoenix.LiveViewTest.TreeDOM.patch_id/4 of LiveView 1.2.10 made of the same
// trees and stream operations.
func TestPatchesAsRecorded(t *testing.T) {
	data, err := os.ReadFile("testdata/patches.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var c struct {
			Before, Inner, After []json.RawMessage
			Streams              [][]json.RawMessage
			Gone                 []int
		}
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		var streams []*rendered.Stream
		for _, s := range c.Streams {
			streams = append(streams, readStream(t, s))
		}
		got, gone, err := liveviewtest.PatchView("v", readNodes(t, c.Before), readNodes(t, c.Inner), streams)
		if err != nil {
			t.Fatal(err)
		}
		if want := show(readNodes(t, c.After)); show(got) != want {
			t.Errorf("case %d: got\n%s\nwant\n%s", i+1, show(got), want)
		}
		if len(gone)+len(c.Gone) > 0 && !reflect.DeepEqual(gone, c.Gone) {
			t.Errorf("case %d: components that are gone: got %v, want %v", i+1, gone, c.Gone)
		}
	}
}

func readNodes(t *testing.T, list []json.RawMessage) []*html.Node {
	t.Helper()
	var out []*html.Node
	for _, raw := range list {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			out = append(out, &html.Node{Type: html.TextNode, Data: text})
			continue
		}
		var e element
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		n := &html.Node{Type: html.ElementNode, Data: e.Tag}
		for _, a := range e.Attrs {
			n.Attr = append(n.Attr, html.Attribute{Key: a[0], Val: a[1]})
		}
		for _, c := range readNodes(t, e.Children) {
			n.AppendChild(c)
		}
		out = append(out, n)
	}
	return out
}

// readStream reads [ref, inserts, deletes] or [ref, inserts, deletes, true].
func readStream(t *testing.T, parts []json.RawMessage) *rendered.Stream {
	t.Helper()
	s := &rendered.Stream{Reset: len(parts) == 4}
	var inserts [][4]any
	for i, to := range []any{&s.Ref, &inserts, &s.Deletes} {
		if err := json.Unmarshal(parts[i], to); err != nil {
			t.Fatal(err)
		}
	}
	for _, in := range inserts {
		ins := rendered.StreamInsert{DOMID: in[0].(string), At: int(in[1].(float64)), Limit: term.Nil, UpdateOnly: term.Nil}
		if limit, ok := in[2].(float64); ok {
			ins.Limit = term.Int(limit)
		}
		if only, ok := in[3].(bool); ok {
			ins.UpdateOnly = term.Bool(only)
		}
		s.Inserts = append(s.Inserts, ins)
	}
	return s
}

func show(nodes []*html.Node) string {
	var b bytes.Buffer
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return err.Error()
		}
	}
	return b.String()
}
