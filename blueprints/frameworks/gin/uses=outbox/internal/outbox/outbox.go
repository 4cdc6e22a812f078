package outbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/naming"
	"example.com/service/internal/payload"
	"example.com/service/internal/strictjson"
)

// kept is how long it is known what was published, or handled.
const kept = 7 * 24 * time.Hour

// Outgoing is an event as it lies in its table: the database counts the positions.
type Outgoing struct {
	Position int64
	ID       string
	Type     string
	Subject  string
	Envelope string
}

// Declared is an event that a command tells of.
type Declared[D any] struct {
	kind string
	data *payload.Object[D]
}

// Declare declares an event by its type and what it tells.
func Declare[D any](kind string, told ...field.Binding[D]) Declared[D] {
	return Declared[D]{kind: kind, data: payload.Of(field.Table(told...)...)}
}

// Type is that of the event.
func (d Declared[D]) Type() string {
	return d.kind
}

// Write is what the event tells, as JSON.
func (d Declared[D]) Write(data D) []byte {
	return d.data.Write(data)
}

// Read is what the event tells, read as strictly as a request.
func (d Declared[D]) Read(written []byte) (D, error) {
	var none D
	value, err := strictjson.Decode(written)
	if err != nil {
		return none, err
	}
	object, isObject := value.(*strictjson.Object)
	if !isObject {
		return none, &PoisonError{Reason: "it is no object"}
	}
	return d.data.Whole(object)
}

// Emit says what happened: published once the transaction is committed, never when it is rolled back.
func Emit[D any](
	ctx context.Context, s *database.Session, event Declared[D], subject uuid.UUID, data D,
) error {
	return write(ctx, s, event.kind, subject.String(), event.Write(data))
}

// Publisher says what happens to rows.
type Publisher struct{}

// Waits tells that somebody waits for events.
func (Publisher) Waits() bool {
	return true
}

// Wrote says what happened to a row: it was created, updated, deleted, or registered. The data is the row as it is answered; of
// one that is gone, what it was.
func (Publisher) Wrote(
	ctx context.Context, s *database.Session, entity, change string, id uuid.UUID, data []byte,
) error {
	// `OrderLine` that was created is `order-line.created`.
	kind := strings.ReplaceAll(naming.Snake(entity), "_", "-") + "." + change
	return write(ctx, s, kind, id.String(), data)
}

// write writes an event beside what it tells of, whose row is locked: positions follow versions.
func write(ctx context.Context, q database.Queryer, kind, subject string, data []byte) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make the id of an event: %w", err)
	}
	now := time.Now().UTC()
	envelope := writeEnvelope(Event[[]byte]{
		ID: id.String(), Type: kind, Subject: subject, Time: now.Format(timeLayout), Data: data,
	})
	_, err = database.Exec(
		ctx, q,
		"INSERT INTO outbox (id, type, subject, envelope, created_at) VALUES (%v, %v, %v, %v, %v)",
		id.String(), kind, subject, envelope, database.StoreTime(now),
	)
	if err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	return nil
}

// unpublished are the events that are to be published next, in their order.
func unpublished(ctx context.Context, q database.Queryer, limit int) ([]Outgoing, error) {
	var events []Outgoing
	err := database.Each(
		ctx, q,
		func(scan func(into ...any) error) error {
			var event Outgoing
			err := scan(&event.Position, &event.ID, &event.Type, &event.Subject, &event.Envelope)
			events = append(events, event)
			return err
		},
		"SELECT position, id, type, subject, envelope FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT %v",
		limit,
	)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return events, nil
}

// markPublished notes that events were published.
func markPublished(ctx context.Context, q database.Queryer, events []Outgoing) error {
	positions := make([]int64, len(events))
	for at, event := range events {
		positions[at] = event.Position
	}
	_, err := database.Exec(
		ctx, q,
		"UPDATE outbox SET published_at = %v WHERE position IN (%v)",
		database.StoreTime(time.Now()), sqlbuilder.List(positions),
	)
	if err != nil {
		return fmt.Errorf("mark what was published: %w", err)
	}
	return nil
}

// backlog tells how many events are to be published, and the age of the oldest.
func backlog(ctx context.Context, q database.Queryer) (pending int, age time.Duration, err error) {
	err = database.Each(
		ctx, q,
		func(scan func(into ...any) error) error {
			var oldest any
			if err := scan(&pending, &oldest); err != nil || oldest == nil {
				return err
			}
			since, err := database.LoadTime(oldest)
			age = max(0, time.Since(since))
			return err
		},
		"SELECT COUNT(*), MIN(created_at) FROM outbox WHERE published_at IS NULL",
	)
	return pending, age, err
}

// ForgetOld removes what was published, or handled, long ago.
func ForgetOld(db *database.DB) background.Chore {
	return func(ctx context.Context) error {
		oldest := database.StoreTime(time.Now().Add(-kept))
		return db.Write(ctx, func(ctx context.Context, s *database.Session) error {
			if _, err := database.Exec(ctx, s, "DELETE FROM outbox WHERE published_at < %v", oldest); err != nil {
				return fmt.Errorf("forget what was published: %w", err)
			}
			_, err := database.Exec(
				ctx, s, "DELETE FROM event_deliveries WHERE status = 'done' AND done_at < %v", oldest,
			)
			if err != nil {
				return fmt.Errorf("forget what was handled: %w", err)
			}
			return nil
		})
	}
}
