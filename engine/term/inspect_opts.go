package term

var (
	decimal     = NewAtom("decimal")
	baseNames   = map[int]Atom{0: decimal, 2: NewAtom("binary"), 8: NewAtom("octal"), 10: decimal, 16: NewAtom("hex")}
	baseNumbers = map[Atom]int{baseNames[2]: 2, baseNames[8]: 8, decimal: 10, baseNames[16]: 16}
)

// Struct returns the options as the %Inspect.Opts{} that an implementation of
// Inspect gets.
func (o InspectOptions) Struct() *Map {
	name := func(s string) Atom {
		if s == "" {
			s = "infer"
		}
		return NewAtom(s)
	}
	number := func(n, zero int) Term {
		if n = limitOr(n, zero); n >= 0 {
			return Int(n)
		}
		return infinity
	}
	return NewStruct("Inspect.Opts",
		"base", baseNames[o.Base], "binaries", name(o.Binaries), "char_lists", name(""), "charlists", name(o.Charlists),
		"custom_options", Empty, "inspect_fun", &Fun{Module: NewModule("Inspect"), Name: NewAtom("inspect"), Arity: 2, External: true},
		"limit", number(o.Limit, 50), "pretty", Bool(o.Pretty), "printable_limit", number(o.PrintableLimit, 4096),
		"safe", True, "structs", Bool(!o.Raw), "syntax_colors", Empty, "width", number(o.Width, 80))
}

// With returns the options with those of an %Inspect.Opts{} or a keyword list
// set. What is neither an option nor a value of one is skipped.
func (o InspectOptions) With(opts Term) InspectOptions {
	switch x := opts.(type) {
	case *Map:
		for k, v := range x.All() {
			o.set(k, v)
		}
	case *List:
		seen := map[Atom]bool{}
		for e := range x.All() {
			pair, ok := e.(Tuple)
			if !ok || len(pair) != 2 {
				continue
			}
			if k, ok := pair[0].(Atom); ok && !seen[k] {
				seen[k] = true
				o.set(k, pair[1])
			}
		}
	}
	return o
}

func (o *InspectOptions) set(k, v Term) {
	key, ok := k.(Atom)
	if !ok {
		return
	}
	a, _ := v.(Atom)
	switch key.Name() {
	case "limit":
		setLimit(&o.Limit, v)
	case "printable_limit":
		setLimit(&o.PrintableLimit, v)
	case "width":
		setLimit(&o.Width, v)
	case "pretty":
		o.Pretty = a == True
	case "structs":
		o.Raw = a == False
	case "charlists":
		o.Charlists = a.Name()
	case "binaries":
		o.Binaries = a.Name()
	case "base":
		o.Base = baseNumbers[a]
	}
}

func setLimit(field *int, v Term) {
	if n, ok := v.(Int); ok && n >= 0 {
		*field = int(n)
		if n == 0 {
			*field = NoItems
		}
	} else if v == Term(infinity) {
		*field = Unlimited
	}
}
