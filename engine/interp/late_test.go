package interp

import (
	"fmt"
	"testing"

	"streamsplayground/engine/term"
)

func TestModulesDefinedWhileCodeRunsAreBounded(t *testing.T) {
	var l Late
	mod := func(i int) *module { return &module{name: term.NewModule(fmt.Sprint("Late", i))} }
	for i := range maxLate {
		if l.add(mod(i)) != "" {
			t.Fatalf("no room for module %d", i)
		}
	}
	if l.add(mod(maxLate)) == "" {
		t.Error("there is room for one more")
	}
	if l.add(mod(1)) != "" || len(l.modules) != maxLate {
		t.Errorf("a module that is defined again takes the place of none: %d modules", len(l.modules))
	}
}
