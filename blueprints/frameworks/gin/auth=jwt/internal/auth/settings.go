package auth

import (
	"fmt"

	"example.com/service/internal/config"
	"example.com/service/internal/project"
)

const (
	// The value in .env.example; everybody knows it, so production refuses it.
	developmentSecret = "development-only-secret-change-me-now"
	minSecretBytes    = 32
	// So few different ones are no random secret.
	minDistinctBytes = 10
)

// Settings are those of accounts, tokens and lockout. Times are in seconds.
type Settings struct {
	Secret                 Secret          `env:"JWT_SECRET,required"`
	Issuer                 string          `env:"JWT_ISSUER"`
	Audience               string          `env:"JWT_AUDIENCE"`
	AccessTokenSeconds     config.Positive `env:"ACCESS_TOKEN_SECONDS" envDefault:"900"`
	RefreshTokenSeconds    config.Positive `env:"REFRESH_TOKEN_SECONDS" envDefault:"2592000"`
	LockoutAttempts        config.Positive `env:"LOCKOUT_ATTEMPTS" envDefault:"5"`
	LockoutSeconds         config.Positive `env:"LOCKOUT_SECONDS" envDefault:"900"`
	ResetTokenSeconds      config.Positive `env:"RESET_TOKEN_SECONDS" envDefault:"1800"`
	AuthRateLimitPerMinute config.Count    `env:"AUTH_RATE_LIMIT_PER_MINUTE" envDefault:"10"` // to /auth from one address; 0 turns the limit off
	AdminEmail             string          `env:"ADMIN_EMAIL"`                                // for `make create-admin` only
	AdminPassword          config.Secret   `env:"ADMIN_PASSWORD"`
}

// NewSettings has the defaults that the project decides.
func NewSettings() Settings {
	return Settings{Issuer: project.Name, Audience: project.Name}
}

// Secret is the key that tokens are signed with; it is shown nowhere.
type Secret struct {
	config.Secret
}

// UnmarshalText reads a variable.
func (s *Secret) UnmarshalText(text []byte) error {
	if len(text) < minSecretBytes {
		return fmt.Errorf("must have at least %d bytes", minSecretBytes)
	}
	s.Secret = config.Secret(text)
	return nil
}

// Check is what is wrong with several settings together: production wants a secret of its own.
func (s Settings) Check(core config.Core) []config.Fault {
	if core.IsProduction() && s.Secret.isWeak() {
		return []config.Fault{{Variable: "JWT_SECRET", Message: "must be a random secret of your own in production"}}
	}
	return nil
}

func (s *Secret) isWeak() bool {
	distinct := map[byte]bool{}
	for _, each := range []byte(s.Reveal()) {
		distinct[each] = true
	}
	return s.Reveal() == developmentSecret || len(distinct) < minDistinctBytes
}
