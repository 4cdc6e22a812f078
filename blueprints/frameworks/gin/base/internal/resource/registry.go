// Package resource is what the resources of this service have in common: how their rows are found,
// listed, judged, written and told of, and who may do it.
package resource

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/strictjson"
)

// What happened to a row.
const (
	Created = "created"
	Updated = "updated"
	Deleted = "deleted"
)

// Publisher tells others what happened to a row, once it is committed.
type Publisher interface {
	// Waits tells whether anybody waits for events.
	Waits() bool
	// Wrote says what happened to a row; data is the row as it is answered.
	Wrote(ctx context.Context, s *database.Session, entity, change string, id uuid.UUID, data []byte) error
}

// NoEvents is a Publisher of a service that nobody listens to.
type NoEvents struct{}

// Waits is false: nobody does.
func (NoEvents) Waits() bool { return false }

// Wrote does nothing.
func (NoEvents) Wrote(context.Context, *database.Session, string, string, uuid.UUID, []byte) error {
	return nil
}

// Approvals keeps writes that wait for consent.
type Approvals interface {
	// Ask keeps a write, and gives the answer to it.
	Ask(ctx context.Context, s *database.Session, asked Asked) ([]byte, error)
}

// Asked is a write that waits for consent.
type Asked struct {
	Entity string
	Action string
	// RowID and Version are those of the row as it is; nil for a new one.
	RowID       *uuid.UUID
	Version     *int
	OwnerID     *uuid.UUID
	RequestedBy *uuid.UUID
	Approvers   []string
	// Change is what would be written, as a JSON object with private values.
	Change []byte
}

// Source is what answers are read from: the table of an entity and those of its links.
type Source struct {
	Name  string
	Table string
	Links []string
}

// KeptRow is a row as it is answered, and whose it is: whoever asks, his access is judged anew.
type KeptRow struct {
	Answer  []byte
	OwnerID *uuid.UUID
}

// Cache is a place between the service and its database where answers are kept.
type Cache interface {
	// Row is one row, kept or loaded.
	Row(ctx context.Context, source Source, id string, load func(ctx context.Context) (KeptRow, error)) (KeptRow, error)
	// Page is the first page of a list, kept or loaded; the name tells it from others.
	Page(ctx context.Context, source Source, name string, load func(ctx context.Context) ([]byte, error)) ([]byte, error)
}

// NoCache keeps nothing.
type NoCache struct{}

// Row loads the row.
func (NoCache) Row(ctx context.Context, _ Source, _ string, load func(ctx context.Context) (KeptRow, error)) (KeptRow, error) {
	return load(ctx)
}

// Page loads the page.
func (NoCache) Page(ctx context.Context, _ Source, _ string, load func(ctx context.Context) ([]byte, error)) ([]byte, error) {
	return load(ctx)
}

// Entity is a repository, whatever its rows are.
type Entity interface {
	Target
	// Path is the part of URLs that its rows have.
	Path() string
	// Perform does a write that waited for consent; false when it cannot be done as it was asked for.
	Perform(ctx context.Context, s *database.Session, asked Asked) (*uuid.UUID, bool, error)
	// Import stores a row as it is told, whatever rules say.
	Import(ctx context.Context, s *database.Session, call *Call, body *strictjson.Object) (Answer, error)
	// IsPrivate tells whether nobody sees the values of a JSON key.
	IsPrivate(key string) bool
	// Transaction runs a function in a transaction that writes rows of this table.
	Transaction(ctx context.Context, db *database.DB, fn func(ctx context.Context, s *database.Session) error) error

	// Source is what its answers are read from.
	Source() Source

	detach(ctx context.Context, d *deletion, from leaving) error
	forget(ctx context.Context, d *deletion, from leaving) error
	seed(ctx context.Context, s *database.Session, call *Call, examples []Example) error
	nth(ctx context.Context, q database.Queryer, number int) (*uuid.UUID, error)
	questions(ctx context.Context, q database.Queryer) ([]question, error)
	listLinked(ctx context.Context, call *Call, owner string, to *field.LinksTo, text string) (Answer, error)
}

// Registry is all tables of the service, and what their repositories work with. Relations name
// their target; tables find each other here.
type Registry struct {
	DB        *database.DB
	Cache     Cache
	Events    Publisher
	Approvals Approvals

	targets  map[string]Target
	entities []Entity
}

// NewRegistry makes a registry without tables.
func NewRegistry(db *database.DB) *Registry {
	return &Registry{DB: db, Cache: NoCache{}, Events: NoEvents{}, targets: map[string]Target{}}
}

// Add makes a table known that rows of others may refer to.
func (r *Registry) Add(target Target) {
	r.targets[target.Name()] = target
	if entity, isEntity := target.(Entity); isEntity {
		r.entities = append(r.entities, entity)
	}
}

// Entity finds a repository by the name of its entity.
func (r *Registry) Entity(name string) (Entity, error) {
	entity, known := r.targets[name].(Entity)
	if !known {
		return nil, fmt.Errorf("there is no entity %s", name)
	}
	return entity, nil
}

// Entities are all repositories, in the order in which they were added.
func (r *Registry) Entities() []Entity { return r.entities }

// Sources are what the answers of all entities are read from.
func (r *Registry) Sources() []Source {
	sources := make([]Source, len(r.entities))
	for i, each := range r.entities {
		sources[i] = each.Source()
	}
	return sources
}

func (r *Registry) target(name string) (Target, error) {
	target, known := r.targets[name]
	if !known {
		return nil, fmt.Errorf("there is no table %s", name)
	}
	return target, nil
}

// Call is one request as the services see it: who calls, with which parameters and conditions.
type Call struct {
	Caller access.Caller
	// Query is the raw query string.
	Query string
	// IfMatch is the header, if it was sent.
	IfMatch *string
	// Repeatable is what makes requests one; nil without an idempotency key.
	Repeatable *Repeatable
}

// Answer is what is answered: a row with its version, or a page.
type Answer struct {
	Status  int
	Body    []byte
	ID      uuid.UUID
	Version int
	// Expanded tells that the version does not speak for the whole body.
	Expanded bool
}
