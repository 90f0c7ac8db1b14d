package stdlib

import (
	"math/big"
	"time"

	"streamsplayground/engine/term"
)

var (
	calendarISO = term.Term(term.NewModule("Calendar.ISO"))
	extended    = term.Term(term.NewAtom("extended"))
	noMicros    = term.Term(term.Tuple{term.Int(0), term.Int(0)})
	keyCalendar = term.NewAtom("calendar")
	keyMicro    = term.NewAtom("microsecond")
	keyYear     = term.NewAtom("year")
	keyMonth    = term.NewAtom("month")
	keyDay      = term.NewAtom("day")
	keyHour     = term.NewAtom("hour")
	keyMinute   = term.NewAtom("minute")
	keySecond   = term.NewAtom("second")
	etcUTC      = "Etc/UTC"
)

// fieldsOf are the fields that an argument must have to be taken for a date, a
// time or both.
type fieldsOf uint8

const (
	dateFields fieldsOf = 1 << iota
	timeFields
	zoneFields
)

// moment returns the point in time of a Date, Time, NaiveDateTime, DateTime or
// any map that has the fields.
func (c call) moment(i int, need fieldsOf) moment {
	m, ok := momentFields(c.a[i], need)
	if !ok {
		c.noClause()
	}
	return m
}

func momentFields(v term.Term, need fieldsOf) (m moment, ok bool) {
	fields, ok := v.(*term.Map)
	if !ok || fields.GetAtom(keyCalendar) != calendarISO {
		return m, false
	}
	get := func(dst *int, name term.Atom) {
		n, isInt := fields.GetAtom(name).(term.Int)
		ok = ok && isInt
		*dst = int(n)
	}
	if need&dateFields != 0 {
		get(&m.year, keyYear)
		get(&m.month, keyMonth)
		get(&m.day, keyDay)
	}
	if need&timeFields != 0 {
		get(&m.hour, keyHour)
		get(&m.minute, keyMinute)
		get(&m.second, keySecond)
		var isMicro bool
		m.micro, m.precision, isMicro = microOf(fields.GetAtom(keyMicro))
		ok = ok && isMicro
	}
	return m, ok
}

func microOf(v term.Term) (micro, precision int, ok bool) {
	t, isTuple := v.(term.Tuple)
	if !isTuple || len(t) != 2 {
		return 0, 0, false
	}
	a, ok1 := t[0].(term.Int)
	b, ok2 := t[1].(term.Int)
	return int(a), int(b), ok1 && ok2
}

func (m moment) microTerm() term.Term {
	return tuple(term.Int(m.micro), term.Int(m.precision))
}

func (m moment) date() *term.Map {
	return term.NewStruct("Date", "calendar", calendarISO, "year", term.Int(m.year), "month", term.Int(m.month), "day", term.Int(m.day))
}

func (m moment) time() *term.Map {
	return term.NewStruct("Time", "calendar", calendarISO, "hour", term.Int(m.hour), "minute", term.Int(m.minute),
		"second", term.Int(m.second), "microsecond", m.microTerm())
}

// naiveKeys are the keys of a NaiveDateTime, in the order of the values in
// naive.
var naiveKeys = term.NewMapKeys(term.StructKey, keyCalendar, keyYear, keyMonth, keyDay, keyHour, keyMinute, keySecond, keyMicro)

var naiveModule = term.NewModule("NaiveDateTime")

func (m moment) naive() *term.Map {
	vals := [...]term.Term{naiveModule, calendarISO, term.Int(m.year), term.Int(m.month), term.Int(m.day),
		term.Int(m.hour), term.Int(m.minute), term.Int(m.second), m.microTerm()}
	return naiveKeys.Map(func(i int) term.Term { return vals[i] })
}

// zone is the part of a DateTime that says where its clock hangs.
type zone struct {
	name, abbr string
	utc, std   int
}

var utcZone = zone{name: etcUTC, abbr: "UTC"}

func (z zone) offset() int { return z.utc + z.std }

func (m moment) dateTime(z zone) *term.Map {
	return term.NewStruct("DateTime", "calendar", calendarISO,
		"year", term.Int(m.year), "month", term.Int(m.month), "day", term.Int(m.day),
		"hour", term.Int(m.hour), "minute", term.Int(m.minute), "second", term.Int(m.second), "microsecond", m.microTerm(),
		"time_zone", bin(z.name), "zone_abbr", bin(z.abbr), "utc_offset", term.Int(z.utc), "std_offset", term.Int(z.std))
}

// zone returns the zone of a DateTime argument.
func (c call) zone(i int) zone {
	z, ok := zoneOf(c.a[i])
	if !ok {
		c.noClause()
	}
	return z
}

func zoneOf(v term.Term) (zone, bool) {
	m, ok := v.(*term.Map)
	if !ok {
		return zone{}, false
	}
	name, ok1 := m.GetAtom(term.NewAtom("time_zone")).(term.Binary)
	abbr, ok2 := m.GetAtom(term.NewAtom("zone_abbr")).(term.Binary)
	utc, ok3 := m.GetAtom(term.NewAtom("utc_offset")).(term.Int)
	std, ok4 := m.GetAtom(term.NewAtom("std_offset")).(term.Int)
	return zone{string(name), string(abbr), int(utc), int(std)}, ok1 && ok2 && ok3 && ok4
}

// calendar checks a calendar argument: only Calendar.ISO is there.
func (c call) calendar(i int) {
	if c.a[i] == calendarISO {
		return
	}
	if a, ok := c.a[i].(term.Atom); ok {
		c.t.Apply(a, "valid_date?", term.Int(0), term.Int(1), term.Int(1))
	}
	c.noClause()
}

// basicFormat reads a format argument, :basic or :extended.
func (c call) basicFormat(i int) bool {
	switch {
	case isAtom(c.a[i], "basic"):
		return true
	case isAtom(c.a[i], "extended"):
		return false
	}
	c.noClause()
	return false
}

func compareMicros(a, b int) term.Term {
	switch {
	case a < b:
		return atomTerm("lt")
	case a > b:
		return atomTerm("gt")
	}
	return atomTerm("eq")
}

// defComparisons adds compare/2, before?/2 and after?/2 by a key.
func defComparisons(m *textModule, key func(c call, i int) int) {
	m.def("compare", 2, func(c call) term.Term { return compareMicros(key(c, 0), key(c, 1)) })
	m.def("before?", 2, func(c call) term.Term { return term.Bool(key(c, 0) < key(c, 1)) })
	m.def("after?", 2, func(c call) term.Term { return term.Bool(key(c, 0) > key(c, 1)) })
}

// now returns the time, with the precision that the unit has. Tests of node
// run on fake time, which time.Now follows.
func now(precision int) moment {
	n := time.Now()
	micros := int(n.UnixMicro()) + unixDay*microsPerDay
	m := momentOf(micros, precision)
	return m.truncated(precision)
}

// truncated drops the digits beyond a precision.
func (m moment) truncated(precision int) moment {
	unit := pow10(6 - precision)
	m.micro = m.micro / unit * unit
	m.precision = precision
	return m
}

func pow10(n int) int {
	p := 1
	for ; n > 0; n-- {
		p *= 10
	}
	return p
}

// truncateMicro is Calendar.truncate/2.
func (c call) truncateMicro(v term.Term, precision term.Term) term.Term {
	micro, digits, ok := microOf(v)
	switch {
	case isAtom(precision, "microsecond"):
		return v
	case isAtom(precision, "millisecond") && ok:
		return tuple(term.Int(micro/1000*1000), term.Int(min(digits, 3)))
	case isAtom(precision, "second"):
		return noMicros
	}
	c.t.RaiseFunctionClause("Calendar", "truncate", []term.Term{v, precision})
	return nil
}

// clockUnits are the units that add and diff take beside time units.
var clockUnits = map[string]int{"day": secondsPerDay, "hour": 3600, "minute": 60}

const timeUnitError = "unsupported time unit. Expected %s:second, :millisecond, :microsecond, :nanosecond, " +
	"or a positive integer, got %s"

// addUnit reads amount and unit of an add: the amount in parts of a second.
func (c call) addUnit(amount, unit int, days bool) (n *big.Int, perSecond, precision int) {
	n = c.big(amount)
	u := c.a[unit]
	if a, ok := u.(term.Atom); ok {
		if s, ok := clockUnits[a.Name()]; ok && (days || a.Name() != "day") {
			return new(big.Int).Mul(n, big.NewInt(int64(s))), 1, 0
		}
	}
	return n, c.timeUnit(u, days), unitPrecision(u)
}

// timeUnit accepts the units that date and time modules do.
func (c call) timeUnit(u term.Term, days bool) int {
	per, ok := unitsPerSecond(u)
	if !ok || isAtom(u, "native") || isAtom(u, "seconds") {
		expected := ":hour, :minute, "
		if days {
			expected = ":day, " + expected
		}
		c.raiseArgument(timeUnitError, expected, c.inspect(u))
	}
	return per
}

// addMicros adds an amount of a unit to microseconds.
func (c call) addMicros(micros int, n *big.Int, perSecond int) int {
	sum := new(big.Int).Mul(big.NewInt(int64(micros)), big.NewInt(int64(perSecond)))
	sum.Add(sum, new(big.Int).Mul(n, big.NewInt(microsPerSec)))
	out := convertUnit(sum, perSecond, 1)
	if !out.IsInt64() {
		c.badArith()
	}
	return int(out.Int64())
}

// diffUnit converts the difference of two times to a unit argument.
func (c call) diffUnit(a, b, unit int, days bool) term.Term {
	u := c.a[unit]
	whole := 1
	if x, ok := u.(term.Atom); ok {
		if s, ok := clockUnits[x.Name()]; ok && (days || x.Name() != "day") {
			u, whole = atomTerm("second"), s
		}
	}
	per := c.timeUnit(u, days)
	d := convertUnit(big.NewInt(int64(a)), microsPerSec, per)
	d.Sub(d, convertUnit(big.NewInt(int64(b)), microsPerSec, per))
	return term.NewBig(d.Quo(d, big.NewInt(int64(whole))))
}
