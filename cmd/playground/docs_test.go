package main

import (
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readDoc reads a document at the root, which must be short enough to be read.
func readDoc(t *testing.T, name string, maxLines int) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), "\n"); n > maxLines {
		t.Errorf("%s has %d lines; at most %d are read", name, n, maxLines)
	}
	return string(data)
}

var (
	fenced   = regexp.MustCompile("(?s)```(\\w*)\n(.*?)```")
	inCode   = regexp.MustCompile("`([^`\n]+)`")
	link     = regexp.MustCompile(`\]\(([^)]+)\)`)
	filePath = regexp.MustCompile(`^(?:cmd|engine|internal|inspector|lessons|web|docs)(?:/[\w.-]+)*$|^[\w.-]+\.(?:md|sh|mod)$`)
	goName   = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?$`)
)

func TestPathsInDocumentsExist(t *testing.T) {
	for name, limit := range map[string]int{"README.md": 150, "ARCHITECTURE.md": 200, "CHANGELOG.md": 1000} {
		text := fenced.ReplaceAllString(readDoc(t, name, limit), "")
		var paths []string
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			paths = append(paths, m[1])
		}
		for _, m := range inCode.FindAllStringSubmatch(text, -1) {
			if filePath.MatchString(m[1]) && name == "ARCHITECTURE.md" {
				paths = append(paths, strings.TrimSuffix(m[1], "/"))
			}
		}
		for _, p := range paths {
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(p))); err != nil {
				t.Errorf("%s names %s, which is not there", name, p)
			}
		}
	}
}

// exported lists the exported names of all packages, as "live.Server" and
// "live.Server.Join".
func exported(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, p := range goPackages(t) {
		prefix := path.Base(p.dir) + "."
		for _, file := range p.files {
			for _, decl := range file.Decls {
				switch decl := decl.(type) {
				case *ast.FuncDecl:
					if decl.Recv == nil {
						names[prefix+decl.Name.Name] = true
					} else if r := receiver(decl); r != nil {
						names[prefix+r.Name+"."+decl.Name.Name] = true
					}
				case *ast.GenDecl:
					addSpecs(names, prefix, decl)
				}
			}
		}
	}
	return names
}

func addSpecs(names map[string]bool, prefix string, decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				names[prefix+name.Name] = true
			}
		case *ast.TypeSpec:
			names[prefix+spec.Name.Name] = true
			if face, ok := spec.Type.(*ast.InterfaceType); ok {
				for _, method := range face.Methods.List {
					for _, name := range method.Names {
						names[prefix+spec.Name.Name+"."+name.Name] = true
					}
				}
			}
		}
	}
}

func TestNamesInArchitectureExist(t *testing.T) {
	names := exported(t)
	found := 0
	for _, m := range inCode.FindAllStringSubmatch(readDoc(t, "ARCHITECTURE.md", 200), -1) {
		if !goName.MatchString(m[1]) {
			continue
		}
		found++
		if !names[m[1]] {
			t.Errorf("ARCHITECTURE.md names %s, which is not there", m[1])
		}
	}
	if found < 10 {
		t.Errorf("only %d names are found", found)
	}
}

func TestPackagesInArchitecture(t *testing.T) {
	text := readDoc(t, "ARCHITECTURE.md", 200)
	rows := regexp.MustCompile("(?m)^\\| `([\\w/]+)` \\|").FindAllStringSubmatch(text, -1)
	last := -1
	for _, row := range rows {
		rank := slices.Index(order, row[1])
		if rank <= last {
			t.Errorf("%s stands at the wrong place", row[1])
		}
		last = rank
	}
	for _, p := range order {
		_, err := os.Stat(filepath.Join(root, p))
		if goFiles, _ := filepath.Glob(filepath.Join(root, p, "*.go")); err == nil && len(goFiles) > 0 && !strings.Contains(text, "| `"+p+"` |") && p != "lessons/highlight" {
			t.Errorf("ARCHITECTURE.md does not say what %s is for", p)
		}
	}
}

// TestReadmePrograms runs the programs of the README.
func TestReadmePrograms(t *testing.T) {
	programs := 0
	for _, m := range fenced.FindAllStringSubmatch(readDoc(t, "README.md", 150), -1) {
		if m[1] != "elixir" {
			continue
		}
		programs++
		out := started(t, write(t, t.TempDir(), "count_live.ex", m[2]), "-plain")
		url, _, _ := strings.Cut(strings.TrimSpace(out), "  ")
		if status, body := get(t, url); status != 200 || !strings.Contains(body, `<li id="numbers-1">`) {
			t.Errorf("status %d\n%s", status, body)
		}
	}
	if programs == 0 {
		t.Error("the README has no program")
	}
}
