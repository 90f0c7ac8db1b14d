package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"

	"streamsplayground/engine/transport"
)

// The stage's clients live below /stage/TOKEN. The token says which reader,
// which page and which client it is, and is signed: such a page is sandboxed,
// has no cookies and the origin null.

// stageBase returns the prefix of a client's URLs.
func (s *Server) stageBase(reader, page, client string) string {
	text := strings.Join([]string{reader, page, client}, "\x00")
	return "/stage/" + base64.RawURLEncoding.EncodeToString([]byte(text)) + "." + s.sign("stage\x00"+text)
}

func (s *Server) sign(text string) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// openStage returns who a stage token is for.
func (s *Server) openStage(token string) (reader, page, client string, ok bool) {
	body, mac, _ := strings.Cut(token, ".")
	data, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil || !hmac.Equal([]byte(mac), []byte(s.sign("stage\x00"+string(data)))) {
		return "", "", "", false
	}
	parts := strings.Split(string(data), "\x00")
	if len(parts) != 3 {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}

// stagePolicy keeps a client's page from the rest even in a tab of its own:
// somebody else may have written its code.
const stagePolicy = "sandbox allow-scripts allow-forms allow-modals allow-popups; default-src 'none'; script-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; img-src * data: blob:; media-src * data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; form-action 'self'; base-uri 'none'"

func (s *Server) serveStage(w http.ResponseWriter, r *http.Request) {
	token, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/stage/"), "/")
	reader, page, client, ok := s.openStage(token)
	if !ok {
		http.Error(w, "this link is not valid any more: open the playground's page again", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Security-Policy", stagePolicy)
	rn := s.run(reader, page)
	if rn == nil {
		http.Error(w, "this page is no more", http.StatusNotFound)
		return
	}
	base := "/stage/" + token
	if path == "app.css" {
		s.serveStyle(w, rn)
		return
	}
	if name, ok := strings.CutPrefix(path, "colocated/"); ok {
		serveColocated(w, rn, name)
		return
	}
	h, err := rn.handler()
	if err != nil {
		guestError(w, err)
		return
	}
	g := guest{base: base, name: client, styled: rn.styled(), hooks: len(rn.colocated()) > 0, project: rn.project()}
	if g.project {
		w.Header().Set("Content-Security-Policy", projectPolicy)
		serveProject(w, r, h, rn.jar(client), g)
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), guestKey{}, g))
	http.StripPrefix(base, h).ServeHTTP(&prefixed{ResponseWriter: w, base: base}, r)
}

func (s *Server) serveStyle(w http.ResponseWriter, rn *run) {
	style := rn.style()
	w.Header().Set("Access-Control-Allow-Origin", "*")
	serveBytes(w, "app.css", style)
}

// serveColocated serves the scripts that stand in templates: an index, which
// gives hooks to the page before its client starts and exports the others, and
// each by its number.
func serveColocated(w http.ResponseWriter, rn *run, name string) {
	scripts := rn.colocated()
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if i, err := strconv.Atoi(strings.TrimSuffix(name, ".js")); err == nil && i >= 0 && i < len(scripts) {
		serveBytes(w, name, []byte(scripts[i].Text))
		return
	}
	var b, named strings.Builder
	b.WriteString("window.hooks = { ...window.hooks };\n")
	for i, s := range scripts {
		switch {
		case s.Name == "":
			fmt.Fprintf(&b, "import \"./%d.js\";\n", i)
			continue
		case s.IsHook():
			fmt.Fprintf(&b, "window.hooks[%q] = script%d;\n", s.Name, i)
		default:
			fmt.Fprintf(&named, "  %q: script%d,\n", s.Name, i)
		}
		fmt.Fprintf(&b, "import script%d from \"./%d.js\";\n", i, i)
	}
	b.WriteString("export default {\n" + named.String() + "};\n")
	serveBytes(w, "index.js", []byte(b.String()))
}

// guestError shows why a client has no page.
func guestError(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	page := "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not running</title>" + guestStyles +
		"</head><body class=\"guest\"><p class=\"hint\">The live view is not running.</p><pre class=\"hint\">" + html.EscapeString(err.Error()) + "</pre></body></html>"
	w.Write([]byte(page)) //nolint:errcheck // the client is gone, and nothing is to be done about it
}

const guestStyles = `<link rel="stylesheet" href="/assets/css/tokens.css"><link rel="stylesheet" href="/assets/css/base.css"><link rel="stylesheet" href="/assets/css/guest.css">`

// guestPage is the HTML page around a live view on the stage.
func guestPage(d transport.Document) string {
	g, _ := guestOf(d.Request)
	style, class := "<link rel=\"stylesheet\" href=\""+html.EscapeString(g.base)+"/app.css\">\n", "guest"
	if !g.styled {
		style, class = "", "guest unstyled"
	}
	hooks := ""
	if g.hooks {
		hooks = "<script type=\"module\" src=\"" + html.EscapeString(g.base) + "/colocated/index.js\"></script>\n"
	}
	return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
		"<meta name=\"csrf-token\" content=\"" + html.EscapeString(d.CSRFToken) + "\">\n" +
		"<meta name=\"lv-base\" content=\"" + html.EscapeString(g.base) + "\">\n" +
		transport.Title(g.name, "", d.Page) + "\n" + guestStyles +
		style + hooks + "<script type=\"module\" src=\"/assets/ui/guest.js\"></script>\n</head>\n<body class=\"" + class + "\">\n" +
		d.Content + "\n</body>\n</html>\n"
}

// prefixed puts the stage's prefix before the paths that a live view redirects
// to.
type prefixed struct {
	http.ResponseWriter
	base string
}

// WriteHeader implements http.ResponseWriter.
func (p *prefixed) WriteHeader(status int) {
	if to := p.Header().Get("Location"); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
		p.Header().Set("Location", p.base+to)
	}
	p.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the WebSocket take the connection over.
func (p *prefixed) Unwrap() http.ResponseWriter { return p.ResponseWriter }
