package config_test

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/config"
	"example.com/service/internal/project"
)

type settings struct {
	Core   config.Core
	Needed string        `env:"NEEDED,required"`
	Hidden config.Secret `env:"HIDDEN"`
}

func read(variables map[string]string) (settings, error) {
	found := settings{Core: config.NewCore()}
	given := map[string]string{"NEEDED": "x"}
	for name, value := range variables {
		given[name] = value
	}
	return found, config.Read(&found, given)
}

func TestFaultyVariablesAreNamed(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, value, message string }{
		{"PORT", "http", "must be a whole number from 0 to 65535"},
		{"PORT", "65536", "must be a whole number from 0 to 65535"},
		{"APP_ENV", "staging", `Invalid option: expected one of "development"|"test"|"production"`},
		{"LOG_LEVEL", "loud", `Invalid option: expected one of "debug"|"info"|"warning"|"error"`},
		{"DATABASE_URL", "oracle://x", "must be a URL like " + project.DefaultDatabaseURL},
		{"DATABASE_URL", "not a url", "must be a URL like " + project.DefaultDatabaseURL},
		{"DATABASE_URL", project.DefaultDatabaseURL + "?sslmode=sometimes", "sslmode is one of disable, allow, prefer"},
		{"DATABASE_POOL_SIZE", "0", "must be a whole number from 1 to 2147483647"},
		{"TRUSTED_PROXIES", "10.0.0.0/24,somewhere", "somewhere is no address or network"},
		{"TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/33 is no address or network"},
		{"CORS_ORIGINS", "*", "must be origins such as https://shop.example, without a path"},
		{"CORS_ORIGINS", "https://shop.example/path", "must be origins such as https://shop.example, without a path"},
		{"CORS_ORIGINS", "https://shop.example:443", "must be origins such as https://shop.example, without a path"},
		{"RATE_LIMIT_PER_MINUTE", "-1", "must be a whole number from 0 to 2147483647"},
		{"SLOW_QUERY_MS", strings.Repeat("9", 20), "must be a whole number from 0 to 2147483647"},
		{"MAX_BODY_BYTES", "+1", "must be a whole number from 1 to 2147483647"},
		{"NEEDED", "", "is missing"},
	}
	for _, each := range cases {
		_, err := read(map[string]string{each.name: each.value})
		var faulty *config.Error
		require.ErrorAs(t, err, &faulty, each.value)
		require.Len(t, faulty.Faults, 1)
		assert.Equal(t, each.name, faulty.Faults[0].Variable)
		assert.Contains(t, faulty.Faults[0].Message, each.message)
	}
}

func TestEveryFaultIsTold(t *testing.T) {
	t.Parallel()
	_, err := read(map[string]string{"PORT": "http", "DRAIN_SECONDS": "x", "NEEDED": ""})
	assert.EqualError(t, err, strings.Join([]string{
		"configuration: PORT: must be a whole number from 0 to 65535",
		"configuration: DRAIN_SECONDS: must be a whole number from 0 to 2147483647",
		"configuration: NEEDED: is missing",
	}, "\n"))
	assert.NoError(t, config.Refuse())
}

func TestAnEmptyVariableIsAsGoodAsNone(t *testing.T) {
	t.Parallel()
	found, err := read(map[string]string{"PORT": "", "LOG_LEVEL": "", "DATABASE_URL": ""})
	require.NoError(t, err)
	assert.Equal(t, config.Port(8000), found.Core.Port)
	assert.Equal(t, config.LogLevel("info"), found.Core.LogLevel)
	assert.Equal(t, config.DatabaseURL(project.DefaultDatabaseURL), found.Core.DatabaseURL)
	assert.False(t, found.Core.IsProduction())
}

func TestListsAreSeparatedByCommas(t *testing.T) {
	t.Parallel()
	found, err := read(map[string]string{"TRUSTED_PROXIES": "10.0.0.0/24, ::1", "CORS_ORIGINS": "https://a.b,http://c:1,"})
	require.NoError(t, err)
	for address, known := range map[string]bool{"10.0.0.7": true, "::ffff:10.0.0.7": true, "10.0.1.7": false, "::1": true, "::2": false} {
		assert.Equal(t, known, found.Core.TrustedProxies.Contains(netip.MustParseAddr(address)), address)
	}
	assert.Equal(t, config.Origins{"https://a.b", "http://c:1"}, found.Core.CORSOrigins)
}

func TestLevels(t *testing.T) {
	t.Parallel()
	levels := map[config.LogLevel]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warning": slog.LevelWarn, "error": slog.LevelError,
	}
	for name, level := range levels {
		assert.Equal(t, level, name.Level())
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	found, err := read(map[string]string{"HIDDEN": "open sesame"})
	require.NoError(t, err)
	assert.Equal(t, "open sesame", found.Hidden.Reveal())
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", found, found, found, found.Hidden.LogValue()), "sesame")
}

func TestAFileTellsWhatTheEnvironmentDoesNot(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	t.Setenv("LOG_LEVEL", "error")
	variables, err := config.Variables()
	require.NoError(t, err)
	assert.NotContains(t, variables, "HOST_OF_THE_FILE")
	text := "HOST_OF_THE_FILE=10.9.8.7\nLOG_LEVEL=warning\n# a comment\nPASSWORD_OF_THE_FILE=a$b\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, ".env"), []byte(text), 0o600))
	variables, err = config.Variables()
	require.NoError(t, err)
	assert.Equal(t, "10.9.8.7", variables["HOST_OF_THE_FILE"])
	assert.Equal(t, "a$b", variables["PASSWORD_OF_THE_FILE"])
	assert.Equal(t, "error", variables["LOG_LEVEL"])
	require.NoError(t, os.WriteFile(filepath.Join(folder, ".env"), []byte("nonsense\n"), 0o600))
	_, err = config.Variables()
	assert.ErrorContains(t, err, "configuration: .env: ")
}

func TestWebAddresses(t *testing.T) {
	t.Parallel()
	for text, right := range map[string]bool{
		"https://shop.example": true, "http://127.0.0.1:8000/x": true, "ftp://x": false, "https://": false, "https:///x": false, "shop": false,
	} {
		assert.Equal(t, right, config.IsWebURL(text), text)
	}
}
