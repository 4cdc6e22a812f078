package strictjson

import (
	"errors"
	"iter"
	"slices"
)

// Up to so many keys an object is searched from one end to the other.
const fewKeys = 16

var errNoObject = errors.New("the value is no object")

// Object is a JSON object whose keys keep the order in which they came.
//
// The zero value is an empty object; nil is one that nothing can be added to.
type Object struct {
	members []member
	// Where each key is, once there are many.
	places map[string]int
}

type member struct {
	key   string
	value any
}

// NewObject makes an object of keys and values in turn.
func NewObject(pairs ...any) *Object {
	object := &Object{}
	for at := 0; at+1 < len(pairs); at += 2 {
		key, _ := pairs[at].(string)
		object.Set(key, pairs[at+1])
	}
	return object
}

// Len is the number of keys.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
}

// Get returns the value of a key, and whether the object has it.
func (o *Object) Get(key string) (any, bool) {
	at, found := o.find(key)
	if !found {
		return nil, false
	}
	return o.members[at].value, true
}

// Set gives a key its value; a key that is there already keeps its place.
func (o *Object) Set(key string, value any) {
	if at, found := o.find(key); found {
		o.members[at].value = value
		return
	}
	o.members = append(o.members, member{key, value})
	if o.places != nil {
		o.places[key] = len(o.members) - 1
	} else if len(o.members) > fewKeys {
		o.index()
	}
}

// Delete takes a key away.
func (o *Object) Delete(key string) {
	at, found := o.find(key)
	if !found {
		return
	}
	o.members = slices.Delete(o.members, at, at+1)
	if o.places != nil {
		o.index()
	}
}

// All goes through the keys and their values in order.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		if o == nil {
			return
		}
		for _, each := range o.members {
			if !yield(each.key, each.value) {
				return
			}
		}
	}
}

// Clone copies an object with everything in it.
func (o *Object) Clone() *Object {
	if o == nil {
		return nil
	}
	copied := &Object{members: make([]member, 0, len(o.members))}
	for key, value := range o.All() {
		copied.Set(key, Clone(value))
	}
	return copied
}

// MarshalJSON writes the object.
func (o *Object) MarshalJSON() ([]byte, error) {
	return AppendValue(nil, o), nil
}

// UnmarshalJSON reads an object as strictly as Decode does.
func (o *Object) UnmarshalJSON(data []byte) error {
	value, err := Decode(data)
	if err != nil {
		return err
	}
	read, isObject := value.(*Object)
	if !isObject {
		return errNoObject
	}
	*o = *read
	return nil
}

func (o *Object) find(key string) (int, bool) {
	if o == nil {
		return 0, false
	}
	if o.places != nil {
		at, found := o.places[key]
		return at, found
	}
	for at := range o.members {
		if o.members[at].key == key {
			return at, true
		}
	}
	return 0, false
}

func (o *Object) index() {
	o.places = make(map[string]int, len(o.members))
	for at, each := range o.members {
		o.places[each.key] = at
	}
}

// Clone copies a value with everything in it.
func Clone(value any) any {
	switch value := value.(type) {
	case *Object:
		return value.Clone()
	case []any:
		copied := make([]any, len(value))
		for at, each := range value {
			copied[at] = Clone(each)
		}
		return copied
	default:
		return value
	}
}
