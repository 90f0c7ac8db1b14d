package live

import (
	"embed"
	"sync"

	"streamsplayground/engine/ecto"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
)

//go:embed prelude/*.ex
var preludeFiles embed.FS

// Prelude returns the modules of LiveView that are written in Elixir.
func Prelude() []*source.File { return source.Embedded(preludeFiles, "prelude/*.ex") }

// Base returns the program that readers' code is compiled onto: Elixir's
// standard library and LiveView. It is made once and shared.
var Base = sync.OnceValues(func() (*interp.Program, error) {
	p, err := interp.NewProgram(append(stdlib.Modules(), Modules()...)...)
	if err != nil {
		return nil, err
	}
	next, _, err := p.Compile(Prelude()...)
	return next, err
})

// withEcto is Base with Ecto, which takes half as long again to compile: only
// programs that name it pay for it, and only the first of them.
var withEcto = sync.OnceValues(func() (*interp.Program, error) {
	base, err := Base()
	if err != nil {
		return nil, err
	}
	next, _, err := base.Compile(ecto.Prelude()...)
	return next, err
})

// BaseFor returns the program to compile the files onto: Base, with Ecto if one
// of them names it.
func BaseFor(files ...*source.File) (*interp.Program, error) {
	if ecto.Mentioned(files...) {
		return withEcto()
	}
	return Base()
}
