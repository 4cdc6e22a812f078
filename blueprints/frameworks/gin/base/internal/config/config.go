// Package config reads settings from the environment and from `.env`; every faulty one is named.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/hashicorp/go-envparse"
)

const file = ".env"

// Fault is what is wrong with one variable.
type Fault struct {
	Variable string
	Message  string
}

// Error is everything that is wrong with the settings.
type Error struct {
	Faults []Fault
}

// Error has a line for each fault.
func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for at, fault := range e.Faults {
		lines[at] = fmt.Sprintf("configuration: %s: %s", fault.Variable, fault.Message)
	}
	return strings.Join(lines, "\n")
}

// Refuse makes an error of faults; none are no error.
func Refuse(faults ...Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &Error{Faults: faults}
}

// Variables are those of the environment and of `.env`; what the environment says goes before the
// file.
func Variables() (map[string]string, error) {
	variables, err := ofFile()
	if err != nil {
		return nil, err
	}
	for name, value := range env.ToMap(os.Environ()) {
		variables[name] = value
	}
	return variables, nil
}

func ofFile() (map[string]string, error) {
	opened, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	defer func() { _ = opened.Close() }()
	variables, err := envparse.Parse(opened)
	if err != nil {
		return nil, fmt.Errorf("configuration: %s: %w", file, err)
	}
	return variables, nil
}

// Read fills settings from variables; an empty one is as good as none.
//
// `settings` points to a struct with tags for github.com/caarlos0/env, which may already hold
// defaults.
func Read(settings any, variables map[string]string) error {
	given := make(map[string]string, len(variables))
	for name, value := range variables {
		if value != "" {
			given[name] = value
		}
	}
	err := env.ParseWithOptions(settings, env.Options{Environment: given})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	faults := make([]Fault, len(all.Errors))
	for at, each := range all.Errors {
		faults[at] = faultOf(each, reflect.TypeOf(settings).Elem())
	}
	return Refuse(faults...)
}

func faultOf(err error, settings reflect.Type) Fault {
	var missing env.VarIsNotSetError
	if errors.As(err, &missing) {
		return Fault{missing.Key, "is missing"}
	}
	var faulty env.ParseError
	if errors.As(err, &faulty) {
		return Fault{variableOf(settings, faulty), faulty.Err.Error()}
	}
	return Fault{settings.Name(), err.Error()}
}

// variableOf finds the variable of a field, of which the parser tells only the name.
func variableOf(settings reflect.Type, faulty env.ParseError) string {
	for field := range settings.Fields() {
		if field.Type == faulty.Type && field.Name == faulty.Name {
			name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
			return name
		}
		if field.Type.Kind() == reflect.Struct {
			if name := variableOf(field.Type, faulty); name != "" {
				return name
			}
		}
	}
	return ""
}
