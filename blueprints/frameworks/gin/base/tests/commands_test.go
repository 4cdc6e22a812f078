package tests

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/service/internal/access"
	"example.com/service/internal/apitest"
)

// eachCommand runs a test for every command.
func eachCommand(t *testing.T, fn func(d *desk, of described, what command)) {
	t.Helper()
	for _, of := range resources(t) {
		for _, what := range of.Commands {
			t.Run(of.Entity+" "+what.Name, func(t *testing.T) { fn(newDesk(t), of, what) })
		}
	}
}

// call calls a command with right input.
func call(caller *apitest.Service, of described, what command, row object) *apitest.Answer {
	if len(what.Fields) == 0 {
		return caller.Post(placeOf(of, row)+"/"+what.Path, nil)
	}
	body := object{}
	for _, each := range what.Fields {
		body[each.Key] = each.sample(0)
	}
	return caller.Post(placeOf(of, row)+"/"+what.Path, body)
}

// possible is what a row must be for the command; nothing when nobody knows.
func possible(t *testing.T, of described, what command) object {
	t.Helper()
	for _, each := range vectors(t, of.Entity, "command") {
		for _, one := range each.Cases {
			if each.Name == what.Name && one.Holds != nil && *one.Holds {
				return one.Old
			}
		}
	}
	return nil
}

func TestACommand(t *testing.T) {
	eachCommand(t, func(d *desk, of described, what command) {
		row := d.stored(of, possible(d.T, of, what))
		call(d.admin.With("If-Match", `"9"`), of, what, row).Is(http.StatusPreconditionFailed)
		done := call(d.admin.With("If-Match", `"1"`), of, what, row)
		if done.Status == http.StatusConflict && of.Rules > 0 {
			// What the command sets and the rest of this row break a rule.
			return
		}
		after := done.Is(http.StatusOK).Object()
		assert.Equal(d, `"2"`, done.Header.Get("ETag"))
		assert.InDelta(d, 2, after["version"], 0)
		for name, value := range what.Sets {
			if shown, known := after[name]; known && typeOf(of, name) != "decimal" && typeOf(of, name) != "datetime" {
				assert.Equal(d, value, shown, name)
			}
		}
		if of.Audit {
			entries := d.admin.Get(placeOf(of, row) + "/audit").Items()
			assert.Equal(d, "update", entries[1]["action"])
		}
		unknown := d.admin.Post(placeOf(of, row)+"/"+what.Path+"?nonsense=1", object{"more": 1}).Is(http.StatusBadRequest).Faults()
		assert.Equal(d, "unknown", unknown["nonsense"])
		if len(what.Fields) > 0 {
			assert.Equal(d, "unknown", unknown["more"])
		}
	})
}

// typeOf is the type of a field; that of no field is none.
func typeOf(of described, name string) string {
	at := slices.IndexFunc(of.Fields, func(each tested) bool { return each.Key == name })
	if at < 0 {
		return ""
	}
	return of.Fields[at].Type
}

func TestACommandThatIsNotPossible(t *testing.T) {
	eachCommand(t, func(d *desk, of described, what command) {
		for _, each := range vectors(d.T, of.Entity, "command") {
			if each.Name != what.Name || strings.Contains(each.Source, "actor") || strings.Contains(each.Source, "now") {
				continue
			}
			for _, one := range each.Cases {
				if one.Holds == nil || !*one.Holds {
					row := d.stored(of, one.Old)
					call(d.admin, of, what, row).Fails(http.StatusConflict, "CONFLICT")
				}
			}
		}
	})
}

func TestARepeatedCommandIsDoneOnce(t *testing.T) {
	eachCommand(t, func(d *desk, of described, what command) {
		row := d.stored(of, possible(d.T, of, what))
		once := d.admin.With(key, "once")
		first := call(once, of, what, row)
		if first.Status == http.StatusConflict && of.Rules > 0 {
			return
		}
		assert.InDelta(d, 2, first.Is(http.StatusOK).Object()["version"], 0)
		again := call(once, of, what, row).Is(http.StatusOK)
		assert.Equal(d, first.Text, again.Text)
		assert.Equal(d, "true", again.Header.Get("Idempotency-Replayed"))
	})
}

func TestWhoMayCallACommand(t *testing.T) {
	eachCommand(t, func(d *desk, of described, what command) {
		if len(apitest.Roles()) == 1 || slices.Contains(what.Access, access.Public) {
			return
		}
		row := d.stored(of, nil)
		_, id := person(d, "user")
		d.give(of, row, id)
		call(d.service, of, what, row).Is(http.StatusUnauthorized)
		stranger, _ := person(d, "user")
		if !slices.Contains(what.Access, access.Authenticated) && !slices.Contains(what.Access, "user") {
			assert.Contains(d, []int{http.StatusForbidden, http.StatusNotFound}, call(stranger, of, what, row).Status)
		}
	})
}

func TestRulesStandInTheWayOfWrites(t *testing.T) {
	for _, of := range resources(t, access.Read, access.Create, access.Update) {
		for _, each := range vectors(t, of.Entity, "rule") {
			if strings.Contains(each.Source, "actor") || strings.Contains(each.Source, "now") || !writable(of, each) {
				continue
			}
			t.Run(of.Entity+" "+each.Source, func(t *testing.T) {
				d := newDesk(t)
				row := d.make(of, nil)
				path := placeOf(of, row)
				body := d.body(of, nil)
				for _, one := range each.Cases {
					if one.Holds == nil || *one.Holds {
						continue
					}
					maps.Copy(body, one.New)
					answers := []*apitest.Answer{d.admin.Post(of.Path, body), d.admin.Put(path, body), d.admin.Patch(path, one.New)}
					for _, answer := range answers {
						faults := answer.Is(http.StatusBadRequest).Faults()
						assert.NotEmpty(t, faults)
						assert.True(t, breaksRule(answer), answer.Text)
					}
				}
				assert.Equal(t, row, d.admin.Get(path).Object())
			})
		}
	}
}

// writable tells whether bodies have all that a condition reads, and may have it twice.
func writable(of described, what vector) bool {
	for _, one := range what.Cases {
		for name := range one.New {
			if !slices.ContainsFunc(of.written(), func(each tested) bool { return each.Key == name && !each.is("unique") }) {
				return false
			}
		}
	}
	return true
}
