package integrations

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/config"
	"example.com/service/internal/testkit"
	"example.com/service/internal/testkit/fake"
)

// part is a field of what is sent or answered, with a right value as JSON.
type part struct {
	key     string
	kind    string
	example string
	// open parts may be left out; filled ones become their default then.
	open   bool
	filled bool
}

// operationCase is an operation, as the other service describes it.
type operationCase struct {
	name   string
	method string
	path   string
	header string
	token  string
	given  []part
	answer []part
	// ask asks for the operation with its examples, or with those alone that it needs.
	ask func(ctx context.Context, clients *Clients, all bool, asking ...Asking) error
}

func (o operationCase) hasBody() bool {
	return slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, o.method)
}

func (o operationCase) isSafe() bool {
	return slices.Contains([]string{http.MethodGet, http.MethodPut, http.MethodDelete}, o.method)
}

func (o operationCase) inPath(each part) bool {
	return strings.Contains(o.path, "{"+each.key+"}")
}

// right is the right answer; without fields there is none.
func (o operationCase) right(without string) string {
	if len(o.answer) == 0 {
		return ""
	}
	var pairs []string
	for _, each := range o.answer {
		if each.key != without {
			pairs = append(pairs, each.key, each.example)
		}
	}
	return string(testkit.Object(pairs...))
}

// serve is a fake of the service of an operation, and clients that ask it for everything.
func serve(t *testing.T, o operationCase) (*fake.Server, *Clients) {
	t.Helper()
	server := fake.Serve(t, fake.Route{Method: o.method, Path: o.path, Answer: o.right("")})
	return server, NewClients(testkit.Log(t), settingsAt(t, server.URL))
}

// said are the keys that came behind the path.
func (o operationCase) said(received fake.Received) []string {
	var keys []string
	if o.hasBody() {
		for key := range received.Object() {
			keys = append(keys, key)
		}
	} else {
		for key := range received.Query {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestWhatIsSent(t *testing.T) {
	for _, each := range operationCases() {
		t.Run(each.name, func(t *testing.T) {
			server, clients := serve(t, each)
			require.NoError(t, each.ask(t.Context(), clients, true))
			received := server.Received()[0]
			assert.Equal(t, each.method, received.Method)
			wanted := strings.Split(each.path, "/")
			for at, segment := range strings.Split(received.Path, "/") {
				text, err := url.PathUnescape(segment)
				require.NoError(t, err)
				for _, given := range each.given {
					if wanted[at] == "{"+given.key+"}" {
						wanted[at] = testkit.JSONText(given.example)
					}
				}
				assert.Equal(t, wanted[at], text)
			}
			keys := []string(nil)
			for _, given := range each.given {
				if each.inPath(given) {
					continue
				}
				keys = append(keys, given.key)
				sent, _ := json.Marshal(received.Object()[given.key])
				if !each.hasBody() {
					sent, _ = json.Marshal(received.Query.Get(given.key))
				}
				assertSame(t, given, string(sent))
			}
			slices.Sort(keys)
			assert.Equal(t, keys, each.said(received))
			assert.Empty(t, received.Header.Get("Idempotency-Key"))
			if each.header != "" {
				assert.Equal(t, each.token, received.Header.Get(each.header))
			}
		})
	}
}

// assertSame expects the same value, whichever digits say it.
func assertSame(t *testing.T, given part, sent string) {
	t.Helper()
	wanted, got := testkit.JSONText(given.example), testkit.JSONText(sent)
	if given.kind == "decimal" {
		assert.True(t, testkit.SameDecimal(wanted, got), "%s and %s", wanted, got)
		return
	}
	assert.Equal(t, wanted, got)
}

func TestWhatMayBeLeftOut(t *testing.T) {
	for _, each := range operationCases() {
		t.Run(each.name, func(t *testing.T) {
			server, clients := serve(t, each)
			require.NoError(t, each.ask(t.Context(), clients, false))
			keys := []string(nil)
			for _, given := range each.given {
				if (!given.open || given.filled) && !each.inPath(given) {
					keys = append(keys, given.key)
				}
			}
			slices.Sort(keys)
			assert.Equal(t, keys, each.said(server.Received()[0]))
		})
	}
}

func TestWhatIsNotAsAgreedIsNamed(t *testing.T) {
	for _, each := range operationCases() {
		for _, answered := range each.answer {
			t.Run(each.name+" "+answered.key, func(t *testing.T) {
				server, clients := serve(t, each)
				missing := each.right(answered.key)
				// No value of any type, nor a list of values.
				wrong := strings.TrimSuffix(missing, "}")
				if wrong != "{" {
					wrong += ","
				}
				server.Next(fake.Reply{Body: wrong + `"` + answered.key + `":[[null]]}`})
				var failed *ServiceFailedError
				require.ErrorAs(t, each.ask(t.Context(), clients, true), &failed)
				assert.True(t, strings.HasPrefix(failed.Field, answered.key))
				server.Next(fake.Reply{Body: missing})
				err := each.ask(t.Context(), clients, true)
				if answered.open || answered.filled {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, "`"+answered.key+"` must be given")
				}
			})
		}
	}
}

func TestWhatIsRefusedAndWhatIsAskedAgain(t *testing.T) {
	for _, each := range operationCases() {
		t.Run(each.name, func(t *testing.T) {
			server, clients := serve(t, each)
			server.Next(fake.Reply{Status: http.StatusConflict})
			var refused *RequestRefusedError
			require.ErrorAs(t, each.ask(t.Context(), clients, true, Asking{IdempotencyKey: "1"}), &refused)
			assert.Equal(t, http.StatusConflict, refused.Status)
			server.Next(fake.Reply{Status: http.StatusServiceUnavailable})
			err := each.ask(t.Context(), clients, true)
			assert.Equal(t, each.isSafe(), err == nil)
			server.Next(fake.Reply{Status: http.StatusBadGateway})
			require.NoError(t, each.ask(t.Context(), clients, true, Asking{IdempotencyKey: "key-7"}))
			received := server.Received()
			assert.Equal(t, "key-7", received[len(received)-1].Header.Get("Idempotency-Key"))
		})
	}
}

func TestAFaultySettingIsNamed(t *testing.T) {
	for name, values := range faultySettings() {
		for _, value := range values {
			variables := variablesAt("https://service.example/api/")
			variables[name] = value
			err := config.Read(&Settings{}, variables)
			require.ErrorContains(t, err, "configuration: "+name+": ", value)
			assert.NotContains(t, err.Error(), "\n")
			if strings.TrimSpace(value) != "" {
				// It may be a secret.
				assert.NotContains(t, err.Error(), strings.TrimSpace(value))
			}
		}
	}
}

func settingsAt(t *testing.T, url string) Settings {
	t.Helper()
	var settings Settings
	require.NoError(t, config.Read(&settings, variablesAt(url)))
	return settings
}
