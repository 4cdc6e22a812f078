package outbox

import (
	"context"
	"fmt"
	"slices"

	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/payload"
	"example.com/service/internal/strictjson"
)

// Handler is something that is done for each event of a type.
type Handler struct {
	// Name is what the handler is called.
	Name string
	// Type is that of the events that it waits for.
	Type string
	bind func(event Event[*strictjson.Object]) (effect, error)
}

// effect handles one event, in the transaction that notes it as done.
type effect func(ctx context.Context, s *database.Session) error

// On makes a handler of a declared event. The function handles an event in the transaction that notes it as done, and
// returns an error to be tried again.
//
// What it does outside the database may happen twice: the event's id tells which is which.
func On[D any](
	event Declared[D], name string, handle func(ctx context.Context, event Event[D], s *database.Session) error,
) Handler {
	return newHandler(name, event.kind, event.data, handle)
}

// OnRow makes a handler of what happens to rows, of which the event tells the fields that somebody sees. What holds
// for On holds for its function.
func OnRow[R any](
	kind, name string,
	fields []*field.Field[R],
	handle func(ctx context.Context, event Event[R], s *database.Session) error,
) Handler {
	shown := slices.DeleteFunc(slices.Clone(fields), func(each *field.Field[R]) bool {
		return each.Private || each.Column == "deleted_at"
	})
	return newHandler(name, kind, payload.Of(shown...), handle)
}

func newHandler[D any](
	name, kind string,
	form *payload.Object[D],
	handle func(ctx context.Context, event Event[D], s *database.Session) error,
) Handler {
	return Handler{
		Name: name,
		Type: kind,
		bind: func(raw Event[*strictjson.Object]) (effect, error) {
			data, err := form.Whole(raw.Data)
			if err != nil {
				return nil, &PoisonError{Reason: fmt.Sprintf("not what the schema says: %v", err)}
			}
			event := Event[D]{ID: raw.ID, Type: raw.Type, Subject: raw.Subject, Time: raw.Time, Data: data}
			return func(ctx context.Context, s *database.Session) error { return handle(ctx, event, s) }, nil
		},
	}
}

// received is an event that was read, and what is to be done for it.
type received struct {
	id      string
	subject string
	effect  effect
}

// read is the event of a message; nil when it is of another type. The error is a [PoisonError].
func (h Handler) read(message string) (*received, error) {
	event, err := readEnvelope(message)
	if err != nil {
		return nil, err
	}
	if event.Type != h.Type {
		return nil, nil //nolint:nilnil // nothing is wrong, and nothing is to be done
	}
	effect, err := h.bind(event)
	if err != nil {
		return nil, err
	}
	return &received{id: event.ID, subject: event.Subject, effect: effect}, nil
}
