package strictjson

import (
	"encoding/json"
	"math"
	"strconv"
)

const hexDigits = "0123456789abcdef"

// AppendString adds a string in quotes. Only what must be escaped is.
func AppendString(to []byte, text string) []byte {
	to = append(to, '"')
	start := 0
	for at := range len(text) {
		letter := text[at]
		if letter >= ' ' && letter != '"' && letter != '\\' {
			continue
		}
		to = append(to, text[start:at]...)
		start = at + 1
		switch letter {
		case '"', '\\':
			to = append(to, '\\', letter)
		case '\b':
			to = append(to, '\\', 'b')
		case '\f':
			to = append(to, '\\', 'f')
		case '\n':
			to = append(to, '\\', 'n')
		case '\r':
			to = append(to, '\\', 'r')
		case '\t':
			to = append(to, '\\', 't')
		default:
			to = append(to, '\\', 'u', '0', '0', hexDigits[letter>>4], hexDigits[letter&0xf])
		}
	}
	to = append(to, text[start:]...)
	return append(to, '"')
}

// AppendFloat adds a number of double precision with as few digits as tell it from others.
func AppendFloat(to []byte, value float64) []byte {
	const leastPlain, leastScientific = 1e-6, 1e21
	size := math.Abs(value)
	if size == 0 {
		return append(to, '0')
	}
	if size >= leastPlain && size < leastScientific {
		return strconv.AppendFloat(to, value, 'f', -1, 64)
	}
	to = strconv.AppendFloat(to, value, 'e', -1, 64)
	// An exponent of one digit has no zero before it.
	if last := len(to) - 1; to[last-1] == '0' && (to[last-2] == '-' || to[last-2] == '+') {
		to[last-1] = to[last]
		to = to[:last]
	}
	return to
}

// AppendValue adds a JSON value: what Decode returns, a number of Go, or whatever encoding/json can
// write.
func AppendValue(to []byte, value any) []byte {
	switch value := value.(type) {
	case nil:
		return append(to, "null"...)
	case bool:
		return strconv.AppendBool(to, value)
	case string:
		return AppendString(to, value)
	case Number:
		return append(to, value...)
	case int:
		return strconv.AppendInt(to, int64(value), 10)
	case int64:
		return strconv.AppendInt(to, value, 10)
	case float64:
		return AppendFloat(to, value)
	case json.RawMessage:
		return append(to, value...)
	case *Object:
		return appendObject(to, value)
	case []any:
		return appendArray(to, value)
	default:
		written, err := json.Marshal(value)
		if err != nil {
			return append(to, "null"...)
		}
		return append(to, written...)
	}
}

func appendObject(to []byte, object *Object) []byte {
	if object == nil {
		return append(to, "null"...)
	}
	to = append(to, '{')
	for at, each := range object.members {
		if at > 0 {
			to = append(to, ',')
		}
		to = append(AppendString(to, each.key), ':')
		to = AppendValue(to, each.value)
	}
	return append(to, '}')
}

func appendArray(to []byte, array []any) []byte {
	to = append(to, '[')
	for at, each := range array {
		if at > 0 {
			to = append(to, ',')
		}
		to = AppendValue(to, each)
	}
	return append(to, ']')
}
