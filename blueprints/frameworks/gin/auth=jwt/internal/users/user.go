// Package users are people with accounts, as admins see and change them.
package users

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/access"
	"example.com/service/internal/auth"
	"example.com/service/internal/field"
	"example.com/service/internal/resource"
	"example.com/service/internal/strictjson"
)

const roleAdmin = "admin"

// User is a person with an account.
type User struct {
	Own

	ID        uuid.UUID
	Email     string
	Name      string
	Role      string
	Active    bool
	CreatedAt time.Time
	UpdatedAt time.Time
	// Password is the one that was sent; what is kept of it is its hash.
	Password     string
	PasswordHash string
}

func (u *User) isActiveAdmin() bool {
	return u.Role == roleAdmin && u.Active
}

// Fields are those of users: what is accepted in bodies is made of them.
type Fields struct {
	id, email, name, role, active, createdAt, updatedAt, password, hash *field.Field[User]

	own []*field.Field[User]
}

// NewFields binds each field of a user to its column and to what it accepts.
func NewFields() *Fields {
	const maxName = 100
	all := field.Table(
		field.Required("id", field.UUID(), func(u *User) *uuid.UUID { return &u.ID }).ReadOnly(),
		field.Required("email", field.Email(), func(u *User) *string { return &u.Email }),
		field.Required("name", field.String().Length(1, maxName), func(u *User) *string { return &u.Name }),
		field.Required("role", field.Choice(Roles()...), func(u *User) *string { return &u.Role }),
		field.Required("active", field.Boolean(), func(u *User) *bool { return &u.Active }),
		field.Required("created_at", field.Moment(), func(u *User) *time.Time { return &u.CreatedAt }).ReadOnly(),
		field.Required("updated_at", field.Moment(), func(u *User) *time.Time { return &u.UpdatedAt }).ReadOnly(),
		field.Required("password", auth.Password(), func(u *User) *string { return &u.Password }),
		field.Required("password_hash", field.String(), func(u *User) *string { return &u.PasswordHash }).Private(),
	)
	return &Fields{all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7], all[8], ownFields()}
}

// New is a user of whom nothing is said yet.
func (f *Fields) New() *User {
	user := &User{}
	for _, each := range f.own {
		if each.HasDefault() {
			each.Default(user)
		}
	}
	return user
}

// stored are the fields that have a column, in the order in which they are answered.
func (f *Fields) stored() []*field.Field[User] {
	fields := []*field.Field[User]{f.id, f.email, f.name, f.role, f.active, f.createdAt, f.updatedAt}
	return append(slices.Concat(fields, f.own), f.hash)
}

// Registration is what people say who make an account.
func (f *Fields) Registration() field.Body[User] {
	return f.body(f.email, f.password, f.name)
}

// Create is what an admin says who makes an account.
func (f *Fields) Create() field.Body[User] {
	return f.body(f.email, f.password, f.name, f.role)
}

// Patch is what an admin changes; a key left out keeps its value.
func (f *Fields) Patch() field.Body[User] {
	body := f.body(f.name, f.role, f.active)
	body.Partial = true
	return body
}

func (f *Fields) body(fields ...*field.Field[User]) field.Body[User] {
	return field.Body[User]{Fields: append(fields, f.own...), ReadOnly: f.ReadOnly()}
}

// ReadOnly are the JSON keys that only the server sets: answered, but in no body.
func (f *Fields) ReadOnly() []string {
	var keys []string
	for _, each := range f.stored() {
		if each.ReadOnly {
			keys = append(keys, each.JSON)
		}
	}
	return keys
}

// NewTable describes how users are stored, and how other rows refer to them: by their id and name,
// which whoever sees the row may see.
func NewTable(fields *Fields) *resource.Table[User] {
	return resource.NewTable(resource.TableOptions[User]{
		Name:   "User",
		Table:  "users",
		Fields: fields.stored(),
		Access: access.Policies{access.Read: {access.Public}},
		Unique: uniqueKeys(),
		ID:     func(u *User) uuid.UUID { return u.ID },
		Present: func(to []byte, u *User) []byte {
			return strictjson.AppendValue(to, strictjson.NewObject("id", u.ID.String(), "name", u.Name))
		},
	})
}
