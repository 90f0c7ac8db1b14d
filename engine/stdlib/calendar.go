package stdlib

import (
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func calendarModule() *interp.NativeModule {
	m := newTextModule("Calendar")
	m.def("strftime", 3, calendarStrftime, term.Empty)
	m.def("truncate", 2, func(c call) term.Term { return c.truncateMicro(c.a[0], c.a[1]) })
	m.def("compatible_calendars?", 2, func(c call) term.Term { return term.Bool(c.a[0] == c.a[1]) })
	defTimeZoneDatabase(m)
	return m.m
}

// strftime writes a date or time by a format.
type strftime struct {
	c       call
	value   term.Term
	fields  *term.Map
	opts    *term.List
	invoked map[byte]bool
}

func calendarStrftime(c call) term.Term {
	fields, ok := c.a[0].(*term.Map)
	if !ok {
		return c.noClause()
	}
	f := &strftime{c: c, value: c.a[0], fields: fields, opts: c.opts(2), invoked: map[byte]bool{}}
	f.checkOptions()
	return c.result(f.format(c.str(1)))
}

var strftimeOptions = []string{
	"preferred_date", "preferred_datetime", "preferred_time", "am_pm_names",
	"month_names", "day_of_week_names", "abbreviated_month_names", "abbreviated_day_of_week_names",
}

func (f *strftime) checkOptions() {
	for e := range f.opts.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			f.c.raiseArgument("expected a keyword list, but an entry in the list is not a two-element tuple "+
				"with an atom key, got: %s", f.c.inspect(e))
		}
		known := false
		for _, o := range strftimeOptions {
			known = known || isAtom(kv[0], o)
		}
		if !known {
			f.c.raiseArgument("unknown option %s given to Calendar.strftime/3", f.c.inspect(kv[0]))
		}
	}
}

// format expands a format; a directive has an optional width and padding.
func (f *strftime) format(s string) string {
	var b strings.Builder
	for {
		text, rest, found := strings.Cut(s, "%")
		b.WriteString(text)
		if !found {
			return b.String()
		}
		f.c.t.Burn(1)
		width, pad, hasWidth, hasPad := 0, "", false, false
		for rest != "" {
			ch := rest[0]
			switch {
			case ch == '-' && !hasPad:
				hasPad = true
			case ch == '0' && !hasPad && !hasWidth:
				pad, hasPad = "0", true
			case ch == '_' && !hasPad:
				pad, hasPad = " ", true
			case ch >= '0' && ch <= '9':
				width, hasWidth = min(width*10+int(ch-'0'), 1<<20), true
			default:
				goto directive
			}
			rest = rest[1:]
		}
	directive:
		if rest == "" {
			f.c.raiseArgument("invalid strftime format: %%")
		}
		d := rest[0]
		if !hasPad {
			pad = "0"
			if strings.IndexByte("aAbBpPZ", d) >= 0 {
				pad = " "
			}
		}
		if !hasWidth {
			width = defaultWidths[d]
		}
		b.WriteString(f.directive(d, rest, width, pad))
		s = rest[1:]
	}
}

var defaultWidths = map[byte]int{'d': 2, 'H': 2, 'I': 2, 'm': 2, 'M': 2, 'S': 2, 'y': 2, 'j': 3, 'Y': 4, 'z': 4}

func padLeft(s string, width int, pad string) string {
	if n := width - len([]rune(s)); n > 0 && pad != "" {
		return strings.Repeat(pad, n) + s
	}
	return s
}

// int returns a field of the value, raising KeyError when it is missing.
func (f *strftime) int(key string) int {
	v := f.fields.GetAtom(term.NewAtom(key))
	if v == nil {
		f.c.t.RaiseNew("KeyError", "key", atomTerm(key), "term", f.value, "message", term.Nil)
	}
	n, ok := v.(term.Int)
	if !ok {
		f.c.noClause()
	}
	return int(n)
}

func (f *strftime) date() moment {
	return moment{year: f.int("year"), month: f.int("month"), day: f.int("day")}
}

func (f *strftime) directive(d byte, rest string, width int, pad string) string {
	number := func(n int) string { return padLeft(strconv.Itoa(n), width, pad) }
	switch d {
	case '%':
		return padLeft("%", width, pad)
	case 'a', 'A', 'b', 'B', 'p', 'P':
		return padLeft(f.name(d), width, pad)
	case 'c', 'x', 'X':
		return padLeft(f.preferred(d), width, pad)
	case 'd':
		return number(f.int("day"))
	case 'f':
		micro, precision, _ := microOf(f.fields.GetAtom(keyMicro))
		return zeroPad(micro, 6)[:max(precision, 1)]
	case 'H':
		return number(f.int("hour"))
	case 'I':
		return number((f.int("hour")+23)%12 + 1)
	case 'j':
		return number(f.date().dayOfYear())
	case 'm':
		return number(f.int("month"))
	case 'M':
		return number(f.int("minute"))
	case 'q':
		return number((f.int("month")-1)/3 + 1)
	case 's':
		m, ok := momentFields(f.value, dateTimeFields)
		if !ok {
			f.c.t.RaiseFunctionClause("NaiveDateTime", "to_iso_days", []term.Term{f.value})
		}
		z, _ := zoneOf(f.value)
		return strconv.Itoa(floorDiv(m.micros(), microsPerSec) - unixDay*secondsPerDay - z.offset())
	case 'S':
		return number(f.int("second"))
	case 'u':
		return number(dayOfWeek(f.date().days(), "default"))
	case 'y':
		return number(f.int("year") % 100)
	case 'Y':
		if y := f.int("year"); y < 0 {
			return "-" + number(-y)
		}
		return number(f.int("year"))
	case 'z':
		return f.offset(width, pad)
	case 'Z':
		abbr, _ := f.fields.GetAtom(term.NewAtom("zone_abbr")).(term.Binary)
		return padLeft(string(abbr), width, pad)
	}
	f.c.raiseArgument("invalid strftime format: %s", "%"+string([]rune(rest)[:1]))
	return ""
}

func (f *strftime) offset(width int, pad string) string {
	z, ok := zoneOf(f.value)
	if !ok {
		return ""
	}
	sign, abs := "+", z.offset()
	if abs < 0 {
		sign, abs = "-", -abs
	}
	return sign + padLeft(strconv.Itoa(abs/3600*100+abs/60%60), width, pad)
}

var (
	dayNames   = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"}
)

// name returns the name of a day, a month or a half of the day, by the option
// for it.
func (f *strftime) name(d byte) string {
	option, plain := "", ""
	var arg term.Term
	switch d {
	case 'a', 'A':
		n := dayOfWeek(f.date().days(), "default")
		option, arg, plain = "day_of_week_names", term.Int(n), dayNames[n-1]
	case 'b', 'B':
		n := f.int("month")
		if n < 1 || n > 12 {
			f.c.noClause()
		}
		option, arg, plain = "month_names", term.Int(n), monthNames[n-1]
	default:
		option, arg, plain = "am_pm_names", atomTerm("am"), "am"
		if f.int("hour") > 11 {
			arg, plain = atomTerm("pm"), "pm"
		}
	}
	if d == 'a' || d == 'b' {
		option, plain = "abbreviated_"+option, plain[:3]
	}
	if fn, ok := term.KeywordGet(f.opts, term.NewAtom(option)); ok {
		plain = f.c.t.ToString(f.c.t.Call(fn, arg))
	}
	switch d {
	case 'p':
		return upcase(plain, modeDefault)
	case 'P':
		return downcase(plain, modeDefault)
	}
	return plain
}

// preferred expands %c, %x or %X, which must not contain themselves.
func (f *strftime) preferred(d byte) string {
	option, format := "preferred_datetime", "%Y-%m-%d %H:%M:%S"
	switch d {
	case 'x':
		option, format = "preferred_date", "%Y-%m-%d"
	case 'X':
		option, format = "preferred_time", "%H:%M:%S"
	}
	if f.invoked[d] {
		f.c.raiseArgument("tried to format %s within another %s format", option, option)
	}
	if v, ok := term.KeywordGet(f.opts, term.NewAtom(option)); ok {
		format = f.c.t.ToString(v)
	}
	f.invoked[d] = true
	defer delete(f.invoked, d)
	return f.format(format)
}

func calendarISOModule() *interp.NativeModule {
	m := newTextModule("Calendar.ISO")
	defISODays(m)
	defISOShift(m)
	defISOText(m)
	year := func(c call, fn func(y int) term.Term) term.Term { return fn(c.int(0)) }
	m.def("leap_year?", 1, func(c call) term.Term {
		return year(c, func(y int) term.Term { return term.Bool(leapYear(y)) })
	})
	m.def("months_in_year", 1, func(c call) term.Term { c.int(0); return term.Int(12) })
	m.def("days_in_month", 2, func(c call) term.Term {
		y, n := c.int(0), c.int(1)
		if n < 1 || n > 12 {
			return c.noClause()
		}
		return term.Int(daysInMonth(y, n))
	})
	m.def("valid_date?", 3, func(c call) term.Term { return term.Bool(validDate(c.int(0), c.int(1), c.int(2))) })
	m.def("valid_time?", 4, func(c call) term.Term {
		v, ok := timeArgs(c.a)
		if !ok {
			return c.noClause()
		}
		return term.Bool(v.validTime())
	})
	m.def("date_to_string", 4, func(c call) term.Term {
		return bin(moment{year: c.int(0), month: c.int(1), day: c.int(2)}.dateText(c.basicFormat(3)))
	}, extended)
	m.def("time_to_string", 5, func(c call) term.Term {
		v, ok := timeArgs(c.a[:4])
		if !ok || !v.validTime() {
			return c.noClause()
		}
		return bin(v.timeText(c.basicFormat(4)))
	}, extended)
	m.def("day_of_week", 4, func(c call) term.Term {
		v := c.isoDate()
		return tuple(term.Int(c.weekday(v, 3)), term.Int(1), term.Int(7))
	})
	m.def("day_of_year", 3, func(c call) term.Term {
		return term.Int(c.isoDate().dayOfYear())
	})
	m.def("quarter_of_year", 3, func(c call) term.Term { return term.Int((c.int(1)-1)/3 + 1) })
	m.def("year_of_era", 1, func(c call) term.Term { return moment{year: c.int(0)}.yearOfEra() })
	m.def("parse_date", 2, func(c call) term.Term {
		v, reason := parseISODate(c.str(0), c.basicFormat(1))
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(v.erlDate())
	}, extended)
	m.def("parse_time", 2, func(c call) term.Term {
		v, reason := parseISOTime(c.str(0), c.basicFormat(1))
		if reason != "" {
			return errorTuple(reason)
		}
		return okTuple(tuple(term.Int(v.hour), term.Int(v.minute), term.Int(v.second), v.microTerm()))
	}, extended)
	return m.m
}
