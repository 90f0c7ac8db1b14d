package inspector_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/trace"
	"streamsplayground/inspector"
)

func TestUploadFrames(t *testing.T) {
	chunk := "\x00\x01\x02\x05\x05" + "4" + "12" + "lvu:0" + "chunk" + "hello\x00\xff"
	tests := []struct {
		name, frame  string
		binary       bool
		size         int
		kind         string
		notes, shown []string
	}{
		{"chunk", chunk, true, 0, "chunk", []string{"A binary frame", "A piece of the file, 7 bytes."},
			[]string{"00            kind: push", "01 02 05 05   lengths: join ref 1, ref 2, topic 5, event 5", "\"lvu:0\"  topic", "68 65 6c 6c 6f 00 ff", " hello.."}},
		{"long chunk", chunk, true, 64000, "chunk", []string{"63982 bytes."}, []string{"payload, 63982 bytes", "…"}},
		{"broken", "\x00\x09", true, 0, "binary", []string{"Not a binary frame of Phoenix"}, []string{"00 09"}},
		{"file join", `["4","9","lvu:0","phx_join",{"token":"x"}]`, false, 0, "join", []string{"a topic for one file"}, nil},
		{"ask", `["4","9","lv:phx-A","allow_upload",{"ref":"r","entries":[{"name":"a.txt","size":1800}]}]`, false, 0, "allow_upload",
			[]string{"1 file: a.txt, 1.8 kB"}, nil},
		{"allowed", `["4","9","lv:phx-A","phx_reply",{"status":"ok","response":{"ref":"r","errors":{},"config":{"chunk_size":64000},"entries":{"0":"x"},"diff":{"0":{"1":"a"}}}}]`,
			false, 0, "reply", []string{"pieces of at most 64.0 kB", "1 slot of the template"}, nil},
		{"progress", `["4","9","lv:phx-A","progress",{"event":null,"ref":"r","entry_ref":"0","progress":35}]`, false, 0, "progress", []string{"35 % of file 0"}, nil},
		{"failure", `["4","9","lv:phx-A","progress",{"ref":"r","entry_ref":"0","progress":{"error":"gone"}}]`, false, 0, "progress", []string{"could not be sent"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := inspector.NewRecorder(5)
			r.Trace(trace.Event{Step: trace.Begin, View: "lvu:0", Transaction: 1, Trigger: trace.Upload, Name: "file chunk"})
			r.Trace(trace.Event{Step: trace.FrameIn, View: "lvu:0", Transaction: 1, Data: []byte(test.frame), Binary: test.binary, Size: test.size})
			r.Trace(trace.Event{Step: trace.End, View: "lvu:0", Transaction: 1})
			tx := r.Transactions()[0]
			if s := tx.Summary(); s.Label != "upload file chunk" || s.BytesIn != max(test.size, len(test.frame)) {
				t.Errorf("summary %+v", s)
			}
			v := tx.Frames[0].View()
			if v.Kind != test.kind {
				t.Errorf("kind %q, want %q", v.Kind, test.kind)
			}
			for _, want := range test.notes {
				if !strings.Contains(strings.Join(v.Notes, "\n"), want) {
					t.Errorf("no %q in %q", want, v.Notes)
				}
			}
			for _, want := range test.shown {
				if !strings.Contains(v.Pretty, want) {
					t.Errorf("no %q in\n%s", want, v.Pretty)
				}
			}
		})
	}
}
