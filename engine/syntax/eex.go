package syntax

import "streamsplayground/engine/source"

// EExPiece is a part of a template's block: code between <% and %>, or the
// body of the template that follows it.
type EExPiece struct {
	Code *source.Fragment // nil for a body
	At   source.Span      // of a body
	Body int              // the Index of the Hole that stands for a body
}

// ParseEEx returns the tree of code that encloses pieces of a template, such as
//
//	if x do  ·  <p>…</p>  ·  else  ·  <b>…</b>  ·  end
//
// The pieces are read as one text, as EEx does, with each body an expression of
// its own: a Hole in the section or clause where it stands. A blank body before
// the first clause of a case must be left out. Code pieces are of one file.
func ParseEEx(pieces []EExPiece) (Node, error) {
	node, list := ParseEExAll(pieces)
	return node, list.Err()
}

// ParseEExAll is ParseEEx, but returns warnings among the diagnostics too.
func ParseEExAll(pieces []EExPiece) (Node, source.Errors) {
	var parts []*source.Fragment
	var holes []int
	for _, piece := range pieces {
		if piece.Code != nil {
			parts = append(parts, piece.Code)
			continue
		}
		holes = append(holes, piece.Body)
		parts = append(parts, source.NewFragment(piece.At.File, string(holeByte), []source.Segment{{Text: 0, File: piece.At.Start}}))
	}
	block, list := parseWith(joinPieces(parts), holes)
	if len(block.Exprs) == 1 {
		return block.Exprs[0], list
	}
	return block, list
}

// joinPieces joins pieces of code, each a file's, with the file of the first
// for bodies that have none.
func joinPieces(parts []*source.Fragment) *source.Fragment {
	var file *source.File
	for _, p := range parts {
		if p.File != nil {
			file = p.File
			break
		}
	}
	out := source.Join(parts, " ")
	out.File = file
	return out
}
