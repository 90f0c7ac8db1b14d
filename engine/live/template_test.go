package live_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

var updateTemplates = flag.Bool("update-templates", false, "rewrite what templates render to; the files were recorded from LiveView 1.2.10")

// Every file of testdata/template has a module T, and lines of assigns that its
// render/1 is called with; out is what LiveView 1.2.10 computes of it: statics,
// dynamic parts with change tracking, and for comprehensions the parts of each
// entry when it is new and when none of its variables changed.
func TestTemplates(t *testing.T) {
	files, err := filepath.Glob("testdata/template/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range source.ParseTxtar(data) {
				parts[f.Name] = f.Data
			}
			got := renderCase(t, parts["in.ex"], parts["render"])
			if *updateTemplates {
				out := source.FormatTxtar([]source.TxtarFile{{Name: "in.ex", Data: parts["in.ex"]}, {Name: "render", Data: parts["render"]}, {Name: "out", Data: got}})
				if err := os.WriteFile(name, out, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != parts["out"] {
				t.Errorf("%s", lineDiff(got, parts["out"]))
			}
		})
	}
}

// lineDiff shows both texts, with the first lines that differ marked.
func lineDiff(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	var b strings.Builder
	for i := range max(len(g), len(w)) {
		x, y := "", ""
		if i < len(g) {
			x = g[i]
		}
		if i < len(w) {
			y = w[i]
		}
		if x != y {
			fmt.Fprintf(&b, "line %d\n  got  %s\n  want %s\n", i+1, x, y)
		}
	}
	return b.String()
}

// renderCase compiles a module T and renders it once per line.
func renderCase(t *testing.T, text, lines string) string {
	t.Helper()
	base, err := live.Base()
	if err != nil {
		t.Fatalf("base: %v", source.Diagnostics(err).Text())
	}
	var calls strings.Builder
	calls.WriteString("defmodule Calls do\n")
	var list []string
	for _, l := range strings.Split(lines, "\n") {
		if strings.TrimSpace(l) != "" {
			fmt.Fprintf(&calls, "  def case_%d, do: %s\n", len(list), l)
			list = append(list, l)
		}
	}
	calls.WriteString("end\n")
	prog, warnings, err := base.Compile(source.NewFile("in.ex", text), source.NewFile("calls.ex", calls.String()))
	if err != nil {
		t.Fatalf("compile: %s", source.Diagnostics(err).Text())
	}
	if len(warnings) > 0 {
		t.Logf("warnings: %s", warnings.Text())
	}
	th := interp.NewThread(prog, interp.Limits{})
	var out strings.Builder
	for i, l := range list {
		out.WriteString("# " + l + "\n")
		_, err := th.Run(func() term.Term {
			m := th.Apply(term.NewModule("Calls"), fmt.Sprintf("case_%d", i)).(*term.Map)
			if !m.Has(term.NewAtom("__changed__")) {
				m = m.Put(term.NewAtom("__changed__"), term.Nil)
			}
			var b strings.Builder
			showDyn(th, &b, th.Apply(term.NewModule("T"), "render", m), "")
			out.WriteString(b.String())
			return term.Nil
		})
		if err != nil {
			out.WriteString(functionID.ReplaceAllString(err.Error(), "<…/") + "\n")
		}
	}
	return out.String()
}

// functionID is what inspect shows of a function and no two compilers agree on.
var functionID = regexp.MustCompile(`<[0-9]+\.[0-9]+/`)

func showDyn(t *interp.Thread, b *strings.Builder, d rendered.Dyn, indent string) {
	switch d := d.(type) {
	case nil:
		b.WriteString("nil\n")
	case rendered.Text:
		b.WriteString(quoted(string(d)) + "\n")
	case *rendered.Rendered:
		root := ""
		if d.Root {
			root = " root"
		}
		b.WriteString("rendered" + root + " " + quotedList(d.Statics) + "\n")
		showDyns(t, b, d.Dynamic(true), indent+"  ")
	case *rendered.Comprehension:
		b.WriteString("for")
		if d.Keyed {
			b.WriteString(" keyed")
		}
		if d.Stream != nil {
			b.WriteString(" stream " + showStream(d.Stream))
		}
		b.WriteString(" " + quotedList(d.Statics) + "\n")
		for _, e := range d.Entries {
			var keys []term.Term
			for k := range e.Vars.All() {
				keys = append(keys, k)
			}
			fmt.Fprintf(b, "%s  entry %s %s\n", indent, term.Inspect(e.Key), term.Inspect(term.NewList(keys...)))
			showDyns(t, b, e.Render(nil, true), indent+"    ")
			fmt.Fprintf(b, "%s  unchanged\n", indent)
			showDyns(t, b, e.Render(term.EmptyMap, true), indent+"    ")
		}
	case *rendered.Component:
		fmt.Fprintf(b, "component %s %s %s\n", term.Inspect(d.Module), term.Inspect(d.ID), term.Inspect(d.Assigns.Delete(term.NewAtom("inner_block"))))
	}
}

func showDyns(t *interp.Thread, b *strings.Builder, list []rendered.Dyn, indent string) {
	for i, d := range list {
		fmt.Fprintf(b, "%s%d: ", indent, i)
		showDyn(t, b, d, indent)
	}
}

// showStream shows a stream as the list that LiveView sends.
func showStream(s *rendered.Stream) string {
	var inserts, deletes []term.Term
	for _, in := range s.Inserts {
		inserts = append(inserts, term.NewList(term.Binary(in.DOMID), term.Int(in.At), in.Limit, in.UpdateOnly))
	}
	for _, d := range s.Deletes {
		deletes = append(deletes, term.Binary(d))
	}
	all := []term.Term{term.Binary(s.Ref), term.NewList(inserts...), term.NewList(deletes...)}
	if s.Reset {
		all = append(all, term.True)
	}
	return term.Inspect(term.NewList(all...))
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func quotedList(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = quoted(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}
