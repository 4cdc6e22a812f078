package broker

import (
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/outbox"
	"example.com/service/internal/project"
	"example.com/service/internal/testkit"
)

// deadLetter is a message that nobody could handle.
type deadLetter struct {
	message  string
	reason   string
	attempts int
}

// backend is what carries the events of a test: queues of its own in RabbitMQ.
type backend struct {
	t        *testing.T
	broker   *Broker
	conn     *amqp.Connection
	handlers []outbox.Handler
}

func newBackend(t *testing.T, _ *database.DB, handlers []outbox.Handler, group string) *backend {
	t.Helper()
	return newBackendAt(t, testkit.BrokerURL(t), handlers, group)
}

// newBackendAt reaches the server by a way of its own.
func newBackendAt(t *testing.T, url string, handlers []outbox.Handler, group string) *backend {
	t.Helper()
	broker, err := New(testkit.Log(t), URL(url), handlers, project.Name+".test."+group)
	require.NoError(t, err)
	conn, err := amqp.Dial(testkit.BrokerURL(t))
	require.NoError(t, err)
	b := &backend{t: t, broker: broker, conn: conn, handlers: handlers}
	t.Cleanup(func() {
		b.forgetEverything()
		_ = conn.Close()
		broker.Close()
	})
	return b
}

func (b *backend) ask(question func(channel *amqp.Channel)) {
	b.t.Helper()
	channel, err := b.conn.Channel()
	require.NoError(b.t, err)
	question(channel)
	_ = channel.Close()
}

// ready waits until events find their handlers.
func (b *backend) ready() {
	b.t.Helper()
	_, err := b.broker.Depths(b.t.Context())
	require.NoError(b.t, err)
}

// inject delivers a message as it is.
func (b *backend) inject(message, kind string) {
	b.t.Helper()
	b.ask(func(channel *amqp.Channel) {
		assert.NoError(b.t, channel.Confirm(false))
		confirmation, err := channel.PublishWithDeferredConfirm(
			b.broker.exchange(), kind, false, false, amqp.Publishing{Body: []byte(message)},
		)
		assert.NoError(b.t, err)
		assert.True(b.t, confirmation.Wait())
	})
}

// deadLetters are those of a handler.
func (b *backend) deadLetters(handler string) []deadLetter {
	b.t.Helper()
	var found []deadLetter
	b.ask(func(channel *amqp.Channel) {
		// They go back with the channel, as nobody acknowledges them.
		for {
			letter, there, err := channel.Get(b.broker.dead(handler), false)
			if err != nil || !there {
				assert.NoError(b.t, err)
				return
			}
			reason, _ := letter.Headers["x-error"].(string)
			found = append(found, deadLetter{string(letter.Body), reason, numberOf(b.t, letter.Headers["x-attempts"])})
		}
	})
	return found
}

// takeAndDie gets a message of a handler, and does nothing more, as a process that dies of it.
func (b *backend) takeAndDie(handler string) {
	b.t.Helper()
	b.ask(func(channel *amqp.Channel) {
		messages, err := channel.Consume(b.broker.inbox(handler), "", false, false, false, false, nil)
		assert.NoError(b.t, err)
		<-messages
	})
}

// forgetEverything does as a server that keeps nothing.
func (b *backend) forgetEverything() {
	b.t.Helper()
	b.ask(func(channel *amqp.Channel) {
		for _, handler := range b.handlers {
			for _, queue := range []string{b.broker.inbox(handler.Name), b.broker.dead(handler.Name)} {
				_, err := channel.QueueDelete(queue, false, false, false)
				assert.NoError(b.t, err)
			}
		}
		for _, queue := range background.Queues() {
			_, err := channel.QueueDelete(b.broker.jobs(queue), false, false, false)
			assert.NoError(b.t, err)
		}
		assert.NoError(b.t, channel.ExchangeDelete(b.broker.exchange(), false, false))
	})
}
