package database

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// StoreTime is a point in time as a column takes it: UTC, in milliseconds.
func StoreTime(moment time.Time) any { return moment.UTC().Truncate(time.Millisecond) }

// LoadTime reads a point in time.
func LoadTime(src any) (time.Time, error) {
	moment, ok := src.(time.Time)
	if !ok {
		return time.Time{}, unexpected("point in time", src)
	}
	return moment.UTC(), nil
}

// StoreDate is a day, `2026-01-31`, as a column takes it.
func StoreDate(day string) any { return day }

// LoadDate reads a day.
func LoadDate(src any) (string, error) {
	if day, ok := src.(time.Time); ok {
		return day.Format(time.DateOnly), nil
	}
	return LoadText(src)
}

// StoreBool is a truth value as a column takes it.
func StoreBool(value bool) any { return value }

// LoadBool reads a truth value.
func LoadBool(src any) (bool, error) {
	value, ok := src.(bool)
	if !ok {
		return false, unexpected("truth value", src)
	}
	return value, nil
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
	if bytes, ok := src.([uuidBytes]byte); ok {
		return bytes, nil
	}
	text, err := LoadText(src)
	if err != nil {
		return uuid.Nil, err
	}
	return uuid.Parse(text)
}

const uuidBytes = 16

// StoreJSON is a JSON text as a column takes it.
func StoreJSON(text []byte) any { return string(text) }

// LoadJSON reads a JSON text.
func LoadJSON(src any) ([]byte, error) {
	text, err := LoadText(src)
	return []byte(text), err
}
