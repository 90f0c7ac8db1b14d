package stdlib

import (
	"slices"
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// duration is a %Duration{}.
type duration struct {
	year, month, week, day, hour, minute, second int
	micro, precision                             int
}

var (
	allUnits  = []string{"year", "month", "week", "day", "hour", "minute", "second", "microsecond"}
	dateUnits = allUnits[:4]
	timeUnits = allUnits[4:]
)

// field returns the amount of a unit other than the microsecond.
func (d *duration) field(unit string) *int {
	switch unit {
	case "year":
		return &d.year
	case "month":
		return &d.month
	case "week":
		return &d.week
	case "day":
		return &d.day
	case "hour":
		return &d.hour
	case "minute":
		return &d.minute
	}
	return &d.second
}

func (d duration) term() *term.Map {
	fields := []any{"microsecond", tuple(term.Int(d.micro), term.Int(d.precision))}
	for _, u := range allUnits[:7] {
		fields = append(fields, u, term.Int(*d.field(u)))
	}
	return term.NewStruct("Duration", fields...)
}

func durationOf(v term.Term) (d duration, ok bool) {
	m, ok := structOf(v, "Duration")
	if !ok {
		return d, false
	}
	for _, u := range allUnits[:7] {
		n, isInt := m.GetAtom(term.NewAtom(u)).(term.Int)
		if !isInt {
			return d, false
		}
		*d.field(u) = int(n)
	}
	d.micro, d.precision, ok = microOf(m.GetAtom(keyMicro))
	return d, ok
}

// duration reads a %Duration{} or the units of one.
func (c call) duration(i int, units []string) duration {
	if d, ok := durationOf(c.a[i]); ok {
		return d
	}
	var d duration
	c.t.Each(c.a[i], func(v term.Term) bool {
		pair, ok := v.(term.Tuple)
		if !ok || len(pair) != 2 {
			c.t.RaiseFunctionClause(c.name.mod, "validate_duration_unit!", []term.Term{v})
		}
		c.durationUnit(&d, pair[0], pair[1], units)
		return true
	})
	return d
}

func (c call) durationUnit(d *duration, key, value term.Term, units []string) {
	unit := ""
	if a, ok := key.(term.Atom); ok {
		unit = a.Name()
	}
	if !slices.Contains(units, unit) {
		kind := "unknown"
		if slices.Contains(allUnits, unit) {
			kind = "unsupported"
		}
		c.raiseArgument("%s unit %s. Expected :%s", kind, c.inspect(key), strings.Join(units, ", :"))
	}
	if unit == "microsecond" {
		micro, precision, ok := microOf(value)
		if !ok || precision < 0 || precision > 6 {
			c.raiseArgument("unsupported value %s for :microsecond. Expected a tuple {ms, precision} "+
				"where precision is an integer from 0 to 6", c.inspect(value))
		}
		d.micro, d.precision = micro, precision
		return
	}
	n, ok := value.(term.Int)
	if !ok {
		c.raiseArgument("unsupported value %s for %s. Expected an integer", c.inspect(value), c.inspect(key))
	}
	*d.field(unit) = int(n)
}

func (d duration) shiftDate(m moment) moment {
	if months := d.year*12 + d.month; months != 0 {
		m = m.addMonths(months)
	}
	if days := d.week*7 + d.day; days != 0 {
		m.year, m.month, m.day = dateOfDays(m.days() + days)
	}
	return m
}

// shiftPrecision is the precision of a time after the shift.
func (d duration) shiftPrecision(m moment) int {
	if d.micro != 0 {
		return d.precision
	}
	return m.precision
}

func (d duration) shiftTime(m moment) moment {
	delta := ((d.hour*60+d.minute)*60+d.second)*microsPerSec + d.micro
	return m.withDayMicros(floorMod(m.dayMicros()+delta, microsPerDay), d.shiftPrecision(m))
}

func (d duration) shiftDateTime(m moment) moment {
	precision := d.shiftPrecision(m)
	if months := d.year*12 + d.month; months != 0 {
		m = m.addMonths(months)
	}
	delta := (d.week*7+d.day)*microsPerDay + ((d.hour*60+d.minute)*60+d.second)*microsPerSec + d.micro
	return momentOf(m.micros()+delta, precision)
}

func (d duration) each(o duration, op func(a, b int) int) duration {
	out := duration{micro: op(d.micro, o.micro), precision: max(d.precision, o.precision)}
	for _, u := range allUnits[:7] {
		*out.field(u) = op(*d.field(u), *o.field(u))
	}
	return out
}

func (c call) durationStruct(i int) duration {
	d, ok := durationOf(c.a[i])
	if !ok {
		c.noClause()
	}
	return d
}

func durationModule() *interp.NativeModule {
	m := newTextModule("Duration")
	m.m.Struct = duration{}.term()
	m.def("new!", 1, func(c call) term.Term { return c.duration(0, allUnits).term() })
	m.def("add", 2, func(c call) term.Term {
		return c.durationStruct(0).each(c.durationStruct(1), func(a, b int) int { return a + b }).term()
	})
	m.def("subtract", 2, func(c call) term.Term {
		return c.durationStruct(0).each(c.durationStruct(1), func(a, b int) int { return a - b }).term()
	})
	m.def("multiply", 2, func(c call) term.Term {
		n := c.int(1)
		d := c.durationStruct(0)
		return d.each(d, func(a, _ int) int { return a * n }).term()
	})
	m.def("negate", 1, func(c call) term.Term {
		d := c.durationStruct(0)
		return d.each(d, func(a, _ int) int { return -a }).term()
	})
	m.def("to_iso8601", 1, func(c call) term.Term { return bin(c.durationStruct(0).iso8601()) })
	m.def("to_string", 2, durationToString, term.Empty)
	m.def("from_iso8601", 1, func(c call) term.Term {
		d, reason := parseDuration(c.str(0))
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(d.term())
	})
	m.def("from_iso8601!", 1, func(c call) term.Term {
		d, reason := parseDuration(c.str(0))
		if reason != "" {
			c.raiseArgument(`failed to parse duration "%s". reason: :%s`, c.str(0), reason)
		}
		return d.term()
	})
	return m.m
}

// seconds shows seconds and microseconds.
func (d duration) seconds() string {
	if d.precision == 0 {
		return strconv.Itoa(d.second)
	}
	total := d.second*microsPerSec + d.micro
	sign := ""
	if total < 0 {
		sign, total = "-", -total
	}
	return sign + strconv.Itoa(total/microsPerSec) + "." + zeroPad(total%microsPerSec, 6)[:d.precision]
}

func (d duration) iso8601() string {
	pair := func(n int, unit string) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n) + unit
	}
	date := pair(d.year, "Y") + pair(d.month, "M") + pair(d.week, "W") + pair(d.day, "D")
	time := pair(d.hour, "H") + pair(d.minute, "M")
	if d.second != 0 || d.micro != 0 {
		time += d.seconds() + "S"
	}
	switch {
	case date == "" && time == "":
		return "PT0S"
	case time == "":
		return "P" + date
	}
	return "P" + date + "T" + time
}

func durationToString(c call) term.Term {
	d, opts := c.durationStruct(0), c.opts(1)
	separator, units := " ", term.Empty
	if v, ok := term.KeywordGet(opts, term.NewAtom("separator")); ok {
		separator = c.t.ToString(v)
	}
	if v, ok := term.KeywordGet(opts, term.NewAtom("units")); ok {
		units, _ = v.(*term.List)
	}
	unit := func(name, short string) string {
		if v, ok := term.KeywordGet(units, term.NewAtom(name)); ok {
			return c.t.ToString(v)
		}
		return short
	}
	var parts []string
	short := []string{"a", "mo", "wk", "d", "h", "min"}
	for i, u := range allUnits[:6] {
		if n := *d.field(u); n != 0 {
			parts = append(parts, strconv.Itoa(n)+unit(u, short[i]))
		}
	}
	if d.second != 0 || d.micro != 0 {
		parts = append(parts, d.seconds()+unit("second", "s"))
	}
	if len(parts) == 0 {
		parts = []string{"0" + unit("second", "s")}
	}
	return bin(strings.Join(parts, separator))
}

func parseDuration(s string) (d duration, reason string) {
	sign := 1
	rest, ok := strings.CutPrefix(s, "P")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "+P"); !ok {
			rest, ok = strings.CutPrefix(s, "-P")
			sign = -1
		}
	}
	if !ok || rest == "" {
		return d, "invalid_duration"
	}
	letters, names, part := "YMWD", dateUnits, "invalid_date_component"
	for rest != "" {
		if len(rest) > 1 && rest[0] == 'T' && part == "invalid_date_component" {
			rest = rest[1:]
			letters, names, part = "HMS", timeUnits, "invalid_time_component"
			continue
		}
		n, size := durationNumber(rest)
		if size == 0 || size == len(rest) {
			return d, part
		}
		if part == "invalid_time_component" && (rest[size] == '.' || rest[size] == ',') {
			if !d.fraction(rest, n, size) {
				return d, part
			}
			break
		}
		i := strings.IndexByte(letters, rest[size])
		if i < 0 {
			return d, part
		}
		*d.field(names[i]) = n
		letters, names = letters[i+1:], names[i+1:]
		rest = rest[size+1:]
	}
	return d.each(duration{}, func(a, _ int) int { return a * sign }), ""
}

// given lists the units that a text names, the last one first.
func (d duration) given(text string) *term.List {
	out := term.Empty
	add := func(unit string, v term.Term) { out = &term.List{Head: tuple(atomTerm(unit), v), Tail: out} }
	date, time, _ := strings.Cut(text, "T")
	for _, part := range []struct {
		text, letters string
		units         []string
	}{{date, "YMWD", dateUnits}, {time, "HM", timeUnits}} {
		for i, letter := range part.letters {
			if strings.ContainsRune(part.text, letter) {
				add(part.units[i], term.Int(*d.field(part.units[i])))
			}
		}
	}
	if strings.ContainsAny(time, ".,") {
		add("microsecond", tuple(term.Int(d.micro), term.Int(d.precision)))
	}
	if strings.HasSuffix(time, "S") {
		add("second", term.Int(d.second))
	}
	return out
}

// durationNumber reads an integer with an optional sign.
func durationNumber(s string) (n, size int) {
	i := 0
	if s[0] == '+' || s[0] == '-' {
		i = 1
	}
	digits := digitRun(s[i:])
	n, err := strconv.Atoi(s[:i+digits])
	if digits == 0 || err != nil {
		return 0, 0
	}
	return n, i + digits
}

// fraction reads the seconds with a fraction that end a duration.
func (d *duration) fraction(s string, second, size int) bool {
	digits := digitRun(s[size+1:])
	if digits == 0 || s[size+1+digits:] != "S" {
		return false
	}
	d.second = second
	d.micro, _ = strconv.Atoi((s[size+1:size+1+digits] + "000000")[:6])
	d.precision = min(digits, 6)
	if s[0] == '-' {
		d.micro = -d.micro
	}
	return true
}
