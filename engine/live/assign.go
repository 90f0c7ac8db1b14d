package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

const component = "Phoenix.Component"

// validateAssignKey raises for keys that belong to LiveView.
func validateAssignKey(t *interp.Thread, key term.Term) term.Atom {
	k, ok := key.(term.Atom)
	switch {
	case !ok:
		t.RaiseArgument("assigns in LiveView must be atoms, got: %s", t.Inspect(key, term.InspectOptions{}))
	case k == atomFlash:
		t.RaiseArgument(":flash is a reserved assign by LiveView and it cannot be set directly. " +
			"Use the appropriate flash functions instead")
	case k == atomUploads, k == atomStreams, k == atomSocketKey, k == atomMyself:
		t.RaiseArgument("%s is a reserved assign by LiveView and it cannot be set directly", term.Inspect(k))
	}
	return k
}

const byHand = `You passed an assigns map that does not have the relevant change tracking information. ` +
	`This typically means you are calling a function component by hand instead of using the HEEx template syntax. ` +
	`If you are using HEEx, make sure you are calling a component using:

    <.component attribute={value} />

If you are outside of HEEx and you want to test a component, use Phoenix.LiveViewTest.render_component/2:

    Phoenix.LiveViewTest.render_component(&component/1, attribute: "value")

`

func raiseBadSocketOrAssign(t *interp.Thread, name string, v term.Term) {
	extra := ""
	if m, ok := v.(*term.Map); ok {
		if _, isStruct := m.StructName(); !isStruct {
			extra = byHand
		}
	}
	t.RaiseArgument("%s expects a socket from Phoenix.LiveView/Phoenix.LiveComponent "+
		" or an assigns map from Phoenix.Component as first argument, got: %s%s",
		name, t.Inspect(v, term.InspectOptions{}), extra)
}

// assign3 is Phoenix.Component.assign/3.
func assign3(t *interp.Thread, a []term.Term) term.Term { return assignKey(t, a[0], a[1], a[2]) }

func assignKey(t *interp.Thread, to, key, value term.Term) term.Term {
	if s, ok := SocketOf(to); ok {
		return s.assign(validateAssignKey(t, key), value).m
	}
	m, ok := to.(*term.Map)
	if !ok || !m.Has(atomChanged) {
		raiseBadSocketOrAssign(t, "assign/3", to)
	}
	return assignMap(m, key, value)
}

// assignMap sets a key of the assigns of a function component. A value that
// was given as an attribute is set by force, so that it counts as changed.
func assignMap(m *term.Map, key, value term.Term) *term.Map {
	old, ok := m.Get(key)
	if ok && term.StrictEqual(old, value) {
		given, isMap := m.GetAtom(atomGiven).(*term.Map)
		if !isMap || given.Has(key) {
			return m
		}
	}
	return forceAssign(m, key, value)
}

// assign2 is Phoenix.Component.assign/2.
func assign2(t *interp.Thread, a []term.Term) term.Term {
	to, what := a[0], a[1]
	if isFun(what, 1) {
		arg := to
		if s, ok := SocketOf(to); ok {
			arg = s.Assigns()
		}
		what = t.Call(what, arg)
	}
	_, isList := what.(*term.List)
	if !isList && !isMap(what) {
		t.RaiseFunctionClause(component, "assign", []term.Term{to, what})
	}
	return assignAll(t, to, what)
}

func assignAll(t *interp.Thread, to, pairs term.Term) term.Term {
	t.Each(pairs, func(e term.Term) bool {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			t.RaiseFunctionClause(component, "-assign/2-fun-0-", []term.Term{e, to})
		}
		to = assignKey(t, to, kv[0], kv[1])
		return true
	})
	return to
}

// assignNew is Phoenix.Component.assign_new/3.
func assignNew(t *interp.Thread, a []term.Term) term.Term {
	to, key, fun := a[0], a[1], a[2]
	f, ok := fun.(*term.Fun)
	if !ok || f.Arity > 1 {
		if _, isSocket := SocketOf(to); isSocket {
			t.RaiseFunctionClause("Phoenix.LiveView.Utils", "assign_new", a)
		}
		t.RaiseFunctionClause(component, "assign_new", a)
	}
	call := func(arg *term.Map) term.Term {
		if f.Arity == 1 {
			return t.Call(fun, arg)
		}
		return t.Call(fun)
	}
	if s, ok := SocketOf(to); ok {
		return assignNewSocket(s, validateAssignKey(t, key), call).m
	}
	m, ok := to.(*term.Map)
	if !ok || !m.Has(atomChanged) {
		raiseBadSocketOrAssign(t, "assign_new/3", to)
	}
	if m.Has(key) {
		return m
	}
	return forceAssign(m, key, call(m))
}

// assignNewSocket also notes the key while mounting, for the static token:
// nested views and the connected mount take such values from their parent. As
// Phoenix.LiveView.Utils.assign_new/3.
func assignNewSocket(s Socket, k term.Atom, call func(*term.Map) term.Term) Socket {
	assigns := s.Assigns()
	if assigns.Has(k) {
		return s
	}
	if pair, ok := s.private().GetAtom(atomAssignNew).(term.Tuple); ok && len(pair) == 2 {
		keys, _ := pair[1].(*term.List)
		s = s.putPrivate(atomAssignNew, term.Tuple{pair[0], &term.List{Head: k, Tail: keys}})
		if from, ok := pair[0].(*term.Map); ok {
			if v, ok := from.Get(k); ok {
				return s.withAssigns(forceAssign(assigns, k, v))
			}
		}
	}
	return s.withAssigns(forceAssign(assigns, k, call(assigns)))
}

// update3 is Phoenix.Component.update/3.
func update3(t *interp.Thread, a []term.Term) term.Term {
	to, key, fun := a[0], a[1], a[2]
	s, isSocket := SocketOf(to)
	assigns := s.m
	if isSocket {
		assigns = s.Assigns()
	} else if m, ok := term.AsMap(to); ok {
		assigns = m
	}
	f, ok := fun.(*term.Fun)
	if !ok || f.Arity != 1 && f.Arity != 2 || assigns == nil {
		t.RaiseFunctionClause(component, "update", a)
	}
	old, ok := assigns.Get(key)
	if !ok {
		t.RaiseNew("KeyError", "key", key, "term", assigns)
	}
	var next term.Term
	if f.Arity == 2 {
		next = t.Call(fun, old, assigns)
	} else {
		next = t.Call(fun, old)
	}
	if !isSocket {
		return assignKey(t, to, key, next)
	}
	if term.StrictEqual(old, next) {
		return s.m
	}
	return s.withAssigns(forceAssign(assigns, key, next)).m
}

// changed2 is Phoenix.Component.changed?/2.
func changed2(t *interp.Thread, a []term.Term) term.Term {
	assigns, ok := a[0].(*term.Map)
	if s, isSocket := SocketOf(a[0]); isSocket {
		assigns = s.Assigns()
	} else if !ok || !assigns.Has(atomChanged) {
		raiseBadSocketOrAssign(t, "changed?/2", a[0])
	}
	changed, ok := assigns.GetAtom(atomChanged).(*term.Map)
	return term.Bool(!ok || changed.Has(a[1]))
}

// reservedAttrs are never attributes of the tag that a component renders.
var reservedAttrs = []term.Atom{atomChanged, atomSlot, atomGiven, atomInnerBlock}

// assignsToAttributes is Phoenix.Component.assigns_to_attributes/2.
func assignsToAttributes(t *interp.Thread, a []term.Term) term.Term {
	skip := map[term.Term]bool{}
	for _, k := range reservedAttrs {
		skip[k] = true
	}
	if len(a) > 1 {
		t.Each(a[1], func(k term.Term) bool {
			if atom, ok := k.(term.Atom); ok {
				skip[atom] = true
			}
			return true
		})
	}
	var out []term.Term
	t.Each(a[0], func(e term.Term) bool {
		if kv, ok := e.(term.Tuple); ok && len(kv) == 2 {
			if k, ok := kv[0].(term.Atom); !ok || !skip[k] {
				out = append(out, kv)
			}
		}
		return true
	})
	return term.NewList(out...)
}

// liveFlash is Phoenix.Component.live_flash/2.
func liveFlash(t *interp.Thread, a []term.Term) term.Term {
	m, ok := a[0].(*term.Map)
	if !ok {
		t.RaiseFunctionClause(component, "live_flash", a)
	}
	if _, isStruct := m.StructName(); isStruct {
		t.RaiseArgument("live_flash/2 expects a @flash assign, got: %s", t.Inspect(m, term.InspectOptions{}))
	}
	v, _ := m.Get(str(t.ToString(a[1])))
	return orNil(v)
}
