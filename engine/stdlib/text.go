package stdlib

import (
	"slices"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// textModules returns the modules of text, numbers, dates and encodings, and of
// what people use of Erlang's.
func textModules() []*interp.NativeModule {
	return slices.Concat([]*interp.NativeModule{
		stringModule(), integerModule(), floatModule(), regexModule(), regexCompileError(), bitwiseModule(),
		dateModule(), dateRangeModule(), dateRangeEnumerable(), timeModule(), naiveDateTimeModule(), dateTimeModule(),
		durationModule(), calendarModule(), calendarISOModule(), utcOnlyModule(),
		baseModule(), pathModule(), unicodeErrorModule(), uriModule(), uriErrorModule(), uriStringChars(), loggerModule(),
		erlangMod(), etsModule(), nodeModule(), mathModule(), randModule(), timerModule(), sysModule(), binaryModule(), cryptoModule(), listsModule(),
		mapsModule(), queueModule(), stringModuleErlang(), ioLibModule(),
	}, jsonModules(), calendarChars(), optionParserModules())
}

// calendarChars are the implementations of String.Chars for dates and times.
func calendarChars() []*interp.NativeModule {
	var out []*interp.NativeModule
	for _, name := range []string{"Date", "Time", "NaiveDateTime", "DateTime"} {
		m := newTextModule("String.Chars." + name)
		m.def("to_string", 1, func(c call) term.Term { return c.t.Apply(term.NewModule(name), "to_string", c.a[0]) })
		out = append(out, m.m)
	}
	return out
}
