package web_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/config"
	"example.com/service/internal/logging"
	"example.com/service/internal/observability"
	"example.com/service/internal/problem"
	"example.com/service/internal/project"
	"example.com/service/internal/resource"
	"example.com/service/internal/web"
)

// somebody is who asks.
type somebody struct {
	caller access.Caller
	err    error
	limit  int
}

func (s somebody) Limit(_ *http.Request, address string) web.Limit {
	return web.Limit{Key: address, PerMinute: s.limit}
}

func (s somebody) Identify(*http.Request) (access.Caller, error) { return s.caller, s.err }

func (somebody) PrivatePaths() []string { return []string{project.BasePath + "/people"} }

// door is a front door with some routes, and what it logs.
func door(t *testing.T, identity somebody, clock func() time.Time, add func(api *gin.RouterGroup)) (http.Handler, *strings.Builder) {
	t.Helper()
	var lines strings.Builder
	log := logging.New(&lines, slog.LevelDebug)
	observers, err := observability.New(t.Context(), observability.Options{Log: log, Registry: observability.NewRegistry()})
	require.NoError(t, err)
	core := config.NewCore()
	core.MaxBodyBytes, core.IdempotencySeconds = 100, 60
	server := web.New(web.Options{Log: log, Settings: core, Observers: observers, Identity: identity, Clock: clock})
	add(server.API())
	return server.Handler(), &lines
}

func ask(handler http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, project.BasePath+path, strings.NewReader(body))
	for at := 0; at+1 < len(headers); at += 2 {
		request.Header.Set(headers[at], headers[at+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

var errSecret = errors.New("SELECT secret FROM /etc/passwd")

func TestAnUnforeseenErrorTellsNothing(t *testing.T) {
	handler, log := door(t, somebody{}, nil, func(api *gin.RouterGroup) {
		api.GET("/broken", func(c *gin.Context) { web.Fail(c, errSecret) })
		api.GET("/panic", func(*gin.Context) { panic(errSecret) })
	})
	for _, path := range []string{"/broken", "/panic"} {
		answer := ask(handler, http.MethodGet, path, "", "X-Request-Id", "find-me")
		assert.Equal(t, http.StatusInternalServerError, answer.Code)
		assert.Contains(t, answer.Body.String(), `"code":"INTERNAL_ERROR"`)
		assert.Contains(t, answer.Body.String(), `find-me`)
		assert.NotContains(t, answer.Body.String(), "SELECT")
		assert.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"))
	}
	assert.Equal(t, 2, strings.Count(log.String(), `"unhandled error"`))
	assert.Contains(t, log.String(), "passwd")
	assert.Contains(t, log.String(), "web_test.go")
}

func TestAnAnswerThatHasBegunStaysAsItIs(t *testing.T) {
	handler, _ := door(t, somebody{}, nil, func(api *gin.RouterGroup) {
		api.GET("/begun", func(c *gin.Context) {
			c.String(http.StatusOK, "begun")
			web.Fail(c, errSecret)
		})
		api.GET("/aborted", func(*gin.Context) { panic(http.ErrAbortHandler) })
	})
	assert.Equal(t, "begun", ask(handler, http.MethodGet, "/begun", "").Body.String())
	assert.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { ask(handler, http.MethodGet, "/aborted", "") })
}

func TestWhoCallsIsToldAndLogged(t *testing.T) {
	id := uuid.New()
	handler, log := door(t, somebody{caller: access.Caller{UserID: &id}}, nil, func(api *gin.RouterGroup) {
		api.POST("/people/:id", func(c *gin.Context) {
			call := web.CallOf(c)
			assert.Equal(t, &id, call.Caller.UserID)
			assert.Equal(t, "a=1&b=%20", call.Query)
			assert.Equal(t, `"1"`, *call.IfMatch)
			assert.Equal(t, &resource.Repeatable{
				Key: "k", Caller: "user " + id.String(), Path: project.BasePath + "/people/a%20b", Keep: time.Minute,
			}, call.Repeatable)
			assert.Equal(t, "a b", c.Param("id"))
			web.SendNothing(c)
		})
	})
	answer := ask(handler, http.MethodPost, "/people/a%20b?a=1&b=%20", "", "If-Match", `"1"`, resource.IdempotencyKey, "k")
	assert.Equal(t, http.StatusNoContent, answer.Code)
	assert.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
	assert.Contains(t, log.String(), `"userId":"`+id.String()+`"`)
	assert.Contains(t, log.String(), `"route":"`+project.BasePath+`/people/{id}"`)
	assert.NotContains(t, log.String(), "a%20b")
}

func TestBadCredentialsEndARequest(t *testing.T) {
	identity := somebody{err: problem.BadCredentials("This token is wrong.", problem.CodeUnauthorized)}
	handler, _ := door(t, identity, nil, func(api *gin.RouterGroup) {
		api.GET("/thing", func(*gin.Context) { t.Error("nobody may come here") })
	})
	answer := ask(handler, http.MethodGet, "/thing", "")
	assert.Equal(t, http.StatusUnauthorized, answer.Code)
	assert.Equal(t, `Bearer error="invalid_token"`, answer.Header().Get("WWW-Authenticate"))
}

func TestLimitsAreOfAMinute(t *testing.T) {
	now := time.Unix(120, 500_000_000)
	handler, _ := door(t, somebody{limit: 2}, func() time.Time { return now }, func(api *gin.RouterGroup) {
		api.GET("/thing", func(c *gin.Context) { web.SendNothing(c) })
	})
	for _, status := range []int{http.StatusNoContent, http.StatusNoContent, http.StatusTooManyRequests, http.StatusTooManyRequests} {
		answer := ask(handler, http.MethodGet, "/thing", "")
		assert.Equal(t, status, answer.Code)
		assert.Equal(t, "60", answer.Header().Get("Ratelimit-Reset"))
	}
	now = time.Unix(179, 0)
	late := ask(handler, http.MethodGet, "/thing", "")
	assert.Equal(t, "1", late.Header().Get("Retry-After"))
	now = time.Unix(180, 0)
	assert.Equal(t, http.StatusNoContent, ask(handler, http.MethodGet, "/thing", "").Code)
}

func TestBodies(t *testing.T) {
	var got any
	handler, _ := door(t, somebody{}, nil, func(api *gin.RouterGroup) {
		take := func(c *gin.Context) {
			body, err := web.Body(c)
			if err != nil {
				web.Fail(c, err)
				return
			}
			got = body
			web.SendNothing(c)
		}
		api.POST("/thing", take)
		api.PATCH("/thing", take)
	})
	const kind = "Content-Type"
	whole := `"` + strings.Repeat("x", 98) + `"`
	for _, each := range []struct {
		method, kind, body string
		status             int
	}{
		{http.MethodPost, "application/json", whole, http.StatusNoContent},
		{http.MethodPost, "Application/JSON; charset=utf-8", whole, http.StatusNoContent},
		{http.MethodPost, "application/json", whole + " ", http.StatusRequestEntityTooLarge},
		{http.MethodPost, "application/merge-patch+json", whole, http.StatusUnsupportedMediaType},
		{http.MethodPatch, "application/merge-patch+json", whole, http.StatusNoContent},
		{http.MethodPatch, "text/plain", whole, http.StatusUnsupportedMediaType},
		{http.MethodPost, "", "", http.StatusBadRequest},
	} {
		answer := ask(handler, each.method, "/thing", each.body, kind, each.kind)
		assert.Equal(t, each.status, answer.Code, "%v", each)
		if each.status == http.StatusUnsupportedMediaType {
			header := map[string]string{http.MethodPost: "Accept", http.MethodPatch: "Accept-Patch"}[each.method]
			assert.Contains(t, answer.Header().Get(header), "application/json")
		}
	}
	assert.Equal(t, strings.Repeat("x", 98), got)
	// A body of unknown length is measured as it comes.
	request := httptest.NewRequest(http.MethodPost, project.BasePath+"/thing", strings.NewReader(whole+" "))
	request.ContentLength = -1
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	assert.Equal(t, http.StatusRequestEntityTooLarge, recorder.Code)
	assert.Equal(t, "close", recorder.Header().Get("Connection"))
}

func TestRowsHaveTags(t *testing.T) {
	id := uuid.New()
	row := resource.Answer{Body: []byte(`{"id":"` + id.String() + `","version":7}`), ID: id, Version: 7}
	handler, _ := door(t, somebody{}, nil, func(api *gin.RouterGroup) {
		api.GET("/row", func(c *gin.Context) { web.SendRow(c, row) })
		api.GET("/expanded", func(c *gin.Context) {
			expanded := row
			expanded.Expanded = true
			web.SendRow(c, expanded)
		})
		api.POST("/rows", func(c *gin.Context) { web.SendCreated(c, row, "rows") })
		api.POST("/waits", func(c *gin.Context) {
			web.SendCreated(c, resource.Answer{Status: http.StatusAccepted, Body: []byte(`{"approval":{}}`)}, "rows")
		})
		api.DELETE("/waits", func(c *gin.Context) {
			web.SendDone(c, resource.Answer{Status: http.StatusAccepted, Body: []byte(`{"approval":{}}`)})
		})
		api.POST("/again", func(c *gin.Context) { web.Fail(c, &resource.Replay{Status: http.StatusCreated, Body: row.Body}) })
	})
	const known = "If-None-Match"
	for tag, status := range map[string]int{
		`"7"`: http.StatusNotModified, `W/"7"`: http.StatusNotModified, `"1", "7"`: http.StatusNotModified, "*": http.StatusNotModified,
		`"8"`: http.StatusOK, "7": http.StatusOK, "": http.StatusOK,
	} {
		answer := ask(handler, http.MethodGet, "/row", "", known, tag)
		assert.Equal(t, status, answer.Code, tag)
		assert.Equal(t, `"7"`, answer.Header().Get("ETag"))
	}
	assert.Equal(t, http.StatusOK, ask(handler, http.MethodHead, "/row", "").Code)
	assert.Empty(t, ask(handler, http.MethodGet, "/expanded", "").Header().Get("ETag"))
	made := ask(handler, http.MethodPost, "/rows", "")
	assert.Equal(t, http.StatusCreated, made.Code)
	assert.Equal(t, project.BasePath+"/rows/"+id.String(), made.Header().Get("Location"))
	waiting := ask(handler, http.MethodPost, "/waits", "")
	assert.Equal(t, http.StatusAccepted, waiting.Code)
	assert.Empty(t, waiting.Header().Get("Location"))
	assert.Equal(t, http.StatusAccepted, ask(handler, http.MethodDelete, "/waits", "").Code)
	again := ask(handler, http.MethodPost, "/again", "")
	assert.Equal(t, http.StatusCreated, again.Code)
	assert.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
	assert.Equal(t, project.BasePath+"/again/"+id.String(), again.Header().Get("Location"))
	assert.Equal(t, `"7"`, again.Header().Get("ETag"))
}
