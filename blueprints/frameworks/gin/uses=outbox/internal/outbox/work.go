package outbox

import (
	"context"
	"log/slog"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/observability"
)

// Options are what the work on events is made of.
type Options struct {
	Log      *slog.Logger
	Registry *observability.Registry
	Settings Settings
	DB       *database.DB
	Broker   Broker
	Handlers []Handler
}

// Work is the events of one process: the relay, and a consumer for each handler.
type Work struct {
	broker    Broker
	relay     *Relay
	consumers []*Consumer
}

// NewWork puts the events of one process together.
func NewWork(options Options) *Work {
	instruments := newInstruments(options.Registry, options.DB, options.Handlers)
	// Each runs in a transaction; half of the connections are left to everything else.
	atOnce := max(1, options.DB.PoolSize()/2)
	if database.OneWriter {
		atOnce = 1
	}
	gate := make(chan struct{}, atOnce)
	consumers := make([]*Consumer, len(options.Handlers))
	for at, handler := range options.Handlers {
		consumers[at] = newConsumer(options.Log, options.Settings, options.DB, handler, instruments, gate)
	}
	return &Work{
		broker:    options.Broker,
		relay:     &Relay{log: options.Log, db: options.DB, broker: options.Broker, instruments: instruments},
		consumers: consumers,
	}
}

// Run implements [background.Part].
func (w *Work) Run(ctx context.Context) {
	runs := []func(ctx context.Context){w.relay.Run}
	for _, consumer := range w.consumers {
		runs = append(runs, func(ctx context.Context) { w.broker.Subscribe(ctx, consumer) })
	}
	background.Together(ctx, runs...)
}

// Depths implements [background.Part].
func (w *Work) Depths(ctx context.Context) (background.Depths, error) {
	return w.broker.Depths(ctx)
}
