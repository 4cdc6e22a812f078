package commands

import (
	"context"
	"errors"
	"fmt"

	"example.com/service/internal/app"
	"example.com/service/internal/lifecycle"
	"example.com/service/internal/observability"
)

// DLQReplay puts every dead letter back, as if it had never been tried.
func DLQReplay(ctx context.Context, env *Env, _ []string) (err error) {
	db, err := app.OpenDatabase(env.Log, env.Settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	lines, err := lifecycle.Replay(ctx, lifecycle.Options{
		Log: env.Log, Registry: observability.NewRegistry(), Settings: env.Settings, DB: db,
	})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(env.Out, "dead letters put back")
	for _, line := range lines {
		_, _ = fmt.Fprintln(env.Out, line)
	}
	return nil
}
