package live

import (
	"crypto/rand"
	"encoding/base64"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// helperModules returns the functions behind LiveView's own components.
func helperModules() []*interp.NativeModule {
	return []*interp.NativeModule{
		{Name: "Phoenix.LiveView.HTMLEngine", Funcs: []interp.NativeFunc{
			{Name: "attributes_escape", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
				return safe(str(t.DynamicAttributes(a[0])))
			}},
		}},
		utilsModule(),
		connNatives(),
	}
}

var linkSchemes = []string{"http:", "https:", "ftp:", "ftps:", "mailto:", "news:", "irc:", "gopher:", "nntp:", "feed:",
	"telnet:", "mms:", "rtsp:", "svn:", "tel:", "fax:", "xmpp:"}

// validDestination is valid_destination!/2: where an ordinary link may lead.
func validDestination(t *interp.Thread, a []term.Term) term.Term {
	context := t.ToString(a[1])
	check := func(to string) term.Term {
		for _, s := range linkSchemes {
			if strings.HasPrefix(to, s) {
				return str(to)
			}
		}
		if _, found := navigationScheme(to); found {
			t.RaiseArgument("unsupported scheme given to %s. In case you want to link to an\n"+
				"unknown or unsafe scheme, such as javascript, use a tuple: {:javascript, rest}\n", context)
		}
		return str(to)
	}
	switch v := a[0].(type) {
	case term.Tuple:
		if data, ok := safeData(v); ok {
			return safe(check(t.IOData(data)))
		}
		if len(v) == 2 {
			if scheme, ok := v[0].(term.Atom); ok {
				return term.NewList(str(scheme.Name()), term.Int(':'), v[1])
			}
		}
	case *term.Map:
		if name, ok := v.StructName(); ok && name == term.NewModule("URI") {
			return check(t.ToString(t.Apply(name, "to_string", v)))
		}
	}
	return check(t.IOData(a[0]))
}

// validNavigation is valid_live_navigation_destination!/2.
func validNavigation(t *interp.Thread, a []term.Term) term.Term {
	(&jsOpts{t: t}).destination(t.ToString(a[0]), t.ToString(a[1]))
	return a[0]
}

var (
	maskedToken = term.NewAtom("plug_masked_csrf_token")
	sessionCSRF = str("_csrf_token")
)

// The sizes of CSRF tokens, as in Plug.CSRFProtection.
const (
	csrfBytes  = 18
	csrfLength = 24
)

// csrfToken is the token for forms on the page, the same for one process. It
// stands for the session's, when the session has one.
func csrfToken(t *interp.Thread, _ []term.Term) term.Term {
	p := node.Of(t)
	if p == nil {
		return str(maskToken(randomToken()))
	}
	if v := p.Dict().GetAtom(maskedToken); v != nil {
		return v
	}
	token := unmaskedToken(p, runtimeOf(t))
	masked := str(maskToken(token))
	p.SetDict(p.Dict().Put(maskedToken, masked).Put(atomUnmasked, str(token)))
	return masked
}

// unmaskedToken is the token that a process gives to its forms: the one that
// was noted, else that of the session, else a new one.
func unmaskedToken(p *node.Process, r *runtime) string {
	if v, ok := p.Dict().GetAtom(atomUnmasked).(term.Binary); ok {
		return string(v)
	}
	var session *term.Map
	if r != nil && r.socket.m != nil {
		session, _ = r.socket.private().GetAtom(atomConnSession).(*term.Map)
	} else if r != nil && r.handled != nil {
		session = r.handled.req.Session
	}
	if v, ok := orEmpty(session).Get(sessionCSRF); ok {
		if text, ok := v.(term.Binary); ok && len(text) == csrfLength {
			return string(text)
		}
	}
	return randomToken()
}

func randomToken() string {
	b := make([]byte, csrfBytes)
	rand.Read(b)
	return base64.URLEncoding.EncodeToString(b)
}

// maskToken hides a token behind a mask that is never used again.
func maskToken(token string) string {
	mask := randomToken()
	out := make([]byte, len(token))
	for i := range out {
		out[i] = token[i] ^ mask[i%len(mask)]
	}
	return base64.URLEncoding.EncodeToString(out) + mask
}

// liveComponent is Phoenix.Component.live_component/1.
func liveComponent(t *interp.Thread, a []term.Term) term.Term {
	assigns, ok := a[0].(*term.Map)
	if !ok {
		t.RaiseFunctionClause(component, "live_component", a)
	}
	id := assigns.GetAtom(atomID)
	given := assigns.GetAtom(term.NewAtom("module"))
	assigns = assigns.Delete(atomChanged).Delete(term.NewAtom("module"))
	module, isAtom := given.(term.Atom)
	if !isAtom || module == term.Nil {
		if given == nil {
			given = term.Nil
		}
		t.RaiseArgument(".live_component expects module={...} to be given and to be an atom, got: %s", t.Inspect(given, term.InspectOptions{}))
	}
	if id == nil || id == term.Term(term.Nil) {
		t.RaiseArgument(".live_component expects id={...} to be given, got: nil")
	}
	info, _ := t.Apply(module, "__live__").(*term.Map)
	kind := term.Term(term.Nil)
	if info != nil {
		kind = info.GetAtom(atomKind)
	}
	if kind != term.Term(kindComponent) {
		t.RaiseArgument("expected %s to be a component, but it is a %s", term.Inspect(module), t.ToString(kind))
	}
	return &rendered.Component{Module: module, ID: id, Assigns: assigns}
}
