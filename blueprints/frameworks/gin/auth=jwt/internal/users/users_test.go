package users_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/apitest"
	"example.com/service/internal/naming"
	"example.com/service/internal/project"
)

type object = map[string]any

func grace(changes object) object {
	body := apitest.Account("grace@example.com")
	body["role"] = "user"
	for key, value := range changes {
		body[key] = value
	}
	return body
}

func TestOnlyAdminsPass(t *testing.T) {
	service := apitest.Start(t, nil)
	user := service.LogIn("user")
	// Whatever else is wrong with the request: an unknown or malformed id, a bad body.
	requests := []struct {
		method, path string
		body         any
	}{
		{http.MethodGet, "/users", nil},
		{http.MethodGet, "/users?x=1", nil},
		{http.MethodPost, "/users", grace(nil)},
		{http.MethodPost, "/users", object{"x": 1}},
		{http.MethodPost, "/users", "{"},
		{http.MethodGet, "/users/" + user.ID.String(), nil},
		{http.MethodGet, "/users/x", nil},
		{http.MethodPatch, "/users/" + user.ID.String(), object{"role": "admin"}},
		{http.MethodPatch, "/users/x", object{"x": 1}},
	}
	for _, each := range requests {
		service.Ask(each.method, project.BasePath+each.path, each.body).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
		user.Ask(each.method, project.BasePath+each.path, each.body).Fails(http.StatusForbidden, "FORBIDDEN")
	}
}

func TestAUserIsMadeAndRead(t *testing.T) {
	service := apitest.Start(t, nil)
	admin := service.As("admin")
	made := admin.Post("/users", grace(nil)).Is(http.StatusCreated)
	id := made.String("id")
	assert.Equal(t, "no-store", made.Header.Get("Cache-Control"))
	assert.Equal(t, project.BasePath+"/users/"+id, made.Header.Get("Location"))
	assert.NotContains(t, strings.ToLower(made.Text), "password")
	for _, path := range []string{id, strings.ToUpper(id)} {
		assert.Equal(t, made.Text, admin.Get("/users/"+path).Is(http.StatusOK).Text)
	}
	taken := admin.Post("/users", grace(nil)).Fails(http.StatusConflict, "CONFLICT")
	assert.Equal(t, "unique", taken.Faults()["email"])
	service.Post("/auth/login", object{"email": "grace@example.com", "password": apitest.Password}).Is(http.StatusOK)
}

func TestANewUserNamesEveryFaultyField(t *testing.T) {
	admin := apitest.Start(t, nil).As("admin")
	cases := []struct {
		change object
		faults map[string]string
	}{
		{object{"role": "king"}, map[string]string{"role": "enum"}},
		{object{"role": 1}, map[string]string{"role": "type"}},
		{object{"role": nil, "name": 1}, map[string]string{"role": "required", "name": "type"}},
		{object{"active": false}, map[string]string{"active": "unknown"}},
		{object{"password": "weak", "email": "x"}, map[string]string{"password": "min", "email": "format"}},
	}
	for _, each := range cases {
		assert.Equal(t, each.faults, admin.Post("/users", grace(each.change)).Fails(http.StatusBadRequest, "VALIDATION_ERROR").Faults())
	}
}

func TestAMalformedIDComesFirstThenAnAbsentRowThenTheBody(t *testing.T) {
	service := apitest.Start(t, nil)
	admin := service.LogIn("admin")
	id := admin.ID.String()
	for _, malformed := range []string{"x", strings.ReplaceAll(id, "-", ""), "{" + id + "}"} {
		assert.Equal(t, map[string]string{"id": "format"}, admin.Patch("/users/"+malformed, object{"x": 1}).Faults())
	}
	admin.Patch("/users/"+uuid.NewString(), object{"x": 1}).Fails(http.StatusNotFound, "NOT_FOUND")
	assert.Equal(t, map[string]string{"x": "unknown"}, admin.Patch("/users/"+id, object{"x": 1}).Faults())
}

func idsIn(answer *apitest.Answer) []string {
	var ids []string
	for _, each := range answer.Is(http.StatusOK).Items() {
		ids = append(ids, fmt.Sprint(each["id"]))
	}
	return ids
}

func TestUsersAreListed(t *testing.T) {
	service := apitest.Start(t, nil)
	admin := service.LogIn("admin")
	people := []*apitest.Person{admin, service.Register("user"), service.Register("user"), service.Register("user")}
	ids := make([]string, len(people))
	for at, each := range people {
		ids[at] = each.ID.String()
	}
	admin.Patch("/users/"+ids[1], object{"active": false}).Is(http.StatusOK)
	all := admin.Get("/users")
	assert.Equal(t, ids, idsIn(all))
	page := all.Object()
	assert.Equal(t, []any{4.0, 20.0, 0.0}, []any{page["total"], page["limit"], page["offset"]})
	third := admin.Get("/users?limit=1&offset=2")
	assert.Equal(t, ids[2:3], idsIn(third))
	assert.InDelta(t, 4, third.Object()["total"], 0)
	assert.Equal(t, ids[:1], idsIn(admin.Get("/users?role=admin")))
	assert.Equal(t, ids[1:2], idsIn(admin.Get("/users?active=false")))
	assert.Equal(t, ids[2:3], idsIn(admin.Get("/users?email.in="+people[2].Email)))
	newest := idsIn(admin.Get("/users?sort=-email&role=user"))
	expected := slices.Clone(people[1:])
	slices.SortFunc(expected, func(one, other *apitest.Person) int { return strings.Compare(other.Email, one.Email) })
	for at, each := range expected {
		assert.Equal(t, each.ID.String(), newest[at])
	}
	faulty := map[string]map[string]string{
		"?limit=101":            {"limit": "max"},
		"?limit=0&offset=-1":    {"limit": "min", "offset": "type"},
		"?role=king&active=1":   {"role": "enum", "active": "type"},
		"?role=user&role=user":  {"role": "repeated"},
		"?passwordHash=x&q=x":   {"passwordHash": "unknown", "q": "unknown"},
		"?sort=passwordHash":    {"sort": "enum"},
		"?password=x&name=Test": {"password": "unknown", "name": "unknown"},
	}
	for query, faults := range faulty {
		assert.Equal(t, faults, admin.Get("/users"+query).Fails(http.StatusBadRequest, "VALIDATION_ERROR").Faults(), query)
	}
}

func TestAUserIsChanged(t *testing.T) {
	service := apitest.Start(t, nil)
	admin, user := service.As("admin"), service.Register("user")
	path := "/users/" + user.ID.String()
	before := admin.Get(path)
	assert.Equal(t, before.Text, admin.Patch(path, object{}).Is(http.StatusOK).Text)
	renamed := admin.With("Content-Type", "application/merge-patch+json").Patch(path, object{"name": "New"}).Is(http.StatusOK)
	updatedAt := naming.JSON("updated_at")
	assert.Equal(t, "New", renamed.String("name"))
	assert.Greater(t, renamed.String(updatedAt), before.String(updatedAt))
	assert.Equal(t, renamed.Text, admin.Get(path).Text)
	faults := admin.Patch(path, object{"name": nil, "active": 1, "role": "x", "email": "new@example.com", "password": "x"}).Faults()
	assert.Equal(t, map[string]string{
		"name": "required", "active": "type", "role": "enum", "email": "unknown", "password": "unknown",
	}, faults)
}

func TestANewRoleActsOnTheNextRequest(t *testing.T) {
	service := apitest.Start(t, nil)
	admin, user := service.As("admin"), service.LogIn("user")
	path := "/users/" + user.ID.String()
	user.Get(path).Is(http.StatusForbidden)
	admin.Patch(path, object{"role": "admin"}).Is(http.StatusOK)
	user.Get(path).Is(http.StatusOK)
	admin.Patch(path, object{"role": "user"}).Is(http.StatusOK)
	user.Get(path).Is(http.StatusForbidden)
}

func TestADeactivationActsOnTheNextRequestAndForGood(t *testing.T) {
	service := apitest.Start(t, nil)
	admin, user := service.As("admin"), service.LogIn("user")
	for _, active := range []bool{false, true} {
		answer := admin.Patch("/users/"+user.ID.String(), object{"active": active}).Is(http.StatusOK)
		assert.Equal(t, active, answer.Object()["active"])
		// Its sessions do not come back with the account.
		user.Get("/auth/me").Is(http.StatusUnauthorized)
	}
}

func TestTheLastActiveAdminStays(t *testing.T) {
	service := apitest.Start(t, nil)
	admin, other := service.LogIn("admin"), service.Register("admin")
	admin.Patch("/users/"+other.ID.String(), object{"active": false}).Is(http.StatusOK)
	for _, change := range []object{{"role": "user"}, {"active": false}} {
		admin.Patch("/users/"+admin.ID.String(), change).Fails(http.StatusConflict, "CONFLICT")
	}
	me := admin.Get("/auth/me").Is(http.StatusOK).Object()
	assert.Equal(t, []any{"admin", true}, []any{me["role"], me["active"]})
	// His name may change.
	admin.Patch("/users/"+admin.ID.String(), object{"name": "A"}).Is(http.StatusOK)
}

func TestTwoAdminsCannotDemoteEachOtherAtOnce(t *testing.T) {
	service := apitest.Start(t, nil)
	one, other := service.LogIn("admin"), service.LogIn("admin")
	statuses := make([]int, 2)
	var asking sync.WaitGroup
	asking.Go(func() { statuses[0] = one.Patch("/users/"+other.ID.String(), object{"role": "user"}).Status })
	asking.Go(func() { statuses[1] = other.Patch("/users/"+one.ID.String(), object{"role": "user"}).Status })
	asking.Wait()
	slices.Sort(statuses)
	require.Equal(t, http.StatusOK, statuses[0])
	assert.Contains(t, []int{http.StatusForbidden, http.StatusConflict}, statuses[1])
}

func TestUnknownParametersAreRefused(t *testing.T) {
	service := apitest.Start(t, nil)
	admin := service.LogIn("admin")
	path := "/users/" + admin.ID.String()
	assert.Equal(t, map[string]string{"x": "unknown"}, admin.Get(path+"?x=1").Faults())
	createdAt := naming.JSON("created_at")
	wrong := object{"name": "", "id": "x", createdAt: nil}
	faults := map[string]string{"x": "unknown", "name": "min", "id": "readOnly", createdAt: "readOnly"}
	assert.Equal(t, faults, admin.Patch(path+"?x=1", wrong).Faults())
	assert.Equal(t, faults, admin.Post("/users?x=1", grace(wrong)).Faults())
}
