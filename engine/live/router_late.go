package live

import (
	"errors"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// lateCall is a macro of a router that stands inside of other code of the
// module's body, such as a comprehension or a condition. Its arguments are only
// known, and it only counts, when that code runs.
type lateCall struct {
	routerCall
	run func(*routerCall) (syntax.Node, error)
}

// Kind implements term.Term.
func (*lateCall) Kind() term.Kind { return term.KindRef }

// later expands a macro to a call that does what it says when it is run. The
// body of a do-block follows, and what ends it is expanded in the same way.
func (c *routerCall) later(run func(*routerCall) (syntax.Node, error)) syntax.Node {
	at := syntax.At{At: c.call.Span()}
	call := remoteCall(c.call.Span(), moduleNode(c.call.Span(), "Phoenix.Router"), lateName,
		interp.Value(&lateCall{routerCall: *c, run: run}, c.call.Span()), &syntax.List{At: at, Elems: c.args})
	if c.body == nil {
		return call
	}
	end, ok := ends[c.call.Name]
	if !ok {
		return call
	}
	block := c.around(end[:len(end)-1], end[len(end)-1]).(*syntax.Block)
	block.Exprs = append([]syntax.Node{call}, block.Exprs...)
	return block
}

const lateName = "__late__"

// ends are the macros that end the do-blocks of others, by module and name.
var ends = map[string][]string{
	"scope":        {"Phoenix", "Router", "__end_scope__"},
	"resources":    {"Phoenix", "Router", "__end_scope__"},
	"pipeline":     {"Phoenix", "Router", "__end_pipeline__"},
	"live_session": {"Phoenix", "LiveView", "Router", "__end_live_session__"},
}

// routeLate is Phoenix.Router.__late__(call, arguments).
func routeLate(t *interp.Thread, args []term.Term) term.Term {
	late, ok := args[0].(*lateCall)
	list, isList := args[1].(*term.List)
	if !ok || !isList {
		return nil
	}
	c := late.routerCall
	c.values = map[syntax.Node]term.Term{}
	i := 0
	for v := range list.All() {
		c.values[c.args[i]] = v
		i++
	}
	if _, err := late.run(&c); err != nil {
		var d *source.Diagnostic
		if !errors.As(err, &d) {
			t.RaiseNew("ArgumentError", "message", term.Binary(err.Error()))
		}
		c.env.Report(d)
	}
	return term.NewAtom("ok")
}

// eval is the value of an argument.
func (c *routerCall) eval(n syntax.Node) (term.Term, error) {
	if v, ok := c.values[n]; ok {
		return v, nil
	}
	return c.env.Eval(n)
}

// expand is the module that an argument names.
func (c *routerCall) expand(n syntax.Node) (term.Atom, bool) {
	if v, ok := c.values[n]; ok {
		a, isAtom := v.(term.Atom)
		return a, isAtom
	}
	return c.env.Expand(n)
}
