package outbox

import (
	"context"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
)

// Held is how many messages a handler holds at once.
const Held = 20

// Message is a message for one handler.
type Message struct {
	Text string
	// Again tells whether it was delivered before: the process that had it may have died of it.
	Again bool
	// Settle is done with it; when this cannot be told, it is delivered again.
	Settle func(ctx context.Context) error
	// Bury puts it to the dead letters; the error says that this is not known to have worked.
	Bury func(ctx context.Context, reason string, attempts int) error
}

// Broker carries events from the outbox to the handlers, and loses none that it has confirmed.
type Broker interface {
	// Publish publishes these in their order; the error says that not all are known to be kept.
	Publish(ctx context.Context, q database.Queryer, events []Outgoing) error
	// Subscribe hands the messages of a handler to its consumer until the context ends, and returns once those that
	// it holds then are done with.
	Subscribe(ctx context.Context, consumer *Consumer)
	// Depths tells how many messages wait for each handler, and dead letters as `<handler>.dlq`.
	Depths(ctx context.Context) (background.Depths, error)
	// Replay puts every dead letter back, of which `forget` is told before; it tells how many there were.
	Replay(ctx context.Context, handler string, forget func(ctx context.Context, message string) error) (int, error)
}
