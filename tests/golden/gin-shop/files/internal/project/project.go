// Package project holds what is particular to this project: its names and the choices made for its HTTP interface.
package project

// Name is the name of this project.
const Name = "shop"

// Title is its name for people.
const Title = "Corner shop"

// Version is the version of this service.
const Version = "0.1.0"

// BasePath is where its resources begin.
const BasePath = "/api/v1"

// JSONCase is the spelling of JSON keys: camel or snake.
const JSONCase = "camel"

// DefaultDatabaseURL is the database of development.
const DefaultDatabaseURL = "sqlite:///./dev.db"
