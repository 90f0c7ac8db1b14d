// Package ecto has the half of Ecto that needs no database: schemas, changesets,
// types and what phoenix_ecto makes of them for forms, with Decimal. It is
// written in Elixir, in prelude, on what engine/stdlib and engine/live have.
//
// Nothing of it is compiled for a program that does not name it: Mentioned says
// whether one does. Repositories, queries and migrations are not here; what a
// project has of them is left out of it by engine/interp.
package ecto

import (
	"embed"
	"strings"

	"streamsplayground/engine/source"
)

//go:embed prelude/*.ex
var preludeFiles embed.FS

// Prelude returns the modules, to be compiled onto those of engine/live.
func Prelude() []*source.File { return source.Embedded(preludeFiles, "prelude/*.ex") }

// Mentioned reports whether one of the files has the name of Ecto or of Decimal
// anywhere in its text.
func Mentioned(files ...*source.File) bool {
	for _, f := range files {
		if strings.Contains(f.Text(), "Ecto") || strings.Contains(f.Text(), "Decimal") {
			return true
		}
	}
	return false
}
