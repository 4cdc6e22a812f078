package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	saltBytes = 16
	hashBytes = 32
	// Two at a time: a rush of logins must neither fill the memory nor starve other requests.
	atOnce = 2
)

var errHash = errors.New("a password hash is not in the form of Argon2id")

// cost is what makes a guess expensive; the memory is in KiB.
type cost struct {
	memory, passes uint32
	lanes          uint8
}

// Passwords computes password hashes: Argon2id, 19 MiB, 2 passes, 1 lane.
type Passwords struct {
	turns chan struct{}
	cost  cost
	// Checked when there is no account, so that an unknown address takes as long as a known one.
	nobody string
}

// NewPasswords makes what computes password hashes, a few at a time.
func NewPasswords() *Passwords {
	p := &Passwords{turns: make(chan struct{}, atOnce), cost: cost{memory: 19_456, passes: 2, lanes: 1}}
	p.nobody = p.write(make([]byte, saltBytes), make([]byte, hashBytes))
	return p
}

// Hash hashes a password for keeping.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return p.hash(password), nil
}

// Match compares a password with a hash; without one, it takes the same time and answers false.
func (p *Passwords) Match(ctx context.Context, password, known string) (bool, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	kept := known
	if kept == "" {
		kept = p.nobody
	}
	of, salt, hash, err := readHash(kept)
	if err != nil {
		return false, err
	}
	found := argon2.IDKey([]byte(password), salt, of.passes, of.memory, of.lanes, uint32(len(hash))) //nolint:gosec // short
	return subtle.ConstantTimeCompare(found, hash) == 1 && known != "", nil
}

// enter waits for a turn; the function that it returns ends it.
func (p *Passwords) enter(ctx context.Context) (func(), error) {
	select {
	case p.turns <- struct{}{}:
		return func() { <-p.turns }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a turn: %w", ctx.Err())
	}
}

func (p *Passwords) hash(password string) string {
	salt := make([]byte, saltBytes)
	// It never fails: without random numbers the program ends.
	_, _ = rand.Read(salt)
	return p.write(salt, argon2.IDKey([]byte(password), salt, p.cost.passes, p.cost.memory, p.cost.lanes, hashBytes))
}

// write writes a hash in the form in which they are kept everywhere:
// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
func (p *Passwords) write(salt, hash []byte) string {
	plain := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.cost.memory, p.cost.passes, p.cost.lanes,
		plain.EncodeToString(salt), plain.EncodeToString(hash))
}

func readHash(kept string) (of cost, salt, hash []byte, err error) {
	parts := strings.Split(kept, "$")
	const count = 6
	if len(parts) != count || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost{}, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &of.memory, &of.passes, &of.lanes); err != nil {
		return cost{}, nil, nil, errHash
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return cost{}, nil, nil, errHash
	}
	hash, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(hash) == 0 || len(hash) > math.MaxUint8 || of.passes == 0 || of.lanes == 0 {
		return cost{}, nil, nil, errHash
	}
	return of, salt, hash, nil
}
