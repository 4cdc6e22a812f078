package testkit

import (
	"maps"
	"testing"
)

// MetricsToken is what shows the metrics.
const MetricsToken = "only-for-tests-0123456789"

// Variables are those of a service over an empty database, with these changes; `settings.Read` reads them.
func Variables(t testing.TB, changes map[string]string) map[string]string {
	t.Helper()
	variables := map[string]string{
		"APP_ENV":                    "test",
		"DATABASE_URL":               URL(t),
		"METRICS_TOKEN":              MetricsToken,
		"RATE_LIMIT_PER_MINUTE":      "0",
		"JWT_SECRET":                 "only-for-tests-0123456789-long-enough-for-every-hmac-abcdefghijkl",
		"AUTH_RATE_LIMIT_PER_MINUTE": "0",
		"MAIL_TRANSPORT":             "file:" + t.TempDir(),
	}
	maps.Copy(variables, changes)
	return variables
}
