package web

import (
	"errors"
	"fmt"
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
	// warnings are the compiler's, and left what of a project does not run here,
	// a text each.
	warnings, left []string
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
	var warnings source.Errors
	a.App, warnings, err = load(code...)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		a.warnings = append(a.warnings, w.Text())
	}
	for _, o := range a.Left {
		a.left = append(a.left, o.String())
	}
	return a, nil
}

// told is the summary of what there is to know of code that runs: "2 warnings,
// 1 part left out". It is empty when there is nothing.
func (a *app) told() string {
	var parts []string
	if n := len(a.warnings); n > 0 {
		parts = append(parts, counted(n, "warning"))
	}
	if n := len(a.left); n > 0 {
		parts = append(parts, counted(n, "part")+" left out")
	}
	return strings.Join(parts, ", ")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
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
