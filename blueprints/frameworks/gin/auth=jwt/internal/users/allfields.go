package users

import "example.com/service/internal/field"

// AllFields are those of users, in the order in which they are answered.
func AllFields() []*field.Field[User] {
	return NewFields().stored()
}
