package integrations

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/field"
	"example.com/service/internal/logging"
	"example.com/service/internal/payload"
	"example.com/service/internal/testkit/fake"
)

const (
	traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	secretToken = "token-never-told"
	limit       = 400 * time.Millisecond
)

// book is what the library of these tests is told.
type book struct {
	Title  string
	Weight *decimal.Decimal
	Since  *time.Time
	Gift   *bool
	Owner  *uuid.UUID
	Ratio  *float64
}

func bookFields() []*field.Field[book] {
	return field.Table(
		field.Required("title", field.String().Max(255), func(b *book) *string { return &b.Title }),
		field.Optional("weight", field.Decimal(10, 3), func(b *book) **decimal.Decimal { return &b.Weight }).
			Default(decimal.RequireFromString("0.1")),
		field.Optional("since", field.Moment(), func(b *book) **time.Time { return &b.Since }),
		field.Optional("gift", field.Boolean(), func(b *book) **bool { return &b.Gift }),
		field.Optional("owner", field.UUID(), func(b *book) **uuid.UUID { return &b.Owner }),
		field.Optional("ratio", field.Float(), func(b *book) **float64 { return &b.Ratio }),
	)
}

// shelf is what the library answers.
type shelf struct {
	Place string
	Fee   *decimal.Decimal
}

func shelfFields() []*field.Field[shelf] {
	return field.Table(
		field.Required("place", field.String().Max(255), func(s *shelf) *string { return &s.Place }),
		field.Optional("fee", field.Decimal(10, 2), func(s *shelf) **decimal.Decimal { return &s.Fee }),
	)
}

// nothing is told, or answered.
type nothing struct{}

func find() Operation[book, shelf] {
	return NewOperation(http.MethodGet, "/books/{title}", limit, bookFields(), shelfFields())
}

func keep() Operation[book, shelf] {
	return NewOperation(http.MethodPut, "/books/{title}", limit, bookFields(), shelfFields())
}

func lend() Operation[book, shelf] {
	return NewOperation(http.MethodPost, "/loans", limit, bookFields(), shelfFields())
}

func open() Operation[nothing, nothing] {
	return NewOperation[nothing, nothing](http.MethodPost, "/doors", limit, nil, nil)
}

// library is a made-up service, and what asks it.
type library struct {
	*fake.Server

	service *Service
	log     *bytes.Buffer
}

func newLibrary(t *testing.T) *library {
	t.Helper()
	const right = `{"place":"A 7","fee":"0.50","more":[1]}`
	l := &library{Server: fake.Serve(
		t,
		fake.Route{Method: http.MethodGet, Path: "/books/{title}", Answer: right},
		fake.Route{Method: http.MethodPut, Path: "/books/{title}", Answer: right},
		fake.Route{Method: http.MethodPost, Path: "/loans", Answer: right},
		fake.Route{Method: http.MethodPost, Path: "/doors"},
	), log: &bytes.Buffer{}}
	l.service = l.reached(pause)
	return l
}

// reached is another way to the library, whose breaker knows nothing yet.
func (l *library) reached(pause time.Duration) *Service {
	log := logging.New(l.log, slog.LevelDebug)
	place := Place{Name: "library", Address: Address(l.URL), Header: "Authorization", Token: "Bearer " + secretToken}
	return newService(log, place, pause)
}

func (l *library) failToOpen(t *testing.T, times int) string {
	t.Helper()
	told := ""
	for range times {
		_, err := open().Ask(t.Context(), l.service, nothing{})
		require.Error(t, err)
		told = err.Error()
	}
	return told
}

func failing(times int) []fake.Reply {
	return slices.Repeat([]fake.Reply{{Status: http.StatusServiceUnavailable}}, times)
}

func emma() book { return book{Title: "Emma"} }

func TestValuesAreWrittenExactly(t *testing.T) {
	l := newLibrary(t)
	zone := time.FixedZone("CET", 3600)
	answer, err := lend().Ask(t.Context(), l.service, book{
		Title:  "Emma",
		Weight: new(decimal.RequireFromString("12.5")),
		Since:  new(time.Date(2026, 1, 31, 11, 30, 0, 123_000_000, zone)),
		Owner:  new(uuid.MustParse("018F0000-0000-7000-8000-00000000ABCD")),
		Ratio:  new(0.1),
	})
	require.NoError(t, err)
	assert.Equal(t, "A 7", answer.Place)
	assert.True(t, answer.Fee.Equal(decimal.RequireFromString("0.5")))
	require.Len(t, l.Received(), 1)
	received := l.Received()[0]
	assert.JSONEq(t, `{"title":"Emma","weight":"12.500","since":"2026-01-31T10:30:00.123Z",`+
		`"owner":"018f0000-0000-7000-8000-00000000abcd","ratio":0.1}`, received.Body)
	assert.Equal(t, "application/json", received.Header.Get("Content-Type"))
	assert.Equal(t, "Bearer "+secretToken, received.Header.Get("Authorization"))
}

func TestAQueryHasWhatIsNotInThePath(t *testing.T) {
	l := newLibrary(t)
	_, err := find().Ask(t.Context(), l.service, book{Title: "Emma", Gift: new(true)})
	require.NoError(t, err)
	received := l.Received()[0]
	assert.Equal(t, "gift=true&weight=0.100", received.Query.Encode())
	assert.Empty(t, received.Body)
	assert.Empty(t, received.Header.Get("Content-Type"))
}

func TestThePathIsEncoded(t *testing.T) {
	for title, path := range map[string]string{
		"a/b?c#d": "/books/a%2Fb%3Fc%23d",
		"50% ü":   "/books/50%25%20%C3%BC",
		"..%2F":   "/books/..%252F",
		"&=+;":    "/books/%26%3D%2B%3B",
	} {
		l := newLibrary(t)
		_, err := keep().Ask(t.Context(), l.service, book{Title: title})
		require.NoError(t, err)
		assert.Equal(t, path, l.Received()[0].Path)
		assert.NotContains(t, l.Received()[0].Body, "title")
	}
}

func TestWhatIsWrongIsNotSent(t *testing.T) {
	l := newLibrary(t)
	for title, told := range map[string]string{
		"":                       "stands in a path",
		".":                      "stands in a path",
		"..":                     "stands in a path",
		strings.Repeat("x", 256): "must have at most 255 characters",
	} {
		_, err := find().Ask(t.Context(), l.service, book{Title: title})
		var wrong *payload.WrongValueError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, "title", wrong.Field)
		assert.Contains(t, wrong.Message, told)
	}
	assert.Empty(t, l.Received())
}

func TestOnWhoseBehalf(t *testing.T) {
	l := newLibrary(t)
	_, err := open().Ask(t.Context(), l.service, nothing{})
	require.NoError(t, err)
	ctx := logging.With(t.Context(), &logging.Request{RequestID: "request-7", Traceparent: traceparent})
	_, err = open().Ask(ctx, l.service, nothing{})
	require.NoError(t, err)
	received := l.Received()
	assert.Empty(t, received[0].Header.Get("X-Request-Id")+received[0].Header.Get("Traceparent"))
	assert.Equal(t, "request-7", received[1].Header.Get("X-Request-Id"))
	assert.Equal(t, traceparent, received[1].Header.Get("Traceparent"))
}

func TestAWrongAnswerIsNamed(t *testing.T) {
	for body, wanted := range map[string][2]string{
		`{"fee":"1.00"}`:                 {"place", "`place` must be given"},
		`{"place":null}`:                 {"place", "`place` must not be null"},
		`{"place":7}`:                    {"place", "`place` must be a string"},
		`{"place":"A","fee":"much"}`:     {"fee", "`fee` must be"},
		`["place"]`:                      {"", "it is no object"},
		`null`:                           {"", "it is no object"},
		`<html>`:                         {"", "answered something that is not JSON"},
		"":                               {"", "answered something that is not JSON"},
		`{"place":"A","place2":"\ud800"`: {"", "answered something that is not JSON"},
	} {
		l := newLibrary(t)
		l.Next(fake.Reply{Body: body})
		_, err := find().Ask(t.Context(), l.service, emma())
		var failed *ServiceFailedError
		require.ErrorAs(t, err, &failed, body)
		assert.Contains(t, failed.Error(), "the service “library” answered")
		assert.Contains(t, failed.Error(), wanted[1])
		assert.Equal(t, wanted[0], failed.Field)
		// Another attempt would not help.
		assert.Len(t, l.Received(), 1)
	}
}

func TestARefusalIsNotAskedAgain(t *testing.T) {
	for _, status := range []int{302, 400, 401, 404, 409, 422} {
		l := newLibrary(t)
		l.Next(fake.Reply{Status: status, Headers: map[string]string{"Location": l.URL + "/doors"}})
		_, err := open().Ask(t.Context(), l.service, nothing{}, Asking{IdempotencyKey: "1"})
		var refused *RequestRefusedError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, status, refused.Status)
		assert.Len(t, l.Received(), 1)
	}
}

func TestWhatIsSafeIsAskedAgain(t *testing.T) {
	for _, status := range []int{429, 500, 502, 503, 504} {
		for _, operation := range []Operation[book, shelf]{find(), keep()} {
			l := newLibrary(t)
			l.Next(fake.Reply{Status: status}, fake.Reply{Status: status})
			_, err := operation.Ask(t.Context(), l.service, emma())
			require.NoError(t, err)
			assert.Len(t, l.Received(), 3)
		}
	}
}

func TestNoMoreThanThreeAttemptsWhoseWaitsGrow(t *testing.T) {
	l := newLibrary(t)
	l.Next(failing(3)...)
	began := time.Now()
	_, err := find().Ask(t.Context(), l.service, emma())
	require.EqualError(t, err, "the service “library” failed with status 503")
	assert.Len(t, l.Received(), 3)
	assert.GreaterOrEqual(t, time.Since(began), 300*time.Millisecond)
	assert.Equal(t, 2, strings.Count(l.log.String(), "asking again: the service “library” failed with status 503"))
}

func TestAPostWantsAKeyToBeAskedAgain(t *testing.T) {
	l := newLibrary(t)
	l.Next(failing(1)...)
	_, err := lend().Ask(t.Context(), l.service, emma())
	require.Error(t, err)
	assert.Len(t, l.Received(), 1)
	l.Next(failing(2)...)
	_, err = lend().Ask(t.Context(), l.service, emma(), Asking{IdempotencyKey: "key-7"})
	require.NoError(t, err)
	keys := []string{}
	for _, received := range l.Received() {
		keys = append(keys, received.Header.Get("Idempotency-Key"))
	}
	assert.Equal(t, []string{"", "key-7", "key-7", "key-7"}, keys)
}

func TestTheTimeLimitIsThatOfAnAttempt(t *testing.T) {
	for _, reply := range []fake.Reply{{Hang: true}, {Stall: true}} {
		l := newLibrary(t)
		l.Next(reply)
		began := time.Now()
		_, err := find().Ask(t.Context(), l.service, emma())
		require.NoError(t, err)
		assert.Greater(t, time.Since(began), limit)
		assert.Len(t, l.Received(), 2)
		l.Next(reply)
		_, err = lend().Ask(t.Context(), l.service, emma())
		require.EqualError(t, err, "the service “library” did not answer within 400 ms")
	}
}

func TestNobodyIsThere(t *testing.T) {
	l := newLibrary(t)
	l.Close()
	_, err := lend().Ask(t.Context(), l.service, emma())
	require.EqualError(t, err, "the service “library” cannot be reached")
}

func TestWhoeverGivesUpAsksNoMore(t *testing.T) {
	l := newLibrary(t)
	l.Next(fake.Reply{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := find().Ask(ctx, l.service, emma())
	require.Error(t, err)
	time.Sleep(300 * time.Millisecond)
	assert.Len(t, l.Received(), 1)
}

func TestAWishToWaitIsObeyed(t *testing.T) {
	l := newLibrary(t)
	l.Next(fake.Reply{Status: 429, Headers: map[string]string{"Retry-After": "1"}})
	began := time.Now()
	_, err := find().Ask(t.Context(), l.service, emma())
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(began), 990*time.Millisecond)
}

func TestALongWaitIsNotWaited(t *testing.T) {
	l := newLibrary(t)
	l.Next(fake.Reply{Status: 503, Headers: map[string]string{"Retry-After": "6"}})
	_, err := find().Ask(t.Context(), l.service, emma())
	require.Error(t, err)
	assert.Len(t, l.Received(), 1)
}

func TestHowLongToWait(t *testing.T) {
	ahead := waitOf(time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat))
	require.NotNil(t, ahead)
	assert.InDelta(t, 29*time.Second, *ahead, float64(2*time.Second))
	assert.Equal(t, time.Duration(0), *waitOf("Wed, 21 Oct 2015 07:28:00 GMT"))
	assert.Equal(t, 2*time.Minute, *waitOf("120"))
	for _, nonsense := range []string{"", "soon", "-1", "1.5"} {
		assert.Nil(t, waitOf(nonsense), nonsense)
	}
}

func TestAServiceThatIsAwayIsLeftAlone(t *testing.T) {
	l := newLibrary(t)
	l.Next(failing(5)...)
	l.failToOpen(t, 5)
	assert.Equal(t, "the service “library” is away, and left alone for now", l.failToOpen(t, 1))
	assert.Len(t, l.Received(), 5)
	assert.Equal(t, 1, strings.Count(l.log.String(), "service is away"))
	// Others are not.
	_, err := open().Ask(t.Context(), l.reached(pause), nothing{})
	require.NoError(t, err)
}

func TestOnlyFailuresInARowCount(t *testing.T) {
	l := newLibrary(t)
	l.Next(slices.Concat(failing(4), []fake.Reply{{Status: 204}}, failing(4), []fake.Reply{{Status: 404}})...)
	l.failToOpen(t, 4)
	_, err := open().Ask(t.Context(), l.service, nothing{})
	require.NoError(t, err)
	l.failToOpen(t, 5)
	_, err = open().Ask(t.Context(), l.service, nothing{})
	require.NoError(t, err)
	assert.Len(t, l.Received(), 11)
}

func TestAttemptsStopWhenTheServiceIsAway(t *testing.T) {
	l := newLibrary(t)
	l.Next(failing(6)...)
	l.failToOpen(t, 4)
	_, err := find().Ask(t.Context(), l.service, emma())
	require.ErrorContains(t, err, "left alone")
	assert.Len(t, l.Received(), 5)
}

func TestAfterAPauseOneRequestTriesIt(t *testing.T) {
	l := newLibrary(t)
	const short = 200 * time.Millisecond
	l.service = l.reached(short)
	l.Next(failing(6)...)
	l.failToOpen(t, 5)
	time.Sleep(short)
	l.failToOpen(t, 3)
	// The first one failed: the others wait again.
	assert.Len(t, l.Received(), 6)
	time.Sleep(short)
	_, err := open().Ask(t.Context(), l.service, nothing{})
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(l.log.String(), "service is back"))
}

func TestNothingIsToldThatIsNobodysBusiness(t *testing.T) {
	const private = "a-private-title"
	for _, reply := range []fake.Reply{
		{Status: 503}, {Hang: true}, {Status: 400}, {Body: `{"place":["a-private-answer"]}`}, {Body: "a-private-answer"},
	} {
		l := newLibrary(t)
		l.Next(slices.Repeat([]fake.Reply{reply}, 3)...)
		_, err := find().Ask(t.Context(), l.service, book{Title: private})
		require.Error(t, err)
		told := err.Error() + l.log.String()
		for _, secret := range []string{secretToken, "a-private"} {
			assert.NotContains(t, told, secret)
		}
	}
}
