// Package problem is the one error body for every failure, whichever layer noticed it.
package problem

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"example.com/service/internal/naming"
	"example.com/service/internal/strictjson"
)

// Code is what clients compare; messages are for people.
type Code string

// The codes of all failures.
//
//nolint:gosec // no credentials, only what is said of them
const (
	CodeValidationError      Code = "VALIDATION_ERROR"
	CodeMalformedJSON        Code = "MALFORMED_JSON"
	CodeUnauthorized         Code = "UNAUTHORIZED"
	CodeInvalidCredentials   Code = "INVALID_CREDENTIALS"
	CodeTokenExpired         Code = "TOKEN_EXPIRED"
	CodeForbidden            Code = "FORBIDDEN"
	CodeNotFound             Code = "NOT_FOUND"
	CodeMethodNotAllowed     Code = "METHOD_NOT_ALLOWED"
	CodeConflict             Code = "CONFLICT"
	CodePreconditionFailed   Code = "PRECONDITION_FAILED"
	CodePayloadTooLarge      Code = "PAYLOAD_TOO_LARGE"
	CodeUnsupportedMediaType Code = "UNSUPPORTED_MEDIA_TYPE"
	CodeIdempotencyKeyReused Code = "IDEMPOTENCY_KEY_REUSED"
	CodeRateLimited          Code = "RATE_LIMITED"
	CodeAccountLocked        Code = "ACCOUNT_LOCKED"
	CodeInternalError        Code = "INTERNAL_ERROR"
	CodeServiceUnavailable   Code = "SERVICE_UNAVAILABLE"
)

// Detail is one faulty field: its JSON key (`tagIds[1]`) or query parameter, and the rule it breaks.
type Detail struct {
	Field   string
	Rule    Rule
	Message string
}

// Error is a failure with its answer. Return it from anywhere below a handler.
type Error struct {
	Status  int
	Code    Code
	Message string
	Details []Detail
	// Headers of the answer by name.
	Headers map[string]string
	// Cause is what led to it, for the log.
	Cause error
}

// New makes a failure with its answer.
func New(status int, code Code, message string) *Error {
	return &Error{Status: status, Code: code, Message: message}
}

// With adds a header to the answer.
func (e *Error) With(name, value string) *Error {
	if e.Headers == nil {
		e.Headers = map[string]string{}
	}
	e.Headers[name] = value
	return e
}

// Because keeps what led to the failure, for the log.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}

// Error is the message with what led to it.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return fmt.Sprintf("%s: %v", e.Message, e.Cause)
}

// Unwrap is what led to the failure.
func (e *Error) Unwrap() error {
	return e.Cause
}

// Append adds the body of the answer.
func (e *Error) Append(to []byte, requestID string) []byte {
	to = append(to, `{"error":{"code":`...)
	to = strictjson.AppendString(to, string(e.Code))
	to = append(to, `,"message":`...)
	to = strictjson.AppendString(to, e.Message)
	to = append(to, `,"details":[`...)
	for at, detail := range e.Details {
		if at > 0 {
			to = append(to, ',')
		}
		to = detail.append(to)
	}
	to = append(to, `],`...)
	to = append(strictjson.AppendString(to, naming.JSON("request_id")), ':')
	to = strictjson.AppendString(to, requestID)
	return append(to, `}}`...)
}

func (d Detail) append(to []byte) []byte {
	to = append(to, `{"field":`...)
	to = strictjson.AppendString(to, d.Field)
	to = append(to, `,"rule":`...)
	to = strictjson.AppendString(to, string(d.Rule))
	to = append(to, `,"message":`...)
	to = strictjson.AppendString(to, d.Message)
	return append(to, '}')
}

// Of is the answer to any error: of the unforeseen it tells nothing, the log has it.
func Of(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var syntax *strictjson.SyntaxError
	if errors.As(err, &syntax) {
		return MalformedJSON(syntax.Message)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return Unavailable(err)
	}
	return New(http.StatusInternalServerError, CodeInternalError, "Something went wrong on our side.").Because(err)
}

// Validation is 400 with one entry per faulty field.
func Validation(details []Detail) *Error {
	failure := New(http.StatusBadRequest, CodeValidationError, "The request has faulty fields.")
	failure.Details = FirstPerField(details)
	return failure
}

// MalformedJSON is 400: the body is not JSON as RFC 8259 defines it.
func MalformedJSON(message string) *Error {
	return New(http.StatusBadRequest, CodeMalformedJSON, message)
}

// Unauthorized is 401 with the bare challenge of RFC 6750: there are no credentials.
func Unauthorized() *Error {
	return New(http.StatusUnauthorized, CodeUnauthorized, "Log in first.").With("WWW-Authenticate", "Bearer")
}

// BadCredentials is 401 for credentials that are no good.
func BadCredentials(message string, code Code) *Error {
	return New(http.StatusUnauthorized, code, message).With("WWW-Authenticate", `Bearer error="invalid_token"`)
}

// Forbidden is 403: known caller, not allowed.
func Forbidden() *Error {
	return ForbiddenTo("You may not do this.")
}

// ForbiddenTo is 403 with a message that says more.
func ForbiddenTo(message string) *Error {
	return New(http.StatusForbidden, CodeForbidden, message)
}

// NotFound is 404: no such path, or no such row that the caller may read.
func NotFound() *Error {
	return New(http.StatusNotFound, CodeNotFound, "There is no such thing here.")
}

// Conflict is 409: the state of the data forbids it.
func Conflict(message string, details ...Detail) *Error {
	failure := New(http.StatusConflict, CodeConflict, message)
	failure.Details = details
	return failure
}

// Outdated is 412: the caller wants to write another version than the present one.
func Outdated() *Error {
	return New(http.StatusPreconditionFailed, CodePreconditionFailed, "The row has changed since it was read.")
}

// Unavailable is 503: the database is away, busy for too long, or its pool is exhausted.
func Unavailable(cause error) *Error {
	failure := New(http.StatusServiceUnavailable, CodeServiceUnavailable, "The service is not available at the moment.")
	return failure.With("Retry-After", "1").Because(cause)
}

// TooLarge is 413: the body has more bytes than are taken.
func TooLarge(limit int) *Error {
	message := fmt.Sprintf("The body may have at most %d bytes.", limit)
	return New(http.StatusRequestEntityTooLarge, CodePayloadTooLarge, message).With("Connection", "close")
}

// FirstPerField keeps one entry per field, the first in the order of the rules; fields keep their
// order.
func FirstPerField(details []Detail) []Detail {
	found := make([]Detail, 0, len(details))
	places := make(map[string]int, len(details))
	for _, detail := range details {
		at, known := places[detail.Field]
		switch {
		case !known:
			places[detail.Field] = len(found)
			found = append(found, detail)
		case slices.Index(rules, detail.Rule) < slices.Index(rules, found[at].Rule):
			found[at] = detail
		}
	}
	return found
}
