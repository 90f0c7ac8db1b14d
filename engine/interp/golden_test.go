package interp_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/term"
)

var (
	update = flag.Bool("update", false, "rewrite the expectations in testdata")
	oracle = flag.String("oracle", "", "path of a real Elixir 1.18 to run the cases through")
)

// TestGolden runs each case: a script in in.ex, what it prints in out, and the
// message that it ends with in error. A case that has a file "differs" is not
// run through the oracle, for the reason in it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases in testdata")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runCase(t, file) })
	}
}

func runCase(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range source.ParseTxtar(data) {
		parts[f.Name] = string(f.Data)
	}
	out, fail := run(t, parts["in.ex"])
	if *oracle != "" && parts["differs"] == "" {
		wantOut, wantFail := runOracle(t, parts["in.ex"])
		compare(t, "output of the real Elixir", out, wantOut)
		compare(t, "error of the real Elixir", fail, wantFail)
		if *update {
			out, fail = wantOut, wantFail
		}
	}
	if *update {
		rewrite(t, file, parts, out, fail)
		return
	}
	compare(t, "out", out, parts["out"])
	compare(t, "error", fail, parts["error"])
}

func rewrite(t *testing.T, file string, parts map[string]string, out, fail string) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "-- in.ex --\n%s", parts["in.ex"])
	if parts["differs"] != "" {
		fmt.Fprintf(&b, "-- differs --\n%s", parts["differs"])
	}
	if out != "" {
		fmt.Fprintf(&b, "-- out --\n%s", out)
	}
	if fail != "" {
		fmt.Fprintf(&b, "-- error --\n%s", fail)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s differs\ngot:\n%s\nwant:\n%s", what, got, want)
	}
}

// program returns the standard library with an IO that writes to out.
func program(t testing.TB, out *bytes.Buffer) *interp.Program {
	t.Helper()
	line := func(th *interp.Thread, a []term.Term) term.Term {
		out.WriteString(th.ToString(a[0]) + "\n")
		return term.OK
	}
	inspect := func(th *interp.Thread, a []term.Term) term.Term {
		opts := term.InspectOptions{Pretty: true}
		if len(a) == 2 {
			if l, ok := a[1].(*term.List); ok {
				if v, ok := term.KeywordGet(l, term.NewAtom("label")); ok {
					out.WriteString(th.ToString(v) + ": ")
				}
			}
		}
		out.WriteString(th.Inspect(a[0], opts) + "\n")
		return a[0]
	}
	mods := []*interp.NativeModule{{Name: "IO", Funcs: []interp.NativeFunc{
		{Name: "puts", Arity: 1, Fn: line}, {Name: "inspect", Arity: 1, Fn: inspect}, {Name: "inspect", Arity: 2, Fn: inspect},
	}}}
	for _, m := range stdlib.Modules() {
		if m.Name != "IO" {
			mods = append(mods, m)
		}
	}
	p, err := interp.NewProgram(mods...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// run compiles and runs a script, whose top level runs while it is compiled.
func run(t testing.TB, text string) (out, fail string) {
	t.Helper()
	var buf bytes.Buffer
	_, warnings, err := program(t, &buf).Compile(source.NewFile("in.ex", text))
	for _, w := range warnings {
		fail += "warning: " + w.Message + "\n"
	}
	for _, d := range source.Diagnostics(err) {
		switch {
		case d.Kind != "":
			fail += "** (" + d.Kind + ") " + d.Message + "\n"
		default:
			fail += "error: " + d.Message + "\n"
		}
	}
	return buf.String(), sorted(clean(fail))
}

// clean drops trailing space of lines and blank ones, which terminals hide.
func clean(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			b.WriteString(l + "\n")
		}
	}
	return b.String()
}

// runOracle runs a script through the real Elixir and keeps of its messages
// what ours have: the text, without snippets, places and stack traces.
func runOracle(t *testing.T, text string) (out, fail string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "in.ex")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(*oracle, "in.ex")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "ELIXIR_ERL_OPTIONS=+fnu")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // a script that raises ends with status 1, as it should
	for l := range strings.Lines(stderr.String()) {
		text := strings.TrimSpace(l)
		if strings.Contains(l, "│") || strings.HasPrefix(text, "└─") || strings.HasPrefix(text, "in.ex:") ||
			strings.HasPrefix(text, "(elixir ") || strings.HasPrefix(text, "(stdlib ") ||
			strings.HasPrefix(text, "** (CompileError) in.ex: cannot compile") || frame.MatchString(strings.TrimRight(l, "\n")) {
			continue
		}
		for _, head := range []string{"warning: ", "error: "} {
			if strings.HasPrefix(text, head) {
				l = text + "\n"
			}
		}
		fail += l
	}
	return stdout.String(), sorted(clean(fail))
}

// frame is a line of a stack trace that names no place.
var frame = regexp.MustCompile(`^    (expanding struct: |anonymous fn|:?[\w.]+\.[^ ]+\(.*\)$|:?[A-Z][\w.]*/\d+$)`)

// sorted puts the messages in a fixed order, since the real Elixir writes
// warnings when it finds them.
func sorted(s string) string {
	var blocks []string
	for l := range strings.Lines(s) {
		if len(blocks) == 0 || strings.HasPrefix(l, "warning: ") || strings.HasPrefix(l, "error: ") || strings.HasPrefix(l, "** (") {
			blocks = append(blocks, "")
		}
		blocks[len(blocks)-1] += l
	}
	sort.Strings(blocks)
	return strings.Join(blocks, "")
}
