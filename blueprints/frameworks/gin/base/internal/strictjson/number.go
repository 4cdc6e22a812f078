package strictjson

import (
	"strconv"
	"strings"
)

// Number is a number with the digits that were sent.
type Number string

// Numeral is a number by its digits, however large or small: those without zeros at either end, and
// the power of ten that the first one stands for. Zero has no digits.
type Numeral struct {
	Negative bool
	Digits   string
	Power    int
}

// Numeral reads the digits of a number.
func (n Number) Numeral() Numeral {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(string(n)), "e")
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	power := len(digits) - len(fraction) - 1
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return Numeral{}
	}
	return Numeral{negative, digits, power + readExponent(exponent)}
}

// readExponent reads the digits behind the `e`; what is beyond reason is as good as any that nothing
// can have.
func readExponent(text string) int {
	const most = 1 << 24
	value, err := strconv.Atoi(text)
	switch {
	case text == "":
		return 0
	case err == nil && value >= -most && value <= most:
		return value
	case strings.HasPrefix(text, "-"):
		return -most
	default:
		return most
	}
}
