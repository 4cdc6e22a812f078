package resource

import (
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/access"
	"example.com/service/internal/condition"
	"example.com/service/internal/field"
	"example.com/service/internal/naming"
)

// Row is what the rows of all entities have in common: an identity, times (UTC), a version that
// each write adds 1 to, whose it is, and when it was deleted if it stays in its table.
type Row struct {
	ID        uuid.UUID
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int
	OwnerID   *uuid.UUID
	DeletedAt *time.Time
}

// Common is the row itself: entities embed it.
func (r *Row) Common() *Row { return r }

// rowOf is a pointer to an entity's struct, which embeds Row.
type rowOf[R any] interface {
	*R
	Common() *Row
}

// The columns that only the service sets.
const (
	columnID        = "id"
	columnCreatedAt = "created_at"
	columnUpdatedAt = "updated_at"
	columnVersion   = "version"
	columnOwnerID   = "owner_id"
	columnDeletedAt = "deleted_at"
)

// serverSet are the JSON keys that only the service sets.
func serverSet() []string {
	columns := []string{columnID, columnCreatedAt, columnUpdatedAt, columnVersion, columnOwnerID, columnDeletedAt}
	for i, column := range columns {
		columns[i] = naming.JSON(column)
	}
	return columns
}

// common are the fields of all entities that come first in every answer.
func common[R any](of func(*R) *Row) []*field.Field[R] {
	return field.Table(
		field.Required(columnID, field.UUID(), func(r *R) *uuid.UUID { return &of(r).ID }),
		field.Required(columnCreatedAt, field.Moment(), func(r *R) *time.Time { return &of(r).CreatedAt }),
		field.Required(columnUpdatedAt, field.Moment(), func(r *R) *time.Time { return &of(r).UpdatedAt }),
		field.Required(columnVersion, field.Integer(), func(r *R) *int { return &of(r).Version }),
	)
}

func ownerField[R any](of func(*R) *Row) []*field.Field[R] {
	return field.Table(field.Optional(columnOwnerID, field.UUID(), func(r *R) **uuid.UUID { return &of(r).OwnerID }))
}

func deletionField[R any](of func(*R) *Row) []*field.Field[R] {
	return field.Table(field.Optional(columnDeletedAt, field.Moment(), func(r *R) **time.Time { return &of(r).DeletedAt }))
}

// State is what conditions look at; on a create, Old is the same as New.
type State[R any] struct {
	New   *R
	Old   *R
	Actor access.Caller
	Now   time.Time
}

// Condition is true, false, or about null unknown.
type Condition[R any] func(state State[R]) condition.Truth

// Rule is what must hold for a row; it refuses only when it is false.
type Rule[R any] struct {
	Holds Condition[R]
	// Column is that of the field which is named as the faulty one; empty for the whole body.
	Column  string
	Message string
}

// Consent is a rule about writes that wait for consent when its condition is true.
//
// The approvers are roles, or "owner"; their own writes are applied at once.
type Consent[R any] struct {
	On        string
	When      Condition[R]
	Approvers []string
}
