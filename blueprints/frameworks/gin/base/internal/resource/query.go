package resource

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/service/internal/field"
	"example.com/service/internal/naming"
	"example.com/service/internal/problem"
)

// Query holds the parameters of a query string. Each is taken once; what is left over is unknown.
type Query struct {
	names  []string
	values map[string]string
	faults []problem.Detail
}

// ParseQuery reads the raw text behind the question mark: parsers differ about what they repair.
func ParseQuery(raw string) *Query {
	query := &Query{values: map[string]string{}}
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		name, _ := decoded(key)
		query.add(name, value)
	}
	return query
}

func (q *Query) add(name, raw string) {
	value, valid := decoded(raw)
	if _, known := q.values[name]; known {
		q.fail(name, problem.RuleRepeated, "must be given once")
	} else {
		q.names = append(q.names, name)
	}
	if !valid {
		q.fail(name, problem.RuleFormat, "must be UTF-8 without NUL")
	}
	q.values[name] = value
}

func (q *Query) fail(name string, rule problem.Rule, message string) {
	q.faults = append(q.faults, problem.Detail{Field: name, Rule: rule, Message: message})
}

// take gives a parameter to a function; not when it is missing or faulty already.
func (q *Query) take(name string, read func(text string) error) {
	text, given := q.values[name]
	if !given {
		return
	}
	q.drop(name)
	if slices.ContainsFunc(q.faults, func(fault problem.Detail) bool { return fault.Field == name }) {
		return
	}
	if err := read(text); err != nil {
		q.faults = append(q.faults, faultOf(err).At(name))
	}
}

func (q *Query) drop(name string) {
	delete(q.values, name)
	q.names = slices.DeleteFunc(q.names, func(each string) bool { return each == name })
}

// Flag reads true or false; false when it is missing.
func (q *Query) Flag(name string) bool {
	set := false
	q.take(naming.JSON(name), func(text string) error {
		value, fault := field.ParseBoolean(text)
		if fault != nil {
			return fault
		}
		set = value
		return nil
	})
	return set
}

// Names reads a comma-separated list of known names.
func (q *Query) Names(name string, known []string) []string {
	var found []string
	q.take(name, func(text string) error {
		found = strings.Split(text, ",")
		for _, each := range found {
			if err := knownName(each, known); err != nil {
				found = nil
				return err
			}
		}
		return nil
	})
	return found
}

// Finish is everything that is wrong with the query.
func (q *Query) Finish() []problem.Detail {
	for _, name := range q.names {
		q.fail(name, problem.RuleUnknown, "is no parameter here")
	}
	q.names, q.values = nil, nil
	return q.faults
}

// RequireValid is a problem when anything is wrong with the query.
func (q *Query) RequireValid() error {
	if faults := q.Finish(); len(faults) > 0 {
		return problem.Validation(faults)
	}
	return nil
}

func faultOf(err error) *problem.Fault {
	var fault *problem.Fault
	if errors.As(err, &fault) {
		return fault
	}
	return &problem.Fault{Rule: problem.RuleFormat, Message: err.Error()}
}

func knownName(name string, known []string) error {
	if slices.Contains(known, name) {
		return nil
	}
	return &problem.Fault{Rule: problem.RuleEnum, Message: "must be of " + strings.Join(known, ", ")}
}

// decoded takes the escapes out of a part of a query; what is no escape stays as it is.
func decoded(part string) (string, bool) {
	octets := make([]byte, 0, len(part))
	for at := 0; at < len(part); at++ {
		switch letter := part[at]; {
		case letter == '+':
			octets = append(octets, ' ')
		case letter == '%' && at+2 < len(part) && isHex(part[at+1]) && isHex(part[at+2]):
			octets = append(octets, hexOf(part[at+1])<<4|hexOf(part[at+2]))
			at += 2
		default:
			octets = append(octets, letter)
		}
	}
	text := string(octets)
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", false
	}
	return text, true
}

func isHex(letter byte) bool {
	return '0' <= letter && letter <= '9' || 'a' <= letter|0x20 && letter|0x20 <= 'f'
}

func hexOf(letter byte) byte {
	if letter <= '9' {
		return letter - '0'
	}
	return letter | 0x20 - 'a' + 10
}
