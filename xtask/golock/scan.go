package main

import (
	"bytes"
	"errors"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// scanFolder reads what the package in a folder imports, whatever the system that it is built for; nil when there is none.
func scanFolder(folder string) (*scanned, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	imports, tests := map[string]bool{}, map[string]bool{}
	files := 0
	for _, entry := range entries {
		name := entry.Name()
		if !entry.Type().IsRegular() || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || !strings.HasSuffix(name, ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil || !mayBeBuilt(text) {
			continue
		}
		files++
		into := imports
		if strings.HasSuffix(name, "_test.go") {
			into = tests
		}
		for _, it := range file.Imports {
			if path, err := strconv.Unquote(it.Path.Value); err == nil && path != "C" && !standard(path) {
				into[path] = true
			}
		}
	}
	if files == 0 {
		return nil, nil
	}
	return &scanned{Imports: keys(imports), Tests: keys(tests)}, nil
}

// mayBeBuilt tells whether some system builds a file; every tag but `ignore` may be set and not set.
func mayBeBuilt(text []byte) bool {
	var plus []string
	for line := range bytes.Lines(text) {
		line := strings.TrimSpace(string(line))
		if constraint.IsGoBuild(line) {
			x, err := constraint.Parse(line)
			return err == nil && may(x, true)
		}
		if constraint.IsPlusBuild(line) {
			plus = append(plus, line)
		}
		if strings.HasPrefix(line, "package ") {
			break
		}
	}
	for _, line := range plus {
		if x, err := constraint.Parse(line); err == nil && !may(x, true) {
			return false
		}
	}
	return true
}

func may(x constraint.Expr, wanted bool) bool {
	switch x := x.(type) {
	case *constraint.TagExpr:
		return x.Tag != "ignore" && wanted
	case *constraint.NotExpr:
		return !may(x.X, !wanted)
	case *constraint.AndExpr:
		return may(x.X, wanted) && may(x.Y, wanted)
	case *constraint.OrExpr:
		return may(x.X, wanted) || may(x.Y, wanted)
	}
	return false
}
