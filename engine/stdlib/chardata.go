package stdlib

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// unicodeErrorModule is UnicodeConversionError, of which exception/1 makes the
// message.
func unicodeErrorModule() *interp.NativeModule {
	m := newTextModule("UnicodeConversionError")
	m.m.Struct = term.NewStruct("UnicodeConversionError", "__exception__", term.True, "encoded", term.Nil, "message", term.Nil)
	defException(m)
	m.override("exception", 1, func(c call) term.Term {
		opts := c.opts(0)
		rest, _ := option(opts, "rest", term.Nil).(term.Binary)
		message := fmt.Sprintf("%s encoding starting at %s", c.t.ToString(option(opts, "kind", term.Nil)), c.inspect(rest))
		return m.m.Struct.Put(atomTerm("encoded"), option(opts, "encoded", term.Nil)).Put(atomTerm("message"), bin(message))
	})
	return m.m
}

func raiseUnicode(c call, kind, encoded, rest string) {
	detail := kind + " encoding starting at " + c.inspect(bin(rest))
	c.t.RaiseNew("UnicodeConversionError", "encoded", bin(encoded), "message", bin(detail))
}

// listText returns the text of a list of characters and strings, as
// List.to_string/1 and List.to_charlist/1, which is what the error says it
// should become.
func (c call) listText(v term.Term, what string) string {
	list, ok := v.(*term.List)
	if !ok {
		c.noClause()
	}
	var b strings.Builder
	if !c.writeChars(&b, list) {
		needs := "either be empty or only\ncontain the following elements:\n\n  * strings\n  * integers representing Unicode code points\n" +
			"  * a list containing one of these three elements"
		if what == "charlist" {
			needs = "contain only:\n\n  * strings\n  * integers representing Unicode code points\n  * or a list containing one of these three elements"
		}
		c.raiseArgument("cannot convert the given list to a %s.\n\nTo be converted to a %s, a list must %s\n\nPlease check the given list "+
			"or call inspect/1 to get the list representation, got:\n\n%s\n", what, what, needs, c.inspect(v))
	}
	return b.String()
}

// writeChars writes characters and strings, and returns false for anything
// else. What is no Unicode raises.
func (c call) writeChars(b *strings.Builder, v term.Term) bool {
	c.t.Burn(1)
	switch x := v.(type) {
	case term.Int:
		if x < 0 || x > utf8.MaxRune || x >= 0xD800 && x < 0xE000 {
			c.t.RaiseNew("UnicodeConversionError", "encoded", bin(b.String()), "message", bin(fmt.Sprintf("invalid code point %d", x)))
		}
		b.WriteRune(rune(x))
	case term.Binary:
		for i, s := 0, string(x); i < len(s); {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				kind := "invalid"
				if !utf8.FullRuneInString(s[i:]) {
					kind = "incomplete"
				}
				raiseUnicode(c, kind, b.String()+s[:i], s[i:])
			}
			i += n
		}
		b.WriteString(string(x))
		c.t.Grow(len(x))
	case *term.List:
		for x != nil {
			if !c.writeChars(b, x.Head) {
				return false
			}
			next, ok := x.Tail.(*term.List)
			if !ok {
				_, isText := x.Tail.(term.Binary)
				return isText && c.writeChars(b, x.Tail)
			}
			x = next
		}
	default:
		return false
	}
	return true
}
