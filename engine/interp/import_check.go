package interp

import (
	"slices"

	"streamsplayground/engine/source"
)

// checkImportConflict reports a function of the module that is called by a name
// that was imported too.
func (c *compiler) checkImportConflict(d *defEntry) {
	if d.clash || d.made || d.super != nil || d.fn.native != nil {
		return
	}
	mod := kernel
	switch imp := c.imported(d.name, d.arity); {
	case imp != nil:
		imp.used, mod = true, imp.module
	case !slices.Contains(kernelArities[d.name], d.arity) || c.excluded(d.name, d.arity):
		return
	}
	d.clash = true
	c.b.report(&source.Diagnostic{Severity: source.Error, Span: d.span, Mark: source.MarkStart, In: moduleText(d.mod.name) + " (module)",
		Message: "imported " + FormatMFA(mod, d.name, d.arity, nil) + " conflicts with local function"})
}

// ambiguous finds another import than imp that gives a function as well, when
// one of the two modules is the program's own.
func (c *compiler) ambiguous(imp *importEntry, name string, arity int) *importEntry {
	if imp == nil {
		return nil
	}
	k := funcKey{name, arity}
	for i := len(c.env.imports) - 1; i >= 0; i-- {
		other := c.env.imports[i]
		if other.module == imp.module || other.module == kernel || other.kind == "macros" || !other.allows(k) {
			continue
		}
		if (c.b.written(imp) || c.b.written(other)) && c.b.findFunction(other.module, name, arity) {
			imp.used, other.used = true, true
			return other
		}
	}
	return nil
}

// written reports whether what is imported is a module of the program.
func (b *build) written(imp *importEntry) bool {
	m := b.prog.modules[imp.module]
	return m != nil && m.native == nil
}
