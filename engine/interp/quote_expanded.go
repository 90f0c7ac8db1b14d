package interp

import (
	"sync/atomic"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// linify gives the code that a macro returned the line of its call, and its
// variables the number of the expansion, as
// elixir_quote:linify_with_context_counter/3.
func linify(line int, receiver term.Atom, counter int, v term.Term) term.Term {
	var do func(v term.Term) term.Term
	do = func(v term.Term) term.Term {
		switch x := v.(type) {
		case term.Tuple:
			if len(x) == 2 {
				return term.Tuple{do(x[0]), do(x[1])}
			}
			meta, ok := term.Empty, false
			if len(x) == 3 {
				meta, ok = x[1].(*term.List)
			}
			if !ok {
				return v
			}
			name, isName := x[0].(term.Atom)
			list, isCall := x[2].(*term.List)
			switch {
			case isName && name == atomQuote && isCall && list != nil:
				if metaGet(meta, atomContext) == term.Term(receiver) {
					meta = metaNew(meta, atomCounter, term.Int(counter))
				}
			case isName && x[2] == term.Term(receiver) && name.Name() != "_":
				meta = metaNew(meta, atomCounter, term.Int(counter))
			case isName && isCall && list != nil && (name == atomAliases || name == atomAlias || name.Name() == "import" || name.Name() == "require"):
				meta = metaNew(meta, atomCounter, term.Int(counter))
			}
			if line > 0 {
				meta = metaNew(meta, atomLine, term.Int(line))
			}
			return triple(do(x[0]), meta, do(x[2]))
		case *term.List:
			elems, proper := x.Slice()
			if !proper {
				return v
			}
			out := make([]term.Term, len(elems))
			for i, e := range elems {
				out[i] = do(e)
			}
			return term.NewList(out...)
		}
		return v
	}
	return do(v)
}

// fileNamed finds a file of this build or of the program by its name.
func (b *build) fileNamed(name string) *source.File {
	for _, u := range b.files {
		if u.file.Name() == name {
			return u.file
		}
	}
	for _, m := range b.prog.modules {
		if m.file != nil && m.file.Name() == name {
			return m.file
		}
	}
	return nil
}

// tree is the tree of the quoted code that a macro returned for a call.
func (c *compiler) tree(v term.Term, at source.Span) syntax.Node {
	return (&astReader{at: at, sigils: c.b.sigils, file: c.b.fileNamed}).node(v)
}

// lastCounter is the number of the last expansion of a macro, from which
// variables have theirs.
var lastCounter atomic.Int64

// firstCounter is where the numbers of expansions begin; they are far from
// those that people write.
const firstCounter = -576460752303423500

func nextCounter() int { return firstCounter + int(lastCounter.Add(1)) }
