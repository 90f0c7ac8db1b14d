package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// The stages that hooks can be attached to, in the order of
// %Phoenix.LiveView.Lifecycle{}.
var (
	stageAsync  = term.NewAtom("handle_async")
	stageEvent  = term.NewAtom("handle_event")
	stageInfo   = term.NewAtom("handle_info")
	stageParams = term.NewAtom("handle_params")
)

// emptyLifecycle is %Phoenix.LiveView.Lifecycle{}.
var emptyLifecycle = term.NewStruct("Phoenix.LiveView.Lifecycle", "after_render", term.Empty,
	"handle_async", term.Empty, "handle_event", term.Empty, "handle_info", term.Empty,
	"handle_params", term.Empty, "mount", term.Empty)

func isStage(v term.Term) bool {
	return v == term.Term(stageAsync) || v == term.Term(stageEvent) || v == term.Term(stageInfo) ||
		v == term.Term(stageParams) || v == term.Term(atomAfterRender)
}

func newHook(id term.Term, stage term.Atom, fun term.Term) *term.Map {
	return term.NewMap(atomID, id, atomStage, stage, atomFunction, fun)
}

// lifecycleOf returns the hooks of a socket, for a change of one stage.
func lifecycleOf(t *interp.Thread, s Socket, stage term.Atom) *term.Map {
	if s.cid() != 0 && stage != atomAfterRender && stage != stageEvent && stage != stageAsync {
		t.RaiseArgument("lifecycle hooks are not supported on stateful components.")
	}
	m, ok := s.private().GetAtom(atomLifecycle).(*term.Map)
	if !ok {
		t.RaiseNew("KeyError", "key", atomLifecycle, "term", s.private())
	}
	return m
}

func attachHook(t *interp.Thread, s Socket, id term.Term, stage term.Atom, fun term.Term) Socket {
	l := lifecycleOf(t, s, stage)
	hooks, _ := l.GetAtom(stage).(*term.List)
	for h := range hooks.All() {
		if hook, ok := h.(*term.Map); ok && term.StrictEqual(hook.GetAtom(atomID), id) {
			t.RaiseArgument("existing hook %s already attached on %s.\n", t.Inspect(id, term.InspectOptions{}), term.Inspect(stage))
		}
	}
	all, _ := hooks.Slice()
	all = append(all, newHook(id, stage, fun))
	return s.putPrivate(atomLifecycle, l.Put(stage, term.NewList(all...)))
}

const wantStages = "\n\nExpected one of: :handle_async | :handle_event | :handle_info | :handle_params | :after_render\n\nGot: "

// attachHook4 is attach_hook/4.
func attachHook4(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, "Phoenix.LiveView.Lifecycle", "attach_hook", a, 0)
	if a[2] == term.Term(stageParams) && s.field(atomRouter) == term.Term(term.Nil) {
		t.RaiseNew("RuntimeError", "message", str("cannot attach hook with id "+t.Inspect(a[1], term.InspectOptions{})+
			" on :handle_params because the view was not mounted at the router with the live/3 macro"))
	}
	if !isStage(a[2]) {
		t.RaiseArgument("invalid lifecycle event provided to attach_hook.%s%s\n", wantStages, t.Inspect(a[2], term.InspectOptions{}))
	}
	if _, ok := a[3].(*term.Fun); !ok {
		t.RaiseFunctionClause("Phoenix.LiveView.Lifecycle", "hook!", a[1:])
	}
	return attachHook(t, s, a[1], a[2].(term.Atom), a[3]).m
}

// detachHook3 is detach_hook/3.
func detachHook3(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, "Phoenix.LiveView.Lifecycle", "detach_hook", a, 0)
	if !isStage(a[2]) {
		t.RaiseArgument("invalid lifecycle event provided to detach_hook.%s%s\n", wantStages, t.Inspect(a[2], term.InspectOptions{}))
	}
	stage := a[2].(term.Atom)
	l := lifecycleOf(t, s, stage)
	hooks, _ := l.GetAtom(stage).(*term.List)
	var kept []term.Term
	for h := range hooks.All() {
		if hook, ok := h.(*term.Map); ok && !term.StrictEqual(hook.GetAtom(atomID), a[1]) {
			kept = append(kept, h)
		}
	}
	return s.putPrivate(atomLifecycle, l.Put(stage, term.NewList(kept...))).m
}

// hooks returns what is attached to a stage.
func (s Socket) hooks(stage term.Atom) *term.List {
	l, ok := s.private().GetAtom(atomLifecycle).(*term.Map)
	if !ok {
		return term.Empty
	}
	list, _ := l.GetAtom(stage).(*term.List)
	return list
}

// hookArgs are the arguments of a hook before the socket, and its socket's
// place is the last.
func callHook(t *interp.Thread, hook *term.Map, args []term.Term, s Socket) term.Term {
	return t.Call(hook.GetAtom(atomFunction), append(args[:len(args):len(args)], s.m)...)
}

// runHooks runs the hooks of a stage until one halts. As reduce_socket/3 and
// reduce_handle_event/3 of Phoenix.LiveView.Lifecycle; reply is only for
// handle_event, nil when there is none.
func runHooks(t *interp.Thread, s Socket, stage term.Atom, args ...term.Term) (next Socket, halted bool, reply term.Term) {
	for h := range s.hooks(stage).All() {
		hook, _ := h.(*term.Map)
		result := callHook(t, hook, args, s)
		r, _ := result.(term.Tuple)
		switch {
		case len(r) == 2 && r[0] == term.Term(atomCont):
			if n, ok := SocketOf(r[1]); ok {
				s = n
				continue
			}
		case len(r) == 2 && r[0] == term.Term(atomHalt):
			if n, ok := SocketOf(r[1]); ok {
				return n, true, nil
			}
		case len(r) == 3 && r[0] == term.Term(atomHalt) && stage == stageEvent:
			if n, ok := SocketOf(r[2]); ok {
				return n, true, r[1]
			}
		}
		raiseBadHook(t, result, hook)
	}
	return s, false, nil
}

func raiseBadHook(t *interp.Thread, result term.Term, hook *term.Map) {
	want := "{:cont, %Socket{}}\n{:halt, %Socket{}}\n"
	if hook.GetAtom(atomStage) == term.Term(stageEvent) {
		want += "{:halt, map, %Socket{}}\n"
	}
	in := func(v term.Term) string { return t.Inspect(v, term.InspectOptions{}) }
	t.RaiseArgument("invalid return from hook %s for lifecycle event %s.\n\nExpected one of:\n\n%s\n\nGot: %s\n",
		in(hook.GetAtom(atomID)), in(hook.GetAtom(atomStage)), want, in(result))
}

// runMountHooks runs on_mount/4 of every hook. As
// Phoenix.LiveView.Lifecycle.mount/3.
func runMountHooks(t *interp.Thread, s Socket, params, session term.Term) (next Socket, halted bool) {
	in := func(v term.Term) string { return t.Inspect(v, term.InspectOptions{}) }
	for h := range s.hooks(atomMount).All() {
		hook, _ := h.(*term.Map)
		id, _ := hook.GetAtom(atomID).(term.Tuple)
		result := t.Call(hook.GetAtom(atomFunction), id[1], params, session, s.m)
		r, _ := result.(term.Tuple)
		if len(r) < 2 || len(r) > 3 {
			raiseBadHook(t, result, hook)
		}
		n, ok := SocketOf(r[1])
		switch {
		case ok && r[0] == term.Term(atomHalt) && !n.isRedirected():
			t.RaiseArgument("the hook %s for lifecycle event :mount attempted to halt without redirecting.", in(id))
		case ok && r[0] == term.Term(atomCont) && n.isRedirected():
			t.RaiseArgument("the hook %s for lifecycle event :mount attempted to redirect without halting.", in(id))
		case ok && r[0] == term.Term(atomCont) && len(r) == 3:
			s = mountOptions(t, n, r[2], id[0].(term.Atom), "on_mount", 4)
		case ok && r[0] == term.Term(atomCont):
			s = n
		case ok && r[0] == term.Term(atomHalt) && len(r) == 2:
			return n, true
		default:
			raiseBadHook(t, result, hook)
		}
	}
	return s, false
}

// runAfterRender runs the after_render hooks. As
// Phoenix.LiveView.Lifecycle.after_render/1.
func runAfterRender(t *interp.Thread, s Socket) Socket {
	for h := range s.hooks(atomAfterRender).All() {
		hook, _ := h.(*term.Map)
		result := t.Call(hook.GetAtom(atomFunction), s.m)
		n, ok := SocketOf(result)
		if !ok {
			t.RaiseArgument("expected after_render hook to return a socket, got: %s", t.Inspect(result, term.InspectOptions{}))
		}
		s = n
	}
	return s
}

// mountHooks turns modules and {module, argument} tuples, as on_mount and
// live_session take them, into hooks.
func mountHooks(t *interp.Thread, view term.Atom, decls []term.Term) []term.Term {
	out := make([]term.Term, 0, len(decls))
	for _, d := range decls {
		mod, arg := term.Atom{}, term.Term(atomDefault)
		switch x := d.(type) {
		case term.Atom:
			mod = x
		case term.Tuple:
			if len(x) == 2 {
				mod, _ = x[0].(term.Atom)
				arg = x[1]
			}
		}
		if mod.IsZero() {
			t.RaiseArgument("invalid on_mount hook declared in %s.\n\nExpected one of:\n\n    Module\n    {Module, arg}\n\nGot: %s\n",
				term.Inspect(view), t.Inspect(d, term.InspectOptions{}))
		}
		fun := &term.Fun{Arity: 4, Module: mod, Name: atomOnMount, External: true}
		out = append(out, newHook(term.Tuple{mod, arg}, atomMount, fun))
	}
	return out
}
