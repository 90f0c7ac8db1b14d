package highlight

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// heexScanner cuts HEEx into tokens: markup is scanned here, every expression
// goes to the Elixir lexer. It never fails: what it does not understand is
// text, since a page must show a template that is being written.
type heexScanner struct {
	src  string
	pos  int
	out  []chroma.Token
	code func(string) []chroma.Token // tokens of an Elixir expression
}

// scanHEEx returns the tokens of a template; together they are the source.
func scanHEEx(src string, code func(string) []chroma.Token) []chroma.Token {
	s := &heexScanner{src: src, code: code}
	for s.pos < len(s.src) {
		switch {
		case s.has("<%!--"):
			s.until("--%>", chroma.Comment)
		case s.has("<!--"):
			s.until("-->", chroma.Comment)
		case s.has("<%#"):
			s.until("%>", chroma.Comment)
		case s.has("<%"):
			s.eex()
		case s.has("</"), s.has("<") && s.tagFollows():
			s.tag()
		case s.has("{"):
			s.braces()
		default:
			s.text()
		}
	}
	return s.out
}

func (s *heexScanner) has(prefix string) bool { return strings.HasPrefix(s.src[s.pos:], prefix) }

func (s *heexScanner) emit(t chroma.TokenType, end int) {
	if end > s.pos {
		s.out = append(s.out, chroma.Token{Type: t, Value: s.src[s.pos:end]})
		s.pos = end
	}
}

// until emits everything up to and with the closing text, or the rest.
func (s *heexScanner) until(closing string, t chroma.TokenType) {
	end := len(s.src)
	if i := strings.Index(s.src[s.pos:], closing); i >= 0 {
		end = s.pos + i + len(closing)
	}
	s.emit(t, end)
}

func (s *heexScanner) eex() {
	open := 2
	if s.has("<%=") || s.has("<%%") {
		open = 3
	}
	s.emit(chroma.CommentPreproc, s.pos+open)
	end := strings.Index(s.src[s.pos:], "%>")
	if end < 0 {
		end = len(s.src) - s.pos
	}
	s.elixir(s.pos + end)
	s.emit(chroma.CommentPreproc, min(s.pos+2, len(s.src)))
}

func (s *heexScanner) elixir(end int) {
	if end > s.pos {
		s.out = append(s.out, s.code(s.src[s.pos:end])...)
		s.pos = end
	}
}

// braces emits {expr}.
func (s *heexScanner) braces() {
	end := closingBrace(s.src, s.pos)
	s.emit(chroma.StringInterpol, s.pos+1)
	s.elixir(end)
	if s.has("}") {
		s.emit(chroma.StringInterpol, s.pos+1)
	}
}

// closingBrace returns the place of the brace that closes the one at open,
// strings and inner braces skipped, or the end of the text.
func closingBrace(src string, open int) int {
	depth := 0
	for i := open; i < len(src); i++ {
		switch src[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		case '"':
			for i++; i < len(src) && src[i] != '"'; i++ {
				if src[i] == '\\' {
					i++
				}
			}
		}
	}
	return len(src)
}

func (s *heexScanner) tagFollows() bool {
	if s.pos+1 >= len(s.src) {
		return false
	}
	c := s.src[s.pos+1]
	return c == '.' || c == ':' || isNameByte(c)
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.:?!@", c) >= 0
}

func (s *heexScanner) name() int {
	end := s.pos
	for end < len(s.src) && isNameByte(s.src[end]) {
		end++
	}
	return end
}

func (s *heexScanner) tag() {
	start := s.pos
	s.emit(chroma.Punctuation, s.pos+1+boolInt(s.has("</")))
	kind := chroma.NameTag
	if c := s.peek(); c == '.' || c == ':' || c >= 'A' && c <= 'Z' {
		kind = chroma.NameFunction
	}
	s.emit(kind, s.name())
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '>':
			s.emit(chroma.Punctuation, s.pos+1)
			return
		case c == '/' || c == '=':
			s.emit(chroma.Punctuation, s.pos+1)
		case c == '{':
			s.braces()
		case c == '"' || c == '\'':
			end := strings.IndexByte(s.src[s.pos+1:], c)
			if end < 0 {
				end = len(s.src) - s.pos - 2
			}
			s.emit(chroma.String, min(s.pos+end+2, len(s.src)))
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			s.emit(chroma.Text, s.pos+1)
		case c == '<' && s.pos > start:
			return // the tag was not closed
		case isNameByte(c):
			kind := chroma.NameAttribute
			if c == ':' {
				kind = chroma.Keyword // :for, :if, :key, :let
			}
			s.emit(kind, s.name())
		default:
			s.emit(chroma.Text, s.pos+1)
		}
	}
}

func (s *heexScanner) peek() byte {
	if s.pos < len(s.src) {
		return s.src[s.pos]
	}
	return 0
}

func (s *heexScanner) text() {
	end := s.pos + 1
	for end < len(s.src) && s.src[end] != '<' && s.src[end] != '{' {
		end++
	}
	s.emit(chroma.Text, end)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
