package app

import "example.com/shop/internal/resource"

// Seeds are the examples of every table.
func Seeds() []resource.Seed {
	return []resource.Seed{
		{Entity: "Supplier", Examples: []resource.Example{
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"Harbour Books Ltd\""},
					{Key: "email", JSON: "\"ada.lovelace@example.com\""},
					{Key: "website", JSON: "\"https://example.com/night-train\""},
					{Key: "phone", JSON: "\"+44 20 7946 0123\""},
				},
			},
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"Beech & Sons\""},
					{Key: "email", JSON: "\"grace.hopper@example.com\""},
					{Key: "website", JSON: "\"https://example.com/wooden-blocks\""},
					{Key: "phone", JSON: "\"112345\""},
				},
			},
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"Corner Games\""},
					{Key: "email", JSON: "\"alan.turing@example.com\""},
					{Key: "website", JSON: "\"https://example.com/sea-battle\""},
					{Key: "phone", JSON: "\"212345\""},
				},
			},
		}},
		{Entity: "Tag", Examples: []resource.Example{
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"bestseller\""},
				},
			},
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"new\""},
				},
			},
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"on sale\""},
				},
			},
		}},
		{Entity: "Product", Examples: []resource.Example{
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"Night Train\""},
					{Key: "price", JSON: "\"12.50\""},
					{Key: "category", JSON: "\"book\""},
					{Key: "description", JSON: "\"Arrived in good order and works as described.\""},
					{Key: "inStock", JSON: "true"},
				},
				References: []resource.Nth{
					{Key: "supplierId", Entity: "Supplier", Number: 0, Many: false},
					{Key: "tagIds", Entity: "Tag", Number: 0, Many: true},
				},
			},
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"Wooden Blocks\""},
					{Key: "price", JSON: "\"19.65\""},
					{Key: "category", JSON: "\"toy\""},
					{Key: "description", JSON: "\"A short story about a long journey by rail.\""},
					{Key: "inStock", JSON: "false"},
				},
				References: []resource.Nth{
					{Key: "supplierId", Entity: "Supplier", Number: 1, Many: false},
					{Key: "tagIds", Entity: "Tag", Number: 1, Many: true},
				},
			},
			{
				Values: []resource.Value{
					{Key: "name", JSON: "\"Sea Battle\""},
					{Key: "price", JSON: "\"26.80\""},
					{Key: "category", JSON: "\"game\""},
					{Key: "description", JSON: "\"Made by hand from local beech.\""},
					{Key: "inStock", JSON: "true"},
				},
				References: []resource.Nth{
					{Key: "supplierId", Entity: "Supplier", Number: 2, Many: false},
					{Key: "tagIds", Entity: "Tag", Number: 2, Many: true},
				},
			},
		}},
	}
}
