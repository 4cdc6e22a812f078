// Package suppliers holds suppliers: how they are kept, what may be done with them, and by whom.
package suppliers

import (
	"example.com/shop/internal/field"
	"example.com/shop/internal/resource"
)

// Supplier is a supplier as it is stored.
//
// A company that products are bought from.
type Supplier struct {
	resource.Row

	Name    string
	Email   string
	Website *string
	Phone   *string
}

// Fields bind each field of a supplier to its column and to what it accepts.
func Fields() []*field.Field[Supplier] {
	return field.Table(
		field.Required("name", field.String().Min(1).Max(100), func(row *Supplier) *string { return &row.Name }),
		field.Required("email", field.Email(), func(row *Supplier) *string { return &row.Email }),
		field.Optional("website", field.URL(), func(row *Supplier) **string { return &row.Website }),
		field.Optional(
			"phone",
			field.String().Max(20).Pattern("^\\+?[0-9 ]{6,20}$"),
			func(row *Supplier) **string { return &row.Phone },
		),
	)
}
