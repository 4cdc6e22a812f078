// Package docs holds the documents that the service answers with.
package docs

import _ "embed" // for the directive below

// OpenAPI is the description of the API, which the tests hold to what runs.
//
//go:embed openapi.json
var OpenAPI []byte
