package interp_test

import (
	"bytes"
	"os"
	"testing"

	"streamsplayground/engine/source"
)

// TestAttemptedClauses expects what a crash says of the clauses that were
// tried, recorded from the real Elixir.
func TestAttemptedClauses(t *testing.T) {
	data, err := os.ReadFile("testdata/blame/clauses.txtar")
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range source.ParseTxtar(data) {
		parts[f.Name] = f.Data
	}
	var out bytes.Buffer
	_, _, err = program(t, &out).Compile(source.NewFile("m.ex", parts["m.ex"]), source.NewFile("run.exs", parts["run.exs"]))
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text())
	}
	compare(t, "out", out.String(), parts["out"])
}
