package outbox

import (
	"context"
	"fmt"

	"example.com/service/internal/database"
)

// Replay puts the dead letters of these handlers back, as if they had never been tried; it tells how many each had.
func Replay(ctx context.Context, db *database.DB, broker Broker, handlers []Handler) ([]string, error) {
	lines := make([]string, len(handlers))
	for at, handler := range handlers {
		deliveries := NewDeliveries(db, handler.Name)
		found, err := broker.Replay(ctx, handler.Name, func(ctx context.Context, message string) error {
			event, err := readEnvelope(message)
			if err != nil {
				// It never was an event, so nobody has tried it.
				return nil //nolint:nilerr // see above
			}
			return deliveries.Forget(ctx, event.ID)
		})
		if err != nil {
			return nil, fmt.Errorf("put back the dead letters of %s: %w", handler.Name, err)
		}
		lines[at] = fmt.Sprintf("%s: %d", handler.Name, found)
	}
	return lines, nil
}
