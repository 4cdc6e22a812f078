package resource

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// Example is a row to be stored: what it has, and the rows of other tables that it refers to.
type Example struct {
	Values []Value
	// References are the rows that are meant, by JSON key.
	References []Nth
}

// Value is a value of a body, as JSON, by its key.
type Value struct {
	Key  string
	JSON string
}

// Nth stands for the id of a row of another table, counted from 0 in the order they were made.
type Nth struct {
	Key    string
	Entity string
	Number int
	// Many tells that the key takes a list.
	Many bool
}

// Seed is the examples of one table.
type Seed struct {
	Entity   string
	Examples []Example
}

// StoreSeeds stores the rows of tables that are still empty, through the same checks as requests;
// twice is the same as once.
//
// A row is left out when what it refers to is not there, as the table of that was not empty.
func (r *Registry) StoreSeeds(ctx context.Context, seeds []Seed) error {
	role := "admin"
	call := &Call{Caller: access.Caller{Role: &role}}
	return r.DB.Write(ctx, func(ctx context.Context, s *database.Session) error {
		for _, each := range seeds {
			entity, err := r.Entity(each.Entity)
			if err != nil {
				return err
			}
			if err := entity.seed(ctx, s, call, each.Examples); err != nil {
				return fmt.Errorf("store examples of %s: %w", each.Entity, err)
			}
		}
		return nil
	})
}

func (r *Repository[R]) seed(ctx context.Context, s *database.Session, call *Call, examples []Example) error {
	known, err := r.exists(ctx, s, true)
	if err != nil || known {
		return err
	}
	for _, example := range examples {
		if err := r.store(ctx, s, call, example); err != nil {
			return err
		}
	}
	return nil
}

func (r *Repository[R]) store(ctx context.Context, s *database.Session, call *Call, example Example) error {
	body := &strictjson.Object{}
	for _, each := range example.Values {
		value, err := strictjson.Decode([]byte(each.JSON))
		if err != nil {
			return err
		}
		body.Set(each.Key, value)
	}
	for _, reference := range example.References {
		target, err := r.registry.Entity(reference.Entity)
		if err != nil {
			return err
		}
		id, err := target.nth(ctx, s, reference.Number)
		if err != nil || id == nil {
			return err
		}
		if reference.Many {
			body.Set(reference.Key, []any{id.String()})
		} else {
			body.Set(reference.Key, id.String())
		}
	}
	w := r.writer(s, call)
	change, err := w.Accept(ctx, r.create, body, nil)
	if err != nil {
		return err
	}
	_, err = w.Insert(ctx, change)
	return err
}

func (r *Repository[R]) nth(ctx context.Context, q database.Queryer, number int) (*uuid.UUID, error) {
	row, err := first(r.rows(ctx, q, r.selection(r.selects, false, nil).OrderBy(columnID).Limit(1).Offset(number), ""))
	if err != nil || row == nil {
		return nil, err
	}
	return &r.row(row).ID, nil
}

// Import stores a row as it is told, whatever rules say: every declared field may be given, those
// that callers cannot set, too.
func (r *Repository[R]) Import(ctx context.Context, s *database.Session, call *Call, body *strictjson.Object) (Answer, error) {
	row := r.defaults()
	for _, each := range r.declared {
		value, given := body.Get(each.JSON)
		if !given {
			continue
		}
		if faults := each.Decode(row, value); len(faults) > 0 {
			return Answer{}, problem.Validation(faults)
		}
	}
	w := r.writer(s, call)
	stored, err := w.Insert(ctx, Change[R]{Next: row, Fields: r.declared})
	if err != nil {
		return Answer{}, err
	}
	return r.answer(ctx, s, stored)
}
