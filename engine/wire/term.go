package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"streamsplayground/engine/term"
)

// DecodeTerm decodes JSON as Jason.decode!/1 does: objects are maps with
// string keys, of which the last wins, null is nil, and numbers with a fraction
// or an exponent are floats.
func DecodeTerm(data []byte) (term.Term, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("decoding payload: %w", err)
	}
	return toTerm(v)
}

func toTerm(v any) (term.Term, error) {
	switch v := v.(type) {
	case nil:
		return term.Nil, nil
	case bool:
		return term.Bool(v), nil
	case string:
		return term.Binary(v), nil
	case json.Number:
		return number(v.String())
	case []any:
		elems := make([]term.Term, len(v))
		for i, e := range v {
			var err error
			if elems[i], err = toTerm(e); err != nil {
				return nil, err
			}
		}
		return term.NewList(elems...), nil
	}
	m := v.(map[string]any)
	b := term.NewMapBuilder(len(m))
	for k, e := range m {
		t, err := toTerm(e)
		if err != nil {
			return nil, err
		}
		b.Put(term.Binary(k), t)
	}
	return b.Map(), nil
}

func number(s string) (term.Term, error) {
	if strings.ContainsAny(s, ".eE") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, fmt.Errorf("decoding payload: number %s is too large", s)
		}
		return term.Float(f), nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return term.Int(n), nil
	}
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		return nil, fmt.Errorf("decoding payload: %s is not a number", s)
	}
	return term.NewBig(n), nil
}
