package testkit

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/condition"
	"example.com/service/internal/field"
	"example.com/service/internal/resource"
	"example.com/service/internal/strictjson"
)

// worth is what a condition is worth for a row as it would be and as it is.
type worth struct {
	New   json.RawMessage
	Old   json.RawMessage
	Actor *struct {
		ID   uuid.UUID
		Role string
	}
	Holds *bool
}

// Conditions hold the conditions of an entity, by kind and name, to the cases of tests/conditions.json.
func Conditions[R any](t *testing.T, entity string, fields []*field.Field[R], conditions map[string]resource.Condition[R]) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "tests", "conditions.json"))
	require.NoError(t, err)
	var all []struct {
		Entity string
		Kind   string
		Name   any
		Now    time.Time
		Cases  []worth
	}
	require.NoError(t, json.Unmarshal(text, &all))
	tried := map[string]bool{}
	for _, each := range all {
		if each.Entity != entity {
			continue
		}
		name := fmt.Sprint(each.Kind, " ", each.Name)
		holds, known := conditions[name]
		require.True(t, known, name)
		require.NotEmpty(t, each.Cases, name)
		tried[name] = true
		for _, one := range each.Cases {
			state := resource.State[R]{New: rowOf(t, fields, one.New), Old: rowOf(t, fields, one.Old), Now: each.Now}
			if one.Actor != nil {
				state.Actor = access.Caller{UserID: &one.Actor.ID, Role: &one.Actor.Role}
			}
			assert.Equal(t, truthOf(one.Holds), holds(state), "%s: %s %s", name, one.New, one.Old)
		}
	}
	assert.Len(t, tried, len(conditions))
}

func rowOf[R any](t *testing.T, fields []*field.Field[R], text []byte) *R {
	t.Helper()
	row := new(R)
	for _, each := range fields {
		if each.Optional {
			each.Clear(row)
		}
	}
	value, err := strictjson.Decode(text)
	require.NoError(t, err)
	object, _ := value.(*strictjson.Object)
	for _, each := range fields {
		if value, given := object.Get(each.JSON); given {
			// A stored row may lack what a body may not.
			if value != nil {
				require.Empty(t, each.Decode(row, value))
			}
		}
	}
	return row
}

func truthOf(holds *bool) condition.Truth {
	switch {
	case holds == nil:
		return condition.Unknown
	case *holds:
		return condition.True
	default:
		return condition.False
	}
}
