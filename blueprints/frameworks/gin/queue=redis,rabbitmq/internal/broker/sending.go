package broker

import (
	"context"
	"log/slog"
	"time"

	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
)

const (
	sendingBatch = 100
	sendingPoll  = 200 * time.Millisecond
	sendingLock  = "jobs"
	// lostAfter is when a job that nobody has taken was lost by the broker.
	lostAfter = 10 * time.Minute
)

// DueJob is a job that is due.
type DueJob struct {
	ID    string
	Queue background.Queue
}

// Carrier carries the ids of jobs.
type Carrier interface {
	// Send sends these; the error says that not all are known to be kept.
	Send(ctx context.Context, jobs []DueJob) error
}

// Sending tells workers of the jobs that are due: the broker carries their ids, the table knows the rest.
type Sending struct {
	log     *slog.Logger
	db      *database.DB
	carrier Carrier
}

// NewSending sends the jobs of a database.
func NewSending(log *slog.Logger, db *database.DB, carrier Carrier) *Sending {
	return &Sending{log: log, db: db, carrier: carrier}
}

// Run sends jobs as they become due, until the context ends.
func (s *Sending) Run(ctx context.Context) {
	background.Loop{
		Log:   s.log,
		Name:  "send jobs",
		Pause: sendingPoll,
		Step: func(ctx context.Context) (bool, error) {
			sent, err := s.SendDue(ctx)
			return sent > 0, err
		},
	}.Run(ctx)
}

// Depths implements [background.Part]: the table of jobs tells them.
func (s *Sending) Depths(context.Context) (background.Depths, error) {
	return nil, nil //nolint:nilnil // nothing waits here
}

// SendDue sends the jobs that are due, one process at a time; it tells how many.
func (s *Sending) SendDue(ctx context.Context) (int, error) {
	var jobs []DueJob
	_, err := s.db.Alone(ctx, sendingLock, func(ctx context.Context, q database.Queryer) error {
		now := time.Now()
		var err error
		if jobs, err = due(ctx, q, now); err != nil || len(jobs) == 0 {
			return err
		}
		if err := s.carrier.Send(ctx, jobs); err != nil {
			return err
		}
		ids := make([]string, len(jobs))
		for at, job := range jobs {
			ids[at] = job.ID
		}
		// A worker that was quicker than this has moved `run_at` already.
		_, err = database.Exec(
			ctx, q,
			"UPDATE jobs SET sent_at = %v WHERE id IN (%v) AND run_at <= %v",
			database.StoreTime(now), sqlbuilder.List(ids), database.StoreTime(now),
		)
		return err
	})
	if err != nil {
		return 0, err
	}
	return len(jobs), nil
}

func due(ctx context.Context, q database.Queryer, now time.Time) ([]DueJob, error) {
	var jobs []DueJob
	err := database.Each(
		ctx, q,
		func(scan func(into ...any) error) error {
			var job DueJob
			err := scan(&job.ID, &job.Queue)
			jobs = append(jobs, job)
			return err
		},
		"SELECT id, queue FROM jobs WHERE status = 'pending' AND run_at <= %v "+
			"AND (sent_at IS NULL OR sent_at < %v) ORDER BY run_at, id LIMIT %v",
		database.StoreTime(now), database.StoreTime(now.Add(-lostAfter)), sendingBatch,
	)
	return jobs, err
}
