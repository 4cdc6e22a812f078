package users

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/auth"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
	"example.com/service/internal/resource"
)

// Service are the use cases of users; each is one transaction.
type Service struct {
	Fields *Fields

	db        *database.DB
	passwords *auth.Passwords
	table     *resource.Table[User]
	listing   *resource.Listing[User]
}

// NewService makes the use cases of users, and lets rows of other tables refer to users.
func NewService(registry *resource.Registry, passwords *auth.Passwords) *Service {
	fields := NewFields()
	table := NewTable(fields)
	registry.Add(table)
	return &Service{
		Fields:    fields,
		db:        registry.DB,
		passwords: passwords,
		table:     table,
		listing: resource.NewListing(table, resource.ListOptions{
			Filters: []string{"email", "role", "active"},
			Sort:    []string{"email", "name", "role", "active", "created_at", "updated_at"},
		}),
	}
}

// Body is a user as others see him; never a password or its hash.
func (s *Service) Body(user *User) []byte {
	return s.table.Append(nil, user)
}

// Read finds a user; 404 for an unknown one.
func (s *Service) Read(ctx context.Context, id uuid.UUID) (user *User, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		user, err = s.find(ctx, q, id)
		return err
	})
	return user, err
}

func (s *Service) find(ctx context.Context, q database.Queryer, id uuid.UUID) (*User, error) {
	user, err := s.table.First(ctx, q, resource.Is("id", database.StoreUUID(id)))
	if err == nil && user == nil {
		return nil, problem.New(http.StatusNotFound, problem.CodeNotFound, "There is no such user.")
	}
	return user, err
}

// WithEmail finds the user of an address; nil when there is none.
func (s *Service) WithEmail(ctx context.Context, email string) (user *User, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		user, err = s.table.First(ctx, q, resource.Is("email", email))
		return err
	})
	return user, err
}

// List is a page of users; 400 for what the list does not understand.
func (s *Service) List(ctx context.Context, raw string) (body []byte, err error) {
	query := resource.ParseQuery(raw)
	wanted := s.listing.Read(query)
	if err := query.RequireValid(); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		page, err := s.listing.Fetch(ctx, q, wanted, false)
		body = resource.AppendPage(page, func(to []byte, i int) []byte { return s.table.Append(to, page.Rows[i]) })
		return err
	})
	return body, err
}

// Create makes a user of any role; 409 when the address or another unique value is taken.
//
// The function is called in the same transaction; it may be nil.
func (s *Service) Create(
	ctx context.Context, user *User, then func(ctx context.Context, q *database.Session, user *User) error,
) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make an id: %w", err)
	}
	hash, err := s.passwords.Hash(ctx, user.Password)
	if err != nil {
		return err
	}
	user.ID, user.Active, user.PasswordHash, user.Password = id, true, hash, ""
	user.CreatedAt = field.Now()
	user.UpdatedAt = user.CreatedAt
	return s.table.Transaction(ctx, s.db, func(ctx context.Context, q *database.Session) error {
		if err := s.table.Insert(ctx, q, user); err != nil || then == nil {
			return err
		}
		return then(ctx, q, user)
	})
}

// Update changes a user: `change` sets the fields that it returns. Deactivation ends all sessions; 409
// when no active admin would be left.
func (s *Service) Update(
	ctx context.Context, id uuid.UUID, change func(user *User) ([]*field.Field[User], error),
) (changed *User, err error) {
	err = s.table.Transaction(ctx, s.db, func(ctx context.Context, q *database.Session) error {
		// Two admins who demote each other at the same time go one after the other.
		if err := s.db.Lock(ctx, q, "admins"); err != nil {
			return err
		}
		user, err := s.find(ctx, q, id)
		if err != nil {
			return err
		}
		was := *user
		given, err := change(user)
		if err != nil {
			return err
		}
		changed = user
		if err := s.store(ctx, q, &was, user, given); err != nil || user.Active {
			return err
		}
		return auth.RevokeAll(ctx, q, user.ID, nil)
	})
	return changed, err
}

func (s *Service) store(ctx context.Context, q database.Queryer, was, user *User, given []*field.Field[User]) error {
	if len(given) == 0 {
		return nil
	}
	if was.isActiveAdmin() && !user.isActiveAdmin() {
		others, err := s.hasOtherAdmin(ctx, q, user)
		if err != nil {
			return err
		}
		if !others {
			return problem.Conflict("This is the last active admin.")
		}
	}
	user.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	_, err := s.table.Update(ctx, q, user, append(given, s.Fields.updatedAt), resource.Match{Column: "id", Value: database.StoreUUID(user.ID)})
	return err
}

func (s *Service) hasOtherAdmin(ctx context.Context, q database.Queryer, user *User) (bool, error) {
	admins, err := s.table.All(ctx, q, resource.Is("role", roleAdmin), resource.Is("active", database.StoreBool(true)))
	for _, each := range admins {
		if each.ID != user.ID {
			return true, nil
		}
	}
	return false, err
}

// Promote makes a user an active admin.
func (s *Service) Promote(ctx context.Context, id uuid.UUID) error {
	_, err := s.Update(ctx, id, func(user *User) ([]*field.Field[User], error) {
		user.Role, user.Active = roleAdmin, true
		return []*field.Field[User]{s.Fields.role, s.Fields.active}, nil
	})
	return err
}
