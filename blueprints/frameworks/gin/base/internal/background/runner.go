package background

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	slots = 5
	poll  = 200 * time.Millisecond
	// renewal is how often the lease of a job that runs is renewed.
	renewal = 10 * time.Second
	// limit is how long a job may take.
	limit = 5 * time.Minute
)

// Runner runs jobs: a few at a time, the most urgent first, each at least once.
type Runner struct {
	log         *slog.Logger
	known       map[string]Job
	table       *Table
	source      Source
	instruments *Instruments
	retryBase   time.Duration
	renewal     time.Duration
	limit       time.Duration
}

// NewRunner makes the slots of one process for these jobs.
func NewRunner(
	log *slog.Logger, settings Settings, jobs []Job, table *Table, source Source, instruments *Instruments,
) *Runner {
	known := make(map[string]Job, len(jobs))
	for _, job := range jobs {
		known[job.name] = job
	}
	return &Runner{
		log:         log,
		known:       known,
		table:       table,
		source:      source,
		instruments: instruments,
		retryBase:   settings.RetryBase(),
		renewal:     renewal,
		limit:       limit,
	}
}

// Run runs jobs as they come until the context ends, and those that run then to their end.
func (r *Runner) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	free := make(chan struct{}, slots)
	Loop{
		Log:   r.log,
		Name:  "look for jobs",
		Pause: poll,
		Step: func(working context.Context) (bool, error) {
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				return false, nil
			}
			job, err := r.take(working)
			if job == nil {
				<-free
				return false, err
			}
			running.Go(func() {
				defer func() { <-free }()
				r.run(working, job)
			})
			return true, nil
		},
	}.Run(ctx)
}

// RunDue runs every job that is at hand, one after the other; it tells how many were tried.
func (r *Runner) RunDue(ctx context.Context) (int, error) {
	for tried := 0; ; tried++ {
		job, err := r.take(ctx)
		if job == nil {
			return tried, err
		}
		r.run(ctx, job)
	}
}

// take is the next job that nobody else has; nil when there is none.
func (r *Runner) take(ctx context.Context) (*TakenJob, error) {
	for {
		found, err := r.source.Next(ctx)
		if found == nil || err != nil {
			return nil, err
		}
		job, err := r.table.Take(ctx, found.ID)
		if err != nil {
			return nil, err
		}
		if err := found.Seen(ctx); err != nil && job == nil {
			return nil, err
		}
		// Of a job that is taken the table knows enough: what is told of it again finds it taken, or done.
		if job != nil {
			return job, nil
		}
	}
}

// run runs a job and notes what became of it.
func (r *Runner) run(ctx context.Context, job *TakenJob) {
	began := time.Now()
	outcome, err := r.settle(ctx, job, r.attempt(ctx, job))
	if err != nil {
		// Its lease ends, and it is tried again.
		r.log.ErrorContext(ctx, "cannot note what became of a job",
			slog.Any("error", err), slog.String("job", job.Name), slog.String("jobId", job.ID))
		outcome = Retried
	}
	r.instruments.observe(job.Name, outcome, time.Since(began))
}

// attempt runs a job with its lease renewed.
func (r *Runner) attempt(ctx context.Context, job *TakenJob) error {
	kind, known := r.known[job.Name]
	if !known {
		return fmt.Errorf("there is no job %s", job.Name)
	}
	if job.Attempts > kind.attempts {
		return errors.New("the process that ran it is gone")
	}
	late := fmt.Errorf("not done within %v s", r.limit.Seconds())
	ctx, cancel := context.WithTimeoutCause(ctx, r.limit, late)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- Guarded(func() error {
			return kind.Execute(ctx, Attempt{JobID: job.ID, Number: job.Attempts}, job.Arguments)
		})
	}()
	renew := time.NewTicker(r.renewal)
	defer renew.Stop()
	for {
		select {
		case err := <-done:
			if err != nil && errors.Is(context.Cause(ctx), late) {
				return late
			}
			return err
		case <-ctx.Done():
			// One that does not look at its context is left to itself.
			return context.Cause(ctx)
		case <-renew.C:
			if err := r.table.renew(ctx, job); err != nil {
				r.log.WarnContext(ctx, "cannot renew the lease of a job",
					slog.Any("error", err), slog.String("job", job.Name), slog.String("jobId", job.ID))
			}
		}
	}
}

// settle notes that a job is done, tries it again later, or gives it up; it tells which.
func (r *Runner) settle(ctx context.Context, job *TakenJob, failure error) (Outcome, error) {
	if failure == nil {
		return Done, r.table.finish(ctx, job)
	}
	attributes := []any{
		slog.Any("error", failure),
		slog.String("job", job.Name),
		slog.String("jobId", job.ID),
		slog.Int("attempt", job.Attempts),
	}
	var fault *PanicError
	if errors.As(failure, &fault) {
		attributes = append(attributes, slog.String("stack", string(fault.Stack)))
	}
	r.log.ErrorContext(ctx, "job failed", attributes...)
	if job.Attempts >= max(r.known[job.Name].attempts, 1) {
		return Failed, r.table.giveUp(ctx, job, Reason(failure))
	}
	return Retried, r.table.postpone(ctx, job, Reason(failure), Backoff(r.retryBase, job.Attempts))
}
