package webhooks

import (
	"errors"
	"regexp"

	"example.com/service/internal/config"
)

// The value in .env.example; everybody knows it, so production refuses it.
const developmentSecret = "development-only-webhook-secret"

var longEnough = regexp.MustCompile(`^[\x21-\x7e]{16,}$`)

// Secret is what another service signs with; it is shown nowhere.
type Secret struct {
	config.Secret
}

// UnmarshalText reads a variable.
func (s *Secret) UnmarshalText(text []byte) error {
	if !longEnough.Match(text) {
		return errors.New("must be at least 16 visible ASCII characters without spaces")
	}
	s.Secret = config.Secret(text)
	return nil
}

// Check is what is wrong with several settings together: production wants secrets of its own.
func (s Settings) Check(core config.Core) []config.Fault {
	var faults []config.Fault
	for variable, secret := range s.secrets() {
		if core.IsProduction() && secret.Reveal() == developmentSecret {
			faults = append(faults, config.Fault{Variable: variable, Message: "must be a secret of your own in production"})
		}
	}
	return faults
}
