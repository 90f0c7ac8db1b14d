package exunit

import (
	"unicode/utf8"

	"streamsplayground/engine/term"
)

// texts compares strings: as a whole when they have too little in common. The
// delimiter surrounds both; "" is none.
func (d *differ) texts(l, r, delimiter string, e diffEnv) (result, diffEnv) {
	var quote byte
	if delimiter != "" {
		quote = delimiter[0]
	}
	escape := func(s string) string {
		if quote == 0 {
			return escapePlain(s)
		}
		out, _ := term.EscapeString(s, quote, -1)
		return out
	}
	lt, rt := escape(l), escape(r)
	res := result{lt == rt, textOf(delimiter), textOf(delimiter)}
	switch {
	case lt == rt:
		res.left.chunks, res.right.chunks = []chunk{{false, lt}}, []chunk{{false, rt}}
	case d.alike(lt, rt):
		for _, x := range elements(d.str("myers_difference", lt, rt)) {
			op, v, _ := pair(x)
			s, _ := v.(term.Binary)
			if !isAtom(op, "ins") {
				res.left.chunks = append(res.left.chunks, chunk{isAtom(op, "del"), string(s)})
			}
			if !isAtom(op, "del") {
				res.right.chunks = append(res.right.chunks, chunk{isAtom(op, "ins"), string(s)})
			}
		}
		if term.Truthy(d.str("equivalent?", lt, rt)) && len(e.hints) == 0 {
			e.hints = []string{"equivalent_but_different_strings"}
		}
	default:
		res.left.chunks, res.right.chunks = []chunk{{true, lt}}, []chunk{{true, rt}}
	}
	return res, e
}

// escapePlain escapes as between delimiters, of which there are none.
func escapePlain(s string) string {
	out, _ := term.EscapeString(s, 0, -1)
	return out
}

func textOf(delimiter string) *shown {
	return &shown{kind: textShown, open: delimiter, end: delimiter}
}

// str calls a function of String.
func (d *differ) str(name string, l, r string) term.Term {
	return d.t.Apply(term.NewModule("String"), name, term.Binary(l), term.Binary(r))
}

// alike reports whether strings have enough in common to be compared letter by
// letter.
func (d *differ) alike(l, r string) bool {
	f, _ := d.str("bag_distance", l, r).(term.Float)
	return f > 0.4
}

// concat compares "literal" <> … <> rest with a string.
func (d *differ) concat(l term.Term, r string, e diffEnv) (result, diffEnv) {
	var lengths []int
	literal, total := "", 0
	rest := l
	for {
		name, args, ok := call(rest)
		if !ok || name != "<>" || len(args) != 2 {
			break
		}
		s, isText := args[0].(term.Binary)
		if !isText {
			break
		}
		n := d.length(string(s))
		literal, total, lengths, rest = literal+string(s), total+n, append(lengths, n), args[1]
	}
	if s, ok := rest.(term.Binary); ok {
		res, e := d.texts(literal+string(s), r, `"`, e)
		res.left = rebuildConcat(d, res.left, nil, lengths)
		return res, e
	}
	head, tail := d.splitAt(r, total)
	first, e := d.texts(literal, head, `"`, e)
	second, e := d.diff(rest, term.Binary(tail), e)
	out := result{same: first.same && second.same, left: rebuildConcat(d, first.left, second.left, lengths), right: first.right}
	switch s := second.right; {
	case tail == "" && s.kind == valueShown && !s.mark:
	case s.kind == textShown:
		out.right.chunks = append(out.right.chunks, s.chunks...)
	default:
		out.right.chunks = append(out.right.chunks, chunk{s.mark, tail})
	}
	return out, e
}

func (d *differ) length(s string) int {
	n, _ := d.t.Apply(term.NewModule("String"), "length", term.Binary(s)).(term.Int)
	return int(n)
}

func (d *differ) splitAt(s string, n int) (head, tail string) {
	h, t, _ := pair(d.t.Apply(term.NewModule("String"), "split_at", term.Binary(s), term.Int(n)))
	a, _ := h.(term.Binary)
	b, _ := t.(term.Binary)
	return string(a), string(b)
}

// rebuildConcat cuts the compared literals where the pattern has <>.
func rebuildConcat(d *differ, literal, rest *shown, lengths []int) *shown {
	if len(lengths) == 0 {
		if rest == nil {
			return literal
		}
		return rest
	}
	next, more := textOf(literal.open), textOf(literal.open)
	left := lengths[0]
	for i, c := range literal.chunks {
		n := d.length(c.text)
		if !utf8.ValidString(c.text) {
			n = len(c.text)
		}
		if n <= left {
			next.chunks = append(next.chunks, c)
			if left -= n; left == 0 {
				more.chunks = literal.chunks[i+1:]
				break
			}
			continue
		}
		a, b := d.splitAt(c.text, left)
		next.chunks = append(next.chunks, chunk{c.mark, a})
		more.chunks = append([]chunk{{c.mark, b}}, literal.chunks[i+1:]...)
		break
	}
	return &shown{kind: infixShown, op: "<>", items: []*shown{next, rebuildConcat(d, more, rest, lengths[1:])}}
}
