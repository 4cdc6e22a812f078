// Package outbox tells others what happened here: events are written with what they tell of, published once that is
// committed, and handled once.
package outbox

import (
	"fmt"
	"regexp"
	"time"

	"example.com/service/internal/project"
	"example.com/service/internal/strictjson"
)

const (
	// Source is who tells: this service.
	Source      = "/" + project.Name
	contentType = "application/json"
	specVersion = "1.0"
	timeLayout  = "2006-01-02T15:04:05.000Z"
)

// Event is something that has happened; Subject is the id of the row that it happened to.
type Event[D any] struct {
	ID      string
	Type    string
	Subject string
	Time    string
	Data    D
}

// PoisonError says why a message is no event, or not what its schema says: to try again would change nothing.
type PoisonError struct {
	Reason string
}

// Error implements error.
func (e *PoisonError) Error() string {
	return e.Reason
}

// writeEnvelope is the message of an event: CloudEvents 1.0 (https://cloudevents.io) in JSON.
func writeEnvelope(event Event[[]byte]) string {
	message := []byte(`{"specversion":"` + specVersion + `"`)
	for _, member := range []struct{ key, value string }{
		{"id", event.ID},
		{"source", Source},
		{"type", event.Type},
		{"subject", event.Subject},
		{"time", event.Time},
		{"datacontenttype", contentType},
		{"dataschema", "/schemas/" + event.Type + "/v1.json"},
	} {
		message = append(message, `,"`+member.key+`":`...)
		message = strictjson.AppendString(message, member.value)
	}
	message = append(message, `,"data":`...)
	message = append(message, event.Data...)
	return string(append(message, '}'))
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// member is one of the texts that an envelope has, and what makes it valid.
type member struct {
	key   string
	valid func(text string) bool
}

func envelopeMembers() []member {
	is := func(wanted string) func(text string) bool {
		return func(text string) bool { return text == wanted }
	}
	some := func(text string) bool { return text != "" }
	return []member{
		{"specversion", is(specVersion)},
		{"id", guid.MatchString},
		{"source", is(Source)},
		{"type", some},
		{"subject", guid.MatchString},
		{"time", isMoment},
		{"datacontenttype", is(contentType)},
		{"dataschema", some},
	}
}

func isMoment(text string) bool {
	_, err := time.Parse("2006-01-02T15:04:05.999999999Z", text)
	return err == nil
}

// readEnvelope is the event of a message; its numbers have their digits. The error is a [PoisonError].
func readEnvelope(message string) (Event[*strictjson.Object], error) {
	var event Event[*strictjson.Object]
	value, err := strictjson.Decode([]byte(message))
	if err != nil {
		return event, &PoisonError{Reason: "no JSON"}
	}
	envelope, isObject := value.(*strictjson.Object)
	if !isObject {
		return event, invalid("it is no object")
	}
	texts := make(map[string]string)
	members := envelopeMembers()
	for _, member := range members {
		value, _ := envelope.Get(member.key)
		text, isText := value.(string)
		if !isText || !member.valid(text) {
			return event, invalid("%s is missing or wrong", member.key)
		}
		texts[member.key] = text
	}
	data, _ := envelope.Get("data")
	object, isObject := data.(*strictjson.Object)
	if !isObject {
		return event, invalid("data is no object")
	}
	if envelope.Len() != len(members)+1 {
		return event, invalid("it has a key that none has")
	}
	return Event[*strictjson.Object]{
		ID: texts["id"], Type: texts["type"], Subject: texts["subject"], Time: texts["time"], Data: object,
	}, nil
}

func invalid(format string, values ...any) error {
	return &PoisonError{Reason: "no valid envelope: " + fmt.Sprintf(format, values...)}
}
