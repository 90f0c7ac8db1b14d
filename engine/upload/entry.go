package upload

import (
	"crypto/rand"
	"fmt"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// emptyEntry is %Phoenix.LiveView.UploadEntry{}.
var emptyEntry = term.NewStruct(entryModule,
	"progress", term.Int(0), "preflighted?", term.False, "upload_config", term.Nil, "upload_ref", term.Nil,
	"ref", term.Nil, "uuid", term.Nil, "valid?", term.False, "done?", term.False, "cancelled?", term.False,
	"client_name", term.Nil, "client_relative_path", term.Nil, "client_size", term.Nil, "client_type", term.Nil,
	"client_last_modified", term.Nil, "client_meta", term.Nil)

// Entry is an %UploadEntry{}: one file that was chosen.
type Entry struct{ m *term.Map }

// EntryOf returns a term as an Entry, and false when it is none.
func EntryOf(v term.Term) (Entry, bool) {
	m, ok := v.(*term.Map)
	if !ok || m.GetAtom(term.StructKey) != term.Term(term.NewModule(entryModule)) {
		return Entry{}, false
	}
	return Entry{m}, true
}

// Term returns the struct.
func (e Entry) Term() *term.Map { return e.m }

// Ref returns the reference that the client gave the file.
func (e Entry) Ref() term.Term { return e.m.GetAtom(fieldRef) }

// Done reports whether all bytes have come.
func (e Entry) Done() bool { return e.m.GetAtom(fieldDone) == term.Term(term.True) }

// Valid reports whether nothing was wrong with the file when it was chosen.
func (e Entry) Valid() bool { return e.m.GetAtom(fieldValid) == term.Term(term.True) }

// Preflighted reports whether the client has asked to send the file.
func (e Entry) Preflighted() bool { return e.m.GetAtom(fieldPreflighted) == term.Term(term.True) }

// Size returns the bytes that the client says the file has.
func (e Entry) Size() term.Term { return e.m.GetAtom(fieldSize) }

// ConfigName returns the name of the upload that the entry is of.
func (e Entry) ConfigName() term.Term { return e.m.GetAtom(fieldUploadConfig) }

// Entries returns the files, in the order in which they were chosen.
func (c Config) Entries() []Entry {
	list, _ := c.m.GetAtom(fieldEntries).(*term.List)
	var out []Entry
	for v := range list.All() {
		if e, ok := EntryOf(v); ok {
			out = append(out, e)
		}
	}
	return out
}

func (c Config) withEntries(entries []Entry) Config {
	terms := make([]term.Term, len(entries))
	for i, e := range entries {
		terms[i] = e.m
	}
	return c.put(fieldEntries, term.NewList(terms...))
}

// Entry returns the file with a reference.
func (c Config) Entry(ref term.Term) (Entry, bool) {
	for _, e := range c.Entries() {
		if term.StrictEqual(e.Ref(), ref) {
			return e, true
		}
	}
	return Entry{}, false
}

// PID returns the process that receives a file, and false when none does.
func (c Config) PID(e Entry) (term.PID, bool) {
	v, _ := c.mapField(fieldPIDs).Get(e.Ref())
	pid, ok := v.(term.PID)
	return pid, ok
}

// Meta returns what the :external function said about a file.
func (c Config) Meta(e Entry) term.Term {
	v, _ := c.mapField(fieldMetas).Get(e.Ref())
	return v
}

// update changes the file with the reference, and what depends on the files.
func (c Config) update(ref term.Term, f func(*term.Map) *term.Map) Config {
	entries := c.Entries()
	for i, e := range entries {
		if term.StrictEqual(e.Ref(), ref) {
			entries[i] = Entry{f(e.m)}
		}
	}
	return c.withEntries(entries).recalculated()
}

// recalculated drops the error about too many files once there are not.
func (c Config) recalculated() Config {
	if c.tooMany() {
		return c
	}
	return c.withoutErrors(func(ref, reason term.Term) bool {
		return reason == term.Term(tooManyFiles) && term.StrictEqual(ref, c.Ref())
	})
}

func (c Config) tooMany() bool {
	n := len(c.Entries())
	if c.Mode() == term.Term(modeTotal) {
		n += c.int(fieldConsumed)
	}
	limit, isInt := c.m.GetAtom(fieldMaxEntries).(term.Int)
	return isInt && n > int(limit)
}

// Remaining returns how many files may still be sent.
func (c Config) Remaining() int {
	if c.Mode() == term.Term(modeTotal) {
		return max(c.int(fieldMaxEntries)-c.int(fieldConsumed), 0)
	}
	return c.int(fieldMaxEntries)
}

// Errors returns the pairs of reference and reason.
func (c Config) Errors() []term.Tuple {
	list, _ := c.m.GetAtom(fieldErrors).(*term.List)
	var out []term.Tuple
	for v := range list.All() {
		if pair, ok := v.(term.Tuple); ok && len(pair) == 2 {
			out = append(out, pair)
		}
	}
	return out
}

// ErrorsOf returns the reasons noted for a reference, that of a file or that
// of the upload itself.
func (c Config) ErrorsOf(ref term.Term) []term.Term {
	var out []term.Term
	for _, pair := range c.Errors() {
		if term.Equal(pair[0], ref) {
			out = append(out, pair[1])
		}
	}
	return out
}

func (c Config) withoutErrors(drop func(ref, reason term.Term) bool) Config {
	var keep []term.Term
	for _, pair := range c.Errors() {
		if !drop(pair[0], pair[1]) {
			keep = append(keep, pair)
		}
	}
	return c.put(fieldErrors, term.NewList(keep...))
}

// PutError notes an error, as the last one.
func (c Config) PutError(ref, reason term.Term) Config {
	if reason == term.Term(tooManyFiles) {
		ref = c.Ref()
	}
	found := false
	c = c.withoutErrors(func(r, why term.Term) bool {
		same := !found && term.StrictEqual(r, ref) && term.StrictEqual(why, reason)
		found = found || same
		return same
	})
	list, _ := c.m.GetAtom(fieldErrors).(*term.List)
	all, _ := list.Slice()
	return c.put(fieldErrors, term.NewList(append(all[:len(all):len(all)], term.Tuple{ref, reason})...))
}

// SetProgress notes how far a file has come, in percent; at 100 it is done.
func (c Config) SetProgress(ref term.Term, percent int) Config {
	return c.update(ref, func(e *term.Map) *term.Map {
		e = e.Put(fieldProgress, term.Int(percent))
		if percent == 100 {
			e = e.Put(fieldDone, term.True)
		}
		return e
	})
}

// SetMeta notes what the :external function said, which must name an uploader.
func (c Config) SetMeta(t *interp.Thread, ref term.Term, meta *term.Map) Config {
	if !meta.Has(fieldUploader) {
		t.RaiseArgument("external uploader metadata requires an :uploader key. Got: %s", t.Inspect(meta, term.InspectOptions{}))
	}
	return c.put(fieldMetas, c.mapField(fieldMetas).Put(ref, meta))
}

// Register notes the process that receives a file. why says why it may not:
// :already_registered or :disallowed.
func (c Config) Register(ref term.Term, pid term.PID) (next Config, why term.Term) {
	v, _ := c.mapField(fieldPIDs).Get(ref)
	if _, isPID := v.(term.PID); isPID {
		return c, term.NewAtom("already_registered")
	}
	if v != term.Term(unregistered) {
		return c, term.NewAtom("disallowed")
	}
	return c.put(fieldPIDs, c.mapField(fieldPIDs).Put(ref, pid)), nil
}

// MarkPreflighted notes that the client has asked to send these files, and
// returns them.
func (c Config) MarkPreflighted(refs []term.Term) (Config, []Entry) {
	entries := c.Entries()
	for i, e := range entries {
		for _, ref := range refs {
			if term.Equal(e.Ref(), ref) {
				entries[i] = Entry{e.m.Put(fieldPreflighted, term.True)}
			}
		}
	}
	c = c.withEntries(entries)
	var marked []Entry
	for _, ref := range refs {
		if e, ok := c.Entry(ref); ok {
			marked = append(marked, e)
		}
	}
	return c, marked
}

// Fail notes that a file could not be received. It stays, with the error.
func (c Config) Fail(ref, reason term.Term) Config {
	if _, ok := c.Entry(ref); !ok {
		return c
	}
	c = c.PutError(ref, reason)
	return c.put(fieldPIDs, c.mapField(fieldPIDs).Put(ref, failed))
}

// Unregister drops a file whose process has ended, unless it failed.
func (c Config) Unregister(ref term.Term) Config {
	e, ok := c.Entry(ref)
	if v, _ := c.mapField(fieldPIDs).Get(ref); !ok || v == term.Term(failed) {
		return c
	}
	return c.Drop(e)
}

// Cancelled notes that a file is no longer wanted while its process still is
// there to be told.
func (c Config) Cancelled(e Entry) Config {
	return c.update(e.Ref(), func(m *term.Map) *term.Map { return m.Put(fieldCancelled, term.True) })
}

// Consume drops a file that was used, and counts it where the total counts.
func (c Config) Consume(e Entry) Config {
	if c.Mode() != term.Term(modeSelected) {
		c = c.put(fieldConsumed, term.Int(c.int(fieldConsumed)+1))
	}
	return c.Drop(e)
}

// Drop forgets a file and its errors.
func (c Config) Drop(e Entry) Config {
	var keep []Entry
	for _, other := range c.Entries() {
		if !term.Equal(other.Ref(), e.Ref()) {
			keep = append(keep, other)
		}
	}
	c = c.withEntries(keep).withoutErrors(func(ref, _ term.Term) bool { return term.Equal(ref, e.Ref()) })
	c = c.put(fieldPIDs, c.mapField(fieldPIDs).Delete(e.Ref())).put(fieldMetas, c.mapField(fieldMetas).Delete(e.Ref()))
	return c.recalculated()
}

// newUUID returns a random UUID of version 4.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
