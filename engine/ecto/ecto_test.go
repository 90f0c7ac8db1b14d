package ecto_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"streamsplayground/engine/ecto"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// TestRecorded runs the cases of testdata/cases and compares what comes out with
// what Ecto 3.14.1 made of them; testdata/record.exs recorded that.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.exs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".exs"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			modules, cases := parseCases(string(data))
			run := compileCases(t, modules, cases)
			for i, c := range cases {
				t.Run(fmt.Sprint(i+1), func(t *testing.T) {
					if got := run(i); got != c.want {
						t.Errorf("%s\ngot:  %s\nwant: %s", c.code, got, c.want)
					}
				})
			}
		})
	}
}

// recordedCase is code and what it comes to.
type recordedCase struct{ code, want string }

// parseCases reads a file of testdata/cases: modules, and after "# run" blocks of
// code with the result in lines that begin with "#=>".
func parseCases(text string) (modules string, cases []recordedCase) {
	modules, rest, _ := strings.Cut(text, "\n# run\n")
	for _, block := range regexp.MustCompile(`\n\n+`).Split(strings.Trim(rest, "\n"), -1) {
		var code, want []string
		for _, line := range strings.Split(block, "\n") {
			if result, ok := strings.CutPrefix(line, "#=>"); ok {
				want = append(want, strings.TrimPrefix(result, " "))
			} else {
				code = append(code, line)
			}
		}
		cases = append(cases, recordedCase{strings.Join(code, "\n"), strings.Join(want, "\n")})
	}
	return modules, cases
}

// compileCases compiles the modules and a function for each case; what it returns
// runs one of them.
func compileCases(t *testing.T, modules string, cases []recordedCase) func(i int) string {
	t.Helper()
	var b strings.Builder
	for i, c := range cases {
		fmt.Fprintf(&b, "defmodule Case%d do\n  def run do\n    import Ecto.Changeset, warn: false\n%s\n  end\nend\n", i, c.code)
	}
	files := []*source.File{source.NewFile("modules.ex", modules), source.NewFile("cases.ex", b.String())}
	base, err := live.BaseFor(files...)
	if err != nil {
		t.Fatalf("Ecto does not compile: %v", diagnostics(err))
	}
	program, _, err := base.Compile(files...)
	if err != nil {
		t.Fatalf("the cases do not compile:\n%s", diagnostics(err))
	}
	n := node.New(node.Options{Program: func() *interp.Program { return program }, Limits: interp.Limits{}})
	t.Cleanup(n.Close)
	return func(i int) string { return runCase(t, n, fmt.Sprintf("Case%d", i)) }
}

func diagnostics(err error) string {
	if list := source.Diagnostics(err); len(list) > 0 {
		return list.Text()
	}
	return err.Error()
}

// runCase runs a case in a process and returns the result inspected, or the
// banner of what it raised.
func runCase(t *testing.T, n *node.Node, module string) string {
	t.Helper()
	out := make(chan string, 1)
	_, err := n.Spawn(func(p *node.Process) term.Term {
		var text string
		_, err := p.Thread().Run(func() term.Term {
			v := p.Thread().Apply(term.NewModule(module), "run")
			text = p.Thread().Inspect(v, term.InspectOptions{Limit: term.Unlimited, PrintableLimit: term.Unlimited})
			return v
		})
		var e *interp.Exception
		if errors.As(err, &e) {
			text, _, _ = strings.Cut(e.Error(), "\n\nThe following arguments")
		}
		lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		out <- strings.Join(lines, "\n")
		return node.Normal
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return <-out
}

func TestMentioned(t *testing.T) {
	for text, want := range map[string]bool{"use Ecto.Schema": true, "Decimal.new(1)": true, "use Phoenix.LiveView": false} {
		if got := ecto.Mentioned(source.NewFile("a.ex", ""), source.NewFile("b.ex", text)); got != want {
			t.Errorf("Mentioned(%q) = %v, want %v", text, got, want)
		}
	}
}
