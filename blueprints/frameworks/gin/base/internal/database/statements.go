package database

import (
	"fmt"
	"strconv"
	"strings"
)

// Violation is the kind of constraint that a write broke.
type Violation string

// The constraints of a table.
const (
	NoViolation Violation = ""
	UniqueKey   Violation = "unique"
	ForeignKey  Violation = "foreign_key"
	Check       Violation = "check"
	NotNull     Violation = "not_null"
)

// Quote writes the name of a table or a column as it is safe in a statement.
func Quote(name string) string { return Flavor.Quote(name) }

// QuoteAll writes several names, separated by commas.
func QuoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = Quote(name)
	}
	return strings.Join(quoted, ", ")
}

// LoadInteger reads a whole number as a driver gives it.
func LoadInteger(src any) (int64, error) {
	switch value := src.(type) {
	case int64:
		return value, nil
	case int32:
		return int64(value), nil
	case uint64:
		return int64(value), nil //nolint:gosec // no column holds as much
	case []byte:
		return strconv.ParseInt(string(value), 10, 64)
	case string:
		return strconv.ParseInt(value, 10, 64)
	default:
		return 0, unexpected("whole number", src)
	}
}

// LoadFloat reads a number of double precision as a driver gives it.
func LoadFloat(src any) (float64, error) {
	switch value := src.(type) {
	case float64:
		return value, nil
	case float32:
		return float64(value), nil
	case int64:
		return float64(value), nil
	case []byte:
		return strconv.ParseFloat(string(value), 64)
	case string:
		return strconv.ParseFloat(value, 64)
	default:
		return 0, unexpected("number", src)
	}
}

// LoadText reads a text as a driver gives it.
func LoadText(src any) (string, error) {
	switch value := src.(type) {
	case string:
		return value, nil
	case []byte:
		return string(value), nil
	default:
		return "", unexpected("text", src)
	}
}

func unexpected(wanted string, src any) error {
	return fmt.Errorf("the database gave %T for a %s", src, wanted)
}
