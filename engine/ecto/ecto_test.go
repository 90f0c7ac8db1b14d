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

// compile compiles files onto Ecto.
func compile(t *testing.T, texts ...string) error {
	t.Helper()
	var files []*source.File
	for i, text := range texts {
		files = append(files, source.NewFile(fmt.Sprintf("file_%d.ex", i+1), text))
	}
	base, err := live.BaseFor(files...)
	if err != nil {
		t.Fatal(diagnostics(err))
	}
	_, _, err = base.Compile(files...)
	return err
}

const pointType = "defmodule Point do\n  use Ecto.Type\n  def type, do: :map\n  def cast(p), do: {:ok, p}\n  def load(p), do: {:ok, p}\n  def dump(p), do: {:ok, p}\nend\n"

// A schema may name types and schemas of files that are compiled after its own.
func TestSchemaOfLaterFiles(t *testing.T) {
	err := compile(t,
		"defmodule Place do\n  use Ecto.Schema\n  schema \"places\" do\n    field :at, Point, default: {0, 0}\n    embeds_one :sign, Sign, defaults_to_struct: true\n  end\nend\n",
		pointType,
		"defmodule Sign do\n  use Ecto.Schema\n  embedded_schema do\n    field :text\n  end\nend\n")
	if err != nil {
		t.Error(diagnostics(err))
	}
}

// What is wrong in a schema is shown where it is written.
func TestMistakesStandInTheSchema(t *testing.T) {
	err := compile(t, "defmodule Place do\n  use Ecto.Schema\n\n  schema \"places\" do\n    field :at, Pont\n  end\nend\n", pointType)
	if err == nil {
		t.Fatal("it compiles")
	}
	got := diagnostics(err)
	for _, want := range []string{"** (ArgumentError) unknown type Pont for field :at", "file_1.ex:5:5"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// Where code of a reader runs into a limit inside of Ecto, it is told where it
// called it.
func TestLimitsNameTheReadersPlace(t *testing.T) {
	file := source.NewFile("far.ex", "defmodule Far do\n  def run do\n    {Ecto.Type.cast({:array, :integer}, List.duplicate(\"1\", 40_000))}\n  end\nend\n")
	base, err := live.BaseFor(file)
	if err != nil {
		t.Fatal(err)
	}
	program, _, err := base.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	thread := interp.NewThread(program, interp.Limits{Reductions: 100_000})
	_, err = thread.Run(func() term.Term { return thread.Apply(term.NewModule("Far"), "run") })
	if want := "(at far.ex:3:"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("no %q in %v", want, err)
	}
}

// An association with what is no schema is a warning at its schema, once all
// modules are there.
func TestAssociationsAreVerified(t *testing.T) {
	user := source.NewFile("a.ex", "defmodule User do\n  use Ecto.Schema\n  schema \"users\" do\n    has_many :posts, Post\n    has_one :gone, Gone\n  end\nend\n")
	post := source.NewFile("b.ex", "defmodule Post do\n  use Ecto.Schema\n  schema \"posts\" do\n    belongs_to :user, User\n  end\nend\n")
	base, err := live.BaseFor(user, post)
	if err != nil {
		t.Fatal(err)
	}
	_, warnings, err := base.Compile(user, post)
	if err != nil {
		t.Fatal(diagnostics(err))
	}
	want := "invalid association `gone` in schema User: associated schema Gone does not exist"
	if len(warnings) != 1 || warnings[0].Message != want || warnings[0].Span.File != user {
		t.Errorf("got %s\nwant one warning in a.ex: %s", warnings.Text(), want)
	}
}
