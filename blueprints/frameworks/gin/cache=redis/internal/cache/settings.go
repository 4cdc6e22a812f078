package cache

import (
	"errors"
	"net/url"
	"regexp"

	"example.com/service/internal/config"
	"example.com/service/internal/project"
)

// Settings say where Redis is, and how long answers are kept there.
type Settings struct {
	RedisURL     URL          `env:"REDIS_URL,required"`            // it may hold a password
	CacheSeconds config.Count `env:"CACHE_SECONDS" envDefault:"60"` // 0 turns the cache off; limits are counted in Redis all the same
	// Prefix stands before every key; no variable sets it.
	Prefix string
}

// NewSettings has the defaults that the project decides.
func NewSettings() Settings {
	return Settings{Prefix: project.Name}
}

// URL is the address of a Redis server; a path is the number of its database.
type URL string

var databasePath = regexp.MustCompile(`^(/[0-9]*)?$`)

// UnmarshalText reads a variable.
func (u *URL) UnmarshalText(text []byte) error {
	parsed, err := url.Parse(string(text))
	if err != nil || (parsed.Scheme != "redis" && parsed.Scheme != "rediss") || parsed.Hostname() == "" ||
		parsed.Port() == "0" || !databasePath.MatchString(parsed.Path) {
		return errors.New("must be the URL of a Redis server, such as redis://127.0.0.1:6379/0")
	}
	*u = URL(text)
	return nil
}

// String is the address without its password.
func (u URL) String() string {
	parsed, err := url.Parse(string(u))
	if err != nil {
		return ""
	}
	return parsed.Redacted()
}

// GoString is the address without its password.
func (u URL) GoString() string {
	return u.String()
}
