package testkit

import (
	"os"
	"testing"
)

// BrokerURL is where the broker of the tests is.
func BrokerURL(t testing.TB) string {
	t.Helper()
	url := os.Getenv("TEST_BROKER_URL")
	if url == "" {
		t.Fatal("TEST_BROKER_URL is missing: the URL of a broker")
	}
	return url
}
