package app

import (
	"log/slog"
	"time"

	"example.com/service/docs"
	"example.com/service/internal/cache"
	"example.com/service/internal/observability"
	"example.com/service/internal/settings"
)

// newCache makes a cache in Redis.
func newCache(log *slog.Logger, all *settings.Settings, metrics *observability.Registry) (*caching, error) {
	store, err := cache.New(cache.Options{
		Settings:      all.Cache,
		CommitTimeout: time.Duration(all.Core.DatabaseTimeoutMS) * time.Millisecond,
		Document:      docs.OpenAPI,
		Log:           log,
		Registry:      metrics,
	})
	if err != nil {
		return nil, err
	}
	return &caching{
		announcer: store,
		answers:   store,
		counter:   store,
		knows:     store.Answers,
		check:     store.Check,
		close:     store.Close,
	}, nil
}
