// Package settings are those of this service: the common ones and those of its parts.
package settings

import (
	"example.com/shop/internal/auth"
	"example.com/shop/internal/background"
	"example.com/shop/internal/config"
	"example.com/shop/internal/mail"
	"example.com/shop/internal/observability"
)

// Settings is every variable that the service reads.
type Settings struct {
	// Core is what every part may need.
	Core config.Core

	// Observability is about metrics, traces, error tracking and profiles.
	Observability observability.Settings

	// Jobs is about what runs beside the requests.
	Jobs background.Settings

	// Audit is about audit entries.
	Audit config.Audit

	// Auth is about accounts, tokens and lockout.
	Auth auth.Settings

	// Mail is about mails.
	Mail mail.Settings
}

// Load reads the settings from the environment and from `.env`; the error has a line for each faulty
// variable.
func Load() (*Settings, error) {
	variables, err := config.Variables()
	if err != nil {
		return nil, err
	}
	return Read(variables)
}

// Read reads the settings from these variables.
func Read(variables map[string]string) (*Settings, error) {
	settings := &Settings{}
	settings.Core = config.NewCore()
	settings.Auth = auth.NewSettings()
	settings.Mail = mail.NewSettings()
	if err := config.Read(settings, variables); err != nil {
		return nil, err
	}
	faults := settings.Observability.Check(settings.Core)
	faults = append(faults, settings.Auth.Check(settings.Core)...)
	if err := config.Refuse(faults...); err != nil {
		return nil, err
	}
	return settings, nil
}
