package strictjson

import (
	"slices"
	"strconv"
)

// Canonical is a text that is the same for equal values: `1.0` is 1, the order of keys is nothing.
func Canonical(value any) []byte {
	return appendCanonical(nil, value)
}

func appendCanonical(to []byte, value any) []byte {
	switch value := value.(type) {
	case Number:
		return value.Numeral().append(to)
	case []any:
		to = append(to, '[')
		for _, each := range value {
			to = append(appendCanonical(to, each), ',')
		}
		return append(to, ']')
	case *Object:
		keys := make([]string, 0, value.Len())
		for key := range value.All() {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		to = append(to, '{')
		for _, key := range keys {
			item, _ := value.Get(key)
			to = append(AppendString(to, key), ':')
			to = append(appendCanonical(to, item), ',')
		}
		return append(to, '}')
	default:
		return AppendValue(to, value)
	}
}

func (n Numeral) append(to []byte) []byte {
	if n.Negative {
		to = append(to, '-')
	}
	to = append(to, n.Digits...)
	return strconv.AppendInt(append(to, 'e'), int64(n.Power), 10)
}
