package exunit

import "streamsplayground/engine/interp"

// doctestModule is ExUnit.DocTest.
func doctestModule() *interp.NativeModule { return &interp.NativeModule{Name: "ExUnit.DocTest"} }
