package interp

import (
	"strings"

	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// calendarSigil is a sigil for a struct of a calendar: what reads its text, and
// the fields that are read.
type calendarSigil struct {
	module, parse, what string
	fields              []string
}

var calendarSigils = map[string]calendarSigil{
	"D": {"Date", "parse_date", "Date", []string{"year", "month", "day"}},
	"T": {"Time", "parse_time", "Time", []string{"hour", "minute", "second", "microsecond"}},
	"N": {"NaiveDateTime", "parse_naive_datetime", "NaiveDateTime",
		[]string{"year", "month", "day", "hour", "minute", "second", "microsecond"}},
	"U": {"DateTime", "parse_utc_datetime", "UTC DateTime",
		[]string{"year", "month", "day", "hour", "minute", "second", "microsecond"}},
}

// dateSigil is ~D ~T ~N ~U, read when it is compiled. As Kernel.sigil_D/2 and
// its like.
func (c *compiler) dateSigil(x *syntax.Sigil, text code) code {
	t := c.b.thread
	v, e := t.Try(func() term.Term {
		s, _ := text(t).(term.Binary)
		return t.calendarStruct(c, calendarSigils[x.Name], string(s))
	})
	if e != nil {
		c.b.reportException(e, x.Span())
		return neverRun
	}
	return constant(v)
}

func (t *Thread) calendarStruct(c *compiler, s calendarSigil, text string) term.Term {
	whole := text
	calendar, text := splitCalendar(text)
	c.b.ensure(calendar)
	fail := func(text string, reason term.Term) {
		t.RaiseArgument("cannot parse %s as %s for %s, reason: %s", term.Inspect(term.Binary(text)), s.what, moduleText(calendar), term.Inspect(reason))
	}
	result := t.Apply(calendar, s.parse, term.Binary(text))
	r, _ := result.(term.Tuple)
	if len(r) < 2 {
		t.RaiseNew("MatchError", "term", result)
	}
	if r[0] != term.Term(term.OK) {
		fail(text, r[len(r)-1])
	}
	if len(r) == 3 && r[2] != term.Term(term.Int(0)) {
		fail(whole, term.NewAtom("non_utc_offset"))
	}
	values, _ := r[1].(term.Tuple)
	if len(values) != len(s.fields) {
		t.RaiseNew("MatchError", "term", r[1])
	}
	fields := []any{"calendar", calendar}
	for i, name := range s.fields {
		fields = append(fields, name, values[i])
	}
	if s.module == "DateTime" {
		fields = append(fields, "time_zone", term.Binary("Etc/UTC"), "zone_abbr", term.Binary("UTC"), "utc_offset", term.Int(0), "std_offset", term.Int(0))
	}
	return term.NewStruct(s.module, fields...)
}

// splitCalendar takes the calendar off the end of a text: "2000-01-01 Some.Calendar".
func splitCalendar(text string) (term.Atom, string) {
	if i := strings.LastIndexByte(text, ' '); i >= 0 && i+1 < len(text) && text[i+1] >= 'A' && text[i+1] <= 'Z' {
		return term.NewModule(text[i+1:]), text[:i]
	}
	return term.NewModule("Calendar.ISO"), text
}
