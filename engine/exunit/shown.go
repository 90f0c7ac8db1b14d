package exunit

import (
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// shown is one side of a difference, or a part of it, on its way to a document.
type shown struct {
	kind shownKind
	// mark says that the other side has no equivalent.
	mark  bool
	value term.Term // valueShown, and the pattern of codeShown
	// items are the elements of a list or tuple, and the sides of infixShown.
	items []*shown
	pairs []*shownPair // of mapShown
	name  *shown       // of the struct of mapShown, nil for a map
	op    string       // of infixShown
	// chunks are the pieces of textShown, and open and end what surrounds them.
	chunks    []chunk
	open, end string
}

type shownKind uint8

const (
	valueShown shownKind = iota // inspected
	codeShown                   // a pattern, as it is written
	listShown
	tupleShown
	mapShown
	infixShown
	textShown
	envShown // a function, and what it captured
)

// shownPair is an entry of a map, or of a keyword list.
type shownPair struct {
	key   *shown
	value *shown
	mark  bool
	by    term.Term // what the pairs are sorted by
}

// chunk is a piece of a string.
type chunk struct {
	mark bool
	text string
}

func marked(s *shown) *shown {
	if s.mark {
		return s
	}
	c := *s
	c.mark = true
	return &c
}

// atomKey is the atom that a key is, if it is one.
func (s *shown) atomKey() (term.Atom, bool) {
	if s.kind != valueShown {
		return term.Atom{}, false
	}
	a, ok := s.value.(term.Atom)
	return a, ok
}

// painter makes documents of what is shown, with colour around what is marked.
type painter struct {
	t    *interp.Thread
	wrap func(doc term.Term) term.Term
}

// paintWith makes a painter with the colours of one side.
func (f *format) painter(side string) *painter {
	zero := func(s string) term.Term { return term.Tuple{atomTerm("doc_string"), term.Binary(s), term.Int(0)} }
	return &painter{t: f.t, wrap: func(doc term.Term) term.Term {
		key := "diff_" + side
		if s, ok := doc.(term.Binary); ok && strings.TrimLeft(string(s), " \t\n\r\v\f") == "" {
			key += "_whitespace"
		}
		if f.colors.codes[key] == "" {
			return doc
		}
		return term.Concat(zero(f.colors.codes[key]), doc, zero("\x1b[0m"))
	}}
}

// doc is the document of a part. Inside of what is marked nothing is marked
// again.
func (p *painter) doc(s *shown) term.Term {
	if !s.mark {
		return p.plain(s)
	}
	inner := &painter{t: p.t, wrap: func(d term.Term) term.Term { return d }}
	return p.wrap(inner.plain(s))
}

func (p *painter) plain(s *shown) term.Term {
	switch s.kind {
	case valueShown:
		return term.Binary(inspect(p.t, s.value))
	case codeShown:
		return term.Binary(printQuoted(s.value))
	case listShown:
		return p.list(s)
	case tupleShown:
		return p.container("{", p.docs(s.items), "}")
	case infixShown:
		return term.Concat(p.doc(s.items[0]), term.Binary(" "+s.op+" "), p.doc(s.items[1]))
	case mapShown:
		open := term.Term(term.Binary("%{"))
		if s.name != nil {
			open = term.Concat(term.Binary("%"), p.doc(s.name), term.Binary("{"))
		}
		return p.container(open, p.pairs(s.pairs), "}")
	case textShown:
		docs := []term.Term{term.Binary(s.open)}
		for _, c := range s.chunks {
			if c.mark {
				docs = append(docs, p.wrap(term.Binary(c.text)))
			} else {
				docs = append(docs, term.Binary(c.text))
			}
		}
		return term.Concat(append(docs, term.Binary(s.end))...)
	}
	head := strings.TrimSuffix(strings.TrimPrefix(inspect(p.t, s.value), "#Function<"), ">")
	body := term.Concat(term.DocLine, term.Binary(head), term.DocLine, p.doc(s.items[0]))
	return term.Concat(term.Binary("#Function<"), nest(body, 2), term.DocLine, term.Binary(">"))
}

func nest(doc term.Term, n int) term.Term {
	return term.Tuple{atomTerm("doc_nest"), doc, term.Int(n), atomTerm("always")}
}

func softBreak(s string) term.Term {
	return term.Tuple{atomTerm("doc_break"), term.Binary(s), atomTerm("strict")}
}

func (p *painter) docs(items []*shown) []term.Term {
	out := make([]term.Term, len(items))
	for i, e := range items {
		out[i] = p.doc(e)
	}
	return out
}

// list shows a list of pairs with atoms as keys as a keyword list.
func (p *painter) list(s *shown) term.Term {
	docs := p.docs(s.items)
	if len(s.items) > 0 && !slices.ContainsFunc(s.items, func(e *shown) bool { return !isPair(e) }) {
		for i, e := range s.items {
			docs[i] = p.pair(&shownPair{key: e.items[0], value: e.items[1], mark: e.mark}, true)
		}
	}
	return p.container("[", docs, "]")
}

// isPair reports whether an element of a list can be shown as key: value.
func isPair(s *shown) bool {
	if s.kind != tupleShown || len(s.items) != 2 {
		return false
	}
	_, ok := s.items[0].atomKey()
	return ok
}

func (p *painter) pairs(list []*shownPair) []term.Term {
	keyword := true
	for _, e := range list {
		_, ok := e.key.atomKey()
		keyword = keyword && ok
	}
	out := make([]term.Term, len(list))
	for i, e := range list {
		out[i] = p.pair(e, keyword)
	}
	return out
}

func (p *painter) pair(e *shownPair, keyword bool) term.Term {
	inner := p
	if e.mark {
		inner = &painter{t: p.t, wrap: func(d term.Term) term.Term { return d }}
	}
	var doc term.Term
	if a, ok := e.key.atomKey(); ok && keyword {
		key := term.Term(term.Binary(term.KeyText(a)))
		if e.key.mark {
			key = inner.wrap(key)
		}
		doc = term.Concat(key, term.Binary(" "), inner.doc(e.value))
	} else {
		doc = term.Concat(inner.doc(e.key), term.Binary(" => "), inner.doc(e.value))
	}
	if e.mark {
		return p.wrap(doc)
	}
	return doc
}

// container is open, items with commas, and close, on one line or on a line
// for each.
func (p *painter) container(open any, docs []term.Term, end string) term.Term {
	head, ok := open.(term.Term)
	if s, isText := open.(string); isText {
		head, ok = term.Binary(s), true
	}
	if !ok {
		head = term.Binary("")
	}
	body := term.Term(term.DocNil)
	for i := len(docs) - 1; i >= 0; i-- {
		if i == len(docs)-1 {
			body = docs[i]
		} else {
			body = term.Concat(docs[i], term.Binary(","), softBreak(" "), body)
		}
	}
	doc := term.Concat(nest(term.Concat(head, softBreak(""), body), 2), softBreak(""), term.Binary(end))
	return term.Tuple{atomTerm("doc_group"), doc, atomTerm("self")}
}
