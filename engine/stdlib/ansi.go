package stdlib

import (
	"fmt"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// ansiCodes are the names of IO.ANSI's graphic sequences.
var ansiCodes = withColors(map[string]int{
	"reset": 0, "bright": 1, "faint": 2, "italic": 3, "underline": 4, "blink_slow": 5, "blink_rapid": 6, "inverse": 7,
	"reverse": 7, "conceal": 8, "crossed_out": 9, "primary_font": 10, "normal": 22, "not_italic": 23, "no_underline": 24,
	"blink_off": 25, "inverse_off": 27, "reverse_off": 27, "default_color": 39, "default_background": 49, "framed": 51,
	"encircled": 52, "overlined": 53, "not_framed_encircled": 54, "not_overlined": 55,
})

// ansiText are the sequences that are not graphic.
var ansiText = map[string]string{"home": "\x1b[H", "clear": "\x1b[2J", "clear_line": "\x1b[2K"}

func withColors(codes map[string]int) map[string]int {
	for i, color := range []string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"} {
		codes[color] = 30 + i
		codes[color+"_background"] = 40 + i
		codes["light_"+color] = 90 + i
		codes["light_"+color+"_background"] = 100 + i
	}
	for i := 1; i <= 9; i++ {
		codes[fmt.Sprintf("font_%d", i)] = 10 + i
	}
	return codes
}

// ansiSequence returns the sequence of a name.
func ansiSequence(name string) (string, bool) {
	if text, ok := ansiText[name]; ok {
		return text, true
	}
	n, ok := ansiCodes[name]
	return fmt.Sprintf("\x1b[%dm", n), ok
}

// ansiModule is IO.ANSI. There is no terminal, so it is disabled unless code
// asks for it.
func ansiModule() *interp.NativeModule {
	m := newTextModule("IO.ANSI")
	for name := range ansiCodes {
		text, _ := ansiSequence(name)
		m.def(name, 0, func(call) term.Term { return bin(text) })
	}
	for name, text := range ansiText {
		m.def(name, 0, func(call) term.Term { return bin(text) })
	}
	m.def("enabled?", 0, func(call) term.Term { return term.False })
	m.def("syntax_colors", 0, func(call) term.Term {
		return term.Keyword("atom", atomTerm("cyan"), "binary", atomTerm("default_color"), "boolean", atomTerm("magenta"),
			"charlist", atomTerm("yellow"), "list", atomTerm("default_color"), "map", atomTerm("default_color"),
			"nil", atomTerm("magenta"), "number", atomTerm("yellow"), "string", atomTerm("green"),
			"tuple", atomTerm("default_color"), "variable", atomTerm("light_cyan"), "call", atomTerm("default_color"),
			"operator", atomTerm("default_color"))
	})
	for name, code := range map[string]int{"color": 38, "color_background": 48} {
		m.def(name, 1, func(c call) term.Term {
			n := c.int(0)
			if n < 0 || n > 255 {
				return c.noClause()
			}
			return binFormat("\x1b[%d;5;%dm", code, n)
		})
		m.def(name, 3, func(c call) term.Term {
			n := 16
			for i, weight := range []int{36, 6, 1} {
				v := c.int(i)
				if v < 0 || v > 5 {
					return c.noClause()
				}
				n += weight * v
			}
			return binFormat("\x1b[%d;5;%dm", code, n)
		})
	}
	m.def("cursor", 2, func(c call) term.Term { return binFormat("\x1b[%d;%dH", c.nonNeg(0), c.nonNeg(1)) })
	for name, letter := range map[string]string{"cursor_up": "A", "cursor_down": "B", "cursor_right": "C", "cursor_left": "D"} {
		m.def(name, 1, func(c call) term.Term {
			if c.int(0) < 1 {
				return c.noClause()
			}
			return binFormat("\x1b[%d%s", c.int(0), letter)
		}, term.Int(1))
	}
	m.def("format", 2, func(c call) term.Term { return c.ansiFormat(true) }, term.False)
	m.def("format_fragment", 2, func(c call) term.Term { return c.ansiFormat(false) }, term.False)
	return m.m
}

// ansiFormat is IO.ANSI.format/2: atoms become sequences, with a reset at the
// end if there were any; or nothing, if they are off.
func (c call) ansiFormat(reset bool) term.Term {
	emit, isBool := c.a[1].(term.Atom)
	if !isBool || emit != term.True && emit != term.False {
		return c.noClause()
	}
	var acc term.Term = term.Empty
	styled := false
	var walk func(v term.Term)
	walk = func(v term.Term) {
		c.t.Burn(1)
		c.t.Grow(2 * cellBytes)
		switch x := v.(type) {
		case term.Atom:
			text, ok := ansiSequence(x.Name())
			if !ok {
				c.raiseArgument("invalid ANSI sequence specification: %s", c.inspect(x))
			}
			if emit == term.True {
				styled = true
				acc = &term.List{Head: acc, Tail: bin(text)}
			}
		case *term.List:
			for x != nil {
				walk(x.Head)
				next, ok := x.Tail.(*term.List)
				if !ok {
					walk(x.Tail)
				}
				x = next
			}
		default:
			acc = term.NewList(acc, v)
		}
	}
	walk(c.a[0])
	if styled && reset {
		acc = &term.List{Head: acc, Tail: bin("\x1b[0m")}
	}
	return acc
}
