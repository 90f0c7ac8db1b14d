package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
)

// A project's pages load a bundle that its build makes of assets/js/app.js.
// Here nothing is bundled: the modules are served as they are, with the names
// that they import replaced by where those are served.

// bundles are the paths under which layouts load the bundle.
var bundles = []string{"/assets/app.js", "/assets/js/app.js"}

// sheets are the paths of the style sheet that the build makes.
var sheets = []string{"/assets/app.css", "/assets/css/app.css"}

// modulesPath is where the modules of a project are served.
const modulesPath = "/assets/project/"

// appJS is the JavaScript of a project.
type appJS struct {
	dir    string // assets, with slashes
	client client
	// scripts are those that stand in templates. On the stage the page has them
	// from elsewhere, and colocated says how.
	scripts   []interp.Colocated
	colocated string
}

// importing finds the imports and exports of a module: what is before the
// name, and the name.
var importing = regexp.MustCompile(`(?m)(^[ \t]*(?:import|export)\b[^"'\n;]*(?:\n[^"'\n;]*)*?\bfrom\s*|^[ \t]*import\s*|\bimport\(\s*)["']([^"'\n]+)["']`)

// moduleSyntax finds what only modules have.
var moduleSyntax = regexp.MustCompile(`(?m)^\s*(?:import\b|export\b)`)

// serves reports whether there is JavaScript for a path.
func (a *appJS) serves(path string) bool {
	return slices.Contains(bundles, path) || slices.Contains(sheets, path) || strings.HasPrefix(path, modulesPath)
}

// ServeHTTP implements http.Handler.
func (a *appJS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if slices.Contains(sheets, r.URL.Path) {
		// What it is made of is served as it is: a browser passes over what only a
		// build understands. Without one the page is as the browser shows it.
		text, err := os.ReadFile(a.file("css/app.css"))
		if err != nil {
			text = nil
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Write(text) //nolint:errcheck // the client is gone, and nothing is to be done about it
		return
	}
	text, ok := a.module(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	io.WriteString(w, text) //nolint:errcheck // the client is gone, and nothing is to be done about it
}

// module returns the JavaScript of a path.
func (a *appJS) module(name string) (string, bool) {
	if slices.Contains(bundles, name) {
		// Layouts load it as a classic script.
		return "import(" + quoteJS(modulesPath+"start.js") + ");\n", true
	}
	name = strings.TrimPrefix(name, modulesPath)
	switch name {
	case "start.js":
		if _, err := os.Stat(a.file("js/app.js")); err == nil {
			return "import " + quoteJS(modulesPath+"file/js/app.js") + ";\n", true
		}
		return a.plainStart(), true
	case "phoenix.js":
		return a.client.phoenix, true
	case "phoenix_live_view.js":
		return a.client.liveView, true
	case "phoenix_html.js":
		return phoenixHTML, true
	case "colocated.js":
		if a.colocated != "" {
			return a.colocated, true
		}
		return a.colocatedIndex(), true
	}
	if n, ok := strings.CutPrefix(name, "hook/"); ok {
		i, err := strconv.Atoi(strings.TrimSuffix(n, ".js"))
		if err != nil || i < 0 || i >= len(a.scripts) {
			return "", false
		}
		return a.rewrite(a.scripts[i].Text, "js"), true
	}
	if spec, ok := strings.CutPrefix(name, "missing/"); ok {
		names, spec, _ := strings.Cut(spec, "/")
		return missingModule(strings.TrimSuffix(spec, ".js"), names), true
	}
	file, ok := strings.CutPrefix(name, "file/")
	if !ok || strings.Contains(file, "..") {
		return "", false
	}
	text, err := os.ReadFile(a.file(file))
	if err != nil {
		return "", false
	}
	return a.script(string(text), path.Dir(file)), true
}

func (a *appJS) file(name string) string { return filepath.Join(a.dir, filepath.FromSlash(name)) }

// plainStart starts the client where the project has no JavaScript.
func (a *appJS) plainStart() string {
	return `import { LiveSocket } from "./phoenix_live_view.js";
import { Socket } from "./phoenix.js";
import "./phoenix_html.js";
import { hooks } from "./colocated.js";
const token = document.querySelector("meta[name='csrf-token']")?.content;
const liveSocket = new LiveSocket("/live", Socket, { params: { _csrf_token: token }, hooks: { ...hooks, ...window.hooks } });
liveSocket.connect();
window.liveSocket = liveSocket;
`
}

// colocatedIndex exports what stands in templates, by keys and names.
func (a *appJS) colocatedIndex() string {
	var b strings.Builder
	exports := map[string]string{"default": "", "hooks": ""}
	for i, s := range a.scripts {
		if s.Name == "" {
			fmt.Fprintf(&b, "import \"./hook/%d.js\";\n", i)
			continue
		}
		fmt.Fprintf(&b, "import hook%d from \"./hook/%d.js\";\n", i, i)
		exports[s.Key] += fmt.Sprintf("  %s: hook%d,\n", quoteJS(s.Name), i)
	}
	for _, key := range slices.Sorted(maps.Keys(exports)) {
		if key == "default" {
			fmt.Fprintf(&b, "export default {\n%s};\n", exports[key])
		} else {
			fmt.Fprintf(&b, "export const %s = {\n%s};\n", key, exports[key])
		}
	}
	return b.String()
}

// named finds exports that give a name to what they export. A bundle lets them
// do that without a declaration, and a module does not.
var named = regexp.MustCompile(`(?m)^(export\s+default\s+)([A-Za-z_$][\w$]*\s*=[^=>])`)

// script is a file as a module: one that is none, such as a vendored library,
// is run with the names that CommonJS has.
func (a *appJS) script(text, dir string) string {
	if moduleSyntax.MatchString(text) {
		return a.rewrite(text, dir)
	}
	return "const module = { exports: {} };\nconst exports = module.exports;\n(function () {\n" + text +
		"\n}).call(window);\nexport default module.exports;\n"
}

// rewrite replaces the names of imported modules.
func (a *appJS) rewrite(text, dir string) string {
	text = named.ReplaceAllString(text, "${1}globalThis.${2}")
	return importing.ReplaceAllStringFunc(text, func(found string) string {
		m := importing.FindStringSubmatch(found)
		at := strings.LastIndex(found, m[2])
		return found[:at] + a.resolve(m[2], dir, m[1]) + found[at+len(m[2]):]
	})
}

// resolve returns where an imported module is served. One that is not there is
// made of nothing but the names that are imported of it.
func (a *appJS) resolve(spec, dir, clause string) string {
	switch {
	case spec == "phoenix":
		return modulesPath + "phoenix.js"
	case spec == "phoenix_live_view":
		return modulesPath + "phoenix_live_view.js"
	case spec == "phoenix_html":
		return modulesPath + "phoenix_html.js"
	case strings.HasPrefix(spec, "phoenix-colocated/"):
		return modulesPath + "colocated.js"
	case strings.HasPrefix(spec, "http://") || strings.HasPrefix(spec, "https://"):
		return spec
	}
	places := []string{"vendor/" + spec, "node_modules/" + spec, "../deps/" + spec}
	if strings.HasPrefix(spec, ".") {
		places = []string{path.Join(dir, spec)}
	}
	for _, place := range places {
		if name := a.find(place); name != "" {
			return modulesPath + "file/" + name
		}
	}
	return modulesPath + "missing/" + importedNames(clause) + "/" + strings.NewReplacer("/", "~", ".", "_").Replace(spec) + ".js"
}

// find returns the file that an import without an extension means, "" for
// none. Only what is in the project's assets is served.
func (a *appJS) find(place string) string {
	if strings.HasPrefix(place, "..") {
		return ""
	}
	for _, name := range []string{place, place + ".js", place + ".mjs", place + "/index.js", a.packageMain(place)} {
		if info, err := os.Stat(a.file(name)); name != "" && err == nil && info.Mode().IsRegular() && path.Ext(name) != ".css" {
			return name
		}
	}
	return ""
}

// packageMain is the module that a package names as its own.
func (a *appJS) packageMain(place string) string {
	data, err := os.ReadFile(a.file(place + "/package.json"))
	if err != nil {
		return ""
	}
	var p struct{ Module, Main string }
	if json.Unmarshal(data, &p) != nil {
		return ""
	}
	for _, name := range []string{p.Module, p.Main} {
		if name != "" {
			return path.Join(place, name)
		}
	}
	return ""
}

var nameInClause = regexp.MustCompile(`[{,]\s*(\w+)`)

// importedNames lists the names that an import takes, with commas; "" for
// none.
func importedNames(clause string) string {
	open, end := strings.IndexByte(clause, '{'), strings.LastIndexByte(clause, '}')
	if open < 0 || end < open {
		return "default"
	}
	var names []string
	for _, m := range nameInClause.FindAllStringSubmatch(clause[open:end], -1) {
		names = append(names, m[1])
	}
	return strings.Join(append(names, "default"), ",")
}

// missingModule stands for a package that is not there. What is taken of it
// says so where it is used.
func missingModule(spec, names string) string {
	spec = strings.ReplaceAll(spec, "~", "/")
	var b strings.Builder
	fmt.Fprintf(&b, "const name = %s;\nconsole.warn(`${name} is not in the project's assets: what needs it does not run`);\n", quoteJS(spec))
	b.WriteString("const missing = function () {\n  throw new Error(`${name} is not in the project's assets`);\n};\n")
	for name := range strings.SplitSeq(names, ",") {
		if name != "default" && name != "" {
			fmt.Fprintf(&b, "export { missing as %s };\n", name)
		}
	}
	b.WriteString("export default missing;\n")
	return b.String()
}

func quoteJS(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// phoenixHTML does for links and buttons what the package phoenix_html does:
// data-method sends a form, data-confirm asks before.
const phoenixHTML = `const submit = (link) => {
  const form = document.createElement("form");
  form.method = link.dataset.method === "get" ? "get" : "post";
  form.action = link.dataset.to ?? link.href;
  if (link.target) form.target = link.target;
  form.hidden = true;
  const add = (name, value) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  if (link.dataset.csrf) add("_csrf_token", link.dataset.csrf);
  if (form.method === "post") add("_method", link.dataset.method);
  document.body.append(form);
  form.submit();
};
window.addEventListener("click", (event) => {
  const element = event.target instanceof Element ? event.target.closest("[data-method], [data-confirm]") : null;
  if (!element || event.defaultPrevented) return;
  const question = element.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (element.dataset.method && !element.hasAttribute("data-phx-link")) {
    event.preventDefault();
    submit(element);
  }
}, { capture: true });
`
