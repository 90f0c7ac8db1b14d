package term_test

import (
	"math/big"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

// reader reads the literals of the golden files, without the real parser,
// which stands on this package.
type reader struct {
	t *testing.T
	s string
}

func read(t *testing.T, s string) term.Term {
	t.Helper()
	r := &reader{t, s}
	v := r.value()
	if r.space(); r.s != "" {
		t.Fatalf("reading %q: rest %q", s, r.s)
	}
	return v
}

func (r *reader) space() { r.s = strings.TrimLeft(r.s, " \n") }

func (r *reader) take(prefix string) bool {
	r.space()
	if !strings.HasPrefix(r.s, prefix) {
		return false
	}
	r.s = r.s[len(prefix):]
	return true
}

func (r *reader) value() term.Term {
	switch r.space(); {
	case r.take("<<"):
		return r.bits()
	case r.take("["):
		return r.list()
	case r.take("{"):
		return term.Tuple(r.items("}"))
	case r.take("%{"):
		return r.mapping()
	case r.take(`~c"`):
		var l []term.Term
		for _, c := range r.quoted() {
			l = append(l, term.Int(c))
		}
		return term.NewList(l...)
	case r.take(`"`):
		return term.Binary(r.quoted())
	case r.take(`:"`):
		return term.NewAtom(r.quoted())
	case r.take(":"):
		for _, op := range []string{"%{}", "{}", "<<>>", "...", "..", "+"} {
			if r.take(op) {
				return term.NewAtom(op)
			}
		}
		return term.NewAtom(r.word())
	case r.s[0] == '-' || unicode.IsDigit(rune(r.s[0])):
		return r.number()
	}
	word := r.word()
	if unicode.IsUpper(rune(word[0])) && word != "Elixir" {
		return term.NewModule(word)
	}
	return term.NewAtom(word)
}

func (r *reader) word() string {
	end := strings.IndexFunc(r.s, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_.@!?", c)
	})
	if end < 0 {
		end = len(r.s)
	}
	if end == 0 {
		r.t.Fatalf("cannot read %q", r.s)
	}
	w := r.s[:end]
	r.s = r.s[end:]
	return w
}

func (r *reader) number() term.Term {
	end := 1
	for end < len(r.s) && strings.ContainsRune("0123456789abcdefABCDEFx.e-", rune(r.s[end])) {
		end++
	}
	text := r.s[:end]
	r.s = r.s[end:]
	if strings.Contains(text, ".") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			r.t.Fatal(err)
		}
		return term.Float(f)
	}
	n, ok := new(big.Int).SetString(text, 0)
	if !ok {
		r.t.Fatalf("no number: %q", text)
	}
	return term.NewBig(n)
}

var unescapes = map[byte]rune{'n': '\n', 't': '\t', 'r': '\r', 'e': 0x1B, 'd': 0x7F, 'a': 7, 'b': 8, 'f': 12, 'v': 11, '0': 0}

func (r *reader) quoted() string {
	var b strings.Builder
	for {
		c := r.s[0]
		r.s = r.s[1:]
		switch {
		case c == '"':
			return b.String()
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		c = r.s[0]
		r.s = r.s[1:]
		switch u, ok := unescapes[c]; {
		case ok:
			b.WriteRune(u)
		case c == 'x', c == 'u':
			n := map[byte]int{'x': 2, 'u': 4}[c]
			code, err := strconv.ParseUint(r.s[:n], 16, 32)
			if err != nil {
				r.t.Fatal(err)
			}
			b.WriteRune(rune(code))
			r.s = r.s[n:]
		default:
			b.WriteByte(c)
		}
	}
}

func (r *reader) bits() term.Term {
	var out []byte
	for !r.take(">>") {
		n := r.number().(term.Int)
		switch {
		case r.take("::16"):
			out = append(out, byte(n>>8), byte(n))
		case r.take("::"):
			size := int(r.number().(term.Int))
			out = append(out, byte(n)<<(8-size))
			r.take(">>")
			return &term.Bits{Bytes: string(out), Len: (len(out)-1)*8 + size}
		default:
			out = append(out, byte(n))
		}
		r.take(",")
	}
	return term.Binary(out)
}

// items reads values and key: value pairs up to the end.
func (r *reader) items(end string) []term.Term {
	var out []term.Term
	for !r.take(end) {
		if key, ok := r.key(); ok {
			out = append(out, term.Tuple{key, r.value()})
		} else {
			out = append(out, r.value())
		}
		r.take(",")
	}
	return out
}

// key reads the key of a pair, if one is next.
func (r *reader) key() (term.Atom, bool) {
	r.space()
	saved := r.s
	var name string
	if first, _ := utf8.DecodeRuneInString(r.s); r.take(`"`) {
		name = r.quoted()
	} else if unicode.IsLetter(first) || first == '_' {
		name = r.word()
	}
	if name != "" && strings.HasPrefix(r.s, ": ") {
		r.s = r.s[1:]
		return term.NewAtom(name), true
	}
	r.s = saved
	return term.Atom{}, false
}

func (r *reader) list() term.Term {
	var out []term.Term
	for !r.take("]") {
		if r.take("|") {
			l := r.value()
			for i := len(out) - 1; i >= 0; i-- {
				l = &term.List{Head: out[i], Tail: l}
			}
			r.take("]")
			return l
		}
		if key, ok := r.key(); ok {
			out = append(out, term.Tuple{key, r.value()})
		} else {
			out = append(out, r.value())
		}
		r.take(",")
	}
	return term.NewList(out...)
}

func (r *reader) mapping() term.Term {
	b := term.NewMapBuilder(4)
	for !r.take("}") {
		if key, ok := r.key(); ok {
			b.Put(key, r.value())
		} else {
			k := r.value()
			r.take("=>")
			b.Put(k, r.value())
		}
		r.take(",")
	}
	return b.Map()
}
