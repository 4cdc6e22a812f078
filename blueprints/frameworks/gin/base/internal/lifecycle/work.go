package lifecycle

import "example.com/service/internal/background"

// New is the work of the service: jobs, as it has no worker.
func New(options Options) (*background.Work, error) {
	jobs := background.NewJobWork(
		options.Log, options.Settings.Jobs, options.Registry, options.DB, options.jobs(), nil,
	)
	return background.NewWork(options.Log, options.Registry, nil, jobs), nil
}
