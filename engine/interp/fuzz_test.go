package interp_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
)

// FuzzCompile compiles and runs any text under limits: it may find errors, but
// never mistakes of the engine's own.
func FuzzCompile(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, p := range source.ParseTxtar(data) {
			if p.Name == "in.ex" {
				f.Add(string(p.Data))
			}
		}
	}
	var out bytes.Buffer
	p := program(f, &out)
	f.Fuzz(func(t *testing.T, text string) {
		out.Reset()
		_, _, err := p.Compile(source.NewFile("in.ex", text))
		for _, d := range source.Diagnostics(err) {
			if d.Kind == "internal error" {
				t.Fatal(d.Message)
			}
			_ = d.Text()
		}
		var x *interp.Exception
		if errors.As(err, &x) && strings.Contains(x.Error(), "internal error") {
			t.Fatal(x)
		}
	})
}
