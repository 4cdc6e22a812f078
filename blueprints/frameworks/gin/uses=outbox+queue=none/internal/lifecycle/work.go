package lifecycle

import (
	"example.com/service/internal/background"
	"example.com/service/internal/broker"
	"example.com/service/internal/outbox"
)

// New is the work of the service: jobs and events, as it has no worker.
func New(options Options) (*background.Work, error) {
	jobs := background.NewJobWork(
		options.Log, options.Settings.Jobs, options.Registry, options.DB, options.jobs(), nil,
	)
	carrier, err := OpenBroker(options)
	if err != nil {
		return nil, err
	}
	events := outbox.NewWork(outbox.Options{
		Log:      options.Log,
		Registry: options.Registry,
		Settings: options.Settings.Events,
		DB:       options.DB,
		Broker:   carrier,
		Handlers: options.handlers(),
	})
	return background.NewWork(options.Log, options.Registry, nil, jobs, events), nil
}

// OpenBroker is what carries the events of this service: its own table.
func OpenBroker(options Options) (*broker.Broker, error) {
	return broker.New(options.Log, options.DB, options.handlers()), nil
}
