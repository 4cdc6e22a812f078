package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
)

const (
	trouble = time.Second
	lost    = "the process that had it is gone"
)

// Consumer takes the messages of one handler: those of one subject in their order, others side by side.
type Consumer struct {
	log         *slog.Logger
	handler     Handler
	deliveries  *Deliveries
	instruments *Instruments
	// attempts is how often an event is tried, and retryBase the wait after the first failure.
	attempts  int
	retryBase time.Duration
	// gate lets as many handlers run at once as the database takes.
	gate chan struct{}

	mutex sync.Mutex
	// lanes has the end of the last message of each subject that is held.
	lanes map[string]chan struct{}
}

func newConsumer(
	log *slog.Logger, settings Settings, db *database.DB, handler Handler, instruments *Instruments, gate chan struct{},
) *Consumer {
	return &Consumer{
		log:         log,
		handler:     handler,
		deliveries:  NewDeliveries(db, handler.Name),
		instruments: instruments,
		attempts:    int(settings.Attempts),
		retryBase:   settings.RetryBase(),
		gate:        gate,
		lanes:       make(map[string]chan struct{}),
	}
}

// Handler is the handler whose messages these are.
func (c *Consumer) Handler() Handler {
	return c.handler
}

// Take takes a message, in the order of its subject. The channel is closed when the message is done with, or left to
// be delivered again, as the context has ended: then no attempt more is made.
func (c *Consumer) Take(ctx context.Context, message Message) <-chan struct{} {
	done := make(chan struct{})
	event, err := c.handler.read(message.Text)
	switch {
	case err != nil:
		go func() {
			defer close(done)
			c.poison(ctx, message, err)
		}()
	case event == nil:
		go func() {
			defer close(done)
			c.persist(ctx, message.Settle)
		}()
	default:
		c.inLane(ctx, message, event, done)
	}
	return done
}

// inLane waits for the messages before it of the same subject.
func (c *Consumer) inLane(ctx context.Context, message Message, event *received, done chan struct{}) {
	c.mutex.Lock()
	before := c.lanes[event.subject]
	c.lanes[event.subject] = done
	c.mutex.Unlock()
	go func() {
		if before != nil {
			<-before
		}
		// One that stands behind another was not being tried.
		c.handle(ctx, message, event, message.Again && before == nil)
		c.mutex.Lock()
		if c.lanes[event.subject] == done {
			delete(c.lanes, event.subject)
		}
		c.mutex.Unlock()
		close(done)
	}()
}

// handle handles an event, as often as it takes.
func (c *Consumer) handle(ctx context.Context, message Message, event *received, wasLost bool) {
	if wasLost {
		c.persist(ctx, func(ctx context.Context) error {
			found, err := c.deliveries.find(ctx, event.id)
			if err != nil || found.status != statusPending {
				return err
			}
			return c.deliveries.count(ctx, event, found.attempts+1, lost)
		})
	}
	waited := 0
	c.persist(ctx, func(working context.Context) error {
		for {
			ended, err := c.step(ctx, working, message, event, &waited)
			if ended || err != nil || ctx.Err() != nil {
				return err
			}
		}
	})
}

// step does what is next for an event, and tells whether that was the end.
func (c *Consumer) step(
	ctx, working context.Context, message Message, event *received, waited *int,
) (ended bool, err error) {
	found, err := c.deliveries.find(working, event.id)
	switch {
	case err != nil:
		return false, err
	case found.status != statusPending:
		return true, c.settle(working, message, duplicate)
	case found.attempts >= c.attempts:
		return true, c.giveUp(working, message, event, found)
	case found.attempts > *waited:
		// Also when another process has counted: it waits as long.
		background.Wait(ctx, background.Backoff(c.retryBase, found.attempts))
		*waited = found.attempts
		return false, nil
	}
	done, err := c.attempt(working, event, found)
	if err != nil || !done {
		return false, err
	}
	return true, c.settle(working, message, handled)
}

// attempt tries once, and tells whether it is done.
func (c *Consumer) attempt(ctx context.Context, event *received, known receipt) (bool, error) {
	c.gate <- struct{}{}
	done := false
	failure := background.Guarded(func() error {
		defer func() { <-c.gate }()
		var err error
		done, err = c.deliveries.once(ctx, event, known)
		return err
	})
	if failure == nil {
		return done, nil
	}
	attempt := known.attempts + 1
	attributes := []any{
		slog.Any("error", failure),
		slog.String("handler", c.handler.Name),
		slog.String("eventId", event.id),
		slog.Int("attempt", attempt),
	}
	var fault *background.PanicError
	if errors.As(failure, &fault) {
		attributes = append(attributes, slog.String("stack", string(fault.Stack)))
	}
	c.log.ErrorContext(ctx, "handler failed", attributes...)
	if err := c.deliveries.count(ctx, event, attempt, background.Reason(failure)); err != nil {
		return false, err
	}
	if attempt < c.attempts {
		c.instruments.observe(c.handler.Name, retried)
	}
	return false, nil
}

func (c *Consumer) giveUp(ctx context.Context, message Message, event *received, found receipt) error {
	reason := found.reason
	if reason == "" {
		reason = lost
	}
	c.log.ErrorContext(ctx, "event is a dead letter",
		slog.String("handler", c.handler.Name), slog.String("eventId", event.id), slog.String("reason", reason))
	if err := message.Bury(ctx, reason, found.attempts); err != nil {
		return err
	}
	if err := c.deliveries.giveUp(ctx, event.id); err != nil {
		return err
	}
	return c.settle(ctx, message, dead)
}

func (c *Consumer) poison(ctx context.Context, message Message, failure error) {
	reason := background.Reason(failure)
	c.log.ErrorContext(ctx, "event is a dead letter",
		slog.String("handler", c.handler.Name), slog.String("reason", reason))
	c.persist(ctx, func(ctx context.Context) error {
		if err := message.Bury(ctx, reason, 0); err != nil {
			return err
		}
		return c.settle(ctx, message, dead)
	})
}

func (c *Consumer) settle(ctx context.Context, message Message, outcome Outcome) error {
	if err := message.Settle(ctx); err != nil {
		return err
	}
	c.instruments.observe(c.handler.Name, outcome)
	return nil
}

// persist does something until it works: the database or the broker may be away. What is begun is finished, also
// when the context ends.
func (c *Consumer) persist(ctx context.Context, work func(ctx context.Context) error) {
	for ctx.Err() == nil {
		err := work(context.WithoutCancel(ctx))
		if err == nil {
			return
		}
		if !background.Known(err) {
			c.log.WarnContext(ctx, "cannot go on with an event",
				slog.Any("error", err), slog.String("handler", c.handler.Name))
		}
		background.Wait(ctx, trouble)
	}
}
