package live

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// App is a set of live views, compiled, with the routes to them. It is
// immutable and may run on many nodes at once.
type App struct {
	Program *interp.Program
	Routes  *RouteTable
	// Listed says that no router was found and several views were: each has a
	// path made of its name.
	Listed bool

	// Endpoint is the module that uses Phoenix.Endpoint, the zero Atom for none.
	Endpoint term.Atom
	// Left is what of a project is left out.
	Left []interp.Omission

	applications []term.Atom
}

// ErrNoView says that there is nothing to show.
var ErrNoView = errors.New(`no live view in these files: a module with "use Phoenix.LiveView"`)

// NewApp compiles files. The routes are those of the router among them;
// without one the single live view is at "/". The error is source.Errors when
// the code is wrong; warnings come with or without an error.
func NewApp(files ...*source.File) (app *App, warnings source.Errors, err error) {
	base, err := BaseFor(files...)
	if err != nil {
		return nil, nil, fmt.Errorf("preparing LiveView: %w", err)
	}
	program, warnings, err := base.Compile(files...)
	if err != nil {
		return nil, warnings, err
	}
	app = &App{Program: program}
	return app, warnings, app.find()
}

// NewProject compiles the files of a Phoenix project: its code, its templates,
// and of its config what files named config/… say. What cannot run here is
// left out, and told in Left; that comes with or without an error.
func NewProject(files ...*source.File) (app *App, warnings source.Errors, err error) {
	base, err := BaseFor(files...)
	if err != nil {
		return nil, nil, fmt.Errorf("preparing LiveView: %w", err)
	}
	return NewProjectOn(base, files...)
}

// NewProjectOn is NewProject on a program that has more than Base, such as the
// modules of tests.
func NewProjectOn(base *interp.Program, files ...*source.File) (app *App, warnings source.Errors, err error) {
	var code []*source.File
	config := map[string]*source.File{}
	first := ""
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".exs") {
			config[f.Name()] = f
			if path.Base(f.Name()) == "config.exs" {
				first = f.Name()
			}
			continue
		}
		code = append(code, f)
	}
	app = &App{}
	base, app.Left = readConfig(base, config, first)
	program, left, warnings, err := base.CompileProject(code...)
	app.Left = append(left, app.Left...)
	if err != nil {
		return app, warnings, err
	}
	app.Program = program
	return app, warnings, app.find()
}

// find finds the routes and the applications of a program.
func (app *App) find() (err error) {
	program := app.Program
	views := Views(program)
	if root, ok := program.Declared(rootView).(term.Atom); ok {
		views = []term.Atom{root}
	}
	routers := mainRouters(program, Routers(program))
	if router, ok := program.Declared(rootRouter).(term.Atom); ok {
		if b, ok := program.Attribute(router, routesAttribute).(*routerBuild); ok {
			routers = []*RouteTable{&b.table}
		}
	}
	if app.Routes, app.Listed, err = findRoutes(routers, views); err != nil {
		return err
	}
	application := term.NewModule("Application")
	for _, m := range program.Modules() {
		if program.Exports(m, "struct_url", 0) && program.Exports(m, "static_lookup", 1) {
			app.Endpoint = m
		}
		if m == term.NewModule(interp.ScriptMain) {
			app.applications = append(app.applications, m)
		}
		for _, b := range program.Behaviours(m) {
			if b == application {
				app.applications = append(app.applications, m)
			}
		}
	}
	return nil
}

// mainRouters returns, of several routers, the one that an endpoint plugs, or
// those to which no other forwards. Of several endpoints the first counts: a
// project names it as its web module.
func mainRouters(p *interp.Program, routers []*RouteTable) []*RouteTable {
	if len(routers) < 2 {
		return routers
	}
	plugged, best := -1, 0
	for _, m := range p.Modules() {
		b, ok := p.Attribute(m, builderAttribute).(*builder)
		if !ok {
			continue
		}
		for _, plug := range b.plugs {
			i := slices.IndexFunc(routers, func(r *RouteTable) bool { return r.Module == plug.of })
			if n := strings.Count(m.Name(), "."); i >= 0 && (plugged < 0 || n < best) {
				plugged, best = i, n
			}
		}
	}
	if plugged >= 0 {
		return routers[plugged : plugged+1]
	}
	return slices.DeleteFunc(slices.Clone(routers), func(r *RouteTable) bool {
		return slices.ContainsFunc(routers, func(from *RouteTable) bool { return from.forwardsTo(r.Module) })
	})
}

// findRoutes returns the routes of the one router, or those of the views when
// there is none.
func findRoutes(routers []*RouteTable, views []term.Atom) (routes *RouteTable, listed bool, err error) {
	switch {
	case len(routers) > 1:
		var names []string
		for _, r := range routers {
			names = append(names, term.Inspect(r.Module))
		}
		return nil, false, fmt.Errorf("more than one router: %s; run the files of one of them", strings.Join(names, ", "))
	case len(routers) == 1:
		return routers[0], false, nil
	case len(views) == 0:
		return nil, false, ErrNoView
	}
	routes = &RouteTable{}
	if len(views) == 1 {
		routes.AddLive("/", Route{View: views[0]})
		return routes, false, nil
	}
	for _, v := range views {
		routes.AddLive("/"+pathOf(v), Route{View: v})
	}
	return routes, true, nil
}

// pathOf is a path for a view that no router names: "room-list" for
// ChatWeb.RoomListLive.
func pathOf(view term.Atom) string {
	name := term.Inspect(view)
	name = name[strings.LastIndex(name, ".")+1:]
	if short := strings.TrimSuffix(name, "Live"); short != "" {
		name = short
	}
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Start starts the modules that use Application, as the release of a Phoenix
// project does before it serves pages. What they start lives until the node
// closes.
func (a *App) Start(n *node.Node) error {
	for _, m := range a.applications {
		if err := startApplication(n, m, a.NeedsAbsent); err != nil {
			return fmt.Errorf("starting %s: %w", term.Inspect(m), err)
		}
	}
	return nil
}

// NeedsAbsent reports whether an error is only that a project called what was
// left out of it.
func (a *App) NeedsAbsent(err error) bool {
	var e *interp.Exception
	if !a.Program.Project() || !errors.As(err, &e) {
		return false
	}
	m, ok := e.Value.(*term.Map)
	if !ok {
		return false
	}
	name, _ := m.StructName()
	mod, _ := m.GetAtom(term.NewAtom("module")).(term.Atom)
	return name == term.NewModule("UndefinedFunctionError") && !a.Program.Exists(mod)
}

// startApplication calls start/2 in a process that then stays, since what it
// starts is linked to it. It stays after an error too that spares what was
// started before.
func startApplication(n *node.Node, m term.Atom, spares func(error) bool) error {
	started := make(chan error, 1)
	main := func(p *node.Process) term.Term {
		// What fails to start ends those that it is linked to.
		p.TrapExit(true)
		result, err := p.Thread().Run(func() term.Term {
			return p.Thread().Apply(m, "start", term.NewAtom("normal"), term.Empty)
		})
		if err == nil {
			err = startResult(m, result)
		}
		p.TrapExit(false)
		started <- err
		for err == nil || spares(err) {
			p.Next()
		}
		return node.Shutdown
	}
	p, err := n.Spawn(main, nil)
	if err != nil {
		return err
	}
	select {
	case err := <-started:
		return err
	case <-p.Done():
		return errors.New("the process that starts it was killed")
	}
}

// startResult is the error in what start/2 returned, nil if there is none. As
// Mix.Tasks.App.Start.
func startResult(m term.Atom, result term.Term) error {
	start := term.Inspect(m) + ".start(:normal, [])"
	t, _ := result.(term.Tuple)
	switch {
	case len(t) >= 2 && t[0] == term.Term(term.OK):
		return nil
	case len(t) == 2 && t[0] == term.Term(term.Err):
		return fmt.Errorf("%s returned an error: %s", start, interp.FormatExit(t[1]))
	}
	return fmt.Errorf("%s returned a bad value: %s", start, term.Inspect(result))
}
