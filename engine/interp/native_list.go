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

// IsProtocol reports whether a module is a protocol.
func (p *Program) IsProtocol(mod term.Atom) bool {
	m := p.modules[mod]
	return m != nil && m.protocol
}

// KernelExports reports whether Kernel has a macro or a function of the name
// and arity, also one that the compiler itself knows.
func KernelExports(name string, arity int) bool { return slices.Contains(kernelArities[name], arity) }
