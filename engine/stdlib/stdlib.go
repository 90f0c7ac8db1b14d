// Package stdlib holds the Elixir modules that live views use, written in Go:
// one file a module, each a table of functions. A function does exactly what
// Elixir 1.18 does, exceptions and their messages included; what a module
// lacks is not there at all, so calling it raises as an undefined function.
package stdlib

import (
	"slices"

	"streamsplayground/engine/interp"
)

// Modules returns all modules of the package, to be given to
// interp.NewProgram.
func Modules() []*interp.NativeModule {
	return slices.Concat(coreModules(), textModules(), []*interp.NativeModule{applicationModule()})
}
