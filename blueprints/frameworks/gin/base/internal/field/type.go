package field

import (
	"example.com/service/internal/problem"
)

// Kind is what a type is called.
type Kind string

// The kinds of fields.
const (
	KindText    Kind = "text"
	KindUUID    Kind = "uuid"
	KindEmail   Kind = "email"
	KindURL     Kind = "url"
	KindEnum    Kind = "enum"
	KindInteger Kind = "integer"
	KindLong    Kind = "long"
	KindFloat   Kind = "float"
	KindDecimal Kind = "decimal"
	KindBoolean Kind = "boolean"
	KindDay     Kind = "date"
	KindMoment  Kind = "datetime"
	KindJSON    Kind = "json"
	KindList    Kind = "list"
)

// Ordered tells whether lists can ask for values before or after another.
func (k Kind) Ordered() bool {
	switch k {
	case KindInteger, KindLong, KindFloat, KindDecimal, KindDay, KindMoment:
		return true
	default:
		return false
	}
}

// Type is what a field accepts, and how its values are stored and answered.
type Type[T any] interface {
	// Kind is what the type is called.
	Kind() Kind
	// Check turns a JSON value that is not null into a value; `at` is the name of the field.
	Check(value any, at string) (T, []problem.Detail)
	// Parse turns the text of a query parameter into a value; limits of the field do not count.
	Parse(text string) (T, *problem.Fault)
	// Append adds a value as JSON.
	Append(to []byte, value T) []byte
	// Store is what is sent to the driver.
	Store(value T) any
	// Load is what the driver gave back.
	Load(source any) (T, error)
	// Equal tells whether two values are the same.
	Equal(one, other T) bool
	// Copy is a value that nobody else can change.
	Copy(value T) T
}

func fault(rule problem.Rule, message string) *problem.Fault {
	return &problem.Fault{Rule: rule, Message: message}
}

// judged is what a check of a whole value comes to.
func judged[T any](value T, found *problem.Fault, at string) (T, []problem.Detail) {
	if found == nil {
		return value, nil
	}
	return value, []problem.Detail{found.At(at)}
}

// plain is what types have in common whose values are compared and copied by Go itself.
type plain[T comparable] struct{}

// Equal tells whether two values are the same.
func (plain[T]) Equal(one, other T) bool {
	return one == other
}

// Copy is the value itself.
func (plain[T]) Copy(value T) T {
	return value
}
