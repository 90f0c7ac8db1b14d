package interp

import (
	"math/big"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// astReader turns quoted terms back into a tree. Nodes without a place of
// their own stand at the place of the macro's call.
type astReader struct {
	at     source.Span
	sigils map[string]*syntax.Sigil
	// file finds a file that a quote with location: :keep names.
	file func(name string) *source.File
}

// unaryOperators and binaryOperators are the names whose calls the parser
// makes operators of.
var (
	unaryOperators  = map[string]bool{"-": true, "+": true, "!": true, "^": true, "not": true, "&": true, "~~~": true}
	binaryOperators = map[string]bool{}
)

func init() {
	for op := range strings.FieldsSeq(`= |> :: | when <- \\ -> in + - * / ++ -- +++ --- .. <> == != =~ === !== < > <= >= && || and or ** ^^^ &&& ||| <<< >>> ~>> <<~ ~> <~ <~> <|> =>`) {
		binaryOperators[op] = true
	}
}

// span is the place that metadata names: with a column it is in the file of
// the macro's call.
func (r *astReader) span(meta *term.List) source.Span {
	if keep, ok := metaGet(meta, term.NewAtom("keep")).(term.Tuple); ok && len(keep) == 2 && r.file != nil {
		name, _ := keep[0].(term.Binary)
		line, _ := keep[1].(term.Int)
		if f := r.file(string(name)); f != nil && line > 0 {
			at := f.Offset(int(line))
			return source.Span{File: f, Start: at, End: at}
		}
	}
	line, ok := metaGet(meta, atomLine).(term.Int)
	if !ok || r.at.IsZero() || line < 1 || int(line) > r.at.File.LineCount() {
		return r.at
	}
	column, ok := metaGet(meta, atomColumn).(term.Int)
	if !ok {
		if r.at.Pos().Line == int(line) {
			return r.at
		}
		at := r.at.File.Offset(int(line))
		return source.Span{File: r.at.File, Start: at, End: at}
	}
	at := r.at.File.At(int(line), int(column))
	if text := r.at.File.Text(); at < len(text) {
		return source.Span{File: r.at.File, Start: at, End: at + tokenLength(text[at:])}
	}
	return source.Span{File: r.at.File, Start: at, End: at}
}

// tokenLength is the length of the name or operator that a text begins with.
func tokenLength(text string) int {
	n := 0
	for n < len(text) && (isIdentifier(text[n]) || n > 0 && (text[n] == '?' || text[n] == '!')) {
		n++
	}
	for n == 0 && n < len(text) && !strings.ContainsRune(" \t\r\n()[]{},;\"'", rune(text[n])) {
		return 1
	}
	return n
}

func isIdentifier(c byte) bool {
	return c == '_' || c == '@' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func (r *astReader) list(l *term.List) []syntax.Node {
	elems, _ := l.Slice()
	out := make([]syntax.Node, len(elems))
	for i, e := range elems {
		out[i] = r.node(e)
	}
	return out
}

// node returns the tree of a quoted term. What is no quoted expression stays a
// value, which compiling it reports.
func (r *astReader) node(v term.Term) syntax.Node {
	pos := syntax.At{At: r.at}
	switch x := v.(type) {
	case *quoted:
		return x.node
	case term.Atom:
		return &syntax.Atom{At: pos, Name: x.Name()}
	case term.Int:
		return &syntax.Int{At: pos, Value: big.NewInt(int64(x))}
	case *term.Big:
		return &syntax.Int{At: pos, Value: x.Big()}
	case term.Float:
		return &syntax.Float{At: pos, Value: float64(x)}
	case term.Binary:
		return &syntax.String{At: pos, Parts: []syntax.Part{{Text: string(x), At: r.at}}}
	case *term.List:
		return r.listNode(x)
	case term.Tuple:
		switch len(x) {
		case 2:
			return &syntax.Tuple{At: pos, Elems: []syntax.Node{r.node(x[0]), r.node(x[1])}}
		case 3:
			if meta, ok := x[1].(*term.List); ok {
				if n := r.triple(x, meta); n != nil {
					return n
				}
			}
		}
		return &badQuoted{valueNode{At: pos, v: v}}
	case *term.Map:
		return &badQuoted{valueNode{At: pos, v: v}}
	}
	return &valueNode{At: pos, v: v}
}

// badQuoted is a term in the place of a quoted expression that is none.
type badQuoted struct{ valueNode }

func (n *badQuoted) compile(c *compiler) code {
	return c.errorf(n.Span(), "invalid quoted expression: %s\n\nPlease make sure your quoted expressions are made of valid AST nodes. If you would like to introduce a value into the\nAST, such as a four-element tuple or a map, make sure to call Macro.escape/1 before", term.Inspect(n.v))
}

func (r *astReader) listNode(l *term.List) syntax.Node {
	pos := syntax.At{At: r.at}
	elems, ok := l.Slice()
	if !ok {
		return &badQuoted{valueNode{At: pos, v: l}}
	}
	if clauses := r.clauses(elems); clauses != nil {
		return &syntax.Stab{At: pos, Clauses: clauses}
	}
	out := &syntax.List{At: pos, Elems: make([]syntax.Node, len(elems))}
	keyword := len(elems) > 0
	for i, e := range elems {
		out.Elems[i] = r.node(e)
		keyword = keyword && isPair(e)
	}
	if keyword {
		for _, e := range out.Elems {
			e.(*syntax.Tuple).Sugar = true
		}
	}
	return out
}

// isPair reports whether a term is an entry of a keyword list.
func isPair(v term.Term) bool {
	kv, ok := v.(term.Tuple)
	if !ok || len(kv) != 2 {
		return false
	}
	_, ok = kv[0].(term.Atom)
	return ok
}

// clauses reads a list of a -> b; nil if it is none.
func (r *astReader) clauses(elems []term.Term) []*syntax.Clause {
	var out []*syntax.Clause
	for _, e := range elems {
		x, ok := e.(term.Tuple)
		if !ok || len(x) != 3 || x[0] != term.Term(atomArrow) {
			return nil
		}
		meta, _ := x[1].(*term.List)
		parts, _ := x[2].(*term.List)
		sides, proper := parts.Slice()
		if !proper || len(sides) != 2 {
			return nil
		}
		head, isList := sides[0].(*term.List)
		if !isList {
			return nil
		}
		c := &syntax.Clause{At: syntax.At{At: r.span(meta)}, Args: r.list(head), Body: r.node(sides[1]), Arrow: r.span(meta)}
		if len(c.Args) == 1 {
			if w := whenOf(head.Head); w != nil {
				parts := r.list(w)
				c.Args, c.Guard = parts[:len(parts)-1], parts[len(parts)-1]
			}
		}
		out = append(out, c)
	}
	return out
}

// whenOf returns the arguments of a when.
func whenOf(v term.Term) *term.List {
	x, ok := v.(term.Tuple)
	if !ok || len(x) != 3 || x[0] != term.Term(atomWhen) {
		return nil
	}
	l, _ := x[2].(*term.List)
	return l
}

// triple reads {name, meta, args}; nil if it is none.
func (r *astReader) triple(x term.Tuple, meta *term.List) syntax.Node {
	at := syntax.At{At: r.span(meta)}
	if context, ok := x[2].(term.Atom); ok {
		name, isName := x[0].(term.Atom)
		if !isName {
			return nil
		}
		counter, _ := metaGet(meta, atomCounter).(term.Int)
		return &syntax.Var{At: at, Name: hygienicName(name.Name(), context, int(counter))}
	}
	args, ok := x[2].(*term.List)
	if !ok {
		return nil
	}
	if _, proper := args.Slice(); !proper {
		return nil
	}
	switch head := x[0].(type) {
	case term.Atom:
		if n := r.form(head.Name(), meta, args, at); n != nil {
			return n
		}
		c := &syntax.Call{At: at, Name: head.Name(), NameAt: at.At, Parens: true, Meta: readMeta(meta)}
		c.Args, c.Do = r.args(args)
		return c
	case term.Tuple:
		return r.callee(head, meta, args, at)
	case *quoted:
		c := &syntax.Call{At: at, Target: head.node, NameAt: at.At, Parens: true}
		c.Args, c.Do = r.args(args)
		return c
	}
	return nil
}

// callee reads a call whose function is no name.
func (r *astReader) callee(head term.Tuple, meta, args *term.List, at syntax.At) syntax.Node {
	c := &syntax.Call{At: at, NameAt: at.At, Parens: metaGet(meta, term.NewAtom("no_parens")) != term.Term(term.True)}
	if len(head) == 3 && head[0] == term.Term(atomDot) {
		parts, _ := head[2].(*term.List)
		sides, _ := parts.Slice()
		switch len(sides) {
		case 1:
			f := &syntax.Apply{At: at, Fun: r.node(sides[0])}
			f.Args, f.Do = r.args(args)
			return f
		case 2:
			name, ok := sides[1].(term.Atom)
			if !ok {
				return nil
			}
			if sides[0] == term.Term(accessModule) && metaGet(meta, term.NewAtom("from_brackets")) != nil && args != nil {
				if l := r.list(args); len(l) == 2 {
					return &syntax.Access{At: at, X: l[0], Key: l[1]}
				}
			}
			c.Target, c.Name = r.node(sides[0]), name.Name()
			c.Args, c.Do = r.args(args)
			return c
		}
		return nil
	}
	c.Target = r.node(head)
	c.Args, c.Do = r.args(args)
	return c
}

// args reads arguments; a last keyword list of do, else and the like is a
// do-block.
func (r *astReader) args(l *term.List) ([]syntax.Node, *syntax.Do) {
	elems, _ := l.Slice()
	if len(elems) > 0 {
		if do := r.do(elems[len(elems)-1]); do != nil {
			out := make([]syntax.Node, len(elems)-1)
			for i, e := range elems[:len(elems)-1] {
				out[i] = r.node(e)
			}
			return out, do
		}
	}
	return r.list(l), nil
}

func (r *astReader) do(v term.Term) *syntax.Do {
	l, ok := v.(*term.List)
	elems, proper := l.Slice()
	if !ok || !proper || len(elems) == 0 {
		return nil
	}
	do := &syntax.Do{At: r.at}
	for i, e := range elems {
		if !isPair(e) {
			return nil
		}
		kv := e.(term.Tuple)
		name := kv[0].(term.Atom).Name()
		switch name {
		case "do", "else", "rescue", "catch", "after":
		default:
			return nil
		}
		if i == 0 && name != "do" {
			return nil
		}
		s := syntax.Section{Name: name, At: r.at}
		if list, ok := kv[1].(*term.List); ok && list != nil {
			parts, _ := list.Slice()
			s.Clauses = r.clauses(parts)
		}
		if s.Clauses == nil {
			s.Body = r.node(kv[1])
		}
		do.Sections = append(do.Sections, s)
	}
	return do
}

// form reads what the parser has nodes of their own for; nil for other names.
func (r *astReader) form(name string, meta, args *term.List, at syntax.At) syntax.Node {
	elems, _ := args.Slice()
	switch {
	case name == "__block__":
		return &syntax.Block{At: at, Exprs: r.list(args)}
	case name == "__aliases__" && len(elems) > 0:
		return r.alias(meta, elems, at)
	case name == "{}":
		return &syntax.Tuple{At: at, Elems: r.list(args)}
	case name == "%{}":
		return r.mapNode(elems, at)
	case name == "%" && len(elems) == 2:
		if m, ok := r.node(elems[1]).(*syntax.Map); ok {
			m.Struct = r.node(elems[0])
			return m
		}
	case name == "<<>>":
		return r.bits(elems, at)
	case name == "fn":
		return &syntax.Fn{At: at, Clauses: r.clauses(elems)}
	case name == "&" && len(elems) == 1:
		if n, ok := elems[0].(term.Int); ok && n > 0 {
			return &syntax.CaptureArg{At: at, N: int(n)}
		}
		x := r.node(elems[0])
		if b, ok := x.(*syntax.Binary); ok && b.Op == "/" {
			if v, ok := b.L.(*syntax.Var); ok { // the capture knows where the name is from
				b.L = &syntax.Call{At: v.At, Name: plainName(v.Name), NameAt: v.Span(), Meta: readMeta(meta)}
			}
		}
		return &syntax.Unary{At: at, Op: "&", X: x}
	case name == "@" && len(elems) == 1:
		return r.attr(elems[0], at)
	case name == ".." && len(elems) == 0:
		return &syntax.FullRange{At: at}
	case name == "..." && len(elems) == 0:
		return &syntax.Var{At: at, Name: "..."}
	case name == "..//" && len(elems) == 3:
		l := r.list(args)
		return &syntax.Binary{At: at, Op: "..//", OpAt: at.At, R: l[2], L: &syntax.Binary{At: at, Op: "..", OpAt: at.At, L: l[0], R: l[1]}}
	case strings.HasPrefix(name, "sigil_") && len(elems) == 2:
		return r.sigil(name[len("sigil_"):], meta, elems, at)
	}
	if q, ok := readMeta(meta).(*nameMeta); ok {
		if mod, ok := q.receiver(len(elems)); ok && mod != kernel {
			return nil // an operator that is imported where the quote stands
		}
	}
	switch {
	case len(elems) == 2 && binaryOperators[name]:
		l := r.list(args)
		return &syntax.Binary{At: at, Op: name, OpAt: at.At, L: l[0], R: l[1]}
	case len(elems) == 1 && unaryOperators[name]:
		return &syntax.Unary{At: at, Op: name, X: r.node(elems[0])}
	}
	return nil
}

func (r *astReader) alias(meta *term.List, elems []term.Term, at syntax.At) syntax.Node {
	a := &syntax.Alias{At: at, Meta: readMeta(meta)}
	for i, e := range elems {
		seg, ok := e.(term.Atom)
		if !ok && i > 0 {
			return nil
		}
		if ok && !strings.HasPrefix(seg.Name(), "Elixir.") {
			a.Segs = append(a.Segs, seg.Name())
			continue
		}
		if i > 0 {
			a.Segs = append(a.Segs, strings.TrimPrefix(seg.Name(), "Elixir."))
			continue
		}
		a.Base = r.node(e)
	}
	if len(a.Segs) == 0 {
		return a.Base
	}
	return a
}

func (r *astReader) mapNode(elems []term.Term, at syntax.At) syntax.Node {
	m := &syntax.Map{At: at}
	if len(elems) == 1 {
		if x, ok := elems[0].(term.Tuple); ok && len(x) == 3 && x[0] == term.Term(atomCons) {
			l, _ := x[2].(*term.List)
			if sides, _ := l.Slice(); len(sides) == 2 {
				m.Update = r.node(sides[0])
				pairs, _ := sides[1].(*term.List)
				elems, _ = pairs.Slice()
			}
		}
	}
	for _, e := range elems {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			m.Pairs = append(m.Pairs, syntax.Pair{Key: r.node(e)})
			continue
		}
		_, sugar := kv[0].(term.Atom)
		m.Pairs = append(m.Pairs, syntax.Pair{Key: r.node(kv[0]), Value: r.node(kv[1]), Sugar: sugar})
	}
	return m
}

// bits reads <<…>>, or the string with interpolation that it stands for.
func (r *astReader) bits(elems []term.Term, at syntax.At) syntax.Node {
	if parts := r.interpolation(elems); parts != nil {
		return &syntax.String{At: at, Parts: parts}
	}
	b := &syntax.Bitstring{At: at}
	for _, e := range elems {
		if value, typ, ok := typed(e); ok {
			b.Segments = append(b.Segments, syntax.Segment{Value: r.node(value), Type: r.node(typ)})
			continue
		}
		b.Segments = append(b.Segments, syntax.Segment{Value: r.node(e)})
	}
	return b
}

// typed takes value :: type apart.
func typed(v term.Term) (value, typ term.Term, ok bool) {
	x, isTuple := v.(term.Tuple)
	if !isTuple || len(x) != 3 || x[0] != term.Term(atomType) {
		return nil, nil, false
	}
	l, _ := x[2].(*term.List)
	sides, _ := l.Slice()
	if len(sides) != 2 {
		return nil, nil, false
	}
	return sides[0], sides[1], true
}

// interpolation reads the parts of a string; nil if a part is no text and no
// Kernel.to_string(x) :: binary, or if all is text.
func (r *astReader) interpolation(elems []term.Term) []syntax.Part {
	var parts []syntax.Part
	found := false
	for _, e := range elems {
		if s, ok := e.(term.Binary); ok {
			parts = append(parts, syntax.Part{Text: string(s), At: r.at})
			continue
		}
		value, _, ok := typed(e)
		call, isCall := value.(term.Tuple)
		if !ok || !isCall || len(call) != 3 {
			return nil
		}
		meta, _ := call[1].(*term.List)
		args, _ := call[2].(*term.List)
		if metaGet(meta, term.NewAtom("from_interpolation")) == nil || args == nil {
			return nil
		}
		parts = append(parts, syntax.Part{Expr: r.node(args.Head), At: r.span(meta)})
		found = true
	}
	if !found {
		return nil
	}
	return parts
}

func (r *astReader) attr(v term.Term, at syntax.At) syntax.Node {
	x, ok := v.(term.Tuple)
	if !ok || len(x) != 3 {
		return nil
	}
	name, ok := x[0].(term.Atom)
	if !ok {
		return nil
	}
	if l, isList := x[2].(*term.List); isList && l != nil {
		if l.Tail != term.Term(term.Empty) {
			return nil
		}
		return &syntax.Attr{At: at, Name: name.Name(), Value: r.node(l.Head)}
	}
	return &syntax.Attr{At: at, Name: name.Name()}
}

// sigil reads a sigil; nil if it is not as the parser makes them.
func (r *astReader) sigil(name string, meta *term.List, elems []term.Term, at syntax.At) syntax.Node {
	body, ok := elems[0].(term.Tuple)
	mods, ok2 := elems[1].(*term.List)
	if !ok || !ok2 || len(body) != 3 || body[0] != term.Term(atomBits) {
		return nil
	}
	l, _ := body[2].(*term.List)
	raw, _ := l.Slice()
	parts := r.interpolation(raw)
	if parts == nil {
		text := ""
		for _, e := range raw {
			s, ok := e.(term.Binary)
			if !ok {
				return nil
			}
			text += string(s)
		}
		parts = []syntax.Part{{Text: text, At: r.at}}
	}
	modifiers := ""
	for m := range mods.All() {
		c, ok := m.(term.Int)
		if !ok {
			return nil
		}
		modifiers += string(rune(c))
	}
	s := &syntax.Sigil{At: at, Name: name, Raw: parts, Modifiers: modifiers}
	if d, ok := metaGet(meta, term.NewAtom("delimiter")).(term.Binary); ok {
		s.Delimiter = string(d)
	}
	if written := r.sigils[name+sigilText(s)]; written != nil {
		s.Source, s.Heredoc, s.Indent = written.Source, written.Heredoc, written.Indent
	}
	if s.Source == nil {
		file := "nofile"
		if !r.at.IsZero() {
			file = r.at.File.Name()
		}
		s.Source = source.Whole(source.NewFile(file, sigilText(s)))
	}
	s.Parts = parts
	if name[0] >= 'a' && name[0] <= 'z' {
		s.Parts = make([]syntax.Part, len(parts))
		for i, p := range parts {
			s.Parts[i] = p
			switch {
			case p.Expr != nil:
			case name == "r":
				s.Parts[i].Text = syntax.UnescapeRegex(p.Text)
			default:
				s.Parts[i].Text, _ = syntax.Unescape(p.Text)
			}
		}
	}
	return s
}
