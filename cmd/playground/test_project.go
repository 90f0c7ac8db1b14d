package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
)

// project compiles the code of a Phoenix project and what supports its tests:
// what cannot run here is left out and told, as by the run command. app is nil
// where there is no mix.exs; then base is as it was given.
func (p *testPlan) project(base *interp.Program, stderr io.Writer) (app *live.App, next *interp.Program, err error) {
	if _, err := os.Stat("mix.exs"); err != nil || len(p.lib) == 0 {
		return nil, base, nil
	}
	files := p.lib
	if isFolder("config") {
		config, err := readFolder("config", []string{".exs"})
		if err != nil {
			return nil, nil, err
		}
		files = append(config, files...)
	}
	app, warnings, err := live.NewProjectOn(base, files...)
	if len(warnings) > 0 {
		fmt.Fprintln(stderr, warnings.Text())
	}
	if err != nil && !errors.Is(err, live.ErrNoView) {
		return nil, nil, err
	}
	tell(app, stderr)
	p.lib = nil
	return app, app.Program, nil
}
