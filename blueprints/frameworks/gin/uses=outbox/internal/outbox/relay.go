package outbox

import (
	"context"
	"log/slog"
	"time"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
)

const (
	batch     = 100
	poll      = 200 * time.Millisecond
	relayLock = "relay"
)

// Relay publishes what is in the outbox: oldest first, one process at a time, until it is confirmed.
type Relay struct {
	log         *slog.Logger
	db          *database.DB
	broker      Broker
	instruments *Instruments
}

// Run publishes events as they are written, until the context ends.
func (r *Relay) Run(ctx context.Context) {
	background.Loop{
		Log:   r.log,
		Name:  "publish events",
		Pause: poll,
		Step: func(ctx context.Context) (bool, error) {
			published, err := r.publish(ctx)
			return published > 0, err
		},
	}.Run(ctx)
}

// publish publishes a batch, and tells how many events there were. What is not confirmed stays.
func (r *Relay) publish(ctx context.Context) (int, error) {
	var events []Outgoing
	_, err := r.db.Alone(ctx, relayLock, func(ctx context.Context, q database.Queryer) error {
		var err error
		if events, err = unpublished(ctx, q, batch); err != nil || len(events) == 0 {
			return err
		}
		if err := r.broker.Publish(ctx, q, events); err != nil {
			return err
		}
		return markPublished(ctx, q, events)
	})
	if err != nil {
		return 0, err
	}
	for _, event := range events {
		r.instruments.published(event.Type)
	}
	return len(events), nil
}
