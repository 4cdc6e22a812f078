package apitest

import (
	"testing"

	"example.com/service/internal/settings"
	"example.com/service/internal/testkit"
)

// apart keeps the answers of a service apart from those of others.
func apart(t testing.TB, all *settings.Settings) {
	t.Helper()
	all.Cache.Prefix = testkit.RedisPrefix(t)
}
