package transport

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"streamsplayground/engine/etf"
	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
)

// Tokens signs and verifies what browsers keep for the server, in the form of
// Phoenix.Token: an HS256 signature over a term with the time of signing. It
// implements live.Tokens and is safe for concurrent use.
type Tokens struct {
	secret []byte
	now    func() time.Time
}

// The ages after which tokens are refused, as in Phoenix.
const (
	sessionAge = 14 * 24 * time.Hour
	flashAge   = time.Minute
	cookieAge  = 10 * 365 * 24 * time.Hour
)

// tokenVersion is that of the content, as Phoenix.LiveView.Static has it.
const tokenVersion = 6

// ErrToken is why a token is refused.
var ErrToken = errors.New("token is not valid")

// NewTokens returns tokens that are signed with the secret and good for one
// scope only, such as a reader's node: a view may not be joined on another
// one. An empty secret stands for a random one, which ends with the program.
func NewTokens(secret []byte, scope string) *Tokens {
	if len(secret) == 0 {
		secret = make([]byte, 32)
		rand.Read(secret)
	}
	return &Tokens{secret: sum(secret, "scope:"+scope), now: time.Now}
}

func sum(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// header is the base64 of "HS256".
const header = "SFMyNTY"

var b64 = base64.RawURLEncoding

// sign returns a token for one purpose.
func (t *Tokens) sign(purpose string, v term.Term) string {
	signed := term.Tuple{v, term.Int(t.now().UnixMilli())}
	text := header + "." + b64.EncodeToString(etf.EncodeData(signed))
	return text + "." + b64.EncodeToString(sum(sum(t.secret, purpose), text))
}

func (t *Tokens) verify(purpose, token string, age time.Duration) (term.Term, error) {
	text, mac, ok := cutLast(token, ".")
	if !ok || !strings.HasPrefix(text, header+".") {
		return nil, ErrToken
	}
	got, err := b64.DecodeString(mac)
	if err != nil || !hmac.Equal(got, sum(sum(t.secret, purpose), text)) {
		return nil, ErrToken
	}
	data, err := b64.DecodeString(text[len(header)+1:])
	if err != nil {
		return nil, ErrToken
	}
	v, _, err := etf.Decode(data, false)
	tuple, isTuple := v.(term.Tuple)
	if err != nil || !isTuple || len(tuple) != 2 {
		return nil, ErrToken
	}
	at, ok := tuple[1].(term.Int)
	if !ok || t.now().Sub(time.UnixMilli(int64(at))) > age {
		return nil, ErrToken
	}
	return tuple[0], nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// SignSession implements live.Tokens.
func (t *Tokens) SignSession(s live.Session) string {
	session := s.Session
	if session == nil {
		session = term.EmptyMap
	}
	return t.sign("session", versioned(
		"id", term.Binary(s.ID), "view", atomOrNil(s.View), "root_view", atomOrNil(s.RootView), "routed", term.Bool(s.Routed),
		"live_session_name", term.Binary(s.LiveSession), "parent_pid", pidOrNil(s.Parent), "root_pid", pidOrNil(s.Root), "session", session))
}

// VerifySession returns what a session token carries.
func (t *Tokens) VerifySession(token string) (live.Session, error) {
	m, err := t.content("session", token)
	if err != nil {
		return live.Session{}, err
	}
	get := func(k string) term.Term { return m.GetAtom(term.NewAtom(k)) }
	s := live.Session{ID: text(get("id")), LiveSession: text(get("live_session_name")), Routed: get("routed") == term.Term(term.True),
		View: atomOf(get("view")), RootView: atomOf(get("root_view")), Parent: pidOf(get("parent_pid")), Root: pidOf(get("root_pid"))}
	s.Session, _ = get("session").(*term.Map)
	return s, nil
}

// SignStatic implements live.Tokens.
func (t *Tokens) SignStatic(s live.Static) string {
	flash := s.Flash
	if flash == nil {
		flash = term.EmptyMap
	}
	return t.sign("static", versioned("id", term.Binary(s.ID), "flash", flash, "assign_new", term.NewList(s.AssignNew...)))
}

// VerifyStatic returns what a static token carries.
func (t *Tokens) VerifyStatic(token string) (live.Static, error) {
	m, err := t.content("static", token)
	if err != nil {
		return live.Static{}, err
	}
	s := live.Static{ID: text(m.GetAtom(term.NewAtom("id")))}
	s.Flash, _ = m.GetAtom(term.NewAtom("flash")).(*term.Map)
	if l, ok := m.GetAtom(term.NewAtom("assign_new")).(*term.List); ok {
		s.AssignNew, _ = l.Slice()
	}
	return s, nil
}

// SignFlash implements live.Tokens.
func (t *Tokens) SignFlash(flash *term.Map) string { return t.sign("flash", flash) }

// VerifyFlash returns the flash of a token, an empty one if it is not valid,
// as Phoenix.LiveView.Utils.verify_flash/2.
func (t *Tokens) VerifyFlash(token string) *term.Map {
	v, _ := t.verify("flash", token, flashAge)
	if m, ok := v.(*term.Map); ok {
		return m
	}
	return term.EmptyMap
}

// SignReload implements live.Tokens.
func (t *Tokens) SignReload(r live.Reload) string {
	return t.sign("reload", versioned("status", term.Int(r.Status), "view", term.Binary(r.View)))
}

// VerifyReload returns what a reload token carries.
func (t *Tokens) VerifyReload(token string) (live.Reload, error) {
	m, err := t.content("reload", token)
	if err != nil {
		return live.Reload{}, err
	}
	status, _ := m.GetAtom(term.NewAtom("status")).(term.Int)
	return live.Reload{Status: int(status), View: text(m.GetAtom(term.NewAtom("view")))}, nil
}

// SignUpload implements live.Tokens.
func (t *Tokens) SignUpload(u live.UploadToken) string {
	return t.sign("upload", versioned("pid", u.View, "ref", term.Tuple{u.Ref, u.EntryRef}, "cid", orNil(u.CID)))
}

// VerifyUpload returns what the token of a file carries.
func (t *Tokens) VerifyUpload(token string) (live.UploadToken, error) {
	m, err := t.content("upload", token)
	if err != nil {
		return live.UploadToken{}, err
	}
	pid, isPID := m.GetAtom(term.NewAtom("pid")).(term.PID)
	refs, isTuple := m.GetAtom(term.NewAtom("ref")).(term.Tuple)
	if !isPID || !isTuple || len(refs) != 2 {
		return live.UploadToken{}, ErrToken
	}
	return live.UploadToken{View: pid, Ref: refs[0], EntryRef: refs[1], CID: m.GetAtom(term.NewAtom("cid"))}, nil
}

// versioned returns {6, %{…}}.
func versioned(fields ...any) term.Term {
	b := term.NewMapBuilder(len(fields) / 2)
	for i := 0; i < len(fields); i += 2 {
		b.Put(term.NewAtom(fields[i].(string)), fields[i+1].(term.Term))
	}
	return term.Tuple{term.Int(tokenVersion), b.Map()}
}

func (t *Tokens) content(purpose, token string) (*term.Map, error) {
	v, err := t.verify(purpose, token, sessionAge)
	if err != nil {
		return nil, err
	}
	tuple, ok := v.(term.Tuple)
	if !ok || len(tuple) != 2 || tuple[0] != term.Term(term.Int(tokenVersion)) {
		return nil, ErrToken
	}
	m, ok := tuple[1].(*term.Map)
	if !ok {
		return nil, ErrToken
	}
	return m, nil
}

func atomOrNil(a term.Atom) term.Term {
	if a.IsZero() {
		return term.Nil
	}
	return a
}

func pidOrNil(p *term.PID) term.Term {
	if p == nil {
		return term.Nil
	}
	return *p
}

func atomOf(t term.Term) term.Atom {
	a, _ := t.(term.Atom)
	if a == term.Nil {
		return term.Atom{}
	}
	return a
}

func pidOf(t term.Term) *term.PID {
	if p, ok := t.(term.PID); ok {
		return &p
	}
	return nil
}

func text(t term.Term) string {
	b, _ := t.(term.Binary)
	return string(b)
}
