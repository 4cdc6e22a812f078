package approvals

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
	"example.com/service/internal/resource"
	"example.com/service/internal/strictjson"
)

// Service are the use cases of approvals: who sees them, who decides, and what a decision does.
type Service struct {
	registry *resource.Registry
	table    *resource.Table[Approval]
	listing  *resource.Listing[Approval]
	refusal  field.Body[refusal]
}

// NewService makes the use cases of approvals.
func NewService(registry *resource.Registry) *Service {
	table := newTable()
	return &Service{
		registry: registry,
		table:    table,
		listing:  resource.NewListing(table, resource.ListOptions{Filters: []string{"status", "entity", "row_id"}}),
		refusal:  refusalBody(),
	}
}

// Ask keeps a write until somebody decides, and gives the answer to it.
func (s *Service) Ask(ctx context.Context, q *database.Session, asked resource.Asked) ([]byte, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("make an id: %w", err)
	}
	approval := &Approval{
		ID:          id,
		Entity:      asked.Entity,
		RowID:       asked.RowID,
		Action:      asked.Action,
		Status:      statusPending,
		RequestedBy: asked.RequestedBy,
		CreatedAt:   time.Now().UTC(),
		RowVersion:  asked.Version,
		OwnerID:     asked.OwnerID,
		Approvers:   " " + strings.Join(asked.Approvers, " ") + " ",
	}
	if err := approval.Change.UnmarshalJSON(asked.Change); err != nil {
		return nil, fmt.Errorf("read what is asked for: %w", err)
	}
	if err := s.table.Insert(ctx, q, approval); err != nil {
		return nil, err
	}
	body, err := s.append([]byte(`{"approval":`), approval)
	return append(body, '}'), err
}

// append adds an approval as it is answered: the change has the written keys, private ones masked.
func (s *Service) append(to []byte, approval *Approval) ([]byte, error) {
	entity, err := s.registry.Entity(approval.Entity)
	if err != nil {
		return to, err
	}
	shown := *approval
	shown.Change = strictjson.Object{}
	for key, value := range approval.Change.All() {
		if entity.IsPrivate(key) {
			value = resource.Mask
		}
		shown.Change.Set(key, value)
	}
	return s.table.Append(to, &shown), nil
}

// List finds the approvals that the caller asked for or decides.
func (s *Service) List(ctx context.Context, call *resource.Call) ([]byte, error) {
	if err := requireLogin(call.Caller); err != nil {
		return nil, err
	}
	query := resource.ParseQuery(call.Query)
	wanted := s.listing.Read(query)
	if err := query.RequireValid(); err != nil {
		return nil, err
	}
	var page resource.Page[Approval]
	err := s.registry.DB.Read(ctx, func(ctx context.Context, q database.Queryer) (err error) {
		page, err = s.listing.Fetch(ctx, q, wanted, false, visible(call.Caller))
		return err
	})
	if err != nil {
		return nil, err
	}
	body := resource.AppendPage(page, func(to []byte, i int) []byte {
		to, failure := s.append(to, page.Rows[i])
		if failure != nil {
			err = failure
		}
		return to
	})
	return body, err
}

// Read finds one approval.
func (s *Service) Read(ctx context.Context, call *resource.Call, id string) ([]byte, error) {
	if err := requireLogin(call.Caller); err != nil {
		return nil, err
	}
	approval, err := s.see(ctx, call.Caller, id)
	if err != nil {
		return nil, err
	}
	if err := resource.ParseQuery(call.Query).RequireValid(); err != nil {
		return nil, err
	}
	return s.append(nil, approval)
}

// see is an approval that the caller sees, else 404.
func (s *Service) see(ctx context.Context, caller access.Caller, text string) (approval *Approval, err error) {
	id, err := resource.RowID(text)
	if err != nil {
		return nil, err
	}
	err = s.registry.DB.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		approval, err = s.table.First(ctx, q, resource.Is("id", database.StoreUUID(id)), visible(caller))
		return err
	})
	if err == nil && approval == nil {
		return nil, problem.NotFound()
	}
	return approval, err
}

// Approve does the write; 409 when it is decided already, or the row has changed meanwhile.
func (s *Service) Approve(ctx context.Context, call *resource.Call, id string) ([]byte, error) {
	if err := requireLogin(call.Caller); err != nil {
		return nil, err
	}
	seen, err := s.see(ctx, call.Caller, id)
	if err != nil {
		return nil, err
	}
	entity, err := s.registry.Entity(seen.Entity)
	if err != nil {
		return nil, err
	}
	var approval *Approval
	err = entity.Transaction(ctx, s.registry.DB, func(ctx context.Context, q *database.Session) error {
		approval, err = s.decidable(ctx, q, call, id, func(query []problem.Detail) []problem.Detail { return query })
		if err != nil {
			return err
		}
		row, done, err := entity.Perform(ctx, q, approval.asked())
		if err != nil {
			return err
		}
		approval.Status = statusOutdated
		if done {
			approval.Status, approval.RowID = statusApproved, row
		}
		return s.decide(ctx, q, call, approval)
	})
	if err != nil {
		return nil, err
	}
	if approval.Status == statusOutdated {
		return nil, problem.Conflict("The row has changed since this was asked for.")
	}
	return s.append(nil, approval)
}

// asked is the write in the name of who asked for it.
func (a *Approval) asked() resource.Asked {
	return resource.Asked{
		Entity:      a.Entity,
		Action:      a.Action,
		RowID:       a.RowID,
		Version:     a.RowVersion,
		OwnerID:     a.OwnerID,
		RequestedBy: a.RequestedBy,
		Approvers:   a.names(),
		Change:      strictjson.AppendValue(nil, &a.Change),
	}
}

func (a *Approval) names() []string {
	return strings.Fields(a.Approvers)
}

// Reject leaves everything as it is, and says why.
func (s *Service) Reject(ctx context.Context, call *resource.Call, id string, body any) ([]byte, error) {
	if err := requireLogin(call.Caller); err != nil {
		return nil, err
	}
	var approval *Approval
	err := s.registry.DB.Write(ctx, func(ctx context.Context, q *database.Session) (err error) {
		var given refusal
		approval, err = s.decidable(ctx, q, call, id, func(query []problem.Detail) []problem.Detail {
			_, faults := s.refusal.Read(&given, body)
			return append(query, faults...)
		})
		if err != nil {
			return err
		}
		approval.Status, approval.Reason = statusRejected, &given.Reason
		return s.decide(ctx, q, call, approval)
	})
	if err != nil {
		return nil, err
	}
	return s.append(nil, approval)
}

// decidable is an approval that the caller may decide now: 404, 403, 400, 409.
func (s *Service) decidable(
	ctx context.Context, q database.Queryer, call *resource.Call, text string, judge func(query []problem.Detail) []problem.Detail,
) (*Approval, error) {
	id, err := resource.RowID(text)
	if err != nil {
		return nil, err
	}
	approval, err := s.table.Locked(ctx, q, resource.Is("id", database.StoreUUID(id)), visible(call.Caller))
	switch {
	case err != nil:
		return nil, err
	case approval == nil:
		return nil, problem.NotFound()
	case !resource.Decides(call.Caller, approval.names(), approval.OwnerID):
		return nil, problem.Forbidden()
	}
	if faults := judge(resource.ParseQuery(call.Query).Finish()); len(faults) > 0 {
		return nil, problem.Validation(faults)
	}
	if approval.Status != statusPending {
		return nil, problem.Conflict("This is decided already.")
	}
	return approval, nil
}

// decide notes who decided, and what.
func (s *Service) decide(ctx context.Context, q database.Queryer, call *resource.Call, approval *Approval) error {
	now := field.Now()
	approval.DecidedBy, approval.DecidedAt = call.Caller.UserID, &now
	decided := []*field.Field[Approval]{
		s.table.Field("status"), s.table.Field("reason"), s.table.Field("row_id"), s.table.Field("decided_by"), s.table.Field("decided_at"),
	}
	_, err := s.table.Update(ctx, q, approval, decided, resource.Match{Column: "id", Value: database.StoreUUID(approval.ID)})
	return err
}

// requireLogin is 401 for nobody.
func requireLogin(caller access.Caller) error {
	if caller.UserID == nil {
		return problem.Unauthorized()
	}
	return nil
}

// visible is the condition that the caller sees an approval: he asked for it, or may decide it.
func visible(caller access.Caller) resource.Filter {
	return func(where *sqlbuilder.SelectBuilder) string {
		if caller.IsAdmin() {
			return "1 = 1"
		}
		// The names without one of them are other names.
		named := func(name string) string {
			return fmt.Sprintf("REPLACE(approvers, %s, '') <> approvers", where.Var(" "+name+" "))
		}
		me := database.StoreUUID(*caller.UserID)
		seen := []string{where.Equal("requested_by", me), where.And(named(access.Owner), where.Equal("owner_id", me))}
		if caller.Role != nil {
			seen = append(seen, named(*caller.Role))
		}
		return where.Or(seen...)
	}
}
