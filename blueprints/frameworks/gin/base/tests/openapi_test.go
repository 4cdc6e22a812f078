package tests

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/service/docs"
	"example.com/service/internal/apitest"
)

// They are about the document, not in it.
var exempt = regexp.MustCompile(`^GET /(openapi\.json|docs(/.*)?)$`)

// What a parameter is called says nothing about the path.
var parameter = regexp.MustCompile(`\{\w+\}`)

func TestOpenAPIDescribesEveryRouteAndNothingElse(t *testing.T) {
	service := apitest.Start(t, nil)
	var running, described []string
	for _, route := range service.Routes {
		if !exempt.MatchString(route) {
			running = append(running, parameter.ReplaceAllString(route, "{}"))
		}
	}
	for _, each := range apitest.Operations(t) {
		described = append(described, parameter.ReplaceAllString(each.Method+" "+each.Path, "{}"))
	}
	slices.Sort(running)
	slices.Sort(described)
	assert.Equal(t, described, running)
}

func TestOpenAPIIsServedAsItIs(t *testing.T) {
	service := apitest.Start(t, nil)
	answer := service.Ask(http.MethodGet, "/openapi.json", nil).Is(http.StatusOK)
	assert.True(t, strings.EqualFold(string(docs.OpenAPI), answer.Text))
	assert.Equal(t, "application/json", answer.Header.Get("Content-Type"))
}
