// Package fake stands in for another service: a real HTTP server that answers rightly, unless told otherwise.
package fake

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

const base = "/base"

// Route is an operation of the service, and its right answer as JSON; without one there is no body.
type Route struct {
	Method string
	// Path has `{key}` for one segment.
	Path   string
	Answer string
}

// Reply is what to answer instead.
type Reply struct {
	Status  int
	Body    string
	Headers map[string]string
	// Hang is not to answer at all, Stall to begin the answer and never come to its end.
	Hang  bool
	Stall bool
}

// Received is a request, as it came.
type Received struct {
	Method string
	// Path is as it was sent, below the base of the service.
	Path   string
	Query  url.Values
	Header http.Header
	Body   string
}

// Object is the body as a JSON object.
func (r Received) Object() map[string]any {
	object := make(map[string]any)
	_ = json.Unmarshal([]byte(r.Body), &object)
	return object
}

// Server is the service.
type Server struct {
	// URL is where it is; services live below a path, too.
	URL string

	routes   []Route
	server   *httptest.Server
	over     chan struct{}
	mutex    sync.Mutex
	received []Received
	replies  []Reply
}

// Serve begins to listen, on a free port, until the test ends.
func Serve(t testing.TB, routes ...Route) *Server {
	t.Helper()
	s := &Server{routes: routes, over: make(chan struct{})}
	s.server = httptest.NewServer(http.HandlerFunc(s.answer))
	s.URL = s.server.URL + base
	t.Cleanup(s.Close)
	return s
}

// Close ends it; nobody is there any more.
func (s *Server) Close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	select {
	case <-s.over:
	default:
		close(s.over)
		s.server.CloseClientConnections()
		s.server.Close()
	}
}

// Next answers the next requests so, one after the other; then rightly again.
func (s *Server) Next(replies ...Reply) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.replies = append(s.replies, replies...)
}

// Received is what it was asked.
func (s *Server) Received() []Received {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]Received(nil), s.received...)
}

func (s *Server) answer(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	path := strings.TrimPrefix(request.URL.EscapedPath(), base)
	reply := s.note(Received{
		Method: request.Method, Path: path, Query: request.URL.Query(), Header: request.Header, Body: string(body),
	})
	if reply.Hang {
		s.wait(request)
		return
	}
	for name, value := range reply.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(reply.Status)
	if reply.Stall {
		w.(http.Flusher).Flush()
		s.wait(request)
		return
	}
	_, _ = io.WriteString(w, reply.Body)
}

// note keeps a request, and tells what to answer.
func (s *Server) note(received Received) Reply {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.received = append(s.received, received)
	if len(s.replies) > 0 {
		reply := s.replies[0]
		s.replies = s.replies[1:]
		if reply.Status == 0 {
			reply.Status = http.StatusOK
		}
		return reply
	}
	for _, route := range s.routes {
		if route.Method == received.Method && matches(route.Path, received.Path) {
			if route.Answer == "" {
				return Reply{Status: http.StatusNoContent}
			}
			return Reply{Status: http.StatusOK, Body: route.Answer}
		}
	}
	return Reply{Status: http.StatusNotFound}
}

func (s *Server) wait(request *http.Request) {
	select {
	case <-s.over:
	case <-request.Context().Done():
	}
}

func matches(template, path string) bool {
	wanted, given := strings.Split(template, "/"), strings.Split(path, "/")
	if len(wanted) != len(given) {
		return false
	}
	for at := range wanted {
		if !strings.HasPrefix(wanted[at], "{") && wanted[at] != given[at] {
			return false
		}
	}
	return true
}
