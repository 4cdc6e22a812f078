package webhooks

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/config"
	"example.com/service/internal/observability"
	"example.com/service/internal/problem"
	"example.com/service/internal/project"
	"example.com/service/internal/resource"
	"example.com/service/internal/strictjson"
	"example.com/service/internal/web"
)

// nobody asks.
type nobody struct{}

func (nobody) Limit(_ *http.Request, address string) web.Limit { return web.Limit{Key: address} }

func (nobody) Identify(*http.Request) (access.Caller, error) { return access.Caller{}, nil }

func (nobody) PrivatePaths() []string { return nil }

// asked is what a command was asked for.
type asked struct {
	call *resource.Call
	id   string
	body any
}

// tell tells an event of a webhook whose command ends so, and gives what was asked for.
func tell(t *testing.T, told string, outcome error, input ...Given) (*httptest.ResponseRecorder, []asked) {
	t.Helper()
	var calls []asked
	run := func(_ context.Context, call *resource.Call, id string, body any) (resource.Answer, error) {
		calls = append(calls, asked{call, id, body})
		return resource.Answer{}, outcome
	}
	log := slog.New(slog.DiscardHandler)
	observers, err := observability.New(t.Context(), observability.Options{Log: log, Registry: observability.NewRegistry()})
	require.NoError(t, err)
	core := config.NewCore()
	core.MaxBodyBytes = 1000
	server := web.New(web.Options{Log: log, Settings: core, Observers: observers, Identity: nobody{}})
	NewHandler([]Webhook{{
		Name: "bank", Path: "/webhooks/bank", Secret: Secret{secret}, Header: "Bank-Signature", Tolerance: time.Minute,
		Reactions: []Reaction{{Type: "paid", Run: run, Row: "data.order.id", Input: input}},
	}}, time.Hour).Register(server.API())
	now := strconv.FormatInt(time.Now().Unix(), 10)
	request := httptest.NewRequest(http.MethodPost, project.BasePath+"/webhooks/bank", strings.NewReader(told))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Bank-Signature", "t="+now+",v1="+Signature(secret, now, []byte(told)))
	recorder := httptest.NewRecorder()
	server.Handler().ServeHTTP(recorder, request)
	return recorder, calls
}

const paid = `{"id": "evt_1", "type": "paid", "data": {"order": {"id": "an id"}, "sum": 12.50, "by": "card", "no": null}}`

func TestAnEventAsksForItsCommand(t *testing.T) {
	answer, calls := tell(t, paid, nil)
	assert.Equal(t, http.StatusNoContent, answer.Code)
	require.Len(t, calls, 1)
	assert.Equal(t, "an id", calls[0].id)
	assert.Nil(t, calls[0].body)
	assert.True(t, calls[0].call.Caller.IsAdmin())
	assert.Nil(t, calls[0].call.Caller.UserID)
	once := &resource.Repeatable{Key: "evt_1", Caller: "webhook bank", Path: "/webhooks/bank", Keep: time.Hour}
	assert.Equal(t, once, calls[0].call.Repeatable)
}

func TestACommandIsGivenWhatIsThere(t *testing.T) {
	_, calls := tell(t, paid, nil, Given{"sum", "data.sum"}, Given{"by", "data.by"}, Given{"none", "data.no"}, Given{"far", "data.by.far"})
	require.Len(t, calls, 1)
	assert.JSONEq(t, `{"sum": 12.50, "by": "card"}`, string(strictjson.AppendValue(nil, calls[0].body)))
}

func TestOtherEventsAreWell(t *testing.T) {
	answer, calls := tell(t, strings.Replace(paid, `"paid"`, `"other"`, 1), nil)
	assert.Equal(t, http.StatusNoContent, answer.Code)
	assert.Empty(t, calls)
}

func TestWhatWasDoneBeforeIsAnsweredSo(t *testing.T) {
	answer, _ := tell(t, paid, &resource.Replay{Status: http.StatusOK, Body: []byte(`{"secret": 1}`)})
	assert.Equal(t, http.StatusNoContent, answer.Code)
	assert.Equal(t, "true", answer.Header().Get("Idempotency-Replayed"))
	assert.Empty(t, answer.Body.String())
}

func TestWhatCannotBeDoneNowIsRefused(t *testing.T) {
	conflict := problem.New(http.StatusConflict, problem.CodeConflict, "Not now.")
	answer, _ := tell(t, paid, conflict)
	assert.Equal(t, http.StatusConflict, answer.Code)
}
