package syntax_test

import (
	"os"
	"path/filepath"
	"testing"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// The live views recorded for the wire tests parse without a complaint.
func TestLiveViews(t *testing.T) {
	files, err := filepath.Glob("testdata/live/*.ex")
	if err != nil || len(files) == 0 {
		t.Fatalf("no live views: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, list := syntax.ParseAll(source.Whole(source.NewFile(name, string(data)))); len(list) > 0 {
			t.Errorf("%s: %s", name, list.Text())
		}
	}
}
