package live

import (
	"slices"
	"time"

	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/upload"
)

// uploads is what a view knows of the processes that receive its files.
type uploads struct {
	pids map[term.PID]uploadedEntry
	// names are the uploads that clients have begun, by their names as a map
	// key: a name may be in use in one component only.
	names map[any]uploadName
}

type uploadedEntry struct{ ref, entryRef, cid term.Term }

type uploadName struct{ ref, cid term.Term }

// nameKey is an upload's name as a key, nil for what cannot be a name: other
// terms, which code may forge, are not all comparable.
func nameKey(name term.Term) any {
	switch name.(type) {
	case term.Atom, term.Binary:
		return name
	}
	return nil
}

func (u *uploads) begin(c upload.Config) {
	if u.names == nil {
		u.names = map[any]uploadName{}
	}
	u.names[nameKey(c.Name())] = uploadName{c.Ref(), c.CID()}
}

func (u *uploads) add(pid term.PID, e uploadedEntry) {
	if u.pids == nil {
		u.pids = map[term.PID]uploadedEntry{}
	}
	u.pids[pid] = e
}

// dropIfEmpty forgets an upload's name once it has no files left.
func (u *uploads) dropIfEmpty(c upload.Config) {
	if len(c.Entries()) == 0 {
		delete(u.names, nameKey(c.Name()))
	}
}

// uploadMessage handles the frames about uploads.
func (c *channel) uploadMessage(m *incoming, payload *term.Map) term.Term {
	cid := orNil(get(payload, "cid"))
	if m.Event == "progress" {
		return c.writeSocket(cid, m.Ref, func(s Socket) (Socket, *term.Map, bool) { return c.progress(s, m, payload), term.EmptyMap, true })
	}
	parts := c.fetch(payload, m, "ref", "entries")
	return c.writeSocket(cid, m.Ref, func(s Socket) (Socket, *term.Map, bool) {
		s, reply := c.preflight(s, parts[0], parts[1], cid)
		return s, reply, true
	})
}

// writeSocket changes the socket of the view, or of a component, with f and
// sends what changed. f also returns what to add to the reply, and false when
// the socket must stay as it was. As write_socket/4.
func (c *channel) writeSocket(cid term.Term, ref string, f func(Socket) (Socket, *term.Map, bool)) term.Term {
	if cid == term.Term(term.Nil) {
		s, extra, ok := f(c.socket)
		if !ok {
			c.reply(ref, "ok", []byte("{}"))
			return nil
		}
		c.socket = s
		if s.isRedirected() {
			return c.redirect(s.redirected(), s.changedFlash(), ref)
		}
		d := c.renderDiff(false)
		c.redirects = 0
		c.pushDiffWith(d, ref, extra)
		return nil
	}
	n, ok := cid.(term.Int)
	if !ok {
		c.t.RaiseFunctionClause("Phoenix.LiveView.Diff", "write_component", []term.Term{cid})
	}
	info, ok := c.state.Component(int(n))
	if !ok {
		c.reply(ref, "ok", []byte("{}"))
		return nil
	}
	s, extra, ok := f(c.rebase(info.Socket))
	if !ok {
		c.reply(ref, "ok", []byte("{}"))
		return nil
	}
	c.pushDiffWith(c.renderComponent(int(n), s), ref, extra)
	return nil
}

// renderComponent renders a component with the socket that it has now.
func (c *channel) renderComponent(cid int, s Socket) *rendered.Diff {
	reply := s.temp().GetAtom(atomPushReply)
	c.trace(trace.Pending)
	var d *rendered.Diff
	info, _ := c.state.Component(cid)
	c.spanComponent(info, s, func() { d = c.state.UpdateComponent(cid, s) })
	if reply != nil {
		d.Reply = c.replyJSON(reply)
	}
	if c.scope.On() {
		c.scope.Trace(trace.Event{Step: trace.Render, CID: cid, Data: d.AppendJSON(nil)})
	}
	c.trace(trace.Flushed)
	return d
}

// pushDiffWith is pushDiff whose reply has more than the diff. As reply/4 for
// a {ref, extra}.
func (c *channel) pushDiffWith(d *rendered.Diff, ref string, extra *term.Map) {
	if ref == "" || extra == nil || extra.Len() == 0 {
		c.pushDiff(d, ref)
		return
	}
	if c.terms != nil {
		c.terms.Answered(extra)
	}
	if d.Empty() {
		c.reply(ref, "ok", c.json(extra))
		return
	}
	b := append(d.AppendJSON([]byte(`{"diff":`)), ',')
	c.reply(ref, "ok", append(b, c.json(extra)[1:]...))
}

// progress handles how far a file has come. As the message "progress" of
// Phoenix.LiveView.Channel.
func (c *channel) progress(s Socket, m *incoming, payload *term.Map) Socket {
	parts := c.fetch(payload, m, "ref", "entry_ref", "progress")
	s = c.updateProgress(s, parts[0], parts[1], parts[2])
	conf := c.uploadOf(s, parts[0])
	e, ok := conf.Entry(parts[1])
	if !ok {
		return s
	}
	return c.runProgress(s, conf, e)
}

// updateProgress is Upload.update_progress/4.
func (c *channel) updateProgress(s Socket, ref, entryRef, progress term.Term) Socket {
	if n, ok := progress.(term.Int); ok && n >= 0 && n <= 100 {
		return s.putUpload(c.uploadOf(s, ref).SetProgress(entryRef, int(n)))
	}
	failure, isMap := progress.(*term.Map)
	var reason term.Term
	if isMap {
		reason, _ = failure.Get(str("error"))
	}
	if _, isText := reason.(term.Binary); !isText {
		c.t.RaiseFunctionClause(uploadModule, "update_progress", []term.Term{s.m, ref, entryRef, progress})
	}
	conf := c.uploadOf(s, ref)
	if _, external := conf.External(); external {
		return s.putUpload(conf.PutError(entryRef, term.NewAtom("external_client_failure")))
	}
	return s
}

// uploadOf returns the upload with a reference. As get_upload_by_ref!/2.
func (c *channel) uploadOf(s Socket, ref term.Term) upload.Config {
	if s.uploads() == nil {
		inside := ""
		if s.Assigns().GetAtom(atomMyself) != nil {
			inside = "component running inside "
		}
		c.t.RaiseArgument("no uploads have been allowed on %sLiveView named %s", inside, term.Inspect(s.view()))
	}
	conf, ok := s.uploadByRef(ref)
	if !ok {
		names, _ := s.uploads().GetAtom(atomRefsToNames).(*term.Map)
		c.t.RaiseNew("KeyError", "key", ref, "term", orEmpty(names))
	}
	return conf
}

// runProgress calls the upload's :progress function. As run_progress_event/3.
func (c *channel) runProgress(s Socket, conf upload.Config, e upload.Entry) Socket {
	fun, ok := conf.ProgressFun()
	if !ok {
		return s
	}
	result := c.t.Call(fun, conf.Name(), e.Term(), s.m)
	next, ok := noReply(result)
	if !ok {
		c.t.RaiseArgument("expected %s upload progress %s to return {:noreply, Socket.t()} got:\n\n    %s\n",
			c.inspect(conf.Name()), c.inspect(fun), c.inspect(result))
	}
	if !next.isRedirected() {
		return next
	}
	if root, ok := next.field(atomRootPID).(term.PID); ok {
		c.proc.Node().Send(root, term.Tuple{atomPhoenix, atomRedirect, next.redirected(), orEmpty(next.changedFlash())})
	}
	return next.put(atomRedirected, term.Nil)
}

// preflight answers the question whether files may be sent. As the message
// "allow_upload" of Phoenix.LiveView.Channel.
func (c *channel) preflight(s Socket, ref, entries, cid term.Term) (Socket, *term.Map) {
	conf := c.uploadOf(s, ref).WithCID(cid)
	s = s.putUpload(conf)
	c.ensureOwnName(conf)
	conf, ok := conf.Put(c.t, entries, func(conf upload.Config, e upload.Entry) upload.Config { return cancelInConfig(c.t, conf, e) })
	s = s.putUpload(conf)
	if !ok {
		return s, uploadRefusal(conf)
	}
	var refs []term.Term
	c.t.Each(entries, func(e term.Term) bool {
		if m, isMap := e.(*term.Map); isMap {
			r, _ := m.Get(str("ref"))
			refs = append(refs, r)
		}
		return true
	})
	s, reply, ok := c.allowEntries(s, conf, refs)
	if ok {
		c.uploads.begin(conf)
	}
	return s, reply
}

// ensureOwnName raises when the upload's name is in use elsewhere.
func (c *channel) ensureOwnName(conf upload.Config) {
	held, ok := c.uploads.names[nameKey(conf.Name())]
	if !ok || term.Equal(held.ref, conf.Ref()) && term.Equal(held.cid, conf.CID()) {
		return
	}
	c.raise("RuntimeError", "existing upload for %s already allowed in another component (%s)\n\n"+
		"If you want to allow simultaneous uploads across different components,\npass a unique upload name to allow_upload/3\n",
		c.t.ToString(conf.Name()), c.t.ToString(held.cid))
}

// uploadRefusal is the reply that names what keeps the files from being sent.
func uploadRefusal(conf upload.Config) *term.Map {
	var pairs []term.Term
	for _, e := range conf.Errors() {
		pairs = append(pairs, term.NewList(e[0], e[1]))
	}
	return term.NewMap(atomUploadRef, conf.Ref(), term.Err, term.NewList(pairs...))
}

// allowEntries marks the files that may be sent now and says how. As
// Upload.generate_preflight_response/4.
func (c *channel) allowEntries(s Socket, conf upload.Config, refs []term.Term) (Socket, *term.Map, bool) {
	remaining := conf.Remaining()
	var wanted []term.Term
	for i, e := range conf.Entries() {
		if i >= remaining {
			break
		}
		c.t.Burn(1 + len(refs)/16)
		if !e.Preflighted() && slices.ContainsFunc(refs, func(ref term.Term) bool { return term.Equal(e.Ref(), ref) }) {
			wanted = append(wanted, e.Ref())
		}
	}
	conf, entries := conf.MarkPreflighted(wanted)
	s = s.putUpload(conf)
	if fun, external := conf.External(); external {
		return c.externalEntries(s, conf, entries, fun)
	}
	tokens, errors := term.EmptyMap, term.EmptyMap
	for _, e := range entries {
		if !e.Valid() {
			errors = errors.Put(e.Ref(), term.NewList(conf.ErrorsOf(e.Ref())...))
			continue
		}
		token := c.server.Tokens.SignUpload(UploadToken{View: c.proc.PID(), Ref: conf.Ref(), EntryRef: e.Ref(), CID: conf.CID()})
		tokens = tokens.Put(e.Ref(), str(token))
	}
	return s, preflightReply(conf, tokens, errors), true
}

func preflightReply(conf upload.Config, entries, errors *term.Map) *term.Map {
	return term.NewMap(atomUploadRef, conf.Ref(), term.NewAtom("config"), conf.ClientConfig(),
		term.NewAtom("entries"), entries, term.NewAtom("errors"), errors)
}

// externalEntries asks the :external function where each file goes.
func (c *channel) externalEntries(s Socket, conf upload.Config, entries []upload.Entry, fun *term.Fun) (Socket, *term.Map, bool) {
	metas, errors := term.EmptyMap, term.EmptyMap
	for _, e := range entries {
		if conf.Auto() && !e.Valid() {
			errors = errors.Put(e.Ref(), reasonList(conf.ErrorsOf(e.Ref())))
			continue
		}
		meta, failed, next := c.callExternal(s, fun, e)
		s = next
		if failed == nil {
			current := c.uploadOf(s, conf.Ref())
			s = s.putUpload(current.SetMeta(c.t, e.Ref(), meta))
			metas = metas.Put(e.Ref(), meta)
			continue
		}
		current := c.uploadOf(s, conf.Ref())
		s = s.putUpload(current.PutError(e.Ref(), term.Tuple{term.NewAtom("external_metadata_failure"), failed}))
		if !conf.Auto() {
			pair := term.NewList(e.Ref(), failed)
			return s, term.NewMap(atomUploadRef, conf.Ref(), term.Err, term.NewList(pair)), false
		}
		errors = errors.Put(e.Ref(), term.NewList(failed))
	}
	return s, preflightReply(conf, metas, errors), true
}

func reasonList(reasons []term.Term) *term.List {
	out := make([]term.Term, len(reasons))
	for i, why := range reasons {
		out[i] = term.NewMap(term.NewAtom("reason"), why)
	}
	return term.NewList(out...)
}

// callExternal calls the :external function for a file.
func (c *channel) callExternal(s Socket, fun *term.Fun, e upload.Entry) (meta, failed *term.Map, next Socket) {
	result := c.t.Call(fun, e.Term(), s.m)
	if tuple, ok := result.(term.Tuple); ok && len(tuple) == 3 {
		m, isMap := term.AsMap(tuple[1])
		next, isSocket := SocketOf(tuple[2])
		if isMap && isSocket {
			switch tuple[0] {
			case term.Term(term.OK):
				return m, nil, next
			case term.Term(term.Err):
				return nil, m, next
			}
		}
	}
	c.t.RaiseNew("CaseClauseError", "term", result)
	return nil, nil, s
}

// noteChosen notes the files that a form's event says were chosen. As
// maybe_update_uploads/2.
func (c *channel) noteChosen(s Socket, payload *term.Map) Socket {
	chosen, ok := get(payload, "uploads").(*term.Map)
	if !ok {
		return s
	}
	cid := orNil(get(payload, "cid"))
	for ref, entries := range chosen.All() {
		conf, ok := s.uploadByRef(ref)
		if !ok {
			continue
		}
		conf, _ = conf.WithCID(cid).Put(c.t, entries, func(conf upload.Config, e upload.Entry) upload.Config {
			return cancelInConfig(c.t, conf, e)
		})
		s = s.putUpload(conf)
	}
	return s
}

// registerUpload answers the process that wants to receive a file. As
// register_entry_upload/3.
func (c *channel) registerUpload(from, request, wait term.Term) term.Term {
	info, _ := request.(*term.Map)
	field := func(k string) term.Term { return orNil(info.GetAtom(term.NewAtom(k))) }
	pid, _ := field("channel_pid").(term.PID)
	held := uploadedEntry{ref: field("ref"), entryRef: field("entry_ref"), cid: field("cid")}
	return c.writeSocket(held.cid, "", func(s Socket) (Socket, *term.Map, bool) {
		conf, why := c.uploadOf(s, held.ref).Register(held.entryRef, pid)
		if why != nil {
			c.proc.Node().Reply(from, term.Tuple{term.Err, why})
			return s, nil, false
		}
		s = s.putUpload(conf)
		e, _ := conf.Entry(held.entryRef)
		reply := term.NewMap(term.NewAtom("max_file_size"), e.Size(), term.NewAtom("chunk_timeout"), term.Int(conf.ChunkTimeout()),
			term.NewAtom("max_entries_mode"), conf.Mode(), term.NewAtom("writer"), c.chooseWriter(s, conf, e))
		c.proc.Monitor(pid)
		c.uploads.add(pid, held)
		c.proc.Node().Reply(from, term.Tuple{term.OK, reply})
		c.awaitAnswer(wait)
		return s, nil, true
	})
}

// fetchUploadConfig is {:ok, config} of an upload, or :error. Tests ask for it.
func (c *channel) fetchUploadConfig(name, cid term.Term) term.Term {
	s := c.socket
	if n, ok := cid.(term.Int); ok {
		info, found := c.state.Component(int(n))
		if !found {
			return term.Err
		}
		s = info.Socket.(Socket)
	}
	conf, ok := s.upload(name)
	if !ok {
		return term.Err
	}
	return term.Tuple{term.OK, conf.Term()}
}

// awaitAnswer gives a join the time that it takes to be answered: there, the
// answer is out before the page is rendered anew. A writer that takes longer to
// start is not waited for.
func (c *channel) awaitAnswer(wait term.Term) {
	if join, ok := wait.(answered); ok {
		c.proc.Await(join.c, 20*time.Millisecond)
	}
}

// chooseWriter is writer!/4.
func (c *channel) chooseWriter(s Socket, conf upload.Config, e upload.Entry) term.Term {
	v := c.t.Call(conf.Writer(), conf.Name(), e.Term(), s.m)
	if pair, ok := v.(term.Tuple); ok && len(pair) == 2 {
		if _, isAtom := pair[0].(term.Atom); isAtom {
			return pair
		}
	}
	c.raise("RuntimeError", "expected :writer function to return a tuple of {module, opts}, got: %s\n", c.inspect(v))
	return nil
}

// uploadEnded acts on the end of a process that received a file.
func (c *channel) uploadEnded(pid term.PID, held uploadedEntry, reason term.Term) term.Term {
	if reason != term.Term(node.Normal) && reason != term.Term(node.Shutdown) && !term.Equal(reason, shutdownTuple(atomClosed)) {
		return shutdownTuple(term.Tuple{term.NewAtom("channel_upload_exit"), reason})
	}
	delete(c.uploads.pids, pid)
	return c.writeSocket(held.cid, "", func(s Socket) (Socket, *term.Map, bool) {
		conf, ok := s.uploadByRef(held.ref)
		if !ok {
			return s, nil, true
		}
		conf = conf.Unregister(held.entryRef)
		c.uploads.dropIfEmpty(conf)
		return s.putUpload(conf), nil, true
	})
}

// uploadFailed notes that the writer of a file failed. As fail_writer_entry/3.
func (c *channel) uploadFailed(pid, reason term.Term) term.Term {
	held, ok := c.heldUpload(pid)
	if !ok {
		return nil
	}
	return c.writeSocket(held.cid, "", func(s Socket) (Socket, *term.Map, bool) {
		conf := c.uploadOf(s, held.ref).Fail(held.entryRef, term.Tuple{term.NewAtom("writer_failure"), reason})
		s = s.putUpload(conf)
		if e, ok := conf.Entry(held.entryRef); ok {
			s = c.runProgress(s, conf, e)
		}
		return s, nil, true
	})
}

// uploadConsumed notes that a file was used, where the total counts.
func (c *channel) uploadConsumed(pid term.Term) term.Term {
	held, ok := c.heldUpload(pid)
	if !ok {
		return nil
	}
	return c.writeSocket(held.cid, "", func(s Socket) (Socket, *term.Map, bool) {
		conf := c.uploadOf(s, held.ref)
		if e, ok := conf.Entry(held.entryRef); ok {
			conf = conf.Consume(e)
			s = s.putUpload(conf)
		}
		c.uploads.dropIfEmpty(conf)
		return s, nil, true
	})
}

func (c *channel) heldUpload(pid term.Term) (uploadedEntry, bool) {
	p, _ := pid.(term.PID)
	held, ok := c.uploads.pids[p]
	return held, ok
}

// dropConsumed drops files that went elsewhere and were used.
func (c *channel) dropConsumed(info *term.Map) term.Term {
	refs, _ := info.GetAtom(term.NewAtom("entry_refs")).(*term.List)
	return c.writeSocket(orNil(info.GetAtom(term.NewAtom("cid"))), "", func(s Socket) (Socket, *term.Map, bool) {
		conf := c.uploadOf(s, info.GetAtom(atomUploadRef))
		for ref := range refs.All() {
			if e, ok := conf.Entry(ref); ok {
				conf = conf.Consume(e)
			}
		}
		c.uploads.dropIfEmpty(conf)
		return s.putUpload(conf), nil, true
	})
}

func (c *channel) dropUploadName(info *term.Map) {
	name := nameKey(info.GetAtom(term.NewAtom("name")))
	held, ok := c.uploads.names[name]
	if ok && term.Equal(held.ref, info.GetAtom(atomUploadRef)) && term.Equal(held.cid, info.GetAtom(term.NewAtom("cid"))) {
		delete(c.uploads.names, name)
	}
}

// cancelUploadsOf ends the uploads of a component that leaves the page.
func (c *channel) cancelUploadsOf(cid int) {
	mine := false
	for _, held := range c.uploads.names {
		mine = mine || term.Equal(held.cid, term.Int(cid))
	}
	info, ok := c.state.Component(cid)
	if !mine || !ok {
		return
	}
	uploads := info.Socket.(Socket).uploads()
	for name, v := range orEmpty(uploads).All() {
		conf, ok := upload.ConfigOf(v)
		if !ok {
			continue
		}
		for _, e := range conf.Entries() {
			cancelInConfig(c.t, conf, e)
		}
		delete(c.uploads.names, nameKey(name))
	}
}

// ownUpload handles the messages that LiveView sends to itself about uploads.
func (c *channel) ownUpload(m term.Tuple) (handle func() term.Term, name string) {
	switch m[1] {
	case term.Term(atomDropConsumed):
		if info, ok := m[2].(*term.Map); ok && len(m) == 3 {
			return func() term.Term { return c.dropConsumed(info) }, "consume_uploaded_entries"
		}
	case term.Term(atomDropUploadName):
		if info, ok := m[2].(*term.Map); ok && len(m) == 3 {
			return func() term.Term { c.dropUploadName(info); return nil }, "cancel_upload"
		}
	case term.Term(atomWriterError):
		if len(m) == 4 {
			return func() term.Term { return c.uploadFailed(m[2], m[3]) }, "upload writer"
		}
	case term.Term(atomUploadConsumed):
		return func() term.Term { return c.uploadConsumed(m[2]) }, "consume_uploaded_entry"
	}
	return nil, ""
}
