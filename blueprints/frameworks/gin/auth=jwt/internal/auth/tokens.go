package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"example.com/service/internal/field"
	"example.com/service/internal/problem"
)

const (
	kindAccess  = "access"
	secretBytes = 32
)

// Claims are what an access token says that we rely on.
type Claims struct {
	UserID    uuid.UUID
	SessionID uuid.UUID
}

// written are the claims of a token (RFC 7519).
type written struct {
	jwt.RegisteredClaims

	SessionID string `json:"sid"`
	Kind      string `json:"typ"`
}

// Tokens signs access tokens and reads them.
type Tokens struct {
	settings Settings
	parser   *jwt.Parser
}

// NewTokens makes what signs access tokens.
func NewTokens(settings Settings) *Tokens {
	return &Tokens{settings, jwt.NewParser(
		// One algorithm, whatever a token says of itself.
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(settings.Issuer),
		jwt.WithAudience(settings.Audience),
		jwt.WithExpirationRequired(),
		jwt.WithStrictDecoding(),
	)}
}

// issued is what a new token says: its audience is one text, not a list of one.
type issued struct {
	written

	Audience string `json:"aud"`
}

// Issue signs an access token for a session.
func (t *Tokens) Issue(claims Claims) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	now := time.Now()
	life := time.Duration(t.settings.AccessTokenSeconds) * time.Second
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, issued{
		Audience: t.settings.Audience,
		written: written{
			SessionID: claims.SessionID.String(),
			Kind:      kindAccess,
			RegisteredClaims: jwt.RegisteredClaims{
				Issuer:    t.settings.Issuer,
				Subject:   claims.UserID.String(),
				IssuedAt:  jwt.NewNumericDate(now),
				ExpiresAt: jwt.NewNumericDate(now.Add(life)),
				ID:        id.String(),
			},
		},
	})
	signed, err := token.SignedString(t.key())
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return signed, nil
}

// Read checks signature, algorithm, issuer, audience, times and kind; 401 otherwise.
func (t *Tokens) Read(text string) (Claims, error) {
	var said written
	token, err := t.parser.ParseWithClaims(text, &said, func(*jwt.Token) (any, error) { return t.key(), nil })
	if err != nil {
		return Claims{}, refusal(err)
	}
	if _, critical := token.Header["crit"]; critical || said.ID == "" || said.IssuedAt == nil || said.Kind == "" {
		return Claims{}, notValid()
	}
	if said.Kind != kindAccess {
		return Claims{}, problem.BadCredentials("This is no access token.", problem.CodeUnauthorized)
	}
	user, noUser := field.ParseUUID(said.Subject)
	session, noSession := field.ParseUUID(said.SessionID)
	if noUser != nil || noSession != nil || said.IssuedAt.After(time.Now()) {
		return Claims{}, notValid()
	}
	return Claims{user, session}, nil
}

func (t *Tokens) key() []byte {
	return []byte(t.settings.Secret.Reveal())
}

// refusal is what a caller is told about his token.
func refusal(err error) error {
	others := []error{
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenInvalidAudience, jwt.ErrTokenNotValidYet, jwt.ErrTokenRequiredClaimMissing,
	}
	for _, other := range others {
		if errors.Is(err, other) {
			return notValid()
		}
	}
	if errors.Is(err, jwt.ErrTokenExpired) {
		return problem.BadCredentials("The access token has expired.", problem.CodeTokenExpired)
	}
	return notValid()
}

func notValid() error {
	return problem.BadCredentials("The access token is not valid.", problem.CodeUnauthorized)
}

// newSecret makes a random token for a person, and the hash of it for the database.
func newSecret() (token, hash string) {
	bytes := make([]byte, secretBytes)
	// It never fails: without random numbers the program ends.
	_, _ = rand.Read(bytes)
	token = base64.RawURLEncoding.EncodeToString(bytes)
	return token, hashSecret(token)
}

// hashSecret is SHA-256, which suffices for 256 random bits: there is nothing to guess.
func hashSecret(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
