package web

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/logging"
	"example.com/service/internal/observability"
	"example.com/service/internal/problem"
	"example.com/service/internal/resource"
)

// Fail ends a request with the answer to an error.
func Fail(c *gin.Context, err error) {
	_ = c.Error(err)
	c.Abort()
}

// panicError is a panic of a handler.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// answerErrors turns whatever failed into its answer; of the unforeseen it tells nothing, the log has it.
func (s *Server) answerErrors(c *gin.Context) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		if err, isError := value.(error); isError && errors.Is(err, http.ErrAbortHandler) {
			panic(value)
		}
		s.answer(c, &panicError{value, debug.Stack()})
	}()
	c.Next()
	if failed := c.Errors.Last(); failed != nil {
		s.answer(c, failed.Err)
	}
}

func (s *Server) answer(c *gin.Context, err error) {
	var replay *resource.Replay
	if errors.As(err, &replay) {
		sendReplay(c, replay)
		return
	}
	request := logging.From(c.Request.Context())
	failure := problem.Of(err)
	if failure.Status == http.StatusInternalServerError {
		s.unforeseen(c, err, request)
	}
	if c.Writer.Written() {
		return
	}
	for name, value := range failure.Headers {
		c.Header(name, value)
	}
	SendJSON(c, failure.Status, failure.Append(nil, request.RequestID))
}

func (s *Server) unforeseen(c *gin.Context, err error, request *logging.Request) {
	attributes := []any{"err", err.Error()}
	var panicked *panicError
	if errors.As(err, &panicked) {
		attributes = append(attributes, "stack", string(panicked.stack))
	}
	s.options.Log.ErrorContext(c.Request.Context(), "unhandled error", attributes...)
	s.options.Observers.Report(err, observability.Place{RequestID: request.RequestID, Method: c.Request.Method, Route: request.Route})
}
