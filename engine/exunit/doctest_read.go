package exunit

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// docLine is a line of a doc without its indentation.
type docLine struct {
	text string
	line int
}

func isPrompt(s string) bool { return strings.HasPrefix(s, "iex>") || strings.HasPrefix(s, "iex(") }

// extract finds the examples of a doc.
func (d *docTests) extract(doc interp.Doc) ([]*docCase, error) {
	lines, last, err := d.lines(doc)
	if err != nil {
		return nil, err
	}
	var out []*docCase
	for len(lines) > 0 {
		start := 0
		for start < len(lines) && !strings.HasPrefix(lines[start].text, "iex>") {
			start++
		}
		end := start
		for end < len(lines) && lines[end].text != "" {
			end++
		}
		if start == end {
			break
		}
		after := last
		if end < len(lines) {
			after = lines[end].line
		}
		c := &docCase{name: doc.Name, arity: doc.Arity, line: lines[start].line, end: after - 1}
		c.read(lines[start:end])
		out = append(out, c)
		lines = lines[end:]
	}
	return out, nil
}

// lines takes the indentation of the examples away, and the numbers of their
// prompts. Text between them is left out.
func (d *docTests) lines(doc interp.Doc) (out []docLine, last int, err error) {
	line := doc.At.Pos().Line
	indent, kind := 0, "text"
	for _, text := range strings.Split(strings.ReplaceAll(doc.Text, "\r\n", "\n"), "\n") {
		line++
		trimmed := strings.TrimLeft(text, " \t")
		if kind == "text" {
			if !isPrompt(trimmed) {
				continue
			}
			indent, kind = strings.Index(text, "iex"), "prompt"
		}
		stripped := ""
		if len(text) > indent {
			stripped = text[indent:]
		}
		done := stripped == "" || strings.HasPrefix(stripped, "```") || strings.HasPrefix(stripped, "~~~")
		overrun := len(trimmed) != len(stripped)
		if kind == "code" {
			overrun = !done && len(trimmed) > len(stripped)
		}
		switch {
		case overrun && !done:
			return nil, 0, d.mismatch(line, text, indent)
		case done:
			out, kind = append(out, docLine{"", line}), "text"
		case kind == "prompt", isPrompt(trimmed), kind == "maybe" && (strings.HasPrefix(trimmed, "...>") || strings.HasPrefix(trimmed, "...(")):
			prompt, err := d.prompt(stripped, line)
			if err != nil {
				return nil, 0, err
			}
			out, kind = append(out, docLine{prompt, line}), "maybe"
		default:
			out, kind = append(out, docLine{stripped, line}), "code"
		}
	}
	return out, line, nil
}

func (d *docTests) mismatch(line int, text string, indent int) error {
	spaces := term.Inspect(term.Int(indent)) + " spaces"
	if indent == 1 {
		spaces = "1 space"
	}
	return d.errorf(line, `indentation level mismatch on doctest line: %s

If you are planning to assert on the result of an `+"`iex>`"+` expression, make sure the result is indented at the same level as `+"`iex>`"+`, which in this case is exactly %s.

If instead you have an `+"`iex>`"+` expression that spans over multiple lines, please make sure that each line after the first one begins with `+"`...>`"+`.
`, term.Inspect(term.Binary(text)), spaces)
}

// prompt is a line whose iex(1)> is iex>.
func (d *docTests) prompt(text string, line int) (string, error) {
	for _, head := range []string{"iex", "..."} {
		if rest, ok := strings.CutPrefix(text, head+"("); ok {
			_, after, found := strings.Cut(rest, ")>")
			if !found {
				return "", d.errorf(line, "unknown IEx prompt: %s.\nAccepted formats are: iex>, iex(1)>, ...>, ...(1)>}", term.Inspect(term.Binary(text)))
			}
			return head + ">" + after, nil
		}
	}
	return text, nil
}

// read takes the lines of an example apart.
func (c *docCase) read(lines []docLine) {
	var expr, expected, shown []string
	at := lines[0].line
	flush := func() {
		want := strings.Join(expected, "\n")
		c.exprs = append(c.exprs, docExpr{text: strings.Join(expr, "\n"), expected: want, line: at, wantLine: at + len(expr),
			shown: "\n" + strings.Join(shown, "\n") + "\n" + want})
		expr, expected, shown = nil, nil, nil
	}
	for _, l := range lines {
		rest, starts := strings.CutPrefix(l.text, "iex>")
		if starts && len(expected) > 0 {
			flush()
			at = l.line
		}
		if !starts {
			rest, starts = strings.CutPrefix(l.text, "...>")
		}
		if starts {
			expr, shown = append(expr, rest), append(shown, l.text)
			continue
		}
		expected = append(expected, l.text)
	}
	flush()
}
