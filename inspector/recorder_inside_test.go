package inspector

import (
	"fmt"
	"testing"

	"streamsplayground/engine/trace"
)

// TestRecorderForgetsViews opens many views whose clients report nothing, as
// pages that are closed.
func TestRecorderForgetsViews(t *testing.T) {
	const capacity = 3
	r := NewRecorder(capacity)
	for i := range uint64(100) {
		view := fmt.Sprint("lv:", i/5)
		for _, step := range []trace.Step{trace.Begin, trace.FrameOut, trace.FrameOut, trace.End} {
			r.Trace(trace.Event{Step: step, View: view, Transaction: i, Data: []byte(`["1",null,"lv:1","diff",{}]`)})
		}
	}
	frames := 0
	for _, queue := range r.waiting {
		frames += len(queue)
	}
	if len(r.ring) != capacity || len(r.waiting) != 1 || frames != 2*capacity {
		t.Errorf("got %d transactions, and %d frames of %d views are waited for", len(r.ring), frames, len(r.waiting))
	}
}
