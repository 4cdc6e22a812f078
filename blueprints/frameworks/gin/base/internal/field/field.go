// Package field declares the fields of entities: what each accepts from JSON and from a query, how
// it is stored and answered.
//
// A field is a type bound to a place in a struct:
//
//	field.Required("price", field.Decimal(12, 2).Above("0"), func(p *Product) *decimal.Decimal { return &p.Price })
//
// Types are strict: nothing is converted that the sender did not mean. What breaks a rule is told as
// a problem.Fault, whose rule (`min`, `format`, …) is what clients compare.
package field

import (
	"encoding/json"
	"strings"

	"github.com/google/uuid"

	"example.com/service/internal/naming"
	"example.com/service/internal/problem"
)

// What the deletion of a row means for those that refer to it.
const (
	Restrict = "restrict"
	Cascade  = "cascade"
	SetNull  = "set_null"
)

// MaxLinks is how many rows one row can be linked to in a body.
const MaxLinks = 1000

// Reference is a relation that a field holds the key of.
type Reference struct {
	Name, To, OnDelete string
}

// LinksTo are links to rows of another table, in a table of their own; Here is the column of this
// side, There that of the other.
type LinksTo struct {
	To, Table, Here, There string
}

// Field is a field of rows of type E: its column, its type, and what is special about it.
type Field[E any] struct {
	Column string
	// JSON is its key.
	JSON string
	Kind Kind
	// Ordered fields can be asked for values before or after another.
	Ordered bool
	// Optional fields may be null, and are when nothing is said.
	Optional bool
	// Private fields are accepted, never shown.
	Private bool
	// ReadOnly fields are shown, never accepted.
	ReadOnly  bool
	Reference *Reference
	Links     *LinksTo

	place place[E]
}

// place is where a row keeps the value of a field.
type place[E any] interface {
	hasDefault() bool
	setDefault(row *E)
	isNull(row *E) bool
	clear(row *E)
	decode(row *E, value any, at string, merge bool) []problem.Detail
	parse(text string) (any, *problem.Fault)
	argument(row *E) any
	destination(row *E) any
	append(to []byte, row *E) []byte
	equal(one, other *E) bool
	copy(to, from *E)
	ids(row *E) []uuid.UUID
	setIDs(row *E, ids []uuid.UUID)
}

// Binding is a field that is being declared.
type Binding[E any] interface {
	field() *Field[E]
}

// Table is the fields of an entity, in the order in which they are answered.
func Table[E any](bindings ...Binding[E]) []*Field[E] {
	fields := make([]*Field[E], len(bindings))
	for at, binding := range bindings {
		fields[at] = binding.field()
	}
	return fields
}

// Bound is a field of type T of rows of type E.
type Bound[E, T any] struct {
	declared *Field[E]
	value    *value[E, T]
}

func (b *Bound[E, T]) field() *Field[E] {
	return b.declared
}

// Required declares a field that always has a value.
func Required[E, T any](column string, of Type[T], at func(row *E) *T) *Bound[E, T] {
	return bind(column, &value[E, T]{
		of:  of,
		get: at,
		set: func(row *E, given T) { *at(row) = given },
	})
}

// Optional declares a field that may be null, and is when nothing is said.
func Optional[E, T any](column string, of Type[T], at func(row *E) **T) *Bound[E, T] {
	bound := bind(column, &value[E, T]{
		of:    of,
		get:   func(row *E) *T { return *at(row) },
		set:   func(row *E, given T) { *at(row) = &given },
		unset: func(row *E) { *at(row) = nil },
	})
	bound.declared.Optional = true
	return bound
}

// Links declares the ids of the rows that a row is linked to, each once; none when nothing is said.
func Links[E any](name string, to LinksTo, at func(row *E) *[]uuid.UUID) *Bound[E, []uuid.UUID] {
	bound := Required(name, List(UUID()).MaxItems(MaxLinks), at).Default([]uuid.UUID{})
	bound.declared.Links = &to
	return bound
}

func bind[E, T any](column string, at *value[E, T]) *Bound[E, T] {
	kind := at.of.Kind()
	declared := &Field[E]{
		Column:  column,
		JSON:    naming.JSON(column),
		Kind:    kind,
		Ordered: kind.Ordered(),
		place:   at,
	}
	return &Bound[E, T]{declared, at}
}

// Default is what the field is when nothing is said.
func (b *Bound[E, T]) Default(given T) *Bound[E, T] {
	return b.DefaultFunc(func() T { return b.value.of.Copy(given) })
}

// DefaultFunc makes what the field is when nothing is said.
func (b *Bound[E, T]) DefaultFunc(given func() T) *Bound[E, T] {
	b.value.fallback = given
	return b
}

// Private makes the field one that is accepted, never shown.
func (b *Bound[E, T]) Private() *Bound[E, T] {
	b.declared.Private = true
	return b
}

// ReadOnly makes the field one that is shown, never accepted.
func (b *Bound[E, T]) ReadOnly() *Bound[E, T] {
	b.declared.ReadOnly = true
	return b
}

// References makes the field the key of a row of another entity.
func (b *Bound[E, T]) References(to, onDelete string) *Bound[E, T] {
	name := strings.TrimSuffix(b.declared.Column, "_id")
	b.declared.Reference = &Reference{Name: name, To: to, OnDelete: onDelete}
	return b
}

// Stored tells whether the field has a column in the entity's own table.
func (f *Field[E]) Stored() bool {
	return f.Links == nil
}

// HasDefault tells whether the field may be left out.
func (f *Field[E]) HasDefault() bool {
	return f.Optional || f.place.hasDefault()
}

// Default sets what the field is when nothing is said.
func (f *Field[E]) Default(row *E) {
	f.place.setDefault(row)
}

// Decode sets the value of the field from JSON, or tells what is wrong with it.
func (f *Field[E]) Decode(row *E, value any) []problem.Detail {
	return f.decode(row, value, false)
}

// Merge does as Decode, but merges an object into the one that is there (RFC 7396).
func (f *Field[E]) Merge(row *E, value any) []problem.Detail {
	return f.decode(row, value, true)
}

func (f *Field[E]) decode(row *E, value any, merge bool) []problem.Detail {
	if value != nil {
		return f.place.decode(row, value, f.JSON, merge)
	}
	if !f.Optional {
		return []problem.Detail{{Field: f.JSON, Rule: problem.RuleRequired, Message: "must not be null"}}
	}
	f.place.clear(row)
	return nil
}

// Missing is what is wrong when a field is left out that has no default.
func (f *Field[E]) Missing() problem.Detail {
	return problem.Detail{Field: f.JSON, Rule: problem.RuleRequired, Message: "must be given"}
}

// Parse turns the text of a query parameter into an argument of a statement; the error is a
// problem.Fault.
func (f *Field[E]) Parse(text string) (any, error) {
	argument, found := f.place.parse(text)
	if found != nil {
		return nil, found
	}
	return argument, nil
}

// Null tells whether the field has no value.
func (f *Field[E]) Null(row *E) bool {
	return f.place.isNull(row)
}

// Clear takes the value of an optional field away.
func (f *Field[E]) Clear(row *E) {
	f.place.clear(row)
}

// Arg is the value as an argument of a statement.
func (f *Field[E]) Arg(row *E) any {
	return f.place.argument(row)
}

// Dest is where a column is scanned into.
func (f *Field[E]) Dest(row *E) any {
	return f.place.destination(row)
}

// Append adds the value as JSON.
func (f *Field[E]) Append(to []byte, row *E) []byte {
	return f.place.append(to, row)
}

// Value is the value as JSON that is written already.
func (f *Field[E]) Value(row *E) any {
	return json.RawMessage(f.Append(nil, row))
}

// Text is the value as a text: that of a string without quotes.
func (f *Field[E]) Text(row *E) string {
	written := f.Append(nil, row)
	if written[0] != '"' {
		return string(written)
	}
	return unquoted(written)
}

// Equal tells whether two rows have the same value.
func (f *Field[E]) Equal(one, other *E) bool {
	return f.place.equal(one, other)
}

// Copy gives a row the value of another.
func (f *Field[E]) Copy(to, from *E) {
	f.place.copy(to, from)
}

// IDs are the ids that a reference or links hold.
func (f *Field[E]) IDs(row *E) []uuid.UUID {
	return f.place.ids(row)
}

// SetIDs sets the ids that links hold, or the one of a reference.
func (f *Field[E]) SetIDs(row *E, ids []uuid.UUID) {
	f.place.setIDs(row, ids)
}
