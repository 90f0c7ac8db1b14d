package syntax_test

import (
	"os"
	"strings"
	"testing"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// pairs returns the "in" and "out" files of an archive, without the newline
// that ends each.
func pairs(t *testing.T, path string) [][2]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list [][2]string
	for _, f := range source.ParseTxtar(data) {
		text := strings.TrimSuffix(f.Data, "\n")
		switch f.Name {
		case "in":
			list = append(list, [2]string{text, ""})
		case "out":
			list[len(list)-1][1] = text
		}
	}
	if len(list) == 0 {
		t.Fatalf("%s has no cases", path)
	}
	return list
}

func fragment(text string) *source.Fragment { return source.Whole(source.NewFile("code.ex", text)) }

// Source is read as Elixir reads it.
func TestQuoted(t *testing.T) {
	for _, c := range pairs(t, "testdata/quoted.txtar") {
		block, err := syntax.Parse(fragment(c[0]))
		if err != nil {
			t.Errorf("%s\n%s", c[0], source.Diagnostics(err).Text())
		} else if got := syntax.Dump(block); got != c[1] {
			t.Errorf("%s\n got %s\nwant %s", c[0], got, c[1])
		}
	}
}

// Wrong source gets Elixir's error first, down to the terminal's text.
func TestErrors(t *testing.T) {
	for _, c := range pairs(t, "testdata/errors.txtar") {
		_, err := syntax.Parse(fragment(c[0]))
		list := source.Diagnostics(err)
		if len(list) == 0 {
			t.Errorf("%s\nno error, want %s", c[0], c[1])
		} else if got := list[0].Text(); got != c[1] {
			t.Errorf("%s\n got %s\nwant %s", c[0], got, c[1])
		}
	}
}

// The live views of the wire recordings are read as Elixir reads them.
func TestLiveViews(t *testing.T) {
	data, err := os.ReadFile("testdata/live.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range source.ParseTxtar(data) {
		if f.Name == "" {
			continue
		}
		text, err := os.ReadFile("../transport/testdata/captures/" + f.Name)
		if err != nil {
			t.Fatal(err)
		}
		block, list := syntax.ParseAll(source.Whole(source.NewFile(f.Name, string(text))))
		if len(list) > 0 {
			t.Errorf("%s: %s", f.Name, list.Text())
		} else if got, want := syntax.Dump(block), strings.TrimSuffix(f.Data, "\n"); got != want {
			t.Errorf("%s\n got %s\nwant %s", f.Name, got, want)
		}
	}
}
