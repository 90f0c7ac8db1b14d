package live_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

var update = flag.Bool("update", false, "rewrite what the tests of testdata expect")

// compile returns a program with the files of a txtar archive that hold Elixir.
func compile(t testing.TB, files []source.TxtarFile) *interp.Program {
	t.Helper()
	base, err := live.Base()
	if err != nil {
		t.Fatalf("the prelude does not compile: %v", diagnostics(err))
	}
	var src []*source.File
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".ex") || strings.HasSuffix(f.Name, ".heex") {
			src = append(src, source.NewFile(f.Name, f.Data))
		}
	}
	p, _, err := base.Compile(src...)
	if err != nil {
		t.Fatalf("the archive does not compile:\n%s", diagnostics(err))
	}
	return p
}

func diagnostics(err error) string {
	if list := source.Diagnostics(err); len(list) > 0 {
		return list.Text()
	}
	return err.Error()
}

// TestFunctions runs each function of a module T, named after a test, and
// compares what it returns or raises with the file of that name.
func TestFunctions(t *testing.T) {
	names, err := filepath.Glob("testdata/functions/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no test cases", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files := source.ParseTxtar(data)
		p := compile(t, files)
		for i, f := range files {
			if f.Name == "" || strings.Contains(f.Name, ".") {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar")+"/"+f.Name, func(t *testing.T) {
				got := runFunction(t, p, f.Name)
				got, _, _ = strings.Cut(got, "\n\nAttempted function clauses") // recorded from a script, whose code Elixir does not keep
				if *update {
					files[i].Data = got + "\n"
				} else if got != strings.TrimSpace(f.Data) {
					t.Errorf("got:\n%s\nwant:\n%s", got, f.Data)
				}
			})
		}
		if *update {
			if err := os.WriteFile(name, source.FormatTxtar(files), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func runFunction(t *testing.T, p *interp.Program, name string) (out string) {
	n := node.New(node.Options{Program: func() *interp.Program { return p }})
	defer n.Close()
	proc, err := n.Spawn(func(p *node.Process) term.Term {
		th := p.Thread()
		_, err := th.Run(func() term.Term {
			v := th.Apply(term.NewModule("T"), name)
			out = th.Inspect(v, term.InspectOptions{Pretty: true, Width: 98})
			return v
		})
		var e *interp.Exception
		if errors.As(err, &e) {
			out = strings.TrimSpace(e.Error())
		}
		return node.Normal
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	<-proc.Done()
	return out
}
