package lifecycle

import (
	"example.com/shop/internal/background"
	"example.com/shop/internal/jobs"
)

// jobs are the jobs of this service.
func (o Options) jobs() []background.Job {
	return jobs.All(jobs.Dependencies{
		Log:      o.Log,
		DB:       o.DB,
		Settings: o.Settings,
	})
}
