package interp

import (
	"slices"
	"strings"

	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// ScriptMain is the module that has the end of a script: what it does once its
// modules are defined, from the first statement on that starts a process. Its
// start/2 is run as that of an application.
const ScriptMain = "PlaygroundScript"

// starters are the modules whose functions start processes.
var starters = []string{"Supervisor", "DynamicSupervisor", "GenServer", "Agent", "Task", "Registry"}

// splitScript takes the end of a script apart. Where modules follow, or nothing
// starts a process, all of it runs while it is compiled.
func splitScript(u *fileUnit) (now *syntax.Block, main syntax.Node) {
	if !strings.HasSuffix(u.file.Name(), ".exs") {
		return u.tree, nil
	}
	at := slices.IndexFunc(u.tree.Exprs, startsProcess)
	if at < 0 || slices.ContainsFunc(u.tree.Exprs[at:], func(n syntax.Node) bool { return callName(n) == "defmodule" }) {
		return u.tree, nil
	}
	first := *u.tree
	var rest []syntax.Node
	first.Exprs, rest = withVariables(u.tree.Exprs, at)
	// A script keeps itself alive at its end, which a server does anyway.
	rest = slices.DeleteFunc(rest, sleepsForEver)
	pos := syntax.At{At: u.tree.Exprs[at].Span()}
	done := &syntax.Tuple{At: pos, Elems: []syntax.Node{&syntax.Atom{At: pos, Name: "ok"}, &syntax.Atom{At: pos, Name: "nil"}}}
	body := &syntax.Block{At: pos, Exprs: append(rest, done)}
	block := func(name string, body syntax.Node, args ...syntax.Node) *syntax.Call {
		return &syntax.Call{At: pos, Name: name, NameAt: pos.At, Args: args,
			Do: &syntax.Do{At: pos.At, Sections: []syntax.Section{{Name: "do", At: pos.At, Body: body}}}}
	}
	head := &syntax.Call{At: pos, Name: "start", NameAt: pos.At, Parens: true, Args: []syntax.Node{&syntax.Var{Name: "_type"}, &syntax.Var{Name: "_args"}}}
	return &first, block("defmodule", block("def", body, head), &valueNode{At: pos, v: term.NewModule(ScriptMain)})
}

// withVariables takes statements apart at one of them. What comes before and
// shares variables with what follows goes with that.
func withVariables(list []syntax.Node, at int) (now, rest []syntax.Node) {
	later := map[int]bool{}
	used := map[string]bool{}
	for _, n := range list[at:] {
		variablesOf(n, used)
	}
	for again := true; again; {
		again = false
		for i, n := range list[:at] {
			names := map[string]bool{}
			if later[i] || callName(n) == "defmodule" {
				continue
			}
			variablesOf(n, names)
			for name := range names {
				later[i] = later[i] || used[name]
			}
			if again = again || later[i]; later[i] {
				variablesOf(n, used)
			}
		}
	}
	for i, n := range list {
		if i < at && !later[i] {
			now = append(now, n)
		} else {
			rest = append(rest, n)
		}
	}
	return now, rest
}

// variablesOf adds the names of the variables in a statement.
func variablesOf(n syntax.Node, names map[string]bool) {
	walk(n, func(n syntax.Node) bool {
		if v, ok := n.(*syntax.Var); ok && v.Name != "_" {
			names[v.Name] = true
		}
		return true
	})
}

func callName(n syntax.Node) string {
	if c, ok := n.(*syntax.Call); ok && c.Target == nil {
		return c.Name
	}
	return ""
}

// startsProcess reports whether a statement starts a process, or waits in one.
func startsProcess(n syntax.Node) (found bool) {
	if callName(n) == "defmodule" {
		return false
	}
	walk(n, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok {
			target, _ := c.Target.(*syntax.Alias)
			found = found || target != nil && slices.Contains(starters, strings.Join(target.Segs, ".")) && strings.HasPrefix(c.Name, "start")
		}
		return !found
	})
	return found || sleepsForEver(n)
}

// sleepsForEver reports whether a statement is Process.sleep(:infinity).
func sleepsForEver(n syntax.Node) bool {
	c, ok := n.(*syntax.Call)
	if !ok || c.Name != "sleep" || len(c.Args) != 1 {
		return false
	}
	a, ok := c.Args[0].(*syntax.Atom)
	return ok && a.Name == "infinity"
}
