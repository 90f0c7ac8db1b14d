package stdlib_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/term"
)

var baseProgram = func() *interp.Program {
	p, err := interp.NewProgram(stdlib.Modules()...)
	if err != nil {
		panic(err)
	}
	return p
}()

// eval runs an expression and returns what it inspects to, or the banner of
// what it raised.
func eval(expr string) string {
	file := source.NewFile("case.ex", "defmodule Case do\ndef run() do\n"+expr+"\nend\nend\n")
	p, _, err := baseProgram.Compile(file)
	if err != nil {
		return "compile error: " + err.Error()
	}
	thread := interp.NewThread(p, interp.Limits{})
	v, err := thread.Run(func() term.Term {
		v := thread.Apply(term.NewModule("Case"), "run")
		return term.Binary(thread.Inspect(v, term.InspectOptions{Limit: -1, PrintableLimit: -1}))
	})
	if err != nil {
		// The recorded banners have no arguments below them.
		banner, _, _ := strings.Cut(err.Error(), "\n\nThe following arguments were given")
		return banner
	}
	return string(v.(term.Binary))
}

// TestGolden compares expressions with what Elixir 1.18.4 made of them. In a
// file of testdata each expression, named .exs, is followed by its result.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			cases := source.ParseTxtar(data)
			for i := 0; i+1 < len(cases); i += 2 {
				expr, want := cases[i].Data, strings.TrimSuffix(cases[i+1].Data, "\n")
				if got := eval(expr); got != want {
					t.Errorf("%s: %s\n got: %s\nwant: %s", cases[i].Name, expr, got, want)
				}
			}
		})
	}
}
