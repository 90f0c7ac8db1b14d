// Package upload is what a live view keeps about the files that its client
// wants to send: which are allowed, which were chosen, how far each has come,
// and what is wrong with it. It is the rules of Phoenix.LiveView.UploadConfig
// and UploadEntry of LiveView 1.2.10 on the structs that the reader's code
// sees. It knows nothing of sockets and channels; package live does.
package upload

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// What an upload allows when it says nothing else.
const (
	defaultMaxEntries   = 1
	defaultMaxFileSize  = 8_000_000
	defaultChunkSize    = 64_000
	defaultChunkTimeout = 10_000
)

// The states of an entry that no process receives, in entry_refs_to_pids.
var (
	unregistered = term.NewAtom("unregistered")
	invalid      = term.NewAtom("invalid")
	failed       = term.NewAtom("failed")
)

// The errors that this package notes by itself.
var (
	tooManyFiles = term.NewAtom("too_many_files")
	tooLarge     = term.NewAtom("too_large")
	notAccepted  = term.NewAtom("not_accepted")
)

var (
	modeSelected = term.NewAtom("selected")
	modeTotal    = term.NewAtom("total")
	anyKind      = term.NewAtom("any")
)

// The fields of both structs that are read or written here.
var (
	fieldAccept       = term.NewAtom("accept")
	fieldAllowed      = term.NewAtom("allowed?")
	fieldAuto         = term.NewAtom("auto_upload?")
	fieldCancelled    = term.NewAtom("cancelled?")
	fieldChunkSize    = term.NewAtom("chunk_size")
	fieldChunkTimeout = term.NewAtom("chunk_timeout")
	fieldCID          = term.NewAtom("cid")
	fieldConsumed     = term.NewAtom("consumed_entries")
	fieldDone         = term.NewAtom("done?")
	fieldEntries      = term.NewAtom("entries")
	fieldErrors       = term.NewAtom("errors")
	fieldExternal     = term.NewAtom("external")
	fieldExts         = term.NewAtom("acceptable_exts")
	fieldMaxEntries   = term.NewAtom("max_entries")
	fieldMaxFileSize  = term.NewAtom("max_file_size")
	fieldMetas        = term.NewAtom("entry_refs_to_metas")
	fieldMode         = term.NewAtom("max_entries_mode")
	fieldName         = term.NewAtom("name")
	fieldPIDs         = term.NewAtom("entry_refs_to_pids")
	fieldPreflighted  = term.NewAtom("preflighted?")
	fieldProgress     = term.NewAtom("progress")
	fieldProgressFun  = term.NewAtom("progress_event")
	fieldRef          = term.NewAtom("ref")
	fieldSize         = term.NewAtom("client_size")
	fieldType         = term.NewAtom("client_type")
	fieldClientName   = term.NewAtom("client_name")
	fieldTypes        = term.NewAtom("acceptable_types")
	fieldUploadConfig = term.NewAtom("upload_config")
	fieldUploader     = term.NewAtom("uploader")
	fieldValid        = term.NewAtom("valid?")
	fieldValidator    = term.NewAtom("validator")
	fieldWriter       = term.NewAtom("writer")
)

// The names of the structs.
const (
	configModule = "Phoenix.LiveView.UploadConfig"
	entryModule  = "Phoenix.LiveView.UploadEntry"
)

var emptySet = term.NewStruct("MapSet", "map", term.EmptyMap)

// emptyConfig is %Phoenix.LiveView.UploadConfig{}.
var emptyConfig = term.NewStruct(configModule,
	"name", term.Nil, "cid", unregistered, "client_key", term.Nil, "max_entries", term.Int(defaultMaxEntries),
	"max_entries_mode", modeSelected, "max_file_size", term.Int(defaultMaxFileSize), "chunk_size", term.Int(defaultChunkSize),
	"chunk_timeout", term.Int(defaultChunkTimeout), "entries", term.Empty, "consumed_entries", term.Int(0),
	"entry_refs_to_pids", term.EmptyMap, "entry_refs_to_metas", term.EmptyMap, "accept", term.Empty,
	"acceptable_types", emptySet, "acceptable_exts", emptySet, "external", term.False, "allowed?", term.False,
	"ref", term.Nil, "errors", term.Empty, "auto_upload?", term.False, "progress_event", term.Nil,
	"writer", term.Nil, "validator", term.Nil)

// Config is an %UploadConfig{}: one name that a view accepts files under.
// Like all terms it is immutable; the methods that change it return the next.
type Config struct{ m *term.Map }

// ConfigOf returns a term as a Config, and false when it is none.
func ConfigOf(v term.Term) (Config, bool) {
	m, ok := v.(*term.Map)
	if !ok || m.GetAtom(term.StructKey) != term.Term(term.NewModule(configModule)) {
		return Config{}, false
	}
	return Config{m}, true
}

// Term returns the struct.
func (c Config) Term() *term.Map { return c.m }

// Name returns the name given to allow_upload/3, an atom or a string.
func (c Config) Name() term.Term { return c.m.GetAtom(fieldName) }

// Ref returns the upload's reference, which the input in the page has as id.
func (c Config) Ref() term.Term { return c.m.GetAtom(fieldRef) }

// CID returns the number of the component that the upload is in, or nil.
func (c Config) CID() term.Term { return c.m.GetAtom(fieldCID) }

// WithCID notes the component that the upload is in.
func (c Config) WithCID(cid term.Term) Config { return c.put(fieldCID, cid) }

// Auto reports whether files are sent as soon as they are chosen.
func (c Config) Auto() bool { return c.m.GetAtom(fieldAuto) == term.Term(term.True) }

// External returns the function that says where files go instead, and false
// when they come here.
func (c Config) External() (*term.Fun, bool) {
	f, ok := c.m.GetAtom(fieldExternal).(*term.Fun)
	return f, ok
}

// ProgressFun returns the callback for progress, and false for none.
func (c Config) ProgressFun() (*term.Fun, bool) {
	f, ok := c.m.GetAtom(fieldProgressFun).(*term.Fun)
	return f, ok
}

// Writer returns the function that chooses what takes the bytes.
func (c Config) Writer() term.Term { return c.m.GetAtom(fieldWriter) }

// Mode returns :selected or :total.
func (c Config) Mode() term.Term { return c.m.GetAtom(fieldMode) }

// ChunkTimeout returns how long a client may be silent, in milliseconds.
func (c Config) ChunkTimeout() int { return c.int(fieldChunkTimeout) }

// ClientConfig is what the client is told about the upload.
func (c Config) ClientConfig() *term.Map {
	return term.NewMap(fieldMaxFileSize, c.m.GetAtom(fieldMaxFileSize), fieldMaxEntries, c.m.GetAtom(fieldMaxEntries),
		fieldChunkSize, c.m.GetAtom(fieldChunkSize), fieldChunkTimeout, c.m.GetAtom(fieldChunkTimeout))
}

// Disallow returns the upload as one that is no longer allowed.
func (c Config) Disallow() Config { return c.put(fieldAllowed, term.False) }

func (c Config) put(k term.Atom, v term.Term) Config { return Config{c.m.Put(k, v)} }

func (c Config) int(k term.Atom) int {
	n, _ := c.m.GetAtom(k).(term.Int)
	return int(n)
}

func (c Config) mapField(k term.Atom) *term.Map {
	m, _ := c.m.GetAtom(k).(*term.Map)
	if m == nil {
		return term.EmptyMap
	}
	return m
}

// Build makes the configuration for allow_upload/3, and raises what that
// raises for options that are none.
func Build(t *interp.Thread, name, ref term.Term, opts *term.List) Config {
	if opts == term.Empty {
		t.RaiseFunctionClause(configModule, "build", []term.Term{name, ref, opts})
	}
	accept, types, exts := acceptOption(t, opts)
	c := Config{emptyConfig.PutAll(fieldName, name, fieldRef, ref, fieldAccept, accept, fieldTypes, types, fieldExts, exts,
		fieldAllowed, term.True)}
	c = c.funOption(t, opts, "external", fieldExternal, 2, "Only a 2-arity function receiving the upload entry and socket is supported. Got:")
	c = c.positive(t, opts, fieldMaxEntries, defaultMaxEntries, "")
	if mode, ok := term.KeywordGet(opts, fieldMode); ok {
		if mode != term.Term(modeSelected) && mode != term.Term(modeTotal) {
			invalidOption(t, "max_entries_mode", "Only :selected and :total are supported (Defaults to :selected). Got:", mode)
		}
		c = c.put(fieldMode, mode)
	}
	c = c.positive(t, opts, fieldMaxFileSize, defaultMaxFileSize, "bytes")
	c = c.positive(t, opts, fieldChunkSize, defaultChunkSize, "bytes")
	c = c.positive(t, opts, fieldChunkTimeout, defaultChunkTimeout, "ms")
	c = c.funOption(t, opts, "progress", fieldProgressFun, 3, "Only 3-arity anonymous function is supported. Got:")
	c = c.funOption(t, opts, "writer", fieldWriter, 3, "Only a 3-arity anonymous function is supported. Got:")
	c = c.funOption(t, opts, "validator", fieldValidator, 1, "Only a 1-arity anonymous function is supported. Got:")
	if auto, ok := term.KeywordGet(opts, term.NewAtom("auto_upload")); ok {
		c = c.put(fieldAuto, auto)
	}
	return c.withDefaults()
}

// withDefaults sets the functions that were not given.
func (c Config) withDefaults() Config {
	if c.m.GetAtom(fieldWriter) == term.Term(term.Nil) {
		c = c.put(fieldWriter, defaultWriter)
	}
	if c.m.GetAtom(fieldValidator) == term.Term(term.Nil) {
		c = c.put(fieldValidator, defaultValidator)
	}
	return c
}

// TmpFileWriter is the module of the writer that keeps the bytes here.
const TmpFileWriter = "Phoenix.LiveView.UploadTmpFileWriter"

var defaultWriter = shown(1, interp.NewFun(3, func(*interp.Thread, []term.Term) term.Term {
	return term.Tuple{term.NewModule(TmpFileWriter), term.Empty}
}))

var defaultValidator = shown(2, interp.NewFun(1, func(*interp.Thread, []term.Term) term.Term { return term.OK }))

// shown has a function be shown as the one that stands in its place in
// LiveView 1.2.10, whose numbers these are.
func shown(index int, f *term.Fun) *term.Fun {
	out := *f
	out.Index, out.Uniq = index, 14447118
	out.Module, out.Name = term.NewModule(configModule), term.NewAtom("-build/3-fun-0-")
	return &out
}

func invalidOption(t *interp.Thread, name, why string, got term.Term) {
	t.RaiseArgument("invalid :%s value provided to allow_upload.\n\n%s\n\n%s\n", name, why, t.Inspect(got, term.InspectOptions{}))
}

func (c Config) funOption(t *interp.Thread, opts *term.List, name string, field term.Atom, arity int, why string) Config {
	v, ok := term.KeywordGet(opts, term.NewAtom(name))
	if !ok {
		return c
	}
	if f, isFun := v.(*term.Fun); !isFun || f.Arity != arity {
		invalidOption(t, name, why, v)
	}
	return c.put(field, v)
}

func (c Config) positive(t *interp.Thread, opts *term.List, field term.Atom, missing int, unit string) Config {
	v, ok := term.KeywordGet(opts, field)
	if !ok {
		return c
	}
	if n, isInt := v.(term.Int); isInt && n > 0 {
		return c.put(field, n)
	}
	if b, isBig := v.(*term.Big); isBig && b.Big().Sign() > 0 {
		return c.put(field, b)
	}
	in := ""
	def := term.Inspect(term.Int(missing))
	def = strings.ReplaceAll(def, "_", "")
	switch unit {
	case "ms":
		in = " in milliseconds"
		def += " ms"
	case "bytes":
		def += " bytes"
	}
	invalidOption(t, field.Name(), "Only a positive integer"+in+" is supported (Defaults to "+def+"). Got:", v)
	return c
}
