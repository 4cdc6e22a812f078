// Package integrations asks other services: typed, in limited time, again where that is safe, not while they are away.
package integrations

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"example.com/service/internal/field"
	"example.com/service/internal/logging"
	"example.com/service/internal/payload"
	"example.com/service/internal/project"
	"example.com/service/internal/strictjson"
)

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 16 << 20

var placeholder = regexp.MustCompile(`\{([^}]+)\}`)

// Asking is what a single request may say besides its input.
type Asking struct {
	// IdempotencyKey is what the service can tell a repeated request by, so that any operation is tried again.
	IdempotencyKey string
}

// Place is how a service is reached.
type Place struct {
	// Name is what people call it.
	Name    string
	Address Address
	// Header and Token show who we are; no header, no token.
	Header string
	Token  string
}

// Service is another service, as this process reaches it.
type Service struct {
	place   Place
	client  *http.Client
	breaker circuitbreaker.CircuitBreaker[*answered]
	retries retrypolicy.RetryPolicy[*answered]
}

// NewService reaches a service.
func NewService(log *slog.Logger, place Place) *Service {
	return newService(log, place, pause)
}

func newService(log *slog.Logger, place Place, pause time.Duration) *Service {
	return &Service{
		place: place,
		client: &http.Client{
			// Where a service sends us to has not been asked for.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		breaker: newBreaker(log, place.Name, pause),
		retries: newRetries(log),
	}
}

// Operation is something that can be asked of a service.
type Operation[G, A any] struct {
	method string
	// path has `{key}` for a JSON key of the input.
	path string
	// timeout is how long one attempt may take.
	timeout time.Duration
	given   []*field.Field[G]
	form    *payload.Object[G]
	answer  *payload.Object[A]
}

// NewOperation declares what can be asked of a service, what it is told, and what is read of its answer. Of what it is
// told, optional fields that are null are left out, or become their default.
func NewOperation[G, A any](
	method, path string, timeout time.Duration, given []*field.Field[G], answer []*field.Field[A],
) Operation[G, A] {
	return Operation[G, A]{
		method: method, path: path, timeout: timeout,
		given: given, form: payload.Of(given...), answer: payload.Of(answer...),
	}
}

// Ask asks for an operation; the error is a [ServiceFailedError], a [RequestRefusedError], or a
// [payload.WrongValueError] when nothing was asked.
func (o Operation[G, A]) Ask(ctx context.Context, service *Service, given G, asking ...Asking) (A, error) {
	var none A
	key := ""
	if len(asking) > 0 {
		key = asking[0].IdempotencyKey
	}
	request, err := o.request(service.place, given)
	if err != nil {
		return none, err
	}
	request.key = key
	answer, err := service.ask(ctx, request)
	if err != nil {
		return none, err
	}
	return o.read(service.place.Name, answer)
}

// request is what is sent for an input, which is checked before.
func (o Operation[G, A]) request(place Place, given G) (sendable, error) {
	written := o.form.WriteSome(given)
	object, err := decoded(written)
	if err != nil {
		return sendable{}, err
	}
	checked, err := o.form.Picked(object)
	if err != nil {
		return sendable{}, err
	}
	rest := object.Clone()
	path, err := o.filled(&checked, rest)
	if err != nil {
		return sendable{}, err
	}
	request := sendable{method: o.method, url: string(place.Address) + path, timeout: o.timeout}
	if slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, o.method) {
		request.body = strictjson.AppendValue(nil, rest)
		return request, nil
	}
	var query []string
	for _, each := range o.given {
		if _, asked := rest.Get(each.JSON); asked {
			query = append(query, url.QueryEscape(each.JSON)+"="+url.QueryEscape(each.Text(&checked)))
		}
	}
	if len(query) > 0 {
		request.url += "?" + strings.Join(query, "&")
	}
	return request, nil
}

// filled is the path with its values, which are taken out of the rest.
func (o Operation[G, A]) filled(given *G, rest *strictjson.Object) (string, error) {
	var failure error
	path := placeholder.ReplaceAllStringFunc(o.path, func(found string) string {
		key := found[1 : len(found)-1]
		text := ""
		for _, each := range o.given {
			if each.JSON == key {
				text = each.Text(given)
			}
		}
		rest.Delete(key)
		if text == "" || text == "." || text == ".." {
			// These would lead to another path.
			failure = &payload.WrongValueError{
				Field: key, Message: "stands in a path: it cannot be empty, `.` or `..`",
			}
		}
		return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
	})
	return path, failure
}

// read is what was answered: only the fields that are declared.
func (o Operation[G, A]) read(service string, answer []byte) (A, error) {
	var none A
	if o.answer.Len() == 0 {
		return none, nil
	}
	object, err := decoded(answer)
	var syntax *strictjson.SyntaxError
	if errors.As(err, &syntax) {
		return none, &ServiceFailedError{Service: service, Reason: "answered something that is not JSON"}
	}
	if err != nil {
		return none, &ServiceFailedError{Service: service, Reason: "answered wrongly: " + err.Error()}
	}
	read, err := o.answer.Picked(object)
	var wrong *payload.WrongValueError
	if errors.As(err, &wrong) {
		return none, &ServiceFailedError{
			Service: service, Reason: "answered wrongly: " + wrong.Error(), Field: wrong.Field,
		}
	}
	return read, err
}

func decoded(text []byte) (*strictjson.Object, error) {
	value, err := strictjson.Decode(text)
	if err != nil {
		return nil, err
	}
	object, isObject := value.(*strictjson.Object)
	if !isObject {
		return nil, &payload.WrongValueError{Message: "it is no object"}
	}
	return object, nil
}

// sendable is a request, ready to be sent any number of times.
type sendable struct {
	method  string
	url     string
	body    []byte
	key     string
	timeout time.Duration
}

// idempotent tells whether doing it twice is as good as once (RFC 9110, section 9.2.2).
func (s sendable) idempotent() bool {
	return s.key != "" || slices.Contains([]string{http.MethodGet, http.MethodPut, http.MethodDelete}, s.method)
}

// answered is an answer that came, wanted or not.
type answered struct {
	status int
	body   []byte
}

// ask sends a request, as often as is safe, unless the service counts as away.
func (s *Service) ask(ctx context.Context, request sendable) ([]byte, error) {
	policies := failsafe.With[*answered](s.breaker)
	if request.idempotent() {
		policies = failsafe.With[*answered](s.retries, s.breaker)
	}
	answer, err := policies.WithContext(ctx).Get(func() (*answered, error) { return s.send(ctx, request) })
	if errors.Is(err, circuitbreaker.ErrOpen) {
		return nil, &ServiceFailedError{Service: s.place.Name, Reason: "is away, and left alone for now"}
	}
	if err != nil {
		return nil, err
	}
	if answer.status < 200 || answer.status > 299 {
		return nil, &RequestRefusedError{Service: s.place.Name, Status: answer.status}
	}
	return answer.body, nil
}

// send makes one attempt.
func (s *Service) send(ctx context.Context, request sendable) (*answered, error) {
	late := fmt.Errorf("did not answer within %d ms", request.timeout.Milliseconds())
	waiting, cancel := context.WithTimeoutCause(ctx, request.timeout, late)
	defer cancel()
	answer, header, err := s.exchange(waiting, request)
	if err != nil {
		reason := "cannot be reached"
		if errors.Is(context.Cause(waiting), late) {
			reason = late.Error()
		}
		return nil, &ServiceFailedError{Service: s.place.Name, Reason: reason, again: ctx.Err() == nil}
	}
	if answer.status != http.StatusTooManyRequests && answer.status < http.StatusInternalServerError {
		return answer, nil
	}
	return nil, &ServiceFailedError{
		Service: s.place.Name,
		Reason:  fmt.Sprintf("failed with status %d", answer.status),
		again:   true,
		wait:    waitOf(header.Get("Retry-After")),
	}
}

func (s *Service) exchange(ctx context.Context, request sendable) (*answered, http.Header, error) {
	sent, err := http.NewRequestWithContext(ctx, request.method, request.url, bytes.NewReader(request.body))
	if err != nil {
		return nil, nil, fmt.Errorf("make a request: %w", err)
	}
	sent.Header.Set("Accept", "application/json")
	sent.Header.Set("User-Agent", project.Name+"/"+project.Version)
	if request.body != nil {
		sent.Header.Set("Content-Type", "application/json")
	}
	if request.key != "" {
		sent.Header.Set("Idempotency-Key", request.key)
	}
	// On whose behalf this is done.
	if asked := logging.From(ctx); asked != nil {
		sent.Header.Set("X-Request-Id", asked.RequestID)
		if asked.Traceparent != "" {
			sent.Header.Set("Traceparent", asked.Traceparent)
		}
	}
	if s.place.Header != "" {
		sent.Header.Set(s.place.Header, s.place.Token)
	}
	response, err := s.client.Do(sent)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read an answer: %w", err)
	}
	if len(body) > maxAnswer {
		return nil, nil, errors.New("the answer is too long")
	}
	return &answered{status: response.StatusCode, body: body}, response.Header, nil
}
