// Package strictjson reads JSON as RFC 8259 defines it, and nothing else.
//
// What encoding/json repairs (invalid UTF-8, half a surrogate pair) is refused; numbers keep their
// digits, objects the order of their keys. Keys are compared exactly.
package strictjson

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is how deep arrays and objects may be nested.
const MaxDepth = 64

// SyntaxError says why a text is not JSON.
type SyntaxError struct {
	Message string
}

// Error is the message for people.
func (e *SyntaxError) Error() string {
	return e.Message
}

// Decode reads one JSON text: nil, bool, string, Number, []any or *Object.
//
// Of a duplicate key the last value counts.
func Decode(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, &SyntaxError{"The body is not UTF-8."}
	}
	if tooDeep(data) {
		return nil, &SyntaxError{fmt.Sprintf("The body is nested deeper than %d.", MaxDepth)}
	}
	if !json.Valid(data) {
		return nil, &SyntaxError{"The body is not JSON."}
	}
	reader := reader{text: data}
	value := reader.value()
	if reader.halved {
		return nil, &SyntaxError{"A string holds half a surrogate pair."}
	}
	return value, nil
}

// tooDeep looks before anything is read: at the brackets outside strings, however wrong the rest
// may be.
func tooDeep(data []byte) bool {
	depth := 0
	quoted := false
	for at := 0; at < len(data); at++ {
		switch letter := data[at]; {
		case quoted && letter == '\\':
			at++
		case letter == '"':
			quoted = !quoted
		case quoted:
		case letter == '{' || letter == '[':
			depth++
			if depth > MaxDepth {
				return true
			}
		case letter == '}' || letter == ']':
			depth--
		}
	}
	return false
}

// reader turns a text that is known to be JSON into values.
type reader struct {
	text []byte
	at   int
	// A string holds half a surrogate pair.
	halved bool
}

// next skips white space and what separates values, and returns the byte after it.
func (r *reader) next() byte {
	for {
		switch letter := r.text[r.at]; letter {
		case ' ', '\t', '\n', '\r', ',', ':':
			r.at++
		default:
			return letter
		}
	}
}

func (r *reader) value() any {
	switch r.next() {
	case '{':
		return r.object()
	case '[':
		return r.array()
	case '"':
		return r.string()
	case 't':
		r.at += len("true")
		return true
	case 'f':
		r.at += len("false")
		return false
	case 'n':
		r.at += len("null")
		return nil
	default:
		return r.number()
	}
}

func (r *reader) object() *Object {
	object := &Object{}
	r.at++
	for r.next() != '}' {
		key := r.string()
		object.Set(key, r.value())
	}
	r.at++
	return object
}

func (r *reader) array() []any {
	array := []any{}
	r.at++
	for r.next() != ']' {
		array = append(array, r.value())
	}
	r.at++
	return array
}

func (r *reader) number() Number {
	start := r.at
	for r.at < len(r.text) {
		letter := r.text[r.at]
		if (letter < '0' || letter > '9') && letter != '-' && letter != '+' && letter != '.' && letter|0x20 != 'e' {
			break
		}
		r.at++
	}
	return Number(r.text[start:r.at])
}

func (r *reader) string() string {
	r.at++
	start := r.at
	for r.text[r.at] != '"' && r.text[r.at] != '\\' {
		r.at++
	}
	if r.text[r.at] == '"' {
		r.at++
		return string(r.text[start : r.at-1])
	}
	return r.escaped(append([]byte(nil), r.text[start:r.at]...))
}

// escaped reads on from the first escape of a string.
func (r *reader) escaped(read []byte) string {
	for {
		letter := r.text[r.at]
		r.at++
		switch letter {
		case '"':
			return string(read)
		case '\\':
			letter = r.text[r.at]
			r.at++
			read = r.escape(read, letter)
		default:
			read = append(read, letter)
		}
	}
}

func (r *reader) escape(read []byte, letter byte) []byte {
	switch letter {
	case 'b':
		return append(read, '\b')
	case 'f':
		return append(read, '\f')
	case 'n':
		return append(read, '\n')
	case 'r':
		return append(read, '\r')
	case 't':
		return append(read, '\t')
	case 'u':
		return utf8.AppendRune(read, r.codePoint())
	default:
		return append(read, letter)
	}
}

// codePoint reads the digits behind `\u`, and those of the other half of a pair.
func (r *reader) codePoint() rune {
	first := r.hexadecimal()
	if !utf16.IsSurrogate(first) {
		return first
	}
	if r.text[r.at] != '\\' || r.text[r.at+1] != 'u' {
		r.halved = true
		return utf8.RuneError
	}
	r.at += len(`\u`)
	pair := utf16.DecodeRune(first, r.hexadecimal())
	if pair == utf8.RuneError {
		r.halved = true
	}
	return pair
}

func (r *reader) hexadecimal() rune {
	const digits = 4
	unit, _ := strconv.ParseUint(string(r.text[r.at:r.at+digits]), 16, 16)
	r.at += digits
	return rune(unit)
}
