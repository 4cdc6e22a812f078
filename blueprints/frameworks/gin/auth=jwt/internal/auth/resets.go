package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/database"
)

// Reset is one that was asked for, and whose password it sets.
type Reset struct {
	ID     uuid.UUID
	UserID uuid.UUID
}

// Resets are tokens that set a new password, sent by mail.
type Resets struct {
	settings Settings
	db       *database.DB
}

// NewResets makes what keeps resets.
func NewResets(settings Settings, db *database.DB) *Resets {
	return &Resets{settings, db}
}

// Make makes the token for a reset mail; none when no active account has the address.
func (r *Resets) Make(ctx context.Context, email string) (token string, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	err = r.db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		token = ""
		var user uuid.UUID
		found, err := first(ctx, s, []any{&user}, "SELECT id FROM users WHERE email = %v AND active = %v", email, database.StoreBool(true))
		if err != nil || !found {
			return err
		}
		secret, hash := newSecret()
		token = secret
		now := time.Now()
		life := time.Duration(r.settings.ResetTokenSeconds) * time.Second
		const insert = "INSERT INTO password_resets (id, user_id, token_hash, created_at, expires_at, used_at) VALUES (%v, %v, %v, %v, %v, %v)"
		_, err = database.Exec(ctx, s, insert, database.StoreUUID(id), database.StoreUUID(user), hash,
			database.StoreTime(now), database.StoreTime(now.Add(life)), nil)
		return err
	})
	return token, err
}

// Find is the reset of a token that is neither used nor expired; nil when there is none.
func (r *Resets) Find(ctx context.Context, token string) (reset *Reset, err error) {
	err = r.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		var known Reset
		found, err := first(ctx, q, []any{&known.ID, &known.UserID},
			"SELECT id, user_id FROM password_resets WHERE token_hash = %v AND used_at IS NULL AND expires_at > %v",
			hashSecret(token), database.StoreTime(time.Now()))
		if found {
			reset = &known
		}
		return err
	})
	return reset, err
}

// Drop lets no link that was mailed before set a password any more.
func (r *Resets) Drop(ctx context.Context, q database.Queryer, user uuid.UUID) error {
	_, err := database.Exec(ctx, q, "UPDATE password_resets SET used_at = %v WHERE user_id = %v AND used_at IS NULL",
		database.StoreTime(time.Now()), database.StoreUUID(user))
	return err
}

// Use uses a reset up; false when somebody else was faster.
func (r *Resets) Use(ctx context.Context, q database.Queryer, id uuid.UUID) (bool, error) {
	changed, err := database.Exec(ctx, q, "UPDATE password_resets SET used_at = %v WHERE id = %v AND used_at IS NULL",
		database.StoreTime(time.Now()), database.StoreUUID(id))
	return changed > 0, err
}
