package broker

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

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

// backend is what carries the events of a test: streams of its own in Redis.
type backend struct {
	t      *testing.T
	broker *Broker
	client *redis.Client
	prefix string
}

func newBackend(t *testing.T, _ *database.DB, handlers []outbox.Handler, group string) *backend {
	t.Helper()
	return newBackendAt(t, testkit.BrokerURL(t), handlers, group)
}

// newBackendAt reaches the server by a way of its own.
func newBackendAt(t *testing.T, url string, handlers []outbox.Handler, group string) *backend {
	t.Helper()
	prefix := project.Name + ":test:" + group
	broker, err := New(testkit.Log(t), URL(url), handlers, prefix)
	require.NoError(t, err)
	options, err := redis.ParseURL(testkit.BrokerURL(t))
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		keys, err := client.Keys(ctx, prefix+":*").Result()
		if err == nil && len(keys) > 0 {
			client.Del(ctx, keys...)
		}
		_ = client.Close()
		broker.Close()
	})
	return &backend{t: t, broker: broker, client: client, prefix: prefix}
}

// ready waits until events find their handlers.
func (b *backend) ready() {
	b.t.Helper()
	_, err := b.broker.Depths(b.t.Context())
	require.NoError(b.t, err)
}

// inject delivers a message as it is.
func (b *backend) inject(message, _ string) {
	b.t.Helper()
	require.NoError(b.t, b.client.XAdd(b.t.Context(), &redis.XAddArgs{
		Stream: b.prefix + ":events", Values: []string{"envelope", message},
	}).Err())
}

// deadLetters are those of a handler.
func (b *backend) deadLetters(handler string) []deadLetter {
	b.t.Helper()
	letters, err := b.client.XRange(b.t.Context(), b.prefix+":"+handler+":dlq", "-", "+").Result()
	require.NoError(b.t, err)
	var found []deadLetter
	for _, letter := range letters {
		var each deadLetter
		each.message, _ = letter.Values["envelope"].(string)
		each.reason, _ = letter.Values["error"].(string)
		each.attempts = numberOf(b.t, letter.Values["attempts"])
		found = append(found, each)
	}
	return found
}

// takeAndDie reads a message of a handler, and does nothing more, as a process that dies of it.
func (b *backend) takeAndDie(handler string) {
	b.t.Helper()
	require.NoError(b.t, b.client.XReadGroup(b.t.Context(), &redis.XReadGroupArgs{
		Group: handler, Consumer: reader, Streams: []string{b.prefix + ":events", ">"}, Block: -1,
	}).Err())
}

// forgetEverything does as a server that keeps nothing.
func (b *backend) forgetEverything() {
	b.t.Helper()
	keys, err := b.client.Keys(b.t.Context(), b.prefix+":*").Result()
	require.NoError(b.t, err)
	require.NoError(b.t, b.client.Del(b.t.Context(), keys...).Err())
}
