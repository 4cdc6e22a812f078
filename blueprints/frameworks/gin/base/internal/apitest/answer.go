package apitest

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Answer is an answer, read to its end.
type Answer struct {
	Status int
	Header http.Header
	Text   string

	t testing.TB
}

// Is requires a status.
func (a *Answer) Is(status int) *Answer {
	a.t.Helper()
	require.Equal(a.t, status, a.Status, a.Text)
	return a
}

// Fails requires a failure with this code.
func (a *Answer) Fails(status int, code string) *Answer {
	a.t.Helper()
	a.Is(status)
	assert.Equal(a.t, code, a.failure().Error.Code, a.Text)
	return a
}

// Object is the body as an object.
func (a *Answer) Object() map[string]any {
	a.t.Helper()
	object := map[string]any{}
	require.NoError(a.t, json.Unmarshal([]byte(a.Text), &object), a.Text)
	return object
}

// String is the value of a key, which is a string.
func (a *Answer) String(key string) string {
	a.t.Helper()
	text, isText := a.Object()[key].(string)
	require.True(a.t, isText, a.Text)
	return text
}

// Items are the rows of a page.
func (a *Answer) Items() []map[string]any {
	a.t.Helper()
	var page struct {
		Items []map[string]any `json:"items"`
	}
	require.NoError(a.t, json.Unmarshal([]byte(a.Text), &page), a.Text)
	return page.Items
}

type failure struct {
	Error struct {
		Code    string
		Message string
		Details []struct {
			Field   string
			Rule    string
			Message string
		}
	}
}

func (a *Answer) failure() failure {
	a.t.Helper()
	var body failure
	require.NoError(a.t, json.Unmarshal([]byte(a.Text), &body), a.Text)
	return body
}

// Faults are the rules that are broken, by field.
func (a *Answer) Faults() map[string]string {
	a.t.Helper()
	faults := map[string]string{}
	for _, each := range a.failure().Error.Details {
		faults[each.Field] = each.Rule
	}
	return faults
}
