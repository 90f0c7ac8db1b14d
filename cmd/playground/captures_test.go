package main

import (
	"path/filepath"
	"strings"
	"testing"

	"streamsplayground/engine/transport/captures"
)

// The command serves the recorded live views alone, and any client gets from
// it what the real server sent.
func TestCapturesAgainstPlain(t *testing.T) {
	const recorded = "../../engine/transport/testdata/captures"
	out := started(t, "-plain", filepath.Join(recorded, "live"))
	url := strings.TrimSuffix(out[:strings.Index(out, "/rooms")], "/")
	names, err := filepath.Glob(filepath.Join(recorded, "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".json"), func(t *testing.T) { captures.Replay(t, url, name) })
	}
}
