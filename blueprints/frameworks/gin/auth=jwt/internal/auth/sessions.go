package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
)

// Pair is a fresh pair of tokens; ExpiresIn is the life of the access token in seconds.
type Pair struct {
	AccessToken  string
	RefreshToken string
	ExpiresIn    int
}

// Continued is a session that goes on with a new refresh token.
type Continued struct {
	Claims

	RefreshToken string
}

// Sessions are those of users, and their chains of refresh tokens.
type Sessions struct {
	settings Settings
	tokens   *Tokens
	db       *database.DB
}

// NewSessions makes what keeps sessions.
func NewSessions(settings Settings, tokens *Tokens, db *database.DB) *Sessions {
	return &Sessions{settings, tokens, db}
}

// Start logs a user in: a new session with its first refresh token.
func (s *Sessions) Start(ctx context.Context, q database.Queryer, user uuid.UUID) (Continued, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Continued{}, fmt.Errorf("make an id: %w", err)
	}
	const insert = "INSERT INTO sessions (id, user_id, created_at, revoked_at) VALUES (%v, %v, %v, %v)"
	_, err = database.Exec(ctx, q, insert, database.StoreUUID(id), database.StoreUUID(user), database.StoreTime(time.Now()), nil)
	if err != nil {
		return Continued{}, err
	}
	return s.proceed(ctx, q, Claims{UserID: user, SessionID: id})
}

// Pair is the pair of tokens for a session, once the transaction has kept its refresh token.
func (s *Sessions) Pair(session Continued) (Pair, error) {
	access, err := s.tokens.Issue(session.Claims)
	return Pair{access, session.RefreshToken, int(s.settings.AccessTokenSeconds)}, err
}

// Rotate exchanges a refresh token for a new pair; 401 for one that is unknown, old or used.
//
// A used token that comes back has been stolen, from here or from its owner: nobody can tell which,
// so the whole session ends.
func (s *Sessions) Rotate(ctx context.Context, token string) (Pair, error) {
	var session Continued
	var refused error
	// What is refused is no error of the transaction: the end of a session must be kept all the same.
	err := s.db.Write(ctx, func(ctx context.Context, q *database.Session) (err error) {
		session, refused, err = s.rotate(ctx, q, token)
		return err
	})
	if err != nil {
		return Pair{}, err
	}
	if refused != nil {
		return Pair{}, refused
	}
	return s.Pair(session)
}

func (s *Sessions) rotate(ctx context.Context, q database.Queryer, token string) (session Continued, refused, err error) {
	var id uuid.UUID
	var claims Claims
	var expiresAt any
	found, err := first(ctx, q, []any{&id, &expiresAt, &claims.SessionID, &claims.UserID},
		`SELECT t.id, t.expires_at, s.id, s.user_id FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id `+
			`JOIN users u ON u.id = s.user_id WHERE t.token_hash = %v AND s.revoked_at IS NULL AND u.active = %v`,
		hashSecret(token), database.StoreBool(true))
	if err != nil {
		return Continued{}, nil, err
	}
	if !found {
		return Continued{}, problem.BadCredentials("The refresh token is not valid.", problem.CodeUnauthorized), nil
	}
	now := time.Now()
	// Of two requests with one token, only one changes the row.
	changed, err := database.Exec(ctx, q, "UPDATE refresh_tokens SET used_at = %v WHERE id = %v AND used_at IS NULL",
		database.StoreTime(now), database.StoreUUID(id))
	if err != nil {
		return Continued{}, nil, err
	}
	if changed == 0 {
		refused = problem.BadCredentials("The refresh token was used before; log in again.", problem.CodeUnauthorized)
		return Continued{}, refused, revoke(ctx, q, claims.SessionID)
	}
	end, err := database.LoadTime(expiresAt)
	if err != nil {
		return Continued{}, nil, err
	}
	if !end.After(now) {
		return Continued{}, problem.BadCredentials("The refresh token has expired.", problem.CodeTokenExpired), nil
	}
	session, err = s.proceed(ctx, q, claims)
	return session, nil, err
}

// proceed keeps a new refresh token for a session.
func (s *Sessions) proceed(ctx context.Context, q database.Queryer, claims Claims) (Continued, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Continued{}, fmt.Errorf("make an id: %w", err)
	}
	token, hash := newSecret()
	now := time.Now()
	life := time.Duration(s.settings.RefreshTokenSeconds) * time.Second
	const insert = "INSERT INTO refresh_tokens (id, session_id, token_hash, created_at, expires_at, used_at) VALUES (%v, %v, %v, %v, %v, %v)"
	_, err = database.Exec(ctx, q, insert, database.StoreUUID(id), database.StoreUUID(claims.SessionID), hash,
		database.StoreTime(now), database.StoreTime(now.Add(life)), nil)
	return Continued{claims, token}, err
}

// End logs out: it ends the session of a refresh token, if there is one.
func (s *Sessions) End(ctx context.Context, token string) error {
	return s.db.Write(ctx, func(ctx context.Context, q *database.Session) error {
		var session uuid.UUID
		found, err := first(ctx, q, []any{&session}, "SELECT session_id FROM refresh_tokens WHERE token_hash = %v", hashSecret(token))
		if err != nil || !found {
			return err
		}
		return revoke(ctx, q, session)
	})
}

// revoke ends one session; its access tokens die with it.
func revoke(ctx context.Context, q database.Queryer, session uuid.UUID) error {
	_, err := database.Exec(ctx, q, "UPDATE sessions SET revoked_at = %v WHERE id = %v AND revoked_at IS NULL",
		database.StoreTime(time.Now()), database.StoreUUID(session))
	return err
}

// RevokeAll ends all sessions of a user, but perhaps the one that he is using.
func RevokeAll(ctx context.Context, q database.Queryer, user uuid.UUID, keep *uuid.UUID) error {
	revoked := []any{database.StoreTime(time.Now()), database.StoreUUID(user)}
	update := "UPDATE sessions SET revoked_at = %v WHERE user_id = %v AND revoked_at IS NULL"
	if keep != nil {
		update += " AND id <> %v"
		revoked = append(revoked, database.StoreUUID(*keep))
	}
	_, err := database.Exec(ctx, q, update, revoked...)
	return err
}

// Alive tells the role of the user whose session this is; false when it has ended, or the user is
// not active.
func (s *Sessions) Alive(ctx context.Context, claims Claims) (role string, alive bool, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		alive, err = first(ctx, q, []any{&role},
			`SELECT u.role FROM users u JOIN sessions s ON s.user_id = u.id `+
				`WHERE u.id = %v AND u.active = %v AND s.id = %v AND s.revoked_at IS NULL`,
			database.StoreUUID(claims.UserID), database.StoreBool(true), database.StoreUUID(claims.SessionID))
		return err
	})
	return role, alive, err
}

// first reads the first row of a query; false when there is none.
func first(ctx context.Context, q database.Queryer, into []any, format string, values ...any) (bool, error) {
	found := false
	err := database.Each(ctx, q, func(scan func(into ...any) error) error {
		if found {
			return nil
		}
		found = true
		return scan(into...)
	}, format, values...)
	return found, err
}
