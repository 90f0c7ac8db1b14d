package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// utcDatabase is the time zone database that Elixir comes with, which knows
// only Etc/UTC. It is also the default of the functions that take one, and
// stands for the one that was put in its place.
var utcDatabase = term.Term(term.NewModule("Calendar.UTCOnlyTimeZoneDatabase"))

// zoneError is what the database that knows only UTC answers for other zones.
const zoneError = "utc_only_time_zone_database"

// utcOnlyModule is that database.
func utcOnlyModule() *interp.NativeModule {
	m := newTextModule("Calendar.UTCOnlyTimeZoneDatabase")
	for _, name := range []string{"time_zone_period_from_utc_iso_days", "time_zone_periods_from_wall_datetime"} {
		m.def(name, 2, func(c call) term.Term {
			if c.a[1] != term.Term(bin(etcUTC)) {
				return errorTuple(zoneError)
			}
			return okTuple(term.NewMap(atomTerm("std_offset"), term.Int(0), atomTerm("utc_offset"), term.Int(0), atomTerm("zone_abbr"), bin("UTC")))
		})
	}
	return m.m
}

// database returns the time zone database of an argument.
func (c call) database(i int) term.Atom {
	db := c.a[i]
	if absent(db) {
		db = c.environment().database()
	}
	a, ok := db.(term.Atom)
	if !ok {
		c.noClause()
	}
	return a
}

// database returns the one that Calendar.put_time_zone_database/1 set.
func (e *environment) database() term.Term {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.zones == nil {
		return utcDatabase
	}
	return e.zones
}

func defTimeZoneDatabase(m *textModule) {
	m.def("get_time_zone_database", 0, func(c call) term.Term { return c.environment().database() })
	m.def("put_time_zone_database", 1, func(c call) term.Term {
		c.atom(0)
		e := c.environment()
		e.mu.Lock()
		defer e.mu.Unlock()
		e.zones = c.a[0]
		return term.OK
	})
}

// zoneOfPeriod reads the map that a database describes a period with.
func zoneOfPeriod(v term.Term, name string) (zone, bool) {
	m, ok := term.AsMap(v)
	if !ok {
		return zone{}, false
	}
	abbr, ok1 := m.GetAtom(term.NewAtom("zone_abbr")).(term.Binary)
	utc, ok2 := m.GetAtom(term.NewAtom("utc_offset")).(term.Int)
	std, ok3 := m.GetAtom(term.NewAtom("std_offset")).(term.Int)
	return zone{name, string(abbr), int(utc), int(std)}, ok1 && ok2 && ok3
}

func (c call) period(v term.Term, name string) zone {
	z, ok := zoneOfPeriod(v, name)
	if !ok {
		c.t.RaiseNew("MatchError", "term", v)
	}
	return z
}

// inZone returns the DateTime that a UTC time in microseconds is in a zone:
// {:ok, datetime}, or what the database says is wrong.
func (c call) inZone(micros, precision int, name string, db term.Atom) term.Term {
	days := tuple(term.Int(floorDiv(micros, microsPerDay)),
		tuple(term.Int(floorMod(micros, microsPerDay)), term.Int(microsPerDay)))
	answer := c.t.Apply(db, "time_zone_period_from_utc_iso_days", days, bin(name))
	tag, period, ok := pairOf(answer)
	if !ok || !isAtom(tag, "ok") {
		return answer
	}
	z := c.period(period, name)
	return okTuple(momentOf(micros+z.offset()*microsPerSec, precision).dateTime(z))
}

// onWall returns the DateTime of what clocks in a zone show, with what is
// special about it: two that they show it at, or the ends of the gap that it
// is in.
func (c call) onWall(v moment, name string, db term.Atom) term.Term {
	if name == etcUTC {
		return okTuple(v.dateTime(utcZone))
	}
	answer, _ := c.t.Apply(db, "time_zone_periods_from_wall_datetime", v.naive(), bin(name)).(term.Tuple)
	switch {
	case len(answer) == 2 && isAtom(answer[0], "ok"):
		return okTuple(v.dateTime(c.period(answer[1], name)))
	case len(answer) == 2 && isAtom(answer[0], "error"):
		return answer
	case len(answer) == 3 && isAtom(answer[0], "ambiguous"):
		return tuple(answer[0], v.dateTime(c.period(answer[1], name)), v.dateTime(c.period(answer[2], name)))
	case len(answer) == 3 && isAtom(answer[0], "gap"):
		first, until, ok1 := pairOf(answer[1])
		second, from, ok2 := pairOf(answer[2])
		end, ok3 := momentFields(until, dateFields|timeFields)
		start, ok4 := momentFields(from, dateFields|timeFields)
		if ok1 && ok2 && ok3 && ok4 {
			// The first period ends before that moment: the last one of it is a
			// microsecond earlier.
			end.micro, end.precision = 0, 6
			before := momentOf(end.micros()-1, 6)
			return tuple(answer[0], before.dateTime(c.period(first, name)), start.dateTime(c.period(second, name)))
		}
	}
	c.t.RaiseNew("CaseClauseError", "term", answer)
	return nil
}

// sureDateTime returns the DateTime of {:ok, datetime}, and raises for
// anything else.
func (c call) sureDateTime(result term.Term, doing, zoneName string) term.Term {
	r, _ := result.(term.Tuple)
	switch {
	case len(r) == 2 && isAtom(r[0], "ok"):
		return r[1]
	case len(r) == 3 && isAtom(r[0], "ambiguous"):
		return c.raiseArgument("cannot %s because such instant is ambiguous in time zone %s as there is an overlap between %s and %s",
			doing, zoneName, c.inspect(r[1]), c.inspect(r[2]))
	case len(r) == 3 && isAtom(r[0], "gap"):
		return c.raiseArgument("cannot %s because such instant does not exist in time zone %s as there is a gap between %s and %s",
			doing, zoneName, c.inspect(r[1]), c.inspect(r[2]))
	}
	return c.raiseArgument("cannot %s, reason: %s", doing, c.inspect(r[1]))
}

func defDateTimeNew(m *textModule) {
	utc := term.Term(bin(etcUTC))
	build := func(c call) term.Term { return c.onWall(c.dateAndTime(), c.str(2), c.database(3)) }
	m.def("new", 4, build, utc, nothing)
	m.def("new!", 4, func(c call) term.Term {
		return c.sureDateTime(build(c), "build datetime with "+c.inspect(c.a[0])+" and "+c.inspect(c.a[1]), c.str(2))
	}, utc, nothing)
	from := func(c call) term.Term { return c.onWall(c.moment(0, dateFields|timeFields), c.str(1), c.database(2)) }
	m.def("from_naive", 3, from, nothing)
	m.def("from_naive!", 3, func(c call) term.Term {
		return c.sureDateTime(from(c), "convert "+c.inspect(c.a[0])+" to datetime", c.str(1))
	}, nothing)
}

func defDateTimeZone(m *textModule) {
	shift := func(c call) term.Term {
		v, name := c.moment(0, dateTimeFields), c.str(1)
		if c.zone(0).name == name {
			return okTuple(c.a[0])
		}
		return c.inZone(c.instant(0), v.precision, name, c.database(2))
	}
	m.def("shift_zone", 3, shift, nothing)
	m.def("shift_zone!", 3, func(c call) term.Term {
		return c.sureDateTime(shift(c), "shift "+c.inspect(c.a[0])+" to "+c.inspect(c.a[1])+" time zone", "")
	}, nothing)
	now := func(c call) term.Term {
		if c.str(0) == etcUTC {
			return okTuple(now(6).dateTime(utcZone))
		}
		return c.inZone(now(6).micros(), 6, c.str(0), c.database(1))
	}
	m.def("now", 2, now, nothing)
	m.def("now!", 2, func(c call) term.Term {
		return c.sureDateTime(now(c), "get current datetime in "+c.inspect(c.a[0])+" time zone", "")
	}, nothing)
}

func dateTimeAdd(c call) term.Term {
	v, z := c.moment(0, dateTimeFields), c.zone(0)
	n, per, precision := c.addUnit(1, 2, true)
	sum := c.addMicros(c.instant(0), n, per)
	unit := c.a[2]
	if a, ok := unit.(term.Atom); ok && clockUnits[a.Name()] > 0 {
		unit = atomTerm("second")
	}
	return c.sureDateTime(c.inZone(sum, max(precision, v.precision), z.name, c.database(3)),
		"add "+n.String()+" "+c.t.ToString(unit)+" to "+c.inspect(c.a[0])+" (with time zone database "+c.inspect(c.database(3))+")", "")
}

func dateTimeShift(c call) term.Term {
	v, z := c.moment(0, dateTimeFields), c.zone(0)
	shifted := c.duration(1, allUnits).shiftDateTime(v)
	if z.name == etcUTC {
		return shifted.dateTime(utcZone)
	}
	return c.sureDateTime(c.inZone(shifted.micros()-z.offset()*microsPerSec, shifted.precision, z.name, c.database(2)),
		"shift "+c.inspect(c.a[0])+" to "+c.inspect(c.a[1])+" (with time zone database "+c.inspect(c.database(2))+")", "")
}
