package logging

import "context"

// Request is what is known of the request that is being answered.
type Request struct {
	RequestID     string
	ClientAddress string
	// Route is the template of its path; empty until it is routed.
	Route string
	// UserID is who is logged in, if anybody.
	UserID string
	// TraceID is that of the caller's trace, if any.
	TraceID string
	// Traceparent is what goes on to other services of that trace.
	Traceparent string
}

type requestKey struct{}

// With makes a context of this request.
func With(ctx context.Context, request *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, request)
}

// From is the request that is being answered; nil when there is none.
func From(ctx context.Context) *Request {
	request, _ := ctx.Value(requestKey{}).(*Request)
	return request
}
