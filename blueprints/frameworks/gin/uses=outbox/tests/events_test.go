package tests

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/field"
	"example.com/service/internal/naming"
	"example.com/service/internal/testkit"
)

func TestARowThatIsMadeAndDeletedIsToldAsItIsAnswered(t *testing.T) {
	for _, of := range resources(t, access.Create) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			body := d.body(of, nil)
			testkit.EmptyOutbox(t, d.service.DB)
			row := d.admin.Post(of.Path, body).Is(http.StatusCreated).Object()
			changes := []string{"created"}
			if of.can(access.Delete) {
				d.admin.Delete(placeOf(of, row)).Is(http.StatusNoContent)
				changes = append(changes, "deleted")
			}
			kind, told := kindOf(of), d.told(of)
			require.Len(t, told, len(changes))
			for at, event := range told {
				assert.Equal(t, kind+changes[at], event.Type)
				assert.Equal(t, idOf(row), event.Subject)
				assert.Equal(t, row, event.Object(t))
				require.NoError(t, testkit.SchemaFault(t, event.Type, event.Data))
			}
		})
	}
}

func TestWhatTheDeletionOfATargetDoesIsTold(t *testing.T) {
	eachRelation(t, false, []string{access.Read}, func(d *desk, of described, each relation) {
		target, known := resourceNamed(d.T, each.To)
		if !known || !target.can(access.Delete) || each.OnDelete == field.Restrict {
			return
		}
		id := d.target(each)
		row := d.make(of, object{each.Key: id})
		testkit.EmptyOutbox(d, d.service.DB)
		d.admin.Delete(target.Path + "/" + id).Is(http.StatusNoContent)
		change := map[bool]string{true: "deleted", false: "updated"}[each.OnDelete == field.Cascade]
		var told []string
		for _, event := range d.told(of) {
			if event.Subject == idOf(row) {
				told = append(told, event.Type)
			}
		}
		assert.Equal(d, []string{kindOf(of) + change}, told)
	})
}

func TestARowThatIsRestoredIsToldAsUpdated(t *testing.T) {
	for _, of := range resources(t, access.Create, access.Delete) {
		if !of.SoftDelete {
			continue
		}
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			row := d.make(of, nil)
			d.admin.Delete(placeOf(of, row)).Is(http.StatusNoContent)
			testkit.EmptyOutbox(t, d.service.DB)
			restored := d.admin.Post(placeOf(of, row)+"/restore", nil).Is(http.StatusOK).Object()
			told := d.told(of)
			require.Len(t, told, 1)
			assert.Equal(t, kindOf(of)+"updated", told[0].Type)
			assert.Equal(t, restored, told[0].Object(t))
		})
	}
}

// kindOf is how the types of the events of a resource begin.
func kindOf(of described) string {
	return strings.ReplaceAll(naming.Snake(of.Entity), "_", "-") + "."
}

// told are the events of a resource.
func (d *desk) told(of described) []testkit.Told {
	d.Helper()
	return slices.DeleteFunc(testkit.Outbox(d, d.service.DB), func(event testkit.Told) bool {
		return !strings.HasPrefix(event.Type, kindOf(of))
	})
}

func TestWhatWasRefusedTellsNothing(t *testing.T) {
	d := newDesk(t)
	for _, of := range resources(t, access.Create) {
		d.admin.Post(of.Path, object{"no such field": 1}).Is(http.StatusBadRequest)
	}
	assert.Empty(t, testkit.Outbox(t, d.service.DB))
}
