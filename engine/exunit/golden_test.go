package exunit_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"streamsplayground/engine/exunit"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/term"
)

var update = flag.Bool("update", false, "write what the tests print to testdata")

// base is a program with ExUnit.
var base = sync.OnceValues(func() (*interp.Program, error) {
	p, err := interp.NewProgram(stdlib.Modules()...)
	if err != nil {
		return nil, err
	}
	return p.WithModules(exunit.Modules()...), nil
})

// run runs the tests of the files and returns the report.
func run(t *testing.T, opts exunit.Options, files ...*source.File) (string, exunit.Result) {
	t.Helper()
	p, err := base()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	opts.Out = &out
	s, err := exunit.NewSuite(p, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, f := range files {
		if _, err := s.Load(f); err != nil {
			t.Fatalf("loading %s: %v", f.Name(), err)
		}
	}
	result, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), result
}

// changing is what differs from run to run.
var changing = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`Finished in .*`), "Finished in TIME"},
	{regexp.MustCompile(`#PID<[0-9.]+>`), "#PID<0.0.0>"},
	{regexp.MustCompile(`#Reference<[0-9.]+>`), "#Reference<0.0.0.0>"},
	{regexp.MustCompile(`\([0-9.]+ms\)`), "(TIME)"},
}

func steady(text string) string {
	for _, c := range changing {
		text = c.what.ReplaceAllString(text, c.with)
	}
	return text
}

// TestGolden runs test files and compares the report with the one of ExUnit
// 1.18.4, byte for byte.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var files []*source.File
			var opts exunit.Options
			want, sections := "", source.ParseTxtar(data)
			for _, s := range sections {
				switch s.Name {
				case "out":
					want = s.Data
				case "app":
					opts.App = strings.TrimSuffix(s.Data, "\n")
				default:
					files = append(files, source.NewFile(s.Name, s.Data))
				}
			}
			out, _ := run(t, opts, files...)
			got := steady(out)
			if *update {
				sections[len(sections)-1].Data = got
				if err := os.WriteFile(name, source.FormatTxtar(sections), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("the report differs:\n%s", difference(got, want))
			}
		})
	}
}

// difference shows the first lines in which two texts differ.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return "got\n" + strings.Join(g[i:min(i+8, len(g))], "\n") + "\nwant\n" + strings.Join(w[min(i, len(w)):min(i+8, len(w))], "\n")
		}
	}
	return "got less than wanted"
}

func TestAnEndlessLoopEndsAtItsTimeout(t *testing.T) {
	out, result := run(t, exunit.Options{}, source.NewFile("loop_test.exs", `
defmodule LoopTest do
  use ExUnit.Case

  @tag timeout: 50
  test "loops" do
    loop(0)
  end

  test "goes on" do
    assert true
  end

  defp loop(n), do: loop(n + 1)
end
`))
	if result.Failures != 1 || result.Total != 2 {
		t.Errorf("got %+v", result)
	}
	if !strings.Contains(out, "** (ExUnit.TimeoutError) test timed out after 50ms. You can change the timeout:") ||
		!strings.Contains(out, "loop_test.exs:14: LoopTest.loop/1") {
		t.Errorf("got\n%s", out)
	}
}

func TestSeedGivesTheOrder(t *testing.T) {
	file := func() *source.File {
		return source.NewFile("order_test.exs", `
defmodule OrderTest do
  use ExUnit.Case

  for n <- 1..20 do
    test "#{n}", context, do: IO.puts(context.test)
  end
end
`)
	}
	first, _ := run(t, exunit.Options{Seed: 7}, file())
	again, _ := run(t, exunit.Options{Seed: 7}, file())
	other, _ := run(t, exunit.Options{Seed: 8}, file())
	if steady(first) != steady(again) {
		t.Error("one seed gave two orders")
	}
	if strings.Replace(steady(first), "seed: 7", "seed: 8", 1) == steady(other) {
		t.Error("two seeds gave one order")
	}
}

func TestAsyncModulesRunAtOnce(t *testing.T) {
	_, result := run(t, exunit.Options{MaxCases: 2}, source.NewFile("async_test.exs", `
for name <- [A, B] do
  defmodule Module.concat(name, Test) do
    use ExUnit.Case, async: true
    @other Module.concat(if(name == A, do: B, else: A), Test)
    @name Module.concat(name, Test)

    test "meets the other" do
      Process.register(self(), @name)
      wait(@other)
    end

    defp wait(other) do
      if pid = Process.whereis(other) do
        send(pid, :seen)
        assert_receive :seen, 5000
      else
        Process.sleep(1)
        wait(other)
      end
    end
  end
end
`))
	if result.Failures != 0 || result.Total != 2 {
		t.Errorf("got %+v", result)
	}
}

func TestFiltersAreParsed(t *testing.T) {
	for text, want := range map[string]string{"slow": ":slow", "db:pg": `{:db, "pg"}`, "line:12": "{:line, 12}"} {
		got, err := exunit.ParseFilter(text)
		if err != nil || term.Inspect(got) != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
	if _, err := exunit.ParseFilter("line:x"); err == nil {
		t.Error("line:x is no filter")
	}
	if got := term.Inspect(exunit.LocationFilter("test/a_test.exs", 3)); got != `{:location, {"test/a_test.exs", 3}}` {
		t.Errorf("got %s", got)
	}
}
