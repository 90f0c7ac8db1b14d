package interp

import (
	"slices"
	"strings"

	"streamsplayground/engine/term"
)

// plainReasons are the exceptions that stand for an error of the BEAM whose
// name says all.
var plainReasons = map[string]string{
	"ArithmeticError": "badarith", "UndefinedFunctionError": "undef", "FunctionClauseError": "function_clause",
	"CondClauseError": "cond_clause", "SystemLimitError": "system_limit",
}

// pairReasons are those that go with a value, which a field of the exception
// has.
var pairReasons = map[string]struct{ tag, field string }{
	"MatchError": {"badmatch", "term"}, "CaseClauseError": {"case_clause", "term"}, "TryClauseError": {"try_clause", "term"},
	"WithClauseError": {"else_clause", "term"}, "BadFunctionError": {"badfun", "term"}, "BadMapError": {"badmap", "term"}, "ErlangError": {"", "original"},
}

// Reason returns the error as catch gets it, and as it is in the exit of a
// process: one that the BEAM itself raises is no exception there.
func (e *Exception) Reason() term.Term {
	if e.written || e.Kind != term.Err || e.Limit != "" {
		return e.Value
	}
	return erlangReason(e.Value, e.Stack)
}

// RaiseReason raises what catch got, with the stack trace that it had. It does
// not return.
func (t *Thread) RaiseReason(reason term.Term, stack []Frame) {
	panic(&raised{kind: term.Err, value: t.NormalizeAt(reason, stack), stack: stack, written: isException(reason)})
}

// reason is Reason for what is caught.
func (x *raised) reason() term.Term {
	if x.written || x.kind != term.Err || x.limit != "" {
		return x.value
	}
	return erlangReason(x.value, x.stack)
}

// told is the stack trace as code sees it, which knows more of an error than
// its reason says.
func (x *raised) told() []Frame {
	m, ok := term.AsMap(x.value)
	if !ok || len(x.stack) == 0 {
		return x.stack
	}
	reason := x.reason()
	_, isPair := reason.(term.Tuple)
	if name, _ := m.StructName(); reason != term.Term(term.NewAtom("badarg")) && (!isPair || name != term.NewModule("KeyError")) {
		return x.stack
	}
	stack := slices.Clone(x.stack)
	stack[0].Cause = m
	return stack
}

func erlangReason(v term.Term, stack []Frame) term.Term {
	m, ok := term.AsMap(v)
	if !ok {
		return v
	}
	name, _ := m.StructName()
	short := strings.TrimPrefix(name.Name(), "Elixir.")
	if reason, ok := plainReasons[short]; ok {
		return term.NewAtom(reason)
	}
	if pair, ok := pairReasons[short]; ok {
		if pair.tag == "" {
			return field(m, pair.field)
		}
		return term.Tuple{term.NewAtom(pair.tag), field(m, pair.field)}
	}
	switch short {
	case "BadBooleanError":
		return term.Tuple{term.NewAtom("badbool"), field(m, "operator"), field(m, "term")}
	case "BadArityError":
		return term.Tuple{term.NewAtom("badarity"), term.Tuple{field(m, "function"), field(m, "args")}}
	case "KeyError":
		return keyReason(m, stack)
	case "ArgumentError":
		if text, ok := field(m, "message").(term.Binary); ok && (text == "argument error" || strings.HasPrefix(string(text), "errors were found at the given arguments:")) {
			return term.NewAtom("badarg")
		}
	}
	return v
}

// keyReason is the reason of a KeyError: that of a map's key is the BEAM's,
// which names the map only for map.key.
func keyReason(m *term.Map, stack []Frame) term.Term {
	in, isMap := field(m, "term").(*term.Map)
	if !isMap {
		if why, ok := field(m, "message").(term.Binary); ok && strings.Contains(string(why), "using the dot syntax") {
			return term.Tuple{term.NewAtom("badkey"), field(m, "key"), field(m, "term")}
		}
		if field(m, "term") == term.Term(term.Nil) && field(m, "message") == term.Term(term.Nil) { // %{map | key: value}
			return term.Tuple{term.NewAtom("badkey"), field(m, "key")}
		}
		return m
	}
	if _, isStruct := in.StructName(); len(stack) > 0 && stack[0].Module == term.NewModule("Map") && !isStruct {
		return term.Tuple{term.NewAtom("badkey"), field(m, "key")}
	}
	return term.Tuple{term.NewAtom("badkey"), field(m, "key"), in}
}
