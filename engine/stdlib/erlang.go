package stdlib

import (
	"hash/fnv"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// erlangFromKernel are the functions that Kernel has under the same name.
var erlangFromKernel = []string{
	"abs", "apply", "binary_part", "bit_size", "byte_size", "ceil", "div", "exit", "floor", "hd", "is_atom", "is_binary",
	"is_bitstring", "is_boolean", "is_float", "is_function", "is_integer", "is_list", "is_map", "is_number",
	"is_pid", "is_port", "is_reference", "is_tuple", "length", "make_ref", "map_size", "max", "min", "node", "not", "rem",
	"round", "self", "send", "spawn", "spawn_link", "throw", "tl", "trunc", "tuple_size", "+", "-", "*", "/", "++", "--",
	"==", "<", ">", ">=",
}

func erlangMod() *interp.NativeModule {
	m := erlangModule("erlang")
	wanted := map[string]bool{}
	for _, n := range erlangFromKernel {
		wanted[n] = true
	}
	for _, f := range kernelModule().Funcs {
		if wanted[f.Name] {
			m.m.Funcs = append(m.m.Funcs, f)
		}
		for erl, ex := range map[string]string{"=:=": "===", "=/=": "!==", "/=": "!=", "=<": "<="} {
			if f.Name == ex {
				m.add(erl, f.Arity, f.Fn)
			}
		}
	}
	defBitOps(m, false)
	defExternalTerms(m)
	defErlangText(m)
	defErlangTime(m)
	defErlangTuples(m)
	defErlangProcess(m)
	return m.m
}

// defErlangProcess defines what asks about processes.
func defErlangProcess(m *textModule) {
	info := func(c call) term.Term {
		v := c.t.Apply(term.NewModule("Process"), "info", c.a...)
		if v == term.Term(term.Nil) {
			return atomTerm("undefined")
		}
		if item, name, ok := pairOf(v); ok && isAtom(item, "registered_name") && name == term.Term(term.Empty) {
			return term.Empty
		}
		return v
	}
	m.def("process_info", 1, info)
	m.def("process_info", 2, info)
}

func defErlangText(m *textModule) {
	m.def("integer_to_binary", 2, func(c call) term.Term { return bin(integerText(c)) }, term.Int(10))
	m.def("integer_to_list", 2, func(c call) term.Term { return term.Charlist(integerText(c)) }, term.Int(10))
	m.def("binary_to_integer", 2, func(c call) term.Term { return binaryToInteger(c, c.binary(0), c.int(1)) }, term.Int(10))
	m.def("list_to_integer", 2, func(c call) term.Term { return binaryToInteger(c, c.chars(0), c.int(1)) }, term.Int(10))
	m.def("binary_to_float", 1, func(c call) term.Term { return binaryToFloat(c, c.binary(0)) })
	m.def("list_to_float", 1, func(c call) term.Term { return binaryToFloat(c, c.chars(0)) })
	m.def("float_to_binary", 2, func(c call) term.Term { return bin(floatFormat(c)) }, term.Empty)
	m.def("float_to_list", 2, func(c call) term.Term { return term.Charlist(floatFormat(c)) }, term.Empty)
	m.def("float", 1, func(c call) term.Term { return c.mathCall(c.mathArg(0)) })
	m.def("atom_to_binary", 2, func(c call) term.Term { return bin(c.atomName(0)) }, atomTerm("utf8"))
	m.def("atom_to_list", 1, func(c call) term.Term { return term.Charlist(c.atomName(0)) })
	m.def("binary_to_atom", 2, func(c call) term.Term { return binaryToAtom(c, c.binary(0)) }, atomTerm("utf8"))
	m.def("binary_to_existing_atom", 2, func(c call) term.Term {
		return binaryToExistingAtom(c, c.binary(0))
	}, atomTerm("utf8"))
	m.def("list_to_atom", 1, func(c call) term.Term { return binaryToAtom(c, c.chars(0)) })
	m.def("list_to_existing_atom", 1, func(c call) term.Term { return binaryToExistingAtom(c, c.chars(0)) })
	m.def("iolist_to_binary", 1, func(c call) term.Term { return c.result(c.iodata(0)) })
	m.def("list_to_binary", 1, func(c call) term.Term {
		s, ok := ioData(c.a[0], false)
		if !ok || !isKind(c.a[0], term.KindList) {
			return c.badArg(1, "not an iolist term")
		}
		return c.result(s)
	})
	m.def("iolist_size", 1, func(c call) term.Term { return term.Int(len(c.iodata(0))) })
	m.def("binary_to_list", 1, func(c call) term.Term { return byteList(c.binary(0)) })
	m.def("binary_to_list", 3, func(c call) term.Term {
		s, from, to := c.binary(0), c.positive(1), c.positive(2)
		if to > len(s) || from > to {
			return c.badArg(2, "out of range")
		}
		return byteList(s[from-1 : to])
	})
	m.def("split_binary", 2, func(c call) term.Term {
		s, n := c.binary(0), c.int(1)
		if n < 0 || n > len(s) {
			return c.badArg(2, "out of range")
		}
		return tuple(bin(s[:n]), bin(s[n:]))
	})
}

func (c call) binary(i int) string {
	s, ok := c.a[i].(term.Binary)
	if !ok {
		c.badArg(i+1, "not a binary")
	}
	return string(s)
}

func (c call) chars(i int) string {
	s, ok := ioData(c.a[i], true)
	if _, list := c.a[i].(*term.List); !ok || !list {
		c.badArg(i+1, "not a list of characters")
	}
	return s
}

func (c call) iodata(i int) string {
	s, ok := ioData(c.a[i], false)
	if !ok {
		c.badArg(i+1, "not an iodata term")
	}
	c.t.Burn(1 + len(s)/1024)
	return s
}

func (c call) atomName(i int) string {
	a, ok := c.a[i].(term.Atom)
	if !ok {
		c.badArg(i+1, "not an atom")
	}
	return a.Name()
}

// byteList returns the bytes of a binary.
func byteList(s string) *term.List {
	out := make([]term.Term, len(s))
	for i := range len(s) {
		out[i] = term.Int(s[i])
	}
	return term.NewList(out...)
}

// floatFormat is float_to_binary/2 with its options.
func floatFormat(c call) string {
	f, ok := c.a[0].(term.Float)
	if !ok {
		c.badArg(1, "not a float")
	}
	decimals, scientific, compact := -1, 20, false
	for o := range c.opts(1).All() {
		switch {
		case isAtom(o, "short"):
			return term.Inspect(f)
		case isAtom(o, "compact"):
			compact = true
		default:
			k, v, ok := pairOf(o)
			n, isInt := v.(term.Int)
			if !ok || !isInt || n < 0 || n > 253 {
				c.badArg(2, "invalid option in list")
			}
			if isAtom(k, "decimals") {
				decimals = int(n)
			} else {
				decimals, scientific = -1, int(n)
			}
		}
	}
	if decimals < 0 {
		s := strconv.FormatFloat(float64(f), 'e', scientific, 64)
		return s
	}
	s := strconv.FormatFloat(float64(f), 'f', decimals, 64)
	if compact && strings.Contains(s, ".") {
		s = strings.TrimRight(s, "0")
		if strings.HasSuffix(s, ".") {
			s += "0"
		}
	}
	return s
}

// uniqueInteger counts for unique_integer.
var uniqueInteger atomic.Int64

// bootTime is where monotonic time starts.
var bootTime = time.Now()

func defErlangTime(m *textModule) {
	native := atomTerm("native")
	unique := func(c call) term.Term {
		n := uniqueInteger.Add(1)
		for o := range c.opts(0).All() {
			if isAtom(o, "positive") || isAtom(o, "monotonic") {
				return term.Int(n)
			}
		}
		return term.Int(n - 1<<59)
	}
	m.def("unique_integer", 1, unique, term.Empty)
	m.def("monotonic_time", 1, func(c call) term.Term {
		return term.NewBig(convertUnit(bigInt(int64(time.Since(bootTime))), 1_000_000_000, c.unit(c.a[0])))
	}, native)
	m.def("system_time", 1, func(c call) term.Term {
		return term.NewBig(convertUnit(bigInt(time.Now().UnixNano()), 1_000_000_000, c.unit(c.a[0])))
	}, native)
	m.def("convert_time_unit", 3, func(c call) term.Term {
		return term.NewBig(convertUnit(c.big(0), c.unit(c.a[1]), c.unit(c.a[2])))
	})
	// Terms are Go's, whose collector runs when it wants to.
	m.def("garbage_collect", 0, func(call) term.Term { return term.True })
	m.def("garbage_collect", 1, func(call) term.Term { return term.True })
	m.def("timestamp", 0, func(call) term.Term {
		us := time.Now().UnixMicro()
		return tuple(term.Int(us/1_000_000_000_000), term.Int(us/1_000_000%1_000_000), term.Int(us%1_000_000))
	})
	m.def("localtime", 0, func(call) term.Term { n := now(0); return tuple(n.erlDate(), n.erlTime()) })
	m.def("universaltime", 0, func(call) term.Term { n := now(0); return tuple(n.erlDate(), n.erlTime()) })
	m.def("phash2", 2, func(c call) term.Term {
		n := c.int(1)
		if n < 1 {
			return c.badArg(2, "not a positive integer")
		}
		h := fnv.New32a()
		pay := func() { c.t.Burn(1); c.t.Grow(docBytes) }
		h.Write([]byte(term.InspectWith(c.a[0], term.InspectOptions{Limit: -1, PrintableLimit: -1, Spend: pay})))
		return term.Int(int(h.Sum32()) % n)
	}, term.Int(1<<27))
}

// docBytes is about what a term takes on its way to text.
const docBytes = 384

func defErlangTuples(m *textModule) {
	m.def("element", 2, func(c call) term.Term {
		t := c.tupleArg(1)
		n, ok := c.a[0].(term.Int)
		if !ok || n < 1 || int(n) > len(t) {
			return c.badArg(1, "out of range")
		}
		return t[n-1]
	})
	m.def("setelement", 3, func(c call) term.Term {
		t := c.tupleArg(1)
		n, ok := c.a[0].(term.Int)
		if !ok || n < 1 || int(n) > len(t) {
			return c.badArg(1, "out of range")
		}
		out := append(term.Tuple(nil), t...)
		out[n-1] = c.a[2]
		return out
	})
	m.def("append_element", 2, func(c call) term.Term { return append(append(term.Tuple(nil), c.tupleArg(0)...), c.a[1]) })
	m.def("tuple_to_list", 1, func(c call) term.Term { return term.NewList(c.tupleArg(0)...) })
	m.def("list_to_tuple", 1, func(c call) term.Term { return term.Tuple(c.properList(0)) })
	m.def("size", 1, func(c call) term.Term {
		if s, ok := c.a[0].(term.Binary); ok {
			return term.Int(len(s))
		}
		return term.Int(len(c.tupleArg(0)))
	})
	for n := 1; n <= 3; n++ { // with arguments and options for the stack trace
		m.def("error", n, func(c call) term.Term { c.a = c.a[:1]; return erlangError(c) })
	}
	m.def("raise", 3, func(c call) term.Term {
		switch {
		case isAtom(c.a[0], "throw"):
			c.t.Throw(c.a[1])
		case isAtom(c.a[0], "exit"):
			c.t.Exit(c.a[1])
		}
		c.t.RaiseReason(c.a[1], interp.StackFrames(c.a[2]))
		return nil
	})
	m.def("is_map_key", 2, func(c call) term.Term { return term.Bool(c.mapArg(1).Has(c.a[0])) })
	m.def("map_get", 2, func(c call) term.Term {
		if v, ok := c.mapArg(1).Get(c.a[0]); ok {
			return v
		}
		return c.keyError(c.a[0], c.a[1])
	})
	m.def("md5", 1, func(c call) term.Term { return bin(hashBytes("md5", c.iodata(0))) })
	m.def("crc32", 1, func(c call) term.Term { return crc32Of(c.iodata(0)) })
}

func (c call) tupleArg(i int) term.Tuple {
	t, ok := c.a[i].(term.Tuple)
	if !ok {
		c.badArg(i+1, "not a tuple")
	}
	return t
}

// erlangError raises an error as Elixir shows one of Erlang.
func erlangError(c call) term.Term {
	v := c.a[0]
	if m, ok := term.AsMap(v); ok && m.Has(term.ExceptionKey) {
		c.t.Raise(v)
	}
	c.t.Raise(c.t.Normalize(v))
	return nil
}

// stringModuleErlang is what people use of Erlang's :string.
func stringModuleErlang() *interp.NativeModule {
	m := erlangModule("string")
	text := func(c call, i int) string {
		s, ok := ioData(c.a[i], true)
		if !ok {
			c.noClause()
		}
		return s
	}
	// like gives a result the type that the argument had.
	like := func(c call, s string) term.Term {
		if _, ok := c.a[0].(term.Binary); ok {
			return c.result(s)
		}
		return term.Charlist(s)
	}
	m.def("length", 1, func(c call) term.Term { return term.Int(graphemeCount(c.t, text(c, 0))) })
	m.def("uppercase", 1, func(c call) term.Term { return like(c, upcase(text(c, 0), modeDefault)) })
	m.def("lowercase", 1, func(c call) term.Term { return like(c, downcase(text(c, 0), modeDefault)) })
	m.def("titlecase", 1, func(c call) term.Term {
		s := text(c, 0)
		if s == "" {
			return like(c, s)
		}
		_, n := utf8.DecodeRuneInString(s)
		return like(c, capitalize(s[:n], modeDefault)+s[n:])
	})
	m.def("trim", 1, func(c call) term.Term { return like(c, strings.TrimFunc(text(c, 0), isWhitespace)) })
	m.def("reverse", 1, func(c call) term.Term {
		parts := graphemes(c.t, text(c, 0))
		var b strings.Builder
		for i := len(parts) - 1; i >= 0; i-- {
			b.WriteString(parts[i])
		}
		return term.Charlist(b.String())
	})
	m.def("is_empty", 1, func(c call) term.Term { return term.Bool(text(c, 0) == "") })
	m.def("equal", 2, func(c call) term.Term { return term.Bool(text(c, 0) == text(c, 1)) })
	m.def("split", 2, func(c call) term.Term {
		a, b, ok := strings.Cut(text(c, 0), text(c, 1))
		if !ok {
			return term.NewList(like(c, a))
		}
		return term.NewList(like(c, a), like(c, b))
	})
	m.def("split", 3, func(c call) term.Term {
		var out []term.Term
		for _, p := range strings.Split(text(c, 0), text(c, 1)) {
			out = append(out, like(c, p))
		}
		return term.NewList(out...)
	})
	return m.m
}
