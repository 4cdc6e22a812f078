package tests

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/apitest"
	"example.com/service/internal/resource"
)

const key = resource.IdempotencyKey

func TestARepeatedCreateIsDoneOnce(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			body := d.body(of, nil)
			once := d.admin.With(key, "one key")
			first := once.Post(of.Path, body).Is(http.StatusCreated)
			assert.Empty(t, first.Header.Get("Idempotency-Replayed"))
			// The same JSON in another spelling.
			text, err := json.MarshalIndent(body, "", "   ")
			require.NoError(t, err)
			again := once.Post(of.Path, string(text)).Is(http.StatusCreated)
			assert.Equal(t, first.Text, again.Text)
			assert.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
			for _, name := range []string{"ETag", "Location"} {
				assert.Equal(t, first.Header.Get(name), again.Header.Get(name))
			}
			once.Post(of.Path, object{"another": "body"}).Fails(http.StatusUnprocessableEntity, "IDEMPOTENCY_KEY_REUSED")
			d.admin.With(key, "another key").Post(of.Path, d.body(of, nil)).Is(http.StatusCreated)
			if of.can(access.List) {
				assert.Len(t, d.admin.Get(of.Path+"?limit=100").Items(), 2)
			}
		})
	}
}

func TestRequestsWithOneKeyAtOnce(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			body, once := d.body(of, nil), d.admin.With(key, "at once")
			statuses := atOnce(6, func() *apitest.Answer { return once.Post(of.Path, body) })
			assert.Equal(t, map[int]int{http.StatusCreated: 6}, statuses)
			if of.can(access.List) {
				assert.Len(t, d.admin.Get(of.Path+"?limit=100").Items(), 1)
			}
		})
	}
}

func TestAKeyIsOfOneCallerAndWellFormed(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		d := newDesk(t)
		for _, wrong := range []string{"", strings.Repeat("x", 256), "é"} {
			answer := d.admin.With(key, wrong).Post(of.Path, d.body(of, nil)).Is(http.StatusBadRequest)
			assert.Equal(t, map[string]string{key: "format"}, answer.Faults())
		}
		d.admin.With(key, strings.Repeat("x", 255)).Post(of.Path, d.body(of, nil)).Is(http.StatusCreated)
		if other, _ := person(d, "admin"); len(apitest.Roles()) > 1 {
			d.admin.With(key, "mine").Post(of.Path, d.body(of, nil)).Is(http.StatusCreated)
			other.With(key, "mine").Post(of.Path, d.body(of, nil)).Is(http.StatusCreated)
		}
	}
}

func TestARefusedRequestKeepsNoKey(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		d := newDesk(t)
		once := d.admin.With(key, "refused first")
		once.Post(of.Path, object{"nonsense": 1}).Is(http.StatusBadRequest)
		once.Post(of.Path, d.body(of, nil)).Is(http.StatusCreated)
	}
}

func TestAnOldKeyIsForgotten(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		d := newDesk(t)
		once := d.admin.With(key, "soon old")
		first := once.Post(of.Path, d.body(of, nil)).Is(http.StatusCreated)
		require.NoError(t, resource.ForgetOldKeys(t.Context(), d.service.DB, time.Hour))
		body := d.body(of, nil)
		once.Post(of.Path, body).Is(http.StatusUnprocessableEntity)
		time.Sleep(5 * time.Millisecond)
		require.NoError(t, resource.ForgetOldKeys(t.Context(), d.service.DB, time.Millisecond))
		second := once.Post(of.Path, body).Is(http.StatusCreated)
		assert.NotEqual(t, first.String("id"), second.String("id"))
	}
}
