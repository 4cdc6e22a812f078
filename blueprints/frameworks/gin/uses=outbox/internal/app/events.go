package app

import (
	"example.com/service/internal/outbox"
	"example.com/service/internal/resource"
)

// publisher tells whoever waits for events of each write.
func publisher() resource.Publisher { return outbox.Publisher{} }
