package exunit

import (
	"context"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// test is one test of a module, and what became of it.
type test struct {
	module term.Atom
	name   term.Atom
	tags   *term.Map
	params *term.Map
	file   string // as it was loaded
	// state is nil for a test that passed or did not run yet, {:excluded,
	// reason} or {:skipped, reason}.
	state    term.Term
	failures []failure
	invalid  bool // setup_all failed
	time     time.Duration
	logs     string
}

func (t *test) intTag(name string) int {
	n, ok := t.tags.GetAtom(atomTerm(name)).(term.Int)
	if !ok {
		return -1
	}
	return int(n)
}

func (t *test) line() int         { return t.intTag("line") }
func (t *test) describeLine() int { return t.intTag("describe_line") }

func (t *test) text(tag string) string {
	switch v := t.tags.GetAtom(atomTerm(tag)).(type) {
	case term.Binary:
		return string(v)
	case term.Atom:
		return v.Name()
	}
	return ""
}

// failure is one reason why a test failed.
type failure struct {
	kind  term.Term // :error, :throw, :exit or {:EXIT, pid}
	value term.Term
	stack []interp.Frame
	// thrown is what Run returned, nil when the process was killed.
	thrown *interp.Exception
}

// testModule is a module with tests, and one of its parameters if it has some.
type testModule struct {
	name     term.Atom
	file     string
	params   *term.Map
	tags     *term.Map
	setupAll bool
	async    bool
	group    term.Term
	tests    []*test
	failures []failure
	finished []*test
}

// runner runs the tests of a suite, once.
type runner struct {
	s                *Suite
	report           *report
	include, exclude []term.Term
	maxFailures      int // -1 for no limit
	failed           atomic.Int64
	trace            bool
	ctx              context.Context
	names            []term.Atom     // of the modules to run
	program          *interp.Program // that has them
	leader           term.PID        // where tests print
	out              io.Writer       // where the report goes
}

func newRunner(s *Suite, program *interp.Program, names []term.Atom) *runner {
	max := -1
	if n, ok := s.settings.get("max_failures").(term.Int); ok {
		max = int(n)
	}
	trace := term.Truthy(s.settings.get("trace")) || s.settings.int("slowest") > 0 || s.settings.int("slowest_modules") > 0
	return &runner{s: s, maxFailures: max, trace: trace, names: names, program: program, leader: s.stdout.PID(), out: s.console}
}

func (r *runner) run(ctx context.Context) error {
	r.ctx = ctx
	thread := interp.NewThread(r.program, r.s.opts.Limits)
	thread.Owner = r.s.main
	_, err := thread.Run(func() term.Term {
		r.include, r.exclude = normalizeFilters(thread, r.s.settings.get("include"), r.s.settings.get("exclude"))
		return term.OK
	})
	if err != nil {
		return err
	}
	r.report = newReport(r.s, thread, r.trace, r.out)
	modules, err := r.modules()
	if err != nil {
		return err
	}
	r.report.start(r.include, r.exclude)
	start := time.Now()
	async := r.runAsync(modules)
	for _, m := range modules {
		if !m.async && ctx.Err() == nil {
			r.runModules([]*testModule{m})
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.maxReached() {
		r.report.maxFailuresReached()
	}
	r.report.finish(time.Since(start), async)
	return nil
}

// runAsync runs the modules that are async, as many at once as may be, and
// returns how long that took.
func (r *runner) runAsync(modules []*testModule) time.Duration {
	start := time.Now()
	limit := r.s.settings.int("max_cases")
	if r.trace || limit < 1 {
		limit = 1
	}
	slots := make(chan struct{}, limit)
	var wg sync.WaitGroup
	var groups []term.Term
	byGroup := map[string][]*testModule{}
	launch := func(list []*testModule) {
		slots <- struct{}{}
		if r.maxReached() || r.ctx.Err() != nil {
			<-slots
			return
		}
		wg.Add(1)
		go func() {
			defer func() { <-slots; wg.Done() }()
			r.runModules(list)
		}()
	}
	any := false
	for _, m := range modules {
		switch {
		case !m.async:
			continue
		case m.group == term.Term(term.Nil):
			launch([]*testModule{m})
		default:
			key := term.Inspect(m.group)
			if byGroup[key] == nil {
				groups = append(groups, m.group)
			}
			byGroup[key] = append(byGroup[key], m)
		}
		any = true
	}
	for _, g := range groups {
		launch(byGroup[term.Inspect(g)])
	}
	wg.Wait()
	if !any {
		return 0
	}
	return time.Since(start)
}

func (r *runner) runModules(list []*testModule) {
	for _, m := range list {
		if !r.maxReached() {
			r.runModule(m)
		}
	}
}

// modules reads what __ex_unit__/0 and /1 of the loaded modules say.
func (r *runner) modules() ([]*testModule, error) {
	var out []*testModule
	for _, name := range r.names {
		var mod, config *term.Map
		_, err := r.report.format.t.Run(func() term.Term {
			mod, _ = r.report.format.t.Apply(name, "__ex_unit__").(*term.Map)
			config, _ = r.report.format.t.Apply(name, "__ex_unit__", atomTerm("config")).(*term.Map)
			return term.OK
		})
		if err != nil {
			return nil, err
		}
		if config.GetAtom(atomTerm("register")) == term.Term(term.False) {
			continue
		}
		params := []term.Term{term.EmptyMap}
		if l, ok := config.GetAtom(atomTerm("parameterize")).(*term.List); ok {
			params = elements(l)
		}
		for _, p := range params {
			out = append(out, newTestModule(name, mod, config, p.(*term.Map), r.s))
		}
	}
	return out, nil
}

func newTestModule(name term.Atom, mod, config, params *term.Map, s *Suite) *testModule {
	file, _ := mod.GetAtom(atomTerm("file")).(term.Binary)
	m := &testModule{name: name, file: string(file), params: params, tags: mod.GetAtom(atomTerm("tags")).(*term.Map),
		setupAll: term.Truthy(mod.GetAtom(atomTerm("setup_all?"))), async: term.Truthy(config.GetAtom(atomTerm("async?"))),
		group: config.GetAtom(atomTerm("group"))}
	for _, v := range elements(mod.GetAtom(atomTerm("tests"))) {
		t := v.(*term.Map)
		x := &test{module: name, name: t.GetAtom(atomTerm("name")).(term.Atom), tags: t.GetAtom(atomTerm("tags")).(*term.Map), params: params}
		x.file = s.relative(x.text("file"))
		m.tests = append(m.tests, x)
	}
	return m
}

// shuffle orders the tests of a module as the seed says; 0 leaves them.
func (r *runner) shuffle(list []*test) []*test {
	seed := r.s.settings.int("seed")
	list = slices.Clone(list)
	if seed != 0 {
		rnd := rand.New(rand.NewPCG(uint64(seed), uint64(seed)))
		rnd.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	return list
}

// maxReached reports whether so many tests failed that no more are to run.
func (r *runner) maxReached() bool {
	return r.maxFailures >= 0 && int(r.failed.Load()) >= r.maxFailures
}

// count notes failures, and returns how many of them are to be reported.
func (r *runner) count(n int) int {
	if r.maxFailures < 0 {
		r.failed.Add(int64(n))
		return n
	}
	before := int(r.failed.Add(int64(n))) - n
	return min(n, max(0, r.maxFailures-before))
}

// runModule runs the tests of a module.
func (r *runner) runModule(m *testModule) {
	r.report.moduleStarted(m)
	var run []*test
	all := r.shuffle(m.tests)
	r.report.locked(func(t *interp.Thread) {
		for _, x := range all {
			x.tags = x.tags.Put(atomTerm("test"), x.name).Put(atomTerm("module"), m.name).Put(atomTerm("async"), term.Bool(m.async))
			if x.state = evalFilters(t, r.include, r.exclude, x.tags, all); x.state == nil {
				run = append(run, x)
			}
		}
	})
	for _, x := range all {
		if x.state != nil {
			r.report.testStarted(x)
			r.report.testFinished(x)
		}
	}
	if len(run) == 0 {
		return
	}
	context := m.tags
	for k, v := range m.params.All() {
		context = context.Put(k, v)
	}
	context = context.Put(atomTerm("module"), m.name).Put(atomTerm("async"), term.Bool(m.async))
	if !m.setupAll {
		r.runTests(m, run, context)
		return
	}
	r.runSetupAll(m, run, context)
}

// runSetupAll runs setup_all in a process that lives until the tests of the
// module have run, and then these.
func (r *runner) runSetupAll(m *testModule, run []*test, context *term.Map) {
	leave := make(chan struct{})
	p := r.spawn(func(p *node.Process) *outcome {
		r.s.exits.register(p.PID())
		v, err := p.Thread().Run(func() term.Term { return p.Thread().Apply(m.name, "__ex_unit__", atomTerm("setup_all"), context) })
		if err != nil {
			return &outcome{failures: failuresOf(p.Thread(), err)}
		}
		return &outcome{context: v.(*term.Map)}
	}, leave)
	out := p.wait(-1)
	if out.failures == nil {
		r.runTests(m, run, out.context)
	}
	close(leave)
	if p.proc != nil {
		p.proc.Node().Send(p.proc.PID(), term.OK)
		<-p.proc.Done()
	}
	m.failures = append(out.failures, r.onExit(p, r.timeout(term.EmptyMap), out.failures != nil)...)
	if out.failures == nil {
		if len(m.failures) > 0 {
			r.count(len(m.finished))
			r.report.moduleFailed(m)
		}
		return
	}
	n := r.count(len(run))
	for _, x := range run[:n] {
		x.invalid = true
		r.report.testStarted(x)
		r.report.testFinished(x)
	}
	m.finished = nil
	r.report.moduleFailed(m)
}

func (r *runner) runTests(m *testModule, run []*test, context *term.Map) {
	for _, x := range run {
		if r.maxReached() || r.ctx.Err() != nil {
			return
		}
		r.report.testStarted(x)
		r.runTest(x, context)
		if r.ctx.Err() != nil {
			return // it was ended with all the others
		}
		if len(x.failures) > 0 && r.count(1) == 0 {
			return
		}
		m.finished = append(m.finished, x)
		r.report.testFinished(x)
	}
}

// timeout is how long a test may take; below 0 is for ever.
func (r *runner) timeout(tags *term.Map) time.Duration {
	v, ok := tags.Get(atomTerm("timeout"))
	if !ok {
		v = r.s.settings.get("timeout")
	}
	n, isInt := v.(term.Int)
	if r.trace || !isInt {
		return -1
	}
	return time.Duration(n) * time.Millisecond
}
