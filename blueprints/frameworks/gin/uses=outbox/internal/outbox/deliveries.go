package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"example.com/service/internal/database"
)

// How far an event has come at a handler.
const (
	statusPending = "pending"
	statusDone    = "done"
	statusFailed  = "failed"
)

// receipt is how far an event has come at a handler.
type receipt struct {
	status string
	// attempts are the failed ones so far.
	attempts int
	reason   string
}

// Deliveries are what became of each event at a handler: their key refuses a second effect.
type Deliveries struct {
	db      *database.DB
	handler string
}

// NewDeliveries are the receipts of one handler.
func NewDeliveries(db *database.DB, handler string) *Deliveries {
	return &Deliveries{db: db, handler: handler}
}

// find is what is known of an event.
func (d *Deliveries) find(ctx context.Context, id string) (receipt, error) {
	var found receipt
	err := d.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		var err error
		found, err = d.of(ctx, q, id, "")
		return err
	})
	return found, err
}

// of is the receipt of an event, or that of a new one.
func (d *Deliveries) of(ctx context.Context, q database.Queryer, id, lock string) (receipt, error) {
	found := receipt{status: statusPending}
	err := database.Each(
		ctx, q,
		func(scan func(into ...any) error) error {
			var reason sql.NullString
			err := scan(&found.status, &found.attempts, &reason)
			found.reason = reason.String
			return err
		},
		"SELECT status, attempts, error FROM event_deliveries WHERE handler = %v AND event_id = %v"+lock,
		d.handler, id,
	)
	return found, err
}

// once does the work and notes the event as done, in one transaction. Nothing is done, and false returned, when
// somebody else has had a part in it meanwhile.
func (d *Deliveries) once(ctx context.Context, event *received, known receipt) (bool, error) {
	done := false
	err := d.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		done = false
		now := database.StoreTime(time.Now())
		inserted, err := d.insert(ctx, s, event, statusDone, known.attempts, nil, now)
		if err != nil {
			return err
		}
		if !inserted {
			found, err := d.of(ctx, s, event.id, database.ForUpdate)
			if err != nil {
				return err
			}
			if found.status != statusPending || found.attempts != known.attempts {
				return nil
			}
			if err := d.set(ctx, s, event.id, "status = 'done', done_at = %v", now); err != nil {
				return err
			}
		}
		done = true
		return event.effect(ctx, s)
	})
	return done && err == nil, err
}

// count notes a failed attempt.
func (d *Deliveries) count(ctx context.Context, event *received, attempts int, reason string) error {
	return d.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		inserted, err := d.insert(ctx, s, event, statusPending, attempts, reason, nil)
		if err != nil || inserted {
			return err
		}
		found, err := d.of(ctx, s, event.id, "")
		if err != nil || found.attempts >= attempts {
			return err
		}
		return d.set(ctx, s, event.id, "attempts = %v, error = %v", attempts, reason)
	})
}

// giveUp notes that an event is a dead letter.
func (d *Deliveries) giveUp(ctx context.Context, id string) error {
	return d.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		return d.set(ctx, s, id, "status = 'failed'")
	})
}

// Forget forgets the attempts of an event that is put back.
func (d *Deliveries) Forget(ctx context.Context, id string) error {
	return d.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		return d.set(ctx, s, id, "status = 'pending', attempts = 0, error = NULL")
	})
}

// insert makes a receipt, and tells whether there was none.
func (d *Deliveries) insert(
	ctx context.Context, q database.Queryer, event *received, status string, attempts int, reason, doneAt any,
) (bool, error) {
	inserted, err := database.Exec(
		ctx, q,
		database.InsertUnlessThere("INSERT INTO event_deliveries "+
			"(handler, event_id, status, attempts, error, subject, created_at, done_at) "+
			"VALUES (%v, %v, %v, %v, %v, %v, %v, %v)"),
		d.handler, event.id, status, attempts, reason, event.subject, database.StoreTime(time.Now()), doneAt,
	)
	if err != nil {
		return false, fmt.Errorf("note an event: %w", err)
	}
	return inserted > 0, nil
}

// set changes the receipt of an event that is not done.
func (d *Deliveries) set(ctx context.Context, q database.Queryer, id, assignments string, values ...any) error {
	_, err := database.Exec(
		ctx, q,
		"UPDATE event_deliveries SET "+assignments+" WHERE handler = %v AND event_id = %v AND status <> 'done'",
		append(values, d.handler, id)...,
	)
	if err != nil {
		return fmt.Errorf("note an event: %w", err)
	}
	return nil
}
