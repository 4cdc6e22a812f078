// Package broker carries events and jobs by RabbitMQ: an exchange, a queue for each handler, three for jobs.
package broker

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/outbox"
)

const (
	poll     = 100 * time.Millisecond
	settling = 300 * time.Millisecond
	envelope = "application/cloudevents+json"
	maxError = 4000
	// deliveries is how often a message may come back: it keeps its place only where there is a limit, and no version
	// of the server is to throw one away by itself.
	deliveries = 1_000_000
)

// Broker is the exchange and the queues of this service.
type Broker struct {
	log      *slog.Logger
	server   *server
	handlers []outbox.Handler
	prefix   string
}

// New makes the broker of one process; all names begin with the prefix.
func New(log *slog.Logger, url URL, handlers []outbox.Handler, prefix string) (*Broker, error) {
	if _, err := amqp.ParseURI(string(url)); err != nil {
		// The reason may tell the password.
		return nil, errNoURL
	}
	broker := &Broker{log: log, handlers: handlers, prefix: prefix}
	broker.server = newServer(log, url, broker.declare)
	return broker, nil
}

func (b *Broker) exchange() string {
	return b.prefix + ".events"
}

func (b *Broker) inbox(handler string) string {
	return b.prefix + "." + handler
}

func (b *Broker) dead(handler string) string {
	return b.inbox(handler) + ".dlq"
}

func (b *Broker) jobs(queue background.Queue) string {
	return b.prefix + ".jobs." + string(queue)
}

func quorum() amqp.Table {
	return amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeQuorum, "x-delivery-limit": int32(deliveries)}
}

// single has one of several workers get the messages of a handler; the next one takes over when it is gone.
func single() amqp.Table {
	arguments := quorum()
	arguments[amqp.SingleActiveConsumerArg] = true
	return arguments
}

func (b *Broker) declare(channel *amqp.Channel) error {
	if err := channel.ExchangeDeclare(b.exchange(), amqp.ExchangeTopic, true, false, false, false, nil); err != nil {
		return err
	}
	for _, handler := range b.handlers {
		inbox := b.inbox(handler.Name)
		if _, err := channel.QueueDeclare(inbox, true, false, false, false, single()); err != nil {
			return err
		}
		if err := channel.QueueBind(inbox, handler.Type, b.exchange(), false, nil); err != nil {
			return err
		}
		if _, err := channel.QueueDeclare(b.dead(handler.Name), true, false, false, false, quorum()); err != nil {
			return err
		}
	}
	for _, queue := range background.Queues() {
		if _, err := channel.QueueDeclare(b.jobs(queue), true, false, false, false, quorum()); err != nil {
			return err
		}
	}
	return nil
}

// Publish implements [outbox.Broker].
func (b *Broker) Publish(ctx context.Context, _ database.Queryer, events []outbox.Outgoing) error {
	letters := make([]letter, len(events))
	for at, event := range events {
		letters[at] = letter{exchange: b.exchange(), key: event.Type, message: amqp.Publishing{
			MessageId: event.ID, Type: event.Type, ContentType: envelope, Body: []byte(event.Envelope),
		}}
	}
	return b.server.send(ctx, letters...)
}

// Subscribe implements [outbox.Broker].
func (b *Broker) Subscribe(ctx context.Context, consumer *outbox.Consumer) {
	name := consumer.Handler().Name
	var running sync.WaitGroup
	background.Loop{
		Log:   b.log,
		Name:  "wait for the events of " + name,
		Pause: poll,
		Step: func(working context.Context) (bool, error) {
			channel, messages, err := b.consume(working, name)
			if err != nil {
				return false, err
			}
			b.take(ctx, messages, func(delivery amqp.Delivery) {
				done := consumer.Take(ctx, b.messageOf(name, delivery))
				running.Go(func() { <-done })
			})
			if ctx.Err() != nil {
				// What is not begun goes back to the queue with the channel.
				running.Wait()
			}
			go func() { _ = channel.Close() }()
			return false, nil
		},
	}.Run(ctx)
}

// take takes messages until there are no more to come, as the channel is gone, or the context ends.
func (b *Broker) take(ctx context.Context, messages <-chan amqp.Delivery, each func(delivery amqp.Delivery)) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case delivery, more := <-messages:
			if !more {
				return
			}
			each(delivery)
		}
	}
}

// consume has the messages of a handler delivered, on a channel of its own.
func (b *Broker) consume(ctx context.Context, handler string) (*amqp.Channel, <-chan amqp.Delivery, error) {
	var channel *amqp.Channel
	var messages <-chan amqp.Delivery
	err := b.server.ask(ctx, func(_ context.Context, link *link) error {
		opened, err := link.conn.Channel()
		if err != nil {
			return fmt.Errorf("open a channel: %w", err)
		}
		if err := opened.Qos(outbox.Held, 0, false); err != nil {
			return fmt.Errorf("limit the messages of %s: %w", handler, err)
		}
		delivered, err := opened.Consume(b.inbox(handler), "", false, false, false, false, nil)
		if err != nil {
			return fmt.Errorf("consume the messages of %s: %w", handler, err)
		}
		channel, messages = opened, delivered
		return nil
	})
	return channel, messages, err
}

func (b *Broker) messageOf(handler string, delivery amqp.Delivery) outbox.Message {
	return outbox.Message{
		Text:   string(delivery.Body),
		Again:  delivery.Redelivered,
		Settle: func(context.Context) error { return acknowledge(delivery) },
		Bury: func(ctx context.Context, reason string, attempts int) error {
			return b.server.send(ctx, letter{key: b.dead(handler), message: amqp.Publishing{
				MessageId:   delivery.MessageId,
				ContentType: envelope,
				Body:        delivery.Body,
				Headers: amqp.Table{
					"x-error":    shortened(reason),
					"x-attempts": int32(attempts), //nolint:gosec // nobody tries as often
					"x-handler":  handler,
				},
			}})
		},
	}
}

// shortened is a text as it fits into a header.
func shortened(text string) string {
	if runes := []rune(text); len(runes) > maxError {
		return string(runes[:maxError])
	}
	return text
}

// Depths implements [outbox.Broker].
func (b *Broker) Depths(ctx context.Context) (background.Depths, error) {
	depths := make(background.Depths)
	for _, handler := range b.handlers {
		waiting, err := b.server.count(ctx, b.inbox(handler.Name))
		if err != nil {
			return nil, err
		}
		dead, err := b.server.count(ctx, b.dead(handler.Name))
		if err != nil {
			return nil, err
		}
		depths[handler.Name], depths[handler.Name+".dlq"] = waiting, dead
	}
	return depths, nil
}

// Replay implements [outbox.Broker].
func (b *Broker) Replay(
	ctx context.Context, handler string, forget func(ctx context.Context, message string) error,
) (int, error) {
	count, err := b.server.count(ctx, b.dead(handler))
	if err != nil {
		return 0, err
	}
	found := 0
	for ; found < count; found++ {
		dead, err := b.server.get(ctx, b.dead(handler))
		if err != nil {
			return found, err
		}
		if dead == nil {
			break
		}
		if err := b.putBack(ctx, handler, *dead, forget); err != nil {
			return found, err
		}
	}
	if found > 0 {
		// A quorum queue takes back what was acknowledged just before its connection ended.
		background.Wait(ctx, settling)
	}
	return found, nil
}

func (b *Broker) putBack(
	ctx context.Context, handler string, dead amqp.Delivery, forget func(ctx context.Context, message string) error,
) error {
	if err := forget(ctx, string(dead.Body)); err != nil {
		return err
	}
	err := b.server.send(ctx, letter{key: b.inbox(handler), message: amqp.Publishing{
		MessageId: dead.MessageId, ContentType: envelope, Body: dead.Body,
	}})
	if err != nil {
		return err
	}
	return acknowledge(dead)
}

// Send implements [Carrier].
func (b *Broker) Send(ctx context.Context, jobs []DueJob) error {
	letters := make([]letter, len(jobs))
	for at, job := range jobs {
		letters[at] = letter{key: b.jobs(job.Queue), message: amqp.Publishing{Body: []byte(job.ID)}}
	}
	return b.server.send(ctx, letters...)
}

// Next implements [background.Source].
func (b *Broker) Next(ctx context.Context) (*background.JobAtHand, error) {
	for _, queue := range background.Queues() {
		found, err := b.server.get(ctx, b.jobs(queue))
		if err != nil {
			return nil, err
		}
		if found != nil {
			return &background.JobAtHand{
				ID:   string(found.Body),
				Seen: func(context.Context) error { return acknowledge(*found) },
			}, nil
		}
	}
	return nil, nil //nolint:nilnil // nothing is due, and nothing is wrong
}

// Reachable implements [background.Reached].
func (b *Broker) Reachable(ctx context.Context) bool {
	return b.server.reachable(ctx)
}

// Close gives the connection back.
func (b *Broker) Close() {
	b.server.close()
}
