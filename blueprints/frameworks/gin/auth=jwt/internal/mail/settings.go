// Package mail sends mails: by SMTP, or as files for development and tests.
package mail

import (
	"errors"
	"regexp"

	"example.com/service/internal/config"
	"example.com/service/internal/project"
)

var transportForm = regexp.MustCompile(`^(file:.|smtps?://[^/])`)

// Settings are those of mails.
type Settings struct {
	Transport Transport `env:"MAIL_TRANSPORT" envDefault:"file:./mails"`
	From      string    `env:"MAIL_FROM"`
	PublicURL PublicURL `env:"PUBLIC_URL" envDefault:"http://127.0.0.1:8000"` // where people reach the service; links in mails begin with it
}

// NewSettings has the defaults that the project decides.
func NewSettings() Settings {
	return Settings{From: project.Name + "@localhost"}
}

// Transport is `file:<dir>` or `smtp://user:password@host:port` (`smtps://` for TLS).
type Transport string

// UnmarshalText reads a variable.
func (t *Transport) UnmarshalText(text []byte) error {
	if !transportForm.Match(text) {
		return errors.New("must be file:<dir> or smtp://host:port")
	}
	*t = Transport(text)
	return nil
}

// PublicURL is where people reach the service.
type PublicURL string

// UnmarshalText reads a variable.
func (p *PublicURL) UnmarshalText(text []byte) error {
	if !config.IsWebURL(string(text)) {
		return errors.New("must be an address such as https://shop.example")
	}
	*p = PublicURL(text)
	return nil
}
