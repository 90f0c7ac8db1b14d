package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func dateModule() *interp.NativeModule {
	m := newTextModule("Date")
	m.m.Struct = term.NewStruct("Date", "calendar", calendarISO, "year", term.Nil, "month", term.Nil, "day", term.Nil)
	m.def("utc_today", 1, func(c call) term.Term { c.calendar(0); return now(6).date() }, calendarISO)
	m.def("new", 4, func(c call) term.Term {
		d, ok := newDate(c)
		if !ok {
			return errorTuple("invalid_date")
		}
		return okTuple(d.date())
	}, calendarISO)
	m.def("new!", 4, func(c call) term.Term {
		d, ok := newDate(c)
		if !ok {
			return c.raiseArgument("cannot build date, reason: :invalid_date")
		}
		return d.date()
	}, calendarISO)
	defDateText(m)
	defDateParts(m)
	defComparisons(m, func(c call, i int) int { return c.moment(i, dateFields).days() })
	m.def("add", 2, func(c call) term.Term {
		d := c.moment(0, dateFields)
		d.year, d.month, d.day = dateOfDays(d.days() + c.int(1))
		return d.date()
	})
	m.def("diff", 2, func(c call) term.Term {
		return term.Int(c.moment(0, dateFields).days() - c.moment(1, dateFields).days())
	})
	m.def("shift", 2, func(c call) term.Term {
		d := c.moment(0, dateFields)
		dur := c.duration(1, dateUnits)
		if dur.hour != 0 || dur.minute != 0 || dur.second != 0 || dur.micro != 0 {
			c.raiseArgument("cannot shift date by time scale unit. Expected :year, :month, :week, :day")
		}
		return dur.shiftDate(d).date()
	})
	m.def("range", 2, func(c call) term.Term { return dateRange(c, 0) })
	m.def("range", 3, func(c call) term.Term {
		step, ok := c.a[2].(term.Int)
		if !ok || step == 0 {
			c.raiseArgument("both dates must have matching calendar and the step must be a "+
				"non-zero integer, got: %s, %s, %s", c.inspect(c.a[0]), c.inspect(c.a[1]), c.t.ToString(c.a[2]))
		}
		return dateRange(c, int(step))
	})
	return m.m
}

func newDate(c call) (moment, bool) {
	c.calendar(3)
	var d moment
	for i, f := range []*int{&d.year, &d.month, &d.day} {
		n, ok := c.a[i].(term.Int)
		if !ok {
			c.t.RaiseFunctionClause("Calendar.ISO", "valid_date?", c.a[:3])
		}
		*f = int(n)
	}
	return d, validDate(d.year, d.month, d.day)
}

func defDateText(m *textModule) {
	m.def("to_string", 1, func(c call) term.Term { return bin(c.moment(0, dateFields).dateText(false)) })
	m.def("to_iso8601", 2, func(c call) term.Term {
		return bin(c.moment(0, dateFields).dateText(c.basicFormat(1)))
	}, extended)
	m.def("from_iso8601", 2, func(c call) term.Term {
		d, reason := parseISODate(c.str(0), c.isoFormat(1))
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(d.date())
	}, calendarISO)
	m.def("from_iso8601!", 2, func(c call) term.Term {
		d, reason := parseISODate(c.str(0), c.isoFormat(1))
		if reason != "" {
			c.raiseArgument("cannot parse %s as date, reason: :%s", c.inspect(c.a[0]), reason)
		}
		return d.date()
	}, calendarISO)
	m.def("to_erl", 1, func(c call) term.Term { return c.moment(0, dateFields).erlDate() })
	m.def("from_erl", 2, func(c call) term.Term {
		d, ok := erlDate(c, c.a[0])
		if !ok {
			return errorTuple("invalid_date")
		}
		return okTuple(d.date())
	}, calendarISO)
	m.def("from_erl!", 2, func(c call) term.Term {
		d, ok := erlDate(c, c.a[0])
		if !ok {
			c.raiseArgument("cannot convert %s to date, reason: :invalid_date", c.inspect(c.a[0]))
		}
		return d.date()
	}, calendarISO)
	m.def("to_gregorian_days", 1, func(c call) term.Term { return term.Int(c.moment(0, dateFields).days()) })
	m.def("from_gregorian_days", 2, func(c call) term.Term {
		var d moment
		d.year, d.month, d.day = dateOfDays(c.int(0))
		return d.date()
	}, calendarISO)
	m.def("convert", 2, func(c call) term.Term {
		c.calendar(1)
		return okTuple(c.moment(0, dateFields).date())
	})
	m.def("convert!", 2, func(c call) term.Term {
		c.calendar(1)
		return c.moment(0, dateFields).date()
	})
}

// isoFormat reads the argument of from_iso8601 that is a calendar, or for some
// functions a format.
func (c call) isoFormat(i int) bool {
	if isAtom(c.a[i], "basic") || isAtom(c.a[i], "extended") {
		return isAtom(c.a[i], "basic")
	}
	c.calendar(i)
	return false
}

func (m moment) erlDate() term.Term {
	return tuple(term.Int(m.year), term.Int(m.month), term.Int(m.day))
}

func (m moment) erlTime() term.Term {
	return tuple(term.Int(m.hour), term.Int(m.minute), term.Int(m.second))
}

// erlDate reads {year, month, day}.
func erlDate(c call, v term.Term) (moment, bool) {
	var d moment
	n, ok := threeInts(v)
	if !ok {
		c.noClause()
	}
	d.year, d.month, d.day = n[0], n[1], n[2]
	return d, validDate(d.year, d.month, d.day)
}

func threeInts(v term.Term) (out [3]int, ok bool) {
	t, ok := v.(term.Tuple)
	if !ok || len(t) != 3 {
		return out, false
	}
	for i := range t {
		n, ok := t[i].(term.Int)
		if !ok {
			return out, false
		}
		out[i] = int(n)
	}
	return out, true
}

// weekStart returns the weekday, from 1, by the day that weeks start on.
func (c call) weekday(m moment, i int) int {
	a, _ := c.a[i].(term.Atom)
	n := dayOfWeek(m.days(), a.Name())
	if n == 0 {
		c.t.RaiseFunctionClause("Calendar.ISO", "day_of_week_offset", c.a[i:i+1])
	}
	return n
}

func defDateParts(m *textModule) {
	onDate := func(name string, fn func(d moment) term.Term) {
		m.def(name, 1, func(c call) term.Term { return fn(c.moment(0, dateFields)) })
	}
	onDate("leap_year?", func(d moment) term.Term { return term.Bool(leapYear(d.year)) })
	onDate("days_in_month", func(d moment) term.Term { return term.Int(daysInMonth(d.year, d.month)) })
	onDate("months_in_year", func(moment) term.Term { return term.Int(12) })
	onDate("day_of_year", func(d moment) term.Term { return term.Int(d.dayOfYear()) })
	onDate("quarter_of_year", func(d moment) term.Term { return term.Int((d.month-1)/3 + 1) })
	onDate("year_of_era", func(d moment) term.Term { return d.yearOfEra() })
	onDate("day_of_era", func(d moment) term.Term { return d.dayOfEra() })
	onDate("beginning_of_month", func(d moment) term.Term { d.day = 1; return d.date() })
	onDate("end_of_month", func(d moment) term.Term { d.day = daysInMonth(d.year, d.month); return d.date() })
	m.def("day_of_week", 2, func(c call) term.Term {
		return term.Int(c.weekday(c.moment(0, dateFields), 1))
	}, modeDefault)
	m.def("beginning_of_week", 2, func(c call) term.Term {
		d := c.moment(0, dateFields)
		d.year, d.month, d.day = dateOfDays(d.days() - c.weekday(d, 1) + 1)
		return d.date()
	}, modeDefault)
	m.def("end_of_week", 2, func(c call) term.Term {
		d := c.moment(0, dateFields)
		d.year, d.month, d.day = dateOfDays(d.days() + 7 - c.weekday(d, 1))
		return d.date()
	}, modeDefault)
}

func (m moment) yearOfEra() term.Term {
	if m.year >= 1 {
		return tuple(term.Int(m.year), term.Int(1))
	}
	return tuple(term.Int(1-m.year), term.Int(0))
}

// dayOfEra counts from 0001-01-01, or back from the day before.
func (m moment) dayOfEra() term.Term {
	const epoch = 366
	if m.year >= 1 {
		return tuple(term.Int(m.days()-epoch+1), term.Int(1))
	}
	return tuple(term.Int(max(m.days()-epoch, epoch-m.days())), term.Int(0))
}

func dateRange(c call, step int) term.Term {
	first, last := c.moment(0, dateFields), c.moment(1, dateFields)
	if step == 0 {
		step = 1
		if first.days() > last.days() {
			step = -1
		}
	}
	return term.NewStruct("Date.Range", "first", first.date(), "last", last.date(),
		"first_in_iso_days", term.Int(first.days()), "last_in_iso_days", term.Int(last.days()), "step", term.Int(step))
}

func dateRangeModule() *interp.NativeModule {
	m := newTextModule("Date.Range")
	m.m.Struct = term.NewStruct("Date.Range", "first", term.Nil, "last", term.Nil,
		"first_in_iso_days", term.Nil, "last_in_iso_days", term.Nil, "step", term.Nil)
	return m.m
}

// rangeDays returns the bounds of a %Date.Range{} as days.
func rangeDays(v term.Term) (first, last, step int, ok bool) {
	m, ok := structOf(v, "Date.Range")
	if !ok {
		return 0, 0, 0, false
	}
	f, ok1 := m.GetAtom(term.NewAtom("first_in_iso_days")).(term.Int)
	l, ok2 := m.GetAtom(term.NewAtom("last_in_iso_days")).(term.Int)
	s, ok3 := m.GetAtom(term.NewAtom("step")).(term.Int)
	return int(f), int(l), int(s), ok1 && ok2 && ok3 && s != 0
}

func dateRangeEnumerable() *interp.NativeModule {
	m := newTextModule("Enumerable.Date.Range")
	size := func(c call) int {
		first, last, step, ok := rangeDays(c.a[0])
		if !ok {
			c.noClause()
		}
		if step > 0 && first > last || step < 0 && first < last {
			return 0
		}
		return (last-first)/step + 1
	}
	m.def("count", 1, func(c call) term.Term { return okTuple(term.Int(size(c))) })
	m.def("member?", 2, func(c call) term.Term {
		first, _, step, _ := rangeDays(c.a[0])
		n := size(c)
		if _, ok := structOf(c.a[1], "Date"); !ok {
			return okTuple(term.False)
		}
		d := c.moment(1, dateFields).days() - first
		return okTuple(term.Bool(d%step == 0 && d/step >= 0 && d/step < n))
	})
	m.def("slice", 1, func(c call) term.Term { return tuple(term.Err, atomTerm("Elixir.Enumerable.Date.Range")) })
	m.m.Each = func(t *interp.Thread, v term.Term, yield func(term.Term) bool) {
		first, last, step, ok := rangeDays(v)
		if !ok {
			t.RaiseFunctionClause("Enumerable.Date.Range", "reduce", []term.Term{v})
		}
		for d := first; step > 0 && d <= last || step < 0 && d >= last; d += step {
			t.Burn(1)
			var m moment
			m.year, m.month, m.day = dateOfDays(d)
			if !yield(m.date()) {
				return
			}
		}
	}
	return m.m
}
