package background

import (
	"context"
	"time"

	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/database"
)

// lease is how long a job that nobody renews belongs to whoever took it.
const lease = 30 * time.Second

// TakenJob is a job that was taken; Attempts counts this one.
type TakenJob struct {
	ID        string
	Name      string
	Arguments []byte
	Attempts  int
}

// JobAtHand is the id of a job, and how to tell that it was seen.
type JobAtHand struct {
	ID   string
	Seen func(ctx context.Context) error
}

// Source is where a free slot finds the most urgent job at hand; nil when there is none.
type Source interface {
	Next(ctx context.Context) (*JobAtHand, error)
}

// FailedJob is a job that was given up.
type FailedJob struct {
	ID       string
	Name     string
	Attempts int
	Error    string
}

// Table is the table of jobs: who has which, until when, and what became of it.
type Table struct {
	db *database.DB
	// lease is how long a job that nobody renews belongs to whoever took it.
	lease time.Duration
}

// NewTable is the table of jobs of a database.
func NewTable(db *database.DB) *Table {
	return &Table{db: db, lease: lease}
}

// Next is the most urgent job that is due.
func (t *Table) Next(ctx context.Context) (*JobAtHand, error) {
	var found *JobAtHand
	err := t.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		for _, queue := range Queues() {
			err := database.Each(
				ctx, q,
				func(scan func(into ...any) error) error {
					found = &JobAtHand{Seen: func(context.Context) error { return nil }}
					return scan(&found.ID)
				},
				"SELECT id FROM jobs WHERE status = 'pending' AND queue = %v AND run_at <= %v ORDER BY run_at, id LIMIT 1",
				string(queue), in(0),
			)
			if err != nil || found != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Take takes a job that is due; of several who try only one gets it. It is nil for the others.
func (t *Table) Take(ctx context.Context, id string) (*TakenJob, error) {
	var job *TakenJob
	err := t.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		job = nil
		changed, err := database.Exec(
			ctx, s,
			"UPDATE jobs SET attempts = attempts + 1, run_at = %v, sent_at = NULL "+
				"WHERE id = %v AND status = 'pending' AND run_at <= %v",
			in(t.lease), id, in(0),
		)
		if err != nil || changed == 0 {
			return err
		}
		return database.Each(
			ctx, s,
			func(scan func(into ...any) error) error {
				job = &TakenJob{ID: id}
				return scan(&job.Name, &job.Arguments, &job.Attempts)
			},
			"SELECT name, arguments, attempts FROM jobs WHERE id = %v",
			id,
		)
	})
	if err != nil {
		return nil, err
	}
	return job, nil
}

// renew keeps a job that runs.
func (t *Table) renew(ctx context.Context, job *TakenJob) error {
	return t.change(
		ctx, "UPDATE jobs SET run_at = %v WHERE id = %v AND attempts = %v", in(t.lease), job.ID, job.Attempts,
	)
}

// finish forgets a job that is done.
func (t *Table) finish(ctx context.Context, job *TakenJob) error {
	return t.change(ctx, "DELETE FROM jobs WHERE id = %v", job.ID)
}

// postpone has a job tried again, so much later, unless its lease has ended and somebody else has it.
func (t *Table) postpone(ctx context.Context, job *TakenJob, reason string, pause time.Duration) error {
	return t.change(
		ctx,
		"UPDATE jobs SET run_at = %v, error = %v WHERE id = %v AND attempts = %v",
		in(pause), reason, job.ID, job.Attempts,
	)
}

// giveUp gives a job up, and keeps it.
func (t *Table) giveUp(ctx context.Context, job *TakenJob, reason string) error {
	return t.change(
		ctx,
		"UPDATE jobs SET status = 'failed', error = %v WHERE id = %v AND attempts = %v",
		reason, job.ID, job.Attempts,
	)
}

func (t *Table) change(ctx context.Context, format string, values ...any) error {
	return t.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		_, err := database.Exec(ctx, s, format, values...)
		return err
	})
}

// depths tells how many jobs are due or wait, by queue.
func (t *Table) depths(ctx context.Context) (Depths, error) {
	depths := make(Depths)
	for _, queue := range Queues() {
		depths[string(queue)] = 0
	}
	err := t.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		return database.Each(
			ctx, q,
			func(scan func(into ...any) error) error {
				var queue string
				var count int
				if err := scan(&queue, &count); err != nil {
					return err
				}
				depths[queue] = count
				return nil
			},
			"SELECT queue, COUNT(*) FROM jobs WHERE status = 'pending' GROUP BY queue",
		)
	})
	if err != nil {
		return nil, err
	}
	return depths, nil
}

// Failed are the jobs that were given up, oldest first.
func (t *Table) Failed(ctx context.Context) ([]FailedJob, error) {
	var failed []FailedJob
	err := t.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		return database.Each(
			ctx, q,
			func(scan func(into ...any) error) error {
				var job FailedJob
				if err := scan(&job.ID, &job.Name, &job.Attempts, &job.Error); err != nil {
					return err
				}
				failed = append(failed, job)
				return nil
			},
			"SELECT id, name, attempts, COALESCE(error, '') FROM jobs WHERE status = 'failed' ORDER BY created_at, id",
		)
	})
	if err != nil {
		return nil, err
	}
	return failed, nil
}

// PutBack has failed jobs tried anew, all or those with these ids; it tells how many there were.
func (t *Table) PutBack(ctx context.Context, ids ...string) (int64, error) {
	format := "UPDATE jobs SET status = 'pending', attempts = 0, run_at = %v, sent_at = NULL, error = NULL " +
		"WHERE status = 'failed'"
	values := []any{in(0)}
	if len(ids) > 0 {
		format += " AND id IN (%v)"
		values = append(values, sqlbuilder.List(ids))
	}
	var changed int64
	err := t.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		var err error
		changed, err = database.Exec(ctx, s, format, values...)
		return err
	})
	return changed, err
}

// in is a time from now, as it is stored.
func in(pause time.Duration) any {
	return database.StoreTime(time.Now().Add(pause))
}
