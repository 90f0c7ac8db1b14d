package interp

import (
	"strconv"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// quoted is a node that has no quoted form: one that the compiler made. To the
// language it is opaque.
type quoted struct{ node syntax.Node }

// Kind implements term.Term.
func (*quoted) Kind() term.Kind { return term.KindTuple }

// astWriter turns a tree into the terms that Elixir's parser makes of it.
type astWriter struct {
	// bare leaves places out, columns counts columns as well as lines.
	bare    bool
	columns bool
	// unquote is asked for what stands in the place of a call that unquotes; nil
	// means that unquotes are calls like any other.
	unquote func(w *astWriter, x *syntax.Call) (term.Term, bool)
	// sigils keeps the sigils that were written, by their text.
	sigils map[string]*syntax.Sigil
}

// nodeTerm returns the quoted form of a tree, as macros get their arguments.
func nodeTerm(n syntax.Node) term.Term { return (&astWriter{columns: true}).node(n) }

var (
	atomLine      = term.NewAtom("line")
	atomColumn    = term.NewAtom("column")
	atomBlock     = term.NewAtom("__block__")
	atomAliases   = term.NewAtom("__aliases__")
	atomDot       = term.NewAtom(".")
	atomArrow     = term.NewAtom("->")
	atomWhen      = term.NewAtom("when")
	atomCons      = term.NewAtom("|")
	atomType      = term.NewAtom("::")
	atomBits      = term.NewAtom("<<>>")
	atomMap       = term.NewAtom("%{}")
	atomTuple     = term.NewAtom("{}")
	atomCapture   = term.NewAtom("&")
	atomAt        = term.NewAtom("@")
	atomFn        = term.NewAtom("fn")
	atomContext   = term.NewAtom("context")
	atomCounter   = term.NewAtom("counter")
	atomImports   = term.NewAtom("imports")
	atomGenerated = term.NewAtom("generated")
	atomAlias     = term.NewAtom("alias")
	atomQuote     = term.NewAtom("quote")
	atomElixir    = term.NewAtom("Elixir")
)

// meta is the metadata of a node that stands at a place.
func (w *astWriter) meta(at source.Span, more ...any) *term.List {
	if !w.bare && !at.IsZero() {
		pos := at.Pos()
		more = append(more, "line", term.Int(pos.Line))
		if w.columns {
			more = append(more, "column", term.Int(pos.Column))
		}
	}
	return term.Keyword(more...)
}

func triple(name, meta, args term.Term) term.Tuple { return term.Tuple{name, meta, args} }

func (w *astWriter) form(name term.Atom, at source.Span, args ...term.Term) term.Term {
	return triple(name, w.meta(at), term.NewList(args...))
}

func (w *astWriter) list(nodes []syntax.Node) []term.Term {
	out := make([]term.Term, len(nodes))
	for i, n := range nodes {
		out[i] = w.node(n)
	}
	return out
}

// node returns the quoted form of a node.
func (w *astWriter) node(n syntax.Node) term.Term {
	switch x := n.(type) {
	case nil:
		return term.Nil
	case *valueNode:
		return escapeTerm(x.v)
	case *syntax.Int:
		return term.NewBig(x.Value)
	case *syntax.Float:
		return term.Float(x.Value)
	case *syntax.Atom:
		return term.NewAtom(x.Name)
	case *syntax.DynAtom:
		erl := triple(atomDot, w.meta(x.At.At), term.NewList(term.NewAtom("erlang"), term.NewAtom("binary_to_atom")))
		return triple(erl, w.meta(x.At.At), term.NewList(w.parts(x.Parts, x.At.At), term.NewAtom("utf8")))
	case *syntax.String:
		return w.str(x)
	case *syntax.Sigil:
		return w.sigil(x)
	case *syntax.List:
		return term.NewList(w.list(x.Elems)...)
	case *syntax.Tuple:
		if len(x.Elems) == 2 {
			return term.Tuple{w.node(x.Elems[0]), w.node(x.Elems[1])}
		}
		return w.form(atomTuple, x.At.At, w.list(x.Elems)...)
	case *syntax.Map:
		return w.mapNode(x)
	case *syntax.Bitstring:
		return w.bitstring(x)
	case *syntax.Var:
		return w.variable(x)
	case *syntax.Alias:
		return w.alias(x)
	case *syntax.Call:
		return w.call(x)
	case *syntax.Apply:
		dot := source.Span{File: x.At.At.File, Start: x.Fun.Span().End, End: x.Fun.Span().End}
		callee := triple(atomDot, w.meta(dot), term.NewList(w.node(x.Fun)))
		return triple(callee, w.meta(dot), term.NewList(w.args(x.Args, x.Do)...))
	case *syntax.Access:
		at := source.Span{File: x.At.At.File, Start: x.X.Span().End, End: x.X.Span().End}
		dot := triple(atomDot, w.meta(at, "from_brackets", term.True), term.NewList(accessModule, term.NewAtom("get")))
		return triple(dot, w.meta(at, "from_brackets", term.True), term.NewList(w.node(x.X), w.node(x.Key)))
	}
	return w.operator(n)
}

func (w *astWriter) operator(n syntax.Node) term.Term {
	switch x := n.(type) {
	case *syntax.Unary:
		v := w.form(term.NewAtom(x.Op), x.At.At, w.node(x.X))
		if x.Parens {
			return triple(atomBlock, term.Empty, term.NewList(v))
		}
		return v
	case *syntax.Binary:
		return w.binary(x)
	case *syntax.FullRange:
		return w.form(term.NewAtom(".."), x.At.At)
	case *syntax.CaptureArg:
		return w.form(atomCapture, x.At.At, term.Int(x.N))
	case *syntax.Attr:
		at := x.At.At
		if !at.IsZero() && at.End > at.Start {
			at.Start++
		}
		inner := triple(term.NewAtom(x.Name), w.meta(at), term.Nil)
		if x.Value != nil {
			inner[2] = term.NewList(w.node(x.Value))
		}
		return w.form(atomAt, x.At.At, inner)
	case *syntax.Fn:
		return w.form(atomFn, x.At.At, w.clauses(x.Clauses)...)
	case *syntax.Stab:
		return term.NewList(w.clauses(x.Clauses)...)
	case *syntax.Block:
		if len(x.Exprs) == 1 && !isSplice(x.Exprs[0]) {
			return w.node(x.Exprs[0])
		}
		return triple(atomBlock, term.Empty, term.NewList(w.list(x.Exprs)...))
	}
	return &quoted{n}
}

// isSplice reports whether a node is unquote_splicing(x), which Elixir keeps in
// a block of its own wherever a body is.
func isSplice(n syntax.Node) bool {
	c, ok := n.(*syntax.Call)
	return ok && c.Target == nil && c.Name == "unquote_splicing" && len(c.Args) == 1 && c.Do == nil
}

// variable splits the name of a variable that came out of a quote.
func (w *astWriter) variable(x *syntax.Var) term.Term {
	if x.Name == "..." {
		return w.form(term.NewAtom("..."), x.At.At)
	}
	name, context, counter := splitName(x.Name)
	var more []any
	if counter != 0 {
		more = append(more, "counter", term.Int(counter))
	}
	return triple(term.NewAtom(name), w.meta(x.At.At, more...), context)
}

// hygienicName is the name by which the compiler knows a variable that came
// out of a quote: those of one name, context and expansion are the same.
func hygienicName(name string, context term.Atom, counter int) string {
	switch {
	case counter != 0:
		return name + hygiene + context.Name() + hygiene + strconv.Itoa(counter)
	case context != term.Nil:
		return name + hygiene + context.Name() + hygiene
	}
	return name
}

// splitName is the reverse of hygienicName.
func splitName(full string) (name string, context term.Atom, counter int) {
	name, rest, ok := strings.Cut(full, hygiene)
	if !ok {
		return name, term.Nil, 0
	}
	ctx, number, ok := strings.Cut(rest, hygiene)
	if !ok {
		return full, term.Nil, 0 // a name that the compiler made
	}
	counter, _ = strconv.Atoi(number)
	return name, term.NewAtom(ctx), counter
}

func (w *astWriter) str(x *syntax.String) term.Term {
	if v, ok := literalString(x); ok {
		return v
	}
	if !x.Charlist {
		return w.parts(x.Parts, x.At.At)
	}
	dot := triple(atomDot, w.meta(x.At.At), term.NewList(term.NewModule("List"), term.NewAtom("to_charlist")))
	var parts []term.Term
	for _, p := range x.Parts {
		if p.Expr == nil {
			parts = append(parts, term.Binary(p.Text))
		} else {
			parts = append(parts, w.interpolated(p))
		}
	}
	return triple(dot, w.meta(x.At.At), term.NewList(term.NewList(parts...)))
}

func (w *astWriter) interpolated(p syntax.Part) term.Term {
	dot := triple(atomDot, w.meta(p.At), term.NewList(kernel, term.NewAtom("to_string")))
	return triple(dot, w.meta(p.At, "from_interpolation", term.True), term.NewList(w.node(p.Expr)))
}

// parts is what an interpolated string stands for: <<"a", to_string(x)::binary>>.
func (w *astWriter) parts(parts []syntax.Part, at source.Span) term.Term {
	var out []term.Term
	for _, p := range parts {
		if p.Expr == nil {
			out = append(out, term.Binary(p.Text))
			continue
		}
		out = append(out, w.form(atomType, p.At, w.interpolated(p), triple(term.NewAtom("binary"), w.meta(p.At), term.Nil)))
	}
	if len(out) == 0 {
		out = append(out, term.Binary(""))
	}
	return w.form(atomBits, at, out...)
}

func (w *astWriter) sigil(x *syntax.Sigil) term.Term {
	text := sigilText(x)
	if w.sigils != nil {
		w.sigils[x.Name+text] = x
	}
	delimiter := "\""
	if written := x.At.At.Text(); x.Delimiter != "" {
		delimiter = x.Delimiter
	} else if x.Heredoc {
		delimiter = `"""`
	} else if len(written) > len(x.Name)+1 {
		delimiter = written[len(x.Name)+1 : len(x.Name)+2]
	}
	return triple(term.NewAtom("sigil_"+x.Name), w.meta(x.At.At, "delimiter", term.Binary(delimiter)),
		term.NewList(w.parts(x.Raw, x.At.At), term.Charlist(x.Modifiers)))
}

// sigilText is the text of a sigil without interpolation.
func sigilText(x *syntax.Sigil) string {
	text := ""
	for _, p := range x.Raw {
		text += p.Text
	}
	return text
}

func (w *astWriter) mapNode(x *syntax.Map) term.Term {
	var pairs []term.Term
	for _, p := range x.Pairs {
		if p.Value == nil {
			pairs = append(pairs, w.node(p.Key))
			continue
		}
		pairs = append(pairs, term.Tuple{w.node(p.Key), w.node(p.Value)})
	}
	if x.Update != nil {
		pairs = []term.Term{w.form(atomCons, x.Update.Span(), w.node(x.Update), term.NewList(pairs...))}
	}
	body := w.form(atomMap, x.At.At, pairs...)
	if x.Struct != nil {
		return w.form(term.NewAtom("%"), x.At.At, w.node(x.Struct), body)
	}
	return body
}

func (w *astWriter) bitstring(x *syntax.Bitstring) term.Term {
	var out []term.Term
	for _, s := range x.Segments {
		if s.Type == nil {
			out = append(out, w.node(s.Value))
			continue
		}
		out = append(out, w.form(atomType, s.Value.Span(), w.node(s.Value), w.node(s.Type)))
	}
	return w.form(atomBits, x.At.At, out...)
}

func (w *astWriter) alias(x *syntax.Alias) term.Term {
	var segs []term.Term
	if x.Base != nil {
		segs = append(segs, w.node(x.Base))
	}
	for _, s := range x.Segs {
		segs = append(segs, term.NewAtom(s))
	}
	meta := w.meta(x.At.At)
	if q, ok := x.Meta.(*nameMeta); ok {
		meta = q.onto(meta)
	}
	return triple(atomAliases, meta, term.NewList(segs...))
}

// call is name(args), target.name(args), or target.name without parentheses.
func (w *astWriter) call(x *syntax.Call) term.Term {
	if w.unquote != nil {
		if v, ok := w.unquote(w, x); ok {
			return v
		}
	}
	if x.Target == nil && x.Name == "quote" {
		inner := *w
		inner.unquote = nil
		w = &inner
	}
	args := term.NewList(w.args(x.Args, x.Do)...)
	at := nameSpanOf(x)
	switch {
	case x.Target == nil:
		meta := w.meta(at)
		if q, ok := x.Meta.(*nameMeta); ok {
			meta = q.onto(meta)
		}
		return triple(term.NewAtom(x.Name), meta, args)
	case x.Name == "":
		return triple(w.node(x.Target), w.meta(at), args)
	}
	dotAt := at
	if !dotAt.IsZero() && dotAt.Start > 0 {
		dotAt.Start--
	}
	dot := triple(atomDot, w.meta(dotAt), term.NewList(w.node(x.Target), term.NewAtom(x.Name)))
	if !x.Parens && len(x.Args) == 0 && x.Do == nil {
		return triple(dot, w.meta(at, "no_parens", term.True), args)
	}
	return triple(dot, w.meta(at), args)
}

// args returns arguments with a do-block's keyword list as the last.
func (w *astWriter) args(args []syntax.Node, do *syntax.Do) []term.Term {
	out := w.list(args)
	if do == nil {
		return out
	}
	var sections []term.Term
	for _, s := range do.Sections {
		var body term.Term
		if s.Clauses != nil {
			body = term.NewList(w.clauses(s.Clauses)...)
		} else {
			body = w.body(s.Body)
		}
		sections = append(sections, term.Tuple{term.NewAtom(s.Name), body})
	}
	return append(out, term.NewList(sections...))
}

// body is what is in a section or clause.
func (w *astWriter) body(n syntax.Node) term.Term {
	if n == nil {
		return triple(atomBlock, term.Empty, term.Empty)
	}
	if isSplice(n) {
		return triple(atomBlock, term.Empty, term.NewList(w.node(n)))
	}
	return w.node(n)
}

func (w *astWriter) clauses(list []*syntax.Clause) []term.Term {
	out := make([]term.Term, len(list))
	for i, c := range list {
		args := c.Args
		if len(args) == 1 { // (unquote_splicing(x)) -> y
			if b, ok := args[0].(*syntax.Block); ok && len(b.Exprs) == 1 && isSplice(b.Exprs[0]) {
				args = b.Exprs
			}
		}
		head := w.list(args)
		if c.Guard != nil {
			head = []term.Term{w.form(atomWhen, c.Guard.Span(), append(head, w.node(c.Guard))...)}
		}
		out[i] = w.form(atomArrow, c.At.At, term.NewList(head...), w.body(c.Body))
	}
	return out
}

func (w *astWriter) binary(x *syntax.Binary) term.Term {
	at := x.OpAt
	if at.IsZero() {
		at = x.At.At
	}
	switch x.Op {
	case "not in":
		v := w.form(term.NewAtom("not"), at, w.form(term.NewAtom("in"), at, w.node(x.L), w.node(x.R)))
		if x.Parens {
			return triple(atomBlock, term.Empty, term.NewList(v))
		}
		return v
	case "..//":
		r := x.L.(*syntax.Binary)
		return w.form(term.NewAtom("..//"), at, w.node(r.L), w.node(r.R), w.node(x.R))
	}
	return w.form(term.NewAtom(x.Op), at, w.node(x.L), w.node(x.R))
}
