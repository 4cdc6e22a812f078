// Package payload reads and writes JSON objects whose fields are known: what jobs are told, what events tell, what
// other services are asked and answer.
package payload

import (
	"fmt"

	"github.com/google/uuid"

	"example.com/service/internal/field"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// WrongValueError says that a value is not what it should be: what is wrong is told, not the value.
type WrongValueError struct {
	// Field is the JSON key; empty when it is no object at all.
	Field   string
	Message string
}

// Error implements error.
func (e *WrongValueError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return fmt.Sprintf("`%s` %s", e.Field, e.Message)
}

func wrong(detail problem.Detail) error {
	return &WrongValueError{Field: detail.Field, Message: detail.Message}
}

// Object is the form of a JSON object that becomes a T.
type Object[T any] struct {
	fields []*field.Field[T]
	keys   map[string]bool
}

// Of has these fields.
func Of[T any](fields ...*field.Field[T]) *Object[T] {
	keys := make(map[string]bool, len(fields))
	for _, each := range fields {
		keys[each.JSON] = true
	}
	return &Object[T]{fields: fields, keys: keys}
}

// Len is how many fields there are.
func (o *Object[T]) Len() int {
	return len(o.fields)
}

// Whole reads an object that has every field, and nothing else.
func (o *Object[T]) Whole(object *strictjson.Object) (T, error) {
	if err := o.refuseOthers(object); err != nil {
		var none T
		return none, err
	}
	return o.read(object, func(each *field.Field[T], _ *T) error { return wrong(each.Missing()) })
}

// Filled reads an object that has nothing else than these fields; what is left out becomes its default.
func (o *Object[T]) Filled(object *strictjson.Object) (T, error) {
	if err := o.refuseOthers(object); err != nil {
		var none T
		return none, err
	}
	return o.Picked(object)
}

// Picked reads these fields of an object, whatever else it has; what is left out becomes its default.
func (o *Object[T]) Picked(object *strictjson.Object) (T, error) {
	return o.read(object, func(each *field.Field[T], row *T) error {
		if !each.HasDefault() {
			return wrong(each.Missing())
		}
		each.Default(row)
		return nil
	})
}

func (o *Object[T]) refuseOthers(object *strictjson.Object) error {
	for key := range object.All() {
		if !o.keys[key] {
			return &WrongValueError{Field: key, Message: "is no field here"}
		}
	}
	return nil
}

func (o *Object[T]) read(object *strictjson.Object, absent func(each *field.Field[T], row *T) error) (T, error) {
	var row T
	for _, each := range o.fields {
		value, present := object.Get(each.JSON)
		if !present {
			if err := absent(each, &row); err != nil {
				return row, err
			}
			continue
		}
		if err := decode(each, &row, value); err != nil {
			return row, err
		}
	}
	return row, nil
}

func decode[T any](each *field.Field[T], row *T, value any) error {
	items, isArray := value.([]any)
	if each.Links != nil && isArray && len(items) > field.MaxLinks {
		// A row may have more links than one request may name.
		ids := make([]uuid.UUID, len(items))
		for at, item := range items {
			text, _ := item.(string)
			id, err := uuid.Parse(text)
			if err != nil {
				return &WrongValueError{Field: fmt.Sprintf("%s[%d]", each.JSON, at), Message: "must be a UUID"}
			}
			ids[at] = id
		}
		each.SetIDs(row, ids)
		return nil
	}
	if details := each.Decode(row, value); len(details) > 0 {
		return wrong(details[0])
	}
	return nil
}

// Write is the object as JSON.
func (o *Object[T]) Write(given T) []byte {
	return o.write(&given, func(*field.Field[T]) bool { return true })
}

// WriteSome is the object as JSON, without what is null; before, what is null and has a default becomes it.
func (o *Object[T]) WriteSome(given T) []byte {
	for _, each := range o.fields {
		if each.Null(&given) {
			each.Default(&given)
		}
	}
	return o.write(&given, func(each *field.Field[T]) bool { return !each.Null(&given) })
}

func (o *Object[T]) write(row *T, wanted func(each *field.Field[T]) bool) []byte {
	written := []byte{'{'}
	for _, each := range o.fields {
		if !wanted(each) {
			continue
		}
		if len(written) > 1 {
			written = append(written, ',')
		}
		written = append(strictjson.AppendString(written, each.JSON), ':')
		written = each.Append(written, row)
	}
	return append(written, '}')
}
