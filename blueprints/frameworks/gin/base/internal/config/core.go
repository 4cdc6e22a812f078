package config

import "example.com/service/internal/project"

// Core is what every part of the service may need.
type Core struct {
	Host               string      `env:"HOST" envDefault:"127.0.0.1"`
	Port               Port        `env:"PORT" envDefault:"8000"`
	Environment        Environment `env:"APP_ENV" envDefault:"development"`
	LogLevel           LogLevel    `env:"LOG_LEVEL" envDefault:"info"`
	DatabaseURL        DatabaseURL `env:"DATABASE_URL"`
	DatabasePoolSize   Positive    `env:"DATABASE_POOL_SIZE" envDefault:"10"`
	DatabaseTimeoutMS  Positive    `env:"DATABASE_TIMEOUT_MS" envDefault:"5000"`
	SlowQueryMS        Count       `env:"SLOW_QUERY_MS" envDefault:"200"`
	RateLimitPerMinute Count       `env:"RATE_LIMIT_PER_MINUTE" envDefault:"120"` // for one caller; 0 turns the limit off
	TrustedProxies     Networks    `env:"TRUSTED_PROXIES"`
	MaxBodyBytes       Positive    `env:"MAX_BODY_BYTES" envDefault:"1048576"`
	DrainSeconds       Count       `env:"DRAIN_SECONDS" envDefault:"10"`
	IdempotencySeconds Positive    `env:"IDEMPOTENCY_SECONDS" envDefault:"86400"` // how long a repeated request gets its first answer
	CORSOrigins        Origins     `env:"CORS_ORIGINS"`
}

// NewCore has the defaults that the project decides.
func NewCore() Core {
	return Core{DatabaseURL: project.DefaultDatabaseURL}
}

// IsProduction tells whether the strict rules of production hold.
func (c Core) IsProduction() bool {
	return c.Environment == Production
}
