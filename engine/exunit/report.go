package exunit

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// report prints what happens, as ExUnit.CLIFormatter. One goroutine at a time
// uses it and its thread.
type report struct {
	mu      sync.Mutex
	s       *Suite
	out     io.Writer
	format  *format
	trace   bool
	slowest [2]int // tests and modules
	timings []*test

	counts                               map[string]int // of tests by their type
	failures, skipped, excluded, invalid int
}

func newReport(s *Suite, t *interp.Thread, trace bool, out io.Writer) *report {
	return &report{s: s, out: out, trace: trace, counts: map[string]int{},
		slowest: [2]int{s.settings.int("slowest"), s.settings.int("slowest_modules")},
		format:  &format{t: t, colors: newColors(s), width: s.opts.Width, app: s.opts.App, file: s.file, counter: "     "}}
}

// locked runs f with the report's thread.
func (r *report) locked(f func(t *interp.Thread)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run(func() { f(r.format.t) })
}

// run runs code of the language, such as implementations of Inspect.
func (r *report) run(f func()) {
	if _, err := r.format.t.Run(func() term.Term { f(); return term.OK }); err != nil {
		fmt.Fprintln(r.out, err)
	}
}

func (r *report) print(text string) { io.WriteString(r.out, text) } //nolint:errcheck // the report has no other place to go

func (r *report) color(key, text string) string { return r.format.colors.paint(key, text) }

func (r *report) start(include, exclude []term.Term) {
	maxCases := r.s.settings.int("max_cases")
	if r.trace {
		maxCases = 1
	}
	r.print(fmt.Sprintf("Running ExUnit with seed: %d, max_cases: %d\n", r.s.settings.int("seed"), maxCases))
	lists := term.InspectOptions{Charlists: "as_lists"}
	for _, f := range []struct {
		what string
		list []term.Term
	}{{"Excluding", exclude}, {"Including", include}} {
		if len(f.list) > 0 {
			r.locked(func(t *interp.Thread) { r.print(f.what + " tags: " + t.Inspect(term.NewList(f.list...), lists) + "\n") })
		}
	}
	r.print("\n")
}

func (r *report) moduleStarted(m *testModule) {
	if !r.trace {
		return
	}
	r.locked(func(t *interp.Thread) {
		r.print("\n" + term.Inspect(m.name) + " [" + m.file + "]\n")
		if m.params.Len() > 0 {
			r.print("Parameters: " + inspect(t, m.params) + "\n")
		}
	})
}

func traceName(x *test) string { return strings.ReplaceAll("  * "+x.name.Name(), "\n", " ") }

func (r *report) testStarted(x *test) {
	if r.trace {
		r.print(fmt.Sprintf("%s [L#%d]", traceName(x), x.line()))
	}
}

func traceResult(x *test) string {
	return fmt.Sprintf("\r%s (%sms) [L#%d]", traceName(x), formatMillis(x.time), x.line())
}

func formatMillis(d time.Duration) string {
	us := int(d.Microseconds()) / 10
	if us < 10 {
		return fmt.Sprintf("0.0%d", us)
	}
	us /= 10
	return fmt.Sprintf("%d.%d", us/10, us%10)
}

func (r *report) testFinished(x *test) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[x.text("test_type")]++
	state, _ := x.state.(term.Tuple)
	switch {
	case x.invalid:
		r.line("invalid", "?", traceResult(x))
		r.invalid++
	case len(state) == 2 && isAtom(state[0], "excluded"):
		if r.trace {
			r.print(fmt.Sprintf("\r%s (excluded) [L#%d]\n", traceName(x), x.line()))
		}
		r.excluded++
	case len(state) == 2:
		r.line("skipped", "*", fmt.Sprintf("\r%s (skipped) [L#%d]", traceName(x), x.line()))
		r.skipped++
	case len(x.failures) == 0:
		r.line("success", ".", traceResult(x))
		r.time(x)
	default:
		r.testFailed(x)
		r.time(x)
	}
}

func (r *report) time(x *test) {
	if r.slowest[0] > 0 || r.slowest[1] > 0 {
		r.timings = append(r.timings, x)
	}
}

// line prints what stands for a test: a mark, or its line of the trace.
func (r *report) line(color, mark, traced string) {
	if r.trace {
		r.print(r.color(color, traced) + "\n")
	} else {
		r.print(r.color(color, mark))
	}
}

func (r *report) testFailed(x *test) {
	if r.trace {
		r.print(r.color("failure", traceResult(x)) + "\n")
	}
	r.failures++
	r.run(func() { r.printFailure(r.format.testFailure(x, r.failures)) })
	if x.logs != "" {
		r.print("     The following output was logged:\n     " + strings.ReplaceAll(x.logs, "\n", "\n     ") + "\n")
	}
}

func (r *report) printFailure(text string) {
	if r.trace {
		r.print("\n" + text + "\n")
	} else {
		r.print("\n\n" + text + "\n")
	}
}

// moduleFailed reports that setup_all failed, or an on_exit of it. The tests
// that passed count as failed.
func (r *report) moduleFailed(m *testModule) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range m.finished {
		if x.state == nil && len(x.failures) == 0 {
			r.failures++
		}
	}
	r.run(func() { r.printFailure(r.format.moduleFailure(m, r.failures)) })
}

func (r *report) maxFailuresReached() {
	r.print(r.color("failure", "--max-failures reached, aborting test suite"))
}

func (r *report) result() Result {
	total := 0
	for _, n := range r.counts {
		total += n
	}
	return Result{Total: total, Failures: r.failures, Excluded: r.excluded, Skipped: r.skipped, Invalid: r.invalid}
}

// finish prints the times and the counts.
func (r *report) finish(run, async time.Duration) {
	total := r.result().Total
	allExcluded := total > 0 && r.excluded == total
	if allExcluded {
		r.print(r.color("invalid", "All tests have been excluded.") + "\n")
	}
	r.print("\n" + formatTimes(run, async) + "\n")
	r.printSlowest(run)
	text := ""
	kinds := []string{}
	for k := range r.counts {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		name := k
		if r.counts[k] != 1 {
			name = r.s.settings.plural(k)
		}
		text += fmt.Sprintf("%d %s, ", r.counts[k], name)
	}
	text += fmt.Sprintf("%d failure", r.failures)
	if r.failures != 1 {
		text += "s"
	}
	if r.excluded > 0 {
		text += fmt.Sprintf(", %d excluded", r.excluded)
	}
	if r.invalid > 0 {
		text += fmt.Sprintf(", %d invalid", r.invalid)
	}
	if r.skipped > 0 {
		text += ", " + r.color("skipped", fmt.Sprintf("%d skipped", r.skipped))
	}
	color := "success"
	switch {
	case r.failures > 0:
		color = "failure"
	case r.invalid > 0, allExcluded:
		color = "invalid"
	}
	r.print(r.color(color, text) + "\n")
}

// formatTimes is ExUnit.Formatter.format_times/1.
func formatTimes(run, async time.Duration) string {
	unit := func(d time.Duration) int { return int(d.Microseconds()) / 10_000 }
	text := func(n int) string {
		if n < 10 {
			return fmt.Sprintf("0.0%d", n)
		}
		n /= 10
		return fmt.Sprintf("%d.%d", n/10, n%10)
	}
	r, a := unit(run), unit(async)
	return fmt.Sprintf("Finished in %s seconds (%ss async, %ss sync)", text(r), text(a), text(r-a))
}

// printSlowest prints the slowest tests and modules.
func (r *report) printSlowest(run time.Duration) {
	head := func(n int, sum time.Duration) {
		r.print(fmt.Sprintf("\nTop %d slowest (%ss), %.1f%% of total time:\n\n", n, formatMillis(sum/1000), float64(sum)/float64(run)*100))
	}
	if n := r.slowest[0]; n > 0 {
		list := slices.Clone(r.timings)
		slices.SortStableFunc(list, func(a, b *test) int { return cmp.Compare(b.time, a.time) })
		list = list[:min(n, len(list))]
		var sum time.Duration
		for _, x := range list {
			sum += x.time
		}
		head(n, sum)
		for _, x := range list {
			r.print(fmt.Sprintf("%s (%s) (%sms) [%s:%d]\n", traceName(x), term.Inspect(x.module), formatMillis(x.time), x.file, x.line()))
		}
		r.print("\n")
	}
	if n := r.slowest[1]; n > 0 {
		r.printSlowestModules(n, head)
	}
}

func (r *report) printSlowestModules(n int, head func(int, time.Duration)) {
	type entry struct {
		name, file string
		time       time.Duration
	}
	var list []*entry
	for _, x := range r.timings {
		name := term.Inspect(x.module)
		i := slices.IndexFunc(list, func(e *entry) bool { return e.name == name })
		if i < 0 {
			i = len(list)
			list = append(list, &entry{name: name, file: x.file})
		}
		list[i].time += x.time
	}
	slices.SortStableFunc(list, func(a, b *entry) int { return cmp.Compare(b.time, a.time) })
	list = list[:min(n, len(list))]
	var sum time.Duration
	for _, e := range list {
		sum += e.time
	}
	head(n, sum)
	for _, e := range list {
		r.print(fmt.Sprintf("%s (%sms)\n [%s]\n", e.name, formatMillis(e.time), e.file))
	}
	r.print("\n")
}
