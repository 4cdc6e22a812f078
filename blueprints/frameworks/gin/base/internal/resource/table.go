package resource

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
)

// Target is a table whose rows others may refer to, whatever they are.
type Target interface {
	// Name is the name of the entity.
	Name() string
	// Readable tells which of these rows there are and the caller may read; on demand nobody else
	// may delete them before the transaction ends.
	Readable(ctx context.Context, q database.Queryer, caller access.Caller, ids []uuid.UUID, lock bool) (map[uuid.UUID]bool, error)
	// Shown are those of these rows that the caller may read, as they are answered.
	Shown(ctx context.Context, q database.Queryer, caller access.Caller, ids []uuid.UUID) (map[uuid.UUID][]byte, error)
}

// TableOptions describe the rows of one table.
type TableOptions[R any] struct {
	Name  string
	Table string
	// Fields of every answer come first.
	Fields     []*field.Field[R]
	Access     access.Policies
	SoftDelete bool
	// Unique are the columns of each unique key.
	Unique [][]string
	ID     func(*R) uuid.UUID
	Owner  func(*R) *uuid.UUID
	// Present writes what others see of a row that they refer to; nil is all that callers see.
	Present func(to []byte, row *R) []byte
}

// Table is how the rows of one table are found, stored and answered.
type Table[R any] struct {
	TableOptions[R]

	columns []*field.Field[R]
	links   []*field.Field[R]
	shown   []*field.Field[R]
	keys    [][]byte
	selects string
	insert  string
}

// NewTable describes the rows of one table.
func NewTable[R any](options TableOptions[R]) *Table[R] {
	t := &Table[R]{TableOptions: options}
	var names []string
	for _, each := range options.Fields {
		if each.Stored() {
			t.columns = append(t.columns, each)
			names = append(names, database.Quote(each.Column))
		} else {
			t.links = append(t.links, each)
		}
		if !each.Private && each.Column != columnDeletedAt {
			t.shown = append(t.shown, each)
			t.keys = append(t.keys, fmt.Appendf(nil, "%q:", each.JSON))
		}
	}
	t.selects = strings.Join(names, ", ")
	values := make([]any, len(names))
	t.insert, _ = database.Flavor.NewInsertBuilder().InsertInto(database.Quote(t.Table)).Cols(names...).Values(values...).Build()
	return t
}

// Name is the name of the entity.
func (t *Table[R]) Name() string { return t.TableOptions.Name }

// Field finds a field by its column.
func (t *Table[R]) Field(column string) *field.Field[R] {
	at := slices.IndexFunc(t.Fields, func(each *field.Field[R]) bool { return each.Column == column })
	if at < 0 {
		return nil
	}
	return t.Fields[at]
}

// Filter is a condition of a query.
type Filter func(where *sqlbuilder.SelectBuilder) string

// Is is the condition that a column has this value.
func Is(column string, value any) Filter {
	return func(where *sqlbuilder.SelectBuilder) string { return where.Equal(database.Quote(column), value) }
}

// selection asks for rows; for those that are softly deleted only when it is said.
func (t *Table[R]) selection(what string, deleted bool, filters []Filter) *sqlbuilder.SelectBuilder {
	query := database.Flavor.NewSelectBuilder()
	query.Select(what).From(database.Quote(t.Table))
	if t.SoftDelete && !deleted {
		query.Where(query.IsNull(columnDeletedAt))
	}
	for _, filter := range filters {
		query.Where(filter(query))
	}
	return query
}

// Rows finds the rows of a query.
func (t *Table[R]) rows(ctx context.Context, q database.Queryer, query *sqlbuilder.SelectBuilder, end string) ([]*R, error) {
	text, args := query.Build()
	found, err := q.QueryContext(ctx, text+end, args...)
	if err != nil {
		return nil, fmt.Errorf("find rows of %s: %w", t.Table, err)
	}
	defer func() { _ = found.Close() }()
	var rows []*R
	into := make([]any, len(t.columns))
	for found.Next() {
		row := new(R)
		for i, each := range t.columns {
			into[i] = each.Dest(row)
		}
		if err := found.Scan(into...); err != nil {
			return nil, fmt.Errorf("read a row of %s: %w", t.Table, err)
		}
		rows = append(rows, row)
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("read rows of %s: %w", t.Table, err)
	}
	return rows, nil
}

// All finds the rows that meet these conditions, by id.
func (t *Table[R]) All(ctx context.Context, q database.Queryer, filters ...Filter) ([]*R, error) {
	return t.rows(ctx, q, t.selection(t.selects, false, filters).OrderBy(columnID), "")
}

// First finds the first row that meets these conditions; nil when there is none.
func (t *Table[R]) First(ctx context.Context, q database.Queryer, filters ...Filter) (*R, error) {
	return first(t.rows(ctx, q, t.selection(t.selects, false, filters).Limit(1), ""))
}

// Locked is First, and nobody else may change the row before the transaction ends.
func (t *Table[R]) Locked(ctx context.Context, q database.Queryer, filters ...Filter) (*R, error) {
	return first(t.rows(ctx, q, t.selection(t.selects, false, filters).Limit(1), database.ForUpdate))
}

func first[R any](rows []*R, err error) (*R, error) {
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// exists tells whether any row meets these conditions.
func (t *Table[R]) exists(ctx context.Context, q database.Queryer, deleted bool, filters ...Filter) (bool, error) {
	text, args := t.selection("1", deleted, filters).Limit(1).Build()
	var one int
	err := q.QueryRowContext(ctx, text, args...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Insert stores a new row.
func (t *Table[R]) Insert(ctx context.Context, q database.Queryer, row *R) error {
	args := make([]any, len(t.columns))
	for i, each := range t.columns {
		args[i] = each.Arg(row)
	}
	_, err := q.ExecContext(ctx, t.insert, args...)
	return t.storing(err, row)
}

// Match is a column and the value that it must have.
type Match struct {
	Column string
	Value  any
}

// Update stores some fields of a row, where these columns match, and tells how many rows it changed.
func (t *Table[R]) Update(ctx context.Context, q database.Queryer, row *R, fields []*field.Field[R], where ...Match) (int64, error) {
	query := database.Flavor.NewUpdateBuilder()
	query.Update(database.Quote(t.Table))
	for _, each := range fields {
		if each.Stored() {
			query.SetMore(query.Assign(database.Quote(each.Column), each.Arg(row)))
		}
	}
	for _, match := range where {
		query.Where(query.Equal(database.Quote(match.Column), match.Value))
	}
	text, args := query.Build()
	result, err := q.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, t.storing(err, row)
	}
	return result.RowsAffected()
}

// Readable tells which of these rows there are and the caller may read.
func (t *Table[R]) Readable(
	ctx context.Context, q database.Queryer, caller access.Caller, ids []uuid.UUID, lock bool,
) (map[uuid.UUID]bool, error) {
	rows, err := t.readable(ctx, q, caller, ids, lock)
	found := make(map[uuid.UUID]bool, len(rows))
	for _, row := range rows {
		found[t.ID(row)] = true
	}
	return found, err
}

// Shown are those of these rows that the caller may read, as they are answered.
func (t *Table[R]) Shown(ctx context.Context, q database.Queryer, caller access.Caller, ids []uuid.UUID) (map[uuid.UUID][]byte, error) {
	rows, err := t.readable(ctx, q, caller, ids, false)
	if err != nil {
		return nil, err
	}
	if err := t.loadLinks(ctx, q, rows); err != nil {
		return nil, err
	}
	shown := make(map[uuid.UUID][]byte, len(rows))
	for _, row := range rows {
		if t.Present != nil {
			shown[t.ID(row)] = t.Present(nil, row)
			continue
		}
		shown[t.ID(row)] = t.Append(nil, row)
	}
	return shown, nil
}

func (t *Table[R]) readable(ctx context.Context, q database.Queryer, caller access.Caller, ids []uuid.UUID, lock bool) ([]*R, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	end := ""
	if lock {
		end = database.ForShare
	}
	query := t.selection(t.selects, false, []Filter{among(columnID, ids)}).OrderBy(columnID)
	rows, err := t.rows(ctx, q, query, end)
	return slices.DeleteFunc(rows, func(row *R) bool { return !t.allows(caller, access.Read, row) }), err
}

func (t *Table[R]) allows(caller access.Caller, action string, row *R) bool {
	return t.Access.Allows(caller, action, t.owner(row))
}

func (t *Table[R]) owner(row *R) *uuid.UUID {
	if t.Owner == nil {
		return nil
	}
	return t.Owner(row)
}

// among is the condition that a column has one of these ids.
func among(column string, ids []uuid.UUID) Filter {
	args := make([]any, 0, len(ids))
	seen := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			args = append(args, database.StoreUUID(id))
		}
	}
	return func(where *sqlbuilder.SelectBuilder) string { return where.In(database.Quote(column), args...) }
}

// Append writes a row as callers see it; the ids of its links must be loaded.
func (t *Table[R]) Append(to []byte, row *R) []byte {
	to = append(to, '{')
	for i, each := range t.shown {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(to, t.keys[i]...)
		to = each.Append(to, row)
	}
	return append(to, '}')
}

// loadLinks finds the ids that rows are linked to, sorted: one query per relation.
func (t *Table[R]) loadLinks(ctx context.Context, q database.Queryer, rows []*R) error {
	for _, each := range t.links {
		if err := t.load(ctx, q, each, rows); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table[R]) load(ctx context.Context, q database.Queryer, links *field.Field[R], rows []*R) error {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = t.ID(row)
	}
	linked, err := linksOf(ctx, q, links.Links, ids)
	for i, row := range rows {
		links.SetIDs(row, linked[ids[i]])
	}
	return err
}

// linksOf are the ids that rows are linked to, sorted, by the id of the row.
func linksOf(ctx context.Context, q database.Queryer, links *field.LinksTo, ids []uuid.UUID) (map[uuid.UUID][]uuid.UUID, error) {
	linked := make(map[uuid.UUID][]uuid.UUID, len(ids))
	if len(ids) == 0 {
		return linked, nil
	}
	here, there := database.Quote(links.Here), database.Quote(links.There)
	query := database.Flavor.NewSelectBuilder()
	query.Select(here, there).From(database.Quote(links.Table)).OrderBy(there)
	query.Where(among(links.Here, ids)(query))
	text, args := query.Build()
	found, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("find links in %s: %w", links.Table, err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		var one, other any
		if err := found.Scan(&one, &other); err != nil {
			return nil, fmt.Errorf("read a link in %s: %w", links.Table, err)
		}
		id, err := database.LoadUUID(one)
		if err != nil {
			return nil, err
		}
		to, err := database.LoadUUID(other)
		if err != nil {
			return nil, err
		}
		linked[id] = append(linked[id], to)
	}
	return linked, found.Err()
}

// takenError says that a row to be stored has a unique value of another row.
type takenError[R any] struct {
	row   R
	cause error
}

func (e *takenError[R]) Error() string { return "a unique value is taken: " + e.cause.Error() }
func (e *takenError[R]) Unwrap() error { return e.cause }

// storing turns what a write failed with into what callers are told.
func (t *Table[R]) storing(err error, row *R) error {
	switch {
	case err == nil:
		return nil
	case database.ViolationOf(err) == database.UniqueKey && row != nil:
		return &takenError[R]{row: *row, cause: err}
	case database.ViolationOf(err) == database.ForeignKey:
		return problem.Conflict("Another row was deleted, or refers to this one.")
	default:
		return fmt.Errorf("write a row of %s: %w", t.Table, err)
	}
}

// Transaction runs a function in a transaction that writes rows of this table; the problem names
// every value that is taken.
func (t *Table[R]) Transaction(ctx context.Context, db *database.DB, fn func(ctx context.Context, s *database.Session) error) error {
	err := db.Write(ctx, fn)
	var taken *takenError[R]
	if !errors.As(err, &taken) {
		return err
	}
	var details []problem.Detail
	err = db.Read(ctx, func(ctx context.Context, q database.Queryer) (err error) {
		details, err = t.taken(ctx, q, &taken.row)
		return err
	})
	if err != nil {
		return err
	}
	return problem.Conflict("This value is taken.", details...)
}

// taken names the unique values that another row has: a database tells only one.
func (t *Table[R]) taken(ctx context.Context, q database.Queryer, row *R) ([]problem.Detail, error) {
	taken := map[string]bool{}
	for _, columns := range t.Unique {
		filters := []Filter{func(where *sqlbuilder.SelectBuilder) string {
			return where.NotEqual(columnID, database.StoreUUID(t.ID(row)))
		}}
		known := true
		for _, column := range columns {
			each := t.Field(column)
			// A column that tells live rows from others is none of the fields.
			if each == nil {
				continue
			}
			known = known && !each.Null(row)
			filters = append(filters, Is(column, each.Arg(row)))
		}
		if !known {
			continue
		}
		found, err := t.exists(ctx, q, false, filters...)
		if err != nil {
			return nil, err
		}
		for _, column := range columns {
			taken[column] = taken[column] || found
		}
	}
	var details []problem.Detail
	for _, each := range t.columns {
		if taken[each.Column] {
			details = append(details, problem.Detail{Field: each.JSON, Rule: problem.RuleUnique, Message: "is taken"})
		}
	}
	return details, nil
}
