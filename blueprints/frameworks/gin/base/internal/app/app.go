// Package app puts the service together: its parts are made here and given to each other.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/service/docs"
	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/lifecycle"
	"example.com/service/internal/logging"
	"example.com/service/internal/observability"
	"example.com/service/internal/resource"
	"example.com/service/internal/settings"
	"example.com/service/internal/web"
)

// registrar has routes.
type registrar interface {
	Register(group *gin.RouterGroup)
}

// parts are what resources are made of.
type parts struct {
	Log      *slog.Logger
	Settings *settings.Settings
	DB       *database.DB
	Registry *resource.Registry
}

// App is the service put together.
type App struct {
	Handler   http.Handler
	DB        *database.DB
	Resources *resource.Registry
	Work      *background.Work
	Routes    []string

	log        *slog.Logger
	observers  *observability.Observers
	closeCache func() error
}

// OpenDatabase opens the database of the settings, for commands.
func OpenDatabase(log *slog.Logger, all *settings.Settings) (*database.DB, error) {
	return openDatabase(log, all, nil)
}

func openDatabase(log *slog.Logger, all *settings.Settings, announce database.Announcer) (*database.DB, error) {
	core := all.Core
	return database.Open(database.Options{
		URL:      string(core.DatabaseURL),
		PoolSize: int(core.DatabasePoolSize),
		Timeout:  time.Duration(core.DatabaseTimeoutMS) * time.Millisecond,
		Slow:     time.Duration(core.SlowQueryMS) * time.Millisecond,
		Log:      log,
		Announce: announce,
		Route:    routeOf,
	})
}

func routeOf(ctx context.Context) string {
	if request := logging.From(ctx); request != nil {
		return request.Route
	}
	return ""
}

// New puts the service together.
func New(ctx context.Context, log *slog.Logger, all *settings.Settings) (*App, error) {
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
	p := &parts{Log: log, Settings: all, DB: db, Registry: resource.NewRegistry(db)}
	p.Registry.Cache = cached.answers
	p.Registry.Events = publisher()
	identity, people, err := newAccounts(p)
	if err != nil {
		return nil, fmt.Errorf("make the accounts: %w", err)
	}
	handlers := slices.Concat(people, resources(p))
	cached.knows(p.Registry.Sources())
	observability.WatchDatabase(metrics, db, countedNames(p.Registry))
	work, err := newWork(p, metrics)
	if err != nil {
		return nil, fmt.Errorf("make what runs beside the requests: %w", err)
	}
	server := web.New(web.Options{Log: log, Settings: all.Core, Observers: observers, Identity: identity, Counter: cached.counter})
	probes := &web.Probes{Ping: db.Ping, Others: []web.Check{cached.check, work.Check}}
	probes.Register(server.Root())
	server.Root().GET("/metrics", web.Metrics(metrics, all.Observability.MetricsToken.Reveal()))
	server.Root().GET("/openapi.json", web.Description(docs.OpenAPI))
	if !all.Core.IsProduction() {
		web.RegisterExplorer(server.Root())
	}
	for _, each := range handlers {
		each.Register(server.API())
	}
	handler := server.Handler()
	return &App{
		Handler: handler, DB: db, Resources: p.Registry, Work: work, Routes: server.Routes(),
		log: log, observers: observers, closeCache: cached.close,
	}, nil
}

func newWork(p *parts, metrics *observability.Registry) (*background.Work, error) {
	return lifecycle.New(lifecycle.Options{Log: p.Log, Registry: metrics, DB: p.DB, Settings: p.Settings})
}

func countedNames(registry *resource.Registry) []string {
	var names []string
	for _, each := range registry.Entities() {
		names = append(names, each.Name())
	}
	return names
}

// Close closes pools and sends what is left to be sent.
func (a *App) Close(ctx context.Context) error {
	err := errors.Join(a.closeCache(), a.DB.Close())
	a.observers.Close(ctx)
	return err
}
