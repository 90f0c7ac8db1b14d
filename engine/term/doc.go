package term

import "strings"

// The documents of Inspect.Algebra are ordinary terms, as in Elixir, so that
// an implementation of Inspect written in Elixir can take apart nothing that
// one written in Go could not build: strings, :doc_nil, :doc_line and tuples
// tagged with the atoms below.
var (
	DocNil   = NewAtom("doc_nil")
	DocLine  = NewAtom("doc_line")
	docCons  = NewAtom("doc_cons")
	docNest  = NewAtom("doc_nest")
	docBreak = NewAtom("doc_break")
	docGroup = NewAtom("doc_group")
	docStr   = NewAtom("doc_string")
	docForce = NewAtom("doc_force")
	docFits  = NewAtom("doc_fits")
	docColor = NewAtom("doc_color")
	docLimit = NewAtom("doc_limit")
	docClaps = NewAtom("doc_collapse")

	flex      = NewAtom("flex")
	strict    = NewAtom("strict")
	inherit   = NewAtom("inherit")
	self      = NewAtom("self")
	always    = NewAtom("always")
	cursorPos = NewAtom("cursor")
	resetPos  = NewAtom("reset")
	enabled   = NewAtom("enabled")
	disabled  = NewAtom("disabled")
	infinity  = NewAtom("infinity")
)

// docParts is the arity of each tagged document.
var docParts = map[Atom]int{
	docCons: 3, docNest: 4, docBreak: 3, docGroup: 3, docStr: 3, docForce: 2,
	docFits: 3, docColor: 3, docLimit: 3, docClaps: 2,
}

// IsDoc reports whether t is a document, looking at its top only, as the guard
// is_doc/1 of Inspect.Algebra does.
func IsDoc(t Term) bool {
	switch x := t.(type) {
	case Binary:
		return true
	case Atom:
		return x == DocNil || x == DocLine
	case Tuple:
		if len(x) == 0 {
			return false
		}
		tag, _ := x[0].(Atom)
		return docParts[tag] == len(x)
	}
	return false
}

// Concat returns the documents one after the other.
func Concat(docs ...Term) Term {
	if len(docs) == 0 {
		return DocNil
	}
	doc := docs[len(docs)-1]
	for i := len(docs) - 2; i >= 0; i-- {
		doc = Tuple{docCons, docs[i], doc}
	}
	return doc
}

func glue(left Term, brk string, right Term) Term {
	return Concat(left, Tuple{docBreak, Binary(brk), strict}, right)
}

func flexGlue(left, right Term) Term {
	return Concat(left, Tuple{docBreak, Binary(" "), flex}, right)
}

func nest(doc Term, n int) Term { return Tuple{docNest, doc, Int(n), always} }
func group(doc Term) Term       { return Tuple{docGroup, doc, self} }

// ContainerDoc lays out the items between left and right, as container_doc/6
// of Inspect.Algebra: brk is "maybe", "strict" or "flex".
func ContainerDoc(left, right, sep Term, brk string, o InspectOptions, items DocItems) Term {
	if o.depth++; o.depth > maxInspectDepth {
		return Binary("...")
	}
	limit, flat := o.limit(), brk == "maybe"
	var docs []Term
	for items.More() {
		if limit == 0 {
			docs = append(docs, Binary("..."))
			break
		}
		if limit > 0 {
			limit--
		}
		o.setLimit(limit)
		doc, tail := items.Next(o)
		flat = flat && simpleDoc(doc)
		if tail != nil {
			flat = flat && simpleDoc(tail)
			docs = append(docs, joinDocs(doc, tail, flat, Binary(" |")))
			break
		}
		if isAtom(doc, DocNil) && limit >= 0 {
			limit++
		}
		docs = append(docs, doc)
	}
	if len(docs) == 0 {
		return Concat(left, right)
	}
	isFlex := flat || brk == "flex"
	body := docs[len(docs)-1]
	for i := len(docs) - 2; i >= 0; i-- {
		body = joinDocs(docs[i], body, isFlex, sep)
	}
	if isFlex {
		return group(Concat(left, nest(body, 1), right))
	}
	return group(glue(nest(glue(left, "", body), 2), "", right))
}

// DocItems are the items of a container.
type DocItems interface {
	// More reports whether there is another item.
	More() bool
	// Next returns the document of the next item, and that of the tail when
	// the item is the last of an improper list.
	Next(o InspectOptions) (doc, tail Term)
}

func isAtom(t Term, a Atom) bool {
	b, ok := t.(Atom)
	return ok && a == b
}

func joinDocs(left, right Term, isFlex bool, sep Term) Term {
	switch {
	case isAtom(right, DocNil):
		return left
	case isAtom(left, DocNil):
		return right
	case isFlex:
		return flexGlue(Concat(left, sep), right)
	}
	return glue(Concat(left, sep), " ", right)
}

func simpleDoc(doc Term) bool {
	switch x := doc.(type) {
	case Binary:
		return true
	case Atom:
		return x == DocNil
	case Tuple:
		switch x[0] {
		case docCons:
			return simpleDoc(x[1]) && simpleDoc(x[2])
		case docColor:
			return simpleDoc(x[1])
		case docStr:
			return true
		}
	}
	return false
}

// docMode says how the breaks of a group are shown.
type docMode uint8

const (
	modeFlat docMode = iota
	modeFlatNoBreak
	modeBreak
	modeBreakNoFlat
)

// docEntry is a document still to be shown. In fits, a nil doc marks the end
// of a group, after which brk holds again.
type docEntry struct {
	indent int
	mode   docMode
	doc    Term
	brk    bool
	next   *docEntry
}

func (e *docEntry) push(indent int, mode docMode, doc Term) *docEntry {
	return &docEntry{indent: indent, mode: mode, doc: doc, next: e}
}

// FormatDoc returns the text of a document for lines of the given width; a
// width below 0 has no limit. false means that doc is no document.
func FormatDoc(doc Term, width int) (text string, ok bool) {
	parts, ok := FormatDocParts(doc, width)
	return strings.Join(parts, ""), ok
}

// FormatDocParts is FormatDoc that returns the strings and breaks of the
// document apart, as Inspect.Algebra.format/2 does.
func FormatDocParts(doc Term, width int) (parts []string, ok bool) {
	f := formatter{width: width, ok: true}
	f.format((*docEntry)(nil).push(0, modeFlat, doc))
	return f.out, f.ok
}

type formatter struct {
	out    []string
	width  int // below 0 has no limit
	column int
	ok     bool
}

func (f *formatter) write(s string) {
	f.out = append(f.out, s)
	f.column += len(s)
}

func (f *formatter) newline(indent int) {
	f.out = append(f.out, "\n"+strings.Repeat(" ", indent))
	f.column = indent
}

func (f *formatter) format(e *docEntry) {
	for e != nil && f.ok {
		i, m, t := e.indent, e.mode, e.next
		switch x := e.doc.(type) {
		case Binary:
			f.write(string(x))
			e = t
			continue
		case Atom:
			if x == DocLine {
				f.newline(i)
			} else if x != DocNil {
				f.ok = false
			}
			e = t
			continue
		case Tuple:
			if IsDoc(x) {
				e = f.formatTuple(x, i, m, t)
				continue
			}
		}
		f.ok = false
	}
}

func (f *formatter) formatTuple(x Tuple, i int, m docMode, t *docEntry) *docEntry {
	switch x[0] {
	case docCons:
		return t.push(i, m, x[2]).push(i, m, x[1])
	case docColor:
		f.out = append(f.out, docText(x[2]))
		return t.push(i, m, x[1])
	case docStr:
		f.out = append(f.out, docText(x[1]))
		f.column += docInt(x[2])
		return t
	case docForce:
		return t.push(i, m, x[1])
	case docFits:
		if m == modeFlatNoBreak && x[2] == enabled {
			m = modeBreakNoFlat
		}
		return t.push(i, m, x[1])
	case docClaps:
		f.collapse(docInt(x[1]), i, t)
		return nil
	case docBreak:
		f.formatBreak(docText(x[1]), x[2] == flex, i, m, t)
		return t
	case docNest:
		if x[3] == always || m == modeBreak {
			i = nestedIndent(i, f.column, x[2])
		}
		return t.push(i, m, x[1])
	case docGroup:
		return t.push(i, f.groupMode(x, i, m), x[1])
	case docLimit:
		if x[2] == infinity && f.width >= 0 {
			back := Tuple{docLimit, DocNil, Int(f.width)}
			f.width = -1
			return t.push(i, m, back).push(i, modeFlat, x[1])
		}
		f.width = docWidth(x[2])
		return t.push(i, m, x[1])
	}
	f.ok = false
	return nil
}

func (f *formatter) formatBreak(s string, isFlex bool, i int, m docMode, t *docEntry) {
	switch {
	case isFlex && (f.width < 0 || m == modeFlat || f.fits(f.width, f.column+len(s), true, t) != noFit):
		f.write(s)
	case isFlex, m == modeBreak:
		f.newline(i)
	default:
		f.write(s)
	}
}

func (f *formatter) groupMode(x Tuple, i int, m docMode) docMode {
	switch {
	case m == modeBreak && x[2] == inherit, m == modeBreakNoFlat:
		return modeBreak
	case f.width < 0:
		return modeFlat
	}
	switch f.fits(f.width, f.column, false, (*docEntry)(nil).push(i, modeFlat, x[1])) {
	case noFit:
		return modeBreak
	case breakNext:
		return modeFlatNoBreak
	}
	return modeFlat
}

// collapse shows the rest with its leading newlines cut to max.
func (f *formatter) collapse(max, i int, t *docEntry) {
	rest := formatter{width: f.width, column: f.column, ok: true}
	rest.format(t)
	out, n := rest.out, 0
	for len(out) > 0 && (out[0] == "" || out[0][0] == '\n') {
		n += len(out[0][:min(len(out[0]), 1)])
		out = out[1:]
	}
	f.out = append(append(f.out, strings.Repeat("\n", min(max, n))+strings.Repeat(" ", i)), out...)
	f.ok = f.ok && rest.ok
}

func nestedIndent(i, column int, n Term) int {
	switch n {
	case cursorPos:
		return column
	case resetPos:
		return 0
	}
	return i + docInt(n)
}

func docText(t Term) string {
	b, _ := t.(Binary)
	return string(b)
}

func docInt(t Term) int {
	n, _ := t.(Int)
	return int(n)
}

func docWidth(t Term) int {
	if n, ok := t.(Int); ok {
		return int(n)
	}
	return -1
}

type fit uint8

const (
	fits fit = iota
	noFit
	breakNext
)

// fits reports whether what is in e fits a line of width w from column k on. b
// says that a break was seen since the innermost group began.
func (f *formatter) fits(w, k int, b bool, e *docEntry) fit {
	for {
		switch {
		case w >= 0 && k > w && b:
			return noFit
		case e == nil:
			return fits
		}
		if e.doc == nil {
			b, e = e.brk, e.next
			continue
		}
		i, m, t := e.indent, e.mode, e.next
		switch x := e.doc.(type) {
		case Binary:
			k, e = k+len(x), t
			continue
		case Atom:
			if x == DocLine {
				switch m {
				case modeBreak:
					return fits
				case modeBreakNoFlat:
					return f.fitsOrBreaks(w, k, b, t.push(i, modeFlat, x))
				}
				k, b = i, false
			}
			e = t
			continue
		}
		x, ok := e.doc.(Tuple)
		if !ok || !IsDoc(x) {
			return fits // format reports it when it gets there
		}
		switch x[0] {
		case docFits:
			switch {
			case x[2] == disabled, m == modeFlatNoBreak:
				m = modeFlatNoBreak
			default:
				m = modeBreakNoFlat
			}
			e = t.push(i, m, x[1])
		case docForce:
			if m != modeBreakNoFlat {
				return noFit
			}
			e = t.push(i, m, x[1])
		case docBreak:
			switch m {
			case modeBreak:
				return fits
			case modeBreakNoFlat:
				return f.fitsOrBreaks(w, k, b, t.push(i, modeFlat, x))
			}
			k, b, e = k+len(docText(x[1])), true, t
		case docGroup:
			if m == modeBreak {
				m = modeFlat
			}
			e = (&docEntry{brk: b, next: t}).push(i, m, x[1])
		case docCons:
			e = t.push(i, m, x[2]).push(i, m, x[1])
		case docColor:
			e = t.push(i, m, x[1])
		case docStr:
			k, e = k+docInt(x[2]), t
		case docClaps:
			k, e = i, t
		case docNest:
			if x[3] == always {
				i = nestedIndent(i, k, x[2])
			}
			e = t.push(i, m, x[1])
		case docLimit:
			if x[2] == infinity && w >= 0 {
				e = t.push(i, m, Tuple{docLimit, DocNil, Int(w)}).push(i, modeFlat, x[1])
				w = -1
				continue
			}
			w, e = docWidth(x[2]), t.push(i, m, x[1])
		}
	}
}

func (f *formatter) fitsOrBreaks(w, k int, b bool, e *docEntry) fit {
	if f.fits(w, k, b, e) == noFit {
		return breakNext
	}
	return fits
}
