package products

import (
	"example.com/shop/internal/access"
	"example.com/shop/internal/field"
	"example.com/shop/internal/resource"
)

// NewRepository makes the rows of products known.
func NewRepository(registry *resource.Registry) *resource.Repository[Product] {
	return resource.New(registry, options())
}

// AllFields are the declared fields and those that only the service sets, in the order of answers.
func AllFields() []*field.Field[Product] {
	return resource.AllFields(options())
}

// options say how products are found, related and shown.
func options() resource.Options[Product] {
	return resource.Options[Product]{
		Name:   "Product",
		Path:   "products",
		Table:  "products",
		Fields: Fields(),
		Access: access.Policies{
			"list":   {"public"},
			"read":   {"public"},
			"create": {"authenticated"},
			"update": {"admin", "owner"},
			"delete": {"owner", "admin"},
		},
		Lists: resource.ListOptions{
			Filters: []string{"name", "price", "category", "in_stock", "supplier_id", "created_at", "updated_at"},
			Sort:    []string{"name", "price", "category", "in_stock", "created_at", "updated_at"},
			Search:  []string{"name", "description"},
			Cursor:  false,
		},
		SoftDelete: true,
		Owned:      true,
		Audited:    true,
	}
}
