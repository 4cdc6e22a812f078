// Package products holds products: how they are kept, what may be done with them, and by whom.
package products

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"example.com/shop/internal/field"
	"example.com/shop/internal/resource"
)

// Product is a product as it is stored.
//
// Something that is sold.
type Product struct {
	resource.Row

	Name        string
	Price       decimal.Decimal
	Category    string
	Description *string
	InStock     bool
	SupplierID  *uuid.UUID
	TagIDs      []uuid.UUID
}

// Fields bind each field of a product to its column and to what it accepts.
func Fields() []*field.Field[Product] {
	return field.Table(
		field.Required("name", field.String().Min(2).Max(100), func(row *Product) *string { return &row.Name }),
		field.Required(
			"price",
			field.Decimal(12, 2).Above("0"),
			func(row *Product) *decimal.Decimal { return &row.Price },
		),
		field.Required(
			"category",
			field.Choice("book", "toy", "game"),
			func(row *Product) *string { return &row.Category },
		),
		field.Optional("description", field.Text().Max(500), func(row *Product) **string { return &row.Description }),
		field.Required("in_stock", field.Boolean(), func(row *Product) *bool { return &row.InStock }).Default(true),
		field.Optional(
			"supplier_id",
			field.UUID(),
			func(row *Product) **uuid.UUID { return &row.SupplierID },
		).References("Supplier", field.Restrict),
		field.Links(
			"tag_ids",
			field.LinksTo{
				To:    "Tag",
				Table: "product_tags",
				Here:  "product_id",
				There: "tag_id",
			},
			func(row *Product) *[]uuid.UUID { return &row.TagIDs },
		),
	)
}
