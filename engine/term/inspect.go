package term

// InspectOptions are the options of inspect/2. The zero value means Elixir's
// defaults.
type InspectOptions struct {
	Limit          int  // of collection items; 0 means 50, below 0 no limit
	PrintableLimit int  // of bytes of strings; 0 means 4096, below 0 no limit
	Width          int  // of a line; 0 means 80, below 0 no limit
	Pretty         bool // break lines at Width
	Base           int  // of integers: 2, 8, 10 or 16; 0 means 10
	Charlists      string
	Binaries       string
	// Custom formats a struct that has an Inspect implementation. It may be
	// nil, and returns false to fall back to the default.
	Custom func(Term) (string, bool)
}

// Inspect returns the text that inspect/1 returns for t.
func Inspect(t Term) string { return InspectWith(t, InspectOptions{}) }

// InspectWith returns the text that inspect/2 returns for t.
func InspectWith(t Term, opts InspectOptions) string { return "" }
