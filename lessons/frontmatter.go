package lessons

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"streamsplayground/engine/source"
)

// frontMatter is the head of a lesson.md.
type frontMatter struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	Minutes int      `yaml:"minutes"`
	Talk    string   `yaml:"talk"`
	Teaches []string `yaml:"teaches"`
	View    string   `yaml:"view"`
	Show    string   `yaml:"show"`
	Path    string   `yaml:"path"`
	Clients []string `yaml:"clients"`

	keys map[string]source.Span
}

var frontMatterKeys = []string{"id", "title", "minutes", "talk", "teaches", "view", "show", "path", "clients"}

// span returns the place of a key, or the zero Span.
func (m frontMatter) span(key string) source.Span { return m.keys[key] }

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// parseFrontMatter returns the head and the Markdown below it.
func parseFrontMatter(file *source.File) (meta frontMatter, body *source.Fragment, errs source.Errors) {
	text := file.Text()
	report := func(s source.Span, hint, format string, args ...any) {
		errs = append(errs, &source.Diagnostic{Span: s, Message: fmt.Sprintf(format, args...), Hint: hint})
	}
	if !strings.HasPrefix(text, "---\n") {
		report(file.LineSpan(1), "start the file with ---, title: …, ---", "the lesson has no front matter")
		return meta, nil, errs
	}
	end := strings.Index(text, "\n---\n")
	if end < 0 {
		report(file.LineSpan(1), "end it with a line of ---", "the front matter is not closed")
		return meta, nil, errs
	}
	head := text[4 : end+1]
	body = source.Whole(file).Sub(end+5, len(text))
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(head), &doc); err != nil {
		reportYAML(file, err, report)
		return meta, body, errs
	}
	meta.keys = map[string]source.Span{}
	if len(doc.Content) == 1 && doc.Content[0].Kind == yaml.MappingNode {
		for i := 0; i+1 < len(doc.Content[0].Content); i += 2 {
			k := doc.Content[0].Content[i]
			start := file.Offset(k.Line+1) + k.Column - 1
			s := source.Span{File: file, Start: start, End: start + len(k.Value)}
			meta.keys[k.Value] = s
			if !known(k.Value) {
				report(s, hintNearest(k.Value), "unknown key %q in the front matter", k.Value)
			}
		}
	}
	if err := doc.Decode(&meta); err != nil {
		reportYAML(file, err, report)
	}
	if meta.Title == "" && len(errs) == 0 {
		report(file.LineSpan(1), "", "the front matter has no title")
	}
	if meta.Path == "" {
		meta.Path = "/"
	} else if !strings.HasPrefix(meta.Path, "/") {
		report(meta.span("path"), "", "path must start with /, got: %q", meta.Path)
	}
	if len(meta.Clients) == 0 {
		meta.Clients = []string{"client"}
	}
	if len(meta.Clients) > 3 {
		report(meta.span("clients"), "", "the stage has room for three clients, not %d", len(meta.Clients))
	}
	return meta, body, errs
}

func reportYAML(file *source.File, err error, report func(source.Span, string, string, ...any)) {
	for _, m := range yamlLine.FindAllStringSubmatch(err.Error(), -1) {
		n, _ := strconv.Atoi(m[1]) // the pattern matched digits
		report(file.LineSpan(n+1), "", "front matter: %s", m[2])
		return
	}
	report(file.LineSpan(1), "", "front matter: %s", strings.TrimPrefix(err.Error(), "yaml: "))
}

func known(key string) bool {
	for _, k := range frontMatterKeys {
		if k == key {
			return true
		}
	}
	return false
}

func hintNearest(key string) string {
	if near := source.Nearest(key, frontMatterKeys); len(near) > 0 {
		return "did you mean " + strings.Join(near, ", ") + "?"
	}
	return "known keys are " + strings.Join(frontMatterKeys, ", ")
}
