package tags

import (
	"example.com/shop/internal/access"
	"example.com/shop/internal/field"
	"example.com/shop/internal/resource"
)

// NewRepository makes the rows of tags known.
func NewRepository(registry *resource.Registry) *resource.Repository[Tag] {
	return resource.New(registry, options())
}

// AllFields are the declared fields and those that only the service sets, in the order of answers.
func AllFields() []*field.Field[Tag] {
	return resource.AllFields(options())
}

// options say how tags are found, related and shown.
func options() resource.Options[Tag] {
	return resource.Options[Tag]{
		Name:   "Tag",
		Path:   "tags",
		Table:  "tags",
		Fields: Fields(),
		Access: access.Policies{
			"list":   {"public"},
			"read":   {"public"},
			"create": {"authenticated"},
			"update": {"owner", "admin"},
			"delete": {"owner", "admin"},
		},
		Lists: resource.ListOptions{
			Filters: []string{"name", "created_at", "updated_at"},
			Sort:    []string{"name", "created_at", "updated_at"},
			Search:  []string{"name"},
			Cursor:  false,
		},
		Unique: [][]string{
			{"name"},
		},
		Owned: true,
	}
}
