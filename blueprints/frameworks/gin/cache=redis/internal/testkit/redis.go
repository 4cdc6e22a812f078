package testkit

import (
	"context"
	"os"
	"testing"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/project"
)

// RedisURL is the address of the Redis server of the tests.
func RedisURL(t testing.TB) string {
	t.Helper()
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		t.Fatal("TEST_REDIS_URL is missing: the URL of a Redis server, such as redis://127.0.0.1:6379/0")
	}
	return url
}

// RedisPrefix stands before keys of one test, which are removed when it ends.
func RedisPrefix(t testing.TB) string {
	t.Helper()
	prefix := project.Name + ":test:" + uuid.NewString()
	options, err := redis.ParseURL(RedisURL(t))
	require.NoError(t, err)
	t.Cleanup(func() {
		client := redis.NewClient(options)
		defer func() { _ = client.Close() }()
		ctx := context.WithoutCancel(t.Context())
		for keys := client.Scan(ctx, 0, prefix+":*", 0).Iterator(); keys.Next(ctx); {
			_ = client.Del(ctx, keys.Val()).Err()
		}
	})
	return prefix
}
