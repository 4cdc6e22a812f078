// Package commands is what the service's program does besides serving, and serving itself.
package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"example.com/service/internal/app"
	"example.com/service/internal/migrating"
	"example.com/service/internal/resource"
	"example.com/service/internal/settings"
)

// Env is what commands work with.
type Env struct {
	Log      *slog.Logger
	Settings *settings.Settings
	Out      io.Writer
}

// Command is one of the things that the program does.
type Command func(ctx context.Context, env *Env, arguments []string) error

// Serve answers requests in the foreground until the context ends.
func Serve(ctx context.Context, env *Env, _ []string) error {
	service, err := app.New(ctx, env.Log, env.Settings)
	if err != nil {
		return err
	}
	return service.Serve(ctx, env.Settings)
}

// Migrate brings the database up to date, or takes its last migration back: `up` and `down`.
func Migrate(_ context.Context, env *Env, arguments []string) error {
	direction := migrating.Up
	if len(arguments) > 0 && arguments[0] == migrating.Down {
		direction = migrating.Down
	}
	done, err := migrating.Run(string(env.Settings.Core.DatabaseURL), direction)
	for _, line := range done {
		_, _ = fmt.Fprintln(env.Out, line)
	}
	if err == nil && len(done) == 0 {
		_, _ = fmt.Fprintln(env.Out, "nothing to do")
	}
	return err
}

// ErrProduction refuses what is for development only.
var ErrProduction = errors.New("refused in production")

// Seed fills empty tables with examples, for development only.
func Seed(ctx context.Context, env *Env, _ []string) (err error) {
	if env.Settings.Core.IsProduction() {
		return fmt.Errorf("seed: %w", ErrProduction)
	}
	db, err := app.OpenDatabase(env.Log, env.Settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	registry := resource.NewRegistry(db)
	app.Repositories(registry)
	return registry.StoreSeeds(ctx, app.Seeds())
}

var errUnhealthy = errors.New("the service is not healthy")

// Health asks the service on this machine whether it lives, for the health check of its image.
func Health(ctx context.Context) error {
	const patience = 2 * time.Second
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	port := os.Getenv("PORT")
	if port == "" {
		port = "8000"
	}
	address := "http://" + net.JoinHostPort("127.0.0.1", port) + "/healthz"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil) //nolint:gosec // the port is that of this very machine
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request) //nolint:gosec // the port is that of this very machine
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = errUnhealthy
	}
	return errors.Join(err, response.Body.Close())
}
