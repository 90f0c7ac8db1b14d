package interp

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

// lineLength is what Macro.to_string/1 breaks lines at.
const lineLength = 98

// PrintQuoted returns quoted code as source, as Macro.to_string/1.
func PrintQuoted(v term.Term) string {
	p := &quotedPrinter{width: lineLength, meter: new(term.Meter)}
	if name, _, args, ok := callParts(v); ok && name == "__block__" && len(args) > 1 {
		return p.statements(args)
	}
	return p.expr(v)
}

// quotedPrinter writes quoted code. Each method returns text whose lines after
// the first are indented from the column where the text begins; width is how
// much of a line is left. meter bounds the work: code that a macro made can be
// nested deep, and its text is copied at each level.
type quotedPrinter struct {
	width int
	meter *term.Meter
}

// narrower is the printer for what is indented.
func (p *quotedPrinter) narrower(n int) *quotedPrinter {
	return &quotedPrinter{width: max(p.width-n, 20), meter: p.meter}
}

func indented(s string, n int) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\n", "\n"+strings.Repeat(" ", n)), "\n"+strings.Repeat(" ", n)+"\n", "\n\n")
}

// callParts takes {name, meta, args} with a name apart.
func callParts(v term.Term) (name string, meta *term.List, args []term.Term, ok bool) {
	x, isTuple := v.(term.Tuple)
	if !isTuple || len(x) != 3 {
		return "", nil, nil, false
	}
	a, isAtom := x[0].(term.Atom)
	meta, isMeta := x[1].(*term.List)
	l, isList := x[2].(*term.List)
	elems, proper := l.Slice()
	if !isAtom || !isMeta || !isList || !proper {
		return "", nil, nil, false
	}
	return a.Name(), meta, elems, true
}

func (p *quotedPrinter) statements(list []term.Term) string {
	var b strings.Builder
	before := ""
	for i, e := range list {
		text := p.statement(e)
		if i > 0 {
			b.WriteString("\n")
			if strings.Contains(text, "\n") || strings.Contains(before, "\n") {
				b.WriteString("\n")
			}
		}
		b.WriteString(text)
		before = text
	}
	return b.String()
}

func (p *quotedPrinter) statement(v term.Term) string {
	if name, _, args, ok := callParts(v); ok && len(args) == 1 && (name == "unquote_splicing" || name == "__block__") {
		return p.expr(args[0])
	}
	return p.expr(v)
}

type operator struct {
	precedence int
	right      bool
}

var operators = map[string]operator{}

func init() {
	for _, row := range []struct {
		precedence int
		right      bool
		names      string
	}{
		{40, false, `<- \\`}, {50, true, "when"}, {60, true, "::"}, {70, true, "|"}, {80, true, "=>"}, {100, true, "="},
		{120, false, "|| ||| or"}, {130, false, "&& &&& and"}, {140, false, "== != =~ === !=="}, {150, false, "< <= >= >"},
		{160, false, "|> <<< >>> <~ ~> <<~ ~>> <~> <|>"}, {170, false, "in"}, {180, false, "^^^"}, {190, true, "//"},
		{200, true, "++ -- .. <> +++ ---"}, {210, false, "+ -"}, {220, false, "* /"}, {230, false, "**"},
	} {
		for n := range strings.FieldsSeq(row.names) {
			operators[n] = operator{row.precedence, row.right}
		}
	}
}

// precedence is that of an expression as an operand; 1000 for what binds
// tighter than any operator.
func precedenceOf(v term.Term) (prec int, right bool) {
	name, _, args, ok := callParts(v)
	if !ok {
		return 1000, false
	}
	switch {
	case len(args) == 2 && operators[name].precedence > 0:
		return operators[name].precedence, operators[name].right
	case len(args) == 3 && name == "..//":
		return 200, true
	case len(args) == 1 && name == "not" && isNotIn(args[0]):
		return 170, false
	case len(args) == 1 && name == "&":
		if _, isInt := args[0].(term.Int); !isInt {
			return 90, false
		}
	case len(args) == 1 && (name == "not" || unaryOperators[name]):
		return 300, false
	}
	return 1000, false
}

func isNotIn(v term.Term) bool {
	name, _, args, ok := callParts(v)
	return ok && name == "in" && len(args) == 2
}

// operand is an expression in an operator, in parentheses where it binds less.
func (p *quotedPrinter) operand(v term.Term, parent int, parentRight, isRight bool) string {
	prec, _ := precedenceOf(v)
	text := p.expr(v)
	if prec < parent || prec == parent && prec < 1000 && isRight != parentRight {
		return "(" + text + ")"
	}
	if name, _, args, ok := callParts(v); ok && (name == "__block__" && len(args) != 1 || name == "fn" && parent > 300) {
		if name == "fn" {
			return "(" + text + ")"
		}
	}
	return text
}

// expr writes any quoted expression.
func (p *quotedPrinter) expr(v term.Term) (text string) {
	p.meter.Enter()
	defer func() {
		p.meter.Steps(len(text) / 8)
		p.meter.Leave()
	}()
	switch x := v.(type) {
	case *quoted:
		return x.node.Span().Text()
	case term.Atom:
		return term.Inspect(x)
	case *term.List:
		return p.list(x)
	case term.Tuple:
		if len(x) == 2 {
			return p.container("{", []string{p.expr(x[0]), p.expr(x[1])}, "}")
		}
		if len(x) == 3 {
			if text, ok := p.triple(x); ok {
				return text
			}
		}
	}
	return term.InspectWith(v, term.InspectOptions{Limit: -1})
}

func (p *quotedPrinter) triple(x term.Tuple) (string, bool) {
	if a, isAtom := x[0].(term.Atom); isAtom {
		if _, isVar := x[2].(term.Atom); isVar {
			return a.Name(), true
		}
	}
	name, meta, args, ok := callParts(x)
	if ok {
		return p.call(name, meta, args), true
	}
	callee, ok := x[0].(term.Tuple)
	l, isList := x[2].(*term.List)
	if !ok || !isList {
		return "", false
	}
	meta, _ = x[1].(*term.List)
	args, _ = l.Slice()
	return p.remote(callee, meta, args), true
}

// call writes a call of a name, or the special form that it is.
func (p *quotedPrinter) call(name string, meta *term.List, args []term.Term) string {
	switch {
	case name == "__block__":
		return p.block(args)
	case name == "__aliases__":
		segs := make([]string, len(args))
		for i, a := range args {
			if at, ok := a.(term.Atom); ok {
				segs[i] = strings.TrimPrefix(at.Name(), "Elixir.")
			} else {
				segs[i] = p.expr(a)
			}
		}
		return strings.Join(segs, ".")
	case name == "{}":
		return p.container("{", p.exprs(args), "}")
	case name == "%{}":
		return p.mapText("%{", args)
	case name == "%" && len(args) == 2:
		if _, _, pairs, ok := callParts(args[1]); ok {
			return p.mapText("%"+p.expr(args[0])+"{", pairs)
		}
	case name == "<<>>":
		return p.bits(args)
	case name == "fn":
		return p.fn(args)
	case name == ".." && len(args) == 0:
		return ".."
	case name == "..//" && len(args) == 3:
		return p.operand(args[0], 200, true, false) + ".." + p.operand(args[1], 200, true, true) + "//" + p.operand(args[2], 190, true, true)
	case strings.HasPrefix(name, "sigil_") && len(args) == 2:
		if text, ok := p.sigil(name[6:], meta, args); ok {
			return text
		}
	case len(args) == 1:
		if text, ok := p.unary(name, args[0]); ok {
			return text
		}
	case len(args) == 2 && operators[name].precedence > 0:
		return p.binary(name, args[0], args[1])
	}
	return p.arguments(term.CallText(term.NewAtom(name)), args, withoutParens[name])
}

// withoutParens are the calls that are written without parentheses.
var withoutParens = map[string]bool{}

func init() {
	for n := range strings.FieldsSeq(`import require use alias case cond for if quote raise receive reraise super-no throw-no try unless with
		def defp defmacro defmacrop defmodule defstruct defprotocol defimpl defdelegate defexception defguard defguardp defoverridable
		exit-no send-no destructure all assert assert_in_delta assert_raise assert_receive assert_received doctest refute
		refute_in_delta refute_receive refute_received setup setup_all test config import_config`) {
		if !strings.HasSuffix(n, "-no") {
			withoutParens[n] = true
		}
	}
}

func (p *quotedPrinter) exprs(list []term.Term) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = p.expr(e)
	}
	return out
}

// fits reports whether a text is one line that is short enough.
func (p *quotedPrinter) fits(s string) bool {
	return !strings.Contains(s, "\n") && utf8.RuneCountInString(s) <= p.width
}

// container writes elements between brackets: on one line, or one on each.
func (p *quotedPrinter) container(open string, elems []string, end string) string {
	one := open + strings.Join(elems, ", ") + end
	if p.fits(one) || len(elems) == 0 {
		return one
	}
	if last := len(elems) - 1; strings.Contains(elems[last], "\n") {
		head := open + strings.Join(elems[:last], ", ")
		if last > 0 {
			head += ", "
		}
		first, _, _ := strings.Cut(elems[last], "\n")
		if p.fits(head+first) && (strings.HasPrefix(first, "fn") || strings.HasPrefix(first, "%{") && last == 0) {
			return head + elems[last] + end
		}
	}
	var b strings.Builder
	b.WriteString(open)
	for i, e := range elems {
		b.WriteString("\n  " + indented(e, 2))
		if i < len(elems)-1 {
			b.WriteString(",")
		}
	}
	return b.String() + "\n" + end
}

func (p *quotedPrinter) list(l *term.List) string {
	elems, proper := l.Slice()
	if !proper {
		return term.Inspect(l)
	}
	if text, ok := printableCharlist(elems); ok {
		s, _ := term.EscapeString(text, '"', -1)
		return `~c"` + s + `"`
	}
	if clauses := p.clauseTexts(elems); clauses != nil {
		return "(" + strings.Join(clauses, "\n") + ")"
	}
	return p.container("[", p.narrower(2).items(elems), "]")
}

func printableCharlist(elems []term.Term) (string, bool) {
	text := ""
	for _, e := range elems {
		n, ok := e.(term.Int)
		if !ok || n < 7 || n > 126 || n > 13 && n < 27 || n > 27 && n < 32 {
			return "", false
		}
		text += string(rune(n))
	}
	return text, text != ""
}

// items writes the elements of a list, those of a keyword list at its end
// without braces.
func (p *quotedPrinter) items(elems []term.Term) []string {
	from := len(elems)
	for from > 0 && isPair(elems[from-1]) {
		from--
	}
	out := p.exprs(elems[:from])
	return append(out, p.pairs(elems[from:])...)
}

func (p *quotedPrinter) pairs(list []term.Term) []string {
	out := make([]string, len(list))
	for i, e := range list {
		kv := e.(term.Tuple)
		out[i] = term.KeyText(kv[0].(term.Atom)) + " " + p.expr(kv[1])
	}
	return out
}

func (p *quotedPrinter) mapText(open string, pairs []term.Term) string {
	if len(pairs) == 1 {
		if name, _, sides, ok := callParts(pairs[0]); ok && name == "|" && len(sides) == 2 {
			l, _ := sides[1].(*term.List)
			elems, _ := l.Slice()
			texts := p.mapPairs(elems)
			if len(texts) > 0 {
				texts[0] = p.expr(sides[0]) + " | " + texts[0]
			}
			return p.container(open, texts, "}")
		}
	}
	return p.container(open, p.narrower(2).mapPairs(pairs), "}")
}

// mapPairs writes the entries of a map, those at its end that can be as
// key: value.
func (p *quotedPrinter) mapPairs(pairs []term.Term) []string {
	from := len(pairs)
	for from > 0 && isPair(pairs[from-1]) {
		from--
	}
	out := make([]string, from)
	for i, e := range pairs[:from] {
		if kv, ok := e.(term.Tuple); ok && len(kv) == 2 {
			out[i] = p.expr(kv[0]) + " => " + p.expr(kv[1])
			continue
		}
		out[i] = p.expr(e)
	}
	return append(out, p.pairs(pairs[from:])...)
}

func (p *quotedPrinter) bits(args []term.Term) string {
	if text, ok := p.interpolated(args); ok {
		return `"` + text + `"`
	}
	out := make([]string, len(args))
	for i, a := range args {
		if value, typ, ok := typed(a); ok {
			out[i] = p.operand(value, 1000, false, false) + "::" + p.bitType(typ)
			continue
		}
		out[i] = p.expr(a)
	}
	return p.container("<<", out, ">>")
}

func (p *quotedPrinter) bitType(v term.Term) string {
	if name, _, args, ok := callParts(v); ok && len(args) == 2 && (name == "-" || name == "*") {
		return p.bitType(args[0]) + name + p.bitType(args[1])
	}
	return p.expr(v)
}

// interpolated writes the parts of a string with interpolation, without its
// quotes.
func (p *quotedPrinter) interpolated(args []term.Term) (string, bool) {
	found, text := false, ""
	for _, a := range args {
		if s, ok := a.(term.Binary); ok {
			e, _ := term.EscapeString(string(s), '"', -1)
			text += e
			continue
		}
		value, _, ok := typed(a)
		call, isCall := value.(term.Tuple)
		if !ok || !isCall || len(call) != 3 {
			return "", false
		}
		meta, _ := call[1].(*term.List)
		inner, _ := call[2].(*term.List)
		if metaGet(meta, term.NewAtom("from_interpolation")) == nil || inner == nil {
			return "", false
		}
		found = true
		text += "#{" + p.expr(inner.Head) + "}"
	}
	return text, found
}

func (p *quotedPrinter) sigil(name string, meta *term.List, args []term.Term) (string, bool) {
	head, _, parts, ok := callParts(args[0])
	mods, isList := args[1].(*term.List)
	if !ok || head != "<<>>" || !isList {
		return "", false
	}
	text, found := "", false
	for _, e := range parts {
		if s, isText := e.(term.Binary); isText {
			text += string(s)
			continue
		}
		found = true
		part, ok := p.interpolated([]term.Term{e})
		if !ok {
			return "", false
		}
		text += part
	}
	_ = found
	modifiers := ""
	for m := range mods.All() {
		if c, ok := m.(term.Int); ok {
			modifiers += string(rune(c))
		}
	}
	open := `"`
	if d, ok := metaGet(meta, term.NewAtom("delimiter")).(term.Binary); ok {
		open = string(d)
	}
	end := map[string]string{"(": ")", "[": "]", "{": "}", "<": ">"}[open]
	switch {
	case open == `"""` || open == `'''`:
		return "~" + name + open + "\n" + text + open + modifiers, true
	case end == "":
		end = open
	}
	return "~" + name + open + text + end + modifiers, true
}

func (p *quotedPrinter) unary(name string, arg term.Term) (string, bool) {
	switch name {
	case "&":
		if n, ok := arg.(term.Int); ok {
			return "&" + strconv.Itoa(int(n)), true
		}
		if head, _, args, ok := callParts(arg); ok && head == "/" && len(args) == 2 {
			if _, isInt := args[1].(term.Int); isInt {
				return "&" + p.expr(args[0]) + "/" + p.expr(args[1]), true
			}
		}
		text := p.expr(arg)
		if prec, _ := precedenceOf(arg); prec < 1000 || strings.HasPrefix(text, "&") {
			return "&(" + text + ")", true
		}
		return "&" + text, true
	case "@":
		if head, _, args, ok := callParts(arg); ok && len(args) == 1 {
			return "@" + head + " " + p.expr(args[0]), true
		}
		return "@" + p.expr(arg), true
	case "not":
		if head, _, args, ok := callParts(arg); ok && head == "in" && len(args) == 2 {
			return p.operand(args[0], 170, false, false) + " not in " + p.operand(args[1], 170, false, true), true
		}
		return "not " + p.operand(arg, 300, false, true), true
	case "+", "-", "!", "^", "~~~":
		text := p.operand(arg, 300, false, true)
		if head, _, args, ok := callParts(arg); ok && len(args) == 1 && unaryOperators[head] && head != "not" {
			text = "(" + strings.Trim(text, "()") + ")"
		}
		return name + text, true
	}
	return "", false
}

func (p *quotedPrinter) binary(name string, l, r term.Term) string {
	op := operators[name]
	left := p.operand(l, op.precedence, op.right, false)
	right := p.operand(r, op.precedence, op.right, true)
	if name == "|" || name == "::" && strings.HasSuffix(left, ")") {
		return left + " " + name + " " + right
	}
	if name == ".." {
		return left + ".." + right
	}
	one := left + " " + name + " " + right
	if p.fits(one) {
		return one
	}
	first, _, _ := strings.Cut(right, "\n")
	switch {
	case name == "|>":
		return left + "\n|> " + indented(right, 3)
	case strings.Contains(right, "\n") && p.fits(lastLine(left)+" "+name+" "+first):
		return one
	case name == "=" && !strings.Contains(left, "\n") && p.fits(left+" = "):
		return left + " =\n  " + indented(right, 2)
	}
	return left + " " + name + "\n  " + indented(right, 2)
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

func (p *quotedPrinter) block(args []term.Term) string {
	switch len(args) {
	case 0:
		return ""
	case 1:
		return p.expr(args[0])
	}
	return "(\n  " + indented(p.narrower(2).statements(args), 2) + "\n)"
}

// fn writes fn … end.
func (p *quotedPrinter) fn(clauses []term.Term) string {
	texts := p.clauseTexts(clauses)
	if len(texts) == 1 {
		text := texts[0]
		if !strings.Contains(text, "\n") {
			return "fn " + text + " end"
		}
		return "fn " + text + "\nend"
	}
	return "fn\n  " + indented(joinClauses(texts), 2) + "\nend"
}

// joinClauses puts clauses below each other, apart when one has several lines.
func joinClauses(texts []string) string {
	for _, t := range texts {
		if strings.Contains(t, "\n") {
			return strings.Join(texts, "\n\n")
		}
	}
	return strings.Join(texts, "\n")
}

// clauseTexts writes a list of a -> b; nil if it is none.
func (p *quotedPrinter) clauseTexts(list []term.Term) []string {
	var out []string
	for _, e := range list {
		name, _, sides, ok := callParts(e)
		if !ok || name != "->" || len(sides) != 2 {
			return nil
		}
		l, isList := sides[0].(*term.List)
		if !isList {
			return nil
		}
		args, _ := l.Slice()
		head := ""
		if len(args) == 1 && whenOf(args[0]) != nil {
			parts, _ := whenOf(args[0]).Slice()
			head = strings.Join(p.exprs(parts[:len(parts)-1]), ", ") + " when " + p.expr(parts[len(parts)-1])
			if len(parts) == 1 {
				head = "() when " + p.expr(parts[0])
			}
		} else {
			head = strings.Join(p.items(args), ", ")
		}
		if head != "" {
			head += " "
		}
		body := p.body(sides[1])
		if !strings.Contains(body, "\n") && p.fits(head+"-> "+body) {
			out = append(out, head+"-> "+body)
			continue
		}
		out = append(out, head+"->\n  "+indented(body, 2))
	}
	return out
}

func (p *quotedPrinter) body(v term.Term) string {
	if name, _, args, ok := callParts(v); ok && name == "__block__" {
		if len(args) == 0 {
			return "nil"
		}
		if len(args) > 1 {
			return p.narrower(2).statements(args)
		}
	}
	return p.narrower(2).expr(v)
}

// remote writes a call of what is no name: Mod.f(x), f.(x), x[k].
func (p *quotedPrinter) remote(callee term.Tuple, meta *term.List, args []term.Term) string {
	name, _, sides, ok := callParts(callee)
	if !ok || name != "." {
		return p.arguments("("+p.expr(callee)+")", args, false)
	}
	if len(sides) == 1 {
		f := p.operand(sides[0], 310, false, false)
		return p.arguments(f+".", args, false)
	}
	if len(sides) != 2 {
		return term.Inspect(callee)
	}
	fun, _ := sides[1].(term.Atom)
	if sides[0] == term.Term(accessModule) && fun.Name() == "get" && len(args) == 2 && metaGet(meta, term.NewAtom("from_brackets")) != nil {
		return p.operand(args[0], 310, false, false) + p.container("[", []string{p.expr(args[1])}, "]")
	}
	left := p.operand(sides[0], 310, false, false)
	if fun.Name() == "{}" {
		return p.container(left+".{", p.exprs(args), "}")
	}
	head := left + "." + term.CallText(fun)
	if len(args) == 0 && metaGet(meta, term.NewAtom("no_parens")) == term.Term(term.True) {
		return head
	}
	return p.arguments(head, args, false)
}

// arguments writes the arguments of a call, with a do-block after them.
func (p *quotedPrinter) arguments(head string, args []term.Term, bare bool) string {
	sections := doSections(args)
	if sections == nil {
		texts := p.narrower(2).callItems(args)
		one := head + "(" + strings.Join(texts, ", ") + ")"
		if bare && len(args) > 0 {
			one = head + " " + strings.Join(texts, ", ")
		}
		if p.fits(one) || bare {
			return one
		}
		return p.container(head+"(", texts, ")")
	}
	args = args[:len(args)-1]
	texts := p.callItems(args)
	switch {
	case len(args) == 0 && strings.HasSuffix(head, "."):
		head += "()"
	case len(args) == 0:
	case bare:
		head += " " + strings.Join(texts, ", ")
	default:
		head = p.container(head+"(", texts, ")")
	}
	return head + p.sections(sections)
}

// callItems writes arguments, a keyword list at their end without brackets.
func (p *quotedPrinter) callItems(args []term.Term) []string {
	if len(args) > 0 {
		if l, ok := args[len(args)-1].(*term.List); ok && l != nil {
			elems, proper := l.Slice()
			keyword := proper
			for _, e := range elems {
				keyword = keyword && isPair(e)
			}
			if keyword {
				return append(p.exprs(args[:len(args)-1]), p.pairs(elems)...)
			}
		}
	}
	return p.exprs(args)
}

// doSections returns the do-block that is the last argument; nil if it is
// none.
func doSections(args []term.Term) []term.Term {
	if len(args) == 0 {
		return nil
	}
	l, ok := args[len(args)-1].(*term.List)
	if !ok || (&astReader{}).do(l) == nil {
		return nil
	}
	elems, _ := l.Slice()
	return elems
}

func (p *quotedPrinter) sections(list []term.Term) string {
	var b strings.Builder
	for i, e := range list {
		kv := e.(term.Tuple)
		name := kv[0].(term.Atom).Name()
		if i == 0 {
			b.WriteString(" " + name)
		} else {
			b.WriteString("\n" + name)
		}
		text := ""
		if l, ok := kv[1].(*term.List); ok && l != nil {
			elems, _ := l.Slice()
			if clauses := p.narrower(2).clauseTexts(elems); clauses != nil {
				text = joinClauses(clauses)
			}
		}
		if text == "" {
			if head, _, args, ok := callParts(kv[1]); !ok || head != "__block__" || len(args) > 0 {
				text = p.body(kv[1])
			}
		}
		if text != "" {
			b.WriteString("\n  " + indented(text, 2))
		}
	}
	return b.String() + "\nend"
}
