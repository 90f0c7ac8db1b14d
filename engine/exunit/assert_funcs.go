package exunit

import (
	"fmt"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

func inspect(t *interp.Thread, v term.Term) string { return t.Inspect(v, term.InspectOptions{}) }

func assertionFuncs() []interp.NativeFunc {
	var out []interp.NativeFunc
	def := func(name string, f interp.Native, arities ...int) {
		for _, n := range arities {
			out = append(out, interp.NativeFunc{Name: name, Arity: n, Fn: f})
		}
	}
	def("__compare__", compareSides, 5)
	def("__truthy__", assertTruthy, 4)
	def("__no_match__", failMatch, 4)
	def("__matches__", assertMatches, 6)
	def("__timeout__", receiveTimeout, 2)
	def("__late__", failReceive, 5)
	def("__unexpected__", func(t *interp.Thread, a []term.Term) term.Term {
		flunk(t, "Unexpectedly received message "+inspect(t, a[0])+" (which matched "+printQuoted(a[1])+")")
		return nil
	}, 2)
	def("__equal__?", func(_ *interp.Thread, a []term.Term) term.Term { return term.Bool(term.StrictEqual(a[0], a[1])) }, 2)
	def("assert", assertMessage, 2)
	def("refute", func(t *interp.Thread, a []term.Term) term.Term {
		assertMessage(t, []term.Term{term.Bool(!term.Truthy(a[0])), a[1]})
		return term.False
	}, 2)
	def("flunk", func(t *interp.Thread, a []term.Term) term.Term {
		message := term.Term(term.Binary("Flunked!"))
		if len(a) == 1 {
			message = a[0]
		}
		if _, ok := message.(term.Binary); !ok {
			t.RaiseFunctionClause(assertions, "flunk", a)
		}
		return assertMessage(t, []term.Term{term.False, message})
	}, 0, 1)
	def("assert_raise", assertRaise, 2, 3)
	def("assert_in_delta", assertInDelta, 3, 4)
	def("refute_in_delta", refuteInDelta, 3, 4)
	return out
}

// fail raises an ExUnit.AssertionError.
func fail(t *interp.Thread, fields ...any) {
	t.RaiseNew("ExUnit.AssertionError", fields...)
}

func flunk(t *interp.Thread, message string) { fail(t, "message", term.Binary(message)) }

// assertMessage is assert/2 with a message or the fields of the error.
func assertMessage(t *interp.Thread, a []term.Term) term.Term {
	var fields []any
	switch x := a[1].(type) {
	case term.Binary:
		fields = []any{"message", x}
	case *term.List:
		for _, e := range elements(x) {
			k, v, _ := pair(e)
			name, _ := k.(term.Atom)
			fields = append(fields, name.Name(), v)
		}
	default:
		t.RaiseFunctionClause(assertions, "assert", a)
	}
	if !term.Truthy(a[0]) {
		fail(t, fields...)
	}
	return term.True
}

// compare applies an operator of Kernel.
func compare(t *interp.Thread, op string, l, r term.Term) bool {
	switch op {
	case "==":
		return term.Equal(l, r)
	case "!=":
		return !term.Equal(l, r)
	case "===":
		return term.StrictEqual(l, r)
	case "!==":
		return !term.StrictEqual(l, r)
	case "<":
		return term.Compare(l, r) < 0
	case ">":
		return term.Compare(l, r) > 0
	case "<=":
		return term.Compare(l, r) <= 0
	case ">=":
		return term.Compare(l, r) >= 0
	case "in":
		return term.Truthy(t.Apply(term.NewModule("Enum"), "member?", r, l))
	}
	return term.Truthy(t.Apply(term.NewModule("Kernel"), op, l, r))
}

var (
	equalFailsAssert = map[string]bool{"<": true, ">": true, "!==": true, "!=": true}
	equalFailsRefute = map[string]bool{"<=": true, ">=": true, "===": true, "==": true, "=~": true}
)

// compareSides is assert left op right, and refute.
func compareSides(t *interp.Thread, a []term.Term) term.Term {
	kind, op := a[0].(term.Atom).Name(), a[1].(term.Atom).Name()
	left, right, code := a[2], a[3], a[4]
	message, equalFails := "Assertion with "+op+" failed", equalFailsAssert[op]
	if kind == "refute" {
		message, equalFails = "Refute with "+op+" failed", equalFailsRefute[op]
	}
	if equalFails && term.StrictEqual(left, right) {
		fail(t, "left", left, "expr", code, "message", term.Binary(message+", both sides are exactly equal"))
	}
	if compare(t, op, left, right) != (kind == "assert") {
		context := atomTerm("==")
		if op == "===" || op == "!==" {
			context = atomTerm("===")
		}
		fail(t, "left", left, "right", right, "expr", code, "message", term.Binary(message), "context", context)
	}
	return term.Bool(kind == "assert")
}

// assertTruthy is assert value, and refute; kind is "match" for the value that
// a pattern took.
func assertTruthy(t *interp.Thread, a []term.Term) term.Term {
	kind, value := a[0].(term.Atom).Name(), a[1]
	switch {
	case kind == "refute" && term.Truthy(value):
		fail(t, "args", a[2], "expr", a[3], "message", term.Binary("Expected false or nil, got "+inspect(t, value)))
	case kind != "refute" && !term.Truthy(value):
		fail(t, "args", a[2], "expr", a[3], "message", term.Binary("Expected truthy, got "+inspect(t, value)))
	}
	return value
}

// pinsText is what a message says about the variables that were pinned.
func pinsText(t *interp.Thread, list term.Term) string {
	var lines []string
	for _, e := range elements(list) {
		key, v, _ := pair(e)
		name, context, _ := pair(key)
		if context != term.Term(term.Nil) {
			continue
		}
		lines = append([]string{name.(term.Atom).Name() + " = " + inspect(t, v)}, lines...)
	}
	if len(lines) == 0 {
		return ""
	}
	return "\nThe following variables were pinned:\n  " + strings.Join(lines, "\n  ")
}

func matchContext(pins term.Term) term.Term { return term.Tuple{atomTerm("match"), pins} }

func failMatch(t *interp.Thread, a []term.Term) term.Term {
	fail(t, "left", a[1], "right", a[0], "expr", a[3], "message", term.Binary("match (=) failed"+pinsText(t, a[2])), "context", matchContext(a[2]))
	return nil
}

// assertMatches is assert match?(pattern, value), and refute.
func assertMatches(t *interp.Thread, a []term.Term) term.Term {
	kind, matched := a[0].(term.Atom).Name(), term.Truthy(a[1])
	message := ""
	switch {
	case kind == "assert" && !matched:
		message = "match (match?) failed"
	case kind == "refute" && matched:
		message = "match (match?) succeeded, but should have failed"
	default:
		return a[1]
	}
	fail(t, "left", a[3], "right", a[2], "expr", a[5], "message", term.Binary(message+pinsText(t, a[4])), "context", matchContext(a[4]))
	return nil
}

// receiveTimeout is the timeout of assert_receive and refute_receive.
func receiveTimeout(t *interp.Thread, a []term.Term) term.Term {
	switch n := a[0].(type) {
	case term.Int:
		if n >= 0 {
			return n
		}
	case term.Atom:
		if n == term.Nil {
			return settingsOf(t).get(a[1].(term.Atom).Name())
		}
	}
	t.RaiseArgument("timeout must be a non-negative integer, got: %s", inspect(t, a[0]))
	return nil
}

// maxMailbox is how many messages a failed assert_receive shows.
const maxMailbox = 10

// failReceive reports that no message came.
func failReceive(t *interp.Thread, a []term.Term) term.Term {
	pattern, code, pins, finder, timeout := a[0], a[1], a[2], a[3], a[4]
	var messages []term.Term
	if p := node.Of(t); p != nil {
		messages = p.Messages()
	}
	for _, m := range messages {
		if term.Truthy(t.Call(finder, m)) {
			fail(t, "expr", code, "message", term.Binary(fmt.Sprintf(`Found message matching %s after %sms.

This means the message was delivered too close to the timeout value, you may want to either:

  1. Give an increased timeout to `+"`assert_receive/2`"+`
  2. Increase the default timeout to all `+"`assert_receive`"+` in your
     test_helper.exs by setting ExUnit.configure(assert_receive_timeout: ...)
`, printQuoted(pattern), term.Inspect(timeout))))
		}
	}
	n, shown := len(messages), messages
	if n > maxMailbox {
		shown = messages[n-maxMailbox:]
	}
	mailbox := "\nThe process mailbox is empty."
	switch {
	case n == 1:
		mailbox = "\nShowing 1 of 1 message in the mailbox"
	case n > 1:
		mailbox = fmt.Sprintf("\nShowing %d of %d messages in the mailbox", len(shown), n)
	}
	fail(t, "left", pattern, "expr", code,
		"message", term.Binary("Assertion failed, no matching message after "+term.Inspect(timeout)+"ms"+pinsText(t, pins)+mailbox),
		"context", term.Tuple{atomTerm("mailbox"), pins, term.NewList(shown...)})
	return nil
}

// printQuoted is Macro.to_string/1.
func printQuoted(v term.Term) string { return interp.PrintQuoted(v) }

// assertRaise is assert_raise/2 and /3.
func assertRaise(t *interp.Thread, a []term.Term) term.Term {
	want, fun := a[0], a[len(a)-1]
	_, e := t.Try(func() term.Term { return t.Call(fun) })
	if e == nil {
		flunk(t, "Expected exception "+inspect(t, want)+" but nothing was raised")
	}
	if e.Kind != term.Err {
		t.Reraise(e)
	}
	value := t.Normalize(e.Value)
	m, _ := value.(*term.Map)
	name, _ := m.StructName()
	switch {
	case term.Term(name) == want:
		if _, failed := t.Try(func() term.Term { return t.Apply(name, "message", value) }); failed != nil {
			flunk(t, "Got exception "+term.Inspect(name)+" but it failed to produce a message with:\n\n"+failed.Format())
		}
	case name == term.NewModule("ExUnit.AssertionError"):
		t.Reraise(e)
	default:
		e.Value = t.NewException("ExUnit.AssertionError", "message", term.Binary("Expected exception "+inspect(t, want)+
			" but got "+term.Inspect(name)+" ("+messageOf(t, value)+")"))
		t.Reraise(e)
	}
	if len(a) == 3 {
		checkMessage(t, want, a[1], messageOf(t, value))
	}
	return value
}

func messageOf(t *interp.Thread, e term.Term) string {
	s, _ := t.Apply(term.NewModule("Exception"), "message", e).(term.Binary)
	return string(s)
}

func checkMessage(t *interp.Thread, name, want term.Term, got string) {
	ok := false
	switch w := want.(type) {
	case term.Binary:
		ok = string(w) == got
	case *term.Map:
		if n, _ := w.StructName(); n != term.NewModule("Regex") {
			t.RaiseNew("CondClauseError")
		}
		ok = compare(t, "=~", term.Binary(got), want)
	default:
		if s, isStruct := want.(term.Struct); isStruct {
			checkMessage(t, name, s.AsMap(), got)
			return
		}
		t.RaiseNew("CondClauseError")
	}
	if !ok {
		flunk(t, "Wrong message for "+inspect(t, name)+"\nexpected:\n  "+inspect(t, want)+"\nactual:\n  "+inspect(t, term.Binary(got)))
	}
}

// difference is abs(a - b).
func difference(t *interp.Thread, a, b term.Term) term.Term {
	return t.Apply(term.NewModule("Kernel"), "abs", t.Arith("-", a, b))
}

func assertInDelta(t *interp.Thread, a []term.Term) term.Term {
	if term.Compare(a[2], term.Int(0)) < 0 {
		t.RaiseArgument("delta must always be a positive number, got: %s", inspect(t, a[2]))
	}
	diff := difference(t, a[0], a[1])
	message := "Expected the difference between " + inspect(t, a[0]) + " and " + inspect(t, a[1]) + " (" + inspect(t, diff) +
		") to be less than or equal to " + inspect(t, a[2])
	given := term.Term(term.Binary(message))
	if len(a) == 4 && term.Truthy(a[3]) {
		given = a[3]
	}
	return assertMessage(t, []term.Term{term.Bool(term.Compare(diff, a[2]) <= 0), given})
}

func refuteInDelta(t *interp.Thread, a []term.Term) term.Term {
	diff := difference(t, a[0], a[1])
	message := "Expected the difference between " + inspect(t, a[0]) + " and " + inspect(t, a[1]) + " (" + inspect(t, diff) +
		") to be more than " + inspect(t, a[2])
	if len(a) == 4 && term.Truthy(a[3]) {
		message = t.ToString(a[3]) + " (difference between " + inspect(t, a[0]) + " and " + inspect(t, a[1]) + " is less than " + inspect(t, a[2]) + ")"
	}
	if term.Compare(diff, a[2]) < 0 {
		flunk(t, message)
	}
	return term.False
}
