package syntax_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// Every error in a file is reported, each where it is.
func TestAllErrors(t *testing.T) {
	_, err := syntax.Parse(fragment("defmodule A do\n  def a do\n    x = = 1\n  end\n\n  def b, do: foo 1 2\n\n  def c do\n    [1, 2 3]\n  end\nend\n"))
	var got []string
	for _, d := range source.Diagnostics(err) {
		got = append(got, d.Error())
	}
	want := "code.ex:3:9: syntax error before: '='\n" +
		"code.ex:6:20: syntax error before: \"2\"\n" +
		"code.ex:9:11: syntax error before: \"3\""
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}

// Nesting beyond the limit is an error and neither a crash nor slow.
func TestDeepNesting(t *testing.T) {
	for _, open := range []string{"(", "[", "{", "f(", "fn -> ", "a do ", "-", "a ++ ", `"#{`, "%{a: ", "@", "%-", "f "} {
		start := time.Now()
		_, err := syntax.Parse(fragment(strings.Repeat(open, 20_000)))
		if err == nil {
			t.Errorf("%q: no error", open)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%q took %v", open, d)
		}
	}
	for _, again := range []string{" + 1", ".b", "[1]", " |> b()", ".b()", " and 1", ".(1)"} {
		if _, err := syntax.Parse(fragment("a" + strings.Repeat(again, 100_000))); err == nil || !strings.Contains(err.Error(), "nested too deeply") {
			t.Errorf("%q: %.100v", again, err)
		}
		wide := strings.Repeat("[a"+strings.Repeat(again, 100)+"]\n", 1000)
		if _, err := syntax.Parse(fragment(wide)); err != nil {
			t.Errorf("many of %q: %.100v", again, err)
		}
	}
	if _, err := syntax.Parse(fragment(strings.Repeat("1", 200_000))); err == nil || !strings.Contains(err.Error(), "more than 100000 digits") {
		t.Errorf("a long number: %.100v", err)
	}
	_, err := syntax.Parse(fragment(strings.Repeat("(", 10_000) + strings.Repeat(")", 10_000)))
	if err == nil || !strings.Contains(err.Error(), "nested too deeply") {
		t.Errorf("got %v", err)
	}
}

func TestParseExpr(t *testing.T) {
	for in, want := range map[string]string{
		"@count":       "{:@, [], [{:count, [], nil}]}",
		"":             "{:__block__, [], []}",
		" \n":          "{:__block__, [], []}",
		"a = 1\na + 1": "{:__block__, [], [{:=, [], [{:a, [], nil}, 1]}, {:+, [], [{:a, [], nil}, 1]}]}",
	} {
		want = strings.NewReplacer(":@", `:"@"`, ":=", `:"="`, ":+", `:"+"`).Replace(want)
		n, err := syntax.ParseExpr(fragment(in))
		if err != nil {
			t.Errorf("%q: %v", in, err)
		} else if got := syntax.Dump(n); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// pieces splits "if x do · else · end", where a dot is a body.
func pieces(text string) []syntax.EExPiece {
	fr := fragment(text)
	var list []syntax.EExPiece
	at := 0
	for i, part := range strings.Split(text, "·") {
		if i > 0 {
			list = append(list, syntax.EExPiece{At: fr.Span(at, at+len("·")), Body: i - 1})
			at += len("·")
		}
		list = append(list, syntax.EExPiece{Code: fr.Sub(at, at+len(part))})
		at += len(part)
	}
	return list
}

func TestParseEEx(t *testing.T) {
	const hole = "{:__EEX__, [], [%]}"
	for in, want := range map[string]string{
		" if x do · else · end ":             "{:if, [], [{:x, [], nil}, [{:do, " + hole + "}, {:else, " + hole + "}]]}",
		" for a <- b do · end":               `{:for, [], [{:"<-", [], [{:a, [], nil}, {:b, [], nil}]}, [{:do, ` + hole + "}]]}",
		"case x do  1 -> · _ -> · end":       `{:case, [], [{:x, [], nil}, [{:do, [{:"->", [], [[1], ` + hole + `]}, {:"->", [], [[{:_, [], nil}], ` + hole + "]}]}]]}",
		" form_for f, fn g -> · end ":        `{:form_for, [], [{:f, [], nil}, {:fn, [], [{:"->", [], [[{:g, [], nil}], ` + hole + "]}]}]}",
		"cond do a -> · true -> · end":       `{:cond, [], [[{:do, [{:"->", [], [[{:a, [], nil}], ` + hole + `]}, {:"->", [], [[true], ` + hole + "]}]}]]}",
		"if x do · \n else ; · \n end # end": "{:if, [], [{:x, [], nil}, [{:do, " + hole + "}, {:else, " + hole + "}]]}",
	} {
		for i := range 2 {
			want = strings.Replace(want, "%", string(rune('0'+i)), 1)
		}
		n, err := syntax.ParseEEx(pieces(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if got := syntax.Dump(n); got != want {
			t.Errorf("%s:\n got %s\nwant %s", in, got, want)
		}
	}
}

// Errors in pieces stand where the code stands in the template.
func TestParseEExErrors(t *testing.T) {
	_, err := syntax.ParseEEx(pieces("if x do\n·\nend end"))
	if got, want := err.Error(), "code.ex:3:5: unexpected reserved word: end"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSections(t *testing.T) {
	n, err := syntax.ParseExpr(fragment("for x <- xs, into: %{}, do: x"))
	if err != nil {
		t.Fatal(err)
	}
	c := n.(*syntax.Call)
	if s := c.Section("do"); s == nil || syntax.Dump(s.Body) != "{:x, [], nil}" {
		t.Errorf("do section: %v", s)
	}
	rest := c.Rest()
	if len(rest) != 2 || syntax.Dump(rest[1]) != `[{:into, {:"%{}", [], []}}]` {
		t.Errorf("rest: %d arguments", len(rest))
	}
}

// A sigil's source maps back to the file past the indentation of its heredoc.
func TestSigilSource(t *testing.T) {
	n, err := syntax.ParseExpr(fragment("  ~H\"\"\"\n    <p>\n      {a}\n    </p>\n    \"\"\""))
	if err != nil {
		t.Fatal(err)
	}
	s := n.(*syntax.Sigil)
	if want := "<p>\n  {a}\n</p>\n"; s.Source.Text != want || s.Parts[0].Text != want || !s.Heredoc || s.Indent != 4 {
		t.Fatalf("got source %q, parts %q, indent %d", s.Source.Text, s.Parts[0].Text, s.Indent)
	}
	at := strings.Index(s.Source.Text, "a}")
	if p := s.Source.Span(at, at+1).Pos(); p != (source.Position{Line: 3, Column: 8}) {
		t.Errorf("a is at %v", p)
	}
}

// A backslash before the closing delimiter of a sigil is none of its text, and
// is warned of when it stands in an uppercase one.
func TestSigilEscapesItsDelimiter(t *testing.T) {
	for _, c := range []struct {
		text, want string
		warnings   int
	}{
		{`~H"<p id=\"a\">{b}</p>"`, `<p id="a">{b}</p>`, 2},
		{`~H|a \| {b} \n|`, `a | {b} \n`, 1},
		{`~H(a\) {b})`, `a) {b}`, 1},
		{"~H\"\"\"\n  a \\\"\"\"\n  {b}\n  \"\"\"", "a \"\"\"\n{b}\n", 0},
		{`~s(a\) {b})`, `a) {b}`, 0},
	} {
		n, list := syntax.ParseAll(fragment(c.text))
		if list.Err() != nil {
			t.Fatal(list.Err())
		}
		s := n.Exprs[0].(*syntax.Sigil)
		if s.Source.Text != c.want || s.Parts[0].Text != c.want || len(list) != c.warnings {
			t.Errorf("%s: got source %q, parts %q and %d warnings, want %q and %d", c.text, s.Source.Text, s.Parts[0].Text, len(list), c.want, c.warnings)
		}
		at := strings.Index(s.Source.Text, "b}")
		if got, want := s.Source.Span(at, at+1).Start, strings.Index(c.text, "b}"); got != want {
			t.Errorf("%s: b is at %d, want %d", c.text, got, want)
		}
	}
	_, list := syntax.ParseAll(fragment(`~S(\))`))
	want := `using \) to escape the closing of an uppercase sigil is deprecated, please use another delimiter or a lowercase sigil instead`
	if len(list) != 1 || list[0].Message != want || list[0].Span.Pos().Column != 4 {
		t.Errorf("got %v, want %q at column 4", list, want)
	}
}

// Spans cover what their nodes were read from.
func TestSpans(t *testing.T) {
	const text = "foo.bar(1, a: 2) |> Enum.map(fn x -> x + 1 end)"
	n, err := syntax.ParseExpr(fragment(text))
	if err != nil {
		t.Fatal(err)
	}
	pipe := n.(*syntax.Binary)
	call := pipe.R.(*syntax.Call)
	fn := call.Args[0].(*syntax.Fn)
	for _, c := range []struct{ got, want string }{
		{pipe.Span().Text(), text},
		{pipe.OpAt.Text(), "|>"},
		{pipe.L.Span().Text(), "foo.bar(1, a: 2)"},
		{pipe.L.(*syntax.Call).NameAt.Text(), "bar"},
		{call.Span().Text(), "Enum.map(fn x -> x + 1 end)"},
		{fn.Span().Text(), "fn x -> x + 1 end"},
		{fn.Clauses[0].Span().Text(), "x -> x + 1"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, path := range []string{"testdata/quoted.txtar", "testdata/errors.txtar"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range source.ParseTxtar(data) {
			if file.Name == "in" {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		block, list := syntax.ParseAll(fragment(text))
		syntax.Dump(block)
		_ = list.Text()
		for _, d := range list {
			if d.Span.Start < 0 || d.Span.End > len(text) || d.Span.Start > d.Span.End {
				t.Fatalf("span %d to %d of %d bytes", d.Span.Start, d.Span.End, len(text))
			}
		}
		if list.Err() != nil {
			return
		}
		printed := syntax.Print(block)
		again, err := syntax.Parse(fragment(printed))
		if err != nil {
			if strings.Contains(err.Error(), "too deeply") {
				return // parentheses count
			}
			t.Fatalf("printed\n%s\n%v", printed, err)
		}
		if want, got := syntax.Dump(block), syntax.Dump(again); got != want {
			t.Fatalf("printed\n%s\n got %s\nwant %s", printed, got, want)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	data, err := os.ReadFile("../transport/testdata/captures/live/chat_live.ex")
	if err != nil {
		b.Fatal(err)
	}
	fr := source.Whole(source.NewFile("chat_live.ex", string(data)))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		syntax.Parse(fr)
	}
}
