package stdlib

import (
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// workingDirectory is what relative paths are relative to: there are no files,
// so it is the root.
const workingDirectory = "/"

// pathModule is Path, as on Unix. What looks at files is not there.
func pathModule() *interp.NativeModule {
	m := newTextModule("Path")
	defPathParts(m)
	defPathJoin(m)
	defPathRelative(m)
	return m.m
}

// pathArg returns the chardata of an argument.
func (c call) pathArg(i int) string { return c.pathText(c.a[i]) }

func (c call) pathText(v term.Term) string {
	switch x := v.(type) {
	case term.Binary:
		return string(x)
	case *term.List:
		return c.listText(x, "string")
	}
	c.t.RaiseFunctionClause("IO", "chardata_to_string", []term.Term{v})
	return ""
}

func defPathParts(m *textModule) {
	m.def("basename", 1, func(c call) term.Term { return bin(pathBase(c.pathArg(0))) })
	m.def("basename", 2, func(c call) term.Term {
		path, ext := c.pathArg(0), c.pathArg(1)
		base := pathBase(path)
		if !strings.HasSuffix(path, ext) || len(ext) > len(base) {
			return bin(base)
		}
		return bin(strings.TrimSuffix(base, ext))
	})
	m.def("dirname", 1, func(c call) term.Term {
		path := c.pathArg(0)
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			return bin(".")
		}
		if dir := strings.TrimRight(path[:i], "/"); dir != "" {
			return bin(dir)
		}
		return bin("/")
	})
	m.def("extname", 1, func(c call) term.Term {
		path := c.pathArg(0)
		return bin(path[len(pathRoot(path)):])
	})
	m.def("rootname", 1, func(c call) term.Term {
		path := c.pathArg(0)
		if strings.LastIndexByte(path, '.') == 0 {
			return bin("") // a path that is nothing but an extension
		}
		return bin(pathRoot(path))
	})
	m.def("rootname", 2, func(c call) term.Term {
		path, ext := c.pathArg(0), c.pathArg(1)
		root := strings.TrimSuffix(path, ext)
		if root == "" || !strings.HasSuffix(root, "/") {
			return bin(root)
		}
		return bin(path)
	})
	m.def("split", 1, func(c call) term.Term { return c.strings(splitPath(c.pathArg(0))) })
	m.def("type", 1, func(c call) term.Term {
		if strings.HasPrefix(c.pathArg(0), "/") {
			return atomTerm("absolute")
		}
		return atomTerm("relative")
	})
	m.def("relative", 1, func(c call) term.Term { return bin(withoutRoot(c.pathArg(0))) })
}

// pathBase is the last part of a path.
func pathBase(path string) string {
	parts := splitPath(path)
	if len(parts) == 0 || parts[len(parts)-1] == "/" {
		return ""
	}
	return parts[len(parts)-1]
}

// pathRoot is a path without its extension; a name that starts with its only
// dot has none.
func pathRoot(path string) string {
	dot := strings.LastIndexByte(path, '.')
	slash := strings.LastIndexByte(path, '/')
	if dot <= slash+1 {
		return path
	}
	return path[:dot]
}

// splitPath returns the parts of a path, the root as "/".
func splitPath(path string) []string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if strings.HasPrefix(path, "/") {
		parts = slices.Insert(parts, 0, "/")
	}
	return parts
}

// withoutRoot makes an absolute path relative.
func withoutRoot(path string) string {
	if path == "/" {
		return "."
	}
	return strings.TrimPrefix(path, "/")
}

func defPathJoin(m *textModule) {
	m.def("join", 1, func(c call) term.Term {
		parts := c.slice(0)
		if len(parts) == 0 {
			return c.noClause()
		}
		path := c.pathText(parts[0])
		for _, part := range parts[1:] {
			path = joinPath(path, c.pathText(part))
		}
		return c.result(path)
	})
	m.def("join", 2, func(c call) term.Term { return c.result(joinPath(c.pathArg(0), c.pathArg(1))) })
	m.def("absname", 1, func(c call) term.Term { return bin(absolutePath(c.pathArg(0), workingDirectory)) })
	m.def("absname", 2, func(c call) term.Term {
		to := c.a[1]
		if isFun(to, 0) {
			to = c.t.Call(to)
		}
		return bin(absolutePath(c.pathArg(0), c.pathText(to)))
	})
	m.def("expand", 1, func(c call) term.Term { return bin(expandPath(c.withHome(0), workingDirectory)) })
	m.def("expand", 2, func(c call) term.Term {
		return bin(expandPath(absolutePath(c.withHome(0), c.withHome(1)), workingDirectory))
	})
}

// joinPath joins two paths, of which the second is taken as relative.
func joinPath(left, right string) string {
	var path string
	switch {
	case right == "/":
		path = trimSlash(left)
	case left == "":
		path = withoutRoot(right)
	case left == "/":
		path = "/" + withoutRoot(right)
	default:
		path = trimSlash(left) + "/" + withoutRoot(right)
	}
	return trimSlash(path)
}

// trimSlash removes a slash at the end of what is more than the root.
func trimSlash(path string) string {
	if path == "/" {
		return path
	}
	return strings.TrimSuffix(path, "/")
}

// absolutePath puts a directory before a relative path, and removes repeated
// slashes and dots for the directory itself.
func absolutePath(path, dir string) string {
	if !strings.HasPrefix(path, "/") {
		path = tidyPath(dir) + "/" + path
	}
	return tidyPath(path)
}

func tidyPath(path string) string {
	var out []byte
	for i := range len(path) {
		if path[i] == '/' {
			switch n := len(out); {
			case n > 1 && out[n-1] == '.' && out[n-2] == '/':
				out = out[:n-1]
				continue
			case n > 0 && out[n-1] == '/':
				continue
			}
		}
		out = append(out, path[i])
	}
	return trimSlash(string(out))
}

// withHome returns a path argument with the home directory in place of ~.
func (c call) withHome(i int) string {
	path := c.pathArg(i)
	if path == "~" || strings.HasPrefix(path, "~/") {
		home, _ := c.t.Apply(term.NewModule("System"), "user_home!").(term.Binary)
		return string(home) + path[1:]
	}
	return path
}

// expandPath makes a path absolute and resolves the dots in it.
func expandPath(path, dir string) string {
	parts := strings.Split(absolutePath(path, dir), "/")
	return "/" + strings.Join(climb(parts[1:]), "/")
}

// climb resolves the parts . and .. of an absolute path.
func climb(parts []string) []string {
	var out []string
	for _, part := range parts {
		switch part {
		case ".":
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, part)
		}
	}
	return out
}

func defPathRelative(m *textModule) {
	relativeTo := func(c call) term.Term {
		force := isAtom(option(c.opts(2), "force", term.False), "true")
		return bin(relativePath(splitPath(c.pathArg(0)), splitPath(c.pathArg(1)), force))
	}
	m.def("relative_to", 3, relativeTo, term.Empty)
	m.def("relative_to_cwd", 2, func(c call) term.Term {
		c.a = []term.Term{c.a[0], bin(workingDirectory), c.a[1]}
		return relativeTo(c)
	}, term.Empty)
	safe := func(c call) term.Term {
		parts := splitPath(c.pathArg(0))
		if len(parts) > 0 && parts[0] == "/" {
			return term.Err
		}
		c.pathArg(1)
		var out []string
		for _, part := range parts {
			switch {
			case part == ".":
			case part != "..":
				out = append(out, part)
			case len(out) == 0:
				return term.Err
			default:
				out = out[:len(out)-1]
			}
		}
		return okTuple(bin(strings.Join(out, "/")))
	}
	m.def("safe_relative", 2, safe, bin(workingDirectory))
	m.def("safe_relative_to", 2, safe)
}

// relativePath says how to get from the directory to the path. Where force is
// false and the path is not below it, that is the path itself.
func relativePath(path, dir []string, force bool) string {
	absolute := len(path) > 0 && path[0] == "/"
	if absolute != (len(dir) > 0 && dir[0] == "/") {
		return joinParts(resolveRelative(path))
	}
	original := []string(nil)
	if absolute {
		path = append([]string{"/"}, climb(path[1:])...)
		dir = append([]string{"/"}, climb(dir[1:])...)
		original = path
	} else {
		path, dir, force = resolveRelative(path), resolveRelative(dir), true
	}
	if slices.Equal(path, dir) || force && slices.Equal(path, []string{"."}) {
		return "."
	}
	if force && slices.Equal(dir, []string{"."}) {
		return joinParts(path)
	}
	for len(path) > 0 && len(dir) > 0 && path[0] == dir[0] {
		path, dir = path[1:], dir[1:]
	}
	switch {
	case len(dir) == 0:
		return joinParts(path)
	case !force:
		return joinParts(original)
	}
	return joinParts(append(slices.Repeat([]string{".."}, len(dir)), path...))
}

// resolveRelative resolves the dots of a path, keeping those that climb above
// its start.
func resolveRelative(path []string) []string {
	var up, out []string
	for _, part := range path {
		switch {
		case part == ".":
		case part != "..":
			out = append(out, part)
		case len(out) > 0:
			out = out[:len(out)-1]
		default:
			up = append(up, "..")
		}
	}
	if len(up)+len(out) == 0 {
		return []string{"."}
	}
	return append(up, out...)
}

func joinParts(parts []string) string {
	path := parts[0]
	for _, part := range parts[1:] {
		path = joinPath(path, part)
	}
	return path
}
