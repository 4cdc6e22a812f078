package background

import (
	"time"

	"example.com/service/internal/config"
)

// Settings is the settings of what runs beside the requests.
type Settings struct {
	RetryBaseMS config.Positive `env:"JOB_RETRY_BASE_MS" envDefault:"1000"`
}

// RetryBase is the wait after the first failure of a job.
func (s Settings) RetryBase() time.Duration {
	return time.Duration(s.RetryBaseMS) * time.Millisecond
}
