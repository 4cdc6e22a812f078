package app

import (
	"context"
	"log/slog"

	"example.com/service/internal/observability"
	"example.com/service/internal/resource"
	"example.com/service/internal/settings"
)

// newCache makes no cache: each process does its own work.
func newCache(*slog.Logger, *settings.Settings, *observability.Registry) (*caching, error) {
	return &caching{
		answers: resource.NoCache{},
		knows:   func([]resource.Source) {},
		check:   func(context.Context) map[string]string { return nil },
		close:   func() error { return nil },
	}, nil
}
