package stdlib

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// ioLibModule is :io_lib.format/2 with the directives that people use:
// ~s ~ts ~b ~B ~f ~e ~g ~c ~n ~~ with width, precision and padding, and
// ~p and ~w of numbers.
func ioLibModule() *interp.NativeModule {
	m := erlangModule("io_lib")
	m.def("format", 2, func(c call) term.Term {
		format, ok := ioData(c.a[0], true)
		if !ok {
			return c.raiseArgument("argument error")
		}
		f := &ioFormat{c: c, args: c.slice(1)}
		text := f.run(format)
		c.reserve(len(text))
		return term.Charlist(text)
	})
	return m.m
}

// ioFormat expands one format.
type ioFormat struct {
	c    call
	args []term.Term
}

func (f *ioFormat) fail() { f.c.raiseArgument("argument error") }

// next takes the next argument.
func (f *ioFormat) next() term.Term {
	if len(f.args) == 0 {
		f.fail()
	}
	v := f.args[0]
	f.args = f.args[1:]
	return v
}

// number reads a field of a directive, or takes it from the arguments for *.
func (f *ioFormat) number(s string) (n int, given bool, rest string) {
	if strings.HasPrefix(s, "*") {
		v, ok := f.next().(term.Int)
		if !ok {
			f.fail()
		}
		return int(v), true, s[1:]
	}
	size := digitRun(strings.TrimPrefix(s, "-"))
	size += len(s) - len(strings.TrimPrefix(s, "-"))
	n, err := strconv.Atoi(s[:size])
	if err != nil {
		return 0, false, s
	}
	return n, true, s[size:]
}

func (f *ioFormat) run(format string) string {
	var b strings.Builder
	for {
		text, rest, found := strings.Cut(format, "~")
		b.WriteString(text)
		if !found {
			break
		}
		f.c.t.Burn(1)
		width, hasWidth, rest := f.number(rest)
		precision, pad := -1, " "
		if strings.HasPrefix(rest, ".") {
			var given bool
			if precision, given, rest = f.number(rest[1:]); !given {
				precision = -1
			}
		}
		if strings.HasPrefix(rest, ".") && len(rest) > 2 {
			_, n := utf8.DecodeRuneInString(rest[1:])
			pad, rest = rest[1:1+n], rest[1+n:]
		}
		rest = strings.TrimLeft(rest, "tl")
		if rest == "" {
			f.fail()
		}
		out := f.directive(rest[0], precision)
		if hasWidth && width < 1<<20 && width > -1<<20 {
			out = fitWidth(out, width, pad)
		}
		b.WriteString(out)
		format = rest[1:]
	}
	if len(f.args) > 0 {
		f.fail()
	}
	return b.String()
}

// fitWidth pads on the left, or on the right for a negative width.
func fitWidth(s string, width int, pad string) string {
	n := utf8.RuneCountInString(s)
	switch {
	case width < 0 && n < -width:
		return s + strings.Repeat(pad, -width-n)
	case width > n:
		return strings.Repeat(pad, width-n) + s
	}
	return s
}

func (f *ioFormat) directive(d byte, precision int) string {
	switch d {
	case '~':
		return "~"
	case 'n':
		return "\n"
	case 's':
		v := f.next()
		if a, ok := v.(term.Atom); ok {
			return a.Name()
		}
		s, ok := ioData(v, true)
		if !ok {
			f.fail()
		}
		return s
	case 'p', 'w':
		v := f.next()
		if v.Kind() != term.KindNumber {
			f.c.raiseArgument("~%c of :io_lib.format/2 writes Erlang's syntax, which is not part of this playground; use inspect/1", d)
		}
		return f.c.inspect(v)
	case 'f', 'e', 'g':
		v, ok := term.ToFloat(f.next())
		if !ok {
			f.fail()
		}
		if precision < 0 {
			precision = 6
		}
		return strconv.FormatFloat(v, d, min(precision, 300), 64)
	case 'b', 'B':
		n, ok := bigOf(f.next())
		if !ok {
			f.fail()
		}
		if precision < 2 || precision > 36 {
			precision = 10
		}
		text := n.Text(precision)
		if d == 'B' {
			text = strings.ToUpper(text)
		}
		return text
	case 'c':
		n, ok := f.next().(term.Int)
		if !ok || n < 0 || n > utf8.MaxRune {
			f.fail()
		}
		return string(rune(n))
	}
	f.fail()
	return ""
}
