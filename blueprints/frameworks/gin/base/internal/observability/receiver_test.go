package observability

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// receiver is a place outside that the service sends to: it keeps what it is sent.
type receiver struct {
	server *httptest.Server
	mutex  sync.Mutex
	paths  []string
	bodies []string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.paths = append(r.paths, request.URL.Path)
		r.bodies = append(r.bodies, string(body))
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(r.server.Close)
	return r
}

// address is the host and port.
func (r *receiver) address() string {
	return strings.TrimPrefix(r.server.URL, "http://")
}

// received is everything that came, and where it came to.
func (r *receiver) received() (paths []string, text string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return append([]string(nil), r.paths...), strings.Join(r.bodies, "\n")
}
