package syntax

import (
	"fmt"
	"strconv"
	"strings"
)

// Dump returns the tree in the form that Elixir's quote gives it, as text
// without metadata: 1 + a is {:+, [], [1, {:a, [], nil}]}. Two sources with the
// same dump mean the same to Elixir.
func Dump(n Node) string {
	var d dumper
	d.node(n)
	return d.b.String()
}

type dumper struct{ b strings.Builder }

func (d *dumper) text(s string) { d.b.WriteString(s) }

// call writes {:name, [], [args…]}.
func (d *dumper) call(name string, args ...func()) {
	d.text("{")
	d.atom(name)
	d.text(", [], ")
	d.list(args...)
	d.text("}")
}

func (d *dumper) list(elems ...func()) {
	d.text("[")
	for i, e := range elems {
		if i > 0 {
			d.text(", ")
		}
		e()
	}
	d.text("]")
}

func (d *dumper) pair(a, b func()) {
	d.text("{")
	a()
	d.text(", ")
	b()
	d.text("}")
}

func (d *dumper) of(n Node) func() { return func() { d.node(n) } }

func (d *dumper) all(nodes []Node) []func() {
	out := make([]func(), len(nodes))
	for i, n := range nodes {
		out[i] = d.of(n)
	}
	return out
}

func (d *dumper) atom(name string) {
	switch {
	case name == "nil" || name == "true" || name == "false":
		d.text(name)
	case isPlainName(name):
		d.text(":" + name)
	default:
		d.text(":" + quoteBytes(name))
	}
}

// isPlainName reports whether a name is letters, digits and underscores, with
// perhaps a ? or ! at the end.
func isPlainName(name string) bool {
	if n := strings.TrimRight(name, "?!"); len(name)-len(n) <= 1 {
		name = n
	}
	for i := 0; i < len(name); i++ {
		if !isLetter(name[i]) && name[i] != '_' && (i == 0 || !isDigit(name[i])) {
			return false
		}
	}
	return name != ""
}

func quoteBytes(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= 32 && c < 127:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\x%02X`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (d *dumper) node(n Node) {
	switch n := n.(type) {
	case nil:
		d.text("nil")
	case *Int:
		d.text(n.Value.String())
	case *Float:
		d.text("float:" + floatText(n.Value))
	case *Atom:
		d.atom(n.Name)
	case *DynAtom:
		d.call2(func() { d.dot(func() { d.text(":erlang") }, "binary_to_atom") }, func() { d.binaryParts(n.Parts) }, func() { d.text(":utf8") })
	case *String:
		d.str(n)
	case *Sigil:
		d.sigil(n)
	case *List:
		d.list(d.all(n.Elems)...)
	case *Tuple:
		d.tuple(n)
	case *Map:
		d.mapNode(n)
	case *Bitstring:
		d.bitstring(n)
	case *Var:
		d.variable(n)
	case *Alias:
		d.alias(n)
	case *Call:
		d.callNode(n)
	case *Apply:
		d.call2(func() { d.call(".", d.of(n.Fun)) }, d.args(n.Args, n.Do)...)
	case *Access:
		d.call2(func() { d.dot(func() { d.text(":\"Elixir.Access\"") }, "get") }, d.of(n.X), d.of(n.Key))
	default:
		d.operator(n)
	}
}

func (d *dumper) operator(n Node) {
	switch n := n.(type) {
	case *Unary:
		d.inBlock(n.Parens, func() { d.call(n.Op, d.of(n.X)) })
	case *Binary:
		d.binary(n)
	case *FullRange:
		d.call("..")
	case *CaptureArg:
		d.call("&", func() { d.text(strconv.Itoa(n.N)) })
	case *Attr:
		d.call("@", func() {
			if n.Value == nil {
				d.variable(&Var{Name: n.Name})
			} else {
				d.call(n.Name, d.of(n.Value))
			}
		})
	case *Fn:
		d.call("fn", d.clauses(n.Clauses)...)
	case *Stab:
		d.list(d.clauses(n.Clauses)...)
	case *Block:
		d.block(n)
	case *Hole:
		d.call("__EEX__", func() { d.text(strconv.Itoa(n.Index)) })
	case *Bad:
		d.call("__bad__")
	default:
		panic(fmt.Sprintf("syntax: no dump of %T", n))
	}
}

func floatText(f float64) string {
	s := strconv.FormatFloat(f, 'e', 17, 64)
	return s
}

// call2 writes {callee, [], [args…]}.
func (d *dumper) call2(callee func(), args ...func()) {
	d.text("{")
	callee()
	d.text(", [], ")
	d.list(args...)
	d.text("}")
}

// dot writes {:., [], [left, :name]}.
func (d *dumper) dot(left func(), name string) {
	d.call(".", left, func() { d.atom(name) })
}

func (d *dumper) variable(n *Var) {
	if n.Name == "..." {
		d.call("...")
		return
	}
	d.text("{")
	d.atom(n.Name)
	d.text(", [], nil}")
}

func (d *dumper) str(n *String) {
	if text, ok := literalText(n.Parts); ok {
		if !n.Charlist {
			d.text(quoteBytes(text))
			return
		}
		var codes []func()
		for _, r := range text {
			codes = append(codes, func() { d.text(strconv.Itoa(int(r))) })
		}
		d.list(codes...)
		return
	}
	if !n.Charlist {
		d.binaryParts(n.Parts)
		return
	}
	d.call2(func() { d.dot(func() { d.text(`:"Elixir.List"`) }, "to_charlist") }, func() {
		var parts []func()
		for _, p := range n.Parts {
			parts = append(parts, func() {
				if p.Expr == nil {
					d.text(quoteBytes(p.Text))
				} else {
					d.toString(p.Expr)
				}
			})
		}
		d.list(parts...)
	})
}

func literalText(parts []Part) (string, bool) {
	text := ""
	for _, p := range parts {
		if p.Expr != nil {
			return "", false
		}
		text += p.Text
	}
	return text, true
}

func (d *dumper) toString(x Node) {
	d.call2(func() { d.dot(func() { d.text(`:"Elixir.Kernel"`) }, "to_string") }, d.of(x))
}

// binaryParts writes {:<<>>, [], […]}, what an interpolated string stands for.
func (d *dumper) binaryParts(parts []Part) {
	var out []func()
	for _, p := range parts {
		out = append(out, func() {
			if p.Expr == nil {
				d.text(quoteBytes(p.Text))
				return
			}
			d.call("::", func() { d.toString(p.Expr) }, func() { d.text("{:binary, [], nil}") })
		})
	}
	if len(out) == 0 {
		out = append(out, func() { d.text(`""`) })
	}
	d.call("<<>>", out...)
}

func (d *dumper) sigil(n *Sigil) {
	d.call("sigil_"+n.Name, func() { d.binaryParts(n.Raw) }, func() {
		var codes []func()
		for _, r := range n.Modifiers {
			codes = append(codes, func() { d.text(strconv.Itoa(int(r))) })
		}
		d.list(codes...)
	})
}

func (d *dumper) tuple(n *Tuple) {
	if len(n.Elems) == 2 {
		d.pair(d.of(n.Elems[0]), d.of(n.Elems[1]))
		return
	}
	d.call("{}", d.all(n.Elems)...)
}

func (d *dumper) mapNode(n *Map) {
	if n.Struct != nil {
		d.call("%", d.of(n.Struct), func() { d.mapBody(n) })
		return
	}
	d.mapBody(n)
}

func (d *dumper) mapBody(n *Map) {
	var pairs []func()
	for _, p := range n.Pairs {
		if p.Value == nil {
			pairs = append(pairs, d.of(p.Key))
			continue
		}
		pairs = append(pairs, func() { d.pair(d.of(p.Key), d.of(p.Value)) })
	}
	if n.Update != nil {
		d.call("%{}", func() { d.call("|", d.of(n.Update), func() { d.list(pairs...) }) })
		return
	}
	d.call("%{}", pairs...)
}

func (d *dumper) bitstring(n *Bitstring) {
	var segments []func()
	for _, s := range n.Segments {
		if s.Type == nil {
			segments = append(segments, d.of(s.Value))
			continue
		}
		segments = append(segments, func() { d.call("::", d.of(s.Value), d.of(s.Type)) })
	}
	d.call("<<>>", segments...)
}

func (d *dumper) alias(n *Alias) {
	var segs []func()
	if n.Base != nil {
		segs = append(segs, d.of(n.Base))
	}
	for _, s := range n.Segs {
		segs = append(segs, func() { d.atom(s) })
	}
	d.call("__aliases__", segs...)
}

func (d *dumper) callNode(n *Call) {
	args := d.args(n.Args, n.Do)
	switch {
	case n.Name == "" && n.Target != nil:
		d.call2(d.of(n.Target), args...)
	case n.Target != nil:
		d.call2(func() { d.dot(d.of(n.Target), n.Name) }, args...)
	default:
		d.call(n.Name, args...)
	}
}

// args returns arguments with a do-block's keyword list as the last.
func (d *dumper) args(args []Node, do *Do) []func() {
	out := d.all(args)
	if do == nil {
		return out
	}
	return append(out, func() {
		var sections []func()
		for _, s := range do.Sections {
			sections = append(sections, func() {
				d.pair(func() { d.atom(s.Name) }, func() {
					if s.Clauses != nil {
						d.list(d.clauses(s.Clauses)...)
					} else {
						d.body(s.Body)
					}
				})
			})
		}
		d.list(sections...)
	})
}

func (d *dumper) binary(n *Binary) {
	switch n.Op {
	case "not in":
		d.inBlock(n.Parens, func() { d.call("not", func() { d.call("in", d.of(n.L), d.of(n.R)) }) })
	case "..//":
		r := n.L.(*Binary)
		d.call("..//", d.of(r.L), d.of(r.R), d.of(n.R))
	default:
		d.call(n.Op, d.of(n.L), d.of(n.R))
	}
}

func (d *dumper) clauses(list []*Clause) []func() {
	var out []func()
	for _, c := range list {
		out = append(out, func() {
			d.call("->", func() {
				args := c.Args
				if len(args) == 1 { // (unquote_splicing(x)) -> y
					if b, ok := args[0].(*Block); ok && len(b.Exprs) == 1 && isSplice(b.Exprs[0]) {
						args = b.Exprs
					}
				}
				if c.Guard == nil {
					d.list(d.all(args)...)
					return
				}
				d.list(func() { d.call("when", append(d.all(args), d.of(c.Guard))...) })
			}, func() {
				d.body(c.Body)
			})
		})
	}
	return out
}

// body writes what is in a section or clause.
func (d *dumper) body(n Node) { d.inBlock(isSplice(n), d.of(n)) }

// inBlock writes what f does, in a block of its own if wrap is set.
func (d *dumper) inBlock(wrap bool, f func()) {
	if wrap {
		d.call("__block__", f)
		return
	}
	f()
}

// isSplice reports whether a node is unquote_splicing(x), which Elixir keeps in
// a block of its own wherever a body is.
func isSplice(n Node) bool {
	c, ok := n.(*Call)
	return ok && c.Target == nil && c.Name == "unquote_splicing" && len(c.Args) == 1 && c.Do == nil
}

func (d *dumper) block(n *Block) {
	if len(n.Exprs) == 1 && !isSplice(n.Exprs[0]) {
		d.node(n.Exprs[0])
		return
	}
	d.call("__block__", d.all(n.Exprs)...)
}
