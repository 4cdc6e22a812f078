package commands

import (
	"context"
	"errors"
	"fmt"

	"example.com/service/internal/app"
	"example.com/service/internal/background"
)

// FailedJobs lists the jobs that were given up, or puts them back: `retry`, all or those with these ids.
func FailedJobs(ctx context.Context, env *Env, arguments []string) (err error) {
	db, err := app.OpenDatabase(env.Log, env.Settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	lines, err := failedJobs(ctx, background.NewTable(db), arguments)
	for _, line := range lines {
		_, _ = fmt.Fprintln(env.Out, line)
	}
	return err
}

// failedJobs is a line for each failed job, or for what was put back.
func failedJobs(ctx context.Context, table *background.Table, arguments []string) ([]string, error) {
	if len(arguments) > 0 && arguments[0] == "retry" {
		count, err := table.PutBack(ctx, arguments[1:]...)
		if err != nil {
			return nil, err
		}
		return []string{fmt.Sprintf("jobs put back: %d", count)}, nil
	}
	failed, err := table.Failed(ctx)
	if err != nil {
		return nil, err
	}
	if len(failed) == 0 {
		return []string{"no job has failed"}, nil
	}
	lines := make([]string, len(failed))
	for at, job := range failed {
		lines[at] = fmt.Sprintf("%s %s attempts=%d %s", job.ID, job.Name, job.Attempts, job.Error)
	}
	return lines, nil
}
