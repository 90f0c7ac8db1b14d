package stdlib

import (
	"math/big"
	"strconv"
	"strings"

	"streamsplayground/engine/term"
)

const (
	secondsPerDay = 86_400
	microsPerSec  = 1_000_000
	microsPerDay  = secondsPerDay * microsPerSec
	// unixDay is 1970-01-01 in days since 0000-01-01.
	unixDay = 719_528
)

// moment is a point of the wall clock in the ISO calendar; a date has no time,
// and a time no date.
type moment struct {
	year, month, day     int
	hour, minute, second int
	micro, precision     int
}

func leapYear(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func daysInMonth(y, m int) int {
	switch m {
	case 2:
		if leapYear(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

func validDate(y, m, d int) bool { return m >= 1 && m <= 12 && d >= 1 && d <= daysInMonth(y, m) }

func (m moment) validTime() bool {
	return m.hour >= 0 && m.hour < 24 && m.minute >= 0 && m.minute < 60 && m.second >= 0 && m.second < 60 &&
		m.micro >= 0 && m.micro < microsPerSec && m.precision >= 0 && m.precision <= 6
}

func floorDiv[T int | int64](a, b T) T {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int) int { return a - floorDiv(a, b)*b }

// isoDays returns the days since 0000-01-01.
func isoDays(y, m, d int) int {
	// Years that begin in March put the leap day last.
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + floorDiv(y, 4) - floorDiv(y, 100) + floorDiv(y, 400) + (153*(m-3)+2)/5 + d - 1 + 60
}

// dateOfDays is the reverse of isoDays.
func dateOfDays(days int) (y, m, d int) {
	days -= 60
	era := floorDiv(days, 146_097)
	day := days - era*146_097
	yoe := (day - day/1460 + day/36_524 - day/146_096) / 365
	doy := day - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	y = era*400 + yoe
	if m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}

func (m moment) days() int { return isoDays(m.year, m.month, m.day) }

// dayMicros returns the microseconds since midnight.
func (m moment) dayMicros() int {
	return ((m.hour*60+m.minute)*60+m.second)*microsPerSec + m.micro
}

// micros returns the microseconds since 0000-01-01T00:00:00.
func (m moment) micros() int { return m.days()*microsPerDay + m.dayMicros() }

// momentOf is the reverse of micros.
func momentOf(micros, precision int) moment {
	var m moment
	m.year, m.month, m.day = dateOfDays(floorDiv(micros, microsPerDay))
	return m.withDayMicros(floorMod(micros, microsPerDay), precision)
}

func (m moment) withDayMicros(micros, precision int) moment {
	m.micro = micros % microsPerSec
	s := micros / microsPerSec
	m.hour, m.minute, m.second = s/3600, s/60%60, s%60
	m.precision = precision
	return m
}

// dayOfWeek returns the number of the weekday, from 1 for the day on which
// weeks start; it is 0 if there is no such day.
func dayOfWeek(days int, startingOn string) int {
	offsets := map[string]int{
		"default": 5, "monday": 5, "tuesday": 4, "wednesday": 3, "thursday": 2, "friday": 1, "saturday": 0, "sunday": 6,
	}
	o, ok := offsets[startingOn]
	if !ok {
		return 0
	}
	return floorMod(days+o, 7) + 1
}

func (m moment) dayOfYear() int { return m.days() - isoDays(m.year, 1, 1) + 1 }

// addMonths moves to the same day of another month, or its last.
func (m moment) addMonths(n int) moment {
	total := m.year*12 + m.month - 1 + n
	m.year, m.month = floorDiv(total, 12), floorMod(total, 12)+1
	m.day = min(m.day, daysInMonth(m.year, m.month))
	return m
}

func zeroPad(n, width int) string {
	if n < 0 {
		return "-" + zeroPad(-n, width)
	}
	const zeros = "00000000"
	digits := strconv.Itoa(n)
	if missing := width - len(digits); missing > 0 {
		return zeros[:missing] + digits
	}
	return digits
}

func (m moment) dateText(basic bool) string {
	sep := "-"
	if basic {
		sep = ""
	}
	return zeroPad(m.year, 4) + sep + zeroPad(m.month, 2) + sep + zeroPad(m.day, 2)
}

func (m moment) timeText(basic bool) string {
	sep := ":"
	if basic {
		sep = ""
	}
	s := zeroPad(m.hour, 2) + sep + zeroPad(m.minute, 2) + sep + zeroPad(m.second, 2)
	if m.precision > 0 {
		s += "." + zeroPad(m.micro, 6)[:m.precision]
	}
	return s
}

// offsetText shows the offset from UTC in seconds.
func offsetText(offset int, basic bool) string {
	sign, abs := "+", offset
	if offset < 0 {
		sign, abs = "-", -offset
	}
	sep := ":"
	if basic {
		sep = ""
	}
	return sign + zeroPad(abs/3600, 2) + sep + zeroPad(abs/60%60, 2)
}

// isoParser reads the fields of ISO 8601 from the front of a string. ok turns
// false at the first that is not there.
type isoParser struct {
	s     string
	basic bool
	ok    bool
}

func (p *isoParser) number(width int) int {
	if len(p.s) < width || digitRun(p.s[:width]) < width {
		p.ok = false
		return 0
	}
	n := 0
	for _, d := range []byte(p.s[:width]) {
		n = n*10 + int(d-'0')
	}
	p.s = p.s[width:]
	return n
}

func (p *isoParser) separator(sep string) {
	if p.basic {
		return
	}
	rest, found := strings.CutPrefix(p.s, sep)
	p.ok = p.ok && found
	p.s = rest
}

func (p *isoParser) date(m *moment) {
	m.year = p.number(4)
	p.separator("-")
	m.month = p.number(2)
	p.separator("-")
	m.day = p.number(2)
}

func (p *isoParser) time(m *moment) {
	m.hour = p.number(2)
	p.separator(":")
	m.minute = p.number(2)
	p.separator(":")
	m.second = p.number(2)
	if p.ok && p.s != "" && (p.s[0] == '.' || p.s[0] == ',') {
		n := digitRun(p.s[1:])
		p.ok = n > 0
		digits := (p.s[1:1+n] + "000000")[:6]
		p.s = p.s[1+n:]
		m.precision = min(n, 6)
		for _, d := range []byte(digits) {
			m.micro = m.micro*10 + int(d-'0')
		}
	}
}

// offset reads the rest as an offset from UTC in seconds; none says that there
// was none.
func (p *isoParser) offset() (seconds int, none bool) {
	if p.s == "" || !p.ok {
		return 0, true
	}
	if p.s == "Z" {
		return 0, false
	}
	sign := 1
	switch p.s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		p.ok = false
		return 0, true
	}
	text := p.s
	p.s = p.s[1:]
	hour := p.number(2)
	minute := 0
	if p.ok && p.s != "" {
		p.s = strings.TrimPrefix(p.s, ":")
		minute = p.number(2)
	}
	if p.s != "" || hour > 23 || minute > 59 || text == "-00:00" || text == "-0000" || text == "-00" {
		p.ok = false
	}
	return sign * (hour*3600 + minute*60), false
}

// cutSign takes the sign off a year.
func cutSign(s string) (rest string, sign int) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, -1
	}
	return strings.TrimPrefix(s, "+"), 1
}

// The parse functions return the reason for a failure, "" if there is none.

func parseISODate(s string, basic bool) (m moment, reason string) {
	s, sign := cutSign(s)
	p := isoParser{s: s, basic: basic, ok: true}
	p.date(&m)
	if !p.ok || p.s != "" {
		return m, "invalid_format"
	}
	m.year *= sign
	if !validDate(m.year, m.month, m.day) {
		return m, "invalid_date"
	}
	return m, ""
}

func parseISOTime(s string, basic bool) (m moment, reason string) {
	p := isoParser{s: strings.TrimPrefix(s, "T"), basic: basic, ok: true}
	p.time(&m)
	if p.offset(); !p.ok {
		return m, "invalid_format"
	}
	if !m.validTime() {
		return m, "invalid_time"
	}
	return m, ""
}

// parseISODateTime reads a date with time and maybe an offset.
func parseISODateTime(s string, basic bool) (m moment, offset int, noOffset bool, reason string) {
	s, sign := cutSign(s)
	p := isoParser{s: s, basic: basic, ok: true}
	p.date(&m)
	if !p.ok || p.s == "" || p.s[0] != 'T' && p.s[0] != ' ' {
		return m, 0, true, "invalid_format"
	}
	p.s = p.s[1:]
	p.time(&m)
	offset, noOffset = p.offset()
	m.year *= sign
	switch {
	case !p.ok:
		return m, 0, true, "invalid_format"
	case !validDate(m.year, m.month, m.day):
		return m, 0, true, "invalid_date"
	case !m.validTime():
		return m, 0, true, "invalid_time"
	}
	return m, offset, noOffset, ""
}

// unitsPerSecond returns how many of a time unit make a second.
func unitsPerSecond(unit term.Term) (int, bool) {
	switch u := unit.(type) {
	case term.Int:
		return int(u), u > 0
	case term.Atom:
		switch u.Name() {
		case "second", "seconds":
			return 1, true
		case "millisecond", "milliseconds", "milli_seconds":
			return 1000, true
		case "microsecond", "microseconds", "micro_seconds":
			return microsPerSec, true
		case "nanosecond", "nanoseconds", "nano_seconds", "native":
			return 1_000_000_000, true
		}
	}
	return 0, false
}

// unit returns the parts per second of a time unit argument.
func (c call) unit(v term.Term) int {
	n, ok := unitsPerSecond(v)
	if !ok {
		c.raiseArgument("unsupported time unit. Expected :second, :millisecond, "+
			":microsecond, :nanosecond, or a positive integer, got %s", c.inspect(v))
	}
	return n
}

// convertUnit converts an amount of time between units, rounding down.
func convertUnit(n *big.Int, from, to int) *big.Int {
	x := new(big.Int).Mul(n, big.NewInt(int64(to)))
	d := big.NewInt(int64(from))
	q, r := new(big.Int).QuoRem(x, d, new(big.Int))
	if r.Sign() < 0 {
		q.Sub(q, big.NewInt(1))
	}
	return q
}

// unitPrecision returns the digits that a time of the unit needs.
func unitPrecision(unit term.Term) int {
	switch {
	case isAtom(unit, "second"):
		return 0
	case isAtom(unit, "millisecond"):
		return 3
	}
	return 6
}
