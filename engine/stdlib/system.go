package stdlib

import (
	"sync/atomic"
	"time"

	"streamsplayground/engine/files"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

var (
	started    = time.Now()
	lastUnique atomic.Int64
)

func systemModule() *interp.NativeModule {
	m := newTextModule("System")
	clock := func(read func() int64) textFunc {
		return func(c call) term.Term {
			if absent(c.a[0]) {
				return term.Int(read())
			}
			return term.Int(convertTime(read(), 1_000_000_000, c.clockUnit(0)))
		}
	}
	wall := func() int64 { return time.Now().UnixNano() }
	monotonic := func() int64 { return int64(time.Since(started)) - 576_460_751_000_000_000 }
	m.def("system_time", 1, clock(wall), nothing)
	m.def("os_time", 1, clock(wall), nothing)
	m.def("monotonic_time", 1, clock(monotonic), nothing)
	m.def("time_offset", 1, clock(func() int64 { return wall() - monotonic() }), nothing)
	m.def("convert_time_unit", 3, func(c call) term.Term {
		return term.Int(convertTime(int64(c.int(0)), c.clockUnit(1), c.clockUnit(2)))
	})
	m.def("unique_integer", 1, func(c call) term.Term {
		n := lastUnique.Add(1)
		for o := range c.opts(0).All() {
			if isAtom(o, "positive") || isAtom(o, "monotonic") {
				return term.Int(n)
			}
		}
		return term.Int(n - 576_460_752_303_423_000)
	}, term.Empty)
	m.def("version", 0, func(call) term.Term { return bin("1.18.4") })
	m.def("otp_release", 0, func(call) term.Term { return bin("27") })
	m.def("schedulers_online", 0, func(call) term.Term { return term.Int(1) })
	m.def("schedulers", 0, func(call) term.Term { return term.Int(1) })
	defEnvironment(m)
	defMachine(m)
	return m.m
}

// defMachine adds what says something of the machine: it has no user and
// no programs, and files in memory only. What would reach outside raises.
func defMachine(m *textModule) {
	for name, v := range map[string]term.Term{
		"tmp_dir": bin(files.TempDir), "tmp_dir!": bin(files.TempDir), "user_home": term.Nil, "no_halt": term.False, "argv": term.Empty, "cwd": bin(workingDirectory),
		"cwd!": bin(workingDirectory), "endianness": atomTerm("little"), "compiled_endianness": atomTerm("little"), "pid": bin("1"),
		"build_info": term.NewMap(atomTerm("build"), bin("1.18.4 (compiled with Erlang/OTP 27)"), atomTerm("date"), bin("2025-05-21T00:00:00Z"),
			atomTerm("otp_release"), bin("27"), atomTerm("revision"), bin(""), atomTerm("version"), bin("1.18.4")),
	} {
		m.def(name, 0, func(call) term.Term { return v })
	}
	m.def("find_executable", 1, func(c call) term.Term { c.str(0); return term.Nil })
	m.def("user_home!", 0, func(c call) term.Term {
		return c.runtimeError("could not find the user home, please set the HOME environment variable")
	})
	for name, arities := range map[string][]int{
		"cmd": {2, 3}, "shell": {1, 2}, "halt": {0, 1}, "stop": {0, 1}, "restart": {0}, "argv": {1}, "no_halt": {1}, "at_exit": {1},
		"trap_signal": {2, 3}, "untrap_signal": {2},
	} {
		for _, n := range arities {
			m.def(name, n, func(c call) term.Term {
				return c.runtimeError("System.%s/%d reaches outside of the playground, which code in it cannot do", name, n)
			})
		}
	}
}

// unit returns how many parts of a time unit make a second.
func (c call) clockUnit(i int) int64 {
	if n, ok := c.a[i].(term.Int); ok && n > 0 {
		return int64(n)
	}
	a, _ := c.a[i].(term.Atom)
	switch a.Name() {
	case "second":
		return 1
	case "millisecond":
		return 1000
	case "microsecond":
		return 1_000_000
	case "nanosecond", "native":
		return 1_000_000_000
	}
	c.raiseArgument("unsupported time unit. Expected :second, :millisecond, :microsecond, :nanosecond, or a positive integer, got %s", c.inspect(c.a[i]))
	return 1
}

// convertTime converts between parts of a second, rounding down.
func convertTime(n, from, to int64) int64 {
	if from == to {
		return n
	}
	if to < from && from%to == 0 {
		return floorDiv(n, from/to)
	}
	if from < to && to%from == 0 {
		return n * (to / from)
	}
	return floorDiv(n*to, from)
}
