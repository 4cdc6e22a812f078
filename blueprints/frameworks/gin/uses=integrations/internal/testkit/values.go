package testkit

import (
	"encoding/json"

	"github.com/shopspring/decimal"
)

// JSONText is a JSON value as a text: that of a string without its quotes.
func JSONText(value string) string {
	var text string
	if json.Unmarshal([]byte(value), &text) == nil {
		return text
	}
	return value
}

// SameDecimal tells whether two texts are the same number, whichever digits say it.
func SameDecimal(one, other string) bool {
	left, err := decimal.NewFromString(one)
	if err != nil {
		return false
	}
	right, err := decimal.NewFromString(other)
	return err == nil && left.Equal(right)
}
