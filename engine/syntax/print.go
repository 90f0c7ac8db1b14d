package syntax

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Print returns source text that is read as the same quoted form as the tree.
// It does not keep the layout: calls get parentheses, keywords become tuples.
func Print(n Node) string {
	var p printer
	if b, ok := n.(*Block); ok {
		p.statements(b.Exprs)
	} else {
		p.operand(n)
	}
	return p.b.String()
}

type printer struct{ b strings.Builder }

func (p *printer) text(parts ...string) {
	for _, s := range parts {
		p.b.WriteString(s)
	}
}

func (p *printer) statements(list []Node) {
	for i, n := range list {
		if i > 0 {
			p.text("\n")
		}
		if w, ok := n.(*Binary); ok && w.Op == "when" && isEmptyBlock(w.L) {
			p.node(n) // in parentheses it would be the head of a clause
		} else {
			p.operand(n)
		}
	}
}

func isEmptyBlock(n Node) bool {
	b, ok := n.(*Block)
	return ok && len(b.Exprs) == 0
}

// operand writes a node, in parentheses if it could be misread.
func (p *printer) operand(n Node) {
	if p.wraps(n) && !endsInOperator(n) {
		p.text("(")
		p.node(n)
		p.text(")")
		return
	}
	p.node(n)
}

func (p *printer) wraps(n Node) bool {
	switch n := n.(type) {
	case *Unary:
		return n.Parens || n.Op != "!" && n.Op != "not"
	case *Binary:
		return n.Parens || n.Op != "not in"
	case *FullRange, *Attr:
		return true
	case *Var:
		return n.Name == "..."
	case *Call:
		return n.Do != nil
	case *Apply:
		return n.Do != nil
	}
	return false
}

func (p *printer) list(open string, elems []Node, end string) {
	p.text(open)
	for i, e := range elems {
		if i > 0 {
			p.text(", ")
		}
		p.operand(e)
	}
	p.text(end)
}

func (p *printer) node(n Node) {
	switch n := n.(type) {
	case *Int:
		p.text(n.Value.String())
	case *Float:
		p.text(printFloat(n.Value))
	case *Atom:
		p.atom(n.Name)
	case *DynAtom:
		p.text(":")
		p.quoted(n.Parts, '"')
	case *String:
		p.str(n)
	case *Sigil:
		p.sigil(n)
	case *List:
		p.list("[", n.Elems, "]")
	case *Tuple:
		p.list("{", n.Elems, "}")
	case *Map:
		p.mapNode(n)
	case *Bitstring:
		p.bitstring(n)
	case *Var:
		p.text(n.Name)
	case *Alias:
		if n.Base != nil {
			p.operand(n.Base)
			p.text(".")
		}
		p.text(strings.Join(n.Segs, "."))
	case *Call:
		p.call(n)
	case *Apply:
		p.operand(n.Fun)
		p.list(".(", n.Args, ")")
		p.do(n.Do)
	case *Access:
		p.operand(n.X)
		p.list("[", []Node{n.Key}, "]")
	default:
		p.compound(n)
	}
}

func (p *printer) compound(n Node) {
	switch n := n.(type) {
	case *Unary:
		p.text(n.Op, " ")
		if b, ok := n.X.(*Binary); ok && !b.Parens && negated(n) && b.Op == "in" && negated(b.L) {
			p.binary(b) // !!x in y: in parentheses it would be another tree
		} else if al, ok := n.X.(*Alias); ok && n.Op == "@" && al.Base != nil {
			p.text("(") // @ binds tighter than the dot
			p.operand(n.X)
			p.text(")")
		} else {
			p.operand(n.X)
		}
	case *Binary:
		p.binary(n)
	case *FullRange:
		p.text("..")
	case *CaptureArg:
		p.text("&", strconv.Itoa(n.N))
	case *Attr:
		p.text("@", n.Name)
		if n.Value != nil {
			p.list("(", []Node{n.Value}, ")")
		}
	case *Fn:
		p.text("fn ")
		p.clauses(n.Clauses)
		p.text(" end")
	case *Stab:
		p.text("(")
		p.clauses(n.Clauses)
		p.text(")")
	case *Block:
		p.text("(")
		p.statements(n.Exprs)
		p.text(")")
	case *Hole:
		p.text("__EEX__(", strconv.Itoa(n.Index), ")")
	case *Bad:
		p.text("__bad__()")
	default:
		panic(fmt.Sprintf("syntax: cannot print %T", n))
	}
}

func printFloat(f float64) string {
	s := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return mantissa + "e" + exponent
}

func (p *printer) atom(name string) {
	switch {
	case name == "nil" || name == "true" || name == "false":
		p.text(name)
	case isPlainName(name):
		p.text(":", name)
	default:
		p.text(":")
		p.quoted([]Part{{Text: name}}, '"')
	}
}

func (p *printer) str(n *String) {
	quote := byte('"')
	if n.Charlist {
		quote = '\''
	}
	if len(n.Parts) < 2 || n.Parts[0].Text != "" || n.Parts[0].Expr != nil {
		p.quoted(n.Parts, quote)
		return
	}
	// Only a heredoc has an empty text before an interpolation.
	delimiter := strings.Repeat(string(quote), 3)
	p.text(delimiter, "\n")
	p.parts(n.Parts, quote)
	p.text("\\\n", delimiter)
}

func (p *printer) quoted(parts []Part, quote byte) {
	p.b.WriteByte(quote)
	p.parts(parts, quote)
	p.b.WriteByte(quote)
}

func (p *printer) parts(parts []Part, quote byte) {
	for _, part := range parts {
		if part.Expr != nil {
			p.interpolation(part.Expr)
			continue
		}
		p.escaped(part.Text, quote)
	}
}

func (p *printer) interpolation(x Node) {
	p.text("#{")
	if b, ok := x.(*Block); !ok || len(b.Exprs) > 0 {
		p.operand(x)
	}
	p.text("}")
}

func (p *printer) escaped(text string, quote byte) {
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&p.b, `\x%02X`, text[0])
		case r == rune(quote) || r == '\\' || r == '#':
			p.text(`\`, string(r))
		case r < 32 || r >= 127:
			fmt.Fprintf(&p.b, `\u{%X}`, r)
		default:
			p.b.WriteRune(r)
		}
		text = text[n:]
	}
}

// sigil writes a sigil with a delimiter that its text does not contain.
func (p *printer) sigil(n *Sigil) {
	open, end := "(", ")"
	if n.Heredoc {
		open, end = "\"\"\"\n", `"""`
	}
	for _, pair := range []string{"()", "[]", "{}", "<>", "//", "||", `""`, "''"} {
		free := true
		for _, part := range n.Raw {
			free = free && (part.Expr != nil || !strings.Contains(part.Text, pair[1:]))
		}
		if free {
			open, end = pair[:1], pair[1:]
			break
		}
	}
	p.text("~", n.Name, open)
	for _, part := range n.Raw {
		if part.Expr != nil {
			p.interpolation(part.Expr)
			continue
		}
		p.text(part.Text)
	}
	p.text(end, n.Modifiers)
}

func (p *printer) mapNode(n *Map) {
	p.text("%")
	if n.Struct != nil {
		p.node(n.Struct)
	}
	p.text("{")
	if n.Update != nil {
		p.operand(n.Update)
		p.text(" | ")
	}
	for i, pair := range n.Pairs {
		if i > 0 {
			p.text(", ")
		}
		p.operand(pair.Key)
		if pair.Value != nil {
			p.text(" => ")
			p.operand(pair.Value)
		}
	}
	p.text("}")
}

func (p *printer) bitstring(n *Bitstring) {
	p.text("<<")
	for i, s := range n.Segments {
		if i > 0 {
			p.text(", ")
		}
		p.operand(s.Value)
		if s.Type != nil {
			p.text(" :: ")
			p.operand(s.Type)
		}
	}
	p.text(">>")
}

func (p *printer) call(n *Call) {
	if dot, ok := n.Target.(*Call); ok && dot.Target == nil && dot.Name == "." && len(dot.Args) == 2 {
		p.operand(dot.Args[0])
		p.text(`.""`)
	} else if n.Target != nil {
		p.operand(n.Target)
	}
	switch {
	case n.Name == "{}" && n.Target != nil:
		p.list(".{", n.Args, "}")
		return
	case n.Target != nil && n.Name != "":
		p.text(".")
		p.callName(n.Name)
	default:
		p.text(n.Name)
	}
	if n.Target == nil || n.Parens || len(n.Args) > 0 || n.Do != nil {
		p.list("(", n.Args, ")")
	}
	p.do(n.Do)
}

func (p *printer) callName(name string) {
	if n, ok := scanName(name); ok && n.text == name && !n.alias && !n.at {
		p.text(name)
		return
	}
	p.quoted([]Part{{Text: name}}, '"')
}

func (p *printer) do(d *Do) {
	if d == nil {
		return
	}
	p.text(" ")
	for _, s := range d.Sections {
		p.text(s.Name, "\n")
		if s.Clauses != nil {
			p.clauses(s.Clauses)
		} else {
			p.body(s.Body)
		}
		p.text("\n")
	}
	p.text("end")
}

func (p *printer) body(n Node) {
	if b, ok := n.(*Block); ok && len(b.Exprs) > 1 {
		p.statements(b.Exprs)
		return
	}
	p.operand(n)
}

func (p *printer) clauses(list []*Clause) {
	for i, c := range list {
		if i > 0 {
			p.text("\n")
		}
		open, end := "", " "
		if len(c.Args) == 0 {
			open, end = "(", ") "
		} else if last, ok := c.Args[len(c.Args)-1].(*Binary); ok && last.Op == "when" && c.Guard == nil {
			open, end = "(", ") "
		} else if first, ok := c.Args[0].(*Block); ok && len(first.Exprs) == 0 {
			open, end = "(", ") " // () alone is no argument
		}
		p.list(open, c.Args, end)
		if c.Guard != nil {
			p.text("when ")
			p.operand(c.Guard)
			p.text(" ")
		}
		p.text("->\n")
		p.body(c.Body)
	}
}

func (p *printer) binary(n *Binary) {
	if r, ok := n.L.(*Binary); ok && n.Op == "..//" {
		p.operand(r.L)
		p.text("..")
		p.operand(r.R)
		p.text("//")
		p.operand(n.R)
		return
	}
	if l, ok := n.L.(*Binary); ok && n.Op == "/" && l.Op == "/" {
		p.binary(l) // an operator's name must stand before the slash
	} else {
		p.operand(n.L)
	}
	p.text(" ", n.Op, " ")
	p.operand(n.R)
}

// endsInOperator reports whether the last thing written of x is the name of an
// operator, which is one only right before a slash: +!/0.
func endsInOperator(x Node) bool {
	switch x := x.(type) {
	case *Unary:
		return !x.Parens && endsInOperator(x.X)
	case *Binary:
		return !x.Parens && endsInOperator(x.R)
	case *Var:
		return x.Name != "" && !isIdentifierStart(x.Name[0])
	}
	return false
}

// negated reports whether a node is !x or not x.
func negated(n Node) bool {
	u, ok := n.(*Unary)
	return ok && (u.Op == "!" || u.Op == "not")
}

func isIdentifierStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
