package background

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/adhocore/gronx"

	"example.com/service/internal/database"
)

const tick = time.Second

// scheduled is a job with a schedule.
type scheduled struct {
	job Job
	// seen is the last time that was seen to; nobody knows of it before the first look.
	seen time.Time
}

// Schedules ask for jobs by themselves: each time once, however many processes there are.
type Schedules struct {
	log *slog.Logger
	db  *database.DB
	all []*scheduled
}

// NewSchedules are the schedules of these jobs.
func NewSchedules(log *slog.Logger, db *database.DB, jobs []Job) *Schedules {
	schedules := &Schedules{log: log, db: db}
	for _, job := range jobs {
		if job.schedule != "" {
			schedules.all = append(schedules.all, &scheduled{job: job})
		}
	}
	return schedules
}

// Run looks at the clock until the context ends.
func (s *Schedules) Run(ctx context.Context) {
	Loop{
		Log:   s.log,
		Name:  "keep the schedules",
		Pause: tick,
		Step: func(ctx context.Context) (bool, error) {
			_, err := s.Fire(ctx, time.Now())
			return false, err
		},
	}.Run(ctx)
}

// Fire asks for every job that is due, also when its time was missed; it tells how many were asked for.
func (s *Schedules) Fire(ctx context.Context, now time.Time) (int, error) {
	asked := 0
	for _, each := range s.all {
		slot, err := lastSlot(each.job.schedule, now)
		if err != nil {
			return asked, err
		}
		if each.seen.Equal(slot) {
			continue
		}
		first := false
		err = s.db.Write(ctx, func(ctx context.Context, session *database.Session) error {
			if each.seen.IsZero() {
				if err := begin(ctx, session, each.job, now); err != nil {
					return err
				}
			}
			var err error
			first, err = claim(ctx, session, each.job, slot)
			return err
		})
		if err != nil {
			return asked, err
		}
		if first {
			asked++
		}
		each.seen = slot
	}
	return asked, nil
}

// lastSlot is the last time that has come.
func lastSlot(schedule string, now time.Time) (time.Time, error) {
	slot, err := gronx.PrevTickBefore(schedule, now.UTC().Truncate(time.Minute), true)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the schedule %q: %w", schedule, err)
	}
	return slot, nil
}

// begin has a name that is new start now.
func begin(ctx context.Context, s *database.Session, job Job, now time.Time) error {
	if _, err := database.Exec(
		ctx, s,
		database.InsertUnlessThere("INSERT INTO schedules (name, fired_at) VALUES (%v, %v)"),
		job.name, database.StoreTime(now),
	); err != nil {
		return fmt.Errorf("begin the schedule of %s: %w", job.name, err)
	}
	return nil
}

// claim asks for a job, unless another process was quicker.
func claim(ctx context.Context, s *database.Session, job Job, slot time.Time) (bool, error) {
	fired := database.StoreTime(slot)
	changed, err := database.Exec(
		ctx, s, "UPDATE schedules SET fired_at = %v WHERE name = %v AND fired_at < %v", fired, job.name, fired,
	)
	if err != nil || changed == 0 {
		return false, err
	}
	_, err = ask(ctx, s, job.name, job.queue, []byte("{}"))
	return err == nil, err
}
