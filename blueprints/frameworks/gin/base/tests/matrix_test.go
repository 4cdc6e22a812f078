package tests

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/service/internal/access"
	"example.com/service/internal/apitest"
	"example.com/service/internal/project"
)

const (
	anonymous = "anonymous"
	owner     = "owner"
	admin     = "admin"
)

// passes tells whether the access table lets a role do this with a row; an owner owns the row.
func passes(of described, action, role string) bool {
	grants := of.Access[action]
	roles := []string{access.Public, access.Authenticated, role}
	switch role {
	case admin:
		return true
	case anonymous:
		return slices.Contains(grants, access.Public)
	case owner:
		roles = append(roles, "user")
	}
	return slices.ContainsFunc(roles, func(each string) bool { return slices.Contains(grants, each) })
}

// expected is the status that the access table asks for.
func expected(of described, action, role string) int {
	owners := role != anonymous && slices.Contains(of.Access[action], access.Owner)
	allowed := passes(of, action, role)
	single := action != access.List && action != access.Create
	switch {
	case owners && action == access.List:
		// His own rows.
		return http.StatusOK
	case single && !passes(of, access.Read, role) && (owners || allowed):
		return http.StatusNotFound
	case allowed && action == access.Create:
		return http.StatusCreated
	case allowed && action == access.Delete:
		return http.StatusNoContent
	case allowed:
		return http.StatusOK
	case role == anonymous:
		return http.StatusUnauthorized
	default:
		return http.StatusForbidden
	}
}

func TestEveryRoleWithEveryAction(t *testing.T) {
	for _, of := range resources(t) {
		for _, action := range of.Actions {
			for _, role := range apitest.Roles() {
				t.Run(of.Entity+" "+action+" "+role, func(t *testing.T) { attempt(newDesk(t), of, action, role) })
			}
		}
	}
}

func attempt(d *desk, of described, action, role string) {
	d.Helper()
	caller, id := person(d, "user")
	switch role {
	case anonymous:
		caller = d.service
	case owner:
	default:
		caller, _ = person(d, role)
	}
	path, status := of.Path, expected(of, action, role)
	var body any
	switch action {
	case access.List:
	case access.Create:
		body = d.body(of, nil)
		if status == http.StatusCreated && !refersFreely(d, of, role) {
			status = http.StatusBadRequest
		}
	default:
		row := d.make(of, nil)
		d.give(of, row, id)
		path = placeOf(of, row)
		if action == access.Update {
			body = object{}
		}
	}
	method := methods()[action]
	answer := caller.Ask(method[len(method)-1], project.BasePath+path, body)
	// A write that may be made can need consent all the same.
	if answer.Status == http.StatusAccepted && status < http.StatusBadRequest && slices.Contains(of.Gated, action) {
		return
	}
	assert.Equal(d, status, answer.Status, answer.Text)
	if status == http.StatusUnauthorized {
		assert.Equal(d, "Bearer", answer.Header.Get("WWW-Authenticate"))
	}
}

// refersFreely tells whether a role may read everything that a new row has to refer to.
func refersFreely(d *desk, of described, role string) bool {
	if role == owner {
		// What it refers to is somebody else's.
		role = "user"
	}
	for _, each := range of.References {
		target, known := resourceNamed(d.T, each.To)
		if known && !each.Optional && !slices.Contains(target.Access[access.Read], access.Public) && !passes(target, access.Read, role) {
			return false
		}
	}
	return true
}
