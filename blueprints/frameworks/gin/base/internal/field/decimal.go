package field

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// DecimalType is an exact decimal: a number, or a string of digits; answered with `scale` digits.
type DecimalType struct {
	precision, scale int
	limits           limits[bound]
}

// bound is a limit with the digits in which it was written.
type bound struct {
	decimal.Decimal

	written string
}

// Decimal is an exact decimal of so many digits, `scale` of them behind the point.
func Decimal(precision, scale int) *DecimalType {
	return &DecimalType{precision: precision, scale: scale, limits: limits[bound]{
		compare: func(one, other bound) int { return one.Cmp(other.Decimal) },
		write:   func(limit bound) string { return limit.written },
	}}
}

func boundOf(written string) *bound {
	return &bound{decimal.RequireFromString(written), written}
}

// Min is the least value, taken as written.
func (d *DecimalType) Min(least string) *DecimalType {
	d.limits.min = boundOf(least)
	return d
}

// Max is the greatest value, taken as written.
func (d *DecimalType) Max(most string) *DecimalType {
	d.limits.max = boundOf(most)
	return d
}

// Above is what values are greater than, taken as written.
func (d *DecimalType) Above(limit string) *DecimalType {
	d.limits.above = boundOf(limit)
	return d
}

// Below is what values are less than, taken as written.
func (d *DecimalType) Below(limit string) *DecimalType {
	d.limits.below = boundOf(limit)
	return d
}

// Kind is what the type is called.
func (d *DecimalType) Kind() Kind {
	return KindDecimal
}

// Check turns a JSON value into a decimal.
func (d *DecimalType) Check(value any, at string) (decimal.Decimal, []problem.Detail) {
	number, found := d.check(value)
	return judged(number, found, at)
}

func (d *DecimalType) check(value any) (decimal.Decimal, *problem.Fault) {
	text, isText := value.(string)
	if isText && !decimalForm.MatchString(text) {
		return decimal.Zero, fault(problem.RuleFormat, "must be a decimal number such as 12.50")
	}
	if !isText {
		digits, found := numberOf(value)
		if found != nil {
			return decimal.Zero, found
		}
		text = digits
	}
	number, found := d.fitting(numeral(strictjson.Number(text).Numeral()))
	if found != nil {
		return decimal.Zero, found
	}
	return number, d.limits.judge(bound{Decimal: number})
}

// Parse reads the text of a query parameter.
func (d *DecimalType) Parse(text string) (decimal.Decimal, *problem.Fault) {
	number, found := numeralOf(text)
	if found != nil {
		return decimal.Zero, found
	}
	return d.fitting(number)
}

// fitting is the number, when the column has room for all of its digits.
func (d *DecimalType) fitting(number numeral) (decimal.Decimal, *problem.Fault) {
	switch {
	case number.Digits == "":
		return decimal.Zero, nil
	case number.fraction() > d.scale:
		return decimal.Zero, fault(problem.RuleScale, fmt.Sprintf("must have at most %d digits after the point", d.scale))
	case number.Power >= d.precision-d.scale && number.Negative:
		return decimal.Zero, fault(problem.RuleMin, "must be at least -"+d.widest())
	case number.Power >= d.precision-d.scale:
		return decimal.Zero, fault(problem.RuleMax, "must be at most "+d.widest())
	}
	return number.exact(), nil
}

func (d *DecimalType) widest() string {
	whole := strings.Repeat("9", d.precision-d.scale)
	if whole == "" {
		whole = "0"
	}
	if d.scale == 0 {
		return whole
	}
	return whole + "." + strings.Repeat("9", d.scale)
}

// Append adds a value as JSON: a string with all digits behind the point.
func (d *DecimalType) Append(to []byte, value decimal.Decimal) []byte {
	to = append(to, '"')
	to = append(to, value.StringFixed(d.places())...)
	return append(to, '"')
}

func (d *DecimalType) places() int32 {
	return int32(d.scale) //nolint:gosec // at most 18
}

// Store is what is sent to the driver.
func (d *DecimalType) Store(value decimal.Decimal) any {
	return database.StoreDecimal(value, d.places())
}

// Load is what the driver gave back.
func (d *DecimalType) Load(source any) (decimal.Decimal, error) {
	return database.LoadDecimal(source, d.places())
}

// Equal tells whether two values are the same.
func (d *DecimalType) Equal(one, other decimal.Decimal) bool {
	return one.Equal(other)
}

// Copy is the value itself, which never changes.
func (d *DecimalType) Copy(value decimal.Decimal) decimal.Decimal {
	return value
}
