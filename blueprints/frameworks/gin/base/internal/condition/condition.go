// Package condition computes the conditions of rules: with Kleene's three-valued logic, in which a
// comparison with null is neither true nor false but unknown, and with exact numbers.
//
// Operands are values of Go as rows hold them (texts, numbers, decimals, moments, ids, pointers to
// them where they may be null), or what other functions of this package return.
package condition

import (
	"cmp"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Truth is what a condition comes to.
type Truth int8

// The three values; nothing is known of what is not set.
const (
	Unknown Truth = iota
	False
	True
)

func truth(value bool) Truth {
	if value {
		return True
	}
	return False
}

// Of is what a value that is true or false says as a condition.
func Of(value any) Truth {
	switch value := plain(value).(type) {
	case bool:
		return truth(value)
	case Truth:
		return value
	default:
		return Unknown
	}
}

// Exactly is a decimal as it is written.
func Exactly(digits string) decimal.Decimal {
	return decimal.RequireFromString(digits)
}

// Moment is a point in time as it is written.
func Moment(text string) time.Time {
	moment, _ := time.Parse(time.RFC3339Nano, text)
	return moment
}

// IsNull tells whether there is no value.
func IsNull(value any) Truth {
	return truth(plain(value) == nil)
}

// IsNotNull tells whether there is a value.
func IsNotNull(value any) Truth {
	return truth(plain(value) != nil)
}

// Equal tells whether two values are the same.
func Equal(left, right any) Truth {
	return compared(left, right, func(order int) bool { return order == 0 })
}

// Unequal tells whether two values differ.
func Unequal(left, right any) Truth {
	return Opposite(Equal(left, right))
}

// Less tells whether the left value comes before the right one.
func Less(left, right any) Truth {
	return compared(left, right, func(order int) bool { return order < 0 })
}

// LessOrEqual tells whether the left value does not come after the right one.
func LessOrEqual(left, right any) Truth {
	return compared(left, right, func(order int) bool { return order <= 0 })
}

// OneOf tells whether a value is among others.
func OneOf(value any, others ...any) Truth {
	found := False
	for _, other := range others {
		found = Either(found, Equal(value, other))
	}
	if plain(value) == nil {
		return Unknown
	}
	return found
}

// Both is `and`: false when either is false, however little is known of the other.
func Both(left, right any) Truth {
	one, other := Of(left), Of(right)
	switch {
	case one == False || other == False:
		return False
	case one == Unknown || other == Unknown:
		return Unknown
	default:
		return True
	}
}

// Either is `or`: true when either is true, however little is known of the other.
func Either(left, right any) Truth {
	return Opposite(Both(Opposite(left), Opposite(right)))
}

// Opposite is `not`: what is unknown stays unknown.
func Opposite(value any) Truth {
	switch Of(value) {
	case True:
		return False
	case False:
		return True
	default:
		return Unknown
	}
}

// Plus is the sum, unknown with an unknown part.
func Plus(left, right any) any {
	return computed(left, right, decimal.Decimal.Add)
}

// Times is the product, unknown with an unknown factor.
func Times(left, right any) any {
	return computed(left, right, decimal.Decimal.Mul)
}

// Minus is the same number below zero.
func Minus(value any) any {
	return Times(value, -1)
}

func computed(left, right any, compute func(one, other decimal.Decimal) decimal.Decimal) any {
	one, isOne := number(plain(left))
	other, isOther := number(plain(right))
	if !isOne || !isOther {
		return nil
	}
	return compute(one, other)
}

func compared(left, right any, holds func(order int) bool) Truth {
	left, right = plain(left), plain(right)
	if left == nil || right == nil {
		return Unknown
	}
	return truth(holds(order(left, right)))
}

// order is below zero, zero or above it, as the left value comes before, with or after the right one.
func order(left, right any) int {
	switch one := left.(type) {
	case string:
		// UTF-8 sorts as code points do.
		other, _ := right.(string)
		return cmp.Compare(one, other)
	case time.Time:
		other, _ := right.(time.Time)
		return one.Compare(other)
	}
	if one, isNumber := number(left); isNumber {
		other, _ := number(right)
		return one.Cmp(other)
	}
	return cmp.Compare(Of(left), Of(right))
}

// number is the exact value of a number.
func number(value any) (decimal.Decimal, bool) {
	switch value := value.(type) {
	case decimal.Decimal:
		return value, true
	case int64:
		return decimal.NewFromInt(value), true
	case float64:
		return decimal.NewFromFloat(value), true
	default:
		return decimal.Zero, false
	}
}

// plain is the value itself: nil, or a string, bool, Truth, int64, float64, decimal or moment.
func plain(value any) any {
	switch value := value.(type) {
	case nil, string, bool, int64, float64, decimal.Decimal, time.Time:
		return value
	case Truth:
		if value == Unknown {
			return nil
		}
		return value == True
	case int:
		return int64(value)
	case uuid.UUID:
		return value.String()
	case *string:
		return held(value)
	case *bool:
		return held(value)
	case *int:
		return held(value)
	case *int64:
		return held(value)
	case *float64:
		return held(value)
	case *decimal.Decimal:
		return held(value)
	case *time.Time:
		return held(value)
	case *uuid.UUID:
		return held(value)
	default:
		return named(reflect.ValueOf(value))
	}
}

func held[T any](value *T) any {
	if value == nil {
		return nil
	}
	return plain(*value)
}

// named is a text of a type of its own: one of an enumeration, or a day.
func named(value reflect.Value) any {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	}
	if value.Kind() == reflect.String {
		return value.String()
	}
	return nil
}
