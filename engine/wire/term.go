package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

// DecodeTerm decodes JSON as Jason.decode!/1 does: objects are maps with
// string keys, of which the last wins, null is nil, and numbers with a fraction
// or an exponent are floats.
func DecodeTerm(data []byte) (term.Term, error) {
	if !json.Valid(data) {
		return nil, errors.New("decoding payload: not JSON")
	}
	v, _, err := value(data, skipSpace(data, 0))
	return v, err
}

// DecodeValid is DecodeTerm for the payload of a Message that DecodeText
// returned: it is JSON, and known to be.
func DecodeValid(payload []byte) (term.Term, error) {
	v, _, err := value(payload, skipSpace(payload, 0))
	return v, err
}

// value decodes the value at i of valid JSON, and returns its end.
func value(data []byte, i int) (v term.Term, end int, err error) {
	switch data[i] {
	case 'n':
		return term.Nil, i + len("null"), nil
	case 't':
		return term.True, i + len("true"), nil
	case 'f':
		return term.False, i + len("false"), nil
	case '"':
		return stringAt(data, i)
	case '[':
		return array(data, i)
	case '{':
		return object(data, i)
	}
	for end = i + 1; end < len(data) && strings.IndexByte("0123456789+-.eE", data[end]) >= 0; {
		end++
	}
	v, err = number(string(data[i:end]))
	return v, end, err
}

func stringAt(data []byte, i int) (term.Term, int, error) {
	end := skipString(data, i)
	raw := data[i:end]
	if inner := raw[1 : len(raw)-1]; !slices.Contains(inner, '\\') && utf8.Valid(inner) {
		if w := word(inner); w != nil {
			return w, end, nil
		}
		return term.Binary(inner), end, nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, end, fmt.Errorf("decoding payload: %w", err)
	}
	return term.Binary(s), end, nil
}

// word returns a word that nearly every event has, made once, and nil for any
// other.
func word(s []byte) term.Term {
	switch string(s) {
	case "":
		return term.Binary("")
	case "type":
		return term.Binary("type")
	case "event":
		return term.Binary("event")
	case "value":
		return term.Binary("value")
	case "meta":
		return term.Binary("meta")
	case "click":
		return term.Binary("click")
	case "form":
		return term.Binary("form")
	}
	return nil
}

func array(data []byte, i int) (term.Term, int, error) {
	var elems []term.Term
	for i = skipSpace(data, i+1); data[i] != ']'; {
		v, end, err := value(data, i)
		if err != nil {
			return nil, end, err
		}
		elems = append(elems, v)
		i = next(data, end)
	}
	return term.NewList(elems...), i + 1, nil
}

func object(data []byte, i int) (term.Term, int, error) {
	b := term.NewMapBuilder(4)
	for i = skipSpace(data, i+1); data[i] != '}'; {
		k, end, err := stringAt(data, i)
		if err != nil {
			return nil, end, err
		}
		i = skipSpace(data, end) // at the colon
		v, end, err := value(data, skipSpace(data, i+1))
		if err != nil {
			return nil, end, err
		}
		b.Put(k, v)
		i = next(data, end)
	}
	return b.Map(), i + 1, nil
}

// next returns where the next element of an array or object begins, or where
// its bracket is.
func next(data []byte, i int) int {
	i = skipSpace(data, i)
	if data[i] == ',' {
		i = skipSpace(data, i+1)
	}
	return i
}

// maxDigits bounds an integer: to read one takes quadratic time.
const maxDigits = 10_000

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
	if len(s) > maxDigits {
		return nil, fmt.Errorf("decoding payload: a number of more than %d digits", maxDigits)
	}
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		return nil, fmt.Errorf("decoding payload: %s is not a number", s)
	}
	return term.NewBig(n), nil
}
