package stdlib

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// baseCoding is one of the encodings of Base, by its alphabet.
type baseCoding struct {
	name     string // as in encode64
	alphabet string
	bits     int
	block    int // characters that stand for whole bytes
	padded   bool
	cases    bool // takes the option :case
}

const upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

var baseCodings = []baseCoding{
	{"encode16", "0123456789ABCDEF", 4, 2, false, true},
	{"encode32", upperLetters + "234567", 5, 8, true, true},
	{"hex_encode32", "0123456789" + upperLetters[:22], 5, 8, true, true},
	{"encode64", upperLetters + "abcdefghijklmnopqrstuvwxyz0123456789+/", 6, 4, true, false},
	{"url_encode64", upperLetters + "abcdefghijklmnopqrstuvwxyz0123456789-_", 6, 4, true, false},
}

func baseModule() *interp.NativeModule {
	m := newTextModule("Base")
	for _, b := range baseCodings {
		decode := strings.Replace(b.name, "en", "de", 1)
		m.def(b.name, 2, func(c call) term.Term {
			s := c.str(0)
			c.reserve(len(s)*8/b.bits + b.block)
			return bin(b.encode(s, c.optIs(1, "case", "lower"), !c.optIs(1, "padding", "false")))
		}, term.Empty)
		m.def(decode, 2, func(c call) term.Term {
			s, problem := b.decode(c)
			if problem != "" {
				return term.Err
			}
			return okTuple(c.result(s))
		}, term.Empty)
		m.def(decode+"!", 2, func(c call) term.Term {
			s, problem := b.decode(c)
			if problem != "" {
				return c.raiseArgument("%s", problem)
			}
			return c.result(s)
		}, term.Empty)
	}
	return m.m
}

// optIs reports whether an option is the given atom.
func (c call) optIs(i int, name, value string) bool {
	v, ok := term.KeywordGet(c.opts(i), term.NewAtom(name))
	return ok && isAtom(v, value)
}

func (b baseCoding) encode(s string, lower, pad bool) string {
	alphabet := b.alphabet
	if lower && b.cases {
		alphabet = strings.ToLower(alphabet)
	}
	var out strings.Builder
	acc, n := uint(0), 0
	for i := range len(s) {
		acc = acc<<8 | uint(s[i])
		for n += 8; n >= b.bits; {
			n -= b.bits
			out.WriteByte(alphabet[acc>>n&(1<<b.bits-1)])
		}
		acc &= 1<<n - 1
	}
	if n > 0 {
		out.WriteByte(alphabet[acc<<(b.bits-n)&(1<<b.bits-1)])
	}
	for b.padded && pad && out.Len()%b.block != 0 {
		out.WriteByte('=')
	}
	return out.String()
}

// value returns what a character stands for.
func (b baseCoding) value(ch byte, mode string) int {
	if b.cases {
		lower := ch >= 'a' && ch <= 'z'
		upper := ch >= 'A' && ch <= 'Z'
		switch {
		case mode == "upper" && lower, mode == "lower" && upper:
			return -1
		case lower:
			ch -= 32
		}
	}
	return strings.IndexByte(b.alphabet, ch)
}

// decode decodes the first argument by the options in the second, and returns
// the text of what is wrong with it.
func (b baseCoding) decode(c call) (out, problem string) {
	s := c.str(0)
	c.t.Burn(1 + len(s)/64)
	mode := "upper"
	if v, ok := term.KeywordGet(c.opts(1), term.NewAtom("case")); ok {
		if a, ok := v.(term.Atom); ok {
			mode = a.Name()
		}
	}
	if c.optIs(1, "ignore", "whitespace") {
		s = strings.Map(func(r rune) rune {
			if strings.ContainsRune(" \n\r\t", r) {
				return -1
			}
			return r
		}, s)
	}
	if !b.padded && len(s)%2 != 0 {
		return "", "string given to decode has wrong length. An even number of bytes was expected, got: " +
			term.Inspect(term.Int(len(s))) + ". Double check your string for unwanted characters or pad it accordingly"
	}
	body, problem := b.unpad(s, !c.optIs(1, "padding", "false"))
	if problem != "" {
		// Whole blocks are read before the end is looked at.
		body = body[:len(body)/b.block*b.block]
	}
	var buf strings.Builder
	acc, n := uint(0), 0
	for i := range len(body) {
		v := b.value(body[i], mode)
		if v < 0 {
			return "", b.badByte(c, body[i])
		}
		acc = acc<<b.bits | uint(v)
		if n += b.bits; n >= 8 {
			n -= 8
			buf.WriteByte(byte(acc >> n))
		}
		acc &= 1<<n - 1
	}
	return buf.String(), problem
}

func (b baseCoding) badByte(c call, ch byte) string {
	text := term.InspectWith(bin(string([]byte{ch})), term.InspectOptions{Binaries: "as_strings"})
	return "non-alphabet character found: " + text + " (byte " + c.inspect(term.Int(ch)) + ")"
}

// unpad takes the padding off and checks it.
func (b baseCoding) unpad(s string, need bool) (body, problem string) {
	if !b.padded {
		return s, ""
	}
	body = strings.TrimRight(s, "=")
	pad := len(s) - len(body)
	tail := len(body) % b.block
	legal := tail*b.bits%8 < b.bits
	want := (b.block - tail) % b.block
	if !legal || need && pad != want || !need && pad != 0 && pad != want {
		problem = "incorrect padding"
	}
	return body, problem
}
