package handlers_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/app"
	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/observability"
	"example.com/service/internal/outbox"
	"example.com/service/internal/strictjson"
	"example.com/service/internal/testkit"
)

// twice is a broker that delivers one message twice, and ends.
type twice struct {
	message string
	buried  []string
	end     context.CancelFunc
}

func (b *twice) Publish(context.Context, database.Queryer, []outbox.Outgoing) error { return nil }

func (b *twice) Subscribe(ctx context.Context, consumer *outbox.Consumer) {
	defer b.end()
	for range 2 {
		<-consumer.Take(ctx, outbox.Message{
			Text:   b.message,
			Settle: func(context.Context) error { return nil },
			Bury: func(_ context.Context, reason string, _ int) error {
				b.buried = append(b.buried, reason)
				return nil
			},
		})
	}
}

func (b *twice) Depths(context.Context) (background.Depths, error) { return nil, nil }

func (b *twice) Replay(context.Context, string, func(context.Context, string) error) (int, error) {
	return 0, nil
}

// expectOnce delivers an event twice, and expects it to be done once and at the first attempt.
func expectOnce(t *testing.T, db *database.DB, handler outbox.Handler, data []byte) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	broker := &twice{end: cancel, message: fmt.Sprintf(
		`{"specversion":"1.0","id":%q,"source":%q,"type":%q,"subject":%q,"time":"2026-01-31T09:30:00.000Z",`+
			`"datacontenttype":"application/json","dataschema":"/schemas/%s/v1.json","data":%s}`,
		uuid.NewString(), outbox.Source, handler.Type, uuid.NewString(), handler.Type, data,
	)}
	registry := observability.NewRegistry()
	outbox.NewWork(outbox.Options{
		Log:      testkit.Log(t),
		Registry: registry,
		Settings: outbox.Settings{Attempts: 1, RetryBaseMS: 1},
		DB:       db,
		Broker:   broker,
		Handlers: []outbox.Handler{handler},
	}).Run(ctx)
	assert.Empty(t, broker.buried)
	text, err := registry.Text()
	require.NoError(t, err)
	for _, outcome := range []string{"handled", "duplicate"} {
		assert.Contains(t, string(text), fmt.Sprintf(
			"events_consumed_total{handler=%q,outcome=%q} 1", handler.Name, outcome,
		))
	}
}

// candidates are values of every kind, as JSON.
func candidates() []string {
	return []string{
		`"019a0000-0000-7000-9000-000000000001"`, `"2026-01-31T09:30:00.000Z"`, `"2026-01-31"`, `"ada@example.com"`,
		`"https://example.com/"`, `"user"`, `"admin"`, `"example"`, `1`, `true`, `"1.00"`, `[]`, `{}`, `1.5`,
	}
}

// exampleRow is a row as it is answered, which is what its events tell; own are keys and values that nobody is asked for.
func exampleRow[R any](t *testing.T, entity string, fields []*field.Field[R], own ...string) []byte {
	t.Helper()
	known := seeded(entity)
	for at := 0; at < len(own); at += 2 {
		known[own[at]] = own[at+1]
	}
	var pairs []string
	for _, each := range fields {
		if each.Private || each.Column == "deleted_at" {
			continue
		}
		value, found := known[each.JSON]
		for _, candidate := range candidates() {
			var row R
			decoded, err := strictjson.Decode([]byte(candidate))
			require.NoError(t, err)
			if !found && len(each.Decode(&row, decoded)) == 0 {
				value, found = candidate, true
			}
		}
		if each.Optional && !found {
			value, found = "null", true
		}
		require.True(t, found, "there is no example of %s.%s", entity, each.JSON)
		pairs = append(pairs, each.JSON, value)
	}
	return testkit.Object(pairs...)
}

// seeded are the values of an example of an entity, if there is one.
func seeded(entity string) map[string]string {
	values := make(map[string]string)
	for _, seed := range app.Seeds() {
		if seed.Entity == entity && len(seed.Examples) > 0 {
			for _, value := range seed.Examples[0].Values {
				values[value.Key] = value.JSON
			}
		}
	}
	return values
}
