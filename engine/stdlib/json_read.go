package stdlib

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

// maxJSONDepth bounds nesting, so that hostile text cannot exhaust the stack.
const maxJSONDepth = 10_000

// jsonError says where JSON went wrong; token is set for a sequence that is
// wrong as a whole.
type jsonError struct {
	at    int
	token string
}

// jsonReader parses JSON.
type jsonReader struct {
	c     call
	s     string
	i     int
	depth int
	// jason makes the error positions those of Jason.
	jason   bool
	key     func(string) term.Term
	ordered bool
}

func (r *jsonReader) fail(at int) { panic(&jsonError{at: at}) }

// guarded returns what f reads, or where it failed.
func (r *jsonReader) guarded(f func() term.Term) (v term.Term, failure *jsonError) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(*jsonError)
			if !ok {
				panic(p)
			}
			v, failure = nil, e
		}
	}()
	return f(), nil
}

// read parses all of the text.
func (r *jsonReader) read() (v term.Term, failure *jsonError) {
	return r.guarded(func() term.Term {
		v := r.value()
		end := r.i
		r.space()
		if r.i < len(r.s) {
			if r.jason {
				end = r.i
			}
			r.fail(end)
		}
		return v
	})
}

func (r *jsonReader) space() {
	for r.i < len(r.s) && strings.IndexByte(" \n\r\t", r.s[r.i]) >= 0 {
		r.i++
	}
}

func (r *jsonReader) value() term.Term {
	r.space()
	r.c.t.Burn(1)
	if r.i >= len(r.s) {
		r.fail(r.i)
	}
	switch ch := r.s[r.i]; {
	case ch == '"':
		return bin(r.string())
	case ch == '{':
		return r.nested(r.object)
	case ch == '[':
		return r.nested(r.array)
	case ch == '-' || ch >= '0' && ch <= '9':
		return r.number()
	}
	for _, w := range []struct {
		text string
		v    term.Term
	}{{"null", term.Nil}, {"true", term.True}, {"false", term.False}} {
		if strings.HasPrefix(r.s[r.i:], w.text) {
			r.i += len(w.text)
			return w.v
		}
		if r.s[r.i] == w.text[0] && !r.jason {
			r.word(w.text)
		}
	}
	r.fail(r.i)
	return nil
}

// word fails at the first byte that is not the word's.
func (r *jsonReader) word(text string) {
	k := 0
	for r.i+k < len(r.s) && k < len(text) && r.s[r.i+k] == text[k] {
		k++
	}
	r.fail(r.i + k)
}

func (r *jsonReader) nested(read func() term.Term) term.Term {
	if r.depth++; r.depth > maxJSONDepth {
		r.c.t.RaiseNew("SystemLimitError")
	}
	r.c.t.Grow(64)
	v := read()
	r.depth--
	return v
}

func (r *jsonReader) array() term.Term {
	r.i++
	var out []term.Term
	r.space()
	if r.i < len(r.s) && r.s[r.i] == ']' {
		r.i++
		return term.Empty
	}
	for {
		out = append(out, r.value())
		r.c.t.Grow(cellBytes)
		if r.next(']') {
			return term.NewList(out...)
		}
	}
}

// next reads a comma, or the end and returns true.
func (r *jsonReader) next(end byte) bool {
	r.space()
	if r.i >= len(r.s) {
		r.fail(r.i)
	}
	ch := r.s[r.i]
	if ch != ',' && ch != end {
		r.fail(r.i)
	}
	r.i++
	return ch == end
}

func (r *jsonReader) object() term.Term {
	r.i++
	b := term.NewMapBuilder(8)
	var pairs []term.Term
	r.space()
	if r.i < len(r.s) && r.s[r.i] == '}' {
		r.i++
		return r.finish(b, pairs)
	}
	for {
		r.space()
		if r.i >= len(r.s) || r.s[r.i] != '"' {
			r.fail(r.i)
		}
		key := r.key(r.string())
		r.space()
		if r.i >= len(r.s) || r.s[r.i] != ':' {
			r.fail(r.i)
		}
		r.i++
		v := r.value()
		r.c.t.Grow(2 * cellBytes)
		if r.ordered {
			pairs = append(pairs, tuple(key, v))
		} else {
			b.Put(key, v)
		}
		if r.next('}') {
			return r.finish(b, pairs)
		}
	}
}

func (r *jsonReader) finish(b *term.MapBuilder, pairs []term.Term) term.Term {
	if r.ordered {
		return term.NewStruct("Jason.OrderedObject", "values", term.NewList(pairs...))
	}
	return b.Map()
}

func (r *jsonReader) number() term.Term {
	start := r.i
	if r.s[r.i] == '-' {
		r.i++
	}
	if r.i < len(r.s) && r.s[r.i] == '0' {
		r.i++
	} else {
		r.digits()
	}
	float := false
	if r.i < len(r.s) && r.s[r.i] == '.' {
		r.i++
		r.digits()
		float = true
	}
	if r.i < len(r.s) && r.s[r.i]|0x20 == 'e' {
		r.i++
		if r.i < len(r.s) && (r.s[r.i] == '+' || r.s[r.i] == '-') {
			r.i++
		}
		r.digits()
		float = true
	}
	text := r.s[start:r.i]
	if float {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil && math.IsInf(f, 0) {
			panic(&jsonError{start, text})
		}
		return term.Float(f)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return term.Int(n)
	}
	r.c.t.Burn(1 + len(text)*len(text)/4096)
	n, _ := new(big.Int).SetString(text, 10)
	return term.NewBig(n)
}

func (r *jsonReader) digits() {
	n := digitRun(r.s[r.i:])
	r.i += n
	if n == 0 {
		r.fail(r.i)
	}
}

func (r *jsonReader) string() string {
	r.i++
	start := r.i
	var b strings.Builder
	for {
		if r.i >= len(r.s) {
			r.fail(r.i)
		}
		ch := r.s[r.i]
		switch {
		case ch == '"':
			b.WriteString(r.s[start:r.i])
			r.i++
			r.c.t.Grow(b.Len())
			return b.String()
		case ch == '\\':
			b.WriteString(r.s[start:r.i])
			r.escape(&b)
			start = r.i
		case ch < 0x20:
			r.fail(r.i)
		case ch < utf8.RuneSelf:
			r.i++
		default:
			c, n := utf8.DecodeRuneInString(r.s[r.i:])
			if c == utf8.RuneError && n == 1 {
				r.fail(r.i)
			}
			r.i += n
		}
	}
}

func (r *jsonReader) escape(b *strings.Builder) {
	at := r.i
	r.i++
	if r.i >= len(r.s) {
		r.fail(r.i)
	}
	ch := r.s[r.i]
	if k := strings.IndexByte(`"\/bfnrt`, ch); k >= 0 {
		b.WriteByte("\"\\/\b\f\n\r\t"[k])
		r.i++
		return
	}
	if ch != 'u' {
		r.fail(r.i)
	}
	c := r.hex4(at)
	if !utf16.IsSurrogate(c) {
		b.WriteRune(c)
		return
	}
	if !strings.HasPrefix(r.s[r.i:], `\u`) {
		r.failSurrogate(at)
	}
	r.i++
	low := r.hex4(at)
	full := utf16.DecodeRune(c, low)
	if full == utf8.RuneError {
		panic(&jsonError{at, r.s[at:r.i]})
	}
	b.WriteRune(full)
}

// failSurrogate fails at the byte where the second half should begin.
func (r *jsonReader) failSurrogate(int) {
	if !r.jason {
		r.fail(min(len(r.s), r.i+1))
	}
	r.fail(r.i)
}

// hex4 reads the u and four digits of an escape that began at a place.
func (r *jsonReader) hex4(at int) rune {
	n := 0
	for k := 1; k <= 4; k++ {
		if r.i+k >= len(r.s) && !r.jason {
			r.fail(len(r.s))
		}
		if r.i+k >= len(r.s) || digitValue(r.s[r.i+k]) > 15 {
			r.fail(at)
		}
		n = n<<4 | digitValue(r.s[r.i+k])
	}
	r.i += 5
	return rune(n)
}
