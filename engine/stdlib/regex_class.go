package stdlib

import "strings"

// posixMembers are the classes [:name:] in Latin-1, the same and their
// complement under /u.
var posixMembers = map[string][4]string{
	"alnum":  {`0-9A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF`, `_` + notWordLatin, `\p{L}\p{N}`, `\p{M}\p{P}\p{S}\p{Z}\p{C}`},
	"alpha":  {`A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF`, `_0-9` + notWordLatin, `\p{L}`, `\P{L}`},
	"ascii":  {`\u0000-\u007F`, `\u0080-\u00FF`, `\u0000-\u007F`, "\\u0080-\U0010FFFF"},
	"blank":  {`\t\u0020\u00A0`, `\u0000-\u0008\u000A-\u001F\u0021-\u009F\u00A1-\u00FF`, horizontal, highest(notHoriz)},
	"cntrl":  {`\u0000-\u001F\u007F-\u009F`, `\u0020-\u007E\u00A0-\u00FF`, `\p{Cc}`, `\P{Cc}`},
	"digit":  {`0-9`, `\u0000-\u002F\u003A-\u00FF`, `\p{Nd}`, `\P{Nd}`},
	"graph":  {`\u0021-\u007E\u00A0-\u00FF`, `\u0000-\u0020\u007F-\u009F`, `\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}`, `\p{Z}\p{Cc}\p{Co}\p{Cs}`},
	"lower":  {`a-z\u00AA\u00B5\u00BA\u00DF-\u00F6\u00F8-\u00FF`, `\u0000-\u0060\u007B-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00DE\u00F7`, `\p{Ll}`, `\P{Ll}`},
	"print":  {`\u0020-\u007E\u00A0-\u00FF`, `\u0000-\u001F\u007F-\u009F`, `\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Zs}`, `\p{Zl}\p{Zp}\p{Cc}\p{Co}\p{Cs}`},
	"punct":  {`\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007E\u00A0-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7`, `\u0000-\u0020\u007F-\u009F0-9A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF`, `\p{P}$+<=>^` + "`" + `|~`, `\p{L}\p{M}\p{N}\p{Z}\p{C}`},
	"space":  {spaceLatin, notSpace, `\s`, `\S`},
	"upper":  {`A-Z\u00C0-\u00D6\u00D8-\u00DE`, `\u0000-\u0040\u005B-\u00BF\u00D7\u00DF-\u00FF`, `\p{Lu}`, `\P{Lu}`},
	"word":   {wordLatin, notWordLatin, wordUnicode, notWord},
	"xdigit": {`0-9A-Fa-f`, `\u0000-\u002F\u003A-\u0040\u0047-\u0060\u0067-\u00FF`, `0-9A-Fa-f`, "\\u0000-\\u002F\\u003A-\\u0040\\u0047-\\u0060\\u0067-\U0010FFFF"},
}

// posixEnd returns the index after [:name:] at the current place, 0 if there is
// no such thing.
func (t *translator) posixEnd() int {
	if t.peek(0) != '[' || t.peek(1) != ':' {
		return 0
	}
	for i := t.i + 2; i+1 < len(t.src); i++ {
		switch r := t.src[i]; {
		case r == ':' && t.src[i+1] == ']':
			return i + 2
		case r == ']' || r == '\\' || r == '[':
			return 0
		}
	}
	return 0
}

// class translates [...].
func (t *translator) class() {
	t.i++
	negated := t.peek(0) == '^'
	if negated {
		t.i++
	}
	var members strings.Builder
	for first := true; ; first = false {
		if !t.more() {
			t.fail("missing terminating ] for character class", t.i)
		}
		if t.src[t.i] == ']' && !first {
			break
		}
		t.classItem(&members)
	}
	t.i++
	open := "["
	if negated {
		open = "[^"
	}
	if members.Len() == 0 {
		t.emit("(?!)")
		return
	}
	t.emit(open + members.String() + "]")
}

func (t *translator) classItem(b *strings.Builder) {
	if end := t.posixEnd(); end > 0 {
		t.posix(b, end)
		return
	}
	if t.src[t.i] == '\\' {
		r := t.peek(1)
		if members, ok := t.classMembers(r); ok {
			t.i += 2
			b.WriteString(members)
			return
		}
		switch r {
		case 'p', 'P':
			t.i++
			b.WriteString(t.property())
			return
		case 'Q':
			t.i += 2
			for t.more() && !t.hasPrefix(`\E`) {
				writeClassRune(b, t.src[t.i])
				t.i++
			}
			t.i = min(t.i+2, len(t.src))
			return
		case 'E':
			t.i += 2
			return
		}
	}
	low := t.classChar()
	if t.peek(0) != '-' || t.peek(1) == ']' || t.i+1 >= len(t.src) {
		writeClassRune(b, low)
		return
	}
	t.i++
	if t.src[t.i] == '\\' {
		if _, ok := t.classMembers(t.peek(1)); ok {
			t.fail("invalid range in character class", t.i+1)
		}
	}
	high := t.classChar()
	if high < low {
		t.fail("range out of order in character class", t.i-1)
	}
	writeClassRune(b, low)
	b.WriteByte('-')
	writeClassRune(b, high)
}

// classChar reads one character of a class, where \b is a backspace.
func (t *translator) classChar() rune {
	if t.hasPrefix(`\b`) {
		t.i += 2
		return 8
	}
	return t.char()
}

func (t *translator) posix(b *strings.Builder, end int) {
	name := string(t.src[t.i+2 : end-2])
	name, negated := strings.CutPrefix(name, "^")
	m, ok := posixMembers[name]
	if !ok {
		t.fail("unknown POSIX class name", t.i+2)
	}
	t.i = end
	k := 0
	if t.unicode {
		k = 2
	}
	if negated {
		k++
	}
	b.WriteString(m[k])
}

// writeClassRune writes a character for use between brackets.
func writeClassRune(b *strings.Builder, r rune) {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r > 0xFFFF:
		b.WriteRune(r)
	default:
		const hex = "0123456789ABCDEF"
		b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(hex[r>>shift&15])
		}
	}
}
