package interp

import (
	"fmt"
	"strings"

	"streamsplayground/engine/heex"
	"streamsplayground/engine/source"
)

// Colocated is a script that stands in a template and belongs to the page's
// JavaScript: Phoenix.LiveView.ColocatedHook, or ColocatedJS.
type Colocated struct {
	// Name is that of the hook with its module, as phx-hook has it, or that of a
	// script; "" for one that is only run.
	Name string
	// Key is the export that has the script's own under its name: "hooks" for
	// hooks, else what the script says, or "default".
	Key  string
	Text string
}

// IsHook reports whether the script is a hook.
func (s Colocated) IsHook() bool { return s.Name != "" && s.Key == hooksKey }

// Colocated returns the scripts in the templates of all modules, in order.
func (p *Program) Colocated() []Colocated {
	var out []Colocated
	for _, name := range p.order {
		out = append(out, p.modules[name].colocated...)
	}
	return out
}

const (
	colocatedHook = "Phoenix.LiveView.ColocatedHook"
	colocatedJS   = "Phoenix.LiveView.ColocatedJS"
	hooksKey      = "hooks"
)

// macroComponent takes an element with :type out of the template. A hook with
// the attribute runtime stays in it.
func (b *templateBuilder) macroComponent(out *liveBlock, e *heex.Element) {
	mod, ok := b.c.moduleName(e.Type)
	kind := moduleText(mod)
	switch {
	case !ok || kind != colocatedHook && kind != colocatedJS:
		b.c.b.report(&source.Diagnostic{Severity: source.Error, Span: e.Type.Span(), Unsupported: true,
			Message: "`:type={" + nodeText(e.Type) + "}` is LiveView, but not part of this playground",
			Hint:    "hooks can stand in templates: <script :type={Phoenix.LiveView.ColocatedHook} name=\".Name\">"})
		return
	case e.Name != "script":
		b.fail(e, "a %s can only be %s on script tags", last(kind), map[bool]string{true: "defined", false: "used"}[kind == colocatedHook])
		return
	}
	script := Colocated{Key: "default"}
	for _, n := range e.Children {
		if t, ok := n.(*heex.Text); ok {
			script.Text += t.Text
		}
	}
	runtime := false
	var rest []*heex.Attr
	for _, a := range e.Attrs {
		switch {
		case a.Name == "runtime":
			runtime = true
		case a.Name == "name" && a.X != nil:
			b.fail(e, "the name attribute of a colocated %s must be a compile-time string. Got: %s", map[bool]string{true: "hook", false: "script"}[kind == colocatedHook], nodeText(a.X))
			return
		case a.Name == "name":
			script.Name = a.Text
		case a.Name == "key" && kind == colocatedJS:
			script.Key = a.Text
		default:
			rest = append(rest, a)
		}
	}
	if kind == colocatedHook && !b.nameHook(e, &script) {
		return
	}
	if script.Name == "" && script.Key != "default" {
		b.fail(e, "a name is required when a key is given")
		return
	}
	if runtime && kind == colocatedHook {
		out.static(`<script data-phx-runtime-hook="` + script.Name + `"`)
		b.attributes(out, rest)
		out.static(">window[\"phx_hook_" + script.Name + "\"] = function() {\n  return " +
			strings.TrimLeft(script.Text, " \n\t") + "\n}\n</script>")
		return
	}
	if m := b.c.env.mod; m != nil {
		m.colocated = append(m.colocated, script)
	}
}

// nameHook gives a hook its whole name, and reports whether it has one.
func (b *templateBuilder) nameHook(e *heex.Element, script *Colocated) bool {
	switch {
	case script.Name == "":
		b.fail(e, "missing required name attribute for ColocatedHook")
		return false
	case script.Name[0] != '.':
		b.fail(e, "colocated hook names must start with a dot, invalid hook name: %s\n\nHint: name your hook <script :type={ColocatedHook} name=\".%s\" ...>\n", script.Name, script.Name)
		return false
	}
	script.Name, script.Key = b.module+script.Name, hooksKey
	return true
}

func last(module string) string { return module[strings.LastIndexByte(module, '.')+1:] }

func (b *templateBuilder) fail(e *heex.Element, format string, args ...any) {
	b.c.b.report(&source.Diagnostic{Severity: source.Error, Kind: "ArgumentError", Span: e.Span(), Message: fmt.Sprintf(format, args...)})
}
