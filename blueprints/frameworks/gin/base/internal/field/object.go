package field

import (
	"bytes"
	"fmt"
	"slices"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// objectType is any JSON object; its numbers are doubles.
type objectType struct{}

// JSON is any JSON object.
func JSON() Type[strictjson.Object] {
	return objectType{}
}

// Kind is what the type is called.
func (objectType) Kind() Kind {
	return KindJSON
}

// Check turns a JSON value into an object.
func (objectType) Check(value any, at string) (strictjson.Object, []problem.Detail) {
	object, isObject := value.(*strictjson.Object)
	if !isObject {
		return strictjson.Object{}, []problem.Detail{fault(problem.RuleType, "must be an object").At(at)}
	}
	doubled, found := doubledObject(object)
	if found != nil {
		return strictjson.Object{}, []problem.Detail{found.At(at)}
	}
	return *doubled, nil
}

func doubledObject(object *strictjson.Object) (*strictjson.Object, *problem.Fault) {
	doubled := &strictjson.Object{}
	for key, item := range object.All() {
		if _, found := textOf(key); found != nil {
			return nil, found
		}
		value, found := doubledValue(item)
		if found != nil {
			return nil, found
		}
		doubled.Set(key, value)
	}
	return doubled, nil
}

// doubledValue is a value whose numbers are doubles, without NUL in its strings.
func doubledValue(value any) (any, *problem.Fault) {
	switch value := value.(type) {
	case string:
		return textOf(value)
	case strictjson.Number:
		return double(string(value))
	case *strictjson.Object:
		return doubledObject(value)
	case []any:
		doubled := make([]any, len(value))
		for at, each := range value {
			item, found := doubledValue(each)
			if found != nil {
				return nil, found
			}
			doubled[at] = item
		}
		return doubled, nil
	default:
		return value, nil
	}
}

// Parse refuses: objects cannot be filtered.
func (objectType) Parse(string) (strictjson.Object, *problem.Fault) {
	return strictjson.Object{}, fault(problem.RuleType, "cannot be asked for")
}

// Append adds a value as JSON.
func (objectType) Append(to []byte, value strictjson.Object) []byte {
	return strictjson.AppendValue(to, &value)
}

// Store is what is sent to the driver.
func (o objectType) Store(value strictjson.Object) any {
	return database.StoreJSON(o.Append(nil, value))
}

// Load is what the driver gave back.
func (o objectType) Load(source any) (strictjson.Object, error) {
	text, err := database.LoadJSON(source)
	if err != nil {
		return strictjson.Object{}, err
	}
	value, err := strictjson.Decode(text)
	if err != nil {
		return strictjson.Object{}, fmt.Errorf("read an object of the database: %w", err)
	}
	object, details := o.Check(value, "")
	if len(details) > 0 {
		return strictjson.Object{}, fmt.Errorf("read an object of the database: it %s", details[0].Message)
	}
	return object, nil
}

// Equal tells whether two values are written in the same way.
func (o objectType) Equal(one, other strictjson.Object) bool {
	return bytes.Equal(o.Append(nil, one), o.Append(nil, other))
}

// Copy is a value that nobody else can change.
func (objectType) Copy(value strictjson.Object) strictjson.Object {
	return *value.Clone()
}

// MergePatch applies a JSON merge patch (RFC 7396); neither argument is changed.
func MergePatch(target, patch *strictjson.Object) *strictjson.Object {
	merged := &strictjson.Object{}
	for key, value := range target.All() {
		change, changed := patch.Get(key)
		switch {
		case !changed:
			merged.Set(key, strictjson.Clone(value))
		case change != nil:
			merged.Set(key, patched(value, change))
		}
	}
	for key, value := range patch.All() {
		if _, known := target.Get(key); !known && value != nil {
			merged.Set(key, patched(nil, value))
		}
	}
	return merged
}

// patched is what a value becomes.
func patched(value, change any) any {
	patch, isObject := change.(*strictjson.Object)
	if !isObject {
		return strictjson.Clone(change)
	}
	target, _ := value.(*strictjson.Object)
	return MergePatch(target, patch)
}

const maxItems = 100

// ListType is a list of items of one type.
type ListType[T any] struct {
	item Type[T]
	most int
}

// List is a list of at most 100 items.
func List[T any](item Type[T]) *ListType[T] {
	return &ListType[T]{item, maxItems}
}

// MaxItems says how many items a list may have.
func (l *ListType[T]) MaxItems(most int) *ListType[T] {
	l.most = most
	return l
}

// Kind is what the type is called.
func (l *ListType[T]) Kind() Kind {
	return KindList
}

// Check turns a JSON value into a list.
func (l *ListType[T]) Check(value any, at string) ([]T, []problem.Detail) {
	given, isList := value.([]any)
	if !isList {
		return nil, []problem.Detail{fault(problem.RuleType, "must be a list").At(at)}
	}
	items := make([]T, len(given))
	var details []problem.Detail
	for place, each := range given {
		name := fmt.Sprintf("%s[%d]", at, place)
		if each == nil {
			details = append(details, fault(problem.RuleRequired, "must not be null").At(name))
			continue
		}
		item, found := l.item.Check(each, name)
		items[place] = item
		details = append(details, found...)
	}
	if len(details) == 0 && len(items) > l.most {
		details = append(details, fault(problem.RuleMax, fmt.Sprintf("must have at most %d items", l.most)).At(at))
	}
	return items, details
}

// Parse refuses: lists cannot be filtered.
func (l *ListType[T]) Parse(string) ([]T, *problem.Fault) {
	return nil, fault(problem.RuleType, "cannot be asked for")
}

// Append adds a value as JSON.
func (l *ListType[T]) Append(to []byte, value []T) []byte {
	to = append(to, '[')
	for at, each := range value {
		if at > 0 {
			to = append(to, ',')
		}
		to = l.item.Append(to, each)
	}
	return append(to, ']')
}

// Store is what is sent to the driver.
func (l *ListType[T]) Store(value []T) any {
	return database.StoreJSON(l.Append(nil, value))
}

// Load is what the driver gave back.
func (l *ListType[T]) Load(source any) ([]T, error) {
	text, err := database.LoadJSON(source)
	if err != nil {
		return nil, err
	}
	value, err := strictjson.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("read a list of the database: %w", err)
	}
	items, details := l.Check(value, "")
	if len(details) > 0 {
		return nil, fmt.Errorf("read a list of the database: it %s", details[0].Message)
	}
	return items, nil
}

// Equal tells whether two lists have the same items in the same order.
func (l *ListType[T]) Equal(one, other []T) bool {
	return slices.EqualFunc(one, other, l.item.Equal)
}

// Copy is a value that nobody else can change.
func (l *ListType[T]) Copy(value []T) []T {
	copied := make([]T, len(value))
	for at, each := range value {
		copied[at] = l.item.Copy(each)
	}
	return copied
}
