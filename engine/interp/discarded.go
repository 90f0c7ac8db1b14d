package interp

import (
	"fmt"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// checkDiscarded warns about an expression whose value is not used and that
// does nothing else. As elixir_expand:expand_block/5 and the passes of Erlang's
// compiler.
func (c *compiler) checkDiscarded(n syntax.Node) {
	switch x := n.(type) {
	case *syntax.Int, *syntax.Float, *syntax.String:
		if v, ok := c.literal(n); ok {
			c.report(&source.Diagnostic{Severity: source.Warning, Span: n.Span(), Mark: source.MarkFile,
				Message: "code block contains unused literal " + term.Inspect(v) + " (remove the literal or assign it to _ to avoid warnings)"})
		}
	case *syntax.Var:
		if !strings.Contains(x.Name, hygiene) && pseudoVars[x.Name] == nil && c.known(x.Name) {
			c.warnf(x.Span(), "variable %s in code block has no effect as it is never returned (remove the variable or assign it to _ to avoid warnings)", x.Name)
		}
	case *syntax.Attr:
		if x.Value == nil {
			c.warnf(x.Span(), "module attribute @%s in code block has no effect as it is never returned (remove the attribute or assign it to _ to avoid warnings)", x.Name)
		}
	case *syntax.Binary:
		if v, ok := x.L.(*syntax.Var); ok && x.Op == "=" && plainName(v.Name) == "_" {
			c.checkUniq(x.R)
			return
		}
		c.checkOperator(x.Op, 2, x.OpAt)
	case *syntax.Unary:
		if _, isLiteral := c.literal(x); isLiteral {
			return
		}
		c.checkOperator(x.Op, 1, x.Span())
	case *syntax.Call:
		c.checkUniq(x)
		c.checkCall(x)
	}
}

// known reports whether there is a variable, without using it.
func (c *compiler) known(name string) bool {
	for _, v := range c.vars {
		if v.name == name {
			return true
		}
	}
	return false
}

// checkUniq warns about a comprehension that drops repeated values for nobody.
func (c *compiler) checkUniq(n syntax.Node) {
	x, ok := n.(*syntax.Call)
	if !ok || x.Target != nil || x.Name != "for" || len(x.Args) == 0 {
		return
	}
	if a, ok := c.keywordArg(x, len(x.Args)-1)["uniq"].(*syntax.Atom); ok && a.Name == "true" {
		c.warnf(x.Span(), "the :uniq option has no effect since the result of the for comprehension is not used")
	}
}

// ignored are the operators that may raise, by name and arity, and noEffect
// those that never do.
var (
	ignored = map[funcKey]bool{{"+", 2}: true, {"-", 2}: true, {"*", 2}: true, {"/", 2}: true, {"++", 2}: true, {"--", 2}: true,
		{"not", 1}: true, {"-", 1}: true, {"+", 1}: true}
	noEffect = map[string]bool{"==": true, "!=": true, "===": true, "!==": true, "<": true, ">": true, "<=": true, ">=": true}
)

func (c *compiler) checkOperator(op string, arity int, at source.Span) {
	switch {
	case c.overridden(op, arity):
	case noEffect[op] && arity == 2:
		c.warnLater(at, "use of operator %s has no effect", op)
	case ignored[funcKey{op, arity}]:
		c.warnLater(at, "the result of evaluating operator '%s'/%d is ignored (suppress the warning by assigning the expression to the _ variable)", op, arity)
	}
}

// checkCall warns about calls of Kernel that only tell something.
func (c *compiler) checkCall(x *syntax.Call) {
	n := len(x.Args)
	if x.Target != nil || x.Do != nil || c.localDef(x.Name, n) != nil || c.imported(x.Name, n) != nil || !c.b.findFunction(kernel, x.Name, n) {
		return
	}
	if _, quoted := quotedReceiver(x); quoted {
		return
	}
	switch name := x.Name; {
	case name == "self" && n == 0 || isTest(name) && n == 1:
		c.warnLater(nameSpanOf(x), "the call to %s/%d has no effect", name, n)
	case resultOnly[funcKey{name, n}] != "":
		c.warnLater(nameSpanOf(x), "the result of calling %s/%d is ignored (suppress the warning by assigning the expression to the _ variable)", resultOnly[funcKey{name, n}], n)
	}
}

// isTest reports whether a function of Kernel is a test of Erlang's.
func isTest(name string) bool {
	switch name {
	case "is_atom", "is_binary", "is_bitstring", "is_boolean", "is_float", "is_function", "is_integer", "is_list", "is_map",
		"is_number", "is_pid", "is_port", "is_reference", "is_tuple":
		return true
	}
	return false
}

// resultOnly are the functions of Kernel that may raise and do nothing else, by
// their names in Erlang.
var resultOnly = map[funcKey]string{{"length", 1}: "length", {"hd", 1}: "hd", {"tl", 1}: "tl", {"elem", 2}: "element", {"map_size", 1}: "map_size",
	{"tuple_size", 1}: "tuple_size", {"byte_size", 1}: "byte_size", {"bit_size", 1}: "bit_size", {"abs", 1}: "abs", {"round", 1}: "round", {"trunc", 1}: "trunc"}

// warnLater warns of what Erlang's compiler finds, which sees code that has no
// errors.
func (c *compiler) warnLater(at source.Span, format string, args ...any) {
	if c.b.errors() == 0 {
		c.b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkStart, Message: fmt.Sprintf(format, args...)})
	}
}
