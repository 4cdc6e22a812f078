package users

import (
	"example.com/shop/internal/field"
)

// Own is what this project knows about its users besides.
type Own struct{}

// ownFields binds each of them to its column and to what it accepts.
func ownFields() []*field.Field[User] {
	return nil
}

// uniqueKeys are the columns of each unique key.
func uniqueKeys() [][]string {
	return [][]string{
		{"email"},
	}
}
