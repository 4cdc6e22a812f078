package resource

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// RowID reads the id in a path; the problem is 400 when it is malformed.
func RowID(text string) (uuid.UUID, error) { return idOf(text, columnID) }

func idOf(text, name string) (uuid.UUID, error) {
	id, fault := field.ParseUUID(text)
	if fault != nil {
		return id, problem.Validation([]problem.Detail{fault.At(name)})
	}
	return id, nil
}

// unit is what reading and writing share: one connection, one repository, one call.
type unit[R any] struct {
	q          database.Queryer
	repository *Repository[R]
	call       *Call
	query      *Query
}

// obtain finds a row that the caller may read: 400 for a malformed id, else 404.
func (u *unit[R]) obtain(ctx context.Context, text string, deleted, lock bool) (*R, error) {
	id, err := RowID(text)
	if err != nil {
		return nil, err
	}
	end := ""
	if lock {
		end = database.ForUpdate
	}
	table := u.repository.Table
	query := table.selection(table.selects, deleted, []Filter{Is(columnID, database.StoreUUID(id))})
	row, err := first(table.rows(ctx, u.q, query, end))
	if err != nil {
		return nil, err
	}
	return u.visible(row)
}

func (u *unit[R]) visible(row *R) (*R, error) {
	if row == nil || !u.repository.allows(u.call.Caller, access.Read, row) {
		return nil, problem.NotFound()
	}
	return row, nil
}

// reader reads for one request.
type reader[R any] struct {
	unit[R]

	withDeleted bool
}

// read runs a function for a caller who may do this; the problem is 401 or 403 for others.
func (r *Repository[R]) read(
	ctx context.Context, call *Call, action string, fn func(ctx context.Context, u *reader[R]) (Answer, error),
) (answer Answer, err error) {
	if err := r.Access.Require(call.Caller, action); err != nil {
		return Answer{}, err
	}
	query := ParseQuery(call.Query)
	deleted := r.SoftDelete && query.Flag("include_deleted")
	if deleted {
		if err := access.RequireAdmin(call.Caller); err != nil {
			return Answer{}, err
		}
	}
	err = r.registry.DB.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		answer, err = fn(ctx, &reader[R]{unit[R]{q, r, call, query}, deleted})
		return err
	})
	return answer, err
}

// List is a page of the rows that the caller sees; a plain first one may be kept.
func (r *Repository[R]) List(ctx context.Context, call *Call) (Answer, error) {
	return r.read(ctx, call, access.List, func(ctx context.Context, u *reader[R]) (Answer, error) {
		return u.page(ctx, true)
	})
}

// Read is one row by its id; without parameters it may be one that is kept.
func (r *Repository[R]) Read(ctx context.Context, call *Call, text string) (Answer, error) {
	return r.read(ctx, call, access.Read, func(ctx context.Context, u *reader[R]) (Answer, error) {
		if call.Query != "" {
			row, err := u.obtain(ctx, text, u.withDeleted, false)
			if err != nil {
				return Answer{}, err
			}
			return u.answer(ctx, row)
		}
		return u.kept(ctx, text)
	})
}

func (u *reader[R]) kept(ctx context.Context, text string) (Answer, error) {
	id, err := RowID(text)
	if err != nil {
		return Answer{}, err
	}
	load := func(ctx context.Context) (KeptRow, error) {
		row, err := u.obtain(ctx, text, false, false)
		if err != nil {
			return KeptRow{}, err
		}
		answer, err := u.repository.answer(ctx, u.q, row)
		return KeptRow{answer.Body, u.repository.owner(row)}, err
	}
	found, err := u.repository.registry.Cache.Row(ctx, u.repository.source, id.String(), load)
	if err != nil {
		return Answer{}, err
	}
	if !u.repository.Access.Allows(u.call.Caller, access.Read, found.OwnerID) {
		return Answer{}, problem.NotFound()
	}
	return Answer{Body: found.Answer, ID: id, Version: versionOf(found.Answer)}, nil
}

// ReadOf is the one row that refers to a parent by this column; the problem is 404 when there is none.
func (r *Repository[R]) ReadOf(ctx context.Context, call *Call, column, parent string) (Answer, error) {
	return r.read(ctx, call, access.Read, func(ctx context.Context, u *reader[R]) (Answer, error) {
		id, err := u.parent(ctx, r.Field(column).Reference.To, parent)
		if err != nil {
			return Answer{}, err
		}
		query := r.selection(r.selects, u.withDeleted, []Filter{Is(column, database.StoreUUID(id))})
		row, err := first(r.rows(ctx, u.q, query.OrderByDesc(columnID).Limit(1), ""))
		if err != nil {
			return Answer{}, err
		}
		if row, err = u.visible(row); err != nil {
			return Answer{}, err
		}
		return u.answer(ctx, row)
	})
}

// ListOf is a page of the rows that refer to a parent by this column, or are linked to it under this name.
func (r *Repository[R]) ListOf(ctx context.Context, call *Call, column, parent string) (Answer, error) {
	return r.read(ctx, call, access.List, func(ctx context.Context, u *reader[R]) (Answer, error) {
		relation := r.Field(column)
		if relation.Links == nil {
			id, err := u.parent(ctx, relation.Reference.To, parent)
			if err != nil {
				return Answer{}, err
			}
			return u.page(ctx, false, Is(column, database.StoreUUID(id)))
		}
		id, err := u.parent(ctx, relation.Links.To, parent)
		if err != nil {
			return Answer{}, err
		}
		return u.page(ctx, false, linked(relation.Links.Table, relation.Links.Here, relation.Links.There, id))
	})
}

// ListLinked is a page of the rows of another table that a row of this one links to under this name.
func (r *Repository[R]) ListLinked(ctx context.Context, call *Call, column, text string) (Answer, error) {
	to := r.Field(column).Links
	target, err := r.registry.Entity(to.To)
	if err != nil {
		return Answer{}, err
	}
	return target.listLinked(ctx, call, r.Name(), to, text)
}

// listLinked is a page of the rows that a row of another entity links to.
func (r *Repository[R]) listLinked(ctx context.Context, call *Call, owner string, to *field.LinksTo, text string) (Answer, error) {
	return r.read(ctx, call, access.List, func(ctx context.Context, u *reader[R]) (Answer, error) {
		id, err := u.parent(ctx, owner, text)
		if err != nil {
			return Answer{}, err
		}
		return u.page(ctx, false, linked(to.Table, to.There, to.Here, id))
	})
}

// linked is the condition that a table of links connects a row to the one with this id.
func linked(table, this, other string, id uuid.UUID) Filter {
	return func(where *sqlbuilder.SelectBuilder) string {
		links := database.Flavor.NewSelectBuilder()
		links.Select(database.Quote(this)).From(database.Quote(table))
		links.Where(links.Equal(database.Quote(other), database.StoreUUID(id)))
		return where.In(columnID, links)
	}
}

// parent is the id of a row of another table that the caller may read, else 404.
func (u *reader[R]) parent(ctx context.Context, name, text string) (uuid.UUID, error) {
	id, err := RowID(text)
	if err != nil {
		return id, err
	}
	target, err := u.repository.registry.target(name)
	if err != nil {
		return id, err
	}
	found, err := target.Readable(ctx, u.q, u.call.Caller, []uuid.UUID{id}, false)
	if err == nil && !found[id] {
		return id, problem.NotFound()
	}
	return id, err
}

func (u *reader[R]) page(ctx context.Context, whole bool, filters ...Filter) (Answer, error) {
	listing := u.repository.listing
	wanted := listing.Read(u.query)
	expand := u.expand()
	if err := u.query.RequireValid(); err != nil {
		return Answer{}, err
	}
	load := func(ctx context.Context) ([]byte, error) {
		page, err := listing.Fetch(ctx, u.q, wanted, u.withDeleted, append(filters, u.own()...)...)
		if err != nil {
			return nil, err
		}
		bodies, err := u.bodies(ctx, page.Rows, expand)
		if err != nil {
			return nil, err
		}
		return AppendPage(page, func(to []byte, i int) []byte { return append(to, bodies[i]...) }), nil
	}
	if !whole || len(expand) > 0 || u.withDeleted || !wanted.isPlain() {
		body, err := load(ctx)
		return Answer{Body: body}, err
	}
	seen := "all"
	if !u.seesAll() {
		seen = fmt.Sprintf("of %s", *u.call.Caller.UserID)
	}
	name := fmt.Sprintf("%s %d %s", seen, wanted.limit, wanted.sort)
	body, err := u.repository.registry.Cache.Page(ctx, u.repository.source, name, load)
	return Answer{Body: body}, err
}

func (u *reader[R]) seesAll() bool {
	return u.repository.Access.ByRole(u.call.Caller, access.List)
}

// own says which rows the caller sees: where `list` is for owners, his own.
func (u *reader[R]) own() []Filter {
	if u.seesAll() {
		return nil
	}
	if u.call.Caller.UserID == nil {
		return []Filter{func(*sqlbuilder.SelectBuilder) string { return "1 = 0" }}
	}
	return []Filter{Is(columnOwnerID, database.StoreUUID(*u.call.Caller.UserID))}
}

// expand are the references that the caller wants to see as rows.
func (u *reader[R]) expand() []*field.Field[R] {
	known := u.repository.expandable()
	if len(known) == 0 {
		return nil
	}
	var wanted []*field.Field[R]
	for _, name := range u.query.Names("expand", known) {
		each := u.repository.references[slices.Index(known, name)]
		if !slices.Contains(wanted, each) {
			wanted = append(wanted, each)
		}
	}
	return wanted
}

func (u *reader[R]) answer(ctx context.Context, row *R) (Answer, error) {
	expand := u.expand()
	if err := u.query.RequireValid(); err != nil {
		return Answer{}, err
	}
	bodies, err := u.bodies(ctx, []*R{row}, expand)
	if err != nil {
		return Answer{}, err
	}
	common := u.repository.row(row)
	return Answer{Body: bodies[0], ID: common.ID, Version: common.Version, Expanded: len(expand) > 0}, nil
}

// bodies are rows as they are answered, with the rows that they refer to beside their keys: one
// query for each relation.
func (u *reader[R]) bodies(ctx context.Context, rows []*R, expand []*field.Field[R]) ([][]byte, error) {
	if err := u.repository.loadLinks(ctx, u.q, rows); err != nil {
		return nil, err
	}
	bodies := make([][]byte, len(rows))
	for i, row := range rows {
		bodies[i] = u.repository.Append(nil, row)
	}
	names := u.repository.expandable()
	for _, reference := range expand {
		shown, err := u.referred(ctx, reference, rows)
		if err != nil {
			return nil, err
		}
		name := names[slices.Index(u.repository.references, reference)]
		for i, row := range rows {
			beside := []byte("null")
			for _, id := range reference.IDs(row) {
				if found, readable := shown[id]; readable {
					beside = found
				}
			}
			bodies[i] = withKey(bodies[i], name, beside)
		}
	}
	if u.withDeleted {
		deletedAt := u.repository.Field(columnDeletedAt)
		for i, row := range rows {
			if !deletedAt.Null(row) {
				bodies[i] = withKey(bodies[i], deletedAt.JSON, deletedAt.Append(nil, row))
			}
		}
	}
	return bodies, nil
}

func (u *reader[R]) referred(ctx context.Context, reference *field.Field[R], rows []*R) (map[uuid.UUID][]byte, error) {
	target, err := u.repository.registry.target(reference.Reference.To)
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	for _, row := range rows {
		ids = append(ids, reference.IDs(row)...)
	}
	return target.Shown(ctx, u.q, u.call.Caller, ids)
}

// withKey adds a key to an object that has some.
func withKey(object []byte, key string, value []byte) []byte {
	object = append(object[:len(object)-1], ',')
	object = append(strictjson.AppendString(object, key), ':')
	return append(append(object, value...), '}')
}
