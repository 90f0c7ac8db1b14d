package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "streamsplayground/"

// order lists the packages from the top down: each imports only what stands
// above it.
var order = []string{
	"engine/source",
	"engine/term",
	"engine/etf",
	"engine/trace",
	"engine/syntax",
	"engine/heex",
	"engine/rendered",
	"engine/interp",
	"engine/node",
	"engine/files",
	"engine/stdlib",
	"engine/exunit",
	"engine/wire",
	"engine/upload",
	"engine/ecto",
	"engine/live",
	"engine/transport",
	"engine/livetest",
	"engine/liveviewtest",
	"engine",
	"inspector",
	"lessons/highlight",
	"lessons",
	"web/client",
	"web",
	"cmd/playground",
}

// testOnly are packages that only tests import.
var testOnly = []string{"engine/transport/captures", "internal/browsertest", "engine/livetest/streamfacts", "web/client/browsertest", "web/browsertest"}

// goPackage is a folder of Go files, parsed.
type goPackage struct {
	dir   string // from the module's root, with slashes
	fset  *token.FileSet
	files map[string]*ast.File // by name; without tests
	tests map[string]*ast.File
}

const root = "../.."

// skipped are folders that are not of this project.
func skipped(name string) bool {
	return name == ".git" || name == "npm" || name == "node_modules" || name == "testdata"
}

func goPackages(t *testing.T) []*goPackage {
	t.Helper()
	byDir := map[string]*goPackage{}
	var out []*goPackage
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipped(d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		dir := path.Dir(filepath.ToSlash(rel))
		p := byDir[dir]
		if p == nil {
			p = &goPackage{dir: dir, fset: token.NewFileSet(), files: map[string]*ast.File{}, tests: map[string]*ast.File{}}
			byDir[dir], out = p, append(out, p)
		}
		file, err := parser.ParseFile(p.fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, "_test.go") {
			p.tests[filepath.Base(name)] = file
		} else {
			p.files[filepath.Base(name)] = file
		}
		return nil
	})
	if err != nil {
		t.Fatalf("reading the packages: %v", err)
	}
	return out
}

// ownImports lists what a file imports of this module.
func ownImports(file *ast.File) []string {
	var out []string
	for _, spec := range file.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil && strings.HasPrefix(name, module) {
			out = append(out, strings.TrimPrefix(name, module))
		}
	}
	return out
}

func TestImportsPointUpwards(t *testing.T) {
	for _, p := range goPackages(t) {
		rank := slices.Index(order, p.dir)
		if rank < 0 && !slices.Contains(testOnly, p.dir) {
			t.Errorf("package %s has no place in the order", p.dir)
			continue
		}
		for name, file := range p.files {
			for _, imported := range ownImports(file) {
				if rank >= 0 && (slices.Index(order, imported) >= rank || slices.Contains(testOnly, imported)) {
					t.Errorf("%s/%s imports %s, which does not stand above it", p.dir, name, imported)
				}
			}
		}
		// Tests may look down within the engine, and no further.
		for name, file := range p.tests {
			for _, imported := range ownImports(file) {
				if strings.HasPrefix(p.dir, "engine") && !strings.HasPrefix(imported, "engine") {
					t.Errorf("%s/%s imports %s: the engine stands by itself", p.dir, name, imported)
				}
			}
		}
	}
}

func TestOneDocCommentPerPackage(t *testing.T) {
	for _, p := range goPackages(t) {
		var documented []string
		for name, file := range p.files {
			if file.Doc != nil {
				documented = append(documented, name)
			}
		}
		if len(p.files) > 0 && len(documented) != 1 {
			t.Errorf("package %s has %d doc comments, in %q; want one", p.dir, len(documented), documented)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, p := range goPackages(t) {
		for _, file := range p.files {
			for _, decl := range file.Decls {
				for _, name := range undocumented(decl) {
					t.Errorf("%s: %s has no doc comment", p.fset.Position(name.Pos()), name.Name)
				}
			}
		}
	}
}

// undocumented lists the exported names of a declaration that no comment says
// anything about. One comment may stand for a whole group of constants.
func undocumented(decl ast.Decl) []*ast.Ident {
	var out []*ast.Ident
	missing := func(name *ast.Ident, docs ...*ast.CommentGroup) {
		if name.IsExported() && !slices.ContainsFunc(docs, func(c *ast.CommentGroup) bool { return c != nil }) {
			out = append(out, name)
		}
	}
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil || receiverIsExported(decl) {
			missing(decl.Name, decl.Doc)
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				missing(spec.Name, decl.Doc, spec.Doc, spec.Comment)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					missing(name, decl.Doc, spec.Doc, spec.Comment)
				}
			}
		}
	}
	return out
}

func receiverIsExported(decl *ast.FuncDecl) bool {
	name := receiver(decl)
	return name != nil && name.IsExported()
}

// receiver is the name of the type that a method is of.
func receiver(decl *ast.FuncDecl) *ast.Ident {
	typ := decl.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t
		default:
			return nil
		}
	}
}

// Where a tool is missing a test may skip, but never where CI is set.
func TestSkipsAreForbiddenWhereCIIsSet(t *testing.T) {
	for _, p := range goPackages(t) {
		for name := range p.tests {
			if p.dir == "cmd/playground" && name == "arch_test.go" {
				continue
			}
			data, err := os.ReadFile(filepath.Join(root, p.dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if regexp.MustCompile(`\bt\.Skip(f|Now)?\(`).Match(data) && !bytes.Contains(data, []byte(`os.Getenv("CI")`)) {
				t.Errorf("%s/%s skips a test without asking whether CI is set", p.dir, name)
			}
		}
	}
}

// machinePath finds folders that only one machine has, and npm's registry.
var machinePath = regexp.MustCompile(`(^|[\s"'` + "`" + `(=:])/(work|opt|root|home|Users)/\w|registry\.npmjs`)

func TestNoFileNamesAMachine(t *testing.T) {
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipped(d.Name()) && d.Name() != "testdata" {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() || d.Name() == ".git" { // in a worktree of git, a file
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(data, 0) >= 0 { // a picture or a program
			return nil
		}
		for i, line := range bytes.Split(data, []byte("\n")) {
			if found := machinePath.Find(line); found != nil {
				t.Errorf("%s:%d names %q", name, i+1, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
