package interp

import "streamsplayground/engine/source"

// Compile returns a program with the modules of the files added, replacing
// modules of the same name. Module bodies run while compiling, files in the
// order their modules need each other. The error is source.Errors with
// everything found; warnings are returned with or without an error.
func (p *Program) Compile(files ...*source.File) (next *Program, warnings source.Errors, err error) {
	panic("not yet")
}
