package live

import "streamsplayground/engine/term"

func isText(v term.Term) bool { _, ok := v.(term.Binary); return ok }

func anyTerm(term.Term) bool { return true }

// isPair accepts {attribute, value}, and the triple of a toggle.
func isPair(sizes ...int) func(term.Term) bool {
	return func(v term.Term) bool {
		t, ok := v.(term.Tuple)
		for _, n := range sizes {
			if ok && len(t) == n {
				return true
			}
		}
		return false
	}
}

// jsArgs is what the builders return.
type jsArgs = map[string]term.Term

// classCommand is add_class, remove_class or toggle_class.
func classCommand(name string) jsCommand {
	return jsCommand{
		name: name, required: 1, accepts: isText, allowed: []string{"to", "transition", "time", "blocking"},
		build: func(o *jsOpts, arg term.Term) (string, jsArgs) {
			return name, jsArgs{
				"to": o.get("to"), "names": classNames(string(arg.(term.Binary))), "transition": o.transition(o.get("transition")),
				"time": o.get("time"), "blocking": o.get("blocking"),
			}
		},
	}
}

// focusCommand is focus, focus_first or push_focus.
func focusCommand(name string) jsCommand {
	return jsCommand{name: name, allowed: []string{"to"}, build: func(o *jsOpts, _ term.Term) (string, jsArgs) {
		return name, jsArgs{"to": o.get("to")}
	}}
}

// linkCommand is navigate or patch.
func linkCommand(name string) jsCommand {
	return jsCommand{
		name: name, required: 1, accepts: isText, allowed: []string{"replace"},
		build: func(o *jsOpts, arg term.Term) (string, jsArgs) {
			o.destination(string(arg.(term.Binary)), "JS."+name)
			replace := o.get("replace")
			return name, jsArgs{"href": arg, "replace": term.Bool(replace != nil && term.Truthy(replace))}
		},
	}
}

var jsCommands = []jsCommand{
	{name: "push", required: 1, accepts: isText, allowed: []string{"target", "loading", "page_loading", "value"}, build: buildPush},
	{name: "dispatch", required: 1, accepts: anyTerm, allowed: []string{"to", "detail", "bubbles", "blocking"}, build: buildDispatch},
	{name: "toggle", allowed: []string{"to", "in", "out", "display", "time", "blocking"},
		build: func(o *jsOpts, _ term.Term) (string, jsArgs) {
			return "toggle", jsArgs{
				"to": o.get("to"), "display": o.get("display"), "ins": o.transition(o.get("in")), "outs": o.transition(o.get("out")),
				"time": o.get("time"), "blocking": o.get("blocking"),
			}
		}},
	{name: "show", allowed: []string{"to", "transition", "display", "time", "blocking"},
		build: func(o *jsOpts, _ term.Term) (string, jsArgs) {
			return "show", jsArgs{
				"to": o.get("to"), "display": o.get("display"), "transition": o.transition(o.get("transition")),
				"time": o.get("time"), "blocking": o.get("blocking"),
			}
		}},
	{name: "hide", allowed: []string{"to", "transition", "time", "blocking"},
		build: func(o *jsOpts, _ term.Term) (string, jsArgs) {
			return "hide", jsArgs{
				"to": o.get("to"), "transition": o.transition(o.get("transition")), "time": o.get("time"), "blocking": o.get("blocking"),
			}
		}},
	classCommand("add_class"),
	classCommand("remove_class"),
	classCommand("toggle_class"),
	{name: "transition", required: 1, allowed: []string{"to", "time", "blocking"},
		accepts: func(v term.Term) bool { _, tuple := v.(term.Tuple); return tuple || isText(v) },
		build: func(o *jsOpts, arg term.Term) (string, jsArgs) {
			return "transition", jsArgs{
				"time": o.get("time"), "to": o.get("to"), "transition": o.transition(arg), "blocking": o.get("blocking"),
			}
		}},
	{name: "set_attribute", required: 1, accepts: isPair(2), allowed: []string{"to"},
		build: func(o *jsOpts, arg term.Term) (string, jsArgs) {
			return "set_attr", jsArgs{"to": o.get("to"), "attr": term.NewList(arg.(term.Tuple)...)}
		}},
	{name: "toggle_attribute", required: 1, accepts: isPair(2, 3), allowed: []string{"to"},
		build: func(o *jsOpts, arg term.Term) (string, jsArgs) {
			return "toggle_attr", jsArgs{"to": o.get("to"), "attr": term.NewList(arg.(term.Tuple)...)}
		}},
	{name: "remove_attribute", required: 1, accepts: anyTerm, allowed: []string{"to"},
		build: func(o *jsOpts, arg term.Term) (string, jsArgs) {
			return "remove_attr", jsArgs{"to": o.get("to"), "attr": arg}
		}},
	{name: "ignore_attributes", required: 1, allowed: []string{"attrs", "to"}, withOptions: true,
		accepts: func(v term.Term) bool { _, list := v.(*term.List); return list || isText(v) },
		build: func(o *jsOpts, arg term.Term) (string, jsArgs) {
			if isText(arg) {
				arg = term.NewList(arg)
			}
			return "ignore_attrs", jsArgs{"to": o.get("to"), "attrs": arg}
		}},
	focusCommand("focus"),
	focusCommand("focus_first"),
	focusCommand("push_focus"),
	linkCommand("navigate"),
	linkCommand("patch"),
	{name: "exec", required: 1, accepts: isText, allowed: []string{"to"},
		build: func(o *jsOpts, arg term.Term) (string, jsArgs) {
			return "exec", jsArgs{"attr": arg, "to": o.get("to")}
		}},
}

// buildPush keeps all options as they were given.
func buildPush(o *jsOpts, event term.Term) (string, jsArgs) {
	args := jsArgs{}
	for _, k := range o.keys {
		args[k.Name()] = o.vals[k]
	}
	if v, ok := args["value"]; ok {
		if _, isMap := v.(*term.Map); !isMap {
			o.t.RaiseArgument("push :value expected to be a map, got: %s", o.t.Inspect(v, term.InspectOptions{}))
		}
	}
	if m, ok := args["target"].(*term.Map); ok {
		if name, _ := m.StructName(); name == term.NewModule("Phoenix.LiveComponent.CID") {
			args["target"] = m.GetAtom(term.NewAtom("cid"))
		}
	}
	args["event"] = event
	return "push", args
}

const clickDetail = `click events cannot be dispatched with details.

The browser rewrites ` + "`MouseEvent`" + ` details to an integer. If you would like to
handle a click event with custom details, dispatch your own proxy event, read the
details, then trigger the click, for example:

    JS.dispatch("myapp:click", detail: %{...})
    window.addEventListener("myapp:click", e => {
      console.log("details", e.detail)
      e.target.click() // forward click event
    })
`

func buildDispatch(o *jsOpts, event term.Term) (string, jsArgs) {
	args := jsArgs{"event": event, "to": o.get("to")}
	inspect := func(v term.Term) string { return o.t.Inspect(v, term.InspectOptions{}) }
	if o.has("bubbles") {
		v := o.vals[term.NewAtom("bubbles")]
		if v != term.Term(term.True) && v != term.Term(term.False) {
			o.t.RaiseArgument("expected :bubbles to be a boolean, got: %s", inspect(v))
		}
		args["bubbles"] = v
	}
	blocking := o.get("blocking")
	detail, isMap := o.get("detail").(*term.Map)
	if blocking != nil && term.Truthy(blocking) && isMap && (detail.Has(term.Binary("done")) || detail.Has(term.NewAtom("done"))) {
		o.t.RaiseArgument("the detail map passed to JS.dispatch must not contain a `done` key\n"+
			"when `blocking: true` is used!\n\nGot: %s\n", inspect(detail))
	}
	if o.has("detail") {
		switch {
		case event == term.Term(term.Binary("click")):
			o.t.RaiseArgument("%s", clickDetail)
		case !isMap:
			o.t.RaiseArgument("the detail option to JS.dispatch must be a map, got: %s\n", inspect(o.vals[term.NewAtom("detail")]))
		}
		args["detail"] = detail
	}
	if blocking == term.Term(term.True) {
		args["blocking"] = term.True
	}
	return "dispatch", args
}
