package stdlib_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/term"
)

// TestCoreGolden runs each recorded expression and compares what comes out with
// what Elixir made of it. Known differences are listed, with the reason, in
// testdata/core/differences.txt.
func TestCoreGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/core/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	known := knownDifferences(t)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		mod := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for _, f := range source.ParseTxtar(data) {
			if f.Name == "" {
				continue
			}
			code, want, _ := strings.Cut(f.Data, "\n=>\n")
			want = strings.TrimRight(want, "\n")
			t.Run(mod+"/"+f.Name, func(t *testing.T) {
				reason, differs := known[mod+"/"+f.Name]
				switch got := evaluate(t, code, interp.Limits{}); {
				case got == want && differs:
					t.Errorf("this is no difference any more: %s", reason)
				case got != want && !differs:
					t.Errorf("%s\ngot:  %s\nwant: %s", code, got, want)
				}
			})
		}
	}
}

func knownDifferences(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/core/differences.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(data)) {
		names, reason, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range strings.Fields(names) {
			known[name] = reason
		}
	}
	return known
}

// coreProgram is the program of native modules only, which all cases share.
var coreProgram = sync.OnceValues(func() (*interp.Program, error) {
	return interp.NewProgram(stdlib.Modules()...)
})

// evaluate runs an expression as the body of a function, in a process, and
// returns the result inspected or the banner of what it raised. Modules that
// it needs stand before a line "# run".
func evaluate(t *testing.T, code string, limits interp.Limits) string {
	t.Helper()
	base, err := coreProgram()
	if err != nil {
		t.Fatal(err)
	}
	modules, body, ok := strings.Cut(code, "\n# run\n")
	if !ok {
		modules, body = "", code
	}
	file := source.NewFile("case.ex", modules+"\ndefmodule Case do\n  def run do\n"+body+"\n  end\nend\n")
	prog, _, err := base.Compile(file)
	if err != nil {
		return "does not compile: " + err.Error()
	}
	n := node.New(node.Options{Program: func() *interp.Program { return prog }, Limits: limits})
	defer n.Close()
	out := make(chan string, 1)
	_, err = n.Spawn(func(p *node.Process) term.Term {
		p.TrapExit(true)
		var text string
		_, err := p.Thread().Run(func() term.Term {
			v := p.Thread().Apply(term.NewModule("Case"), "run")
			text = p.Thread().Inspect(v, term.InspectOptions{Limit: term.Unlimited})
			return v
		})
		var e *interp.Exception
		if errors.As(err, &e) {
			text = comparable(e.Error())
		}
		out <- text
		return node.Normal
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case text := <-out:
		return text
	case <-time.After(10 * time.Second):
		return "took more than 10 seconds"
	}
}

var implemented = regexp.MustCompile(`\. This protocol is implemented for the following type\(s\): [^\n]*`)

// comparable cuts what the recording lacks: the arguments and clauses that an
// error of a function's clauses goes on with, and the list of implementations,
// which Elixir only shows where protocols are consolidated.
func comparable(banner string) string {
	head, _, _ := strings.Cut(banner, "\n\nThe following arguments")
	return strings.TrimSuffix(implemented.ReplaceAllString(head, ""), "\n")
}

// TestCoreLimits holds natives to their budget: each of these would otherwise
// run for ever or fill the memory.
func TestCoreLimits(t *testing.T) {
	for _, code := range []string{
		"Enum.to_list(1..1_000_000_000)",
		"Enum.map(1..1_000_000_000, & &1)",
		"Enum.count(Stream.cycle([1]))",
		"Enum.reduce(1..10_000_000_000, 0, &+/2)",
		"List.duplicate(:a, 10_000_000_000)",
		"Stream.iterate(1, &(&1 + 1)) |> Enum.into(MapSet.new())",
		"Tuple.duplicate(1, 16_000_000) |> Tuple.to_list() |> Enum.map(&[&1, &1, &1, &1]) |> Enum.concat()",
		"Enum.join(Stream.cycle([\"abc\"]))",
		"Stream.repeatedly(fn -> 1 end) |> Stream.run()",
		"Enum.zip(Stream.cycle([1]), Stream.cycle([2]))",
		"Enum.max(1..100_000_000_000)",
	} {
		if got := evaluate(t, code, interp.Limits{Reductions: 3_000_000, Bytes: 32 << 20}); !strings.HasPrefix(got, "** (SystemLimitError)") {
			t.Errorf("%s\ngot: %.200s", code, got)
		}
	}
}

func BenchmarkCore(b *testing.B) {
	base, err := interp.NewProgram(stdlib.Modules()...)
	if err != nil {
		b.Fatal(err)
	}
	for name, body := range map[string]string{
		"Enum.map":      "Enum.map(list, &(&1 + 1))",
		"Enum.filter":   "Enum.filter(list, &(&1 > 500))",
		"Enum.reduce":   "Enum.reduce(list, 0, &(&1 + &2))",
		"Enum.sort_by":  "Enum.sort_by(list, &(-&1))",
		"Enum.group_by": "Enum.group_by(list, &rem(&1, 10))",
		"Enum.join":     "Enum.join(list, \",\")",
		"Map.new":       "Map.new(list, &{&1, &1})",
		"Stream.map":    "list |> Stream.map(&(&1 + 1)) |> Enum.to_list()",
	} {
		file := source.NewFile("bench.ex", fmt.Sprintf("defmodule Bench do\n  def run(list), do: %s\nend\n", body))
		prog, _, err := base.Compile(file)
		if err != nil {
			b.Fatal(err)
		}
		elems := make([]term.Term, 1000)
		for i := range elems {
			elems[i] = term.Int(i)
		}
		list := term.NewList(elems...)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			t := interp.NewThread(prog, interp.Limits{})
			for b.Loop() {
				if _, err := t.Run(func() term.Term { return t.Apply(term.NewModule("Bench"), "run", list) }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
