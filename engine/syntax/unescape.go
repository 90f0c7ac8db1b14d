package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Unescape replaces the escapes of a string, such as \n, by what they stand
// for. problem is the text of Elixir's error, "" if there is none.
func Unescape(text string) (out, problem string) { return unescape(text) }

// unescape replaces the escapes of a string by what they stand for. A problem
// is the text of Elixir's error.
func unescape(text string) (out, problem string) {
	if strings.IndexByte(text, '\\') < 0 {
		return text, ""
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			i++
			continue
		}
		i++
		switch c := text[i]; {
		case c == 'x' || c == 'u':
			n, problem := unescapeCode(&b, text[i:])
			if problem != "" {
				return text, problem
			}
			i += n
		case c == '\n':
			i++
		case strings.HasPrefix(text[i:], "\r\n"):
			i += 2
		default:
			b.WriteByte(unescapeByte(c))
			i++
		}
	}
	return b.String(), ""
}

func unescapeByte(c byte) byte {
	switch c {
	case '0':
		return 0
	case 'a':
		return 7
	case 'b':
		return '\b'
	case 'd':
		return 127
	case 'e':
		return 27
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 's':
		return ' '
	case 't':
		return '\t'
	case 'v':
		return '\v'
	}
	return c
}

// unescapeCode writes the character of xHH, uHHHH or u{H…}, and returns the
// length of the escape.
func unescapeCode(b *strings.Builder, text string) (n int, problem string) {
	if text[0] == 'x' && hexPrefix(text[1:], 2) == 2 {
		v, _ := strconv.ParseUint(text[1:3], 16, 8)
		b.WriteByte(byte(v))
		return 3, ""
	}
	digits, n := "", 0
	if text[0] == 'x' && hexPrefix(text[1:], 1) == 1 {
		digits, n = text[1:2], 2
	} else if text[0] == 'u' && hexPrefix(text[1:], 4) == 4 {
		digits, n = text[1:5], 5
	} else if len(text) > 1 && text[1] == '{' {
		count := hexPrefix(text[2:], 6)
		if count > 0 && strings.HasPrefix(text[2+count:], "}") {
			digits, n = text[2:2+count], count+3
		}
	}
	switch {
	case digits == "" && text[0] == 'x':
		return 0, `invalid hex escape character, expected \xHH where H is a hexadecimal digit. Syntax error after: \x`
	case digits == "":
		return 0, `invalid Unicode escape character, expected \uHHHH or \u{H*} where H is a hexadecimal digit. Syntax error after: \u`
	}
	v, _ := strconv.ParseUint(digits, 16, 32)
	if v > utf8.MaxRune || v >= 0xD800 && v <= 0xDFFF {
		return 0, `invalid or reserved Unicode code point \u{` + digits + `}. Syntax error after: \u`
	}
	b.WriteRune(rune(v))
	return n, ""
}

// hexPrefix returns how many of the first most bytes are hexadecimal digits.
func hexPrefix(text string, most int) int {
	n := 0
	for n < len(text) && n < most && isHex(text[n]) {
		n++
	}
	return n
}

// UnescapeRegex returns the text of ~r as the regular expression has it.
func UnescapeRegex(text string) string { return unescapeRegex(text) }

// unescapeRegex drops the ends of lines that are escaped; all other escapes
// belong to the regular expression.
func unescapeRegex(text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch c := text[i]; {
		case c == '\n':
		case strings.HasPrefix(text[i:], "\r\n"):
			i++
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}
