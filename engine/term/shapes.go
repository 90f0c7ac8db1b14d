package term

import "strings"

// coreFields are the fields of Elixir's own structs, and Jason's, in the order of their
// definition, which inspect/1 keeps and a map does not. Those after "?" are
// shown only when they differ from the default.
var coreFields = map[string]string{
	"URI":                             "scheme ?authority userinfo host port path query fragment",
	"Task":                            "mfa owner pid ref",
	"Version":                         "major minor patch ?pre ?build",
	"Inspect.Opts":                    "base binaries char_lists charlists custom_options inspect_fun limit pretty printable_limit safe structs syntax_colors width",
	"Stream":                          "enum funs accs done",
	"Regex":                           "re_pattern source opts re_version",
	"Range":                           "first last step",
	"MapSet":                          "map",
	"Date":                            "year month day calendar",
	"Time":                            "hour minute second microsecond calendar",
	"NaiveDateTime":                   "year month day hour minute second microsecond calendar",
	"DateTime":                        "year month day hour minute second time_zone zone_abbr utc_offset std_offset microsecond calendar",
	"Date.Range":                      "first last first_in_iso_days last_in_iso_days step",
	"Duration":                        "?year ?month ?week ?day ?hour ?minute ?second ?microsecond",
	"Version.Requirement":             "source lexed",
	"Inspect.Error":                   "exception_module exception_message stacktrace inspected_struct",
	"ArgumentError":                   "message",
	"ArithmeticError":                 "message",
	"BadArityError":                   "function args",
	"BadBooleanError":                 "term operator",
	"BadFunctionError":                "term",
	"BadMapError":                     "term",
	"BadStructError":                  "struct term",
	"CaseClauseError":                 "term",
	"CompileError":                    "file line description",
	"CondClauseError":                 "",
	"Enum.EmptyError":                 "message",
	"Enum.OutOfBoundsError":           "message",
	"ErlangError":                     "original reason",
	"FunctionClauseError":             "module function arity kind args clauses",
	"JSON.DecodeError":                "message offset data",
	"Jason.DecodeError":               "position token data",
	"Jason.EncodeError":               "message",
	"KeyError":                        "key term message",
	"MatchError":                      "term",
	"Protocol.UndefinedError":         "protocol value description",
	"Regex.CompileError":              "message",
	"RuntimeError":                    "message",
	"SyntaxError":                     "file line column snippet description",
	"SystemLimitError":                "message",
	"TokenMissingError":               "file line column end_line end_column snippet opening_delimiter expected_delimiter description",
	"TryClauseError":                  "term",
	"URI.Error":                       "action reason part",
	"UndefinedFunctionError":          "module function arity reason message",
	"UnicodeConversionError":          "encoded message",
	"Version.InvalidRequirementError": "requirement",
	"Version.InvalidVersionError":     "version",
	"WithClauseError":                 "term",
	"Phoenix.HTML.Form":               "source impl id name data action hidden params errors options index",
	"Phoenix.HTML.FormField":          "id name errors field form value",
}

var coreShapes = func() map[Atom]*StructShape {
	shapes := make(map[Atom]*StructShape, len(coreFields))
	for module, fields := range coreFields {
		s := &StructShape{Optional: map[Atom]Term{}}
		for _, name := range strings.Fields(fields) {
			f := NewAtom(strings.TrimPrefix(name, "?"))
			s.Fields = append(s.Fields, f)
			if name[0] == '?' {
				s.Optional[f] = optionalDefault(f.Name())
			}
		}
		shapes[NewModule(module)] = s
	}
	return shapes
}()

func optionalDefault(name string) Term {
	switch name {
	case "pre":
		return Empty
	case "build", "authority":
		return Nil
	case "microsecond":
		return Tuple{Int(0), Int(0)}
	}
	return Int(0)
}

// CoreShape returns the shape of one of Elixir's own structs, nil for all
// others.
func CoreShape(module Atom) *StructShape { return coreShapes[module] }
