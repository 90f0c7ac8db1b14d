package live

import (
	"streamsplayground/engine/files"
	"streamsplayground/engine/term"
)

// openWriter starts what takes the bytes: a module of the reader's, with the
// callbacks of Phoenix.LiveView.UploadWriter, or a file in memory. It
// returns why it could not, or nil.
func (u *uploadChannel) openWriter(config *term.Map) (why term.Term) {
	pair, _ := config.GetAtom(term.NewAtom("writer")).(term.Tuple)
	u.writer, _ = pair[0].(term.Atom)
	if u.writer == tmpFileWriter {
		path, err := files.Of(u.proc.Node()).Temp()
		if err != nil {
			return term.NewAtom(err.Error())
		}
		u.path = path
		return nil
	}
	ok, why := u.outcome(u.call("init", pair[1]))
	u.writerState = ok
	return why
}

func (u *uploadChannel) call(callback string, args ...term.Term) term.Term {
	return u.thread().Apply(u.writer, callback, args...)
}

// outcome takes {:ok, state} and {:error, reason} apart.
func (u *uploadChannel) outcome(result term.Term) (state, why term.Term) {
	if t, ok := result.(term.Tuple); ok && len(t) == 2 {
		switch t[0] {
		case term.Term(term.OK):
			return t[1], nil
		case term.Term(term.Err):
			return nil, t[1]
		}
	}
	u.thread().RaiseNew("CaseClauseError", "term", result)
	return nil, nil
}

// write passes bytes to the writer, and closes it after the last one. It
// returns why that failed, or nil.
func (u *uploadChannel) write(data term.Binary) (why term.Term) {
	if u.writer == tmpFileWriter {
		if err := files.Of(u.proc.Node()).Write(u.path, []byte(data), true); err != nil {
			u.stopTimer()
			return term.NewAtom(err.Error())
		}
	} else if why := u.writeChunk(data); why != nil {
		u.stopTimer()
		return why
	}
	u.received += len(data)
	if u.received == u.size {
		if why := u.closeWriter(atomDone); why != nil {
			return why
		}
		u.complete = true
	}
	return nil
}

func (u *uploadChannel) writeChunk(data term.Binary) (why term.Term) {
	result := u.call("write_chunk", data, u.writerState)
	t, _ := result.(term.Tuple)
	switch {
	case len(t) == 2 && t[0] == term.Term(term.OK):
		u.writerState = t[1]
		return nil
	case len(t) == 3 && t[0] == term.Term(term.Err):
		u.writerState = t[2]
		return t[1]
	}
	u.thread().RaiseNew("CaseClauseError", "term", result)
	return nil
}

// closeWriter ends the writing, and returns why that failed, or nil.
func (u *uploadChannel) closeWriter(reason term.Term) (why term.Term) {
	u.stopTimer()
	u.closed = true
	if u.writer == tmpFileWriter {
		return nil
	}
	state, why := u.outcome(u.call("close", u.writerState, reason))
	if why == nil {
		u.writerState = state
	}
	return why
}

// cancelWriter ends the writing of a file that is no longer wanted.
func (u *uploadChannel) cancelWriter() {
	if u.joined && !u.closed {
		u.closeWriter(atomCancel)
	}
}

// meta is what the function that consumes the file gets.
func (u *uploadChannel) meta() term.Term {
	if u.writer == tmpFileWriter {
		return term.NewMap(term.NewAtom("path"), str(u.path))
	}
	return u.call("meta", u.writerState)
}
