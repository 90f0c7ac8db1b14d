package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsplayground/engine/transport/captures"
)

// The command serves live views that each bring their own router, and any
// client gets from it what the real server sent; see the README of the
// recordings.
func TestRecordedAgainstPlain(t *testing.T) {
	names, err := filepath.Glob("../../engine/transport/testdata/recorded/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".json"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var c captures.Scenario
			if err := json.Unmarshal(data, &c); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), c.Scenario+".ex")
			if err := os.WriteFile(file, []byte(c.Source), 0o644); err != nil {
				t.Fatal(err)
			}
			out := started(t, "-plain", file)
			url, _, _ := strings.Cut(out[strings.Index(out, "http://"):], "/"+c.Scenario)
			captures.Replay(t, url, name)
		})
	}
}
