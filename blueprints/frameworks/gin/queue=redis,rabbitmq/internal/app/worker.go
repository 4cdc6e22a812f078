package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"example.com/service/internal/access"
	"example.com/service/internal/lifecycle"
	"example.com/service/internal/observability"
	"example.com/service/internal/resource"
	"example.com/service/internal/settings"
	"example.com/service/internal/web"
)

// probing is who asks a worker: probes and Prometheus.
type probing struct{}

// Limit implements [web.Identity].
func (probing) Limit(*http.Request, string) web.Limit { return web.Limit{} }

// Identify implements [web.Identity].
func (probing) Identify(*http.Request) (access.Caller, error) { return access.Caller{}, nil }

// PrivatePaths implements [web.Identity].
func (probing) PrivatePaths() []string { return nil }

// NewWorker puts the worker together: what it runs, and what probes and Prometheus ask it.
func NewWorker(ctx context.Context, log *slog.Logger, all *settings.Settings) (*App, error) {
	metrics := observability.NewRegistry()
	cached, err := newCache(log, all, metrics)
	if err != nil {
		return nil, fmt.Errorf("make the cache: %w", err)
	}
	db, err := openDatabase(log, all, cached.announcer)
	if err != nil {
		return nil, err
	}
	observers, err := observability.New(ctx, observability.Options{
		Log: log, Registry: metrics, Settings: all.Observability, Environment: string(all.Core.Environment), Database: databaseKind,
	})
	if err != nil {
		return nil, fmt.Errorf("make the observers: %w", err)
	}
	db.Observe(observers.Statement)
	// Metrics count the rows of every table.
	p := &parts{Log: log, Settings: all, DB: db, Registry: resource.NewRegistry(db)}
	if _, _, err := newAccounts(p); err != nil {
		return nil, fmt.Errorf("make the accounts: %w", err)
	}
	Repositories(p.Registry)
	cached.knows(p.Registry.Sources())
	observability.WatchDatabase(metrics, db, countedNames(p.Registry))
	work, err := lifecycle.NewWorker(lifecycle.Options{Log: log, Registry: metrics, Settings: all, DB: db})
	if err != nil {
		return nil, fmt.Errorf("make the work: %w", err)
	}
	server := web.New(web.Options{Log: log, Settings: all.Core, Observers: observers, Identity: probing{}})
	probes := &web.Probes{Ping: db.Ping, Others: []web.Check{cached.check, work.Check}}
	probes.Register(server.Root())
	server.Root().GET("/metrics", web.Metrics(metrics, all.Observability.MetricsToken.Reveal()))
	return &App{
		Handler: server.Handler(), DB: db, Resources: p.Registry, Work: work, Routes: server.Routes(),
		log: log, observers: observers, closeCache: cached.close,
	}, nil
}

// ServeWorker works, and answers at the port of workers, until the context ends.
func (a *App) ServeWorker(ctx context.Context, all *settings.Settings) error {
	served := *all
	served.Core.Port = all.Worker.WorkerPort
	return a.Serve(ctx, &served)
}
