package integrations

import (
	"fmt"
	"time"
)

// ServiceFailedError says that another service is away, too slow, failing, or answers otherwise than agreed. Later it
// may be well. Its text tells no token, body or query.
type ServiceFailedError struct {
	Service string
	Reason  string
	// Field is the JSON key that was not as agreed, if it was one.
	Field string

	// again tells whether it may be well at once.
	again bool
	// wait is how long it asked to wait, if it did.
	wait *time.Duration
}

// Error implements error.
func (e *ServiceFailedError) Error() string {
	return fmt.Sprintf("the service “%s” %s", e.Service, e.Reason)
}

// RequestRefusedError says that another service understood, and said no: asking the same again changes nothing.
type RequestRefusedError struct {
	Service string
	Status  int
}

// Error implements error.
func (e *RequestRefusedError) Error() string {
	return fmt.Sprintf("the service “%s” refused the request with status %d", e.Service, e.Status)
}
