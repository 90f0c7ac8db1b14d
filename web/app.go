package web

import (
	"errors"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/lessons"
)

// app is the code of one page, compiled: what every reader of the page runs.
// It is immutable.
type app struct {
	*live.App
	style []byte // the style sheets, nil if there are none
}

// compile makes an app of files.
func compile(files []*lessons.File, project bool) (*app, error) {
	a := &app{}
	var code []*source.File
	for _, f := range files {
		switch {
		case strings.HasSuffix(f.Name, ".ex"), strings.HasSuffix(f.Name, ".exs"), strings.HasSuffix(f.Name, ".heex"):
			code = append(code, f.Source)
		case strings.HasSuffix(f.Name, ".css"):
			a.style = append(a.style, f.Source.Text()...)
		}
	}
	var err error
	load := live.NewApp
	if project {
		load = live.NewProject
	}
	a.App, _, err = load(code...)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// explain returns what is wrong in the form of a terminal.
func explain(err error) string {
	if err == nil {
		return ""
	}
	if list := source.Diagnostics(err); list != nil {
		return list.Text()
	}
	var e *interp.Exception
	if errors.As(err, &e) {
		return e.Error()
	}
	return err.Error()
}
