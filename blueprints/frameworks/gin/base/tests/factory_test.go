package tests

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/apitest"
	"example.com/service/internal/database"
	"example.com/service/internal/resource"
	"example.com/service/internal/strictjson"
)

// desk is a service over an empty database, asked by an admin, with what makes rows in it.
type desk struct {
	*testing.T

	service *apitest.Service
	admin   *apitest.Service
	made    map[string]int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	service := apitest.Start(t, nil)
	return &desk{t, service, service.As("admin"), map[string]int{}}
}

// body is a right body with every field and required reference.
func (d *desk) body(of described, given object) object {
	d.Helper()
	number := d.made[of.Entity]
	d.made[of.Entity]++
	whole := object{}
	for _, each := range of.written() {
		whole[each.Key] = each.sample(number)
	}
	for _, each := range of.relations() {
		switch _, known := given[each.Key]; {
		case known:
		case each.Links:
			whole[each.Key] = []any{}
		case each.Optional || each.To == of.Entity:
			whole[each.Key] = nil
		default:
			whole[each.Key] = d.target(each)
		}
	}
	maps.Copy(whole, given)
	return whole
}

// references are rows that many rows of one entity may refer to.
func (d *desk) references(of described) object {
	d.Helper()
	given := object{}
	for _, each := range of.relations() {
		if !each.Links && !each.Optional && !each.OneToOne && each.To != of.Entity {
			given[each.Key] = d.target(each)
		}
	}
	return given
}

// target is the id of a new row that a relation may refer to.
func (d *desk) target(of relation) string {
	d.Helper()
	target, known := resourceNamed(d.T, of.To)
	if !known {
		return userID(d)
	}
	return idOf(d.make(target, nil))
}

// make is a new row, as it is answered.
func (d *desk) make(of described, given object) object {
	d.Helper()
	if !of.can(access.Create) {
		return d.stored(of, given)
	}
	answer := d.admin.Post(of.Path, d.body(of, given))
	require.Equal(d, http.StatusCreated, answer.Status, answer.Text)
	return answer.Object()
}

// stored is a row that no request can make: read-only fields may be given, and rules are not asked.
func (d *desk) stored(of described, given object) object {
	d.Helper()
	entity, err := d.service.Resources.Entity(of.Entity)
	require.NoError(d, err)
	text, err := json.Marshal(d.body(of, given))
	require.NoError(d, err)
	sent, err := strictjson.Decode(text)
	require.NoError(d, err)
	body, isObject := sent.(*strictjson.Object)
	require.True(d, isObject)
	row := object{}
	err = d.service.DB.Write(d.Context(), func(ctx context.Context, s *database.Session) error {
		answer, err := entity.Import(ctx, s, &resource.Call{}, body)
		if err != nil {
			return err
		}
		return json.Unmarshal(answer.Body, &row)
	})
	require.NoError(d, err)
	return row
}

// give makes a row that of this user.
func (d *desk) give(of described, row object, owner string) {
	d.Helper()
	if !of.Owned {
		return
	}
	err := d.service.DB.Write(d.Context(), func(ctx context.Context, s *database.Session) error {
		update := "UPDATE " + database.Quote(of.Table) + " SET owner_id = %v WHERE id = %v"
		_, err := database.Exec(ctx, s, update, owner, idOf(row))
		return err
	})
	require.NoError(d, err)
}

func idOf(row object) string {
	id, _ := row["id"].(string)
	return id
}

func placeOf(of described, row object) string { return of.Path + "/" + idOf(row) }

// parentPath is where the rows are that refer to this one.
func (d *desk) parentPath(of relation, parent string) string {
	path := "/users"
	if target, known := resourceNamed(d.T, of.To); known {
		path = target.Path
	}
	return path + "/" + parent + "/" + of.Inverse
}

func ids(rows []object) []string {
	found := make([]string, len(rows))
	for i, row := range rows {
		found[i] = idOf(row)
	}
	return found
}

// each gives all keys one value.
func each(keys []string, value string) map[string]string {
	all := map[string]string{}
	for _, key := range keys {
		all[key] = value
	}
	return all
}
