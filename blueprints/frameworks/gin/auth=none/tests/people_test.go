package tests

import "example.com/service/internal/apitest"

// userID is nobody's: without accounts no row refers to one.
func userID(*desk) string { return "" }

// person is anybody: nobody can log in.
func person(d *desk, _ string) (service *apitest.Service, id string) { return d.service, "" }
