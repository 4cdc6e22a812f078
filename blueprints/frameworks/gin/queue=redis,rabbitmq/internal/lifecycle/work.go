package lifecycle

import (
	"example.com/service/internal/background"
	"example.com/service/internal/broker"
	"example.com/service/internal/outbox"
	"example.com/service/internal/project"
)

// New is the work of the service: nothing, as a worker does it.
func New(options Options) (*background.Work, error) {
	return background.NewWork(options.Log, options.Registry, nil), nil
}

// NewWorker is the work of a worker.
func NewWorker(options Options) (*background.Work, error) {
	carrier, err := OpenBroker(options)
	if err != nil {
		return nil, err
	}
	jobs := background.NewJobWork(
		options.Log, options.Settings.Jobs, options.Registry, options.DB, options.jobs(), carrier,
	)
	events := outbox.NewWork(outbox.Options{
		Log:      options.Log,
		Registry: options.Registry,
		Settings: options.Settings.Events,
		DB:       options.DB,
		Broker:   carrier,
		Handlers: options.handlers(),
	})
	sending := broker.NewSending(options.Log, options.DB, carrier)
	return background.NewWork(options.Log, options.Registry, carrier, jobs, sending, events), nil
}

// OpenBroker is what carries the events and jobs of this service: the broker of `BROKER_URL`.
func OpenBroker(options Options) (*broker.Broker, error) {
	return broker.New(options.Log, options.Settings.Worker.URL, options.handlers(), project.Name)
}
