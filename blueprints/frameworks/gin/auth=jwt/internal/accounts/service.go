// Package accounts is what people do with their accounts: registration, login, sessions, passwords.
package accounts

import (
	"context"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/auth"
	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/naming"
	"example.com/service/internal/problem"
	"example.com/service/internal/resource"
	"example.com/service/internal/users"
)

const roleUser = "user"

// Service are the use cases of accounts; each is one transaction.
type Service struct {
	Sessions *auth.Sessions

	registry  *resource.Registry
	db        *database.DB
	users     *users.Service
	passwords *auth.Passwords
	lockout   *auth.Lockout
	resets    *auth.Resets
}

// NewService makes the use cases of accounts.
func NewService(
	registry *resource.Registry, settings auth.Settings, passwords *auth.Passwords, sessions *auth.Sessions, people *users.Service,
) *Service {
	return &Service{
		Sessions:  sessions,
		registry:  registry,
		db:        registry.DB,
		users:     people,
		passwords: passwords,
		lockout:   auth.NewLockout(settings),
		resets:    auth.NewResets(settings, registry.DB),
	}
}

// Register makes an account and sends a welcome; 409 when the address is taken.
func (s *Service) Register(ctx context.Context, user *users.User) error {
	user.Role = roleUser
	return s.users.Create(ctx, user, func(ctx context.Context, q *database.Session, user *users.User) error {
		if _, err := background.Enqueue(ctx, q, welcomeMail(), welcome{UserID: user.ID}); err != nil {
			return err
		}
		return s.registry.Events.Wrote(ctx, q, "User", "registered", user.ID, s.users.Body(user))
	})
}

// Login starts a session; 401 alike for an unknown address and a wrong password, 429 if locked.
func (s *Service) Login(ctx context.Context, email, password string) (auth.Pair, error) {
	user, err := s.knownUser(ctx, email)
	if err != nil {
		return auth.Pair{}, err
	}
	hash := ""
	if user != nil {
		hash = user.PasswordHash
	}
	matches, err := s.passwords.Match(ctx, password, hash)
	if err != nil {
		return auth.Pair{}, err
	}
	var session *auth.Continued
	err = s.db.Write(ctx, func(ctx context.Context, q *database.Session) error {
		session = nil
		// Guesses made at the same time wait for each other here: none gets past the lock.
		if err := s.db.Lock(ctx, q, "login "+email); err != nil {
			return err
		}
		if err := s.lockout.Require(ctx, q, email); err != nil {
			return err
		}
		if !matches {
			return s.lockout.Record(ctx, q, email)
		}
		if err := s.lockout.Clear(ctx, q, email); err != nil {
			return err
		}
		started, err := s.Sessions.Start(ctx, q, user.ID)
		session = &started
		return err
	})
	if err != nil {
		return auth.Pair{}, err
	}
	if session == nil {
		return auth.Pair{}, problem.BadCredentials("Address or password is wrong.", problem.CodeInvalidCredentials)
	}
	return s.Sessions.Pair(*session)
}

// knownUser is the active user of an address, nil when there is none; 429 while the address is locked.
func (s *Service) knownUser(ctx context.Context, email string) (*users.User, error) {
	err := s.db.Read(ctx, func(ctx context.Context, q database.Queryer) error { return s.lockout.Require(ctx, q, email) })
	if err != nil {
		return nil, err
	}
	user, err := s.users.WithEmail(ctx, email)
	if err != nil || user == nil || !user.Active {
		return nil, err
	}
	return user, nil
}

// ChangePassword sets a new password and ends all other sessions; 401 when the current one is wrong.
func (s *Service) ChangePassword(ctx context.Context, of auth.Claims, change passwordChange) error {
	user, err := s.users.Read(ctx, of.UserID)
	if err != nil {
		return err
	}
	matches, err := s.passwords.Match(ctx, change.Current, user.PasswordHash)
	if err != nil {
		return err
	}
	if !matches {
		return problem.BadCredentials("The current password is wrong.", problem.CodeInvalidCredentials)
	}
	if faults := faultsOf(change.New); len(faults) > 0 {
		return problem.Validation(faults)
	}
	return s.setPassword(ctx, user.ID, change.New, &of.SessionID, nil)
}

// RequestReset asks for a mail with a reset link. The same work is done for an unknown address.
func (s *Service) RequestReset(ctx context.Context, asked resetRequest) error {
	return s.db.Write(ctx, func(ctx context.Context, q *database.Session) error {
		_, err := background.Enqueue(ctx, q, resetMail(), asked)
		return err
	})
}

// ConfirmReset sets a new password with a mailed token, once, and ends all sessions.
func (s *Service) ConfirmReset(ctx context.Context, confirmed resetConfirmation) error {
	reset, err := s.resets.Find(ctx, confirmed.Token)
	if err != nil {
		return err
	}
	faults := faultsOf(confirmed.Password)
	if reset == nil {
		faults = append(deadToken(), faults...)
	}
	if len(faults) > 0 {
		return problem.Validation(faults)
	}
	return s.setPassword(ctx, reset.UserID, confirmed.Password, nil, &reset.ID)
}

func deadToken() []problem.Detail {
	return []problem.Detail{{Field: "token", Rule: problem.RuleReference, Message: "is unknown, used or expired"}}
}

func faultsOf(password string) []problem.Detail {
	fault := auth.PasswordFault(password)
	if fault == nil {
		return nil
	}
	return []problem.Detail{fault.At(naming.JSON("new_password"))}
}

// setPassword sets a password, uses up the reset if there is one, and ends all sessions but one.
func (s *Service) setPassword(ctx context.Context, user uuid.UUID, password string, keep, reset *uuid.UUID) error {
	hash, err := s.passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, q *database.Session) error {
		if reset != nil {
			used, err := s.resets.Use(ctx, q, *reset)
			if err != nil {
				return err
			}
			if !used {
				return problem.Validation(deadToken())
			}
		}
		_, err := database.Exec(ctx, q, "UPDATE users SET password_hash = %v, updated_at = %v WHERE id = %v",
			hash, database.StoreTime(time.Now()), database.StoreUUID(user))
		if err != nil {
			return err
		}
		if err := s.resets.Drop(ctx, q, user); err != nil {
			return err
		}
		return auth.RevokeAll(ctx, q, user, keep)
	})
}
