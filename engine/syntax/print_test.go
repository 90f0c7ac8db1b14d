package syntax_test

import (
	"testing"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// What is printed is read as the same tree.
func TestPrint(t *testing.T) {
	for _, c := range pairs(t, "testdata/quoted.txtar") {
		block, err := syntax.Parse(fragment(c[0]))
		if err != nil {
			t.Fatal(err)
		}
		printed := syntax.Print(block)
		again, err := syntax.Parse(fragment(printed))
		if err != nil {
			t.Errorf("%s\nprinted\n%s\n%s", c[0], printed, source.Diagnostics(err).Text())
		} else if got := syntax.Dump(again); got != c[1] {
			t.Errorf("%s\nprinted\n%s\n got %s\nwant %s", c[0], printed, got, c[1])
		}
	}
}
