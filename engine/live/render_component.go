package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// RenderComponent returns the HTML of a LiveComponent that is in no view, as
// Phoenix.LiveViewTest.render_component/3. It raises through the thread.
// endpoint and router are those of its socket.
func (s *Server) RenderComponent(t *interp.Thread, module term.Atom, assigns *term.Map, endpoint, router term.Term) string {
	return s.alone(t, func(r *runtime) *rendered.Rendered {
		r.view = module
		r.socket = r.socket.put(atomEndpoint, endpoint).put(atomRouter, router)
		own := term.EmptyMap
		if id := assigns.GetAtom(atomID); id != nil && term.Truthy(id) {
			own = term.NewMap(atomMyself, cidTerm(-1))
		}
		private := term.NewMap(atomLiveTemp, term.EmptyMap, atomChildrenCIDs, term.Empty, atomLifecycle, emptyLifecycle)
		socket := r.componentSocket(own, private).assign(atomFlash, term.EmptyMap)
		if r.exports(module, "mount", 1) {
			socket = r.mounted(r.call(0, module, "mount", socket.m), module, 1)
		}
		out := r.toRendered(r.updateComponent(0, module, socket, assigns), module, 0)
		if id := assigns.GetAtom(atomID); id != nil && id != term.Term(term.Nil) && !out.Root {
			r.t.RaiseArgument("error on %s.render/1 with id of %s. Stateful components must have a single static HTML tag at the root",
				term.Inspect(module), r.inspect(id))
		}
		return out
	})
}

// RenderTemplate returns the HTML of a template that is in no view, with the
// LiveComponents in it. It raises through the thread.
func (s *Server) RenderTemplate(t *interp.Thread, template *rendered.Rendered) string {
	return s.alone(t, func(*runtime) *rendered.Rendered { return template })
}

// alone renders something in a socket of no view.
func (s *Server) alone(t *interp.Thread, f func(*runtime) *rendered.Rendered) string {
	p := node.Of(t)
	r := newRuntime(s, p, p.Scope())
	r.socket = Socket{socketStruct.Put(atomEndpoint, s.endpointModule()).Put(atomRouter, s.routerModule()).
		Put(atomPrivate, term.NewMap(atomLiveTemp, term.EmptyMap)).Put(atomAssigns, emptyAssigns)}
	old := p.Data
	setRuntime(p, r)
	defer func() { p.Data = old }()
	html, err := r.state.RenderHTML(f(r))
	if err != nil {
		r.raise("RuntimeError", "%s", err)
	}
	return html
}
