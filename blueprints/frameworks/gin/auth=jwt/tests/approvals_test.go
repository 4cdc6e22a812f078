package tests

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/apitest"
	"example.com/service/internal/database"
	"example.com/service/internal/naming"
	"example.com/service/internal/resource"
	"example.com/service/internal/users"
)

// waiting sends the writes of one rule, as somebody who must ask for consent.
type waiting struct {
	*desk

	of     described
	rule   approvalRule
	vector vector
	asker  *apitest.Person
}

// asked is a write that waits, its row before it, and the approval.
type asked struct {
	written  object
	row      object
	approval object
}

func (a asked) id() string { return idOf(a.approval) }

// askerOf is a role that may write and must ask; empty when everybody who may write may also consent.
func askerOf(of described, rule approvalRule) string {
	for _, role := range users.Roles() {
		decides := slices.ContainsFunc(rule.Approvers, func(name string) bool { return name == role || name == owner })
		writes := slices.ContainsFunc([]string{access.Public, access.Authenticated, owner, role}, func(name string) bool {
			return slices.Contains(of.Access[rule.On], name)
		})
		if role != admin && !decides && writes {
			return role
		}
	}
	return ""
}

// ofBodies tells whether a condition is about what bodies have, and may have twice: not about who asks, or when.
func ofBodies(of described, about vector) bool {
	if regexp.MustCompile(`\b(actor|now)\b`).MatchString(about.Source) {
		return false
	}
	for _, one := range about.Cases {
		for key := range one.New {
			if !slices.ContainsFunc(of.written(), func(field tested) bool { return field.Key == key && !field.is("unique") }) {
				return false
			}
		}
	}
	return true
}

// eachAsking runs a test for each rule that somebody has to ask for.
func eachAsking(t *testing.T, fn func(w *waiting)) {
	t.Helper()
	for _, of := range resources(t, access.Read) {
		for number, rule := range of.Approvals {
			for _, about := range vectors(t, of.Entity, "approval") {
				role := askerOf(of, rule)
				if fmt.Sprint(about.Name) != strconv.Itoa(number+1) || role == "" || !of.can(rule.On) || !ofBodies(of, about) {
					continue
				}
				t.Run(fmt.Sprintf("%s %d", of.Entity, number+1), func(t *testing.T) {
					d := newDesk(t)
					fn(&waiting{d, of, rule, about, d.service.LogIn(role)})
				})
			}
		}
	}
}

// before is a row of the asker as it is before a write; nil before it is made.
func (w *waiting) before(old object) object {
	w.Helper()
	if w.rule.On == access.Create {
		return nil
	}
	row := w.stored(w.of, old)
	w.give(w.of, row, w.asker.ID.String())
	return w.read(row).Is(http.StatusOK).Object()
}

// write does a write of a case.
func (w *waiting) write(caller *apitest.Service, written, row object) *apitest.Answer {
	w.Helper()
	switch w.rule.On {
	case access.Create:
		return caller.Post(w.of.Path, w.body(w.of, written))
	case access.Delete:
		return caller.Delete(placeOf(w.of, row))
	default:
		changed := maps.Clone(written)
		maps.DeleteFunc(changed, func(key string, value any) bool { return reflect.DeepEqual(row[key], value) })
		return caller.Patch(placeOf(w.of, row), changed)
	}
}

// asks are all writes that wait, made one after another; those that break another rule are no writes.
func (w *waiting) asks(each func(a asked) bool) {
	w.Helper()
	for _, one := range w.vector.Cases {
		if one.Holds == nil || !*one.Holds {
			continue
		}
		row := w.before(one.Old)
		answer := w.write(w.asker.Service, one.New, row)
		if breaksRule(answer) {
			continue
		}
		approval, _ := answer.Is(http.StatusAccepted).Object()["approval"].(object)
		if !each(asked{one.New, row, approval}) {
			return
		}
	}
}

// first is a write that waits; false where whatever needs consent breaks a rule.
func (w *waiting) first() (found asked, asks bool) {
	w.Helper()
	w.asks(func(a asked) bool {
		found, asks = a, true
		return false
	})
	return found, asks
}

func (w *waiting) decide(id string) *apitest.Answer {
	return w.admin.Post("/approvals/"+id+"/approve", nil)
}

func (w *waiting) status(id string) string {
	return w.admin.Get("/approvals/" + id).Is(http.StatusOK).String("status")
}

func (w *waiting) read(row object) *apitest.Answer {
	return w.admin.Get(placeOf(w.of, row))
}

func TestAWriteWaitsAndIsDoneWhenItIsApproved(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		w.asks(func(a asked) bool {
			assert.Equal(w, []any{"pending", w.of.Entity, w.rule.On, w.asker.ID.String(), a.row["id"]}, []any{
				a.approval["status"], a.approval["entity"], a.approval["action"],
				a.approval[naming.JSON("requested_by")], a.approval[naming.JSON("row_id")],
			})
			change, _ := a.approval["change"].(object)
			for _, each := range w.of.written() {
				if value, told := change[each.Key]; told && each.private() {
					assert.Equal(w, resource.Mask, value)
				}
			}
			if a.row != nil {
				assert.Equal(w, a.row, w.read(a.row).Object())
			}
			done := w.decide(a.id()).Is(http.StatusOK).Object()
			assert.Equal(w, "approved", done["status"])
			assert.NotNil(w, done[naming.JSON("decided_by")])
			w.done(change, object{"id": done[naming.JSON("row_id")]}, a.row)
			w.decide(a.id()).Fails(http.StatusConflict, "CONFLICT")
			return true
		})
	})
}

// done requires that a change is done to a row in the name of who asked for it.
func (w *waiting) done(change, now, before object) {
	w.Helper()
	if w.of.Audit {
		entries := w.admin.Get(placeOf(w.of, now) + "/audit?limit=100").Is(http.StatusOK).Items()
		assert.Equal(w, w.asker.ID.String(), entries[len(entries)-1][naming.JSON("actor_id")])
	}
	if w.rule.On == access.Delete {
		w.read(now).Is(http.StatusNotFound)
		return
	}
	after := w.read(now).Is(http.StatusOK).Object()
	for key, value := range change {
		if value != resource.Mask {
			assert.Equal(w, value, after[key], key)
		}
	}
	version, _ := before["version"].(float64)
	assert.InDelta(w, version+1, after["version"], 0)
	if of, told := after[naming.JSON("owner_id")]; told {
		assert.Equal(w, w.asker.ID.String(), of)
	}
}

func TestAWholeRowWaitsLikeAPartOfIt(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		a, asks := w.first()
		if w.rule.On != access.Update || !asks {
			return
		}
		body := object{}
		for _, each := range w.of.written() {
			if value, shown := a.row[each.Key]; shown {
				body[each.Key] = value
			}
		}
		for _, each := range w.of.relations() {
			body[each.Key] = a.row[each.Key]
		}
		maps.Copy(body, a.written)
		w.asker.Put(placeOf(w.of, a.row), body).Is(http.StatusAccepted)
		assert.Equal(w, a.row, w.read(a.row).Object())
	})
}

func TestAConflictWaitsForNobody(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		a, asks := w.first()
		at := slices.IndexFunc(w.of.written(), func(field tested) bool { return field.is("unique") && !field.private() })
		if !asks || at < 0 || w.rule.On == access.Delete {
			return
		}
		key := w.of.written()[at].Key
		taken := maps.Clone(a.written)
		taken[key] = w.make(w.of, nil)[key]
		before := w.admin.Get("/approvals").Text
		faults := w.write(w.asker.Service, taken, a.row).Fails(http.StatusConflict, "CONFLICT").Faults()
		assert.Equal(w, map[string]string{key: "unique"}, faults)
		assert.Equal(w, before, w.admin.Get("/approvals").Text)
	})
}

func TestWhatNeedsNoConsentIsDoneAtOnce(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		for _, one := range w.vector.Cases {
			if one.Holds != nil && *one.Holds {
				continue
			}
			row := w.before(one.Old)
			answer := w.write(w.asker.Service, one.New, row)
			if answer.Status == http.StatusAccepted {
				// Another rule is in the way.
				assert.Greater(w, len(w.of.Approvals), 1, answer.Text)
				continue
			}
			assert.True(w, answer.Status < http.StatusMultipleChoices || breaksRule(answer), answer.Text)
		}
	})
}

func TestApproversNeedNotAsk(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		if a, asks := w.first(); asks {
			answer := w.write(w.admin, a.written, a.row)
			assert.Contains(w, []int{http.StatusOK, http.StatusCreated, http.StatusNoContent}, answer.Status, answer.Text)
		}
	})
}

func TestWhoSeesAndDecides(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		a, asks := w.first()
		if !asks {
			return
		}
		path := "/approvals/" + a.id()
		sees := map[*apitest.Service]bool{w.asker.Service: true, w.admin: true}
		if !slices.Contains(w.rule.Approvers, "user") {
			stranger := w.service.As("user")
			sees[stranger] = false
			stranger.Post(path+"/approve", nil).Is(http.StatusNotFound)
		}
		for caller, does := range sees {
			status := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[does]
			caller.Get(path).Is(status)
			assert.Equal(w, does, slices.Contains(ids(caller.Get("/approvals").Items()), a.id()))
		}
		for _, where := range []string{"/approvals", path} {
			w.service.Get(where).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
			assert.Equal(w, map[string]string{"x": "unknown"}, w.admin.Get(where+"?x=1").Faults())
		}
		w.service.Post(path+"/approve", nil).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
		w.service.Post(path+"/reject", object{"reason": "x"}).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
		w.asker.Post(path+"/approve", nil).Fails(http.StatusForbidden, "FORBIDDEN")
		w.decide(unknownID).Fails(http.StatusNotFound, "NOT_FOUND")
		assert.Equal(w, map[string]string{"id": "format"}, w.decide("x").Faults())
		assert.Equal(w, map[string]string{"x": "unknown"}, w.admin.Post(path+"/approve?x=1", nil).Faults())
		w.filtered(a)
	})
}

func (w *waiting) filtered(a asked) {
	w.Helper()
	row := unknownID
	if a.row != nil {
		row = idOf(a.row)
	}
	for query, found := range map[string]bool{
		"status=pending":                  true,
		"status=approved":                 false,
		"entity=" + w.of.Entity:           true,
		"entity=Nothing":                  false,
		naming.JSON("row_id") + "=" + row: a.row != nil,
	} {
		assert.Equal(w, found, slices.Contains(ids(w.admin.Get("/approvals?"+query).Items()), a.id()), query)
	}
}

func TestARefusedWriteIsNotDone(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		a, asks := w.first()
		if !asks {
			return
		}
		path := "/approvals/" + a.id() + "/reject"
		for rule, body := range map[string]object{"required": {}, "min": {"reason": ""}, "max": {"reason": strings.Repeat("x", 501)}} {
			assert.Equal(w, map[string]string{"reason": rule}, w.admin.Post(path, body).Faults())
		}
		body := object{"reason": strings.Repeat("x", 500)}
		w.asker.Post(path, body).Fails(http.StatusForbidden, "FORBIDDEN")
		done := w.admin.Post(path, body).Is(http.StatusOK).Object()
		assert.Equal(w, []any{"rejected", body["reason"]}, []any{done["status"], done["reason"]})
		if a.row != nil {
			assert.Equal(w, a.row, w.read(a.row).Object())
		}
		w.decide(a.id()).Fails(http.StatusConflict, "CONFLICT")
	})
}

func TestAnOutdatedWriteIsNotDone(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		a, asks := w.first()
		if !asks || a.row == nil {
			// A new row cannot have changed.
			return
		}
		err := w.service.DB.Write(w.Context(), func(ctx context.Context, s *database.Session) error {
			_, err := database.Exec(ctx, s, "UPDATE "+database.Quote(w.of.Table)+" SET version = version + 1 WHERE id = %v", idOf(a.row))
			return err
		})
		require.NoError(w, err)
		before := w.read(a.row).Text
		w.decide(a.id()).Fails(http.StatusConflict, "CONFLICT")
		assert.Equal(w, "outdated", w.status(a.id()))
		assert.Equal(w, before, w.read(a.row).Text)
	})
}

func TestAWriteThatRefersToWhatIsGoneIsNotDone(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		a, asks := w.first()
		if !asks || w.rule.On == access.Delete {
			return
		}
		for _, each := range w.of.References {
			target, known := resourceNamed(w.T, each.To)
			if !known || !target.can(access.Create, access.Delete) || !passes(target, access.Read, "user") {
				continue
			}
			other := w.make(target, nil)
			written := maps.Clone(a.written)
			written[each.Key] = idOf(other)
			answer := w.write(w.asker.Service, written, a.row).Is(http.StatusAccepted)
			approval, _ := answer.Object()["approval"].(object)
			w.admin.Delete(placeOf(target, other)).Is(http.StatusNoContent)
			w.decide(idOf(approval)).Fails(http.StatusConflict, "CONFLICT")
			assert.Equal(w, "outdated", w.status(idOf(approval)))
		}
	})
}

func TestOfManyDecisionsOneCounts(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		if a, asks := w.first(); asks {
			statuses := atOnce(5, func() *apitest.Answer { return w.decide(a.id()) })
			assert.Equal(w, map[int]int{http.StatusOK: 1, http.StatusConflict: 4}, statuses)
		}
	})
}

func TestARepeatedRequestAsksOnce(t *testing.T) {
	eachAsking(t, func(w *waiting) {
		a, asks := w.first()
		if !asks || w.rule.On != access.Create {
			return
		}
		body, once := w.body(w.of, a.written), w.asker.With(key, "once")
		var mutex sync.Mutex
		approvals := map[string]bool{}
		atOnce(3, func() *apitest.Answer {
			answer := once.Post(w.of.Path, body).Is(http.StatusAccepted)
			approval, _ := answer.Object()["approval"].(object)
			mutex.Lock()
			defer mutex.Unlock()
			approvals[idOf(approval)] = true
			return answer
		})
		assert.Len(w, approvals, 1)
	})
}
