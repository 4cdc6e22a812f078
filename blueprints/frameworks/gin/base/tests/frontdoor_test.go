package tests

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/apitest"
	"example.com/service/internal/naming"
	"example.com/service/internal/project"
)

func TestUnknownPathsAreNeverRedirected(t *testing.T) {
	service := apitest.Start(t, nil)
	for _, path := range []string{"/", "/nope", "/healthz/", "/healthz%0A", project.BasePath, "/HEALTHZ", "/%ff", "//healthz", project.BasePath + "/nope/x/y"} {
		answer := service.Ask(http.MethodGet, path, nil).Fails(http.StatusNotFound, "NOT_FOUND")
		failure, _ := answer.Object()["error"].(object)
		assert.Equal(t, answer.Header.Get("X-Request-Id"), failure[naming.JSON("request_id")])
		assert.Equal(t, []any{}, failure["details"])
		assert.Equal(t, "application/json", answer.Header.Get("Content-Type"))
	}
}

func TestOtherMethodsAreToldWhichArePossible(t *testing.T) {
	service := apitest.Start(t, nil)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodTrace, "PROPFIND"} {
		answer := service.Ask(method, "/healthz", nil).Fails(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED")
		assert.Equal(t, "GET, HEAD, OPTIONS", answer.Header.Get("Allow"))
	}
	options := service.Ask(http.MethodOptions, "/healthz", nil).Is(http.StatusNoContent)
	assert.Equal(t, "GET, HEAD, OPTIONS", options.Header.Get("Allow"))
	assert.Empty(t, options.Text)
	head, get := service.Ask(http.MethodHead, "/healthz", nil).Is(http.StatusOK), service.Ask(http.MethodGet, "/healthz", nil)
	assert.Equal(t, get.Header.Get("Content-Length"), head.Header.Get("Content-Length"))
}

func TestSecurityHeaders(t *testing.T) {
	service := apitest.Start(t, nil)
	for _, path := range []string{"/healthz", "/nope", "/openapi.json"} {
		header := service.Ask(http.MethodGet, path, nil).Header
		assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
		assert.Equal(t, "DENY", header.Get("X-Frame-Options"))
		assert.Equal(t, "no-referrer", header.Get("Referrer-Policy"))
		assert.Equal(t, "default-src 'none'; frame-ancestors 'none'", header.Get("Content-Security-Policy"))
		for _, name := range []string{"Server", "X-Powered-By", "Strict-Transport-Security"} {
			assert.Empty(t, header.Get(name))
		}
	}
	trusting := apitest.Start(t, map[string]string{"TRUSTED_PROXIES": "10.0.0.0/8"})
	secure := trusting.With("X-Forwarded-Proto", "https").Ask(http.MethodGet, "/healthz", nil)
	assert.Regexp(t, "^max-age=", secure.Header.Get("Strict-Transport-Security"))
	open := trusting.With("X-Forwarded-Proto", "http").Ask(http.MethodGet, "/healthz", nil)
	assert.Empty(t, open.Header.Get("Strict-Transport-Security"))
	believing := service.With("X-Forwarded-Proto", "https").Ask(http.MethodGet, "/healthz", nil)
	assert.Empty(t, believing.Header.Get("Strict-Transport-Security"))
}

func TestRequestIDs(t *testing.T) {
	service := apitest.Start(t, nil)
	for given, kept := range map[string]bool{
		"abc.DEF_1-2": true, strings.Repeat("x", 128): true, strings.Repeat("x", 129): false, "a b": false, "é": false,
	} {
		answer := service.With("X-Request-Id", given).Ask(http.MethodGet, "/nope", nil)
		assert.Equal(t, kept, answer.Header.Get("X-Request-Id") == given, given)
	}
}

func TestOneLogLinePerRequest(t *testing.T) {
	service := apitest.Start(t, nil)
	trace := "0af7651916cd43dd8448eb211c80319c"
	for parent, right := range map[string]bool{
		"00-" + trace + "-b7ad6b7169203331-01":                   true,
		"00-" + strings.Repeat("0", 32) + "-b7ad6b7169203331-01": false,
		"00-" + trace + "-" + strings.Repeat("0", 16) + "-01":    false,
		"ff-" + trace + "-b7ad6b7169203331-01":                   false,
		trace:                                                    false,
	} {
		before := len(service.Log.Lines("request"))
		asked := service.With("X-Request-Id", "one").With("Authorization", "Bearer hunter2").With("traceparent", parent)
		asked.Ask(http.MethodGet, "/healthz?secret=olga", nil)
		lines := service.Log.Lines("request")[before:]
		require.Len(t, lines, 1)
		line := lines[0]
		if right {
			assert.Equal(t, trace, line["traceId"])
		} else {
			assert.NotContains(t, line, "traceId")
		}
		assert.Regexp(t, `^\d{4}-.*Z$`, line["time"])
		assert.Equal(t, "info", line["level"])
		assert.Equal(t, "one", line["requestId"])
		assert.Equal(t, "GET", line["method"])
		assert.Equal(t, "/healthz", line["route"])
		assert.InDelta(t, http.StatusOK, line["status"], 0)
		assert.Contains(t, line, "durationMs")
		assert.Nil(t, line["userId"])
	}
	service.Ask(http.MethodGet, "/nothing/olga", nil)
	lines := service.Log.Lines("request")
	assert.Equal(t, "none", lines[len(lines)-1]["route"])
	assert.NotContains(t, service.Log.Text(), "hunter2")
	assert.NotContains(t, service.Log.Text(), "olga")
}

func TestGzipAboveOneKibibyte(t *testing.T) {
	service := apitest.Start(t, nil)
	large := service.With("Accept-Encoding", "gzip").Ask(http.MethodGet, "/openapi.json", nil)
	assert.Equal(t, "gzip", large.Header.Get("Content-Encoding"))
	assert.Equal(t, "Accept-Encoding", large.Header.Get("Vary"))
	assert.Empty(t, service.With("Accept-Encoding", "gzip").Ask(http.MethodGet, "/healthz", nil).Header.Get("Content-Encoding"))
	for accepted, coding := range map[string]string{
		"identity, gzip;q=0": "", "": "", "*": "gzip", "*;q=0": "", "br, gzip;q=0.5": "gzip", "gzip;q=0, *": "",
	} {
		answer := service.With("Accept-Encoding", accepted).Ask(http.MethodGet, "/openapi.json", nil)
		assert.Equal(t, coding, answer.Header.Get("Content-Encoding"), accepted)
	}
}

func TestTheExplorerLoadsNothingFromElsewhere(t *testing.T) {
	service := apitest.Start(t, nil)
	page := service.Ask(http.MethodGet, "/docs", nil).Is(http.StatusOK)
	assert.NotContains(t, page.Text, "://")
	assert.Contains(t, page.Header.Get("Content-Security-Policy"), "script-src 'self';")
	parts := regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(page.Text, -1)
	assert.Len(t, parts, 3)
	for _, part := range parts {
		service.Ask(http.MethodGet, part[1], nil).Is(http.StatusOK)
	}
	production := apitest.Start(t, map[string]string{"APP_ENV": "production"})
	production.Ask(http.MethodGet, "/docs", nil).Is(http.StatusNotFound)
	production.Ask(http.MethodGet, "/healthz", nil).Is(http.StatusOK)
}

func TestReadinessFollowsTheDatabase(t *testing.T) {
	service := apitest.Start(t, map[string]string{"DATABASE_TIMEOUT_MS": "200"})
	ready := service.Ask(http.MethodGet, "/readyz", nil).Is(http.StatusOK).Object()
	assert.Equal(t, "ok", ready["status"])
	checks, _ := ready["checks"].(object)
	assert.Equal(t, "up", checks["database"])
	require.NoError(t, service.DB.Close())
	away := service.Ask(http.MethodGet, "/readyz", nil).Is(http.StatusServiceUnavailable).Object()
	assert.Equal(t, "unavailable", away["status"])
	checks, _ = away["checks"].(object)
	assert.Equal(t, "down", checks["database"])
	service.Ask(http.MethodGet, "/healthz", nil).Is(http.StatusOK)
	for _, of := range resources(t, "list") {
		answer := service.Get(of.Path)
		if answer.Status != http.StatusUnauthorized {
			answer.Fails(http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE")
			assert.Equal(t, "1", answer.Header.Get("Retry-After"))
		}
	}
}

func TestCORSIsForListedOrigins(t *testing.T) {
	const ours = "https://shop.example"
	service := apitest.Start(t, map[string]string{"CORS_ORIGINS": ours})
	for _, origin := range []string{ours, "https://evil.example"} {
		allowed := map[bool]string{true: origin, false: ""}[origin == ours]
		asking := service.With("Origin", origin)
		preflight := asking.With("Access-Control-Request-Method", "PATCH").Ask(http.MethodOptions, "/healthz", nil).Is(http.StatusNoContent)
		for _, answer := range []*apitest.Answer{preflight, asking.Ask(http.MethodGet, "/healthz", nil)} {
			assert.Equal(t, allowed, answer.Header.Get("Access-Control-Allow-Origin"))
			assert.Empty(t, answer.Header.Get("Access-Control-Allow-Credentials"))
			assert.Contains(t, answer.Header.Values("Vary"), "Origin")
		}
		assert.Equal(t, allowed != "", strings.Contains(preflight.Header.Get("Access-Control-Allow-Methods"), "PATCH"))
	}
	strange := service.With("Origin", ours).With("Access-Control-Request-Method", "TRACE").Ask(http.MethodOptions, "/healthz", nil)
	assert.Equal(t, "GET, HEAD, OPTIONS", strange.Is(http.StatusNoContent).Header.Get("Allow"))
	assert.Empty(t, strange.Header.Get("Access-Control-Allow-Origin"))
	none := apitest.Start(t, nil).With("Origin", ours).Ask(http.MethodGet, "/healthz", nil)
	assert.Empty(t, none.Header.Get("Access-Control-Allow-Origin"))
}

// wholeMinute waits until a minute has room for a test.
func wholeMinute() {
	if left := time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)); left < 3*time.Second {
		time.Sleep(left)
	}
}

func TestRequestsAreLimitedByAddress(t *testing.T) {
	service := apitest.Start(t, map[string]string{"RATE_LIMIT_PER_MINUTE": "2"})
	wholeMinute()
	first := service.Ask(http.MethodGet, "/openapi.json", nil).Is(http.StatusOK)
	assert.Equal(t, "2", first.Header.Get("Ratelimit-Limit"))
	assert.Equal(t, "1", first.Header.Get("Ratelimit-Remaining"))
	// A forged header does not make another caller of the same address.
	service.With("X-Forwarded-For", "1.2.3.4").Ask(http.MethodGet, "/openapi.json", nil).Is(http.StatusOK)
	late := service.Ask(http.MethodGet, "/openapi.json", nil).Fails(http.StatusTooManyRequests, "RATE_LIMITED")
	assert.Equal(t, "0", late.Header.Get("Ratelimit-Remaining"))
	assert.Equal(t, late.Header.Get("Ratelimit-Reset"), late.Header.Get("Retry-After"))
	// Probes and unknown paths are exempt.
	service.Ask(http.MethodGet, "/healthz", nil).Is(http.StatusOK)
	service.Ask(http.MethodGet, "/nope", nil).Is(http.StatusNotFound)
}

func TestProxiesTellTheAddress(t *testing.T) {
	service := apitest.Start(t, map[string]string{"RATE_LIMIT_PER_MINUTE": "1", "TRUSTED_PROXIES": "10.0.0.0/8"})
	wholeMinute()
	for hops, status := range map[string]int{
		"9.9.9.9, 1.1.1.1, 10.0.0.7": http.StatusOK, "2.2.2.2": http.StatusOK,
	} {
		service.With("X-Forwarded-For", hops).Ask(http.MethodGet, "/openapi.json", nil).Is(status)
	}
	// Hearsay before the first stranger counts for nothing.
	service.With("X-Forwarded-For", "8.8.8.8, 1.1.1.1").Ask(http.MethodGet, "/openapi.json", nil).Is(http.StatusTooManyRequests)
}

func TestBodiesAreRefusedBeforeTheyAreJudged(t *testing.T) {
	d := newDesk(t)
	for _, of := range resources(t, "create") {
		d.admin.Post(of.Path, "").Fails(http.StatusBadRequest, "MALFORMED_JSON")
		d.admin.Post(of.Path, `{"a": NaN}`).Fails(http.StatusBadRequest, "MALFORMED_JSON")
		d.admin.Post(of.Path, `{"a": "\ud800"}`).Fails(http.StatusBadRequest, "MALFORMED_JSON")
		d.admin.Post(of.Path, `{} {}`).Fails(http.StatusBadRequest, "MALFORMED_JSON")
		d.admin.Post(of.Path, strings.Repeat("[", 65)+strings.Repeat("]", 65)).Fails(http.StatusBadRequest, "MALFORMED_JSON")
		d.admin.With("Content-Type", "text/plain").Post(of.Path, "{}").Fails(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE")
		d.admin.With("Content-Encoding", "gzip").Post(of.Path, "{}").Fails(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE")
		large := d.admin.Post(of.Path, `"`+strings.Repeat("x", 1<<20)+`"`).Fails(http.StatusRequestEntityTooLarge, "PAYLOAD_TOO_LARGE")
		assert.Equal(t, "close", large.Header.Get("Connection"))
	}
}
