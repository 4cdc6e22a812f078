package tests

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.com/service/internal/apitest"
	"example.com/service/internal/settings"
	"example.com/service/internal/testkit"
	"example.com/service/internal/webhooks"
)

const noRow = "01940000-0000-7000-8000-000000000000"

// teller is another service that tells.
type teller struct {
	*testing.T

	service *apitest.Service
	webhook webhooks.Webhook
}

// eachTeller runs a test for every webhook.
func eachTeller(t *testing.T, fn func(other teller)) {
	t.Helper()
	service := apitest.Start(t, nil)
	for _, webhook := range webhooks.All(service.Settings.Webhooks, webhooks.Services{}) {
		t.Run(webhook.Name, func(t *testing.T) { fn(teller{t, service, webhook}) })
	}
}

// with sends a body with this signature.
func (o teller) with(header, body string) *apitest.Answer {
	o.Helper()
	return o.service.With(o.webhook.Header, header).Post(o.webhook.Path, body)
}

// at sends a body as it is signed at this moment.
func (o teller) at(moment time.Time, body string) *apitest.Answer {
	o.Helper()
	second := strconv.FormatInt(moment.Unix(), 10)
	return o.with("t="+second+",v1="+webhooks.Signature(o.webhook.Secret.Reveal(), second, []byte(body)), body)
}

// now sends a body as it is signed now.
func (o teller) now(body string) *apitest.Answer {
	o.Helper()
	return o.at(time.Now(), body)
}

// put puts a value where a way leads.
func put(body object, way string, value any) {
	key, rest, deeper := strings.Cut(way, ".")
	if !deeper {
		body[key] = value
		return
	}
	inner, known := body[key].(object)
	if !known {
		inner = object{}
		body[key] = inner
	}
	put(inner, rest, value)
}

// told is an event about a row that does not exist, with this instead of its id.
func told(t testing.TB, reaction webhooks.Reaction, row any) string {
	t.Helper()
	body := object{}
	for _, each := range reaction.Input {
		put(body, each.Way, noRow)
	}
	put(body, reaction.Row, row)
	body["id"], body["type"] = "evt_1", reaction.Type
	text, err := json.Marshal(body)
	assert.NoError(t, err)
	return string(text)
}

func TestWhoDoesNotSignIsNotBelieved(t *testing.T) {
	eachTeller(t, func(other teller) {
		body := `{"id": "evt_1", "type": "nobody.asked"}`
		second := strconv.FormatInt(time.Now().Unix(), 10)
		for _, header := range []string{"", "garbled", "t=" + second, "t=" + second + ",v1=" + strings.Repeat("0", 64)} {
			answer := other.with(header, body).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
			assert.Equal(other, "HMAC-SHA256", answer.Header.Get("WWW-Authenticate"))
		}
		other.service.Post(other.webhook.Path, body).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
		long := other.webhook.Tolerance + time.Minute
		for _, moment := range []time.Time{time.Now().Add(long), time.Now().Add(-long)} {
			other.at(moment, body).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
		}
		other.now(body).Is(http.StatusNoContent)
	})
}

func TestWhatIsNoEventIsRefused(t *testing.T) {
	eachTeller(t, func(other teller) {
		other.now("no json").Fails(http.StatusBadRequest, "MALFORMED_JSON")
		for body, faults := range map[string]map[string]string{
			`[]`:                      {"": "type"},
			`{"id": 5}`:               {"id": "type", "type": "required"},
			`{"id": "", "type": "x"}`: {"id": "min"},
		} {
			assert.Equal(other, faults, other.now(body).Is(http.StatusBadRequest).Faults())
		}
		other.service = other.service.With("Content-Type", "text/plain")
		other.now("{}").Fails(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE")
	})
}

func TestTheRowOfAnEventMustBeThere(t *testing.T) {
	eachTeller(t, func(other teller) {
		for _, reaction := range other.webhook.Reactions {
			other.now(told(other, reaction, noRow)).Fails(http.StatusNotFound, "NOT_FOUND")
			for rule, row := range map[string]any{"required": nil, "type": 5} {
				answer := other.now(told(other, reaction, row)).Is(http.StatusBadRequest)
				assert.Equal(other, map[string]string{reaction.Row: rule}, answer.Faults())
			}
			answer := other.now(told(other, reaction, "no-id")).Is(http.StatusBadRequest)
			assert.Equal(other, map[string]string{"id": "format"}, answer.Faults())
		}
	})
}

func TestAWeakSecretStopsTheStart(t *testing.T) {
	eachTeller(t, func(other teller) {
		name := other.webhook.Variable
		for _, weak := range []string{"", "short", "with spaces in between them"} {
			_, err := settings.Read(testkit.Variables(other, map[string]string{name: weak}))
			assert.ErrorContains(other, err, name)
		}
		known := map[string]string{name: "development-only-webhook-secret", "APP_ENV": "production"}
		_, err := settings.Read(testkit.Variables(other, known))
		assert.ErrorContains(other, err, name)
	})
}
