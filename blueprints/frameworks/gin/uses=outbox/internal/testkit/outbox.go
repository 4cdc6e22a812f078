package testkit

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
)

// Told is an event of the outbox.
type Told struct {
	Type    string          `json:"type"`
	Subject string          `json:"subject"`
	Data    json.RawMessage `json:"data"`
}

// Object is what the event tells.
func (e Told) Object(t testing.TB) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal(e.Data, &object))
	return object
}

// Outbox is what is told, in its order.
func Outbox(t testing.TB, db *database.DB) []Told {
	t.Helper()
	var events []Told
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error {
			var envelope string
			if err := scan(&envelope); err != nil {
				return err
			}
			var event Told
			err := json.Unmarshal([]byte(envelope), &event)
			events = append(events, event)
			return err
		}, "SELECT envelope FROM outbox ORDER BY position")
	}))
	return events
}

// EmptyOutbox forgets what was told so far.
func EmptyOutbox(t testing.TB, db *database.DB) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := database.Exec(ctx, s, "DELETE FROM outbox")
		return err
	}))
}
