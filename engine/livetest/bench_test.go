package livetest_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"streamsplayground/engine/livetest"
)

// appended is the diff that appends items to a stream with a limit of a hundred.
func appended(ids ...string) map[string]any {
	entries, inserts := map[string]any{"kc": len(ids)}, []any{}
	for i, id := range ids {
		entries[fmt.Sprint(i)] = map[string]any{"0": id, "1": "an item"}
		inserts = append([]any{[]any{id, -1, -100, false}}, inserts...)
	}
	return map[string]any{"k": entries, "stream": []any{"0", inserts, []any{}}}
}

// BenchmarkStreamDiff is one item appended to a list of a hundred.
func BenchmarkStreamDiff(b *testing.B) {
	var ids []string
	for i := range 100 {
		ids = append(ids, fmt.Sprint("i", i))
	}
	first := appended(ids...)
	first["s"] = []string{`<li id="`, `">`, `</li>`}
	answer, err := json.Marshal(map[string]any{"rendered": map[string]any{"0": first, "s": []string{`<ul id="list" phx-update="stream">`, `</ul>`}}})
	if err != nil {
		b.Fatal(err)
	}
	p := &player{page: `<div id="phx-MAIN" data-phx-main data-phx-session="S"></div>`,
		joins: map[string][]json.RawMessage{"lv:phx-MAIN": {answer}}, refs: map[string]string{}}
	v, err := livetest.Live(b.Context(), p, "/", livetest.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.send(p.refs["lv:phx-MAIN"], nil, "lv:phx-MAIN", "diff", map[string]any{"0": appended(fmt.Sprint("n", i))})
		if err := v.Client().Sync(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
