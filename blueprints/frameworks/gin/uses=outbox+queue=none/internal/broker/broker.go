// Package broker carries events without a broker: each handler has a row for each event that it waits for.
package broker

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/outbox"
)

const poll = 200 * time.Millisecond

// Broker is the messages of the table of deliveries.
type Broker struct {
	log      *slog.Logger
	db       *database.DB
	handlers []outbox.Handler
	began    time.Time
}

// New makes the broker of one process.
func New(log *slog.Logger, db *database.DB, handlers []outbox.Handler) *Broker {
	// As the database cuts times.
	began := time.Now().Truncate(time.Millisecond)
	return &Broker{log: log, db: db, handlers: handlers, began: began}
}

// Publish implements [outbox.Broker].
func (b *Broker) Publish(ctx context.Context, q database.Queryer, events []outbox.Outgoing) error {
	now := database.StoreTime(time.Now())
	for _, event := range events {
		for _, handler := range b.handlers {
			if handler.Type != event.Type {
				continue
			}
			// It is there when the relay died before it could tell the outbox.
			_, err := database.Exec(
				ctx, q,
				database.InsertUnlessThere("INSERT INTO event_deliveries "+
					"(handler, event_id, status, attempts, subject, position, envelope, created_at) "+
					"VALUES (%v, %v, 'pending', 0, %v, %v, %v, %v)"),
				handler.Name, event.ID, event.Subject, event.Position, event.Envelope, now,
			)
			if err != nil {
				return fmt.Errorf("publish an event to %s: %w", handler.Name, err)
			}
		}
	}
	return nil
}

// Subscribe implements [outbox.Broker].
func (b *Broker) Subscribe(ctx context.Context, consumer *outbox.Consumer) {
	handler := consumer.Handler().Name
	var mutex sync.Mutex
	held := make(map[string]bool)
	var running sync.WaitGroup
	defer running.Wait()
	background.Loop{
		Log:   b.log,
		Name:  "look for events",
		Pause: poll,
		Step: func(working context.Context) (bool, error) {
			mutex.Lock()
			known := slices.Collect(maps.Keys(held))
			mutex.Unlock()
			found, err := b.waiting(working, handler, known)
			for _, each := range found {
				mutex.Lock()
				held[each.id] = true
				mutex.Unlock()
				done := consumer.Take(ctx, each.message)
				running.Go(func() {
					<-done
					mutex.Lock()
					delete(held, each.id)
					mutex.Unlock()
				})
			}
			return false, err
		},
	}.Run(ctx)
}

// waitingMessage is a message and the id of its event.
type waitingMessage struct {
	id      string
	message outbox.Message
}

// waiting are the messages that a handler can take besides those that it holds.
func (b *Broker) waiting(ctx context.Context, handler string, held []string) ([]waitingMessage, error) {
	if len(held) >= outbox.Held {
		return nil, nil
	}
	format := "SELECT event_id, envelope, created_at FROM event_deliveries WHERE handler = %v AND status = 'pending'"
	values := []any{handler}
	if len(held) > 0 {
		format += " AND event_id NOT IN (%v)"
		values = append(values, sqlbuilder.List(held))
	}
	format += " ORDER BY position LIMIT %v"
	values = append(values, outbox.Held-len(held))
	var found []waitingMessage
	err := b.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		return database.Each(
			ctx, q,
			func(scan func(into ...any) error) error {
				var id, text string
				var created any
				if err := scan(&id, &text, &created); err != nil {
					return err
				}
				at, err := database.LoadTime(created)
				found = append(found, waitingMessage{id, outbox.Message{
					Text:  text,
					Again: at.Before(b.began),
					// The receipt tells both.
					Settle: func(context.Context) error { return nil },
					Bury: func(ctx context.Context, reason string, attempts int) error {
						return b.bury(ctx, handler, id, reason, attempts)
					},
				}})
				return err
			},
			format, values...,
		)
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// bury notes a dead letter: a message that is no event has no other receipt.
func (b *Broker) bury(ctx context.Context, handler, id, reason string, attempts int) error {
	return b.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		_, err := database.Exec(
			ctx, s,
			"UPDATE event_deliveries SET status = 'failed', error = %v, attempts = %v "+
				"WHERE handler = %v AND event_id = %v",
			reason, attempts, handler, id,
		)
		return err
	})
}

// Depths implements [outbox.Broker].
func (b *Broker) Depths(ctx context.Context) (background.Depths, error) {
	depths := make(background.Depths)
	for _, handler := range b.handlers {
		depths[handler.Name], depths[handler.Name+".dlq"] = 0, 0
	}
	err := b.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		return database.Each(
			ctx, q,
			func(scan func(into ...any) error) error {
				var handler, status string
				var count int
				if err := scan(&handler, &status, &count); err != nil {
					return err
				}
				if status == "failed" {
					handler += ".dlq"
				}
				if _, known := depths[handler]; known {
					depths[handler] = count
				}
				return nil
			},
			"SELECT handler, status, COUNT(*) FROM event_deliveries WHERE status <> 'done' GROUP BY handler, status",
		)
	})
	if err != nil {
		return nil, err
	}
	return depths, nil
}

// Replay implements [outbox.Broker].
func (b *Broker) Replay(
	ctx context.Context, handler string, _ func(ctx context.Context, message string) error,
) (int, error) {
	var ids []string
	err := b.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		return database.Each(
			ctx, q,
			func(scan func(into ...any) error) error {
				var id string
				err := scan(&id)
				ids = append(ids, id)
				return err
			},
			"SELECT event_id FROM event_deliveries WHERE handler = %v AND status = 'failed'", handler,
		)
	})
	if err != nil {
		return 0, err
	}
	// The ids of the rows, rather than those that messages tell: a message may be no event.
	deliveries := outbox.NewDeliveries(b.db, handler)
	for _, id := range ids {
		if err := deliveries.Forget(ctx, id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// Close has nothing to give back.
func (b *Broker) Close() {}
