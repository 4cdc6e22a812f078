package auth

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
)

// Lockout locks an address after too many failed logins, whether or not it has an account.
type Lockout struct {
	settings Settings
}

// NewLockout makes what locks addresses.
func NewLockout(settings Settings) *Lockout {
	return &Lockout{settings}
}

// Require is 429 while the address is locked.
//
// It is locked when its last `LOCKOUT_ATTEMPTS` failures lie within `LOCKOUT_SECONDS`, and stays so
// for as long again after the last of them. Attempts while locked are not counted.
func (l *Lockout) Require(ctx context.Context, q database.Queryer, email string) error {
	window := time.Duration(l.settings.LockoutSeconds) * time.Second
	attempts := int(l.settings.LockoutAttempts)
	var times []time.Time
	err := database.Each(ctx, q, func(scan func(into ...any) error) error {
		var at any
		if err := scan(&at); err != nil {
			return err
		}
		moment, err := database.LoadTime(at)
		times = append(times, moment)
		return err
	}, "SELECT at FROM login_failures WHERE email = %v ORDER BY at DESC LIMIT %v", email, attempts)
	if err != nil || len(times) < attempts {
		return err
	}
	last, earliest := times[0], times[len(times)-1]
	left := time.Until(last.Add(window))
	if last.Sub(earliest) > window || left <= 0 {
		return nil
	}
	locked := problem.New(http.StatusTooManyRequests, problem.CodeAccountLocked,
		"Too many failed logins for this address; try again later.")
	return locked.With("Retry-After", strconv.Itoa(int(math.Ceil(left.Seconds()))))
}

// Record counts a failed login.
func (l *Lockout) Record(ctx context.Context, q database.Queryer, email string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make an id: %w", err)
	}
	_, err = database.Exec(ctx, q, "INSERT INTO login_failures (id, email, at) VALUES (%v, %v, %v)",
		database.StoreUUID(id), email, database.StoreTime(time.Now()))
	return err
}

// Clear forgets the failures of an address, after a login that succeeded.
func (l *Lockout) Clear(ctx context.Context, q database.Queryer, email string) error {
	_, err := database.Exec(ctx, q, "DELETE FROM login_failures WHERE email = %v", email)
	return err
}
