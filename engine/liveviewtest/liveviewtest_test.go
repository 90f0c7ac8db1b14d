package liveviewtest_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"streamsplayground/engine/exunit"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/liveviewtest"
	"streamsplayground/engine/source"
)

// base is the program that the cases are compiled onto.
var base = sync.OnceValues(func() (*interp.Program, error) {
	p, err := live.Base()
	if err != nil {
		return nil, err
	}
	next, _, err := p.WithModules(append(exunit.Modules(), liveviewtest.Modules()...)...).Compile(liveviewtest.Prelude()...)
	return next, err
})

// TestCases runs each case of testdata: live views in .ex files and tests of
// them in .exs files. All tests have to pass, unless the case has the report of
// those that fail.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			runCase(t, source.ParseTxtar(data))
		})
	}
}

func runCase(t *testing.T, files []source.TxtarFile) {
	t.Helper()
	program, err := base()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	suite, err := exunit.NewSuite(program, exunit.Options{Out: &out, Err: &out})
	if err != nil {
		t.Fatal(err)
	}
	defer suite.Close()
	var views, tests []*source.File
	want := ""
	for _, f := range files {
		switch filepath.Ext(f.Name) {
		case ".ex":
			views = append(views, source.NewFile(f.Name, string(f.Data)))
		case ".exs":
			tests = append(tests, source.NewFile(f.Name, string(f.Data)))
		case ".txt":
			want = string(f.Data)
		}
	}
	for _, files := range [][]*source.File{views, tests} {
		warnings, err := suite.Load(files...)
		if err != nil {
			t.Fatal(err)
		}
		if len(warnings) > 0 {
			t.Error(warnings.Text())
		}
	}
	liveviewtest.New(suite.Node(), suite.Program()).Attach()
	result, err := suite.Run(context.Background())
	switch {
	case err != nil:
		t.Fatal(err)
	case result.Total == 0:
		t.Error("no tests ran")
	case want == "" && result.Failures+result.Invalid > 0:
		t.Errorf("%d of %d tests failed:\n%s", result.Failures+result.Invalid, result.Total, out.String())
	case want != "" && !strings.Contains(out.String(), strings.TrimSpace(want)):
		t.Errorf("report: got\n%s\nwant in it\n%s", out.String(), want)
	}
}
