package resource

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/naming"
)

// Mask is what audit entries and approvals show of private values.
const Mask = "***"

// Options describe the rows of one entity.
type Options[R any] struct {
	Name  string
	Path  string
	Table string
	// Fields are the declared ones, those of every answer first.
	Fields []*field.Field[R]
	Access access.Policies
	Lists  ListOptions
	// Unique are the columns of each unique key.
	Unique     [][]string
	SoftDelete bool
	Owned      bool
	Audited    bool
	Rules      []Rule[R]
	Consents   []Consent[R]
}

// Repository is the rows of one entity: how they are found, related, judged and written.
type Repository[R any] struct {
	*Table[R]

	options    Options[R]
	registry   *Registry
	row        func(*R) *Row
	declared   []*field.Field[R]
	references []*field.Field[R]
	links      []*field.Field[R]
	readOnly   []string
	listing    *Listing[R]
	version    []*field.Field[R]
	entries    *Table[entry]
	create     field.Body[R]
	replace    field.Body[R]
	patch      field.Body[R]
	source     Source
}

// AllFields are the declared fields of an entity and those that only the service sets, in the order of answers.
func AllFields[R any, P rowOf[R]](options Options[R]) []*field.Field[R] {
	of := func(row *R) *Row { return P(row).Common() }
	fields := append(common(of), options.Fields...)
	if options.Owned {
		fields = append(fields, ownerField(of)...)
	}
	if options.SoftDelete {
		fields = append(fields, deletionField(of)...)
	}
	return fields
}

// New makes the repository of an entity, whose struct embeds Row.
func New[R any, P rowOf[R]](registry *Registry, options Options[R]) *Repository[R] {
	of := func(row *R) *Row { return P(row).Common() }
	fields := AllFields[R, P](options)
	r := &Repository[R]{options: options, registry: registry, row: of, declared: options.Fields, readOnly: serverSet()}
	r.Table = NewTable(TableOptions[R]{
		Name: options.Name, Table: options.Table, Fields: fields, Access: options.Access, SoftDelete: options.SoftDelete,
		Unique: options.Unique,
		ID:     func(row *R) uuid.UUID { return of(row).ID },
		Owner:  func(row *R) *uuid.UUID { return of(row).OwnerID },
	})
	r.source = Source{Name: options.Name, Table: options.Table}
	for _, each := range options.Fields {
		switch {
		case each.Reference != nil:
			r.references = append(r.references, each)
		case each.Links != nil:
			r.links = append(r.links, each)
			r.source.Links = append(r.source.Links, each.Links.Table)
		}
		if each.ReadOnly {
			r.readOnly = append(r.readOnly, each.JSON)
		}
	}
	r.version = []*field.Field[R]{r.Field(columnVersion), r.Field(columnUpdatedAt)}
	r.listing = NewListing(r.Table, options.Lists)
	r.entries = auditEntries()
	r.create = field.Body[R]{Fields: r.declared, ReadOnly: r.readOnly}
	r.replace = field.Body[R]{Fields: r.declared, ReadOnly: r.readOnly, Whole: true}
	r.patch = field.Body[R]{Fields: r.declared, ReadOnly: r.readOnly, Partial: true}
	registry.Add(r)
	return r
}

// Path is the part of URLs that the rows have.
func (r *Repository[R]) Path() string { return r.options.Path }

// Source is what the answers are read from.
func (r *Repository[R]) Source() Source { return r.source }

// IsPrivate tells whether nobody sees the values of a JSON key.
func (r *Repository[R]) IsPrivate(key string) bool {
	return !slices.ContainsFunc(r.shown, func(each *field.Field[R]) bool { return each.JSON == key })
}

// expandable are the references by the names that `expand` takes, in order.
func (r *Repository[R]) expandable() []string {
	names := make([]string, len(r.references))
	for i, each := range r.references {
		names[i] = naming.JSON(each.Reference.Name)
	}
	return names
}

// answer is a row as it is answered.
func (r *Repository[R]) answer(ctx context.Context, q database.Queryer, row *R) (Answer, error) {
	if err := r.loadLinks(ctx, q, []*R{row}); err != nil {
		return Answer{}, err
	}
	common := r.row(row)
	return Answer{Body: r.Append(nil, row), ID: common.ID, Version: common.Version}, nil
}

// defaults are what a new row has before anybody says anything.
func (r *Repository[R]) defaults() *R {
	row := new(R)
	for _, each := range r.declared {
		if each.HasDefault() {
			each.Default(row)
		}
	}
	return row
}
