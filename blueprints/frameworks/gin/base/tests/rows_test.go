package tests

import (
	"encoding/json"
	"maps"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/apitest"
	"example.com/service/internal/naming"
	"example.com/service/internal/project"
)

// How each action is asked for.
func methods() map[string][]string {
	return map[string][]string{
		access.List:   {http.MethodGet},
		access.Read:   {http.MethodGet},
		access.Create: {http.MethodPost},
		access.Update: {http.MethodPut, http.MethodPatch},
		access.Delete: {http.MethodDelete},
	}
}

func TestARowIsMadeAndRead(t *testing.T) {
	for _, of := range resources(t, access.Read, access.Create) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			body := d.body(of, nil)
			made := d.admin.Post(of.Path, body).Is(http.StatusCreated)
			row := made.Object()
			for _, each := range of.Fields {
				_, shown := row[each.Key]
				assert.Equal(t, !each.private(), shown, each.Key)
				if !each.private() && !each.readOnly() {
					assert.Equal(t, plain(t, body[each.Key]), row[each.Key], each.Key)
				}
			}
			assert.InDelta(t, 1, row["version"], 0)
			assert.Equal(t, project.BasePath+placeOf(of, row), made.Header.Get("Location"))
			read := d.admin.Get(placeOf(of, row)).Is(http.StatusOK)
			assert.Equal(t, row, read.Object())
			assert.Equal(t, `"1"`, read.Header.Get("ETag"))
			same := d.admin.With("If-None-Match", `W/"1"`).Get(placeOf(of, row)).Is(http.StatusNotModified)
			assert.Empty(t, same.Text)
		})
	}
}

// plain is a value as JSON decodes it.
func plain(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	var decoded any
	require.NoError(t, json.Unmarshal(text, &decoded))
	return decoded
}

func TestWhatIsNoActionHasNoRoute(t *testing.T) {
	d := newDesk(t)
	for _, of := range resources(t) {
		places := map[string][]string{
			of.Path:                   {access.List, access.Create},
			of.Path + "/" + unknownID: {access.Read, access.Update, access.Delete},
		}
		for path, actions := range places {
			status := http.StatusNotFound
			for _, action := range actions {
				if of.can(action) {
					status = http.StatusMethodNotAllowed
				}
			}
			for _, action := range actions {
				if of.can(action) {
					continue
				}
				for _, method := range methods()[action] {
					d.admin.Ask(method, project.BasePath+path, nil).Is(status)
				}
			}
		}
	}
}

func TestAllFaultsComeAtOnce(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			answer := d.admin.Post(of.Path+"?unasked=1", object{"id": unknownID, "nonsense": 1}).Is(http.StatusBadRequest)
			faults := each(of.needed(), "required")
			maps.Copy(faults, map[string]string{"id": "readOnly", "nonsense": "unknown", "unasked": "unknown"})
			assert.Equal(t, faults, answer.Faults())
			for _, body := range []string{"null", "[]", `"x"`, "5", "5.5"} {
				refused := d.admin.Post(of.Path, body).Is(http.StatusBadRequest)
				assert.Equal(t, map[string]string{"": "type"}, refused.Faults(), body)
			}
		})
	}
}

// breaksRule tells whether nothing but a rule across fields is in the way of a write.
func breaksRule(answer *apitest.Answer) bool {
	if answer.Status != http.StatusBadRequest {
		return false
	}
	for _, rule := range answer.Faults() {
		if rule != "rule" {
			return false
		}
	}
	return true
}

func TestLimitsOfFields(t *testing.T) {
	for _, of := range resources(t, access.Update) {
		for _, each := range of.written() {
			t.Run(of.Entity+" "+each.Key, func(t *testing.T) {
				d := newDesk(t)
				path := placeOf(of, d.make(of, nil))
				limits(d, of, each, http.StatusOK, func(value any) *apitest.Answer {
					return d.admin.Patch(path, object{each.Key: value})
				})
				nothing := d.admin.Patch(path, object{each.Key: nil})
				switch {
				case !each.Optional:
					assert.Equal(t, map[string]string{each.Key: "required"}, nothing.Faults())
				case !each.private() && !breaksRule(nothing):
					assert.Nil(t, nothing.Is(http.StatusOK).Object()[each.Key])
				}
			})
		}
	}
}

func TestLimitsOfFieldsOfNewRows(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		for _, each := range of.written() {
			t.Run(of.Entity+" "+each.Key, func(t *testing.T) {
				d := newDesk(t)
				given := d.references(of)
				limits(d, of, each, http.StatusCreated, func(value any) *apitest.Answer {
					given[each.Key] = value
					return d.admin.Post(of.Path, d.body(of, given))
				})
			})
		}
	}
}

// limits sends right and wrong values of a field.
func limits(d *desk, of described, field tested, status int, send func(value any) *apitest.Answer) {
	d.Helper()
	for _, right := range rightOf(field) {
		answer := send(right.value)
		unique := answer.Status == http.StatusConflict && (field.is("unique") || len(of.Unique) > 0)
		waits := answer.Status == http.StatusAccepted && len(of.Gated) > 0
		if unique || waits || field.ruled() && breaksRule(answer) {
			continue
		}
		row := answer.Is(status).Object()
		if !field.private() {
			assert.Equal(d, plain(d.T, right.answer), row[field.Key], field.Key)
		}
	}
	for _, wrong := range wrongOf(field) {
		answer := send(wrong.value).Is(http.StatusBadRequest)
		assert.Equal(d, map[string]string{wrong.place: wrong.rule}, answer.Faults(), "%v", wrong.value)
	}
}

func TestNobodySetsReadOnlyFields(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		for _, field := range of.Fields {
			if !field.readOnly() {
				continue
			}
			t.Run(of.Entity+" "+field.Key, func(t *testing.T) {
				d := newDesk(t)
				answer := d.admin.Post(of.Path, d.body(of, object{field.Key: field.sample(1)})).Is(http.StatusBadRequest)
				assert.Equal(t, map[string]string{field.Key: "readOnly"}, answer.Faults())
				if !field.private() && !field.HasDefault {
					assert.Nil(t, d.make(of, nil)[field.Key])
				}
			})
		}
	}
}

func TestAPatchMergesInsideJSON(t *testing.T) {
	for _, of := range resources(t, access.Read, access.Update) {
		for _, field := range of.written() {
			if field.Type != "json" || field.private() || field.many() {
				continue
			}
			t.Run(of.Entity+" "+field.Key, func(t *testing.T) {
				d := newDesk(t)
				row := d.make(of, object{field.Key: object{"a": object{"b": 1, "c": []any{2}}, "d": 3}})
				merging := d.admin.With("Content-Type", "application/merge-patch+json")
				steps := [][2]string{
					{`{"a": {"b": null, "e": {"f": 4}}}`, `{"a": {"c": [2], "e": {"f": 4}}, "d": 3}`},
					{`{"a": {"c": [null], "e": 5}, "d": null}`, `{"a": {"c": [null], "e": 5}}`},
					{`{"a": [6]}`, `{"a": [6]}`},
					{`{}`, `{"a": [6]}`},
				}
				for _, step := range steps {
					text := `{"` + field.Key + `": ` + step[0] + `}`
					var merged any
					require.NoError(t, json.Unmarshal([]byte(step[1]), &merged))
					assert.Equal(t, merged, merging.Patch(placeOf(of, row), text).Is(http.StatusOK).Object()[field.Key])
					assert.Equal(t, merged, d.admin.Get(placeOf(of, row)).Object()[field.Key])
				}
			})
		}
	}
}

func TestPutAndPatch(t *testing.T) {
	for _, of := range resources(t, access.Update) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			row := d.make(of, nil)
			path := placeOf(of, row)
			assert.Equal(t, row, d.admin.Patch(path, object{}).Is(http.StatusOK).Object())
			whole := d.body(of, nil)
			least := object{}
			for _, key := range of.needed() {
				least[key] = whole[key]
			}
			put := d.admin.With("If-Match", `"1"`).Put(path, least)
			if !breaksRule(put) {
				replaced := put.Is(http.StatusOK).Object()
				assert.Equal(t, `"2"`, put.Header.Get("ETag"))
				assert.InDelta(t, 2, replaced["version"], 0)
				for _, each := range of.written() {
					if each.Optional && !each.HasDefault && !each.private() {
						assert.Nil(t, replaced[each.Key], each.Key)
					}
					if each.HasDefault && !each.DefaultNow && !each.private() && each.Type != "decimal" && each.Type != "datetime" {
						assert.Equal(t, plain(t, each.Default), replaced[each.Key], each.Key)
					}
				}
			} else {
				d.admin.Put(path, whole).Is(http.StatusOK)
			}
			for _, tag := range []string{`"1"`, "garbled"} {
				late := d.admin.With("If-Match", tag)
				late.Put(path, object{}).Fails(http.StatusPreconditionFailed, "PRECONDITION_FAILED")
				late.Patch(path, object{}).Fails(http.StatusPreconditionFailed, "PRECONDITION_FAILED")
			}
			d.admin.With("If-Match", `"7", *`).Patch(path, object{}).Is(http.StatusOK)
		})
	}
}

func TestADeletionMindsTheVersion(t *testing.T) {
	for _, of := range resources(t, access.Delete) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			path := placeOf(of, d.make(of, nil))
			for _, tag := range []string{`"2"`, "garbled"} {
				d.admin.With("If-Match", tag).Delete(path).Is(http.StatusPreconditionFailed)
			}
			d.admin.With("If-Match", `"1"`).Delete(path).Is(http.StatusNoContent)
			d.admin.With("If-Match", `"1"`).Delete(path).Is(http.StatusNotFound)
		})
	}
}

// atOnce does the same several times at once, and tells the statuses.
func atOnce(times int, ask func() *apitest.Answer) map[int]int {
	var mutex sync.Mutex
	var group sync.WaitGroup
	statuses := map[int]int{}
	for range times {
		group.Go(func() {
			answer := ask()
			mutex.Lock()
			defer mutex.Unlock()
			statuses[answer.Status]++
		})
	}
	group.Wait()
	return statuses
}

func TestOfSeveralWritesWithOneTagOneWins(t *testing.T) {
	for _, of := range resources(t, access.Update) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			path, body := placeOf(of, d.make(of, nil)), d.body(of, nil)
			once := d.admin.With("If-Match", `"1"`)
			statuses := atOnce(5, func() *apitest.Answer { return once.Put(path, body) })
			assert.Equal(t, map[int]int{http.StatusOK: 1, http.StatusPreconditionFailed: 4}, statuses)
		})
	}
}

func TestIDsAndMissingRows(t *testing.T) {
	d := newDesk(t)
	for _, of := range resources(t, access.Read) {
		for _, action := range of.Actions {
			if action == access.List || action == access.Create {
				continue
			}
			for _, method := range methods()[action] {
				var body any
				if action == access.Update {
					body = object{"nonsense": 1}
				}
				malformed := d.admin.Ask(method, project.BasePath+of.Path+"/5?unasked=1", body).Is(http.StatusBadRequest)
				assert.Equal(t, map[string]string{"id": "format"}, malformed.Faults(), method)
				d.admin.Ask(method, project.BasePath+of.Path+"/"+unknownID+"?unasked=1", body).Fails(http.StatusNotFound, "NOT_FOUND")
			}
		}
	}
}

// adminsOnly tells whether anybody but an admin is refused.
func (d *desk) adminsOnly(path string) {
	d.Helper()
	if len(apitest.Roles()) > 1 {
		d.service.Get(path).Is(http.StatusUnauthorized)
		d.service.As("user").Get(path).Is(http.StatusForbidden)
	}
}

func TestDeletion(t *testing.T) {
	for _, of := range resources(t, access.List, access.Read, access.Delete) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			row := d.make(of, nil)
			path := placeOf(of, row)
			d.admin.Delete(path).Is(http.StatusNoContent)
			d.admin.Get(path).Is(http.StatusNotFound)
			d.admin.Delete(path).Is(http.StatusNotFound)
			flag := naming.JSON("include_deleted")
			listed := d.admin.Get(of.Path + "?" + flag + "=true")
			if !of.SoftDelete {
				assert.Equal(t, map[string]string{flag: "unknown"}, listed.Faults())
				return
			}
			deleted := listed.Is(http.StatusOK).Items()[0]
			assert.Equal(t, idOf(row), idOf(deleted))
			assert.Regexp(t, `Z$`, deleted[naming.JSON("deleted_at")])
			assert.Regexp(t, `Z$`, d.admin.Get(path + "?" + flag + "=true").Is(http.StatusOK).Object()[naming.JSON("deleted_at")])
			d.adminsOnly(of.Path + "?" + flag + "=true")
			restored := d.admin.Post(path+"/restore", nil).Is(http.StatusOK).Object()
			assert.InDelta(t, 3, restored["version"], 0)
			d.admin.Post(path+"/restore", nil).Fails(http.StatusConflict, "CONFLICT")
		})
	}
}

func TestAudit(t *testing.T) {
	for _, of := range resources(t, access.Create, access.Update, access.Delete) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			row := d.make(of, nil)
			path := placeOf(of, row)
			if !of.Audit {
				d.admin.Get(path + "/audit").Is(http.StatusNotFound)
				return
			}
			changed, shown := object{}, object{}
			for _, each := range of.written() {
				changed[each.Key] = each.sample(1)
				if value := plain(t, each.sample(1)); !each.private() && !assert.ObjectsAreEqual(value, row[each.Key]) {
					shown[each.Key] = value
				}
			}
			d.admin.Patch(path, changed).Is(http.StatusOK)
			d.admin.Delete(path).Is(http.StatusNoContent)
			entries := d.admin.Get(path + "/audit").Is(http.StatusOK).Items()
			require.Len(t, entries, 3)
			for i, action := range []string{"create", "update", "delete"} {
				assert.Equal(t, action, entries[i]["action"])
			}
			assert.Nil(t, entries[0]["before"])
			assert.Nil(t, entries[2]["after"])
			after, _ := entries[1]["after"].(object)
			for key, value := range shown {
				assert.Equal(t, value, after[key], key)
			}
			for _, each := range of.written() {
				if value, noted := after[each.Key]; noted && each.private() {
					assert.Equal(t, "***", value, each.Key)
				}
			}
			d.adminsOnly(path + "/audit")
		})
	}
}

func TestPrivateFieldsAreShownNowhere(t *testing.T) {
	for _, of := range resources(t, access.List) {
		for _, field := range of.Fields {
			if field.private() && field.Type == "string" {
				d := newDesk(t)
				d.make(of, nil)
				text := d.admin.Get(of.Path).Is(http.StatusOK).Text
				assert.NotContains(t, text, `"`+field.Key+`"`)
			}
		}
	}
}
