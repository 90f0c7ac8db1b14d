package stdlib_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"streamsplayground/engine/stdlib"
)

// TestExamplesCoverFunctions asks for at least one recorded example of each
// function. What has none, because its result differs with each call or it
// acts on the outside, is listed with the reason in testdata/uncovered.txt.
func TestExamplesCoverFunctions(t *testing.T) {
	code := examples(t)
	excused := excuses(t)
	for _, m := range stdlib.Modules() {
		if strings.Count(m.Name, ".") > 0 && m.Protocol || implementation.MatchString(m.Name) {
			continue
		}
		seen := map[string]bool{}
		for _, f := range m.Funcs {
			if seen[f.Name] || f.Name == "exception" || f.Name == "message" || strings.HasPrefix(f.Name, "__") {
				continue
			}
			seen[f.Name] = true
			name := m.Name + "." + f.Name
			used := strings.Contains(code, name+"(") || strings.Contains(code, name+"/") || strings.Contains(code, name+" ") || strings.Contains(code, name+"\n")
			if m.Name == "Kernel" {
				used = regexp.MustCompile(`(^|[^\w.:])` + regexp.QuoteMeta(f.Name) + `($|\W)`).MatchString(code)
			}
			switch _, excuse := excused[name]; {
			case !used && !excuse:
				t.Errorf("%s has no recorded example", name)
			case used && excuse:
				t.Errorf("%s has an example; testdata/uncovered.txt says that it needs none", name)
			}
			delete(excused, name)
		}
	}
	for name := range excused {
		t.Errorf("testdata/uncovered.txt names %s, which is not there", name)
	}
}

// implementation are modules that implement a protocol, which examples call
// by the protocol's name.
var implementation = regexp.MustCompile(`^(String\.Chars|Enumerable|Collectable|Inspect|List\.Chars|Jason\.Encoder|JSON\.Encoder)(\.|$)`)

// examples returns the code of all recorded examples.
func examples(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"testdata/*.txtar", "testdata/core/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no examples: %v", err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(data)
		}
	}
	return all.String()
}

// excuses reads the functions that need no example.
func excuses(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/uncovered.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(data)) {
		names, reason, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range slices.Compact(strings.Fields(names)) {
			out[name] = reason
		}
	}
	return out
}
