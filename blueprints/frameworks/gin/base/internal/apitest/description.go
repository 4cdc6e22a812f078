package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/docs"
)

const documentURL = "file:///openapi.json"

// Operation is what the document says of a method of a path.
type Operation struct {
	Method string
	// Path is its template.
	Path string

	Responses map[string]response
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]any
}

// description is the document that every answer in these tests is held to.
type description struct {
	operations []Operation
	responses  map[string]response
	compiler   *jsonschema.Compiler
	mutex      sync.Mutex
	schemas    map[string]*jsonschema.Schema
}

//nolint:gochecknoglobals // a document is read once
var described = sync.OnceValues(describe)

func describe() (*description, error) {
	var document struct {
		Paths      map[string]map[string]Operation
		Components struct{ Responses map[string]response }
	}
	if err := json.Unmarshal(docs.OpenAPI, &document); err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(docs.OpenAPI))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(documentURL, closed(whole)); err != nil {
		return nil, err
	}
	found := &description{responses: document.Components.Responses, compiler: compiler, schemas: map[string]*jsonschema.Schema{}}
	for path, item := range document.Paths {
		for method, operation := range item {
			operation.Method, operation.Path = strings.ToUpper(method), path
			found.operations = append(found.operations, operation)
		}
	}
	// Of several that fit a path, those with fewer parameters come first.
	slices.SortFunc(found.operations, func(one, other Operation) int {
		return strings.Count(one.Path, "{") - strings.Count(other.Path, "{")
	})
	return found, nil
}

// closed is the document with objects that have the keys it names and no others.
func closed(value any) any {
	switch value := value.(type) {
	case []any:
		for i, each := range value {
			value[i] = closed(each)
		}
	case map[string]any:
		for key, each := range value {
			value[key] = closed(each)
		}
		_, hasProperties := value["properties"]
		_, says := value["additionalProperties"]
		if hasProperties && !says && value["type"] == "object" {
			value["additionalProperties"] = false
		}
	}
	return value
}

// Operations are those that the document describes.
func Operations(t testing.TB) []Operation {
	t.Helper()
	document, err := described()
	require.NoError(t, err)
	return document.operations
}

// check compares an answer with what the document says of it; other paths than its own may answer as they like.
func check(t testing.TB, method, path string, answer *Answer) {
	t.Helper()
	document, err := described()
	require.NoError(t, err)
	at := slices.IndexFunc(document.operations, func(each Operation) bool { return each.Method == method && fits(each.Path, path) })
	if at < 0 {
		return
	}
	operation := document.operations[at]
	name := fmt.Sprintf("%s %s %d", method, operation.Path, answer.Status)
	said, known := operation.Responses[strconv.Itoa(answer.Status)]
	if !assert.True(t, known, "%s is not in docs/openapi.json: %s", name, answer.Text) {
		return
	}
	place := []string{"paths", operation.Path, strings.ToLower(method), "responses", strconv.Itoa(answer.Status)}
	if shared, isShared := strings.CutPrefix(said.Ref, "#/components/responses/"); isShared {
		said, place = document.responses[shared], []string{"components", "responses", shared}
	}
	kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	if len(said.Content) == 0 {
		assert.Empty(t, answer.Text, name)
		return
	}
	assert.Contains(t, said.Content, kind, name)
	if kind != "application/json" {
		return
	}
	schema, err := document.schema(append(place, "content", kind, "schema"))
	require.NoError(t, err, name)
	body, err := jsonschema.UnmarshalJSON(strings.NewReader(answer.Text))
	require.NoError(t, err, name)
	assert.NoError(t, schema.Validate(body), "%s: %s", name, answer.Text)
}

// schema is the one at a place of the document.
func (d *description) schema(place []string) (*jsonschema.Schema, error) {
	escaped := make([]string, len(place))
	for i, part := range place {
		escaped[i] = strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(part)
	}
	pointer := documentURL + "#/" + strings.Join(escaped, "/")
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if known, compiled := d.schemas[pointer]; compiled {
		return known, nil
	}
	schema, err := d.compiler.Compile(pointer)
	if err == nil {
		d.schemas[pointer] = schema
	}
	return schema, err
}

func fits(template, path string) bool {
	return slices.EqualFunc(strings.Split(template, "/"), strings.Split(path, "/"), func(part, given string) bool {
		return part == given || strings.HasPrefix(part, "{") && given != ""
	})
}

// hold checks an answer, unless it is one to a request that only asks what there is.
func hold(t testing.TB, request *http.Request, answer *Answer) {
	t.Helper()
	if request.Method != http.MethodHead && request.Method != http.MethodOptions && answer.Header.Get("Content-Encoding") == "" {
		check(t, request.Method, request.URL.EscapedPath(), answer)
	}
}
