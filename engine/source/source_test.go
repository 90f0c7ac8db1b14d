package source_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"streamsplayground/engine/source"
)

func TestPositions(t *testing.T) {
	f := source.NewFile("a.ex", "aé\nb\r\n\nc")
	for _, c := range []struct {
		offset int
		want   source.Position
	}{
		{-1, source.Position{Line: 1, Column: 1}}, {0, source.Position{Line: 1, Column: 1}}, {1, source.Position{Line: 1, Column: 2}},
		{3, source.Position{Line: 1, Column: 3}}, {4, source.Position{Line: 2, Column: 1}}, {7, source.Position{Line: 3, Column: 1}},
		{8, source.Position{Line: 4, Column: 1}}, {9, source.Position{Line: 4, Column: 2}}, {99, source.Position{Line: 4, Column: 2}},
	} {
		if got := f.Position(c.offset); got != c.want {
			t.Errorf("offset %d: got %v, want %v", c.offset, got, c.want)
		}
	}
	if f.LineCount() != 4 || f.Line(2) != "b" || f.Line(0) != "" || f.Line(5) != "" || f.Offset(2) != 4 || f.Offset(9) != 9 {
		t.Errorf("lines: %d, %q", f.LineCount(), f.Line(2))
	}
}

func TestFragments(t *testing.T) {
	f := source.NewFile("a.ex", "x\n  ab\n  cd\ny")
	whole := source.Whole(f)
	cut := whole.Cut(2, 12, [][2]int{{2, 4}, {7, 9}})
	if cut.Text != "ab\ncd\n" {
		t.Fatalf("cut %q", cut.Text)
	}
	for text, want := range map[string]source.Position{"ab": {Line: 2, Column: 3}, "cd": {Line: 3, Column: 3}, "d": {Line: 3, Column: 4}} {
		at := strings.Index(cut.Text, text)
		span := cut.Span(at, at+len(text))
		if span.Pos() != want || span.Text() != text {
			t.Errorf("%s: got %v %q", text, span.Pos(), span.Text())
		}
		if sub := cut.Sub(at, len(cut.Text)).Span(0, 1); sub.Pos() != want {
			t.Errorf("%s in a part: got %v", text, sub.Pos())
		}
	}
	joined := source.Join([]*source.Fragment{whole.Sub(4, 6), cut.Sub(3, 5), whole.Sub(12, 13)}, "; ")
	if joined.Text != "ab; cd; y" {
		t.Fatalf("joined %q", joined.Text)
	}
	for text, want := range map[string]int{"ab": 4, "cd": 9, "y": 12, ";": 6} {
		at := strings.Index(joined.Text, text)
		if got := joined.Span(at, at+1).Start; got != want {
			t.Errorf("%s: got %d, want %d", text, got, want)
		}
	}
}

func TestSpanTo(t *testing.T) {
	f, g := source.NewFile("a", "abcdef"), source.NewFile("b", "x")
	a, b := source.Span{File: f, Start: 1, End: 2}, source.Span{File: f, Start: 3, End: 5}
	if got := a.To(b); got != (source.Span{File: f, Start: 1, End: 5}) || got.Text() != "bcde" {
		t.Errorf("got %v", got)
	}
	if a.To(source.Span{}) != a || a.To(source.Span{File: g}) != a || (source.Span{}).To(a) != a {
		t.Error("a span of no file or another file changes the span")
	}
}

// The numbers are those of String.jaro_distance/2 of Elixir 1.18.4.
func TestJaro(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"martha", "marhta", 0.9444444444444445}, {"dwayne", "duane", 0.8222222222222223}, {"dixon", "dicksonx", 0.7666666666666666},
		{"", "", 1}, {"a", "", 0}, {"abc", "abc", 1}, {"map", "mapp", 0.9166666666666666}, {"même", "meme", 0.8333333333333334},
		{"jellyfish", "smellyfish", 0.8962962962962964}, {"conut", "count", 0.9333333333333332}, {"ab", "ba", 0},
		{"assign", "assigns", 0.9523809523809524}, {"a", "b", 0},
	} {
		if got := source.Jaro(c.a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%q, %q: got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	got := source.Nearest("mapp", []string{"reduce", "map", "flat_map", "map", "mapp", "maps"})
	if want := []string{"map", "maps"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	many := source.Nearest("item0", []string{"item1", "item2", "item3", "item4", "item5", "item6"})
	if len(many) != 5 {
		t.Errorf("got %d names", len(many))
	}
}

// The texts are as Elixir 1.18.4 prints them.
func TestText(t *testing.T) {
	f := source.NewFile("warn.ex", "defmodule A do\n  def f(x) do\n    conut + 1\n  end\nend\n"+strings.Repeat("\n", 115)+"foo 1 2\n"+strings.Repeat(" ", 30)+"x\n")
	at := func(text string) source.Span {
		i := strings.Index(f.Text(), text)
		return source.Span{File: f, Start: i, End: i + len(text)}
	}
	last := at("x\n") // the x on a line of its own
	last.Start = strings.LastIndex(f.Text(), "x")
	last.End = last.Start + 1
	for _, c := range []struct {
		d    source.Diagnostic
		want string
	}{
		{source.Diagnostic{Span: at("conut"), Message: `undefined variable "conut"`, In: "A.f/1"},
			"    error: undefined variable \"conut\"\n    │\n  3 │     conut + 1\n    │     ^^^^^\n    │\n    └─ warn.ex:3:5: A.f/1"},
		{source.Diagnostic{Severity: source.Warning, Span: at("x)").To(at("x)")), Message: "unused\n\nline"},
			"    warning: unused\n\n    line\n    │\n  2 │   def f(x) do\n    │         ~~\n    │\n    └─ warn.ex:2:9"},
		{source.Diagnostic{Kind: "SyntaxError", Span: at("2\n"), Message: `syntax error before: "2"`},
			"** (SyntaxError) invalid syntax found on warn.ex:121:7:\n     error: syntax error before: \"2\"\n     │\n 121 │ foo 1 2\n     │       ^\n     │\n     └─ warn.ex:121:7"},
		{source.Diagnostic{Span: last, Message: "m"},
			"     error: m\n     │\n 122 │ ..." + strings.Repeat(" ", 19) + "x\n     │ " + strings.Repeat(" ", 22) + "^\n     │\n     └─ warn.ex:122:31"},
		{source.Diagnostic{Kind: "RuntimeError", Message: "oops"}, "** (RuntimeError) oops"},
		{source.Diagnostic{Message: "oops", Hint: "try again"}, "error: oops\n\nhint: try again"},
	} {
		if got := c.d.Text(); got != c.want {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	f := source.NewFile("a", "abc\ndef")
	list := source.Errors{
		{Span: source.Span{File: f, Start: 4, End: 5}, Message: "second"},
		{Severity: source.Warning, Span: source.Span{File: f}, Message: "warning"},
		{Span: source.Span{File: f, Start: 1, End: 2}, Message: "first"},
	}
	if got, want := list.Err().Error(), "a:1:2: first\na:2:1: second"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if (source.Errors{{Severity: source.Warning}}).Err() != nil {
		t.Error("a warning is an error")
	}
	data, err := json.Marshal(list[2])
	if err != nil {
		t.Fatal(err)
	}
	if want := `"severity":"error","file":"a","start":{"line":1,"column":2},"end":{"line":1,"column":3},"message":"first"`; !strings.Contains(string(data), want) {
		t.Errorf("got %s", data)
	}
}

func TestTxtar(t *testing.T) {
	const archive = "comment\n-- a.ex --\nx = 1\n-- empty --\n-- b --\n--not a marker--\n"
	files := source.ParseTxtar([]byte(archive))
	want := []source.TxtarFile{{Data: "comment\n"}, {Name: "a.ex", Data: "x = 1\n"}, {Name: "empty"}, {Name: "b", Data: "--not a marker--\n"}}
	if !reflect.DeepEqual(files, want) {
		t.Errorf("got %q", files)
	}
	if got := string(source.FormatTxtar(files)); got != archive {
		t.Errorf("got %q", got)
	}
	if got := source.ParseTxtar([]byte("-- a --\r\nx\r\ny")); !reflect.DeepEqual(got, []source.TxtarFile{{Name: "a", Data: "x\ny\n"}}) {
		t.Errorf("got %q", got)
	}
}

func TestGrid(t *testing.T) {
	f := source.NewGrid("nofile")
	at := func(line, column int) source.Span {
		o := f.At(line, column)
		return source.Span{File: f, Start: o, End: o}
	}
	for _, c := range []struct {
		span source.Span
		want string
	}{{at(0, 0), "nofile"}, {at(3, 0), "nofile:3"}, {at(3, 14), "nofile:3:14"}, {at(1<<20, 1), "nofile:1048576:1"}} {
		d := source.Diagnostic{Span: c.span, Message: "wrong"}
		if got, want := d.Text(), "error: wrong\n└─ "+c.want; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if s := at(2, 5); s.Text() != "" || f.Line(2) != "" || f.LineCount() < 1<<20 {
		t.Error("a grid has no text, and all lines")
	}
	if at := source.NewFile("a", "ab\ncdé f\n").At(2, 4); at != 7 {
		t.Errorf("line 2, column 4: got %d, want 7", at)
	}
}
