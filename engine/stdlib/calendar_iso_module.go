package stdlib

import (
	"math/big"

	"streamsplayground/engine/term"
)

// defISODays adds the functions of Calendar.ISO that count days and fractions
// of a day.
func defISODays(m *textModule) {
	m.def("time_unit_to_precision", 1, func(c call) term.Term {
		switch {
		case isAtom(c.a[0], "second"), isAtom(c.a[0], "millisecond"), isAtom(c.a[0], "microsecond"),
			isAtom(c.a[0], "nanosecond"), isInteger(c.a[0]):
			return term.Int(unitPrecision(c.a[0]))
		}
		return c.noClause()
	})
	m.def("naive_datetime_to_iso_days", 7, func(c call) term.Term {
		c.isoDate()
		v := c.isoDateTime()
		return tuple(term.Int(v.days()), fraction(v.dayMicros()))
	})
	m.def("naive_datetime_from_iso_days", 1, func(c call) term.Term {
		t, ok := c.a[0].(term.Tuple)
		if !ok || len(t) != 2 {
			return c.noClause()
		}
		days, ok := t[0].(term.Int)
		if !ok {
			return c.noClause()
		}
		v := momentOf(int(days)*microsPerDay+c.fractionMicros(t[1]), 6)
		return append(append(v.erlDate().(term.Tuple), v.erlTime().(term.Tuple)...), v.microTerm())
	})
	m.def("time_to_day_fraction", 4, func(c call) term.Term {
		v, ok := timeArgs(c.a)
		if !ok {
			return c.noClause()
		}
		return fraction(v.dayMicros())
	})
	m.def("time_from_day_fraction", 1, func(c call) term.Term {
		v := moment{}.withDayMicros(c.fractionMicros(c.a[0]), 6)
		return append(v.erlTime().(term.Tuple), v.microTerm())
	})
	m.def("iso_days_to_beginning_of_day", 1, func(c call) term.Term {
		return tuple(c.tupleArg(0)[0], fraction(0))
	})
	m.def("iso_days_to_end_of_day", 1, func(c call) term.Term {
		return tuple(c.tupleArg(0)[0], fraction(microsPerDay-1))
	})
	m.def("day_rollover_relative_to_midnight_utc", 0, func(call) term.Term { return tuple(term.Int(0), term.Int(1)) })
	m.def("year_of_era", 3, func(c call) term.Term { return moment{year: c.int(0)}.yearOfEra() })
	m.def("day_of_era", 3, func(c call) term.Term {
		return c.isoDate().dayOfEra()
	})
	m.def("date_to_iso_days", 3, func(c call) term.Term { return term.Int(c.isoDate().days()) })
	m.def("date_from_iso_days", 1, func(c call) term.Term { return momentOf(c.int(0)*microsPerDay, 0).erlDate() })
}

// isoDate reads year, month and day, which must be a date that there is.
func (c call) isoDate() moment {
	v := moment{year: c.int(0), month: c.int(1), day: c.int(2)}
	if !validDate(v.year, v.month, v.day) {
		c.raiseArgument("invalid date: %s", v.dateText(false))
	}
	return v
}

func fraction(micros int) term.Term { return tuple(term.Int(micros), term.Int(microsPerDay)) }

// fractionMicros reads a fraction of a day, {parts, parts per day}.
func (c call) fractionMicros(v term.Term) int {
	t, ok := v.(term.Tuple)
	if !ok || len(t) != 2 {
		c.noClause()
	}
	parts, ok1 := t[0].(term.Int)
	per, ok2 := t[1].(term.Int)
	if !ok1 || !ok2 || per <= 0 {
		c.noClause()
	}
	n := new(big.Int).Mul(big.NewInt(int64(parts)), big.NewInt(microsPerDay))
	return int(n.Quo(n, big.NewInt(int64(per))).Int64())
}

// isoDateTime reads year, month, day, hour, minute, second and microsecond.
func (c call) isoDateTime() moment {
	v, ok := timeArgs(c.a[3:7])
	if !ok {
		c.noClause()
	}
	v.year, v.month, v.day = c.int(0), c.int(1), c.int(2)
	return v
}

// defISOShift adds the functions of Calendar.ISO that move by a %Duration{}.
func defISOShift(m *textModule) {
	m.def("shift_date", 4, func(c call) term.Term {
		v := moment{year: c.int(0), month: c.int(1), day: c.int(2)}
		return c.durationStruct(3).shiftDate(v).erlDate()
	})
	m.def("shift_naive_datetime", 8, func(c call) term.Term {
		v := c.durationStruct(7).shiftDateTime(c.isoDateTime())
		return append(append(v.erlDate().(term.Tuple), v.erlTime().(term.Tuple)...), v.microTerm())
	})
	m.def("shift_time", 5, func(c call) term.Term {
		v, ok := timeArgs(c.a[:4])
		if !ok {
			return c.noClause()
		}
		v = c.durationStruct(4).shiftTime(v)
		return append(v.erlTime().(term.Tuple), v.microTerm())
	})
}

// defISOText adds the functions of Calendar.ISO that read and write text.
func defISOText(m *textModule) {
	parse := func(name string, utc bool) {
		m.def(name, 2, func(c call) term.Term {
			v, offset, none, reason := parseISODateTime(c.str(0), c.basicFormat(1))
			if reason == "" && utc && none {
				reason = "missing_offset"
			}
			if reason != "" {
				return errorTuple(reason)
			}
			if utc && offset != 0 {
				v = momentOf(v.micros()-offset*microsPerSec, v.precision)
			}
			fields := append(append(v.erlDate().(term.Tuple), v.erlTime().(term.Tuple)...), v.microTerm())
			if utc {
				return tuple(term.OK, fields, term.Int(offset))
			}
			return okTuple(fields)
		}, extended)
	}
	m.def("parse_duration", 1, func(c call) term.Term {
		d, reason := parseDuration(c.str(0))
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(d.given(c.str(0)))
	})
	parse("parse_naive_datetime", false)
	parse("parse_utc_datetime", true)
	m.def("naive_datetime_to_string", 8, func(c call) term.Term {
		v, basic := c.isoDateTime(), c.basicFormat(7)
		return bin(v.dateText(basic) + " " + v.timeText(basic))
	}, extended)
	m.def("datetime_to_string", 12, func(c call) term.Term {
		v, basic := c.isoDateTime(), c.basicFormat(11)
		z := zone{name: c.str(7), abbr: c.str(8), utc: c.int(9), std: c.int(10)}
		return bin(dateTimeText(v, z, basic))
	}, extended)
}
