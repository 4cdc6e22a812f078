package observability

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"

	"example.com/service/internal/config"
)

const minTokenLength = 16

// Settings is the settings of metrics, traces, error tracking and profiles. Metrics are always there; each other part
// is off until its variable is set.
type Settings struct {
	MetricsToken config.Secret `env:"METRICS_TOKEN"`
	OTLPEndpoint Endpoint      `env:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	SentryDSN    DSN           `env:"SENTRY_DSN"`
	// ProfileDir is a folder for a profile of each request; for development only.
	ProfileDir string `env:"PROFILE_DIR"`
}

// Check tells what is unsafe: production shows its metrics to those who know the token alone, and profiles nothing.
func (s Settings) Check(core config.Core) []config.Fault {
	if !core.IsProduction() {
		return nil
	}
	var faults []config.Fault
	if len(s.MetricsToken.Reveal()) < minTokenLength {
		message := fmt.Sprintf("must have at least %d characters in production", minTokenLength)
		faults = append(faults, config.Fault{Variable: "METRICS_TOKEN", Message: message})
	}
	if s.ProfileDir != "" {
		message := "is for development, not for production"
		faults = append(faults, config.Fault{Variable: "PROFILE_DIR", Message: message})
	}
	return faults
}

// Endpoint is where the collector of traces is.
type Endpoint string

// UnmarshalText reads a variable.
func (e *Endpoint) UnmarshalText(text []byte) error {
	address, err := url.Parse(string(text))
	if err != nil || (address.Scheme != "http" && address.Scheme != "https") || address.Hostname() == "" ||
		!config.ValidPort(address.Port()) {
		return errors.New("must be the address of a collector, such as http://127.0.0.1:4318")
	}
	*e = Endpoint(text)
	return nil
}

var sentryDSN = regexp.MustCompile(`^https?://[^:@/]+@[^@/]+(/[^@]*)?/[0-9]+$`)

// DSN is where errors are sent to.
type DSN string

// UnmarshalText reads a variable.
func (d *DSN) UnmarshalText(text []byte) error {
	if !sentryDSN.Match(text) {
		return errors.New("must be a DSN such as https://key@errors.example/1")
	}
	*d = DSN(text)
	return nil
}
