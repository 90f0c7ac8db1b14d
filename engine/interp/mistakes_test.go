package interp_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"streamsplayground/engine/source"
)

// TestMistakes compiles the cases of testdata/mistakes, and expects all that
// Elixir says of each: snippets, places and carets too. A case is two files,
// NAME.ex and NAME.err. With -oracle the real Elixir says it again, and with
// -update that is recorded.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases in testdata/mistakes")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list := source.ParseTxtar(data)
		var record strings.Builder
		for i, f := range list {
			switch name, ok := strings.CutSuffix(f.Name, ".ex"); {
			case f.Name == "":
				record.WriteString(f.Data)
			case ok:
				want := ""
				if i+1 < len(list) && list[i+1].Name == name+".err" {
					want = list[i+1].Data
				}
				if *oracle != "" {
					said := toldByElixir(t, f.Data)
					if !*update {
						compare(t, name+" by the real Elixir", said, want)
					}
					want = said
				}
				record.WriteString("-- " + f.Name + " --\n" + f.Data + "-- " + name + ".err --\n" + want)
				t.Run(name, func(t *testing.T) { compare(t, "what is told", told(t, f.Data), want) })
			}
		}
		if *update && *oracle != "" {
			if err := os.WriteFile(file, []byte(record.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// told returns what the compiler says of a text, each thing on its own.
func told(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	_, warnings, err := program(t, &out).Compile(source.NewFile("case.ex", text))
	var blocks []string
	for _, d := range append(warnings, source.Diagnostics(err)...) {
		said := d.Text()
		if raised.MatchString(said) { // the terminal shows its stack trace in place of the snippet
			said, _, _ = strings.Cut(said, "\n    │\n")
		}
		blocks = append(blocks, said)
	}
	return together(blocks)
}

// raised matches what code raised while it was compiled, but no syntax error.
var raised = regexp.MustCompile(`^\*\* \((?:[^STM]|S[^y]|T[^o]|M[^i])`)

func together(blocks []string) string {
	for i, b := range blocks {
		blocks[i] = strings.TrimRight(b, "\n ")
	}
	slices.Sort(blocks)
	return strings.Join(slices.Compact(blocks), "\n\n") + "\n"
}

// toldByElixir is told by the real one.
func toldByElixir(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "case.ex"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(*oracle, "case.ex")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "ELIXIR_ERL_OPTIONS=+fnu")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	_ = cmd.Run()
	var blocks []string
	for l := range strings.Lines(stderr.String()) {
		trimmed := strings.TrimLeft(l, " ")
		if strings.HasPrefix(l, "** (CompileError) case.ex: cannot compile") || traceLine.MatchString(l) {
			continue
		}
		if len(blocks) == 0 || strings.HasPrefix(l, "** (") || strings.HasPrefix(trimmed, "error: ") && !strings.Contains(blocks[len(blocks)-1], "rror) ") ||
			strings.HasPrefix(trimmed, "warning: ") {
			blocks = append(blocks, "")
		}
		blocks[len(blocks)-1] += l
	}
	return together(blocks)
}

// traceLine is a line of a stack trace.
var traceLine = regexp.MustCompile(`^    (?:\([a-z_]+ [0-9.]+\) |case\.ex:\d+: |:elixir|expanding (?:macro|struct): |[A-Z]\w*\.\w+\(.*\)\n?$)`)
