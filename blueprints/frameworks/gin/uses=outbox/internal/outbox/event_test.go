package outbox

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func example() Event[[]byte] {
	return Event[[]byte]{
		ID:      uuid.NewString(),
		Type:    "something-counted",
		Subject: uuid.NewString(),
		Time:    "2026-01-31T09:30:00.120Z",
		Data:    []byte(`{"number":5,"price":12.10,"text":"<ä\"&>"}`),
	}
}

func TestAMessageIsAnEvent(t *testing.T) {
	event := example()
	message := writeEnvelope(event)
	assert.JSONEq(t, `{"specversion":"1.0","id":"`+event.ID+`","source":"`+Source+`","type":"something-counted",`+
		`"subject":"`+event.Subject+`","time":"2026-01-31T09:30:00.120Z","datacontenttype":"application/json",`+
		`"dataschema":"/schemas/something-counted/v1.json","data":`+string(event.Data)+`}`, message)
	read, err := readEnvelope(message)
	require.NoError(t, err)
	written, err := read.Data.MarshalJSON()
	require.NoError(t, err)
	// Numbers have the digits that were written.
	assert.Equal(t, string(event.Data), string(written))
	assert.Equal(t, []string{event.ID, event.Type, event.Subject, event.Time},
		[]string{read.ID, read.Type, read.Subject, read.Time})
}

func TestWhatIsNoEventIsPoison(t *testing.T) {
	event := example()
	good := writeEnvelope(event)
	without := func(old, replaced string) string {
		changed := strings.Replace(good, old, replaced, 1)
		require.NotEqual(t, good, changed, old)
		return changed
	}
	for _, message := range []string{
		"", "nonsense", "{", good + "x", "\xff",
		"[]", "null", "{}",
		without(`"specversion":"1.0",`, ""),
		without(`"1.0"`, `"2.0"`),
		without(`"1.0"`, `1.0`),
		without(event.ID, "7"),
		without(Source, "/another"),
		without(`"type":"something-counted"`, `"type":""`),
		without(event.Subject, event.Subject+"0"),
		without("2026-01-31T09:30:00.120Z", "2026-01-31T09:30:00+01:00"),
		without("2026-01-31T09:30:00.120Z", "2026-02-31T09:30:00Z"),
		without("application/json", "text/plain"),
		without(`"/schemas/something-counted/v1.json"`, `""`),
		without(`"data":{`, `"other":1,"data":{`),
		without(string(event.Data), "[]"),
	} {
		_, err := readEnvelope(message)
		var poison *PoisonError
		require.ErrorAs(t, err, &poison, message)
		assert.Regexp(t, "^no (JSON|valid envelope: .+)$", poison.Error())
	}
}

func FuzzEnvelope(f *testing.F) {
	f.Add(writeEnvelope(example()))
	f.Add("{}")
	f.Fuzz(func(t *testing.T, message string) {
		event, err := readEnvelope(message)
		if err != nil {
			return
		}
		data, err := event.Data.MarshalJSON()
		require.NoError(t, err)
		again, err := readEnvelope(writeEnvelope(Event[[]byte]{
			ID: event.ID, Type: event.Type, Subject: event.Subject, Time: event.Time, Data: data,
		}))
		require.NoError(t, err)
		assert.Equal(t, event.ID, again.ID)
		assert.Equal(t, event.Type, again.Type)
	})
}
