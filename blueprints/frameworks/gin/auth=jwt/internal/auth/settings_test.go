package auth_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/auth"
	"example.com/service/internal/config"
	"example.com/service/internal/project"
)

func settingsWith(secret string) (auth.Settings, error) {
	read := auth.NewSettings()
	return read, config.Read(&read, map[string]string{"JWT_SECRET": secret})
}

func TestWhichSecretsTheServiceStartsWith(t *testing.T) {
	t.Parallel()
	const development = "development-only-secret-change-me-now"
	cases := []struct {
		environment config.Environment
		secret      string
		taken       bool
	}{
		{config.Development, development, true},
		{config.Production, development, false},
		{config.Production, strings.Repeat("x", 40), false},
		{config.Production, "k3J9-vQ2x_LmZ8rT0wYb5NcHs7Fd1GpA6eUo", true},
		{config.Development, strings.Repeat("x", 31), false},
		{config.Development, strings.Repeat("x", 32), true},
		{config.Development, strings.Repeat("é", 16), true},
		{config.Development, "", false},
	}
	for _, each := range cases {
		read := auth.NewSettings()
		err := config.Read(&read, map[string]string{"JWT_SECRET": each.secret})
		if err == nil {
			err = config.Refuse(read.Check(config.Core{Environment: each.environment})...)
		}
		if !each.taken {
			assert.Regexp(t, "^configuration: JWT_SECRET: .*$", err, each.secret)
			continue
		}
		require.NoError(t, err)
		written, err := json.Marshal(read.Secret)
		require.NoError(t, err)
		shown := fmt.Sprintf("%v %+v %#v %s %s", read, read, read, read.Secret, read.Secret.LogValue())
		assert.NotContains(t, shown+string(written), each.secret)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	read, err := settingsWith(strings.Repeat("x", 32))
	require.NoError(t, err)
	read.Secret = auth.Secret{}
	assert.Equal(t, auth.Settings{
		Issuer: project.Name, Audience: project.Name, AccessTokenSeconds: 900, RefreshTokenSeconds: 2_592_000, LockoutAttempts: 5,
		LockoutSeconds: 900, ResetTokenSeconds: 1800, AuthRateLimitPerMinute: 10,
	}, read)
}
