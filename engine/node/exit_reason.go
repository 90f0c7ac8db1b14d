package node

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// erlangReasons are the exceptions that stand for an error of the BEAM whose
// name says all.
var erlangReasons = map[string]string{
	"ArithmeticError": "badarith", "UndefinedFunctionError": "undef", "FunctionClauseError": "function_clause", "CondClauseError": "cond_clause",
}

// erlangPairs are those that go with a value, which a field of the exception
// has.
var erlangPairs = map[string]struct{ tag, field string }{
	"MatchError": {"badmatch", "term"}, "CaseClauseError": {"case_clause", "term"}, "TryClauseError": {"try_clause", "term"},
	"BadFunctionError": {"badfun", "term"}, "BadMapError": {"badmap", "term"}, "ErlangError": {"", "original"},
}

// erlangReason returns the reason that an exception has in the exit of a
// process: errors that the BEAM itself raises are no exceptions there.
func erlangReason(e *interp.Exception) term.Term {
	m, ok := e.Value.(*term.Map)
	if !ok || e.Limit != "" {
		return e.Value
	}
	name, _ := m.StructName()
	short := strings.TrimPrefix(name.Name(), "Elixir.")
	if reason, ok := erlangReasons[short]; ok {
		return term.NewAtom(reason)
	}
	if pair, ok := erlangPairs[short]; ok {
		v := m.GetAtom(term.NewAtom(pair.field))
		if pair.tag == "" {
			return v
		}
		return term.Tuple{term.NewAtom(pair.tag), v}
	}
	if short == "ArgumentError" {
		if text, ok := m.GetAtom(term.NewAtom("message")).(term.Binary); ok && (text == "argument error" || strings.HasPrefix(string(text), "errors were found at the given arguments:")) {
			return term.NewAtom("badarg")
		}
	}
	return e.Value
}
