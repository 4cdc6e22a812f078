package auth_test

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/auth"
	"example.com/service/internal/problem"
)

const secret = "only-for-tests-0123456789-long-enough-for-every-hmac"

func tokens(t *testing.T) (*auth.Tokens, auth.Claims) {
	t.Helper()
	settings := auth.NewSettings()
	require.NoError(t, settings.Secret.UnmarshalText([]byte(secret)))
	settings.AccessTokenSeconds = 900
	return auth.NewTokens(settings), auth.Claims{UserID: uuid.New(), SessionID: uuid.New()}
}

// said are the claims of a right token.
func said(t *testing.T, issuer *auth.Tokens, of auth.Claims) jwt.MapClaims {
	t.Helper()
	token, err := issuer.Issue(of)
	require.NoError(t, err)
	claims := jwt.MapClaims{}
	_, _, err = jwt.NewParser().ParseUnverified(token, claims)
	require.NoError(t, err)
	return claims
}

func signed(t *testing.T, method jwt.SigningMethod, claims jwt.MapClaims, key any) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, claims).SignedString(key)
	require.NoError(t, err)
	return token
}

// refused is the code of a 401.
func refused(t *testing.T, reader *auth.Tokens, token string) problem.Code {
	t.Helper()
	_, err := reader.Read(token)
	var failure *problem.Error
	require.ErrorAs(t, err, &failure, token)
	assert.Equal(t, http.StatusUnauthorized, failure.Status)
	assert.Equal(t, `Bearer error="invalid_token"`, failure.Headers["WWW-Authenticate"])
	return failure.Code
}

func TestATokenTellsWhoseItIs(t *testing.T) {
	t.Parallel()
	both, claims := tokens(t)
	token, err := both.Issue(claims)
	require.NoError(t, err)
	read, err := both.Read(token)
	require.NoError(t, err)
	assert.Equal(t, claims, read)
	of := said(t, both, claims)
	assert.Equal(t, []string{"aud", "exp", "iat", "iss", "jti", "sid", "sub", "typ"}, slices.Sorted(maps.Keys(of)))
	assert.InDelta(t, 900, of["exp"].(float64)-of["iat"].(float64), 0.1)
}

func TestWrongClaimsAreRefused(t *testing.T) {
	t.Parallel()
	both, claims := tokens(t)
	hour := time.Now().Add(time.Hour).Unix()
	changes := []jwt.MapClaims{
		{"iss": "other"}, {"aud": "other"}, {"typ": "refresh"}, {"sub": "me"}, {"sid": "7"}, {"sid": 7}, {"nbf": hour}, {"iat": hour},
		// Whatever else is wrong comes before the age.
		{"exp": 1, "aud": "other"}, {"exp": 1, "iss": "other"}, {"exp": 1, "nbf": hour},
	}
	for _, name := range []string{"iss", "aud", "sub", "sid", "exp", "iat", "jti", "typ"} {
		changes = append(changes, jwt.MapClaims{name: nil})
	}
	for _, change := range changes {
		changed := said(t, both, claims)
		for name, value := range change {
			if value == nil {
				delete(changed, name)
				continue
			}
			changed[name] = value
		}
		assert.Equal(t, problem.CodeUnauthorized, refused(t, both, signed(t, jwt.SigningMethodHS256, changed, []byte(secret))), change)
	}
}

func TestAnOldTokenSaysThatItIsOld(t *testing.T) {
	t.Parallel()
	both, claims := tokens(t)
	old := said(t, both, claims)
	old["exp"] = time.Now().Add(-time.Hour).Unix()
	assert.Equal(t, problem.CodeTokenExpired, refused(t, both, signed(t, jwt.SigningMethodHS256, old, []byte(secret))))
}

func TestOtherSignaturesAreRefused(t *testing.T) {
	t.Parallel()
	both, claims := tokens(t)
	of := said(t, both, claims)
	token := signed(t, jwt.SigningMethodHS256, of, []byte(secret))
	parts := strings.Split(token, ".")
	turned := []byte(parts[2])
	slices.Reverse(turned)
	critical := jwt.NewWithClaims(jwt.SigningMethodHS256, of)
	critical.Header["crit"] = []string{"exp"}
	withCritical, err := critical.SignedString([]byte(secret))
	require.NoError(t, err)
	for _, attempt := range []string{
		signed(t, jwt.SigningMethodNone, of, jwt.UnsafeAllowNoneSignatureType),
		signed(t, jwt.SigningMethodHS512, of, []byte(secret)),
		signed(t, jwt.SigningMethodHS256, of, []byte("another-secret-another-secret-another")),
		parts[0] + "." + parts[1] + ".",
		parts[0] + "." + parts[1] + "." + string(turned),
		parts[0] + "." + parts[1],
		base64.StdEncoding.EncodeToString([]byte(token)),
		withCritical, "x", "é", "",
	} {
		assert.Equal(t, problem.CodeUnauthorized, refused(t, both, attempt), attempt)
	}
}
