package liveviewtest

import (
	"golang.org/x/net/html"

	"streamsplayground/engine/term"
)

// Trees as terms are those of LazyHTML: {tag, attributes, children}, text as a
// binary and {:comment, text}.

var atomComment = term.NewAtom("comment")

// nodeTerm returns a node as a term.
func nodeTerm(n *html.Node) term.Term {
	switch n.Type {
	case html.TextNode:
		return term.Binary(n.Data)
	case html.CommentNode:
		return term.Tuple{atomComment, term.Binary(n.Data)}
	}
	return term.Tuple{term.Binary(n.Data), attrsTerm(n), treeTerm(children(n))}
}

func attrsTerm(n *html.Node) *term.List {
	attrs := make([]term.Term, len(n.Attr))
	for i, a := range n.Attr {
		key := a.Key
		if a.Namespace != "" {
			key = a.Namespace + ":" + key
		}
		attrs[i] = term.Tuple{term.Binary(key), term.Binary(a.Val)}
	}
	return term.NewList(attrs...)
}

// treeTerm returns nodes as a term.
func treeTerm(nodes []*html.Node) *term.List {
	out := make([]term.Term, len(nodes))
	for i, n := range nodes {
		out[i] = nodeTerm(n)
	}
	return term.NewList(out...)
}

// nodesOf returns the nodes that a term means, one or a list of them. ok is
// false for what is no tree.
func nodesOf(v term.Term) (out []*html.Node, ok bool) {
	list, isList := v.(*term.List)
	if !isList {
		n, ok := nodeOf(v)
		return []*html.Node{n}, ok
	}
	for e := range list.All() {
		n, ok := nodeOf(e)
		if !ok {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}

func nodeOf(v term.Term) (*html.Node, bool) {
	switch v := v.(type) {
	case term.Binary:
		return &html.Node{Type: html.TextNode, Data: string(v)}, true
	case term.Tuple:
		if len(v) == 2 && v[0] == term.Term(atomComment) {
			return &html.Node{Type: html.CommentNode, Data: textOf(v[1])}, true
		}
		return elementOf(v)
	}
	return nil, false
}

func elementOf(v term.Tuple) (*html.Node, bool) {
	if len(v) != 3 {
		return nil, false
	}
	tag, isTag := v[0].(term.Binary)
	attrs, isList := v[1].(*term.List)
	inner, isTree := v[2].(*term.List)
	if !isTag || !isList || !isTree {
		return nil, false
	}
	n := &html.Node{Type: html.ElementNode, Data: string(tag)}
	for e := range attrs.All() {
		pair, isPair := e.(term.Tuple)
		if !isPair || len(pair) != 2 {
			return nil, false
		}
		n.Attr = append(n.Attr, html.Attribute{Key: textOf(pair[0]), Val: textOf(pair[1])})
	}
	nodes, isTree := nodesOf(inner)
	for _, c := range nodes {
		n.AppendChild(c)
	}
	return n, isTree
}
