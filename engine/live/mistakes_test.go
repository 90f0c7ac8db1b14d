package live_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"streamsplayground/engine/source"
)

// TestMistakes opens, joins and sends an event to each live view of
// testdata/mistakes.txtar, and expects in the log what Phoenix says there.
func TestMistakes(t *testing.T) {
	data, err := os.ReadFile("testdata/mistakes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := source.ParseTxtar(data)
	code, names := mistakenViews(files)
	program := compile(t, []source.TxtarFile{{Name: "live.ex", Data: code}})
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name, ".log")
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			cid := ""
			if names[name] {
				cid = " cid:1"
			}
			var got string
			synctest.Test(t, func(t *testing.T) {
				got = play(t, program, "> get /"+name+"\n")
				if !strings.Contains(got, "< error") {
					got = play(t, program, "> get /"+name+"\n> join /"+name+"\n> event click go"+cid+"\n")
				}
			})
			if got := loggedMistakes(got); got != f.Data {
				t.Errorf("got:\n%s\nwant:\n%s", got, f.Data)
			}
		})
	}
}

// mistakenViews makes live views of the bodies in the archive, and a router.
// It returns which of them get the event in their component.
func mistakenViews(files []source.TxtarFile) (code string, component map[string]bool) {
	var views, routes strings.Builder
	component = map[string]bool{}
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name, ".ex")
		if !ok {
			continue
		}
		if name == "support" {
			views.WriteString(f.Data)
			continue
		}
		module := "M."
		for word := range strings.SplitSeq(name, "_") {
			module += strings.ToUpper(word[:1]) + word[1:]
		}
		component[name] = strings.Contains(f.Data, "# cid")
		fmt.Fprintf(&views, "\ndefmodule %s do\n  use Phoenix.LiveView\n%s", module, f.Data)
		if !strings.Contains(f.Data, "def render(") && !strings.Contains(f.Data, "# no render") {
			views.WriteString("def render(assigns), do: ~H\"<p></p>\"\n")
		}
		views.WriteString("end\n")
		fmt.Fprintf(&routes, "  live \"/%s\", %s\n", name, module)
	}
	return views.String() + "\ndefmodule M.Router do\n  use Phoenix.Router\n  import Phoenix.LiveView.Router\n" + routes.String() + "end\n", component
}

var (
	// exceptionText is an exception in the log, up to its stack trace or what
	// the log says of the process.
	exceptionText = regexp.MustCompile(`(?s)\*\* \(.*?(?:\n\n?    \(|\n\n?    [\w/]+\.exs?:\d+|\nLast message|\nInitial Call|\n\n?Function: |\n! |$)`)
	stackLine     = regexp.MustCompile(`\n\n?    [\w/]+\.exs?:\d+$`)
	anyPID        = regexp.MustCompile(`#PID<[\d.]+>`)
	anyReference  = regexp.MustCompile(`#Reference<[\d.]+>`)
	anyFunction   = regexp.MustCompile(`#Function<[^>]*>`)
	anyID         = regexp.MustCompile(`"phx-[-\w]+"`)
	hint          = regexp.MustCompile(`(?s)(?:\. Did you mean.*|, but the behaviour \S+ expects it to be present|\. This protocol is implemented.*|\n\n    The following arguments were given to.*)`)
)

// loggedMistakes returns the exceptions in what a player has got, each once,
// without what differs from run to run.
func loggedMistakes(played string) string {
	var log strings.Builder
	for line := range strings.SplitSeq(played, "\n") {
		if text, ok := strings.CutPrefix(line, "!"); ok {
			if text = strings.TrimPrefix(text, " error "); !strings.HasPrefix(text, "   ") {
				log.WriteString("\n! ")
			} else {
				text = text[3:]
			}
			log.WriteString(text + "\n")
		}
	}
	var out []string
	for _, text := range exceptionText.FindAllString(log.String(), -1) {
		for _, end := range []string{"\nLast message", "\nInitial Call", "\nFunction: ", "\n! ", "\n\n    (", "\n    ("} {
			text, _, _ = strings.Cut(text, end)
		}
		text = stackLine.ReplaceAllString(text, "")
		text = hint.ReplaceAllString(text, "")
		text = anyPID.ReplaceAllString(text, "#PID<>")
		text = anyReference.ReplaceAllString(text, "#Reference<>")
		text = anyFunction.ReplaceAllString(text, "#Function<>")
		text = anyID.ReplaceAllString(text, `"phx-ID"`)
		text = strings.TrimSpace(text)
		if strings.Contains(text, "handle_event/3 is undefined") && strings.Contains(text, " M.") || slices.Contains(out, text) {
			continue
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, "\n") + "\n"
}
