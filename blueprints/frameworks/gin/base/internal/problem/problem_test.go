package problem_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/naming"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

var errSecret = errors.New("SELECT secret FROM table")

func TestTheBodyOfAFailure(t *testing.T) {
	t.Parallel()
	failure := problem.Conflict("Taken <here>.", problem.Detail{Field: "name", Rule: problem.RuleUnique, Message: "is taken"})
	assert.Equal(t, fmt.Sprintf(
		`{"error":{"code":"CONFLICT","message":"Taken <here>.","details":[{"field":"name","rule":"unique","message":"is taken"}],%q:"r-1"}}`,
		naming.JSON("request_id")), string(failure.Append(nil, "r-1")))
	var body struct {
		Error struct{ Details []any }
	}
	require.NoError(t, json.Unmarshal(problem.NotFound().Append(nil, ""), &body))
	assert.NotNil(t, body.Error.Details)
}

func TestEveryFailureHasItsAnswer(t *testing.T) {
	t.Parallel()
	cases := []struct {
		err     error
		status  int
		code    problem.Code
		headers map[string]string
	}{
		{problem.Validation(nil), http.StatusBadRequest, problem.CodeValidationError, nil},
		{problem.MalformedJSON("x"), http.StatusBadRequest, problem.CodeMalformedJSON, nil},
		{&strictjson.SyntaxError{Message: "x"}, http.StatusBadRequest, problem.CodeMalformedJSON, nil},
		{problem.Unauthorized(), http.StatusUnauthorized, problem.CodeUnauthorized, map[string]string{"WWW-Authenticate": "Bearer"}},
		{
			problem.BadCredentials("x", problem.CodeTokenExpired), http.StatusUnauthorized, problem.CodeTokenExpired,
			map[string]string{"WWW-Authenticate": `Bearer error="invalid_token"`},
		},
		{problem.Forbidden(), http.StatusForbidden, problem.CodeForbidden, nil},
		{fmt.Errorf("wrapped: %w", problem.NotFound()), http.StatusNotFound, problem.CodeNotFound, nil},
		{problem.Outdated(), http.StatusPreconditionFailed, problem.CodePreconditionFailed, nil},
		{problem.TooLarge(5), http.StatusRequestEntityTooLarge, problem.CodePayloadTooLarge, map[string]string{"Connection": "close"}},
		{problem.Unavailable(errSecret), http.StatusServiceUnavailable, problem.CodeServiceUnavailable, map[string]string{"Retry-After": "1"}},
		{context.DeadlineExceeded, http.StatusServiceUnavailable, problem.CodeServiceUnavailable, map[string]string{"Retry-After": "1"}},
		{errSecret, http.StatusInternalServerError, problem.CodeInternalError, nil},
	}
	for _, each := range cases {
		answer := problem.Of(each.err)
		assert.Equal(t, each.status, answer.Status, each.err)
		assert.Equal(t, each.code, answer.Code, each.err)
		assert.Equal(t, each.headers, answer.Headers, each.err)
		assert.NotContains(t, string(answer.Append(nil, "")), "SELECT")
	}
}

func TestWhatLedToAFailureIsForTheLogAlone(t *testing.T) {
	t.Parallel()
	failure := problem.Of(errSecret)
	require.ErrorIs(t, failure, errSecret)
	assert.Contains(t, failure.Error(), "SELECT")
	assert.Equal(t, "There is no such thing here.", problem.NotFound().Error())
	assert.Equal(t, "must not be null", (&problem.Fault{Rule: problem.RuleRequired, Message: "must not be null"}).Error())
}

func TestOneFaultOfAFieldIsTold(t *testing.T) {
	t.Parallel()
	of := func(field string, rule problem.Rule) problem.Detail { return problem.Detail{Field: field, Rule: rule} }
	told := problem.Validation([]problem.Detail{
		of("b", problem.RuleMax), of("a", problem.RuleReference), of("b", problem.RuleType), of("b", problem.RuleMin), of("a", problem.RuleCrossed),
	})
	assert.Equal(t, []problem.Detail{of("b", problem.RuleType), of("a", problem.RuleReference)}, told.Details)
}
