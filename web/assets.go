package web

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"streamsplayground/web/client"
)

//go:embed css/*.css ui/*.js pages/*.gohtml
var files embed.FS

// serveAsset serves /assets/{css,ui,client}/NAME. Modules are loaded by the
// sandboxed pages of the stage too, whose origin is null, so anybody may read
// them. What is not here may be a project's.
func (s *Server) serveAsset(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/assets/")
	var data []byte
	var err error
	if script, ok := strings.CutPrefix(name, "client/"); ok {
		data, err = fs.ReadFile(client.FS, script)
	} else {
		data, err = files.ReadFile(name)
	}
	if err != nil || strings.HasPrefix(name, "pages/") {
		s.serveStatic(w, r)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	serveBytes(w, name, data)
}

// serveStatic serves a project's own files, to its sandboxed pages too.
func (s *Server) serveStatic(w http.ResponseWriter, r *http.Request) {
	if s.opts.Static == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	s.opts.Static.ServeHTTP(w, r)
}

var contentTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".ico": "image/x-icon", ".json": "application/json", ".woff2": "font/woff2",
}

// serveBytes writes a file. It is not cached: the program may be another the
// next time it is started, and the way is short.
func serveBytes(w http.ResponseWriter, name string, data []byte) {
	kind := contentTypes[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(data) //nolint:errcheck // the client is gone, and nothing is to be done about it
}
