package resource

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/field"
)

// placed is a row that lists put in order.
type placed struct {
	Row

	Name string
	Note *string
}

// listOfPlaced is lists of placed rows.
func listOfPlaced() *Listing[placed] {
	id := func(row *placed) *uuid.UUID { return &row.ID }
	table := NewTable(TableOptions[placed]{
		Name:  "Placed",
		Table: "places",
		Fields: field.Table(
			field.Required(columnID, field.UUID(), id),
			field.Required("name", field.String(), func(row *placed) *string { return &row.Name }),
			field.Optional("note", field.String(), func(row *placed) **string { return &row.Note }),
		),
		ID: func(row *placed) uuid.UUID { return row.ID },
	})
	return NewListing(table, ListOptions{Sort: []string{"name", "note"}, Cursor: true})
}

func TestACursorIsReadAgain(t *testing.T) {
	listing := listOfPlaced()
	row := &placed{Row: Row{ID: uuid.New()}, Name: "a\"\\é😀\n"}
	wanted := listing.Read(ParseQuery("sort=note,-name"))
	after, err := readCursor(cursorOf(wanted, row), "note,-name", wanted.order)
	require.NoError(t, err)
	assert.Equal(t, []any{nil, row.Name, row.ID.String()}, after)
	for _, sort := range []string{"", "note", "-note,-name"} {
		_, err := readCursor(cursorOf(wanted, row), sort, listing.order(sort))
		assert.Error(t, err, sort)
	}
}

func TestWhatIsBeyondARow(t *testing.T) {
	listing := listOfPlaced()
	after := func(sort string, last ...any) string {
		query := listing.table.selection("id", false, []Filter{beyond(listing.order(sort), last)})
		text, _ := query.Build()
		_, condition, _ := strings.Cut(text, "WHERE")
		return condition
	}
	assert.Contains(t, after("-note", nil, "x"), "1 = 0")
	assert.Contains(t, after("note", nil, "x"), "IS NOT NULL")
	assert.Contains(t, after("-note", "n", "x"), "IS NULL")
	assert.NotContains(t, after("note", "n", "x"), "NULL")
}

func FuzzCursors(f *testing.F) {
	listing := listOfPlaced()
	row := &placed{Row: Row{ID: uuid.New()}, Name: "x"}
	f.Add(cursorOf(listing.Read(ParseQuery("sort=name")), row), "name")
	f.Add("AA", "")
	f.Add("W10", "-note")
	f.Fuzz(func(t *testing.T, cursor, sort string) {
		order := listing.order(sort)
		after, err := readCursor(cursor, sort, order)
		if err == nil && len(after) != len(order) {
			t.Errorf("%d values for an order of %d", len(after), len(order))
		}
	})
}
