package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"streamsplayground/engine/exunit"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/liveviewtest"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// testOptions are the flags of the test command.
type testOptions struct {
	paths                                          []string
	seed                                           int
	seeded, trace, color                           bool
	include, exclude, only                         []term.Term
	maxFailures, timeout, maxCases, slowest, slowM int
}

var (
	// errTestsFailed says that the report names failed tests.
	errTestsFailed = errors.New("tests failed")
	errInterrupted = errors.New("interrupted before the tests were through")
)

// filterFlag gathers the tags of --include and its like.
type filterFlag struct{ list *[]term.Term }

func (f filterFlag) String() string { return "" }

func (f filterFlag) Set(text string) error {
	v, err := exunit.ParseFilter(text)
	*f.list = append(*f.list, v)
	return err
}

func parseTest(args []string) (testOptions, error) {
	var o testOptions
	set := newFlags("test")
	set.IntVar(&o.seed, "seed", 0, "order of the tests; 0 is as they are written")
	set.BoolVar(&o.trace, "trace", false, "name each test, one module at a time")
	set.Var(filterFlag{&o.include}, "include", "tag of tests to run though excluded")
	set.Var(filterFlag{&o.exclude}, "exclude", "tag of tests to leave out")
	set.Var(filterFlag{&o.only}, "only", "tag of the only tests to run")
	set.IntVar(&o.maxFailures, "max-failures", 0, "stop after so many failures")
	set.IntVar(&o.timeout, "timeout", 0, "milliseconds a test may take")
	set.IntVar(&o.maxCases, "max-cases", 0, "modules that run at once")
	set.IntVar(&o.slowest, "slowest", 0, "how many slow tests to name")
	set.IntVar(&o.slowM, "slowest-modules", 0, "how many slow modules to name")
	o.color = isTerminal(os.Stdout)
	set.BoolFunc("color", "colours, though the output is no terminal", func(s string) error { o.color = s != "false"; return nil })
	set.BoolFunc("no-color", "no colours", func(string) error { o.color = false; return nil })
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			return o, err
		}
		args = set.Args()
		if len(args) > 0 {
			o.paths, args = append(o.paths, args[0]), args[1:]
		}
	}
	set.Visit(func(f *flag.Flag) { o.seeded = o.seeded || f.Name == "seed" })
	if !o.seeded {
		o.seed = rand.IntN(1_000_000)
	}
	return o, nil
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// runTests is the test command.
func runTests(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, err := parseTest(args)
	if err != nil {
		return err
	}
	plan, err := planTests(opts.paths)
	if err != nil {
		return err
	}
	base, err := testBase(plan.files()...)
	if err != nil {
		return err
	}
	app, base, err := plan.project(base, stderr)
	if err != nil {
		return err
	}
	suite, err := exunit.NewSuite(base, exunit.Options{Out: stdout, Err: stderr, Dir: workingDir(), Open: openSource, App: appPrefix(), Seed: opts.seed, MaxCases: opts.maxCases, Color: opts.color})
	if err != nil {
		return err
	}
	defer suite.Close()
	defer context.AfterFunc(ctx, suite.Node().Close)() // also while files are loaded
	if app != nil {
		if err := app.Start(suite.Node()); err != nil {
			return err
		}
	}
	opts.configure(suite, plan)
	err = plan.load(suite, stderr)
	if ctx.Err() != nil {
		return errInterrupted
	}
	if err != nil {
		return err
	}
	opts.configure(suite, plan) // over what the helper configured
	liveviewtest.New(suite.Node(), suite.Program()).Attach()
	if len(suite.Modules()) == 0 {
		return errors.New("no tests in these files: a module with \"use ExUnit.Case\"")
	}
	return opts.run(ctx, suite)
}

// run runs the tests that were loaded.
func (o testOptions) run(ctx context.Context, suite *exunit.Suite) error {
	result, err := suite.Run(ctx)
	if ctx.Err() != nil {
		return errInterrupted
	}
	if err == nil && len(o.only) > 0 && result.Total == result.Excluded {
		err = errors.New("the -only option was given, but no test was executed")
	}
	if err == nil && (result.Failures > 0 || result.Invalid > 0) {
		err = errTestsFailed
	}
	return err
}

// testBase is the program that files with tests are compiled onto.
func testBase(files ...*source.File) (*interp.Program, error) {
	base, err := live.BaseFor(files...)
	if err != nil {
		return nil, err
	}
	base = base.WithDeclared(live.MixEnv, term.NewAtom("test")).WithModules(append(exunit.Modules(), liveviewtest.Modules()...)...)
	next, _, err := base.Compile(liveviewtest.Prelude()...)
	return next, err
}

// configure sets what the flags say. What a test helper excludes is excluded
// too.
func (o testOptions) configure(s *exunit.Suite, plan *testPlan) {
	include := append(slices.Clone(o.only), o.include...)
	exclude := slices.Clone(o.exclude)
	if len(o.only) > 0 {
		exclude = append([]term.Term{term.NewAtom("test")}, exclude...)
	}
	if set, ok := s.Setting("exclude").(*term.List); ok {
		for e := range set.All() {
			if !slices.ContainsFunc(exclude, func(x term.Term) bool { return term.StrictEqual(x, e) }) {
				exclude = append(exclude, e)
			}
		}
	}
	if len(plan.locations) > 0 { // they count alone
		include, exclude = plan.locations, []term.Term{term.NewAtom("test")}
	}
	if len(include) > 0 {
		s.Configure("include", term.NewList(include...))
	}
	s.Configure("exclude", term.NewList(exclude...))
	for name, n := range map[string]int{"max_failures": o.maxFailures, "timeout": o.timeout, "max_cases": o.maxCases,
		"slowest": o.slowest, "slowest_modules": o.slowM} {
		if n > 0 {
			s.Configure(name, term.Int(n))
		}
	}
	if o.seeded {
		s.Configure("seed", term.Int(o.seed))
	}
	if o.trace {
		s.Configure("trace", term.True)
	}
}

// workingDir is the folder that relative names are in, "" if it has none.
func workingDir() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return filepath.ToSlash(dir)
}

// openSource reads a file in the working folder for code that names it.
func openSource(name string) (*source.File, error) {
	root, err := os.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	defer root.Close()
	text, err := root.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return source.NewFile(name, string(text)), nil
}

// appPrefix is what stands before the frames of the project's own files in
// stack traces: the application and the version that its mix.exs names.
func appPrefix() string {
	text, err := os.ReadFile("mix.exs")
	if err != nil {
		return ""
	}
	app := regexp.MustCompile(`\bapp:\s*:(\w+)`).FindSubmatch(text)
	version := regexp.MustCompile(`\bversion:\s*"([^"]+)"`).FindSubmatch(text)
	if app == nil || version == nil {
		return ""
	}
	return "(" + string(app[1]) + " " + string(version[1]) + ") "
}
