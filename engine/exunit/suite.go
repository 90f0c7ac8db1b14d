package exunit

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// Options say how a Suite runs. The zero value means the defaults of mix test.
type Options struct {
	// Out gets the report, and what tests print. nil means nowhere.
	Out io.Writer
	// Err gets what tests print to :stderr. nil means nowhere.
	Err io.Writer
	// Seed orders the tests of each module; 0 leaves them as they are written.
	Seed int
	// MaxCases is how many modules that are async run at once; 0 means 4.
	MaxCases int
	// Color says that Out understands ANSI escape sequences.
	Color bool
	// Width is how wide Out is, in columns; 0 means 80.
	Width int
	// App is the project's application, as "(chat 0.1.0) ", which stands before
	// the frames of stack traces in its files: those named .ex. "" is none.
	App string
	// Dir is the folder that the names of files are relative to; tests see them
	// absolute. "" leaves them as they are.
	Dir string
	// Open reads a file that code names while it runs, relative to Dir. nil means
	// that there are none.
	Open func(name string) (*source.File, error)
	// Limits bound the code of tests. Where it is zero there are generous
	// defaults: the timeouts of the tests end what runs for too long.
	Limits interp.Limits
}

// The defaults of Options.Limits.
const (
	defaultReductions = 1 << 62
	defaultBytes      = 1 << 30
	defaultTime       = 24 * time.Hour
	defaultBacktrace  = 20
)

func (o Options) withDefaults() Options {
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Err == nil {
		o.Err = io.Discard
	}
	o.MaxCases = cmp.Or(o.MaxCases, 4)
	o.Width = cmp.Or(o.Width, 80)
	l := &o.Limits
	l.Reductions = cmp.Or(l.Reductions, defaultReductions)
	l.Bytes = cmp.Or(l.Bytes, defaultBytes)
	l.Time = cmp.Or(l.Time, defaultTime)
	l.Backtrace = cmp.Or(l.Backtrace, defaultBacktrace)
	return o
}

// Suite runs the tests of one command: it loads files, in one process that
// lives until Close, and then runs the tests of all modules that they defined.
type Suite struct {
	opts     Options
	settings *settings
	program  atomic.Pointer[interp.Program]
	node     *node.Node
	exits    exits
	console  *console
	devices  devices
	stdout   *node.Process // the group leader of all that runs
	jobs     chan func(*node.Process)
	main     *node.Process
	modules  []term.Atom
	mu       sync.Mutex // of what follows, which tests change that define tests
	seen     map[term.Atom]bool
	files    map[string]*source.File
	requires map[string]bool // that Code.require_file/1 was called for
}

// NewSuite returns a suite for files to be compiled onto the program, which has
// the modules of this package.
func NewSuite(base *interp.Program, opts Options) (*Suite, error) {
	opts = opts.withDefaults()
	s := &Suite{opts: opts, settings: newSettings(), exits: exits{procs: map[uint64]*exitState{}},
		console: &console{out: opts.Out, color: opts.Color}, jobs: make(chan func(*node.Process)),
		devices: devices{named: map[term.Atom]*capturedDevice{}}, seen: map[term.Atom]bool{}, files: map[string]*source.File{}, requires: map[string]bool{}}
	s.settings.put("seed", term.Int(opts.Seed))
	s.settings.put("max_cases", term.Int(opts.MaxCases))
	s.program.Store(base)
	for _, m := range base.Modules() {
		s.seen[m] = true
	}
	s.node = node.New(node.Options{Program: s.program.Load, Limits: opts.Limits, Tracer: s.console})
	s.node.Values().Store(suiteKey{}, s)
	if err := s.start(); err != nil {
		s.node.Close()
		return nil, err
	}
	return s, nil
}

// start starts the devices, and the process that loads files.
func (s *Suite) start() error {
	if err := s.startDevices(); err != nil {
		return err
	}
	var err error
	s.main, err = s.node.Spawn(func(p *node.Process) term.Term {
		p.TrapExit(true)
		p.SetGroupLeader(s.stdout.PID())
		for f := range s.jobs {
			f(p)
		}
		return node.Normal
	}, nil)
	return err
}

func (s *Suite) startDevices() (err error) {
	if s.stdout, err = device(s.node, s.console); err != nil {
		return err
	}
	stderr, err := device(s.node, s.opts.Err)
	if err == nil {
		s.node.Register(stderr.PID(), atomTerm("standard_error"))
	}
	return err
}

// Close ends all processes of the suite.
func (s *Suite) Close() {
	close(s.jobs)
	s.node.Close()
}

// Node returns the node that the tests run on.
func (s *Suite) Node() *node.Node { return s.node }

// Program returns the code loaded so far.
func (s *Suite) Program() *interp.Program { return s.program.Load() }

// Configure sets what ExUnit.configure/1 sets.
func (s *Suite) Configure(key string, v term.Term) { s.settings.put(key, v) }

// Setting returns what ExUnit.configure/1 or Configure set, nil for nothing.
func (s *Suite) Setting(key string) term.Term { return s.settings.get(key) }

// Do runs f in the process that loads files, which outlives all tests.
func (s *Suite) Do(f func(p *node.Process) error) error {
	done := make(chan error, 1)
	select {
	case s.jobs <- func(p *node.Process) { done <- f(p) }:
	case <-s.main.Done():
		return errors.New("the process that loads the files was killed")
	}
	select {
	case err := <-done:
		return err
	case <-s.main.Done():
		return errors.New("the process that loads the files was killed")
	}
}

// Load compiles files onto what was loaded before, and runs what stands at
// their top. Their test modules run later.
func (s *Suite) Load(files ...*source.File) (warnings source.Errors, err error) {
	s.mu.Lock()
	for _, f := range files {
		s.files[f.Name()] = f
	}
	s.mu.Unlock()
	err = s.Do(func(p *node.Process) error {
		next, warned, err := s.Program().CompileFor(p, p.Thread().Receive, files...)
		warnings = warned
		if err == nil {
			s.program.Store(next)
			p.Thread().SetProgram(next)
		}
		return err
	})
	if err != nil {
		return warnings, err
	}
	s.modules = append(s.modules, s.fresh(s.Program())...)
	return warnings, nil
}

// file returns a file that was loaded, nil for any other.
func (s *Suite) file(name string) *source.File {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[name]
}

// absolute is the name of a file as tests see it, and relative as it was
// loaded.
func (s *Suite) absolute(name string) string {
	if s.opts.Dir == "" || path.IsAbs(name) {
		return name
	}
	return path.Join(s.opts.Dir, name)
}

func (s *Suite) relative(name string) string {
	if s.opts.Dir == "" {
		return name
	}
	return strings.TrimPrefix(name, s.opts.Dir+"/")
}

// fresh returns the test modules of a program that were not seen before.
func (s *Suite) fresh(p *interp.Program) []term.Atom {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []term.Atom
	for _, m := range p.Modules() {
		if !s.seen[m] && p.Exports(m, "__ex_unit__", 1) {
			out = append(out, m)
		}
		s.seen[m] = true
	}
	return out
}

// Modules returns the test modules loaded so far.
func (s *Suite) Modules() []term.Atom { return slices.Clone(s.modules) }

// Result counts the tests of a run, as the map that ExUnit.after_suite/1
// callbacks get.
type Result struct {
	Total, Failures, Excluded, Skipped, Invalid int
}

// Run runs the tests and prints the report. The context ends it early, and all
// processes of the suite with it.
func (s *Suite) Run(ctx context.Context) (Result, error) {
	defer context.AfterFunc(ctx, s.node.Close)()
	r := newRunner(s, s.Program(), s.modules)
	if err := r.run(ctx); err != nil {
		return Result{}, err
	}
	result := r.report.result()
	err := s.Do(func(p *node.Process) error {
		_, err := p.Thread().Run(func() term.Term { s.afterSuite(p.Thread(), result); return term.OK })
		return err
	})
	return result, err
}

// afterSuite calls what ExUnit.after_suite/1 was given, and returns what that
// gets.
func (s *Suite) afterSuite(t *interp.Thread, r Result) *term.Map {
	m := term.EmptyMap
	for k, n := range map[string]int{"total": r.Total, "failures": r.Failures, "excluded": r.Excluded, "skipped": r.Skipped} {
		m = m.Put(atomTerm(k), term.Int(n))
	}
	for _, f := range elements(s.settings.get("after_suite")) {
		t.Call(f, m)
	}
	return m
}
