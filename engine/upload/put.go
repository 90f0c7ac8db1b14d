package upload

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// Put takes the files that the client says were chosen. cancel ends the
// process of a file that a new one replaces. ok is false when what is noted
// then keeps the files from being sent. As UploadConfig.put_entries/2.
func (c Config) Put(t *interp.Thread, files term.Term, cancel func(Config, Entry) Config) (next Config, ok bool) {
	c = c.replaceSole(t, files, cancel)
	t.Each(files, func(v term.Term) bool {
		file := clientFile(t, v)
		ref := fetch(t, file, "ref")
		if _, known := c.Entry(ref); !known {
			c = c.add(t, file, ref)
		}
		return true
	})
	tooMany := c.tooMany()
	if tooMany {
		c = c.PutError(c.Ref(), tooManyFiles)
	}
	return c, c.Auto() || !tooMany && len(c.Errors()) == 0
}

func clientFile(t *interp.Thread, v term.Term) *term.Map {
	file, ok := v.(*term.Map)
	if !ok {
		t.RaiseNew("BadMapError", "term", v)
	}
	return file
}

// fetch is Map.fetch!/2.
func fetch(t *interp.Thread, m *term.Map, key string) term.Term {
	v, ok := m.Get(term.Binary(key))
	if !ok {
		t.RaiseNew("KeyError", "key", term.Binary(key), "term", m)
	}
	return v
}

func get(m *term.Map, key string) term.Term {
	if v, ok := m.Get(term.Binary(key)); ok {
		return v
	}
	return term.Nil
}

// replaceSole has a new file take the place of the one that there may be.
func (c Config) replaceSole(t *interp.Thread, files term.Term, cancel func(Config, Entry) Config) Config {
	list, _ := files.(*term.List)
	all, ok := list.Slice()
	if c.int(fieldMaxEntries) != 1 || !ok || len(all) != 1 {
		return c
	}
	if _, known := c.Entry(fetch(t, clientFile(t, all[0]), "ref")); known {
		return c
	}
	for _, e := range c.Entries() {
		c = cancel(c, e)
	}
	return c
}

// add notes a file, and what is wrong with it.
func (c Config) add(t *interp.Thread, file *term.Map, ref term.Term) Config {
	if held, ok := c.mapField(fieldPIDs).Get(ref); ok {
		t.RaiseNew("MatchError", "term", term.Tuple{term.OK, held})
	}
	e := Entry{emptyEntry.PutAll(fieldRef, ref, term.NewAtom("upload_ref"), c.Ref(), fieldUploadConfig, c.Name(),
		fieldClientName, fetch(t, file, "name"), term.NewAtom("client_relative_path"), get(file, "relative_path"),
		fieldSize, fetch(t, file, "size"), fieldType, fetch(t, file, "type"),
		term.NewAtom("client_last_modified"), get(file, "last_modified"), term.NewAtom("client_meta"), get(file, "meta"))}
	why := c.validate(t, e)
	state := unregistered
	if why == nil {
		e = Entry{e.m.PutAll(fieldValid, term.True, term.NewAtom("uuid"), term.Binary(newUUID()))}
	} else {
		state = invalid
	}
	entries := c.Entries()
	t.Burn(1 + len(entries)/16) // a frame may name very many files, and each is one more to copy
	c = c.withEntries(append(entries, e))
	c = c.put(fieldPIDs, c.mapField(fieldPIDs).Put(ref, state)).put(fieldMetas, c.mapField(fieldMetas).Put(ref, term.EmptyMap))
	if why != nil {
		c = c.PutError(ref, why)
	}
	return c
}

// validate returns why a file may not be sent, or nil.
func (c Config) validate(t *interp.Thread, e Entry) term.Term {
	size := e.Size()
	_, isInt := size.(term.Int)
	_, isBig := size.(*term.Big)
	if !isInt && !isBig || term.Compare(size, c.m.GetAtom(fieldMaxFileSize)) > 0 {
		return tooLarge
	}
	name, _ := e.m.GetAtom(fieldClientName).(term.Binary)
	kind, _ := e.m.GetAtom(fieldType).(term.Binary)
	if !c.accepted(string(name), string(kind)) {
		return notAccepted
	}
	if result, ok := t.Call(c.m.GetAtom(fieldValidator), e.m).(term.Tuple); ok && len(result) == 2 && result[0] == term.Term(term.NewAtom("error")) {
		return result[1]
	}
	return nil
}
