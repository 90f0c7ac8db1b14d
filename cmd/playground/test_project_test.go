package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// TestProjectTests runs the tests of a Phoenix project as they were generated:
// its cases start a sandbox of the database that is not there.
func TestProjectTests(t *testing.T) {
	t.Chdir("testdata/shelf")
	var out, log bytes.Buffer
	if err := runTests(context.Background(), []string{"-seed", "0"}, &out, &log); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), log.String())
	}
	if !strings.Contains(out.String(), "6 tests, 0 failures") {
		t.Errorf("report: got\n%s", out.String())
	}
	if !strings.Contains(log.String(), "Shelf.Repo is left out") {
		t.Errorf("nothing is told of the database: %s", log.String())
	}
}
