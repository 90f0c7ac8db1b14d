package stdlib

import (
	"math/big"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// instant returns a DateTime argument's microseconds in UTC.
func (c call) instant(i int) int {
	return c.moment(i, dateTimeFields).micros() - c.zone(i).offset()*microsPerSec
}

func dateTimeModule() *interp.NativeModule {
	m := newTextModule("DateTime")
	m.m.Struct = term.NewStruct("DateTime", "calendar", calendarISO, "year", term.Nil, "month", term.Nil,
		"day", term.Nil, "hour", term.Nil, "minute", term.Nil, "second", term.Nil, "microsecond", noMicros,
		"time_zone", term.Nil, "zone_abbr", term.Nil, "utc_offset", term.Nil, "std_offset", term.Nil)
	m.def("utc_now", 1, func(c call) term.Term { return now(c.nowPrecision(0)).dateTime(utcZone) }, calendarISO)
	m.def("utc_now", 2, func(c call) term.Term { c.calendar(1); return now(c.nowPrecision(0)).dateTime(utcZone) })
	defDateTimeNew(m)
	defDateTimeZone(m)
	defDateTimeUnix(m)
	defDateTimeText(m)
	defComparisons(m, call.instant)
	m.def("add", 4, dateTimeAdd, atomTerm("second"), nothing)
	m.def("diff", 3, dateTimeDiff, atomTerm("second"))
	m.def("shift", 3, dateTimeShift, nothing)
	m.def("truncate", 2, func(c call) term.Term { return truncateStruct(c, "DateTime") })
	m.def("to_date", 1, func(c call) term.Term { c.zone(0); return c.moment(0, dateTimeFields).date() })
	m.def("to_time", 1, func(c call) term.Term { c.zone(0); return c.moment(0, dateTimeFields).time() })
	m.def("to_naive", 1, func(c call) term.Term { c.zone(0); return c.moment(0, dateTimeFields).naive() })
	m.def("convert", 2, func(c call) term.Term {
		c.calendar(1)
		return okTuple(c.moment(0, dateTimeFields).dateTime(c.zone(0)))
	})
	m.def("convert!", 2, func(c call) term.Term {
		c.calendar(1)
		return c.moment(0, dateTimeFields).dateTime(c.zone(0))
	})
	return m.m
}

// fromUnix returns the time of a number of units since 1970.
func fromUnix(c call) (moment, bool) {
	n, per := c.big(0), c.unit(c.a[1])
	c.calendar(2)
	micros := convertUnit(n, per, microsPerSec)
	if !micros.IsInt64() {
		return moment{}, false
	}
	precision := 6
	for p, units := 0, 1; p < 6; p, units = p+1, units*10 {
		if per == units {
			precision = p
		}
	}
	const first, last = -377_705_116_800 * microsPerSec, 253_402_300_800*microsPerSec - 1
	u := micros.Int64()
	if u < first || u > last {
		return moment{}, false
	}
	return momentOf(int(u)+unixDay*microsPerDay, precision), true
}

func defDateTimeUnix(m *textModule) {
	second := atomTerm("second")
	m.def("from_unix", 3, func(c call) term.Term {
		v, ok := fromUnix(c)
		if !ok {
			return errorTuple("invalid_unix_time")
		}
		return okTuple(v.dateTime(utcZone))
	}, second, calendarISO)
	m.def("from_unix!", 3, func(c call) term.Term {
		v, ok := fromUnix(c)
		if !ok {
			c.raiseArgument("invalid Unix time %s", c.inspect(c.a[0]))
		}
		return v.dateTime(utcZone)
	}, second, calendarISO)
	m.def("to_unix", 2, func(c call) term.Term {
		return term.NewBig(convertUnit(big.NewInt(int64(c.instant(0)-unixDay*microsPerDay)), microsPerSec, c.unit(c.a[1])))
	}, second)
	m.def("to_gregorian_seconds", 1, func(c call) term.Term {
		return tuple(term.Int(floorDiv(c.instant(0), microsPerSec)), term.Int(c.moment(0, dateTimeFields).micro))
	})
	m.def("from_gregorian_seconds", 3, func(c call) term.Term {
		return gregorian(c).dateTime(utcZone)
	}, noMicros, calendarISO)
}

func defDateTimeText(m *textModule) {
	m.def("to_string", 1, func(c call) term.Term {
		return bin(dateTimeText(c.moment(0, dateTimeFields), c.zone(0), false))
	})
	m.def("to_iso8601", 3, dateTimeISO, extended, term.Nil)
	parse := func(c call) term.Term {
		i := len(c.a) - 1
		v, offset, none, reason := parseISODateTime(c.str(0), c.isoFormat(i))
		if reason == "" && none {
			reason = "missing_offset"
		}
		if reason != "" {
			return errorTuple(reason)
		}
		if offset != 0 {
			v = momentOf(v.micros()-offset*microsPerSec, v.precision)
		}
		return tuple(term.OK, v.dateTime(utcZone), term.Int(offset))
	}
	m.def("from_iso8601", 2, parse, calendarISO)
	m.def("from_iso8601", 3, func(c call) term.Term { c.calendar(1); return parse(c) })
}

// dateTimeText is Calendar.ISO.datetime_to_string.
func dateTimeText(v moment, z zone, basic bool) string {
	text := v.dateText(basic) + " " + v.timeText(basic)
	if z.name == etcUTC && z.offset() == 0 {
		return text + "Z"
	}
	text += offsetText(z.offset(), basic)
	if z.name != etcUTC {
		text += " " + z.abbr + " " + z.name
	}
	return text
}

func dateTimeISO(c call) term.Term {
	v, z, basic := c.moment(0, dateTimeFields), c.zone(0), c.basicFormat(1)
	offset := z.offset()
	suffix := offsetText(offset, basic)
	if n, ok := c.a[2].(term.Int); ok {
		offset = int(n)
		v = momentOf(c.instant(0)+offset*microsPerSec, v.precision)
		suffix = offsetText(offset, basic)
	} else if c.a[2] != term.Term(term.Nil) {
		return c.noClause()
	}
	if z.name == etcUTC && offset == 0 {
		suffix = "Z"
	}
	return bin(v.dateText(basic) + "T" + v.timeText(basic) + suffix)
}

func dateTimeDiff(c call) term.Term {
	a, b := c.moment(0, dateTimeFields).micros(), c.moment(1, dateTimeFields).micros()
	return c.diffUnit(a-c.zone(0).offset()*microsPerSec, b-c.zone(1).offset()*microsPerSec, 2, true)
}
