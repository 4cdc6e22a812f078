package suppliers

import (
	"example.com/shop/internal/access"
	"example.com/shop/internal/field"
	"example.com/shop/internal/resource"
)

// NewRepository makes the rows of suppliers known.
func NewRepository(registry *resource.Registry) *resource.Repository[Supplier] {
	return resource.New(registry, options())
}

// AllFields are the declared fields and those that only the service sets, in the order of answers.
func AllFields() []*field.Field[Supplier] {
	return resource.AllFields(options())
}

// options say how suppliers are found, related and shown.
func options() resource.Options[Supplier] {
	return resource.Options[Supplier]{
		Name:   "Supplier",
		Path:   "suppliers",
		Table:  "suppliers",
		Fields: Fields(),
		Access: access.Policies{
			"list":   {"public"},
			"read":   {"public"},
			"create": {"authenticated"},
			"update": {"owner", "admin"},
			"delete": {"owner", "admin"},
		},
		Lists: resource.ListOptions{
			Filters: []string{"name", "email", "website", "phone", "created_at", "updated_at"},
			Sort:    []string{"name", "email", "website", "phone", "created_at", "updated_at"},
			Search:  []string{"name"},
			Cursor:  false,
		},
		Unique: [][]string{
			{"name"},
		},
		Owned: true,
	}
}
