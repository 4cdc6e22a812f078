package commands

import (
	"context"

	"example.com/service/internal/app"
)

// Worker runs jobs and handlers in the foreground until the context ends.
func Worker(ctx context.Context, env *Env, _ []string) error {
	worker, err := app.NewWorker(ctx, env.Log, env.Settings)
	if err != nil {
		return err
	}
	return worker.ServeWorker(ctx, env.Settings)
}
