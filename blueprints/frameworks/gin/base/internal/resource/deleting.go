package resource

import (
	"context"

	"github.com/google/uuid"
	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
)

// deletion is one deletion with those that cascade from it.
type deletion struct {
	work

	// Rows that are gone or about to go: in a circle of references they count as gone.
	seen map[uuid.UUID]bool
}

// leaving is a row that goes, softly or for good.
type leaving struct {
	entity string
	id     uuid.UUID
	soft   bool
}

// remove deletes one row after those that cascade from it.
func (r *Repository[R]) remove(ctx context.Context, d *deletion, row *R) error {
	id := r.row(row).ID
	d.seen[id] = true
	if err := r.loadLinks(ctx, d.session, []*R{row}); err != nil {
		return err
	}
	last := r.Append(nil, row)
	from := leaving{r.Name(), id, r.SoftDelete}
	for _, each := range r.registry.entities {
		if err := each.detach(ctx, d, from); err != nil {
			return err
		}
	}
	for _, each := range r.links {
		if err := deleteLinks(ctx, d.session, each.Links.Table, each.Links.Here, id); err != nil {
			return err
		}
	}
	for _, each := range r.registry.entities {
		if err := each.forget(ctx, d, from); err != nil {
			return err
		}
	}
	if err := r.leave(ctx, d, row); err != nil {
		return err
	}
	if err := r.audited(ctx, &d.work, auditDelete, id, row, nil, r.auditable()); err != nil {
		return err
	}
	if !r.registry.Events.Waits() {
		return nil
	}
	return r.registry.Events.Wrote(ctx, d.session, r.Name(), Deleted, id, last)
}

func (r *Repository[R]) leave(ctx context.Context, d *deletion, row *R) error {
	if r.SoftDelete {
		next := *row
		now := moment()
		r.row(&next).DeletedAt = &now
		return r.touch(ctx, d.session, row, &next, []*field.Field[R]{r.Field(columnDeletedAt)})
	}
	common := r.row(row)
	changed, err := database.Exec(
		ctx, d.session, "DELETE FROM "+database.Quote(r.Table.Table)+" WHERE id = %v AND version = %v",
		database.StoreUUID(common.ID), common.Version,
	)
	if err != nil {
		return r.storing(err, nil)
	}
	if changed == 0 {
		return problem.Outdated()
	}
	return nil
}

func deleteLinks(ctx context.Context, s *database.Session, table, column string, id uuid.UUID) error {
	_, err := database.Exec(
		ctx, s, "DELETE FROM "+database.Quote(table)+" WHERE "+database.Quote(column)+" = %v", database.StoreUUID(id),
	)
	return err
}

// detach does to the rows that refer to one that goes what their relation says. A row that goes for
// good may leave no reference behind, not even in deleted rows.
func (r *Repository[R]) detach(ctx context.Context, d *deletion, from leaving) error {
	for _, each := range r.references {
		if each.Reference.To != from.entity {
			continue
		}
		query := r.selection(r.selects, !from.soft, []Filter{Is(each.Column, database.StoreUUID(from.id))}).OrderBy(columnID)
		rows, err := r.rows(ctx, d.session, query, database.ForUpdate)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := r.detachRow(ctx, d, from, each, row); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Repository[R]) detachRow(ctx context.Context, d *deletion, from leaving, reference *field.Field[R], row *R) error {
	common := r.row(row)
	seen := d.seen[common.ID]
	gone := seen || common.DeletedAt != nil
	if reference.Reference.OnDelete == field.Restrict && !seen {
		return problem.Conflict(r.Path() + " still refer to this row.")
	}
	if reference.Reference.OnDelete == field.SetNull && !gone {
		return r.clear(ctx, d, reference, row)
	}
	if !gone {
		if err := r.remove(ctx, d, row); err != nil {
			return err
		}
		gone = r.SoftDelete
	}
	if gone && !from.soft {
		return r.release(ctx, d, reference, common.ID)
	}
	return nil
}

// release lets a deleted row no longer refer to one that goes for good.
func (r *Repository[R]) release(ctx context.Context, d *deletion, reference *field.Field[R], id uuid.UUID) error {
	table := database.Quote(r.Table.Table)
	if reference.Optional {
		update := "UPDATE " + table + " SET " + database.Quote(reference.Column) + " = NULL WHERE id = %v"
		_, err := database.Exec(ctx, d.session, update, database.StoreUUID(id))
		return err
	}
	_, err := database.Exec(ctx, d.session, "DELETE FROM "+table+" WHERE id = %v", database.StoreUUID(id))
	return r.storing(err, nil)
}

func (r *Repository[R]) clear(ctx context.Context, d *deletion, reference *field.Field[R], row *R) error {
	next := *row
	reference.Clear(&next)
	fields := []*field.Field[R]{reference}
	if err := r.touch(ctx, d.session, row, &next, fields); err != nil {
		return err
	}
	if err := r.audited(ctx, &d.work, auditUpdate, r.row(row).ID, row, &next, fields); err != nil {
		return err
	}
	return r.publish(ctx, d.session, Updated, &next)
}

// forget removes the links to a row that goes; the rows that had them change with it.
func (r *Repository[R]) forget(ctx context.Context, d *deletion, from leaving) error {
	for _, each := range r.links {
		if each.Links.To != from.entity {
			continue
		}
		if err := r.forgetLinks(ctx, d, each, from.id); err != nil {
			return err
		}
	}
	return nil
}

func (r *Repository[R]) forgetLinks(ctx context.Context, d *deletion, each *field.Field[R], id uuid.UUID) error {
	to := each.Links
	linking := func(where *sqlbuilder.SelectBuilder) string { return linked(to.Table, to.Here, to.There, id)(where) }
	rows, err := r.rows(ctx, d.session, r.selection(r.selects, false, []Filter{linking}).OrderBy(columnID), database.ForUpdate)
	if err != nil {
		return err
	}
	if err := r.load(ctx, d.session, each, rows); err != nil {
		return err
	}
	if err := deleteLinks(ctx, d.session, to.Table, to.There, id); err != nil {
		return err
	}
	for _, row := range rows {
		next := *row
		each.SetIDs(&next, without(each.IDs(row), []uuid.UUID{id}))
		if err := r.touch(ctx, d.session, row, &next, nil); err != nil {
			return err
		}
		if err := r.audited(ctx, &d.work, auditUpdate, r.row(row).ID, row, &next, []*field.Field[R]{each}); err != nil {
			return err
		}
		if err := r.publish(ctx, d.session, Updated, &next); err != nil {
			return err
		}
	}
	return nil
}
