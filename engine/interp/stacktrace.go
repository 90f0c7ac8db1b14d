package interp

import "streamsplayground/engine/term"

// CurrentStacktrace returns the term of the calls that the thread is in, as
// Process.info(self(), :current_stacktrace) does, innermost first.
func (t *Thread) CurrentStacktrace() term.Term { return stackTerm(t.stackTrace()) }

// CallerModule returns the module of the innermost function that was written
// in Elixir, the zero Atom where there is none.
func (t *Thread) CallerModule() term.Atom {
	for d := min(t.depth, len(t.trace)-1); d > 0; d-- {
		if fn := t.trace[d].fn; fn != nil && fn.native == nil {
			return fn.module
		}
	}
	return term.Atom{}
}
