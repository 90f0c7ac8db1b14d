package stdlib

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// optionParserModules are OptionParser and its error.
func optionParserModules() []*interp.NativeModule {
	m := newTextModule("OptionParser")
	m.def("parse", 2, func(c call) term.Term { return c.argvParser().parse(c.argv(0), true).result() }, term.Empty)
	m.def("parse_head", 2, func(c call) term.Term { return c.argvParser().parse(c.argv(0), false).result() }, term.Empty)
	m.def("parse!", 2, func(c call) term.Term { return c.argvParser().parse(c.argv(0), true).orRaise() }, term.Empty)
	m.def("parse_head!", 2, func(c call) term.Term { return c.argvParser().parse(c.argv(0), false).orRaise() }, term.Empty)
	m.def("next", 2, func(c call) term.Term {
		p, argv := c.argvParser(), c.argv(0)
		o := p.next(argv)
		rest := binList(o.rest)
		switch o.status {
		case "ok":
			return tuple(term.OK, o.key, o.value, rest)
		case "error":
			return tuple(term.Err, rest)
		}
		return tuple(atomTerm(o.status), bin(o.name), o.value, rest)
	}, term.Empty)
	m.def("to_argv", 2, func(c call) term.Term { return c.toArgv() }, term.Empty)
	m.def("split", 1, func(c call) term.Term {
		words, open := splitWords(c.str(0))
		if open != 0 {
			return c.runtimeError("argv string did not terminate properly, a %c was opened but never closed", open)
		}
		return c.strings(words)
	})
	failed := newTextModule("OptionParser.ParseError")
	failed.m.Struct = term.NewMap(term.StructKey, term.NewModule("OptionParser.ParseError"), term.ExceptionKey, term.True,
		atomTerm("message"), term.Nil)
	defException(failed)
	return []*interp.NativeModule{m.m, failed.m}
}

// argv returns the words of an argument.
func (c call) argv(i int) []string {
	elems := c.slice(i)
	out := make([]string, len(elems))
	for i, e := range elems {
		s, ok := e.(term.Binary)
		if !ok {
			c.noClause()
		}
		out[i] = string(s)
	}
	return out
}

// argvParser is one run of the parser: its options, and what it has found.
type argvParser struct {
	c         call
	switches  *term.List
	aliases   *term.List
	strict    bool
	separator bool

	opts    []term.Term
	args    []string
	invalid []invalidOption
}

// invalidOption is an option with a wrong value, or none that is known when
// value is nil.
type invalidOption struct {
	name  string
	value term.Term
}

// parsedOption is what stands at the front of the words.
type parsedOption struct {
	status string // "ok", "invalid", "undefined" or "error"
	name   string
	key    term.Atom
	value  term.Term
	rest   []string
	kinds  []string
}

func (c call) argvParser() *argvParser {
	opts := c.opts(1)
	p := &argvParser{c: c}
	keywords := func(name string) *term.List {
		l, _ := option(opts, name, term.Nil).(*term.List)
		return l
	}
	switches, strict := option(opts, "switches", term.Nil), option(opts, "strict", term.Nil)
	switch {
	case term.Truthy(switches) && term.Truthy(strict):
		c.raiseArgument(":switches and :strict cannot be given together")
	case term.Truthy(switches):
		p.switches = keywords("switches")
	case term.Truthy(strict):
		p.switches, p.strict = keywords("strict"), true
	default:
		c.t.Apply(term.NewModule("IO"), "warn", bin("not passing the :switches or :strict option to OptionParser is deprecated"))
	}
	p.aliases = keywords("aliases")
	p.separator = term.Truthy(option(opts, "return_separator", term.False))
	p.check()
	return p
}

var switchKinds = []string{"boolean", "count", "integer", "float", "string", "keep"}

// check raises for switches of a type that there is not.
func (p *argvParser) check() {
	for e := range p.switches.All() {
		_, kinds, ok := pairOf(e)
		if !ok {
			p.c.noClause()
		}
		var wrong []string
		for _, k := range wrapped(kinds) {
			a, isAtom := k.(term.Atom)
			if !isAtom || !slices.Contains(switchKinds, a.Name()) {
				wrong = append(wrong, p.c.inspect(k))
			}
		}
		if len(wrong) > 0 {
			p.c.raiseArgument("invalid switch types/modifiers: %s", strings.Join(wrong, ", "))
		}
	}
}

// wrapped is List.wrap/1.
func wrapped(v term.Term) []term.Term {
	if l, ok := v.(*term.List); ok {
		s, _ := l.Slice()
		return s
	}
	if v == nil || v == term.Term(term.Nil) {
		return nil
	}
	return []term.Term{v}
}

// kinds returns the types and modifiers of a switch.
func (p *argvParser) kinds(key term.Atom) []string {
	v, _ := term.KeywordGet(p.switches, key)
	var out []string
	for _, k := range wrapped(v) {
		if a, ok := k.(term.Atom); ok {
			out = append(out, a.Name())
		}
	}
	return out
}

// parse takes all options, or those in front of the first other word.
func (p *argvParser) parse(argv []string, all bool) *argvParser {
	for len(argv) > 0 {
		p.c.t.Burn(1)
		o := p.next(argv)
		switch o.status {
		case "ok":
			p.store(o)
		case "invalid":
			p.invalid = append(p.invalid, invalidOption{o.name, o.value})
		case "undefined":
			if p.strict {
				p.invalid = append(p.invalid, invalidOption{name: o.name})
			}
		default:
			if argv[0] == "--" {
				if !p.separator {
					argv = argv[1:]
				}
				p.args = append(p.args, argv...)
				return p
			}
			if !all {
				p.args = append(p.args, argv...)
				return p
			}
			p.args = append(p.args, argv[0])
			o.rest = argv[1:]
		}
		argv = o.rest
	}
	return p
}

// store keeps an option: counted, among others of its name, or alone.
func (p *argvParser) store(o parsedOption) {
	same := func(e term.Term) bool { k, _, _ := pairOf(e); return k == term.Term(o.key) }
	switch {
	case slices.Contains(o.kinds, "count"):
		if i := slices.IndexFunc(p.opts, same); i >= 0 {
			_, n, _ := pairOf(p.opts[i])
			p.opts[i] = tuple(o.key, p.c.t.Arith("+", n, term.Int(1)))
			return
		}
	case !slices.Contains(o.kinds, "keep"):
		p.opts = slices.DeleteFunc(p.opts, same)
	}
	p.opts = append(p.opts, tuple(o.key, o.value))
}

func (p *argvParser) result() term.Term {
	invalid := make([]term.Term, len(p.invalid))
	for i, o := range p.invalid {
		value := o.value
		if value == nil {
			value = term.Nil
		}
		invalid[i] = tuple(bin(o.name), value)
	}
	return tuple(term.NewList(p.opts...), binList(p.args), term.NewList(invalid...))
}

// next reads the option at the front of the words.
func (p *argvParser) next(argv []string) parsedOption {
	none := parsedOption{status: "error", rest: argv}
	if len(argv) == 0 || argv[0] == "--" || argv[0] == "-" || strings.HasPrefix(argv[0], "- ") {
		return none
	}
	word, rest := argv[0], argv[1:]
	text, value := word, term.Term(term.Nil)
	if before, after, ok := strings.Cut(word, "="); ok {
		text, value = before, bin(after)
	}
	if long, ok := strings.CutPrefix(text, "--"); ok {
		if strings.Contains(long, "_") {
			return parsedOption{status: "undefined", name: text, value: value, rest: rest}
		}
		return p.long(long, text, value, rest)
	}
	short, ok := strings.CutPrefix(text, "-")
	switch {
	case !ok, value == term.Term(term.Nil) && startsWithDigit(short):
		return none
	case strings.ContainsAny(short, "-_"):
		return parsedOption{status: "undefined", name: text, value: value, rest: rest}
	case utf8.RuneCountInString(short) == 1:
		return p.option(p.alias(short), false, text, value, rest)
	}
	key := p.key(short)
	if to, ok := term.KeywordGet(p.aliases, key); ok && term.Truthy(to) {
		p.c.t.Apply(term.NewModule("IO"), "warn", bin("multi-letter aliases are deprecated, got: "+p.c.inspect(key)))
		a, _ := to.(term.Atom)
		return p.option(a, false, text, value, rest)
	}
	return p.next(append(spreadLetters(short, value), rest...))
}

// long reads --name, --name=value and --no-name.
func (p *argvParser) long(name, text string, value term.Term, rest []string) parsedOption {
	if negated, ok := strings.CutPrefix(name, "no-"); ok {
		if key := p.key(negated); slices.Contains(p.kinds(key), "boolean") {
			return p.option(key, true, text, value, rest)
		}
	}
	return p.option(p.key(name), false, text, value, rest)
}

// option takes the value of an option, which may be the next word, and checks
// it. The key is zero when it is unknown.
func (p *argvParser) option(key term.Atom, negated bool, text string, value term.Term, rest []string) parsedOption {
	undefined := parsedOption{status: "undefined", name: text, value: value, rest: rest}
	if key.IsZero() {
		undefined.value, _, undefined.rest = takeValue(value, nil, rest)
		return undefined
	}
	if _, known := term.KeywordGet(p.switches, key); p.strict && !known {
		return undefined
	}
	kinds := p.kinds(key)
	if negated {
		if value != term.Term(term.Nil) {
			kinds = []string{"invalid"}
		} else {
			value = term.False
		}
	}
	o := parsedOption{status: "ok", name: text, key: key}
	o.value, o.kinds, o.rest = takeValue(value, kinds, rest)
	v, ok := p.convert(o.value, o.kinds)
	if !ok {
		o.status = "invalid"
		return o
	}
	o.value = v
	// What is stored depends on the switch, not on how the word was read.
	o.kinds = p.kinds(key)
	return o
}

// takeValue returns the value of an option that was given none: true for a
// boolean, otherwise the next word.
func takeValue(value term.Term, kinds, rest []string) (term.Term, []string, []string) {
	switch {
	case value != term.Term(term.Nil):
		return value, kinds, rest
	case slices.Contains(kinds, "boolean"):
		return term.True, kinds, rest
	case slices.Contains(kinds, "count"):
		return term.Nil, kinds, rest
	case len(rest) > 0 && isValue(rest[0]):
		return bin(rest[0]), kinds, rest[1:]
	case len(kinds) == 0:
		return term.True, kinds, rest
	}
	return term.Nil, []string{"invalid"}, rest
}

func isValue(word string) bool {
	minus, ok := strings.CutPrefix(word, "-")
	return !ok || minus == "" || minus[0] == ' ' || startsWithDigit(minus)
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// convert makes a value of the type of its switch.
func (p *argvParser) convert(value term.Term, kinds []string) (term.Term, bool) {
	has := func(kind string) bool { return slices.Contains(kinds, kind) }
	text, _ := value.(term.Binary)
	switch {
	case has("invalid"):
		return value, false
	case has("boolean"):
		yes := value == term.Term(term.True) || text == "true"
		no := value == term.Term(term.False) || text == "false"
		return term.Bool(yes), yes || no
	case has("count"):
		return term.Int(1), value == term.Term(term.Nil)
	case has("integer"), has("float"):
		module := "Float"
		if has("integer") {
			module = "Integer"
		}
		n, rest, ok := pairOf(p.c.t.Apply(term.NewModule(module), "parse", value))
		return n, ok && rest == term.Term(bin(""))
	}
	return value, true
}

// key returns the atom of an option's name. All atoms exist here, so that
// allow_nonexistent_atoms makes no difference.
func (p *argvParser) key(name string) term.Atom {
	return term.NewAtom(strings.ReplaceAll(name, "-", "_"))
}

func (p *argvParser) alias(letter string) term.Atom {
	v, _ := term.KeywordGet(p.aliases, term.NewAtom(letter))
	a, ok := v.(term.Atom)
	if !ok || a == term.Nil || a == term.False {
		return term.Atom{}
	}
	return a
}

// spreadLetters makes -a -b -c=1 of -abc1 and of -abc=1.
func spreadLetters(letters string, value term.Term) []string {
	number := ""
	if i := strings.IndexAny(letters, "0123456789"); i >= 0 {
		letters, number = letters[:i], "="+letters[i:]
	}
	if text, ok := value.(term.Binary); ok {
		number += "=" + string(text)
	}
	var out []string
	for _, r := range letters {
		out = append(out, "-"+string(r))
	}
	if len(out) > 0 {
		out[len(out)-1] += number
	}
	return out
}

// orRaise returns options and words, and raises when something was wrong.
func (p *argvParser) orRaise() term.Term {
	if len(p.invalid) == 0 {
		return tuple(term.NewList(p.opts...), binList(p.args))
	}
	lines := []string{"1 error found!"}
	if len(p.invalid) > 1 {
		lines[0] = fmt.Sprintf("%d errors found!", len(p.invalid))
	}
	for _, o := range p.invalid {
		lines = append(lines, o.name+" : "+p.explain(o))
	}
	p.c.t.RaiseNew("OptionParser.ParseError", "message", bin(strings.Join(lines, "\n")))
	return nil
}

func (p *argvParser) explain(o invalidOption) string {
	name := strings.TrimLeft(o.name, "-")
	key := p.key(name)
	if to, ok := term.KeywordGet(p.aliases, key); ok && term.Truthy(to) {
		key, _ = to.(term.Atom)
	}
	kind, known := term.KeywordGet(p.switches, key)
	if o.value != nil && o.value != term.Term(term.Nil) {
		return "Expected type " + p.c.t.ToString(kind) + ", got " + p.c.inspect(o.value)
	}
	switch {
	case known && strings.Contains(o.name, "_"):
		return "Unknown option. Did you mean " + strings.ReplaceAll(o.name, "_", "-") + "?"
	case known:
		return "Missing argument of type " + p.c.t.ToString(kind)
	}
	wanted := strings.ReplaceAll(name, "-", "_")
	var best string
	var bestScore term.Float
	for e := range p.switches.All() {
		k, _, _ := pairOf(e)
		source, _ := k.(term.Atom)
		score, _ := p.c.t.Apply(term.NewModule("String"), "jaro_distance", bin(source.Name()), bin(wanted)).(term.Float)
		if score >= bestScore {
			best, bestScore = strings.ReplaceAll(source.Name(), "_", "-"), score
		}
	}
	if bestScore > 0.8 {
		return "Unknown option. Did you mean --" + best + "?"
	}
	return "Unknown option"
}

// toArgv is OptionParser.to_argv/2.
func (c call) toArgv() term.Term {
	k := c.collect()
	switches, _ := option(c.opts(1), "switches", term.Empty).(*term.List)
	c.each(0, func(e term.Term) bool {
		key, value, ok := pairOf(e)
		a, isAtom := key.(term.Atom)
		if !ok || !isAtom {
			c.noClause()
		}
		name := strings.ReplaceAll(a.Name(), "_", "-")
		kind, _ := term.KeywordGet(switches, a)
		switch {
		case value == term.Term(term.Nil):
		case value == term.Term(term.True):
			k.add(bin("--" + name))
		case value == term.Term(term.False):
			k.add(bin("--no-" + name))
		case kind == term.Term(term.NewAtom("count")):
			n, _ := value.(term.Int)
			for range n {
				k.t.Burn(1)
				k.add(bin("--" + name))
			}
		default:
			k.add(bin("--" + name))
			k.add(bin(c.t.ToString(value)))
		}
		return true
	})
	return k.list()
}

// splitWords splits a line into words as a shell does. open is the quote that
// is not closed, 0 if all are.
func splitWords(line string) (words []string, open byte) {
	line = strings.TrimLeft(line, " ")
	var word []byte
	for i := 0; i < len(line); i++ {
		switch ch := line[i]; {
		case ch == '\\' && i+1 < len(line) && (open != 0 && line[i+1] == open || open == 0 && strings.IndexByte(` '"`, line[i+1]) >= 0):
			i++
			word = append(word, line[i])
		case open == 0 && (ch == '"' || ch == '\''):
			open = ch
		case open != 0 && ch == open:
			open = 0
		case open == 0 && ch == ' ':
			words, word = append(words, string(word)), nil
			for i+1 < len(line) && line[i+1] == ' ' {
				i++
			}
		default:
			word = append(word, ch)
		}
	}
	if len(word) > 0 {
		words = append(words, string(word))
	}
	return words, open
}
