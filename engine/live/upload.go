package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/upload"
)

const uploadModule = "Phoenix.LiveView.Upload"

// atomRefsToNames is the key under which the uploads of a socket keep the
// names by reference.
var atomRefsToNames = term.NewAtom("__phoenix_refs_to_names__")

// uploadFuncs are the functions of Phoenix.LiveView for uploads.
func uploadFuncs() []interp.NativeFunc {
	return []interp.NativeFunc{
		{Name: "allow_upload", Arity: 3, Fn: allowUpload},
		{Name: "disallow_upload", Arity: 2, Fn: disallowUpload},
		{Name: "cancel_upload", Arity: 3, Fn: cancelUpload},
		{Name: "uploaded_entries", Arity: 2, Fn: uploadedEntries},
		{Name: "consume_uploaded_entries", Arity: 3, Fn: consumeUploadedEntries},
		{Name: "consume_uploaded_entry", Arity: 3, Fn: consumeUploadedEntry},
	}
}

// uploadErrorFuncs are the functions of Phoenix.Component for uploads.
func uploadErrorFuncs() []interp.NativeFunc {
	return []interp.NativeFunc{
		{Name: "upload_errors", Arity: 1, Fn: uploadErrors},
		{Name: "upload_errors", Arity: 2, Fn: uploadErrors},
	}
}

// uploads returns the assign that holds them, nil when there is none.
func (s Socket) uploads() *term.Map {
	m, _ := s.Assigns().GetAtom(atomUploads).(*term.Map)
	return m
}

func (s Socket) upload(name term.Term) (upload.Config, bool) {
	m := s.uploads()
	if m == nil {
		return upload.Config{}, false
	}
	v, _ := m.Get(name)
	return upload.ConfigOf(v)
}

// uploadByRef returns the upload with a reference. As fetch_upload_by_ref/2.
func (s Socket) uploadByRef(ref term.Term) (upload.Config, bool) {
	m := s.uploads()
	if m == nil {
		return upload.Config{}, false
	}
	names, _ := m.GetAtom(atomRefsToNames).(*term.Map)
	if names == nil {
		return upload.Config{}, false
	}
	name, ok := names.Get(ref)
	if !ok {
		return upload.Config{}, false
	}
	return s.upload(name)
}

// putUpload replaces an upload that is there. As update_uploads/2.
func (s Socket) putUpload(c upload.Config) Socket {
	return s.assign(atomUploads, s.uploads().Put(c.Name(), c.Term()))
}

func isUploadName(v term.Term) bool {
	switch v.(type) {
	case term.Atom, term.Binary:
		return true
	}
	return false
}

// splitEntries returns the files of an upload that have come and those that
// have not, the last one first. As uploaded_entries/2.
func splitEntries(s Socket, name term.Term) (done, inProgress []upload.Entry) {
	c, ok := s.upload(name)
	if !ok {
		return nil, nil
	}
	entries := c.Entries()
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Done() {
			done = append(done, entries[i])
		} else {
			inProgress = append(inProgress, entries[i])
		}
	}
	return done, inProgress
}

// allowUpload is allow_upload/3.
func allowUpload(t *interp.Thread, a []term.Term) term.Term {
	s, ok := SocketOf(a[0])
	opts, isList := a[2].(*term.List)
	if !ok || !isList || !isUploadName(a[1]) {
		t.RaiseFunctionClause(uploadModule, "allow_upload", a)
	}
	if done, open := splitEntries(s, a[1]); len(done)+len(open) > 0 {
		t.RaiseArgument("cannot allow_upload on an existing upload with active entries.\n\n" +
			"Consume or cancel the existing entries before allowing a new upload.\n" +
			"See cancel_upload, consume_uploaded_entry, or consume_uploaded_entries.\n")
	}
	ref := str(newID())
	c := upload.Build(t, a[1], ref, opts)
	uploads := s.uploads()
	if uploads == nil {
		uploads = term.EmptyMap
	}
	names, _ := uploads.GetAtom(atomRefsToNames).(*term.Map)
	if names == nil {
		names = term.EmptyMap
	}
	uploads = uploads.PutAll(a[1], c.Term(), atomRefsToNames, names.Put(ref, a[1]))
	return s.assign(atomUploads, uploads).m
}

// disallowUpload is disallow_upload/2.
func disallowUpload(t *interp.Thread, a []term.Term) term.Term {
	s, ok := SocketOf(a[0])
	if !ok || !isUploadName(a[1]) {
		t.RaiseFunctionClause(uploadModule, "disallow_upload", a)
	}
	if done, open := splitEntries(s, a[1]); len(done)+len(open) > 0 {
		t.RaiseNew("RuntimeError", "message", str("unable to disallow_upload for an upload with active entries"))
	}
	c := fetchUpload(t, s, a[1]).Disallow()
	uploads := s.uploads().Put(a[1], c.Term())
	names, _ := uploads.GetAtom(atomRefsToNames).(*term.Map)
	kept := term.EmptyMap
	for ref, name := range names.All() {
		if !term.Equal(name, a[1]) {
			kept = kept.Put(ref, name)
		}
	}
	return s.assign(atomUploads, uploads.Put(atomRefsToNames, kept)).m
}

// fetchUpload is Map.fetch!/2 on the uploads.
func fetchUpload(t *interp.Thread, s Socket, name term.Term) upload.Config {
	c, ok := s.upload(name)
	if !ok {
		uploads := s.uploads()
		if uploads == nil {
			uploads = term.EmptyMap
		}
		t.RaiseNew("KeyError", "key", name, "term", uploads)
	}
	return c
}

// cancelUpload is cancel_upload/3.
func cancelUpload(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, uploadModule, "cancel_upload", a, 0)
	c := fetchUpload(t, s, a[1])
	e, ok := c.Entry(a[2])
	if !ok {
		t.RaiseArgument("no entry in upload \"%s\" with ref \"%s\"", inspect(t, a[1]), t.ToString(a[2]))
	}
	return cancelEntry(t, s, c, e).m
}

// cancelEntry takes a file out, or has its process end first.
func cancelEntry(t *interp.Thread, s Socket, c upload.Config, e upload.Entry) Socket {
	c = cancelInConfig(t, c, e)
	if p := node.Of(t); p != nil && len(c.Entries()) == 0 {
		info := term.NewMap(atomUploadRef, c.Ref(), term.NewAtom("name"), c.Name(), term.NewAtom("cid"), c.CID())
		p.Node().Send(p.PID(), term.Tuple{atomPhoenix, atomDropUploadName, info})
	}
	return s.putUpload(c)
}

// cancelInConfig is UploadConfig.cancel_entry/2.
func cancelInConfig(t *interp.Thread, c upload.Config, e upload.Entry) upload.Config {
	pid, ok := c.PID(e)
	if !ok {
		return c.Drop(e)
	}
	callUpload(t, pid, atomCancel)
	return c.Cancelled(e)
}

// callUpload sends a request to the process that receives a file.
func callUpload(t *interp.Thread, pid term.PID, request term.Term) term.Term {
	reply, exit := node.Of(t).Call(pid, request, node.Infinity)
	if exit != nil {
		t.Exit(exit)
	}
	return reply
}

func entryList(entries []upload.Entry) *term.List {
	out := make([]term.Term, len(entries))
	for i, e := range entries {
		out[i] = e.Term()
	}
	return term.NewList(out...)
}

// uploadedEntries is uploaded_entries/2.
func uploadedEntries(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, uploadModule, "uploaded_entries", a, 0)
	done, open := splitEntries(s, a[1])
	return term.Tuple{entryList(done), entryList(open)}
}

// uploadErrors is upload_errors/1 and upload_errors/2 of Phoenix.Component.
func uploadErrors(t *interp.Thread, a []term.Term) term.Term {
	c, ok := upload.ConfigOf(a[0])
	if !ok {
		t.RaiseFunctionClause(component, "upload_errors", a)
	}
	ref := c.Ref()
	if len(a) == 2 {
		e, ok := upload.EntryOf(a[1])
		if !ok {
			t.RaiseFunctionClause(component, "upload_errors", a)
		}
		ref = e.Ref()
	}
	return term.NewList(c.ErrorsOf(ref)...)
}

const stillInProgress = "cannot consume uploaded files when entries are still in progress"

// consumeUploadedEntries is consume_uploaded_entries/3.
func consumeUploadedEntries(t *interp.Thread, a []term.Term) term.Term {
	s, ok := SocketOf(a[0])
	if !ok || !isFun(a[2], 2) {
		t.RaiseFunctionClause(uploadModule, "consume_uploaded_entries", a)
	}
	c, ok := s.upload(a[1])
	if !ok {
		t.RaiseArgument("no upload allowed for %s", inspect(t, a[1]))
	}
	done, open := splitEntries(s, a[1])
	if len(open) > 0 {
		t.RaiseArgument(stillInProgress)
	}
	return term.NewList(consume(t, c, done, a[2])...)
}

// consumeUploadedEntry is consume_uploaded_entry/3.
func consumeUploadedEntry(t *interp.Thread, a []term.Term) term.Term {
	s, ok := SocketOf(a[0])
	e, isEntry := upload.EntryOf(a[1])
	if !ok || !isEntry || !isFun(a[2], 1) {
		t.RaiseFunctionClause(uploadModule, "consume_uploaded_entry", a)
	}
	if !e.Done() {
		t.RaiseArgument(stillInProgress)
	}
	c := fetchUpload(t, s, e.ConfigName())
	results := consume(t, c, []upload.Entry{e}, a[2])
	if len(results) != 1 {
		t.RaiseNew("MatchError", "term", term.NewList(results...))
	}
	return results[0]
}

// consume gives each file to fun. As consume_entries/3.
func consume(t *interp.Thread, c upload.Config, entries []upload.Entry, fun term.Term) []term.Term {
	if _, external := c.External(); external {
		return consumeExternal(t, c, entries, fun)
	}
	var results []term.Term
	for _, e := range entries {
		if pid, ok := c.PID(e); ok {
			results = append(results, consumeFile(t, pid, e, fun))
		}
	}
	return results
}

func callConsumer(t *interp.Thread, fun, meta term.Term, e upload.Entry) term.Term {
	if isFun(fun, 1) {
		return t.Call(fun, meta)
	}
	return t.Call(fun, meta, e.Term())
}

// consumed takes apart what the function for a file returned: what to return
// for it, and whether the file is to be kept.
func consumed(t *interp.Thread, result term.Term) (v term.Term, keep bool) {
	if pair, ok := result.(term.Tuple); ok && len(pair) == 2 {
		switch pair[0] {
		case term.Term(term.OK):
			return pair[1], false
		case term.Term(atomPostpone):
			return pair[1], true
		}
	}
	if p := node.Of(t); p != nil {
		p.Log("warning", "consuming uploads requires a return signature matching:\n\n    {:ok, value} | {:postpone, value}\n\ngot:\n\n    "+
			inspect(t, result)+"\n")
	}
	return result, false
}

// consumeFile lets fun have a file that came here. As UploadChannel.consume/3.
func consumeFile(t *interp.Thread, pid term.PID, e upload.Entry, fun term.Term) term.Term {
	reply, _ := callUpload(t, pid, atomConsumeStart).(term.Tuple)
	if len(reply) != 2 || reply[0] != term.Term(term.OK) {
		t.RaiseNew("RuntimeError", "message", str("cannot consume uploaded file that is still in progress"))
	}
	result, failure := t.Try(func() term.Term { return callConsumer(t, fun, reply[1], e) })
	if failure != nil {
		if failure.Kind == term.Err {
			callUpload(t, pid, atomConsumeDone)
		}
		t.Reraise(failure)
	}
	v, keep := consumed(t, result)
	if !keep {
		callUpload(t, pid, atomConsumeDone)
	}
	return v
}

// consumeExternal lets fun have what is known of files that went elsewhere.
func consumeExternal(t *interp.Thread, c upload.Config, entries []upload.Entry, fun term.Term) []term.Term {
	var results, refs []term.Term
	for _, e := range entries {
		v, keep := consumed(t, callConsumer(t, fun, c.Meta(e), e))
		results = append(results, v)
		if !keep {
			refs = append(refs, e.Ref())
		}
	}
	if p := node.Of(t); p != nil && len(entries) > 0 {
		info := term.NewMap(atomUploadRef, c.Ref(), term.NewAtom("cid"), c.CID(), term.NewAtom("entry_refs"), term.NewList(refs...))
		p.Node().Send(p.PID(), term.Tuple{atomPhoenix, atomDropConsumed, info})
	}
	return results
}

// The messages and requests about uploads.
var (
	atomCancel         = term.NewAtom("cancel")
	atomConsumeDone    = term.NewAtom("consume_done")
	atomConsumeStart   = term.NewAtom("consume_start")
	atomFetchUpload    = term.NewAtom("fetch_upload_config")
	atomDropConsumed   = term.NewAtom("drop_consumed_upload_entries")
	atomDropUploadName = term.NewAtom("drop_upload_name")
	atomPostpone       = term.NewAtom("postpone")
	atomRegisterEntry  = term.NewAtom("register_entry_upload")
	atomUploadRef      = term.NewAtom("ref")
	atomWriterError    = term.NewAtom("report_writer_error")
	atomUploadConsumed = term.NewAtom("report_upload_consumed")
)
