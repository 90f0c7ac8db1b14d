package interp

import (
	"slices"

	"streamsplayground/engine/term"
)

// NativeModules returns the names of the program's modules that are written in
// Go, sorted.
func (p *Program) NativeModules() []term.Atom {
	var out []term.Atom
	for name, m := range p.modules {
		if m.native != nil {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b term.Atom) int { return term.Compare(a, b) })
	return out
}
