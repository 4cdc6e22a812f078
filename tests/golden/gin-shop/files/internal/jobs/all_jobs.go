// Package jobs are the jobs of this service, one file each.
package jobs

import (
	"context"
	"log/slog"
	"time"

	"example.com/shop/internal/accounts"
	"example.com/shop/internal/auth"
	"example.com/shop/internal/background"
	"example.com/shop/internal/database"
	"example.com/shop/internal/resource"
	"example.com/shop/internal/settings"
)

// Dependencies are what jobs work with.
type Dependencies struct {
	Log      *slog.Logger
	DB       *database.DB
	Settings *settings.Settings
}

// All are the jobs of this service.
func All(d Dependencies) []background.Job {
	return append(
		accounts.Jobs(d.DB, d.Settings.Auth, d.Settings.Mail),
		background.CleanUp(d.chores()...),
	)
}

// chores are what is removed every hour.
func (d Dependencies) chores() []background.Chore {
	return []background.Chore{
		func(ctx context.Context) error {
			kept := time.Duration(d.Settings.Core.IdempotencySeconds) * time.Second
			return resource.ForgetOldKeys(ctx, d.DB, kept)
		},
		func(ctx context.Context) error { return auth.ForgetDeadCredentials(ctx, d.DB, d.Settings.Auth) },
		func(ctx context.Context) error {
			return resource.ForgetOldEntries(ctx, d.DB, int(d.Settings.Audit.AuditRetentionDays))
		},
	}
}
