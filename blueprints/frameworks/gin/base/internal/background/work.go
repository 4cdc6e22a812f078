package background

import (
	"context"
	"log/slog"

	"example.com/service/internal/database"
	"example.com/service/internal/observability"
)

// Part is something that runs until its context ends.
type Part interface {
	// Run returns once what runs at the end is finished.
	Run(ctx context.Context)
	// Depths is how much waits for it.
	Depths(ctx context.Context) (Depths, error)
}

// Reached is a server that the parts share.
type Reached interface {
	// Reachable tells whether it answers now.
	Reachable(ctx context.Context) bool
	Close()
}

// Work is everything that one process runs, and the broker that it needs, if any.
type Work struct {
	parts  []Part
	broker Reached
}

// NewWork puts the work of a process together; the broker may be nil.
func NewWork(log *slog.Logger, registry *observability.Registry, broker Reached, parts ...Part) *Work {
	if len(parts) > 0 {
		showDepths(registry, log, parts)
	}
	return &Work{parts: parts, broker: broker}
}

// Run runs everything until the context ends, and what runs then to its end.
func (w *Work) Run(ctx context.Context) {
	runs := make([]func(ctx context.Context), len(w.parts))
	for at, part := range w.parts {
		runs[at] = part.Run
	}
	Together(ctx, runs...)
	if w.broker != nil {
		w.broker.Close()
	}
}

// Check is what probes are told besides: whether the broker is "up" or "down", if there is one.
func (w *Work) Check(ctx context.Context) map[string]string {
	if w.broker == nil {
		return nil
	}
	if w.broker.Reachable(ctx) {
		return map[string]string{"broker": "up"}
	}
	return map[string]string{"broker": "down"}
}

// JobWork is jobs and their schedules.
type JobWork struct {
	table     *Table
	runner    *Runner
	schedules *Schedules
}

// NewJobWork runs these jobs. A source hands out those that are due; without one the table does.
func NewJobWork(
	log *slog.Logger, settings Settings, registry *observability.Registry, db *database.DB, jobs []Job, source Source,
) *JobWork {
	table := NewTable(db)
	if source == nil {
		source = table
	}
	return &JobWork{
		table:     table,
		runner:    NewRunner(log, settings, jobs, table, source, NewInstruments(registry, jobs)),
		schedules: NewSchedules(log, db, jobs),
	}
}

// Run implements [Part].
func (w *JobWork) Run(ctx context.Context) {
	Together(ctx, w.runner.Run, w.schedules.Run)
}

// Depths implements [Part].
func (w *JobWork) Depths(ctx context.Context) (Depths, error) {
	return w.table.depths(ctx)
}
