// Package tags holds tags: how they are kept, what may be done with them, and by whom.
package tags

import (
	"example.com/shop/internal/field"
	"example.com/shop/internal/resource"
)

// Tag is a tag as it is stored.
//
// A word that products are found by.
type Tag struct {
	resource.Row

	Name string
}

// Fields bind each field of a tag to its column and to what it accepts.
func Fields() []*field.Field[Tag] {
	return field.Table(
		field.Required("name", field.String().Min(2).Max(30), func(row *Tag) *string { return &row.Name }),
	)
}
