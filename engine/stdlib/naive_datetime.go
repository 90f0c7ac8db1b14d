package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

const dateTimeFields = dateFields | timeFields

func naiveDateTimeModule() *interp.NativeModule {
	m := newTextModule("NaiveDateTime")
	m.m.Struct = term.NewStruct("NaiveDateTime", "calendar", calendarISO, "year", term.Nil, "month", term.Nil,
		"day", term.Nil, "hour", term.Nil, "minute", term.Nil, "second", term.Nil, "microsecond", noMicros)
	m.def("utc_now", 1, func(c call) term.Term { return now(c.nowPrecision(0)).naive() }, calendarISO)
	m.def("utc_now", 2, func(c call) term.Term { c.calendar(1); return now(c.nowPrecision(0)).naive() })
	m.def("local_now", 1, func(c call) term.Term { c.calendar(0); return now(0).naive() }, calendarISO)
	defNaiveNew(m)
	defNaiveText(m)
	defNaiveErl(m)
	defComparisons(m, func(c call, i int) int { return c.moment(i, dateTimeFields).micros() })
	m.def("add", 3, func(c call) term.Term {
		v := c.moment(0, dateTimeFields)
		n, per, precision := c.addUnit(1, 2, true)
		return momentOf(c.addMicros(v.micros(), n, per), max(precision, v.precision)).naive()
	}, atomTerm("second"))
	m.def("diff", 3, func(c call) term.Term {
		return c.diffUnit(c.moment(0, dateTimeFields).micros(), c.moment(1, dateTimeFields).micros(), 2, true)
	}, atomTerm("second"))
	m.def("shift", 2, func(c call) term.Term {
		v := c.moment(0, dateTimeFields)
		return c.duration(1, allUnits).shiftDateTime(v).naive()
	})
	m.def("truncate", 2, func(c call) term.Term { return truncateStruct(c, "NaiveDateTime") })
	m.def("to_date", 1, func(c call) term.Term { return c.moment(0, dateTimeFields).date() })
	m.def("to_time", 1, func(c call) term.Term { return c.moment(0, dateTimeFields).time() })
	m.def("beginning_of_day", 1, func(c call) term.Term {
		v := c.moment(0, dateTimeFields)
		return v.withDayMicros(0, v.precision).naive()
	})
	m.def("end_of_day", 1, func(c call) term.Term {
		v := c.moment(0, dateTimeFields)
		return v.withDayMicros(microsPerDay-1, 6).truncated(v.precision).naive()
	})
	m.def("convert", 2, func(c call) term.Term { c.calendar(1); return okTuple(c.moment(0, dateTimeFields).naive()) })
	m.def("convert!", 2, func(c call) term.Term { c.calendar(1); return c.moment(0, dateTimeFields).naive() })
	return m.m
}

// nowPrecision reads the time unit of utc_now, which may be a calendar too.
func (c call) nowPrecision(i int) int {
	switch {
	case isAtom(c.a[i], "second"):
		return 0
	case isAtom(c.a[i], "millisecond"):
		return 3
	case isAtom(c.a[i], "microsecond"), isAtom(c.a[i], "native"):
		return 6
	}
	c.calendar(i)
	return 6
}

// newNaive reads the arguments of new/8 and reports what is invalid.
func newNaive(c call) (m moment, reason string) {
	c.calendar(7)
	return naiveArgs(c, c.a[:7])
}

func naiveArgs(c call, a []term.Term) (m moment, reason string) {
	var d moment
	for i, f := range []*int{&d.year, &d.month, &d.day} {
		n, ok := a[i].(term.Int)
		if !ok {
			c.t.RaiseFunctionClause("Calendar.ISO", "valid_date?", a[:3])
		}
		*f = int(n)
	}
	if !validDate(d.year, d.month, d.day) {
		return d, "invalid_date"
	}
	v, ok := timeArgs(a[3:])
	if !ok {
		c.t.RaiseFunctionClause("Calendar.ISO", "valid_time?", a[3:])
	}
	v.year, v.month, v.day = d.year, d.month, d.day
	if !v.validTime() {
		return v, "invalid_time"
	}
	return v, ""
}

func defNaiveNew(m *textModule) {
	m.def("new", 8, func(c call) term.Term {
		v, reason := newNaive(c)
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(v.naive())
	}, noMicros, calendarISO)
	m.def("new!", 8, func(c call) term.Term {
		v, reason := newNaive(c)
		if reason != "" {
			c.raiseArgument("cannot build naive datetime, reason: :%s", reason)
		}
		return v.naive()
	}, noMicros, calendarISO)
	m.def("new", 2, func(c call) term.Term { return okTuple(c.dateAndTime().naive()) })
	m.def("new!", 2, func(c call) term.Term { return c.dateAndTime().naive() })
}

// dateAndTime joins a %Date{} and a %Time{}.
func (c call) dateAndTime() moment {
	c.structArg(0, "Date")
	c.structArg(1, "Time")
	v, d := c.moment(1, timeFields), c.moment(0, dateFields)
	v.year, v.month, v.day = d.year, d.month, d.day
	return v
}

func defNaiveText(m *textModule) {
	m.def("to_string", 1, func(c call) term.Term {
		v := c.moment(0, dateTimeFields)
		return bin(v.dateText(false) + " " + v.timeText(false))
	})
	m.def("to_iso8601", 2, func(c call) term.Term {
		v, basic := c.moment(0, dateTimeFields), c.basicFormat(1)
		return bin(v.dateText(basic) + "T" + v.timeText(basic))
	}, extended)
	m.def("from_iso8601", 2, func(c call) term.Term {
		v, _, _, reason := parseISODateTime(c.str(0), c.isoFormat(1))
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(v.naive())
	}, calendarISO)
	m.def("from_iso8601!", 2, func(c call) term.Term {
		v, _, _, reason := parseISODateTime(c.str(0), c.isoFormat(1))
		if reason != "" {
			c.raiseArgument("cannot parse %s as naive datetime, reason: :%s", c.inspect(c.a[0]), reason)
		}
		return v.naive()
	}, calendarISO)
}

func defNaiveErl(m *textModule) {
	m.def("to_erl", 1, func(c call) term.Term {
		v := c.moment(0, dateTimeFields)
		return tuple(v.erlDate(), v.erlTime())
	})
	m.def("from_erl", 3, func(c call) term.Term {
		v, reason := erlDateTime(c)
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(v.naive())
	}, noMicros, calendarISO)
	m.def("from_erl!", 3, func(c call) term.Term {
		v, reason := erlDateTime(c)
		if reason != "" {
			c.raiseArgument("cannot convert %s to naive datetime, reason: :%s", c.inspect(c.a[0]), reason)
		}
		return v.naive()
	}, noMicros, calendarISO)
	m.def("to_gregorian_seconds", 1, func(c call) term.Term {
		v := c.moment(0, dateTimeFields)
		return tuple(term.Int(floorDiv(v.micros(), microsPerSec)), term.Int(v.micro))
	})
	m.def("from_gregorian_seconds", 3, func(c call) term.Term { return gregorian(c).naive() }, noMicros, calendarISO)
}

func erlDateTime(c call) (moment, string) {
	t, ok := c.a[0].(term.Tuple)
	if !ok || len(t) != 2 {
		c.noClause()
	}
	d, ok1 := threeInts(t[0])
	v, ok2 := threeInts(t[1])
	if !ok1 || !ok2 {
		c.noClause()
	}
	args := make([]term.Term, 0, 7)
	for _, n := range append(d[:], v[:]...) {
		args = append(args, term.Int(n))
	}
	return naiveArgs(c, append(args, c.a[1]))
}

func gregorian(c call) moment {
	micro, precision, ok := microOf(c.a[1])
	if !ok {
		c.noClause()
	}
	v := momentOf(c.int(0)*microsPerSec, precision)
	v.micro = micro
	return v
}
