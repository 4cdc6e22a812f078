package app

import "example.com/service/internal/resource"

// publisher tells nobody of writes: nobody waits for events.
func publisher() resource.Publisher { return resource.NoEvents{} }
