package live_test

import (
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
)

// TestRunawayCompilation compiles modules that would never be done.
func TestRunawayCompilation(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"a loop in the body":      {"for _ <- Stream.cycle([1]), do: 1", "system limit"},
		"a huge attribute":        {"@x Enum.to_list(1..100_000_000)", "system limit"},
		"a macro without end":     {"defmacro m(), do: quote(do: M.again())\nend\ndefmodule M do\n defmacro again(), do: quote(do: M.again())\nend\ndefmodule U do\n require M\n def f, do: M.again()", "expands without end"},
		"a macro that grows":      {"defmacro grow(x), do: quote(do: [unquote(x), unquote(x)])\nend\ndefmodule U do\n import T\n def f, do: " + strings.Repeat("grow(", 40) + "1" + strings.Repeat(")", 40), ""},
		"use without end":         {"defmacro __using__(_), do: quote(do: use T)\nend\ndefmodule U do\n use T", ""},
		"code evaluated for ever": {"Code.eval_string(\"for _ <- Stream.cycle([1]), do: 1\")", ""},
		"a long chain":            {"def f(a), do: a" + strings.Repeat(" + 1", 200_000), "nested too deeply"},
		"deep HEEx":               {"use Phoenix.Component\n def f(assigns), do: ~H\"\"\"\n" + strings.Repeat("<p>", 100_000) + "\n\"\"\"", ""},
		"many assigns":            {"use Phoenix.Component\n def f(assigns), do: ~H\"\"\"\n" + strings.Repeat("{@a}", 30_000) + "\n\"\"\"", ""},
		"a big file":              {strings.Repeat("def f(a), do: a\n", 20_000), ""},
		"a bigger file":           {strings.Repeat("# x\n", 3<<20), "8 MB together"},
		"many modules":            {strings.Repeat("end\ndefmodule A do\n", 500), ""},
	} {
		t.Run(name, func(t *testing.T) {
			base, err := live.Base()
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			_, _, err = base.Compile(source.NewFile("t.ex", "defmodule T do\n"+c.body+"\nend\n"))
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %.300v", err)
			}
			if took := time.Since(start); took > 60*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
