package app

import (
	"example.com/shop/internal/products"
	"example.com/shop/internal/resource"
	"example.com/shop/internal/suppliers"
	"example.com/shop/internal/tags"
)

// resources makes every resource of this service.
func resources(p *parts) []registrar {
	return []registrar{
		products.NewHandler(products.NewService(p.Log, products.NewRepository(p.Registry))),
		suppliers.NewHandler(suppliers.NewService(p.Log, suppliers.NewRepository(p.Registry))),
		tags.NewHandler(tags.NewService(p.Log, tags.NewRepository(p.Registry))),
	}
}

// Repositories makes every table of this service known.
func Repositories(registry *resource.Registry) {
	products.NewRepository(registry)
	suppliers.NewRepository(registry)
	tags.NewRepository(registry)
}
