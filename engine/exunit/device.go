package exunit

import (
	"io"
	"strings"

	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// device is a process that writes what IO sends it, answering the requests of
// Erlang's I/O protocol. There is nothing to read from it.
func device(n *node.Node, w io.Writer) (*node.Process, error) {
	return n.Spawn(func(p *node.Process) term.Term {
		for {
			m, ok := p.Next().(term.Tuple)
			if !ok || len(m) != 4 || !isAtom(m[0], "io_request") {
				continue
			}
			if from, ok := m[1].(term.PID); ok {
				n.Send(from, term.Tuple{atomTerm("io_reply"), m[2], answer(p, w, m[3])})
			}
		}
	}, nil)
}

// answer handles one request.
func answer(p *node.Process, w io.Writer, request term.Term) term.Term {
	r, ok := request.(term.Tuple)
	if !ok || len(r) == 0 {
		if isAtom(request, "getopts") {
			return term.Empty
		}
		return term.Tuple{term.Err, atomTerm("request")}
	}
	name, _ := r[0].(term.Atom)
	switch {
	case name.Name() == "put_chars" && len(r) <= 3:
		text, ok := chardata(r[len(r)-1])
		if !ok {
			return term.Tuple{term.Err, term.Tuple{atomTerm("put_chars"), r[len(r)-1]}}
		}
		io.WriteString(w, text) //nolint:errcheck // nobody reads it then
		return term.OK
	case name.Name() == "put_chars" && len(r) >= 4:
		mod, isMod := r[len(r)-3].(term.Atom)
		fun, isFun := r[len(r)-2].(term.Atom)
		if !isMod || !isFun {
			return term.Tuple{term.Err, atomTerm("put_chars")}
		}
		var text string
		_, err := p.Thread().Run(func() term.Term {
			args := elements(r[len(r)-1])
			v := p.Thread().Apply(mod, fun.Name(), args...)
			text, _ = chardata(v)
			return term.OK
		})
		if err != nil {
			return term.Tuple{term.Err, atomTerm("put_chars")}
		}
		io.WriteString(w, text) //nolint:errcheck // as above
		return term.OK
	case name.Name() == "requests" && len(r) == 2:
		var out term.Term = term.OK
		for _, e := range elements(r[1]) {
			out = answer(p, w, e)
		}
		return out
	case strings.HasPrefix(name.Name(), "get_"):
		return atomTerm("eof")
	}
	return term.Tuple{term.Err, atomTerm("request")}
}

// chardata is the text of a binary, or of lists of them and of code points.
func chardata(v term.Term) (string, bool) {
	switch x := v.(type) {
	case term.Binary:
		return string(x), true
	case *term.List:
		var b strings.Builder
		for x != nil {
			switch e := x.Head.(type) {
			case term.Int:
				b.WriteRune(rune(e))
			default:
				s, ok := chardata(e)
				if !ok {
					return "", false
				}
				b.WriteString(s)
			}
			next, ok := x.Tail.(*term.List)
			if !ok {
				s, ok := x.Tail.(term.Binary)
				b.WriteString(string(s))
				return b.String(), ok
			}
			x = next
		}
		return b.String(), true
	}
	return "", false
}
