package app

import (
	"example.com/service/internal/database"
	"example.com/service/internal/resource"
	"example.com/service/internal/web"
)

// caching is a cache, as each part of the service sees it.
type caching struct {
	announcer database.Announcer
	answers   resource.Cache
	counter   web.Counter
	// Told what the answers of all entities are read from, before the service begins.
	knows func(sources []resource.Source)
	check web.Check
	close func() error
}
