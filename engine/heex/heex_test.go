package heex_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsplayground/engine/heex"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Every file of testdata has a template, in.heex, or in.trim.heex to be parsed
// as LiveView parses .heex files, and what comes of it: the tree, the warnings
// and the errors.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { golden(t, name) })
	}
}

func golden(t *testing.T, name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var got []source.TxtarFile
	for _, f := range source.ParseTxtar(data) {
		switch f.Name {
		case "", "in.heex", "in.trim.heex":
			got = append(got, f)
			if f.Name != "" {
				got = append(got, outcome(f)...)
			}
		}
	}
	out := source.FormatTxtar(got)
	if *update {
		if err := os.WriteFile(name, out, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(out) != string(data) {
		t.Errorf("got:\n%s\nwant:\n%s", out, data)
	}
}

func outcome(f source.TxtarFile) []source.TxtarFile {
	file := source.NewFile("nofile", f.Data)
	tmpl, err := heex.Parse(source.Whole(file), heex.Options{Trim: f.Name == "in.trim.heex"})
	var out []source.TxtarFile
	if len(tmpl.Warnings) > 0 {
		out = append(out, source.TxtarFile{Name: "warning", Data: tmpl.Warnings.Error() + "\n"})
	}
	if err != nil {
		return append(out, source.TxtarFile{Name: "error", Data: source.Diagnostics(err).Text() + "\n"})
	}
	var b strings.Builder
	if tmpl.Root {
		b.WriteString("root\n")
	}
	dump(&b, "", tmpl.Nodes)
	return append(out, source.TxtarFile{Name: "tree", Data: b.String()})
}

func dump(b *strings.Builder, indent string, nodes []heex.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *heex.Text:
			fmt.Fprintf(b, "%stext %q\n", indent, n.Text)
		case *heex.Expr:
			fmt.Fprintf(b, "%sexpr %s %s\n", indent, outputMark(n.Output), code(n.X))
		case *heex.Block:
			fmt.Fprintf(b, "%sblock %s %s\n", indent, outputMark(n.Output), code(n.X))
			for i, body := range n.Bodies {
				fmt.Fprintf(b, "%s  body %d\n", indent, i)
				dump(b, indent+"    ", body)
			}
		case *heex.Element:
			dumpElement(b, indent, n)
		}
	}
}

func dumpElement(b *strings.Builder, indent string, e *heex.Element) {
	fmt.Fprintf(b, "%s%s %s %s\n", indent, [...]string{"tag", "local", "remote", "slot"}[e.Kind], e.Name,
		[...]string{"paired", "self", "void"}[e.Closing])
	if e.For != nil {
		fmt.Fprintf(b, "%s  :for %s\n", indent, code(e.For))
	}
	for i, x := range []syntax.Node{e.If, e.Key, e.Let} {
		if x != nil {
			fmt.Fprintf(b, "%s  %s %s\n", indent, [...]string{":if", ":key", ":let"}[i], code(x))
		}
	}
	for _, a := range e.Attrs {
		switch {
		case a.X != nil:
			fmt.Fprintf(b, "%s  @ %s {%s}\n", indent, a.Name, code(a.X))
		case a.Quote != 0:
			fmt.Fprintf(b, "%s  @ %s %c%s%c\n", indent, a.Name, a.Quote, a.Text, a.Quote)
		default:
			fmt.Fprintf(b, "%s  @ %s\n", indent, a.Name)
		}
	}
	dump(b, indent+"  ", e.Children)
}

func outputMark(output bool) string {
	if output {
		return "="
	}
	return "-"
}

// code shows an expression by its type and the source it spans.
func code(n syntax.Node) string {
	p := n.Span().Pos()
	return fmt.Sprintf("%d:%d %s %q", p.Line, p.Column, strings.TrimPrefix(fmt.Sprintf("%T", n), "*syntax."), n.Span().Text())
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range source.ParseTxtar(data) {
			f.Add(file.Data, true)
			f.Add(file.Data, false)
		}
	}
	f.Fuzz(func(t *testing.T, text string, trim bool) {
		file := source.NewFile("nofile", text)
		tmpl, err := heex.Parse(source.Whole(file), heex.Options{Trim: trim})
		if tmpl == nil {
			t.Fatal("no template")
		}
		_ = source.Diagnostics(err).Text()
		var b strings.Builder
		dump(&b, "", tmpl.Nodes)
	})
}

func BenchmarkParse(b *testing.B) {
	row := `<li :for={x <- @items} id={"item-#{x.id}"} class={["row", x.on && "on"]}><.badge kind="k">{x.name}</.badge></li>` + "\n"
	fr := source.Whole(source.NewFile("nofile", strings.Repeat(row, 100)))
	b.ReportAllocs()
	b.SetBytes(int64(len(fr.Text)))
	for b.Loop() {
		if _, err := heex.Parse(fr, heex.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
