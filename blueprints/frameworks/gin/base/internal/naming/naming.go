// Package naming turns names into the spellings of JSON and of tables.
package naming

import (
	"strings"
	"unicode"

	"example.com/service/internal/project"
)

// JSON is the JSON spelling of a name in snake case: `in_stock` is `inStock` where keys are in camel case.
func JSON(name string) string {
	if project.JSONCase == "snake" {
		return name
	}
	var spelled strings.Builder
	upper := false
	for _, letter := range name {
		switch {
		case letter == '_':
			upper = true
		case upper:
			spelled.WriteRune(unicode.ToUpper(letter))
			upper = false
		default:
			spelled.WriteRune(letter)
		}
	}
	return spelled.String()
}

// Snake is a name of a type in snake case: `OrderItem` is `order_item`.
func Snake(name string) string {
	letters := []rune(name)
	var spelled strings.Builder
	for i, letter := range letters {
		if i > 0 && unicode.IsUpper(letter) {
			after := unicode.IsLower(letters[i-1]) || unicode.IsDigit(letters[i-1])
			last := unicode.IsUpper(letters[i-1]) && i+1 < len(letters) && unicode.IsLower(letters[i+1])
			if after || last {
				spelled.WriteByte('_')
			}
		}
		spelled.WriteRune(unicode.ToLower(letter))
	}
	return spelled.String()
}
