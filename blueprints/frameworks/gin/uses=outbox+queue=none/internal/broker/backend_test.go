package broker

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/outbox"
	"example.com/service/internal/testkit"
)

// deadLetter is a message that nobody could handle.
type deadLetter struct {
	message  string
	reason   string
	attempts int
}

// backend is what carries the events of a test: the table of deliveries.
type backend struct {
	t        *testing.T
	broker   *Broker
	db       *database.DB
	handlers []outbox.Handler
}

func newBackend(t *testing.T, db *database.DB, handlers []outbox.Handler, _ string) *backend {
	t.Helper()
	return &backend{t: t, broker: New(testkit.Log(t), db, handlers), db: db, handlers: handlers}
}

// ready waits until events find their handlers.
func (b *backend) ready() {}

// inject delivers a message as it is.
func (b *backend) inject(message, kind string) {
	b.t.Helper()
	for _, handler := range b.handlers {
		if handler.Type == kind {
			execute(b.t, b.db, "INSERT INTO event_deliveries "+
				"(handler, event_id, status, attempts, position, envelope, created_at) "+
				"VALUES (%v, %v, 'pending', 0, 1, %v, %v)",
				handler.Name, uuid.NewString(), message, database.StoreTime(time.Now()))
		}
	}
}

// deadLetters are those of a handler.
func (b *backend) deadLetters(handler string) []deadLetter {
	b.t.Helper()
	var found []deadLetter
	require.NoError(b.t, b.db.Read(b.t.Context(), func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error {
			var letter deadLetter
			err := scan(&letter.message, &letter.reason, &letter.attempts)
			found = append(found, letter)
			return err
		}, "SELECT envelope, error, attempts FROM event_deliveries WHERE handler = %v AND status = 'failed'", handler)
	}))
	return found
}
