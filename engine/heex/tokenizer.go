package heex

import (
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/source"
)

// token is a piece of a template: text, an expression in the text, an opening
// or closing tag, or an EEx tag.
type token struct {
	kind tokenKind
	at   source.Span
	fr   *source.Fragment // text, or code of an expression
	eex  eexToken

	elem   ElementKind // opening and closing tags
	name   string      // as classified, without "." or ":"
	raw    string      // as written
	nameAt source.Span
	attrs  []attr
	void   bool // a void tag
	self   bool // written with />
}

type tokenKind uint8

const (
	tokText tokenKind = iota
	tokExpr
	tokOpen
	tokClose
	tokEEx
)

type attr struct {
	at    source.Span
	name  string // "" for {expr}
	code  *source.Fragment
	text  *source.Fragment
	quote byte
}

// The states in which text between two EEx tags may begin.
type tokState struct {
	raw       string // "script" or "style" inside these tags
	comment   bool   // inside <!-- -->
	commentAt source.Span
	// literal is 0 when { begins an expression, and else one more than the
	// number of tags open inside the one with phx-no-curly-interpolation.
	literal int
}

// tokenizer cuts one text between EEx tags into tokens, as
// Phoenix.LiveView.TagEngine.Tokenizer.
type tokenizer struct {
	p    *parser
	fr   *source.Fragment
	s    string
	i    int
	from int // start of the text not yet made a token
	*tokState
}

func (z *tokenizer) run() {
	for z.i < len(z.s) {
		switch {
		case z.comment:
			z.skipComment()
		case z.raw != "":
			z.rawText()
		default:
			z.text()
		}
	}
	z.flush()
}

func (z *tokenizer) flush() {
	if z.i > z.from {
		z.p.tokens = append(z.p.tokens, token{kind: tokText, at: z.fr.Span(z.from, z.i), fr: z.fr.Sub(z.from, z.i)})
	}
	z.from = z.i
}

// fail reports an error after which part of the text is not made tokens.
func (z *tokenizer) fail(at source.Span, format string, args ...any) {
	z.p.fail(at, format, args...)
	z.p.lexical = true
}

func (z *tokenizer) has(prefix string) bool { return strings.HasPrefix(z.s[z.i:], prefix) }

// text reads up to and with the next tag, expression or comment.
func (z *tokenizer) text() {
	n := strings.IndexAny(z.s[z.i:], "<{")
	if n < 0 {
		z.i = len(z.s)
		return
	}
	z.i += n
	switch {
	case z.s[z.i] == '{':
		if z.literal != 0 {
			z.i++
			return
		}
		z.bodyExpr()
	case z.has("<!doctype"), z.has("<!DOCTYPE"):
		n := strings.IndexByte(z.s[z.i:], '>')
		if n < 0 {
			z.fail(z.fr.Span(len(z.s), len(z.s)), "unexpected end of string inside tag")
			z.i = len(z.s)
			return
		}
		z.i += n + 1
	case z.has("<!--"):
		z.comment, z.commentAt = true, z.fr.Span(z.i, z.i+4)
		z.i += 4
	case z.has("</"):
		z.flush()
		z.closeTag()
	default:
		z.flush()
		z.openTag()
	}
}

func (z *tokenizer) skipComment() {
	n := strings.Index(z.s[z.i:], "-->")
	if n < 0 {
		z.i = len(z.s)
		return
	}
	z.i += n + 3
	z.comment = false
}

// rawText reads the text of a script or style up to its closing tag.
func (z *tokenizer) rawText() {
	end := "</" + z.raw + ">"
	n := strings.Index(z.s[z.i:], end)
	if n < 0 {
		z.i = len(z.s)
		return
	}
	z.i += n
	z.flush()
	at := z.fr.Span(z.i, z.i+len(end))
	z.p.tokens = append(z.p.tokens, token{kind: tokClose, at: at, elem: Tag, name: z.raw, raw: z.raw})
	z.i += len(end)
	z.from, z.raw = z.i, ""
}

func (z *tokenizer) bodyExpr() {
	z.flush()
	start := z.i
	code, ok := z.braces()
	if !ok {
		z.from = start
		return
	}
	z.p.tokens = append(z.p.tokens, token{kind: tokExpr, at: z.fr.Span(start, z.i), fr: code})
	z.from = z.i
}

// braces reads {expr}. When it does not end, the error is reported and the rest
// of the text is skipped.
func (z *tokenizer) braces() (code *source.Fragment, ok bool) {
	depth, start := 0, z.i+1
	for k := start; k < len(z.s); k++ {
		switch z.s[k] {
		case '\\':
			if k+1 < len(z.s) && (z.s[k+1] == '{' || z.s[k+1] == '}') {
				k++
			}
		case '{':
			depth++
		case '}':
			if depth == 0 {
				z.i = k + 1
				return z.fr.Sub(start, k), true
			}
			depth--
		}
	}
	z.fail(z.fr.Span(z.i, z.i+1), "expected closing `}` for expression\n\n"+
		"In case you don't want `{` to begin a new interpolation, "+
		"you may write it using `&lbrace;` or using `<%%= \"{\" %%>`")
	z.i = len(z.s)
	return nil, false
}

const (
	blanks = " \t\f"
	stops  = ">/=\r\n\"'" + blanks
)

// tagName returns the name at the cursor and moves past it.
func (z *tokenizer) tagName() string {
	n := strings.IndexAny(z.s[z.i:], stops)
	if n < 0 {
		n = len(z.s) - z.i
	}
	name := z.s[z.i : z.i+n]
	z.i += n
	return name
}

func (z *tokenizer) closeTag() {
	start := z.i
	z.i += 2
	name := z.tagName()
	switch {
	case name == "":
		z.fail(z.fr.Span(z.i, z.i+z.width()), "expected tag name after </")
		z.skipTag()
		return
	case !z.has(">"):
		z.fail(z.fr.Span(z.i, z.i+z.width()), "expected closing `>`")
		z.skipTag()
		return
	}
	z.i++
	at := z.fr.Span(start, z.i)
	kind, short, err := classifyTag(name)
	if err != "" {
		z.p.fail(at, "%s", err)
	}
	z.p.tokens = append(z.p.tokens, token{kind: tokClose, at: at, elem: kind, name: short, raw: name})
	z.from = z.i
	if z.literal--; z.literal <= 1 {
		z.literal = 0
	}
}

// width returns the length of the character at the cursor, 0 at the end.
func (z *tokenizer) width() int {
	_, n := utf8.DecodeRuneInString(z.s[z.i:])
	return n
}

func (z *tokenizer) openTag() {
	start := z.i
	z.i++
	name := z.tagName()
	if name == "" {
		z.fail(z.fr.Span(z.i, z.i+z.width()), "expected tag name after <. If you meant to use < as part of a text, use &lt; instead")
		z.from = z.i
		return
	}
	kind, short, err := classifyTag(name)
	nameAt := z.fr.Span(start+1, z.i)
	if err != "" {
		z.p.fail(nameAt, "%s", err)
		kind, short = Tag, name
	}
	tok := token{kind: tokOpen, elem: kind, name: short, raw: name, nameAt: nameAt}
	tok.void = kind == Tag && IsVoid(name)
	ok := err == "" && z.attributes(&tok) || err != "" && z.skipTag()
	tok.at = z.fr.Span(start, z.i)
	z.p.tokens = append(z.p.tokens, tok)
	z.from = z.i
	switch {
	case !ok || tok.self:
	case kind == Tag && (name == "script" || name == "style"):
		z.raw = name
	case z.literal > 0:
		// LiveView counts void tags too, which nothing closes.
		z.literal++
	}
}

// attributes reads up to and with > or />. It returns false when the tag has no
// end in this text.
func (z *tokenizer) attributes(tok *token) bool {
	for {
		z.blank()
		switch {
		case z.i == len(z.s):
			z.fail(z.fr.Span(z.i, z.i), "%s", unclosedTag)
			return false
		case z.has("/>"):
			z.i += 2
			tok.self = true
			return true
		case z.has(">"):
			z.i++
			return true
		case z.has("{"):
			start := z.i
			code, ok := z.braces()
			if !ok {
				return false
			}
			tok.attrs = append(tok.attrs, attr{at: z.fr.Span(start, z.i), code: code})
		default:
			if !z.attribute(tok) {
				return z.skipTag()
			}
		}
	}
}

func (z *tokenizer) blank() {
	for z.i < len(z.s) && strings.IndexByte(blanks+"\r\n", z.s[z.i]) >= 0 {
		z.i++
	}
}

// skipTag moves past the end of a tag that cannot be read.
func (z *tokenizer) skipTag() bool {
	n := strings.IndexByte(z.s[z.i:], '>')
	if n < 0 {
		z.i = len(z.s)
	} else {
		z.i += n + 1
	}
	z.from = z.i
	return n >= 0
}

func (z *tokenizer) attribute(tok *token) bool {
	a, ok := z.attrName()
	if !ok {
		return false
	}
	after := z.i
	z.blank()
	if !z.has("=") {
		// What is blank may separate from the next attribute.
		z.i = after
		z.addAttr(tok, a)
		return true
	}
	z.i++
	z.blank()
	if !z.attrValue(&a) {
		return false
	}
	if z.i < len(z.s) && strings.IndexByte(blanks+">/\r\n", z.s[z.i]) < 0 {
		z.p.warn(z.fr.Span(z.i, z.i+z.width()), "missing space before attribute")
	}
	z.addAttr(tok, a)
	return true
}

func (z *tokenizer) addAttr(tok *token, a attr) {
	tok.attrs = append(tok.attrs, a)
	if a.name == "phx-no-curly-interpolation" && z.literal == 0 && tok.raw != "script" && tok.raw != "style" {
		z.literal = 1
	}
}

func (z *tokenizer) attrName() (attr, bool) {
	start := z.i
	for {
		here := z.fr.Span(z.i, z.i+z.width())
		switch {
		case z.i == len(z.s):
			z.fail(here, "unexpected end of string inside tag")
			return attr{}, false
		case z.s[z.i] == '}':
			z.fail(here, "expected attribute, but found end of interpolation: }")
			return attr{}, false
		case z.s[z.i] == '"' || z.s[z.i] == '\'':
			z.fail(here, "invalid character in attribute name: %c", z.s[z.i])
			return attr{}, false
		case strings.IndexByte(stops, z.s[z.i]) >= 0:
			if z.i == start {
				z.fail(here, "expected attribute name")
				return attr{}, false
			}
			return attr{at: z.fr.Span(start, z.i), name: z.s[start:z.i]}, true
		}
		z.i += z.width()
	}
}

func (z *tokenizer) attrValue(a *attr) bool {
	switch {
	case z.has(`"`), z.has("'"):
		quote := z.s[z.i]
		n := strings.IndexByte(z.s[z.i+1:], quote)
		if n < 0 {
			z.fail(z.fr.Span(len(z.s), len(z.s)), unclosedValue, quote)
			z.i = len(z.s)
			return false
		}
		a.text, a.quote = z.fr.Sub(z.i+1, z.i+1+n), quote
		z.i += n + 2
		return true
	case z.has("{"):
		var ok bool
		a.code, ok = z.braces()
		return ok
	}
	z.fail(z.fr.Span(z.i, z.i+z.width()), "invalid attribute value after `=`. Expected either a value between quotes "+
		"(such as \"value\" or 'value') or an Elixir expression between curly braces (such as `{expr}`)")
	return false
}

// classifyTag says what kind of element a name means, as
// Phoenix.LiveView.HTMLEngine.classify_type/1.
func classifyTag(name string) (kind ElementKind, short, err string) {
	switch {
	case name == ":inner_block":
		return Slot, "inner_block", "the slot name :inner_block is reserved"
	case name[0] == ':':
		return Slot, name[1:], ""
	case name[0] >= 'A' && name[0] <= 'Z':
		return Remote, name, ""
	case name == ".":
		return Local, "", "a component name is required after ."
	case name[0] == '.':
		return Local, name[1:], ""
	}
	return Tag, name, ""
}

// IsVoid reports whether a tag never has content, such as br.
func IsVoid(name string) bool {
	switch name {
	case "area", "base", "br", "col", "hr", "img", "input", "link", "meta", "param", "command", "keygen", "source":
		return true
	}
	return false
}

const unclosedTag = "expected closing `>` or `/>`\n\n" +
	"Make sure the tag is properly closed. This may happen if there\n" +
	"is an EEx interpolation inside a tag, which is not supported.\n" +
	"For instance, instead of\n\n" +
	"    <div id=\"<%= @id %>\">Content</div>\n\n" +
	"do\n\n" +
	"    <div id={@id}>Content</div>\n\n" +
	"If @id is nil or false, then no attribute is sent at all.\n\n" +
	"Inside {...} you can place any Elixir expression. If you want\n" +
	"to interpolate in the middle of an attribute value, instead of\n\n" +
	"    <a class=\"foo bar <%= @class %>\">Text</a>\n\n" +
	"you can pass an Elixir string with interpolation:\n\n" +
	"    <a class={\"foo bar #{@class}\"}>Text</a>\n"

const unclosedValue = "expected closing `%c` for attribute value\n\n" +
	"Make sure the attribute is properly closed. This may also happen if\n" +
	"there is an EEx interpolation inside a tag, which is not supported.\n" +
	"Instead of\n\n" +
	"    <div <%%= @some_attributes %%>>\n" +
	"    </div>\n\n" +
	"do\n\n" +
	"    <div {@some_attributes}>\n" +
	"    </div>\n\n" +
	"Where @some_attributes must be a keyword list or a map.\n"
