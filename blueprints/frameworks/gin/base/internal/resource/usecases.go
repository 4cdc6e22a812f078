package resource

import (
	"context"
	"net/http"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
)

// Create stores a new row: each step can fail, in the order of the answers.
func (r *Repository[R]) Create(ctx context.Context, call *Call, body any) (Answer, error) {
	return r.Write(ctx, call, access.Create, func(ctx context.Context, w *Writer[R]) (Answer, error) {
		if err := w.Once(ctx, body); err != nil {
			return Answer{}, err
		}
		change, err := w.Accept(ctx, r.create, body, nil)
		if err != nil {
			return Answer{}, err
		}
		waiting, waits, err := w.Consent(ctx, access.Create, nil, change)
		if err != nil {
			return Answer{}, err
		}
		if waits {
			return waiting, w.kept(ctx, waiting)
		}
		row, err := w.Insert(ctx, change)
		if err != nil {
			return Answer{}, err
		}
		return w.Keep(ctx, http.StatusCreated, row)
	})
}

// Replace stores a row as it was sent, whole.
func (r *Repository[R]) Replace(ctx context.Context, call *Call, id string, body any) (Answer, error) {
	return r.change(ctx, call, id, r.replace, body)
}

// Patch stores some fields of a row.
func (r *Repository[R]) Patch(ctx context.Context, call *Call, id string, body any) (Answer, error) {
	return r.change(ctx, call, id, r.patch, body)
}

func (r *Repository[R]) change(ctx context.Context, call *Call, id string, accepted field.Body[R], body any) (Answer, error) {
	return r.Write(ctx, call, access.Update, func(ctx context.Context, w *Writer[R]) (Answer, error) {
		row, err := w.Find(ctx, id, access.Update)
		if err != nil {
			return Answer{}, err
		}
		change, err := w.Accept(ctx, accepted, body, row)
		if err != nil {
			return Answer{}, err
		}
		waiting, waits, err := w.Consent(ctx, access.Update, row, change)
		if err != nil || waits {
			return waiting, err
		}
		changed, err := w.Update(ctx, row, change)
		if err != nil {
			return Answer{}, err
		}
		return r.answer(ctx, w.Session, changed)
	})
}

// Delete deletes a row.
func (r *Repository[R]) Delete(ctx context.Context, call *Call, id string) (Answer, error) {
	return r.Write(ctx, call, access.Delete, func(ctx context.Context, w *Writer[R]) (Answer, error) {
		row, err := w.Find(ctx, id, access.Delete)
		if err != nil {
			return Answer{}, err
		}
		waiting, waits, err := w.Consent(ctx, access.Delete, row, Change[R]{})
		if err != nil || waits {
			return waiting, err
		}
		return Answer{Status: http.StatusNoContent}, w.Delete(ctx, row)
	})
}

// Restore brings a deleted row back, for admins; 409 when it is not deleted or a unique value was taken.
func (r *Repository[R]) Restore(ctx context.Context, call *Call, id string) (Answer, error) {
	if err := access.RequireAdmin(call.Caller); err != nil {
		return Answer{}, err
	}
	return r.transaction(ctx, call, func(ctx context.Context, w *Writer[R]) (Answer, error) {
		row, err := w.obtain(ctx, id, true, true)
		if err != nil {
			return Answer{}, err
		}
		if err := w.query.RequireValid(); err != nil {
			return Answer{}, err
		}
		if r.row(row).DeletedAt == nil {
			return Answer{}, problem.Conflict("The row is not deleted.")
		}
		restored, err := w.restore(ctx, row)
		if err != nil {
			return Answer{}, err
		}
		return r.answer(ctx, w.Session, restored)
	})
}

func (w *Writer[R]) restore(ctx context.Context, row *R) (*R, error) {
	r, next := w.repository, *row
	r.row(&next).DeletedAt = nil
	fields := []*field.Field[R]{r.Field(columnDeletedAt)}
	if err := r.touch(ctx, w.Session, row, &next, fields); err != nil {
		return nil, err
	}
	if err := r.audited(ctx, w.work(), auditRestore, r.row(row).ID, row, &next, fields); err != nil {
		return nil, err
	}
	return &next, r.publish(ctx, w.Session, Updated, &next)
}

// Link links a row to another; a link that is there already changes nothing.
func (r *Repository[R]) Link(ctx context.Context, call *Call, id, column, other string) (Answer, error) {
	return r.relink(ctx, call, func(ctx context.Context, w *Writer[R]) (*R, Change[R], error) {
		return w.Link(ctx, id, column, other)
	})
}

// Unlink takes a link away; one that is not there changes nothing.
func (r *Repository[R]) Unlink(ctx context.Context, call *Call, id, column, other string) (Answer, error) {
	return r.relink(ctx, call, func(ctx context.Context, w *Writer[R]) (*R, Change[R], error) {
		return w.Unlink(ctx, id, column, other)
	})
}

func (r *Repository[R]) relink(
	ctx context.Context, call *Call, fn func(ctx context.Context, w *Writer[R]) (*R, Change[R], error),
) (Answer, error) {
	return r.Write(ctx, call, access.Update, func(ctx context.Context, w *Writer[R]) (Answer, error) {
		row, change, err := fn(ctx, w)
		if err != nil {
			return Answer{}, err
		}
		if len(change.Fields) > 0 {
			waiting, waits, err := w.Consent(ctx, access.Update, row, change)
			if err != nil || waits {
				return waiting, err
			}
		}
		_, err = w.Update(ctx, row, change)
		return Answer{Status: http.StatusNoContent}, err
	})
}

// Command is what may be done with a row beyond writing its fields; R is the row, I what is sent.
type Command[R, I any] struct {
	Name string
	// Input are the fields that are sent; nil for a command without a body.
	Input []*field.Field[I]
	// When says whether the command is possible; nil for always.
	When Condition[R]
	// Set sets these columns.
	Set     func(next *R)
	Columns []string
	// Then is what is left to do in the same transaction.
	Then func(ctx context.Context, done Done[R, I]) error
}

// Done is a command whose fields are set: its transaction, who called it, the row as it is now, and what was sent.
type Done[R, I any] struct {
	Session *database.Session
	Caller  access.Caller
	Row     *R
	Input   *I
}

// Run does a command with a row.
func Run[R, I any](ctx context.Context, r *Repository[R], call *Call, id string, body any, command Command[R, I]) (Answer, error) {
	return r.Write(ctx, call, command.Name, func(ctx context.Context, w *Writer[R]) (Answer, error) {
		row, err := w.Own(ctx, id, command.Name)
		if err != nil {
			return Answer{}, err
		}
		if err := w.Once(ctx, body); err != nil {
			return Answer{}, err
		}
		if err := w.Match(row); err != nil {
			return Answer{}, err
		}
		input := new(I)
		if command.Input != nil {
			_, err = field.Body[I]{Fields: command.Input}.Require(input, body, w.query.Finish())
		} else {
			err = w.query.RequireValid()
		}
		if err != nil {
			return Answer{}, err
		}
		if command.When != nil {
			if err := w.Require(command.When, row); err != nil {
				return Answer{}, err
			}
		}
		changed, err := w.Apply(ctx, row, command.Set, command.Columns...)
		if err != nil {
			return Answer{}, err
		}
		if err := command.Then(ctx, Done[R, I]{w.Session, w.call.Caller, changed, input}); err != nil {
			return Answer{}, err
		}
		return w.Keep(ctx, http.StatusOK, changed)
	})
}
