package interp

import "streamsplayground/engine/term"

// exceptionFunctions is the module Exception.
func exceptionFunctions() *NativeModule {
	return &NativeModule{Name: "Exception", Callbacks: []NativeCallback{{"exception", 1, false}, {"message", 1, false}, {"blame", 2, true}}, Funcs: []NativeFunc{
		{"message", 1, func(t *Thread, a []term.Term) term.Term {
			if !isException(a[0]) {
				t.RaiseFunctionClause("Exception", "message", a)
			}
			return term.Binary(t.message(a[0]))
		}},
		{"exception?", 1, func(_ *Thread, a []term.Term) term.Term { return term.Bool(isException(a[0])) }},
		{"normalize", 2, normalizeNative}, {"normalize", 3, normalizeNative},
		{"format_banner", 2, bannerNative}, {"format_banner", 3, bannerNative},
		{"format", 2, formatNative}, {"format", 3, formatNative},
		{"format_stacktrace", 1, func(_ *Thread, a []term.Term) term.Term {
			return term.Binary(formatFrames(framesOf(a[0])))
		}},
		{"format_exit", 1, func(_ *Thread, a []term.Term) term.Term { return term.Binary(FormatExit(a[0])) }},
		{"format_mfa", 3, func(_ *Thread, a []term.Term) term.Term {
			mod, _ := a[0].(term.Atom)
			name, _ := a[1].(term.Atom)
			if l, ok := a[2].(*term.List); ok {
				args, _ := l.Slice()
				return term.Binary(FormatMFA(mod, name.Name(), len(args), append([]term.Term{}, args...)))
			}
			n, _ := a[2].(term.Int)
			return term.Binary(FormatMFA(mod, name.Name(), int(n), nil))
		}},
		{"blame", 3, func(t *Thread, a []term.Term) term.Term {
			if a[0] != term.Term(term.Err) {
				return term.Tuple{a[1], a[2]}
			}
			return term.Tuple{t.Blame(t.NormalizeAt(a[1], framesOf(a[2])), framesOf(a[2])), a[2]}
		}},
	}}
}

// Blame returns an exception that says more, as Exception.blame/3: with the
// hints in its message, or the arguments of the function that had no clause.
func (t *Thread) Blame(e term.Term, stack []Frame) term.Term {
	m, ok := term.AsMap(e)
	name, _ := structName(e)
	if !ok {
		return e
	}
	if name == term.NewModule("FunctionClauseError") {
		if len(stack) > 0 && stack[0].Args != nil {
			return m.Put(term.NewAtom("args"), term.NewList(stack[0].Args...))
		}
		return e
	}
	more := t.blame(&raised{kind: term.Err, value: e, stack: stack})
	if more == "" {
		return e
	}
	return m.Put(atomMessage, term.Binary(t.message(e)+more))
}

func normalizeNative(t *Thread, a []term.Term) term.Term {
	if a[0] == term.Term(term.Err) {
		if len(a) == 3 {
			return t.NormalizeAt(a[1], framesOf(a[2]))
		}
		return t.Normalize(a[1])
	}
	return a[1]
}

// exceptionOf is the exception that kind, reason and stack trace describe.
func exceptionOf(t *Thread, a []term.Term) *Exception {
	kind, _ := a[0].(term.Atom)
	e := &Exception{Kind: kind, Value: a[1]}
	if len(a) == 3 {
		e.Stack = framesOf(a[2])
	}
	if kind == term.Err {
		e.Value = t.NormalizeAt(a[1], e.Stack)
		e.message = t.message(e.Value)
	}
	return e
}

func bannerNative(t *Thread, a []term.Term) term.Term { return term.Binary(exceptionOf(t, a).Error()) }

func formatNative(t *Thread, a []term.Term) term.Term { return term.Binary(exceptionOf(t, a).Format()) }
