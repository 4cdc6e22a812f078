package outbox

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/testkit"
)

// number is what the event of these tests tells.
type number struct {
	Value int
}

func counted() Declared[number] {
	return Declare(
		"something-counted",
		field.Required("number", field.Integer(), func(row *number) *int { return &row.Value }),
	)
}

func count(t *testing.T, db *database.DB, value int) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		return Emit(ctx, s, counted(), uuid.New(), number{value})
	}))
}

// outgoing is what is to be published.
func outgoing(t *testing.T, db *database.DB) []Outgoing {
	t.Helper()
	var events []Outgoing
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		var err error
		events, err = unpublished(ctx, q, 100)
		return err
	}))
	return events
}

func TestEventsAreKeptInTheOrderInWhichTheyWereWritten(t *testing.T) {
	db := testkit.Database(t)
	for value := range 3 {
		count(t, db, value)
	}
	events := outgoing(t, db)
	require.Len(t, events, 3)
	for value, event := range events {
		read, err := readEnvelope(event.Envelope)
		require.NoError(t, err)
		assert.Equal(t, []string{event.ID, event.Type, event.Subject}, []string{read.ID, read.Type, read.Subject})
		data, err := counted().data.Whole(read.Data)
		require.NoError(t, err)
		assert.Equal(t, value, data.Value)
	}
}

func TestARolledBackWriteTellsNothing(t *testing.T) {
	db := testkit.Database(t)
	failure := errors.New("no")
	err := db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		return errors.Join(Emit(ctx, s, counted(), uuid.New(), number{1}), failure)
	})
	require.ErrorIs(t, err, failure)
	assert.Empty(t, outgoing(t, db))
}

func TestAWriteTellsWhatTheRowIs(t *testing.T) {
	db := testkit.Database(t)
	id := uuid.New()
	publisher := Publisher{}
	assert.True(t, publisher.Waits())
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		return errors.Join(
			publisher.Wrote(ctx, s, "OrderLine", "created", id, []byte(`{"a":1}`)),
			publisher.Wrote(ctx, s, "User", "registered", id, []byte(`{}`)),
		)
	}))
	events := outgoing(t, db)
	require.Len(t, events, 2)
	assert.Equal(t, []string{"order-line.created", id.String()}, []string{events[0].Type, events[0].Subject})
	assert.Contains(t, events[0].Envelope, `"data":{"a":1}`)
	assert.Equal(t, "user.registered", events[1].Type)
}

func TestWhatWasPublishedLongAgoIsRemoved(t *testing.T) {
	db := testkit.Database(t)
	for value := range 3 {
		count(t, db, value)
	}
	events := outgoing(t, db)
	old, now := database.StoreTime(time.Now().Add(-8*24*time.Hour)), database.StoreTime(time.Now())
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		for at, published := range []any{old, now} {
			_, err := database.Exec(ctx, s, "UPDATE outbox SET published_at = %v WHERE id = %v", published, events[at].ID)
			if err != nil {
				return err
			}
		}
		for at, status := range []string{statusDone, statusFailed} {
			_, err := database.Exec(
				ctx, s,
				"INSERT INTO event_deliveries (handler, event_id, status, attempts, created_at, done_at) "+
					"VALUES ('record', %v, %v, 0, %v, %v)",
				events[at].ID, status, old, old,
			)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, ForgetOld(db)(t.Context()))
	assert.Equal(t, 2, rows(t, db, "outbox"))
	assert.Equal(t, 1, rows(t, db, "event_deliveries"))
}

func rows(t *testing.T, db *database.DB, table string) int {
	t.Helper()
	count := 0
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error {
			return scan(&count)
		}, "SELECT COUNT(*) FROM "+strings.ToLower(table))
	}))
	return count
}
