package syntax_test

import (
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/syntax"
)

// Parsing takes time in proportion to the text, wrong or not, on one line or many.
func TestLongTexts(t *testing.T) {
	for _, unit := range []string{"\"a\", ", "f(1) + ", "a |> ", "x = 1 2\n", "\"#{a}\" <> b\n", "%{a: 1}\n", "if a do b end\n",
		"$", "(", "a, ", "foo a -> ", "((a) -> b);", "~w(a) ", ")", "end ", "\"\"\"\n a\n \"\"\"\n", "a b ", "[(a, b)", "when ", ": ", "~H"} {
		start := time.Now()
		syntax.Parse(fragment(strings.Repeat(unit, 100_000/len(unit))))
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%q took %v", unit, d)
		}
	}
}
