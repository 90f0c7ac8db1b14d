package interp

import "streamsplayground/engine/term"

// CurrentStacktrace returns the term of the calls that the thread is in, as
// Process.info(self(), :current_stacktrace) does, innermost first.
func (t *Thread) CurrentStacktrace() term.Term { return stackTerm(t.stackTrace()) }
