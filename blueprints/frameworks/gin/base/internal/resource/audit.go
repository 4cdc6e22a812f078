package resource

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/strictjson"
)

const auditTable = "audit_entries"

// What an audit entry says was done.
const (
	auditCreate  = "create"
	auditUpdate  = "update"
	auditDelete  = "delete"
	auditRestore = "restore"
)

// entry is one write to one row; before and after hold the changed keys only, private ones masked.
type entry struct {
	ID      uuid.UUID
	Action  string
	ActorID *uuid.UUID
	At      time.Time
	Before  *strictjson.Object
	After   *strictjson.Object
	Entity  string
	RowID   uuid.UUID
}

// auditEntries are who changed what: one entry for each write, in the same transaction.
func auditEntries() *Table[entry] {
	return NewTable(TableOptions[entry]{
		Name:  "AuditEntry",
		Table: auditTable,
		Fields: field.Table(
			field.Required(columnID, field.UUID(), func(e *entry) *uuid.UUID { return &e.ID }),
			field.Required("action", field.String(), func(e *entry) *string { return &e.Action }),
			field.Optional("actor_id", field.UUID(), func(e *entry) **uuid.UUID { return &e.ActorID }),
			field.Required("at", field.Moment(), func(e *entry) *time.Time { return &e.At }),
			field.Optional("before", field.JSON(), func(e *entry) **strictjson.Object { return &e.Before }),
			field.Optional("after", field.JSON(), func(e *entry) **strictjson.Object { return &e.After }),
			field.Required("entity", field.String(), func(e *entry) *string { return &e.Entity }).Private(),
			field.Required("row_id", field.UUID(), func(e *entry) *uuid.UUID { return &e.RowID }).Private(),
		),
		ID: func(e *entry) uuid.UUID { return e.ID },
	})
}

// Audit is the entries of a row, oldest first, for admins; also of a deleted row.
func (r *Repository[R]) Audit(ctx context.Context, call *Call, text string) (answer Answer, err error) {
	if err := access.RequireAdmin(call.Caller); err != nil {
		return Answer{}, err
	}
	query := ParseQuery(call.Query)
	deleted := r.SoftDelete && query.Flag("include_deleted")
	err = r.registry.DB.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		answer, err = (&reader[R]{unit[R]{q, r, call, query}, deleted}).audit(ctx, text)
		return err
	})
	return answer, err
}

func (u *reader[R]) audit(ctx context.Context, text string) (Answer, error) {
	id, err := RowID(text)
	if err != nil {
		return Answer{}, err
	}
	entries := u.repository.entries
	of := []Filter{Is("entity", u.repository.Name()), Is("row_id", database.StoreUUID(id))}
	known, err := entries.exists(ctx, u.q, false, of...)
	if err != nil {
		return Answer{}, err
	}
	if !known {
		if _, err := u.obtain(ctx, text, true, false); err != nil {
			return Answer{}, err
		}
	}
	listing := NewListing(entries, ListOptions{})
	wanted := listing.Read(u.query)
	if err := u.query.RequireValid(); err != nil {
		return Answer{}, err
	}
	page, err := listing.Fetch(ctx, u.q, wanted, false, of...)
	if err != nil {
		return Answer{}, err
	}
	body := AppendPage(page, func(to []byte, i int) []byte { return entries.Append(to, page.Rows[i]) })
	return Answer{Body: body}, nil
}

// audited notes a write to these fields of a row, if the rows of this table are audited; nil stands
// for a row that is not there.
func (r *Repository[R]) audited(ctx context.Context, w *work, action string, id uuid.UUID, before, after *R, fields []*field.Field[R]) error {
	if !r.options.Audited {
		return nil
	}
	was, is := []byte{'{'}, []byte{'{'}
	for _, each := range fields {
		unset := func(row *R) bool { return row == nil || each.Null(row) }
		if before != nil && after != nil && each.Equal(before, after) || unset(before) && unset(after) {
			continue
		}
		was, is = r.noted(was, each, before), r.noted(is, each, after)
	}
	entryID, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make an id: %w", err)
	}
	insert := "INSERT INTO " + auditTable + " (id, entity, row_id, action, actor_id, at, " + database.QuoteAll([]string{"before", "after"}) +
		") VALUES (%v, %v, %v, %v, %v, %v, %v, %v)"
	_, err = database.Exec(
		ctx, w.session, insert, database.StoreUUID(entryID), r.Name(), database.StoreUUID(id), action, actor(w.call.Caller.UserID),
		database.StoreTime(time.Now()), storedObject(before != nil, was), storedObject(after != nil, is),
	)
	return err
}

// noted adds a value as audit entries show it.
func (r *Repository[R]) noted(to []byte, each *field.Field[R], row *R) []byte {
	if row == nil {
		return to
	}
	if len(to) > 1 {
		to = append(to, ',')
	}
	to = append(strictjson.AppendString(to, each.JSON), ':')
	if each.Private && !each.Null(row) {
		return strictjson.AppendString(to, Mask)
	}
	return each.Append(to, row)
}

func storedObject(there bool, object []byte) any {
	if !there {
		return nil
	}
	return database.StoreJSON(append(object, '}'))
}

func actor(id *uuid.UUID) any {
	if id == nil {
		return nil
	}
	return database.StoreUUID(*id)
}

// ForgetOldEntries removes the entries that are older than so many days.
func ForgetOldEntries(ctx context.Context, db *database.DB, days int) error {
	return db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		oldest := database.StoreTime(time.Now().AddDate(0, 0, -days))
		_, err := database.Exec(ctx, s, "DELETE FROM "+auditTable+" WHERE at < %v", oldest)
		return err
	})
}
