package tests

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/service/internal/access"
	"example.com/service/internal/field"
	"example.com/service/internal/naming"
	"example.com/service/internal/project"
)

// eachRelation runs a test for every reference or link of resources with these actions.
func eachRelation(t *testing.T, links bool, actions []string, fn func(d *desk, of described, each relation)) {
	t.Helper()
	for _, of := range resources(t, actions...) {
		for _, each := range of.relations() {
			if each.Links == links {
				t.Run(of.Entity+" "+each.Name, func(t *testing.T) { fn(newDesk(t), of, each) })
			}
		}
	}
}

func TestReferences(t *testing.T) {
	eachRelation(t, false, []string{access.Read}, func(d *desk, of described, each relation) {
		target := d.target(each)
		row := d.make(of, object{each.Key: target})
		shown := d.admin.Get(placeOf(of, row) + "?expand=" + each.Name).Is(http.StatusOK)
		expanded, _ := shown.Object()[each.Name].(object)
		assert.Equal(d, target, idOf(expanded))
		assert.Empty(d, shown.Header.Get("ETag"))
		if each.Inverse == "" {
			return
		}
		nested := d.admin.Get(d.parentPath(each, target))
		switch {
		case each.OneToOne:
			assert.Equal(d, idOf(row), idOf(nested.Is(http.StatusOK).Object()))
			d.admin.Get(d.parentPath(each, d.target(each))).Is(http.StatusNotFound)
		case of.can(access.List):
			assert.Equal(d, []string{idOf(row)}, ids(nested.Is(http.StatusOK).Items()))
		default:
			assert.Contains(d, []int{http.StatusNotFound, http.StatusMethodNotAllowed}, nested.Status)
		}
	})
}

func TestReferencesToNothing(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			for _, each := range of.relations() {
				place, value := each.Key, any(unknownID)
				if each.Links {
					place, value = each.Key+"[0]", []any{unknownID}
				}
				answer := d.admin.Post(of.Path, d.body(of, object{each.Key: value, "nonsense": 1})).Is(http.StatusBadRequest)
				assert.Equal(t, map[string]string{place: "reference", "nonsense": "unknown"}, answer.Faults())
				// Without another fault it is the same.
				answer = d.admin.Post(of.Path, d.body(of, object{each.Key: value})).Is(http.StatusBadRequest)
				assert.Equal(t, map[string]string{place: "reference"}, answer.Faults())
			}
			if of.can(access.List) {
				d.admin.Get(of.Path + "?expand=nonsense").Is(http.StatusBadRequest)
			}
		})
	}
}

func TestWhatACallerMayNotReadIsShownAsNull(t *testing.T) {
	eachRelation(t, false, []string{access.Read}, func(d *desk, of described, each relation) {
		target, known := resourceNamed(d.T, each.To)
		if !known || slices.Contains(target.Access[access.Read], access.Public) || !slices.Contains(of.Access[access.Read], access.Public) {
			return
		}
		id := d.target(each)
		row := d.make(of, object{each.Key: id})
		hidden := d.service.Get(placeOf(of, row) + "?expand=" + each.Name).Is(http.StatusOK).Object()
		assert.Equal(d, id, hidden[each.Key])
		assert.Contains(d, hidden, each.Name)
		assert.Nil(d, hidden[each.Name])
	})
}

func TestWhatTheDeletionOfATargetDoes(t *testing.T) {
	eachRelation(t, false, []string{access.Read}, func(d *desk, of described, each relation) {
		target, known := resourceNamed(d.T, each.To)
		if !known || !target.can(access.Delete) {
			return
		}
		id := d.target(each)
		row := d.make(of, object{each.Key: id})
		path := placeOf(of, row)
		deleted := d.admin.Delete(target.Path + "/" + id)
		after := d.admin.Get(path)
		if each.OnDelete == field.Restrict {
			deleted.Fails(http.StatusConflict, "CONFLICT")
			assert.Equal(d, row, after.Is(http.StatusOK).Object())
			return
		}
		deleted.Is(http.StatusNoContent)
		goes := each.OnDelete == field.Cascade
		if goes {
			after.Is(http.StatusNotFound)
		} else {
			assert.Nil(d, after.Is(http.StatusOK).Object()[each.Key])
			assert.InDelta(d, 2, after.Object()["version"], 0)
		}
		if of.Audit {
			entries := d.admin.Get(path + "/audit").Items()
			action := map[bool]string{true: "delete", false: "update"}[goes]
			assert.Equal(d, action, entries[len(entries)-1]["action"])
		}
		if of.SoftDelete && goes {
			status := http.StatusNotFound
			if target.SoftDelete || each.Optional {
				status = http.StatusOK
			}
			d.admin.Get(path + "?" + naming.JSON("include_deleted") + "=true").Is(status)
		}
	})
}

func TestADeletionForGoodMindsDeletedRows(t *testing.T) {
	eachRelation(t, false, []string{access.Read, access.Delete}, func(d *desk, of described, each relation) {
		target, known := resourceNamed(d.T, each.To)
		if !known || !target.can(access.Delete) || !of.SoftDelete {
			return
		}
		id := d.target(each)
		d.admin.Delete(placeOf(of, d.make(of, object{each.Key: id}))).Is(http.StatusNoContent)
		status := http.StatusNoContent
		if each.OnDelete == field.Restrict && !target.SoftDelete {
			status = http.StatusConflict
		}
		d.admin.Delete(target.Path + "/" + id).Is(status)
	})
}

func TestADeletionGoesOnceAroundACircle(t *testing.T) {
	eachRelation(t, false, []string{access.Read, access.Update, access.Delete}, func(d *desk, of described, each relation) {
		if each.To != of.Entity || each.OnDelete != field.Cascade {
			return
		}
		one, two := d.make(of, nil), d.make(of, nil)
		d.admin.Patch(placeOf(of, one), object{each.Key: idOf(two)}).Is(http.StatusOK)
		d.admin.Patch(placeOf(of, two), object{each.Key: idOf(one)}).Is(http.StatusOK)
		d.admin.Delete(placeOf(of, one)).Is(http.StatusNoContent)
		d.admin.Get(placeOf(of, one)).Is(http.StatusNotFound)
		d.admin.Get(placeOf(of, two)).Is(http.StatusNotFound)
	})
}

func TestLinks(t *testing.T) {
	eachRelation(t, true, []string{access.Read}, func(d *desk, of described, each relation) {
		linked := []string{d.target(each), d.target(each)}
		slices.Sort(linked)
		one, two := linked[0], linked[1]
		row := d.make(of, object{each.Key: []any{two, one}})
		both := []any{one, two}
		assert.Equal(d, both, row[each.Key])
		path := placeOf(of, row)
		nested := path + "/" + each.Inverse
		if target, known := resourceNamed(d.T, each.To); known && target.can(access.List) {
			assert.Equal(d, linked, ids(d.admin.Get(nested).Is(http.StatusOK).Items()))
		}
		if !of.can(access.Update) {
			return
		}
		for _, ends := range []string{"/x/" + each.Inverse + "/" + one, "/" + unknownID + "/" + each.Inverse + "/x"} {
			malformed := d.admin.Put(of.Path+ends, nil).Is(http.StatusBadRequest)
			for name, rule := range malformed.Faults() {
				assert.Equal(d, "format", rule)
				assert.Contains(d, []string{"id", strings.TrimSuffix(each.Key, "s")}, name)
			}
		}
		d.admin.Put(nested+"/"+unknownID, nil).Is(http.StatusNotFound)
		bad := d.admin.Patch(path, object{each.Key: []any{one, unknownID, one}}).Is(http.StatusBadRequest)
		assert.Equal(d, map[string]string{each.Key + "[1]": "reference", each.Key + "[2]": "unique"}, bad.Faults())
		steps := []struct {
			method  string
			version int
			left    []any
		}{
			{http.MethodDelete, 2, []any{two}}, {http.MethodDelete, 2, []any{two}}, {http.MethodPut, 3, both}, {http.MethodPut, 3, both},
		}
		for _, step := range steps {
			d.admin.Ask(step.method, project.BasePath+nested+"/"+one, nil).Is(http.StatusNoContent)
			after := d.admin.Get(path).Object()
			assert.Equal(d, step.left, after[each.Key])
			assert.InDelta(d, step.version, after["version"], 0)
		}
		if of.Audit {
			entries := d.admin.Get(path + "/audit").Items()
			last, _ := entries[len(entries)-1]["after"].(object)
			assert.Equal(d, both, last[each.Key])
		}
	})
}

func TestLinksToADeletedRowGo(t *testing.T) {
	eachRelation(t, true, []string{access.Read}, func(d *desk, of described, each relation) {
		target, known := resourceNamed(d.T, each.To)
		if !known || !target.can(access.Delete) {
			return
		}
		one, two := d.target(each), d.target(each)
		row := d.make(of, object{each.Key: []any{one, two}})
		d.admin.Delete(target.Path + "/" + one).Is(http.StatusNoContent)
		after := d.admin.Get(placeOf(of, row)).Is(http.StatusOK).Object()
		assert.Equal(d, []any{two}, after[each.Key])
		assert.InDelta(d, 2, after["version"], 0)
	})
}
