package broker

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"example.com/service/internal/config"
)

// Settings are the settings of the worker, and where the broker is.
type Settings struct {
	URL        URL         `env:"BROKER_URL,required"`
	WorkerPort config.Port `env:"WORKER_PORT" envDefault:"8001"`
}

// URL says where the broker is; it may hold a password.
type URL string

// UnmarshalText reads a variable.
func (u *URL) UnmarshalText(text []byte) error {
	address, err := url.Parse(string(text))
	known := schemes()
	if err != nil || !slices.Contains(known, address.Scheme) || address.Hostname() == "" ||
		!config.ValidPort(address.Port()) {
		return errors.New("must be a URL that begins with " + strings.Join(known, ":// or ") + "://")
	}
	*u = URL(text)
	return nil
}

// String hides the password.
func (URL) String() string {
	return "***"
}
