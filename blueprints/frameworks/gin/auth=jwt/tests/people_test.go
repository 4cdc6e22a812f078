package tests

import "example.com/service/internal/apitest"

// userID is the id of a new user.
func userID(d *desk) string {
	d.Helper()
	return d.service.LogIn("user").ID.String()
}

// person is somebody who has logged in, and his id.
func person(d *desk, role string) (*apitest.Service, string) {
	d.Helper()
	one := d.service.LogIn(role)
	return one.Service, one.ID.String()
}
