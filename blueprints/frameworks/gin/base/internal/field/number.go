package field

import (
	"math"
	"regexp"
	"strconv"

	"github.com/shopspring/decimal"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

const (
	maxLong = 1<<53 - 1
	// So many digits before the point are more than any whole number has.
	maxDigits = 18
)

var (
	decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	floatForm   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?$`)
)

// numeral is a number by its digits, however large or small.
type numeral strictjson.Numeral

// fraction is how many digits are behind the point.
func (n numeral) fraction() int {
	return max(0, len(n.Digits)-1-n.Power)
}

// exact is the number itself, of which it must be known that it has few digits.
func (n numeral) exact() decimal.Decimal {
	if n.Digits == "" {
		return decimal.Zero
	}
	coefficient, _ := strconv.ParseInt(n.Digits, 10, 64)
	if n.Negative {
		coefficient = -coefficient
	}
	return decimal.New(coefficient, int32(n.Power-len(n.Digits)+1)) //nolint:gosec // few digits
}

func numberOf(value any) (string, *problem.Fault) {
	number, isNumber := value.(strictjson.Number)
	if !isNumber {
		return "", fault(problem.RuleType, "must be a number")
	}
	return string(number), nil
}

func numeralOf(text string) (numeral, *problem.Fault) {
	if !decimalForm.MatchString(text) {
		return numeral{}, fault(problem.RuleType, "must be a number")
	}
	return numeral(strictjson.Number(text).Numeral()), nil
}

// limits are the bounds of numbers and how they are written.
type limits[T any] struct {
	min, max, above, below *T
	compare                func(one, other T) int
	write                  func(value T) string
}

// judge tells the first of min, max, above and below that a value breaks.
func (l *limits[T]) judge(value T) *problem.Fault {
	switch {
	case l.min != nil && l.compare(value, *l.min) < 0:
		return fault(problem.RuleMin, "must be at least "+l.write(*l.min))
	case l.max != nil && l.compare(value, *l.max) > 0:
		return fault(problem.RuleMax, "must be at most "+l.write(*l.max))
	case l.above != nil && l.compare(value, *l.above) <= 0:
		return fault(problem.RuleAbove, "must be greater than "+l.write(*l.above))
	case l.below != nil && l.compare(value, *l.below) >= 0:
		return fault(problem.RuleBelow, "must be less than "+l.write(*l.below))
	}
	return nil
}

// WholeType is a whole number; `5.0` is 5.
type WholeType[T int | int64] struct {
	plain[T]

	kind   Kind
	widest limits[T]
	limits limits[T]
}

// Integer is a whole number of 32 bits.
func Integer() *WholeType[int] {
	return whole[int](KindInteger, math.MinInt32, math.MaxInt32)
}

// Long is a whole number within 2^53 - 1 on either side, which a double holds exactly.
func Long() *WholeType[int64] {
	return whole[int64](KindLong, -maxLong, maxLong)
}

func whole[T int | int64](kind Kind, lowest, highest T) *WholeType[T] {
	none := limits[T]{
		compare: sign[T],
		write:   func(value T) string { return strconv.FormatInt(int64(value), 10) },
	}
	widest := none
	widest.min, widest.max = &lowest, &highest
	return &WholeType[T]{kind: kind, widest: widest, limits: none}
}

func sign[T int | int64 | float64](one, other T) int {
	switch {
	case one < other:
		return -1
	case one > other:
		return 1
	default:
		return 0
	}
}

// Min is the least value.
func (w *WholeType[T]) Min(least T) *WholeType[T] {
	w.limits.min = &least
	return w
}

// Max is the greatest value.
func (w *WholeType[T]) Max(most T) *WholeType[T] {
	w.limits.max = &most
	return w
}

// Above is what values are greater than.
func (w *WholeType[T]) Above(bound T) *WholeType[T] {
	w.limits.above = &bound
	return w
}

// Below is what values are less than.
func (w *WholeType[T]) Below(bound T) *WholeType[T] {
	w.limits.below = &bound
	return w
}

// Kind is what the type is called.
func (w *WholeType[T]) Kind() Kind {
	return w.kind
}

// Check turns a JSON value into a whole number.
func (w *WholeType[T]) Check(value any, at string) (T, []problem.Detail) {
	text, found := numberOf(value)
	if found != nil {
		return 0, []problem.Detail{found.At(at)}
	}
	number, found := w.read(numeral(strictjson.Number(text).Numeral()))
	if found == nil {
		found = w.limits.judge(number)
	}
	return judged(number, found, at)
}

// Parse reads the text of a query parameter.
func (w *WholeType[T]) Parse(text string) (T, *problem.Fault) {
	number, found := numeralOf(text)
	if found != nil {
		return 0, found
	}
	return w.read(number)
}

func (w *WholeType[T]) read(number numeral) (T, *problem.Fault) {
	if number.fraction() > 0 {
		return 0, fault(problem.RuleType, "must be a whole number")
	}
	if number.Power >= maxDigits {
		// Any number of so many digits is as good as any other.
		number.Digits, number.Power = "1", maxDigits
	}
	value := number.exact().IntPart()
	if found := w.judgeWidest(value); found != nil {
		return 0, found
	}
	return T(value), nil
}

func (w *WholeType[T]) judgeWidest(value int64) *problem.Fault {
	switch {
	case value < int64(*w.widest.min):
		return w.widest.judge(*w.widest.min - 1)
	case value > int64(*w.widest.max):
		return w.widest.judge(*w.widest.max + 1)
	default:
		return nil
	}
}

// Append adds a value as JSON.
func (w *WholeType[T]) Append(to []byte, value T) []byte {
	return strconv.AppendInt(to, int64(value), 10)
}

// Store is what is sent to the driver.
func (w *WholeType[T]) Store(value T) any {
	return int64(value)
}

// Load is what the driver gave back.
func (w *WholeType[T]) Load(source any) (T, error) {
	value, err := database.LoadInteger(source)
	return T(value), err
}

// FloatType is a finite number of double precision.
type FloatType struct {
	plain[float64]

	limits limits[float64]
}

// Float is a finite number of double precision.
func Float() *FloatType {
	return &FloatType{limits: limits[float64]{
		compare: sign[float64],
		write:   func(value float64) string { return string(strictjson.AppendFloat(nil, value)) },
	}}
}

// Min is the least value.
func (f *FloatType) Min(least float64) *FloatType {
	f.limits.min = &least
	return f
}

// Max is the greatest value.
func (f *FloatType) Max(most float64) *FloatType {
	f.limits.max = &most
	return f
}

// Above is what values are greater than.
func (f *FloatType) Above(bound float64) *FloatType {
	f.limits.above = &bound
	return f
}

// Below is what values are less than.
func (f *FloatType) Below(bound float64) *FloatType {
	f.limits.below = &bound
	return f
}

// Kind is what the type is called.
func (f *FloatType) Kind() Kind {
	return KindFloat
}

// Check turns a JSON value into a number.
func (f *FloatType) Check(value any, at string) (float64, []problem.Detail) {
	text, found := numberOf(value)
	if found != nil {
		return 0, []problem.Detail{found.At(at)}
	}
	number, found := double(text)
	if found == nil {
		found = f.limits.judge(number)
	}
	return judged(number, found, at)
}

// Parse reads the text of a query parameter.
func (f *FloatType) Parse(text string) (float64, *problem.Fault) {
	if !floatForm.MatchString(text) {
		return 0, fault(problem.RuleType, "must be a number")
	}
	return double(text)
}

// double is the nearest number of double precision; no number below zero is zero.
func double(text string) (float64, *problem.Fault) {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		rule := problem.RuleMax
		if number < 0 {
			rule = problem.RuleMin
		}
		return 0, fault(rule, "must be a number of double precision")
	}
	return number + 0, nil
}

// Append adds a value as JSON.
func (f *FloatType) Append(to []byte, value float64) []byte {
	return strictjson.AppendFloat(to, value)
}

// Store is what is sent to the driver.
func (f *FloatType) Store(value float64) any {
	return value
}

// Load is what the driver gave back.
func (f *FloatType) Load(source any) (float64, error) {
	return database.LoadFloat(source)
}
