package term

import (
	"math"
	"strconv"
	"strings"
)

// FloatText returns the shortest text that reads back as f, as
// :erlang.float_to_binary(f, [:short]): "0.1", "1.0e22".
func FloatText(f float64) string {
	text := strconv.FormatFloat(math.Abs(f), 'e', -1, 64)
	mantissa, exp, _ := strings.Cut(text, "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	n, _ := strconv.Atoi(exp)
	out := floatDigits(digits, n+1, math.Abs(f) >= 1<<53)
	if math.Signbit(f) {
		return "-" + out
	}
	return out
}

// floatDigits writes 0.digits × 10^place in the shorter of the two notations,
// the plain one when they are as long.
func floatDigits(digits string, place int, scientific bool) string {
	if digits == "0" {
		return "0.0"
	}
	n := len(digits)
	exp := strconv.Itoa(place - 1)
	cost := len(exp) + 2 // of the exponent, its letter and the dot
	if n == 1 {
		cost++
	}
	switch {
	case !scientific && place > 0 && place < n:
		return digits[:place] + "." + digits[place:]
	case !scientific && place <= 0 && 2-place <= cost:
		return "0." + strings.Repeat("0", -place) + digits
	case !scientific && place >= n && place-n+2 <= cost:
		return digits + strings.Repeat("0", place-n) + ".0"
	case n == 1:
		return digits + ".0e" + exp
	}
	return digits[:1] + "." + digits[1:] + "e" + exp
}
