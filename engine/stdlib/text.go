package stdlib

import "streamsplayground/engine/interp"

// textModules returns the modules of text, numbers, dates and encodings.
func textModules() []*interp.NativeModule { return nil }
