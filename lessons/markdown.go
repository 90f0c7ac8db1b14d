package lessons

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"streamsplayground/engine/source"
	"streamsplayground/lessons/highlight"
)

// steps are the headings of level two that make a box of what follows them, up
// to the next heading of level two.
var steps = map[string]bool{"predict": true, "do": true, "see": true, "explain": true, "try": true}

var markdown = goldmark.New(
	goldmark.WithExtensions(extension.GFM),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(codeRenderer{}, 100))),
)

// renderMarkdown returns a lesson's prose. Raw HTML is left out, as goldmark
// does by default: a lesson may come from anybody.
func renderMarkdown(file *source.File, body *source.Fragment) (template.HTML, source.Errors) {
	src := []byte(body.Text)
	doc := markdown.Parser().Parse(text.NewReader(src))
	var errs source.Errors
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { //nolint:errcheck // the walker below returns none
		if raw, ok := n.(*ast.HTMLBlock); ok && entering && raw.Lines().Len() > 0 {
			seg := raw.Lines().At(0)
			errs = append(errs, &source.Diagnostic{Severity: source.Error, Span: body.Span(seg.Start, seg.Stop),
				Message: "HTML in a lesson is not shown", Hint: "use Markdown; code goes between ``` lines"})
		}
		return ast.WalkContinue, nil
	})
	var out bytes.Buffer
	for _, section := range sections(doc) {
		open, shut := "", ""
		if section.step != "" {
			open = fmt.Sprintf("<section class=\"step\" data-step=\"%s\">\n", section.step)
			shut = "</section>\n"
		}
		out.WriteString(open)
		for _, n := range section.nodes {
			if err := markdown.Renderer().Render(&out, src, n); err != nil {
				errs = append(errs, &source.Diagnostic{Span: file.LineSpan(1), Message: fmt.Sprintf("rendering the lesson: %v", err)})
			}
		}
		out.WriteString(shut)
	}
	return template.HTML(out.String()), errs
}

type section struct {
	step  string
	nodes []ast.Node
}

func sections(doc ast.Node) []section {
	list := []section{{}}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level <= 2 {
			list = append(list, section{step: stepOf(h)})
		}
		last := &list[len(list)-1]
		last.nodes = append(last.nodes, n)
	}
	return list
}

func stepOf(h *ast.Heading) string {
	id, _ := h.AttributeString("id")
	name, _ := id.([]byte)
	word, _, _ := strings.Cut(string(name), "-")
	if steps[word] {
		return word
	}
	return ""
}

// codeRenderer renders fenced code with the colours of package highlight.
type codeRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (codeRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		code := n.(*ast.FencedCodeBlock)
		var b strings.Builder
		for i := range code.Lines().Len() {
			seg := code.Lines().At(i)
			b.Write(seg.Value(src))
		}
		lang := string(code.Language(src))
		_, err := fmt.Fprintf(w, "<pre class=\"code\" tabindex=\"0\"><code data-language=\"%s\">%s</code></pre>\n",
			html.EscapeString(lang), highlight.Block(lang, b.String()))
		return ast.WalkSkipChildren, err
	})
}
