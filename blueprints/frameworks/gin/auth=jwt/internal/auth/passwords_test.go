package auth_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/auth"
)

func matches(t *testing.T, password, kept string) bool {
	t.Helper()
	matched, err := auth.NewPasswords().Match(t.Context(), password, kept)
	require.NoError(t, err)
	return matched
}

func TestAHashIsArgon2idWithTheAgreedCost(t *testing.T) {
	t.Parallel()
	passwords := auth.NewPasswords()
	kept, err := passwords.Hash(t.Context(), "Correct-Horse-7")
	require.NoError(t, err)
	assert.Regexp(t, `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, kept)
	again, err := passwords.Hash(t.Context(), "Correct-Horse-7")
	require.NoError(t, err)
	assert.NotEqual(t, kept, again)
	assert.True(t, matches(t, "Correct-Horse-7", kept))
	assert.False(t, matches(t, "correct-horse-7", kept))
	assert.False(t, matches(t, "Correct-Horse-7", ""))
}

func TestHashesOfOtherToolsAreRead(t *testing.T) {
	t.Parallel()
	// Of the tests of the reference implementation (github.com/P-H-C/phc-winner-argon2).
	const kept = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	assert.True(t, matches(t, "password", kept))
	assert.False(t, matches(t, "Password", kept))
}

func TestWhatIsNoHashIsAnError(t *testing.T) {
	t.Parallel()
	for _, kept := range []string{
		"plain", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR", "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR",
		"$argon2id$v=19$m=256$c29tZXNhbHQ$nf65EOgLrQMR", "$argon2id$v=19$m=256,t=2,p=1$?$nf65EOgLrQMR",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$?", "$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
	} {
		_, err := auth.NewPasswords().Match(t.Context(), "x", kept)
		assert.ErrorContains(t, err, "not in the form", kept)
	}
}

func TestNothingIsCutShort(t *testing.T) {
	t.Parallel()
	long := "Aa1" + strings.Repeat("x", 125)
	kept, err := auth.NewPasswords().Hash(t.Context(), long)
	require.NoError(t, err)
	assert.True(t, matches(t, long, kept))
	assert.False(t, matches(t, long[:72], kept))
	assert.False(t, matches(t, long[:len(long)-1], kept))
}

func TestWhoeverWentAwayWaitsForNoTurn(t *testing.T) {
	t.Parallel()
	gone, leave := context.WithCancel(t.Context())
	leave()
	passwords := auth.NewPasswords()
	for {
		// Which of two open ways is taken is left to chance.
		_, err := passwords.Hash(gone, "x")
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
			break
		}
	}
	for {
		if _, err := passwords.Match(gone, "x", ""); err != nil {
			require.ErrorIs(t, err, context.Canceled)
			break
		}
	}
	// Every turn was given back.
	_, err := passwords.Hash(t.Context(), "x")
	assert.NoError(t, err)
}
