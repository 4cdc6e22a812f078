// Package lifecycle decides what runs beside the requests of the service.
package lifecycle

import (
	"log/slog"

	"example.com/service/internal/database"
	"example.com/service/internal/observability"
	"example.com/service/internal/settings"
)

// Options are what everything that runs beside the requests is made of.
type Options struct {
	Log      *slog.Logger
	Registry *observability.Registry
	Settings *settings.Settings
	DB       *database.DB
}
