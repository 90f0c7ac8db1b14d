package liveviewtest

import (
	"errors"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/livetest"
	"streamsplayground/engine/term"
)

// nodes is what a %LazyHTML{} holds: places in a tree that is never changed. To
// the language it is a reference.
type nodes struct{ list []*html.Node }

// Kind implements term.Term.
func (*nodes) Kind() term.Kind { return term.KindRef }

var atomResource = term.NewAtom("resource")

func lazy(list []*html.Node) term.Term {
	return term.NewStruct("LazyHTML", "resource", &nodes{list})
}

// lazyHTML returns the functions that LazyHTML, which is written in Elixir,
// stands on.
func lazyHTML() *interp.NativeModule {
	return &interp.NativeModule{Name: "LazyHTML.Native", Funcs: []interp.NativeFunc{
		{Name: "from_document", Arity: 1, Fn: fromDocument},
		{Name: "from_fragment", Arity: 1, Fn: fromFragment},
		{Name: "from_tree", Arity: 1, Fn: fromTree},
		{Name: "to_html", Arity: 2, Fn: toHTML},
		{Name: "to_tree", Arity: 3, Fn: toTree},
		{Name: "query", Arity: 3, Fn: lazyQuery},
		{Name: "query_by_id", Arity: 2, Fn: lazyByID},
		{Name: "child_nodes", Arity: 1, Fn: childNodes},
		{Name: "parent_node", Arity: 1, Fn: parentNode},
		{Name: "nth_child", Arity: 1, Fn: nthChild},
		{Name: "text", Arity: 1, Fn: lazyText},
		{Name: "split", Arity: 1, Fn: split},
	}}
}

// listOf returns the nodes of a %LazyHTML{}.
func listOf(t *interp.Thread, v term.Term) []*html.Node {
	if m, isMap := v.(*term.Map); isMap {
		if n, isNodes := m.GetAtom(atomResource).(*nodes); isNodes {
			return n.list
		}
	}
	t.RaiseFunctionClause("LazyHTML", "to_tree", []term.Term{v})
	return nil
}

func fromDocument(t *interp.Thread, a []term.Term) term.Term {
	t.Burn(len(textOf(a[0])) / 16)
	page, err := parsePage(textOf(a[0]))
	if err != nil {
		t.RaiseArgument("%s", err)
	}
	return lazy(page)
}

func fromFragment(t *interp.Thread, a []term.Term) term.Term {
	t.Burn(len(textOf(a[0])) / 16)
	list, err := livetest.ParseFragment(textOf(a[0]))
	if err != nil {
		t.RaiseArgument("%s", err)
	}
	return lazy(under(list))
}

// under gives nodes a parent, so that they are siblings to each other.
func under(list []*html.Node) []*html.Node {
	root := &html.Node{Type: html.DocumentNode}
	for _, n := range list {
		root.AppendChild(n)
	}
	return list
}

func fromTree(t *interp.Thread, a []term.Term) term.Term {
	list, isTree := nodesOf(a[0])
	if !isTree {
		t.RaiseArgument("tree node must be a tag, text or comment, got: %s", t.Inspect(a[0], term.InspectOptions{}))
	}
	return lazy(under(list))
}

func toHTML(t *interp.Thread, a []term.Term) term.Term {
	list := listOf(t, a[0])
	text := ""
	if term.Truthy(a[1]) {
		text = livetest.TidyHTML(list...)
	} else {
		text = livetest.WholeHTML(list...)
	}
	t.Grow(len(text))
	return term.Binary(text)
}

func toTree(t *interp.Thread, a []term.Term) term.Term {
	return treeWith(listOf(t, a[0]), term.Truthy(a[1]), term.Truthy(a[2]))
}

// treeWith returns nodes as a term, with attributes in order and without blank
// text where that is asked for.
func treeWith(list []*html.Node, sorted, skip bool) term.Term {
	if !sorted && !skip {
		return treeTerm(list)
	}
	tidied := rebuildAll(list, func(n *html.Node) *html.Node {
		if sorted {
			slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
		}
		for _, c := range children(n) {
			if skip && blank(c) {
				n.RemoveChild(c)
			}
		}
		return n
	})
	if skip {
		tidied = slices.DeleteFunc(tidied, blank)
	}
	return treeTerm(tidied)
}

func blank(n *html.Node) bool {
	return n.Type == html.TextNode && strings.TrimFunc(n.Data, isSpace) == ""
}

// lazyQuery finds elements below nodes too, or among them alone.
func lazyQuery(t *interp.Thread, a []term.Term) term.Term {
	list := listOf(t, a[0])
	found, err := livetest.Query(list, textOf(a[1]))
	var bad *livetest.ArgumentError
	if errors.As(err, &bad) {
		t.RaiseArgument("%s", bad.Message)
	}
	if !term.Truthy(a[2]) {
		found = slices.DeleteFunc(found, func(n *html.Node) bool { return !slices.Contains(list, n) })
	}
	return lazy(found)
}

func lazyByID(t *interp.Thread, a []term.Term) term.Term {
	return lazy(findID(listOf(t, a[0]), textOf(a[1])))
}

func childNodes(t *interp.Thread, a []term.Term) term.Term {
	var out []*html.Node
	for _, n := range listOf(t, a[0]) {
		out = append(out, children(n)...)
	}
	return lazy(out)
}

func parentNode(t *interp.Thread, a []term.Term) term.Term {
	var out []*html.Node
	for _, n := range listOf(t, a[0]) {
		if p := n.Parent; p != nil && isElement(p) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return lazy(out)
}

// nthChild returns the place of each element among its siblings, from 1.
func nthChild(t *interp.Thread, a []term.Term) term.Term {
	var out []term.Term
	for _, n := range listOf(t, a[0]) {
		i := 1
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			if isElement(s) {
				i++
			}
		}
		out = append(out, term.Int(i))
	}
	return term.NewList(out...)
}

func lazyText(t *interp.Thread, a []term.Term) term.Term {
	var b strings.Builder
	for _, n := range listOf(t, a[0]) {
		b.WriteString(livetest.TextContent(n))
	}
	return term.Binary(b.String())
}

func split(t *interp.Thread, a []term.Term) term.Term {
	var out []term.Term
	for _, n := range listOf(t, a[0]) {
		out = append(out, lazy([]*html.Node{n}))
	}
	return term.NewList(out...)
}
