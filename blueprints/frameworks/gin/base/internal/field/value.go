package field

import (
	"github.com/google/uuid"

	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// value is where rows of type E keep a value of type T.
type value[E, T any] struct {
	of Type[T]
	// Where the value is; nil when there is none.
	get func(row *E) *T
	set func(row *E, given T)
	// Takes the value away; nil for a field that always has one.
	unset    func(row *E)
	fallback func() T
}

func (v *value[E, T]) hasDefault() bool {
	return v.fallback != nil
}

func (v *value[E, T]) setDefault(row *E) {
	if v.fallback != nil {
		v.set(row, v.fallback())
		return
	}
	v.clear(row)
}

func (v *value[E, T]) isNull(row *E) bool {
	return v.get(row) == nil
}

func (v *value[E, T]) clear(row *E) {
	if v.unset != nil {
		v.unset(row)
		return
	}
	var zero T
	v.set(row, zero)
}

func (v *value[E, T]) decode(row *E, given any, at string, merge bool) []problem.Detail {
	read, details := v.of.Check(given, at)
	if len(details) > 0 {
		return details
	}
	if patch, isObject := any(&read).(*strictjson.Object); merge && isObject {
		target, _ := any(v.get(row)).(*strictjson.Object)
		*patch = *MergePatch(target, patch)
	}
	v.set(row, read)
	return nil
}

func (v *value[E, T]) parse(text string) (any, *problem.Fault) {
	read, found := v.of.Parse(text)
	if found != nil {
		return nil, found
	}
	return v.of.Store(read), nil
}

func (v *value[E, T]) argument(row *E) any {
	held := v.get(row)
	if held == nil {
		return nil
	}
	return v.of.Store(*held)
}

func (v *value[E, T]) destination(row *E) any {
	return &scanner[E, T]{v, row}
}

func (v *value[E, T]) append(to []byte, row *E) []byte {
	held := v.get(row)
	if held == nil {
		return append(to, "null"...)
	}
	return v.of.Append(to, *held)
}

func (v *value[E, T]) equal(one, other *E) bool {
	left, right := v.get(one), v.get(other)
	if left == nil || right == nil {
		return left == nil && right == nil
	}
	return v.of.Equal(*left, *right)
}

func (v *value[E, T]) copy(to, from *E) {
	held := v.get(from)
	if held == nil {
		v.clear(to)
		return
	}
	v.set(to, v.of.Copy(*held))
}

func (v *value[E, T]) ids(row *E) []uuid.UUID {
	switch held := any(v.get(row)).(type) {
	case *uuid.UUID:
		if held != nil {
			return []uuid.UUID{*held}
		}
	case *[]uuid.UUID:
		if held != nil {
			return *held
		}
	}
	return nil
}

func (v *value[E, T]) setIDs(row *E, ids []uuid.UUID) {
	if all, isList := any(ids).(T); isList {
		v.set(row, all)
		return
	}
	if len(ids) == 0 {
		v.clear(row)
		return
	}
	if one, isOne := any(ids[0]).(T); isOne {
		v.set(row, one)
	}
}

// scanner sets the value of a row to what the driver gave.
type scanner[E, T any] struct {
	value *value[E, T]
	row   *E
}

// Scan reads a column.
func (s *scanner[E, T]) Scan(source any) error {
	if source == nil {
		s.value.clear(s.row)
		return nil
	}
	read, err := s.value.of.Load(source)
	if err == nil {
		s.value.set(s.row, read)
	}
	return err
}
