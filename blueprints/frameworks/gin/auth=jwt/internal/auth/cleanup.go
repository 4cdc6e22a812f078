package auth

import (
	"context"
	"time"

	"example.com/service/internal/config"
	"example.com/service/internal/database"
)

// ForgetDeadCredentials removes what accounts leave behind and can no longer change an answer: old
// tokens, ended sessions, forgotten failures.
func ForgetDeadCredentials(ctx context.Context, db *database.DB, settings Settings) error {
	now := time.Now()
	before := func(seconds config.Positive) any {
		return database.StoreTime(now.Add(-time.Duration(seconds) * time.Second))
	}
	idle := before(settings.AccessTokenSeconds)
	return db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		if _, err := database.Exec(ctx, s, "DELETE FROM login_failures WHERE at < %v", before(2*settings.LockoutSeconds)); err != nil {
			return err
		}
		if _, err := database.Exec(ctx, s, "DELETE FROM password_resets WHERE expires_at < %v", before(0)); err != nil {
			return err
		}
		if _, err := database.Exec(ctx, s, "DELETE FROM refresh_tokens WHERE expires_at < %v", before(0)); err != nil {
			return err
		}
		// A session without any token left cannot be refreshed; its last access token is long dead.
		const ended = "DELETE FROM sessions WHERE created_at < %v AND " +
			"(id NOT IN (SELECT session_id FROM refresh_tokens) OR revoked_at < %v)"
		_, err := database.Exec(ctx, s, ended, idle, idle)
		return err
	})
}
