package exunit

import "streamsplayground/engine/interp"

func captureIOModule() *interp.NativeModule  { return &interp.NativeModule{Name: "ExUnit.CaptureIO"} }
func captureLogModule() *interp.NativeModule { return &interp.NativeModule{Name: "ExUnit.CaptureLog"} }
func doctestModule() *interp.NativeModule    { return &interp.NativeModule{Name: "ExUnit.DocTest"} }
