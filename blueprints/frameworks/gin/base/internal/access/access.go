// Package access says who may do what with the rows of a resource.
package access

import (
	"slices"

	"github.com/google/uuid"

	"example.com/service/internal/problem"
)

// What anybody can be allowed to do with rows; commands have names of their own.
const (
	List   = "list"
	Read   = "read"
	Create = "create"
	Update = "update"
	Delete = "delete"
)

// The policies that are no roles.
const (
	Public        = "public"
	Authenticated = "authenticated"
	Owner         = "owner"
	admin         = "admin"
)

// Caller is whoever sends a request; nobody is logged in when UserID is nil.
type Caller struct {
	UserID    *uuid.UUID
	Role      *string
	SessionID *uuid.UUID
}

// Policies hold, for each action and command, "public", "authenticated", "owner" or roles.
//
// Any one of several suffices, and an admin passes every check.
type Policies map[string][]string

func (p Policies) of(action string) []string {
	names, known := p[action]
	if !known {
		return []string{Public}
	}
	return names
}

// ByRole tells whether the caller may do this with every row, whoever owns it.
func (p Policies) ByRole(caller Caller, action string) bool {
	names := p.of(action)
	if slices.Contains(names, Public) || caller.IsAdmin() {
		return true
	}
	if caller.UserID == nil {
		return false
	}
	return slices.Contains(names, Authenticated) || caller.Role != nil && slices.Contains(names, *caller.Role)
}

// Require is a problem for a caller who may not do this with any row: 401 or 403.
func (p Policies) Require(caller Caller, action string) error {
	switch {
	case p.ByRole(caller, action):
		return nil
	case caller.UserID == nil:
		return problem.Unauthorized()
	case !slices.Contains(p.of(action), Owner):
		return problem.Forbidden()
	default:
		return nil
	}
}

// Allows tells whether the caller may do this with a row of this owner.
func (p Policies) Allows(caller Caller, action string, owner *uuid.UUID) bool {
	return p.ByRole(caller, action) || slices.Contains(p.of(action), Owner) && caller.Owns(owner)
}

// Owns tells whether the caller is the owner of a row.
func (c Caller) Owns(owner *uuid.UUID) bool {
	return c.UserID != nil && owner != nil && *c.UserID == *owner
}

// RequireAdmin is a problem for anybody but an admin: 401 or 403.
func RequireAdmin(caller Caller) error {
	switch {
	case caller.IsAdmin():
		return nil
	case caller.UserID == nil:
		return problem.Unauthorized()
	default:
		return problem.Forbidden()
	}
}
