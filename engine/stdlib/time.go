package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func timeModule() *interp.NativeModule {
	m := newTextModule("Time")
	m.m.Struct = term.NewStruct("Time", "calendar", calendarISO, "hour", term.Nil, "minute", term.Nil,
		"second", term.Nil, "microsecond", noMicros)
	m.def("utc_now", 1, func(c call) term.Term { c.calendar(0); return now(6).time() }, calendarISO)
	m.def("new", 5, func(c call) term.Term {
		v, ok := newTime(c)
		if !ok {
			return errorTuple("invalid_time")
		}
		return okTuple(v.time())
	}, noMicros, calendarISO)
	m.def("new!", 5, func(c call) term.Term {
		v, ok := newTime(c)
		if !ok {
			return c.raiseArgument("cannot build time, reason: :invalid_time")
		}
		return v.time()
	}, noMicros, calendarISO)
	defTimeText(m)
	defComparisons(m, func(c call, i int) int { return c.moment(i, timeFields).dayMicros() })
	m.def("add", 3, func(c call) term.Term {
		v := c.moment(0, timeFields)
		n, per, precision := c.addUnit(1, 2, false)
		sum := c.addMicros(v.dayMicros(), n, per)
		return v.withDayMicros(floorMod(sum, microsPerDay), max(precision, v.precision)).time()
	}, atomTerm("second"))
	m.def("diff", 3, func(c call) term.Term {
		d := c.moment(0, timeFields).dayMicros() - c.moment(1, timeFields).dayMicros()
		if isAtom(c.a[2], "native") {
			return term.Int(d * 1000)
		}
		return c.diffUnit(d, 0, 2, false)
	}, atomTerm("second"))
	m.def("shift", 2, func(c call) term.Term {
		v := c.moment(0, timeFields)
		dur := c.duration(1, timeUnits)
		if dur.year != 0 || dur.month != 0 || dur.week != 0 || dur.day != 0 {
			c.raiseArgument("cannot shift time by date scale unit. Expected :hour, :minute, :second, :microsecond")
		}
		return dur.shiftTime(v).time()
	})
	m.def("truncate", 2, func(c call) term.Term { return truncateStruct(c, "Time") })
	return m.m
}

// truncateStruct cuts the microseconds of a struct.
func truncateStruct(c call, module string) term.Term {
	v := c.structArg(0, module)
	return v.Put(keyMicro, c.truncateMicro(v.GetAtom(keyMicro), c.a[1]))
}

func newTime(c call) (moment, bool) {
	c.calendar(4)
	m, ok := timeArgs(c.a[:4])
	if !ok {
		c.noClause()
	}
	return m, m.validTime()
}

// timeArgs reads hour, minute, second and microsecond, which may be a bare
// number.
func timeArgs(a []term.Term) (m moment, ok bool) {
	for i, f := range []*int{&m.hour, &m.minute, &m.second} {
		n, ok := a[i].(term.Int)
		if !ok {
			return m, false
		}
		*f = int(n)
	}
	if n, ok := a[3].(term.Int); ok {
		m.micro, m.precision = int(n), 6
		return m, true
	}
	m.micro, m.precision, ok = microOf(a[3])
	return m, ok
}

func defTimeText(m *textModule) {
	m.def("to_string", 1, func(c call) term.Term { return bin(c.moment(0, timeFields).timeText(false)) })
	m.def("to_iso8601", 2, func(c call) term.Term {
		return bin(c.moment(0, timeFields).timeText(c.basicFormat(1)))
	}, extended)
	m.def("from_iso8601", 2, func(c call) term.Term {
		v, reason := parseISOTime(c.str(0), c.isoFormat(1))
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(v.time())
	}, calendarISO)
	m.def("from_iso8601!", 2, func(c call) term.Term {
		v, reason := parseISOTime(c.str(0), c.isoFormat(1))
		if reason != "" {
			c.raiseArgument("cannot parse %s as time, reason: :%s", c.inspect(c.a[0]), reason)
		}
		return v.time()
	}, calendarISO)
	m.def("to_erl", 1, func(c call) term.Term { return c.moment(0, timeFields).erlTime() })
	m.def("from_erl", 3, func(c call) term.Term {
		v, ok := erlTime(c)
		if !ok {
			return errorTuple("invalid_time")
		}
		return okTuple(v.time())
	}, noMicros, calendarISO)
	m.def("from_erl!", 3, func(c call) term.Term {
		v, ok := erlTime(c)
		if !ok {
			c.raiseArgument("cannot convert %s to time, reason: :invalid_time", c.inspect(c.a[0]))
		}
		return v.time()
	}, noMicros, calendarISO)
	m.def("to_seconds_after_midnight", 1, func(c call) term.Term {
		v := c.moment(0, timeFields)
		return tuple(term.Int(v.dayMicros()/microsPerSec), term.Int(v.micro))
	})
	m.def("from_seconds_after_midnight", 3, func(c call) term.Term {
		var v moment
		v = v.withDayMicros(floorMod(c.int(0), secondsPerDay)*microsPerSec, 0)
		var ok bool
		if v.micro, v.precision, ok = microOf(c.a[1]); !ok {
			return c.noClause()
		}
		return v.time()
	}, noMicros, calendarISO)
	m.def("convert", 2, func(c call) term.Term { c.calendar(1); return okTuple(c.moment(0, timeFields).time()) })
	m.def("convert!", 2, func(c call) term.Term { c.calendar(1); return c.moment(0, timeFields).time() })
}

// erlTime reads {hour, minute, second} and the microsecond.
func erlTime(c call) (moment, bool) {
	n, ok := threeInts(c.a[0])
	if !ok {
		c.noClause()
	}
	v, ok := timeArgs([]term.Term{term.Int(n[0]), term.Int(n[1]), term.Int(n[2]), c.a[1]})
	if !ok {
		c.noClause()
	}
	return v, v.validTime()
}
