package outbox

import (
	"time"

	"example.com/service/internal/config"
)

// Settings is the settings of events.
type Settings struct {
	// Attempts is how often a handler tries one event.
	Attempts    config.Positive `env:"EVENT_ATTEMPTS" envDefault:"5"`
	RetryBaseMS config.Positive `env:"EVENT_RETRY_BASE_MS" envDefault:"1000"`
}

// RetryBase is the wait after the first failure of a handler.
func (s Settings) RetryBase() time.Duration {
	return time.Duration(s.RetryBaseMS) * time.Millisecond
}
