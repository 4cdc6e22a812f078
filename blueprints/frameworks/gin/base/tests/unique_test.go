package tests

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/service/internal/access"
	"example.com/service/internal/apitest"
)

// eachKey runs a test for every unique key of resources with these actions.
func eachKey(t *testing.T, actions []string, fn func(d *desk, of described, keys []string)) {
	t.Helper()
	for _, of := range resources(t, actions...) {
		keys := of.Unique
		for _, field := range of.Fields {
			if field.is("unique") && !field.readOnly() {
				keys = append(keys, []string{field.Key})
			}
		}
		for _, each := range keys {
			t.Run(of.Entity+" "+each[0], func(t *testing.T) { fn(newDesk(t), of, each) })
		}
	}
}

// same are the values of a row under some keys; false when callers do not see one of them.
func same(row object, keys []string) (object, bool) {
	values := object{}
	for _, key := range keys {
		value, shown := row[key]
		if !shown || value == nil {
			return nil, false
		}
		values[key] = value
	}
	return values, true
}

func TestAUniqueValueIsTaken(t *testing.T) {
	eachKey(t, []string{access.Create}, func(d *desk, of described, keys []string) {
		row := d.make(of, nil)
		taken, known := same(row, keys)
		if !known {
			return
		}
		answer := d.admin.Post(of.Path, d.body(of, taken)).Fails(http.StatusConflict, "CONFLICT")
		for _, key := range keys {
			assert.Equal(d, "unique", answer.Faults()[key])
		}
		if of.can(access.Update) {
			other := d.make(of, nil)
			d.admin.Patch(placeOf(of, other), taken).Is(http.StatusConflict)
			d.admin.Patch(placeOf(of, row), taken).Is(http.StatusOK)
		}
	})
}

func TestOfManyRowsWithOneValueOneIsMade(t *testing.T) {
	eachKey(t, []string{access.Create}, func(d *desk, of described, keys []string) {
		body := d.body(of, nil)
		if _, known := same(body, keys); !known {
			return
		}
		statuses := atOnce(8, func() *apitest.Answer { return d.admin.Post(of.Path, body) })
		assert.Equal(d, map[int]int{http.StatusCreated: 1, http.StatusConflict: 7}, statuses)
	})
}

func TestAUniqueValueIsFreeAgain(t *testing.T) {
	eachKey(t, []string{access.Create, access.Delete}, func(d *desk, of described, keys []string) {
		row := d.make(of, nil)
		taken, known := same(row, keys)
		if !known {
			return
		}
		d.admin.Delete(placeOf(of, row)).Is(http.StatusNoContent)
		d.admin.Post(of.Path, d.body(of, taken)).Is(http.StatusCreated)
		if of.SoftDelete {
			d.admin.Post(placeOf(of, row)+"/restore", nil).Fails(http.StatusConflict, "CONFLICT")
		}
	})
}
