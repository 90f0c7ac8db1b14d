package live_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
)

// Every file of testdata/declare has modules with components; out is what
// compiling them with LiveView 1.2.10 reports, by line.
func TestDeclarations(t *testing.T) {
	files, err := filepath.Glob("testdata/declare/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range source.ParseTxtar(data) {
				parts[f.Name] = f.Data
			}
			if got := diagnose(t, parts["in.ex"]); got != parts["out"] {
				t.Errorf("got:\n%swant:\n%s", got, parts["out"])
			}
		})
	}
}

// diagnose compiles a text and lists its diagnostics.
func diagnose(t *testing.T, text string) string {
	t.Helper()
	base, err := live.Base()
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text())
	}
	_, warnings, err := base.Compile(source.NewFile("in.ex", text))
	var lines []string
	for _, d := range append(warnings, source.Diagnostics(err)...) {
		kind := d.Severity.String()
		if d.Kind != "" {
			kind = d.Kind
		}
		lines = append(lines, fmt.Sprintf("in.ex:%d: %s: %s\n", d.Span.Pos().Line, kind, strings.TrimRight(d.Message, "\n")))
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}
