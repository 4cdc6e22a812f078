package database

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// How a point in time is sent and read: in UTC, as every session is.
const (
	momentLayout  = "2006-01-02 15:04:05.000"
	momentReading = "2006-01-02 15:04:05"
)

// StoreTime is a point in time as a column takes it: UTC, in milliseconds.
func StoreTime(moment time.Time) any { return moment.UTC().Format(momentLayout) }

// LoadTime reads a point in time.
func LoadTime(src any) (time.Time, error) {
	text, err := LoadText(src)
	if err != nil {
		return time.Time{}, err
	}
	// The layout takes fractions of a second as they come.
	return time.Parse(momentReading, text)
}

// StoreDate is a day, `2026-01-31`, as a column takes it.
func StoreDate(day string) any { return day }

// LoadDate reads a day.
func LoadDate(src any) (string, error) { return LoadText(src) }

// StoreBool is a truth value as a column takes it.
func StoreBool(value bool) any {
	if value {
		return int64(1)
	}
	return int64(0)
}

// LoadBool reads a truth value.
func LoadBool(src any) (bool, error) {
	number, err := LoadInteger(src)
	return number == 1, err
}

// StoreDecimal is a decimal as a column takes it.
func StoreDecimal(value decimal.Decimal, scale int32) any { return value.StringFixed(scale) }

// LoadDecimal reads a decimal.
func LoadDecimal(src any, _ int32) (decimal.Decimal, error) {
	text, err := LoadText(src)
	if err != nil {
		return decimal.Zero, err
	}
	return decimal.NewFromString(text)
}

// StoreUUID is an id as a column takes it.
func StoreUUID(id uuid.UUID) any { return id.String() }

// LoadUUID reads an id.
func LoadUUID(src any) (uuid.UUID, error) {
	text, err := LoadText(src)
	if err != nil {
		return uuid.Nil, err
	}
	return uuid.Parse(text)
}

// StoreJSON is a JSON text as a column takes it.
func StoreJSON(text []byte) any { return string(text) }

// LoadJSON reads a JSON text.
func LoadJSON(src any) ([]byte, error) {
	text, err := LoadText(src)
	return []byte(text), err
}
