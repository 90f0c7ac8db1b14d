package interp

import (
	"fmt"

	"streamsplayground/engine/term"
)

// escapeTerm returns quoted code whose value is the term, as Macro.escape/1.
// What cannot be escaped stays as it is.
func escapeTerm(v term.Term) term.Term {
	out, _ := escape(v)
	return out
}

const escapeHint = ". The supported values are: lists, tuples, maps, atoms, numbers, bitstrings, PIDs and remote functions in the format &Mod.fun/arity"

// escape is escapeTerm with the text of Elixir's error for what cannot be
// escaped.
func escape(v term.Term) (term.Term, error) {
	switch x := v.(type) {
	case term.Tuple:
		elems, err := escapeAll(x)
		if err != nil || len(x) == 2 {
			return term.Tuple(elems), err
		}
		return triple(atomTuple, term.Empty, term.NewList(elems...)), nil
	case *term.List:
		return escapeList(x)
	case *term.Bits:
		rest := x.Len % 8
		whole := x.Len / 8
		last := term.Int(x.Bytes[whole]) >> (8 - rest)
		size := triple(term.NewAtom("size"), term.Empty, term.NewList(term.Int(rest)))
		return triple(atomBits, term.Empty, term.NewList(
			triple(atomType, term.Empty, term.NewList(term.Binary(x.Bytes[:whole]), triple(term.NewAtom("binary"), term.Empty, term.Nil))),
			triple(atomType, term.Empty, term.NewList(last, size)))), nil
	case *term.Fun:
		if !x.External {
			return v, fmt.Errorf("cannot escape %s%s", term.Inspect(v), escapeHint)
		}
		dot := triple(atomDot, term.Empty, term.NewList(x.Module, x.Name))
		slash := triple(term.NewAtom("/"), term.Empty, term.NewList(
			triple(dot, term.Keyword("no_parens", term.True), term.Empty), term.Int(x.Arity)))
		return triple(atomCapture, term.Empty, term.NewList(slash)), nil
	case term.Ref:
		return v, fmt.Errorf("cannot escape %s%s", term.Inspect(v), escapeHint)
	}
	m, ok := term.AsMap(v)
	if !ok {
		return v, nil
	}
	var pairs []term.Term
	for k, e := range m.All() {
		if _, isRef := e.(term.Ref); isRef {
			return v, fmt.Errorf("%s contains a reference (%s) and therefore it cannot be escaped (it must be defined within a function instead)%s",
				term.Inspect(v), term.Inspect(e), escapeHint)
		}
		pair, err := escapeAll([]term.Term{k, e})
		if err != nil {
			return v, err
		}
		pairs = append(pairs, term.Tuple(pair))
	}
	return triple(atomMap, term.Empty, term.NewList(pairs...)), nil
}

func escapeAll(in []term.Term) ([]term.Term, error) {
	out := make([]term.Term, len(in))
	for i, e := range in {
		v, err := escape(e)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func escapeList(l *term.List) (term.Term, error) {
	var elems []term.Term
	var rest term.Term = l
	for {
		cell, ok := rest.(*term.List)
		if !ok || cell == nil {
			break
		}
		elems, rest = append(elems, cell.Head), cell.Tail
	}
	out, err := escapeAll(elems)
	if err != nil {
		return l, err
	}
	if _, ok := rest.(*term.List); !ok {
		tail, err := escape(rest)
		if err != nil {
			return l, err
		}
		last := len(out) - 1
		out[last] = triple(atomCons, term.Empty, term.NewList(out[last], tail))
	}
	return term.NewList(out...), nil
}
