package stdlib_test

import (
	"testing"

	"streamsplayground/engine/term"
)

// FuzzPath checks that what a path is split into joins to a path that splits
// the same, and that nothing in Path and OptionParser fails of itself.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"/a/b.ex", "a//./../b/", "~/x", "", ".", "..", "/", "--a=1 'b c' -d", `\"x\`} {
		f.Add(s, "-")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := term.Binary(a), term.Binary(b)
		for _, name := range []string{"basename", "dirname", "extname", "rootname", "type", "relative", "safe_relative", "relative_to_cwd"} {
			call(t, "Path", name, x)
		}
		for _, name := range []string{"join", "relative_to", "absname", "basename", "rootname", "safe_relative"} {
			call(t, "Path", name, x, y)
		}
		call(t, "Path", "expand", x, y)
		if words, err := call(t, "OptionParser", "split", x); err == nil {
			opts := term.Keyword("strict", term.Keyword("a", term.NewAtom("integer"), "b", term.NewAtom("boolean")))
			call(t, "OptionParser", "parse", words, opts)
		}
		parts, _ := call(t, "Path", "split", x)
		if l, ok := parts.(*term.List); !ok || l == term.Empty {
			return
		}
		joined, err := call(t, "Path", "join", parts)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := call(t, "Path", "split", joined)
		if !term.StrictEqual(parts, again) {
			t.Fatalf("%q splits into %s, which joins to %s", a, term.Inspect(parts), term.Inspect(joined))
		}
	})
}
