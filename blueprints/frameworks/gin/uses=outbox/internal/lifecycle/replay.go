package lifecycle

import (
	"context"

	"example.com/service/internal/outbox"
)

// Replay puts every dead letter back, as if it had never been tried; it tells how many each handler had.
func Replay(ctx context.Context, options Options) ([]string, error) {
	carrier, err := OpenBroker(options)
	if err != nil {
		return nil, err
	}
	defer carrier.Close()
	return outbox.Replay(ctx, options.DB, carrier, options.handlers())
}
