package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

var update = flag.Bool("update", false, "write docs/support.md anew")

// TestSupportTable makes docs/support.md from the code: what there is of the
// functions, macros and constructs recorded in testdata/support from the
// originals. What is missing needs a reason in reasons.txt, and a reason for
// what is there is stale.
func TestSupportTable(t *testing.T) {
	s := newSupport(t)
	s.intro()
	s.constructs("The language", "language.txtar")
	s.constructs("Templates", "heex.txtar")
	s.modules()
	s.client()
	s.differences()
	for name := range s.reasons {
		if !s.used[name] {
			t.Errorf("reasons.txt: %s is there, or was never recorded", name)
		}
	}
	text := strings.Replace(s.out.String(), "COUNTS", s.counts(), 1)
	path := filepath.Join(root, "docs", "support.md")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != text {
		t.Errorf("docs/support.md is stale: run go test ./cmd/playground -run TestSupportTable -update")
	}
}

// support gathers the document.
type support struct {
	t       *testing.T
	prog    *interp.Program
	out     strings.Builder
	reasons map[string]string
	used    map[string]bool
	// there of all functions and macros are there, in so many modules.
	there, all, mods int
}

func newSupport(t *testing.T) *support {
	t.Helper()
	prog, err := testBase(source.NewFile("support.ex", "Ecto"))
	if err != nil {
		t.Fatal(err)
	}
	s := &support{t: t, prog: prog, reasons: map[string]string{}, used: map[string]bool{}}
	for _, line := range s.lines("reasons.txt") {
		name, reason, ok := strings.Cut(line, ": ")
		if !ok {
			t.Errorf("reasons.txt: %q has no reason", line)
		}
		s.reasons[name] = reason
	}
	return s
}

func (s *support) file(name string) string {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "support", name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}

// lines returns the lines of a file that are no comments.
func (s *support) lines(name string) []string {
	var out []string
	for line := range strings.Lines(s.file(name)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			out = append(out, line)
		}
	}
	return out
}

func (s *support) printf(format string, args ...any) { fmt.Fprintf(&s.out, format, args...) }

func (s *support) intro() {
	s.printf(`# What is supported

A test makes this page from the code (` + "`cmd/playground/support_test.go`" + `), against lists recorded from Elixir 1.18.4, Phoenix
LiveView 1.2.10 and their libraries. Everything on it that is not called missing exists with all its arities, and does what the
original does, errors and their words included, but for the few [known differences](#known-differences). What a live view calls
that is not here is a clear error, never a silent difference.

COUNTS
`)
}

func (s *support) counts() string {
	return fmt.Sprintf("Of the %s documented functions and macros of the %d modules below, %s are there.",
		thousands(s.all), s.mods, thousands(s.there))
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// constructs runs the examples of a file, and lists what they are examples of
// under the headings of the file.
func (s *support) constructs(title, name string) {
	s.printf("\n## %s\n", title)
	var missing []string
	first := true
	for _, c := range source.ParseTxtar([]byte(s.file(name))) {
		if heading, ok := strings.CutPrefix(c.Name, "## "); ok {
			if !first {
				s.printf("\n")
			}
			s.printf("\n")
			if heading != title && heading != "HEEx" {
				s.printf("**%s.** ", heading)
			}
			first = true
			continue
		}
		if c.Name == "" {
			continue
		}
		code, want, _ := strings.Cut(c.Data, "\n=>\n")
		covered, code := coveredNames(code)
		if reason, ok := s.reasons[c.Name]; ok {
			s.used[c.Name] = true
			missing = append(missing, c.Name+" ("+reason+")")
			continue
		}
		if got := s.run(code); got != strings.TrimSpace(want) {
			s.t.Errorf("%s\n%s\ngot:  %s\nwant: %s", c.Name, code, got, want)
			continue
		}
		for _, f := range covered {
			s.used["covered "+f] = true
		}
		if !first {
			s.printf(" · ")
		}
		first = false
		s.printf("%s", c.Name)
	}
	s.printf("\n")
	if len(missing) > 0 {
		s.printf("\nMissing: %s.\n", strings.Join(missing, "; "))
	}
}

// coveredNames takes the functions and macros off that an example's first line
// names as its subjects.
func coveredNames(code string) (names []string, rest string) {
	line, rest, _ := strings.Cut(code, "\n")
	if strings.HasPrefix(line, "defmodule") {
		return nil, code
	}
	return strings.Fields(line), rest
}

// run runs Case.run/0 of the code as a process and returns what it inspects
// to.
func (s *support) run(code string) string {
	prog, _, err := s.prog.Compile(source.NewFile("case.ex", code))
	if err != nil {
		return "does not compile: " + err.Error()
	}
	n := node.New(node.Options{Program: func() *interp.Program { return prog }})
	defer n.Close()
	out := make(chan string, 1)
	_, err = n.Spawn(func(p *node.Process) term.Term {
		var text string
		_, err := p.Thread().Run(func() term.Term {
			v := p.Thread().Apply(term.NewModule("Case"), "run")
			text = p.Thread().Inspect(v, term.InspectOptions{Limit: term.Unlimited, PrintableLimit: term.Unlimited})
			return v
		})
		var e *interp.Exception
		if errors.As(err, &e) {
			text = e.Error()
		}
		out <- text
		return node.Normal
	}, nil)
	if err != nil {
		return err.Error()
	}
	select {
	case text := <-out:
		return text
	case <-time.After(10 * time.Second):
		return "takes more than 10 seconds"
	}
}

// modules writes the groups of modules.
func (s *support) modules() {
	var absent []string
	components := false
	var g group
	for _, line := range s.lines("functions.txt") {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			s.group(g)
			g = group{title: heading}
			if components = heading == "Components"; components {
				g = group{}
				s.printf("\n## Components of Phoenix.Component\n\n| Component | Attributes | Slots |\n| --- | --- | --- |\n")
			}
			continue
		}
		if components {
			s.component(line)
			continue
		}
		fields := strings.Fields(line)
		if reason, ok := s.reasons[fields[0]]; ok && !s.anyOf(fields) {
			s.used[fields[0]] = true
			absent = append(absent, fmt.Sprintf("- `%s`: %s", fields[0], reason))
			continue
		}
		s.module(&g, fields[0], fields[1:])
	}
	s.group(g)
	s.erlang()
	s.printf("\n## Modules that are not there\n\n")
	slices.Sort(absent)
	s.printf("%s\n", strings.Join(absent, "\n"))
}

// group is modules that belong together: those that are whole, and the rows of
// those that lack something.
type group struct {
	title       string
	whole, rows []string
}

// group writes what is known of a group, nothing for the zero one.
func (s *support) group(g group) {
	if g.title == "" {
		return
	}
	s.printf("\n## Modules: %s\n", g.title)
	if len(g.whole) > 0 {
		s.printf("\nComplete, with the number of functions and macros: %s.\n", strings.Join(g.whole, ", "))
	}
	if len(g.rows) > 0 {
		s.printf("\n| In part | There | Missing |\n| --- | --- | --- |\n%s", strings.Join(g.rows, ""))
	}
}

// anyOf reports whether anything of a module is there.
func (s *support) anyOf(fields []string) bool {
	return slices.ContainsFunc(fields[1:], func(f string) bool { return s.has(fields[0], f) })
}

// has reports whether the function name/arity, or name/from-to for those with
// default arguments, is there. Macros have an @ in front.
func (s *support) has(module, f string) bool {
	macro := strings.HasPrefix(f, "@") && f != "@/1"
	name, from, to := parseFunction(strings.TrimPrefix(f, "@"))
	if !macro {
		name, from, to = parseFunction(f)
	}
	if s.used["covered "+module+"."+name+"/"+strconv.Itoa(to)] {
		return true
	}
	mod := term.NewModule(module)
	for n := from; n <= to; n++ {
		if !s.prog.Exports(mod, name, n) && !s.prog.ExportsMacro(mod, name, n) && !s.prog.ExportsMacro(mod, name, -1) {
			return false
		}
	}
	return true
}

func parseFunction(f string) (name string, from, to int) {
	i := strings.LastIndexByte(f, '/')
	low, high, ok := strings.Cut(f[i+1:], "-")
	from, _ = strconv.Atoi(low)
	if to = from; ok {
		to, _ = strconv.Atoi(high)
	}
	return f[:i], from, to
}

// module adds a module to its group.
func (s *support) module(g *group, name string, functions []string) {
	s.mods++
	there := 0
	byReason := map[string][]string{}
	var order []string
	for _, f := range functions {
		if s.has(name, f) {
			there++
			continue
		}
		fun, _, to := parseFunction(strings.TrimPrefix(f, "@"))
		short := fun + "/" + strconv.Itoa(to)
		reason, ok := s.reasons[name+"."+short]
		if ok {
			s.used[name+"."+short] = true
		} else if reason, ok = s.reasons[name]; ok {
			s.used[name] = true
		} else {
			s.t.Errorf("%s.%s is missing, and reasons.txt does not say why", name, short)
		}
		if byReason[reason] == nil {
			order = append(order, reason)
		}
		byReason[reason] = append(byReason[reason], "`"+strings.ReplaceAll(short, "|", `\|`)+"`")
	}
	s.there += there
	s.all += len(functions)
	if there == len(functions) {
		g.whole = append(g.whole, fmt.Sprintf("`%s` (%d)", name, there))
		return
	}
	var missing []string
	for _, reason := range order {
		missing = append(missing, strings.Join(byReason[reason], " ")+": "+reason)
	}
	g.rows = append(g.rows, fmt.Sprintf("| `%s` | %d of %d | %s |\n", name, there, len(functions), strings.Join(missing, "; ")))
}

// component writes the row of a component, after checking that it exists.
func (s *support) component(line string) {
	fields := strings.Split(line+"  ", " ")
	if !s.prog.Exports(term.NewModule("Phoenix.Component"), fields[0], 1) {
		s.t.Errorf("the component %s is missing", fields[0])
	}
	s.printf("| `<.%s>` | %s | %s |\n", fields[0], codeList(fields[1]), codeList(fields[2]))
}

func codeList(names string) string {
	if names == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(names, ",", "` `") + "`"
}

// erlang lists what there is of Erlang's modules.
func (s *support) erlang() {
	s.printf("\n## Modules: Erlang\n\nWhat live views use of them; `:erlang` has what Kernel and other modules stand on.\n\n| Module | There |\n| --- | --- |\n")
	for _, mod := range s.prog.NativeModules() {
		name := term.Inspect(mod)
		if !strings.HasPrefix(name, ":") {
			continue
		}
		arities := map[string][]string{}
		var names []string
		for _, f := range s.prog.Functions(mod) {
			if arities[f.Name] == nil {
				names = append(names, f.Name)
			}
			arities[f.Name] = append(arities[f.Name], strconv.Itoa(f.Arity))
		}
		var cells []string
		for _, n := range names {
			cells = append(cells, "`"+strings.ReplaceAll(n, "|", `\|`)+"/"+strings.Join(arities[n], ",")+"`")
		}
		s.printf("| `%s` | %s |\n", name, strings.Join(cells, " "))
	}
}

// client lists the bindings that our own client in the browser knows.
func (s *support) client() {
	var code strings.Builder
	files, _ := filepath.Glob(filepath.Join(root, "web", "client", "*.js"))
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			s.t.Fatal(err)
		}
		code.Write(data)
	}
	s.printf("\n## Bindings of the client\n\nThe official client works with the engine as it is. The playground's own knows:")
	var missing []string
	for _, name := range s.lines("bindings.txt") {
		if reason, ok := s.reasons[name]; ok {
			s.used[name] = true
			missing = append(missing, "`"+name+"`: "+reason)
			continue
		}
		known := func(part string) bool { return strings.Contains(code.String(), part) }
		short := strings.TrimPrefix(name, "phx-")
		event, onWindow := strings.CutPrefix(short, "window-")
		if !known(short) && !(onWindow && known("window-") && known(event)) {
			s.t.Errorf("no module of web/client knows %s, and reasons.txt does not say why", name)
		}
		s.printf(" `%s`", name)
	}
	s.printf("\n")
	if len(missing) > 0 {
		s.printf("\nMissing: %s.\n", strings.Join(missing, "; "))
	}
}

// differences lists what is known to differ, after checking that it still does.
func (s *support) differences() {
	s.printf("\n## Known differences\n\n")
	for _, line := range s.lines("differences.txt") {
		fields := strings.Split(line, "\t")
		if len(fields) != 3 {
			s.t.Fatalf("differences.txt: %q", line)
		}
		code := "defmodule Case do\n  def run do\n    " + fields[1] + "\n  end\nend\n"
		if got := s.run(code); got == fields[2] || strings.HasPrefix(got, "does not compile") {
			s.t.Errorf("differences.txt: %s\n%s\n%s is no difference", fields[0], fields[1], got)
		}
		s.printf("- %s\n", fields[0])
	}
}
