// Package approvals keeps writes that wait for consent, until somebody decides.
package approvals

import (
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/field"
	"example.com/service/internal/resource"
	"example.com/service/internal/strictjson"
)

// What becomes of an approval.
const (
	statusPending  = "pending"
	statusApproved = "approved"
	statusRejected = "rejected"
	statusOutdated = "outdated"
)

// Approval is a write that waits for consent, and what became of it.
type Approval struct {
	ID          uuid.UUID
	Entity      string
	RowID       *uuid.UUID
	Action      string
	Status      string
	Reason      *string
	RequestedBy *uuid.UUID
	DecidedBy   *uuid.UUID
	CreatedAt   time.Time
	DecidedAt   *time.Time
	Change      strictjson.Object
	// RowVersion is what the row was when the write was asked for.
	RowVersion *int
	OwnerID    *uuid.UUID
	// Approvers are the names that may decide, each between spaces: roles, and `owner`.
	Approvers string
}

func newTable() *resource.Table[Approval] {
	const maxEntity, maxReason = 40, 500
	actions := field.Choice("create", "update", "delete")
	statuses := field.Choice(statusPending, statusApproved, statusRejected, statusOutdated)
	return resource.NewTable(resource.TableOptions[Approval]{
		Name:  "Approval",
		Table: "approvals",
		Fields: field.Table(
			field.Required("id", field.UUID(), func(a *Approval) *uuid.UUID { return &a.ID }),
			field.Required("entity", field.String().Max(maxEntity), func(a *Approval) *string { return &a.Entity }),
			field.Optional("row_id", field.UUID(), func(a *Approval) **uuid.UUID { return &a.RowID }),
			field.Required("action", actions, func(a *Approval) *string { return &a.Action }),
			field.Required("status", statuses, func(a *Approval) *string { return &a.Status }),
			field.Optional("reason", field.String().Max(maxReason), func(a *Approval) **string { return &a.Reason }),
			field.Optional("requested_by", field.UUID(), func(a *Approval) **uuid.UUID { return &a.RequestedBy }),
			field.Optional("decided_by", field.UUID(), func(a *Approval) **uuid.UUID { return &a.DecidedBy }),
			field.Required("created_at", field.Moment(), func(a *Approval) *time.Time { return &a.CreatedAt }),
			field.Optional("decided_at", field.Moment(), func(a *Approval) **time.Time { return &a.DecidedAt }),
			field.Required("change", field.JSON(), func(a *Approval) *strictjson.Object { return &a.Change }),
			field.Optional("row_version", field.Integer(), func(a *Approval) **int { return &a.RowVersion }).Private(),
			field.Optional("owner_id", field.UUID(), func(a *Approval) **uuid.UUID { return &a.OwnerID }).Private(),
			field.Required("approvers", field.Text(), func(a *Approval) *string { return &a.Approvers }).Private(),
		),
		ID: func(a *Approval) uuid.UUID { return a.ID },
	})
}

// refusal is why a write is refused.
type refusal struct {
	Reason string
}

func refusalBody() field.Body[refusal] {
	const maxReason = 500
	return field.Body[refusal]{Fields: field.Table(
		field.Required("reason", field.String().Length(1, maxReason), func(r *refusal) *string { return &r.Reason }),
	)}
}
