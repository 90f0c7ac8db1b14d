package stdlib

import "streamsplayground/engine/interp"

// textModules returns the modules of text, numbers, dates and encodings.
func textModules() []*interp.NativeModule {
	return []*interp.NativeModule{
		stringModule(), integerModule(), floatModule(), regexModule(), regexCompileError(),
		bitwiseModule(), mathModule(),
		dateModule(), dateRangeModule(), dateRangeEnumerable(), timeModule(), naiveDateTimeModule(), dateTimeModule(),
		durationModule(), calendarModule(), calendarISOModule(),
	}
}
