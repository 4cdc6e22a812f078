// Command golock writes what `go mod tidy` would have to know of every module and package that any answer brings: from it
// the go.mod and go.sum of a project are made without a network.
//
//	golock FOLDER
//
// It runs beside a go.mod with all direct dependencies, of a module whose path stands for that of any project, reads from the
// sources below FOLDER which packages they import, and writes modules.json.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// module is one version of a module.
type module struct {
	// Zip and Mod are the checksums of go.sum.
	Zip string `json:"zip,omitempty"`
	Mod string `json:"mod,omitempty"`
	// Whole is set when the module is older than pruned graphs: all that it requires counts, and what that requires.
	Whole    bool     `json:"whole,omitempty"`
	Requires []string `json:"requires,omitempty"`
	// Packages by their path within the module.
	Packages map[string]*scanned `json:"packages,omitempty"`

	loaded, loadedWhole bool
}

// scanned is what a package imports outside the standard library.
type scanned struct {
	Imports []string `json:"imports,omitempty"`
	Tests   []string `json:"tests,omitempty"`
}

type lock struct {
	// Module is the path that stands for the project's, Go the version of the language.
	Module string `json:"module"`
	Go     string `json:"go"`
	// Versions are those that all dependencies together lead to.
	Versions map[string]string  `json:"versions"`
	Modules  map[string]*module `json:"modules"`

	cache string
	// known versions of each path in the graph
	known map[string][]string
	// least is the version of each path that no answers go below
	least map[string]string
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "golock:", err)
		os.Exit(1)
	}
}

func run(folder string) error {
	newest, err := unversioned("go.mod")
	if err != nil {
		return err
	}
	asked, err := requirements("go.mod")
	if err != nil {
		return err
	}
	prefix := asked.Module.Path
	imports, err := importedBelow(folder, prefix, false)
	if err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString("package everything\n\nimport (\n")
	for _, it := range imports {
		fmt.Fprintf(&text, "\t_ %q\n", it)
	}
	text.WriteString(")\n")
	if err := os.WriteFile("everything.go", []byte(text.String()), 0o600); err != nil {
		return err
	}
	if len(newest) > 0 {
		if _, err := goTool(append([]string{"get"}, newest...)...); err != nil {
			return err
		}
	}
	if _, err := goTool("mod", "tidy"); err != nil {
		return err
	}
	found, err := requirements("go.mod")
	if err != nil {
		return err
	}
	l := &lock{Module: asked.Module.Path, Go: found.Go, Versions: map[string]string{}, Modules: map[string]*module{}, known: map[string][]string{}, least: map[string]string{}}
	if err := l.judge(asked, found, newest); err != nil {
		return err
	}
	cache, err := goTool("env", "GOMODCACHE")
	if err != nil {
		return err
	}
	l.cache = strings.TrimSpace(string(cache))
	for _, it := range found.Require {
		l.Versions[it.Path] = it.Version
		if err := l.load(it.Path, it.Version, false); err != nil {
			return err
		}
	}
	always, err := importedBelow(filepath.Join(folder, "base"), prefix, true)
	if err != nil {
		return err
	}
	if err := l.scan(imports, always); err != nil {
		return err
	}
	return l.write("modules.json")
}

// unversioned takes the requirements that are at no version out of a go.mod: they are wanted at their newest.
func unversioned(name string) ([]string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var kept strings.Builder
	var newest []string
	for line := range strings.Lines(string(text)) {
		if it, is := strings.CutSuffix(strings.TrimSpace(line), " latest"); is {
			newest = append(newest, it+"@latest")
			continue
		}
		kept.WriteString(line)
	}
	return newest, os.WriteFile(name, []byte(kept.String()), 0o600)
}

// judge complains of dependencies that nobody imports and of pins that cannot be.
func (l *lock) judge(asked, found *modFile, newest []string) error {
	var wrong []error
	for _, it := range asked.Require {
		at := slices.IndexFunc(found.Require, func(other required) bool { return other.Path == it.Path })
		switch {
		case at < 0 || found.Require[at].Indirect:
			fmt.Printf("no source imports anything of %s\n", it.Path)
		case it.Version != found.Require[at].Version:
			wrong = append(wrong, fmt.Errorf("%s is %s, but the others want %s", it.Path, it.Version, found.Require[at].Version))
		}
	}
	if len(newest) > 0 {
		return errors.Join(wrong...)
	}
	for _, it := range found.Require {
		known := slices.ContainsFunc(asked.Require, func(other required) bool { return other.Path == it.Path })
		if !known && !it.Indirect {
			wrong = append(wrong, fmt.Errorf("%s is imported, but no slot declares it (now it is %s)", it.Path, it.Version))
		}
	}
	return errors.Join(wrong...)
}

// importLine is a line of an import block, in a template or not.
var importLine = regexp.MustCompile(`(?m)^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"\s]+)"\s*$`)

// importedBelow names what the sources below a folder import; of a layer, when so asked, only what is in every project.
func importedBelow(folder, prefix string, always bool) ([]string, error) {
	found := map[string]bool{}
	var manifest []byte
	if always {
		var err error
		if manifest, err = os.ReadFile(filepath.Join(folder, "layer.toml")); err != nil {
			return nil, err
		}
	}
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !(strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".go.hbs")) {
			return err
		}
		within, err := filepath.Rel(folder, name)
		if err != nil || always && (strings.HasSuffix(name, ".hbs") || bytes.Contains(manifest, []byte(within))) {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, match := range importLine.FindAllSubmatch(text, -1) {
			it := string(match[1])
			if !standard(it) && it != prefix && !strings.HasPrefix(it, prefix+"/") {
				found[it] = true
			}
		}
		return nil
	})
	return keys(found), err
}

// standard tells whether a package belongs to Go itself: its first element has no point.
func standard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".")
}

type required struct {
	Path, Version string
	Indirect      bool
}

type modFile struct {
	Module  struct{ Path string }
	Go      string
	Require []required
}

func requirements(name string) (*modFile, error) {
	out, err := goTool("mod", "edit", "-json", name)
	if err != nil {
		return nil, err
	}
	var file modFile
	return &file, json.Unmarshal(out, &file)
}

// load reads the go.mod of a module, and those of what it requires where its graph is not pruned.
func (l *lock) load(name, version string, whole bool) error {
	m := l.at(name + "@" + version)
	if !m.loaded {
		m.loaded = true
		file, err := requirements(filepath.Join(l.cache, "cache", "download", escaped(name), "@v", version+".mod"))
		if err != nil {
			return err
		}
		m.Whole = older(file.Go)
		for _, it := range file.Require {
			m.Requires = append(m.Requires, it.Path+"@"+it.Version)
			l.know(it.Path, it.Version)
		}
		l.know(name, version)
	}
	if m.loadedWhole || !whole && !m.Whole {
		return nil
	}
	m.loadedWhole = true
	for _, it := range m.Requires {
		path, version, _ := strings.Cut(it, "@")
		if err := l.load(path, version, true); err != nil {
			return err
		}
	}
	return nil
}

func (l *lock) at(key string) *module {
	if l.Modules[key] == nil {
		l.Modules[key] = &module{}
	}
	return l.Modules[key]
}

func (l *lock) know(name, version string) {
	if !slices.Contains(l.known[name], version) {
		l.known[name] = append(l.known[name], version)
	}
}

// older tells whether a go directive is from before graphs were pruned.
func older(version string) bool {
	parts := strings.Split(version, ".")
	if len(parts) < 2 {
		return true
	}
	major, _ := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[1])
	return major == 1 && minor < 17
}

// scan reads every package that the imports lead to, in each version that some answers may lead to, and those that its tests
// lead to.
func (l *lock) scan(imports, always []string) error {
	base, _, err := l.reached(always)
	if err != nil {
		return err
	}
	for _, key := range l.holders(base) {
		l.count(key, l.Modules[key].Whole, map[string]bool{})
		l.least[pathOf(key)] = l.Versions[pathOf(key)]
	}
	inAll, queue, err := l.reached(imports)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		at, err := l.find(name, true)
		if err != nil {
			return err
		}
		for _, it := range at {
			queue = append(queue, it.Imports...)
		}
	}
	// Tests of what is only imported by tests do not count.
	for key, m := range l.Modules {
		name, version, _ := strings.Cut(key, "@")
		for within, it := range m.Packages {
			if !inAll[path.Join(name, within)] || version != l.Versions[name] {
				it.Tests = nil
			}
		}
	}
	return nil
}

// holders names the modules that hold some packages, at the versions of all answers together.
func (l *lock) holders(packages map[string]bool) []string {
	found := map[string]bool{}
	for _, name := range keys(packages) {
		for prefix := name; prefix != "."; prefix = path.Dir(prefix) {
			key := prefix + "@" + l.Versions[prefix]
			if m := l.Modules[key]; m != nil && m.Packages[strings.TrimPrefix(strings.TrimPrefix(name, prefix), "/")] != nil {
				found[key] = true
			}
		}
	}
	return keys(found)
}

// count raises the least versions to what a module requires.
func (l *lock) count(key string, whole bool, seen map[string]bool) {
	if seen[key] || l.Modules[key] == nil {
		return
	}
	seen[key] = true
	for _, it := range l.Modules[key].Requires {
		name, version, _ := strings.Cut(it, "@")
		if compare(version, l.least[name]) > 0 {
			l.least[name] = version
		}
		if whole {
			l.count(it, true, seen)
		}
	}
}

func pathOf(key string) string {
	name, _, _ := strings.Cut(key, "@")
	return name
}

// reached names the packages that imports lead to, found in the modules that all answers together lead to, and what their tests
// import.
func (l *lock) reached(imports []string) (map[string]bool, []string, error) {
	queue := slices.Clone(imports)
	var tests []string
	inAll := map[string]bool{}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if inAll[name] {
			continue
		}
		inAll[name] = true
		at, err := l.find(name, false)
		if err != nil {
			return nil, nil, err
		}
		for _, it := range at {
			queue = append(queue, it.Imports...)
			tests = append(tests, it.Tests...)
		}
	}
	return inAll, tests, nil
}

// find reads a package in the modules that may hold it: at the versions of all answers together, or at every version that
// some answers may lead to.
func (l *lock) find(name string, every bool) ([]*scanned, error) {
	var found []*scanned
	for prefix := name; prefix != "."; prefix = path.Dir(prefix) {
		for _, version := range l.known[prefix] {
			if !every && version != l.Versions[prefix] || compare(version, l.least[prefix]) < 0 {
				continue
			}
			m := l.at(prefix + "@" + version)
			if err := l.download(prefix, version, m); err != nil {
				return nil, err
			}
			within := strings.TrimPrefix(strings.TrimPrefix(name, prefix), "/")
			if it, known := m.Packages[within]; known {
				found = append(found, it)
				continue
			}
			it, err := scanFolder(filepath.Join(l.cache, escaped(prefix)+"@"+escaped(version), within))
			if err != nil {
				return nil, err
			}
			if it != nil {
				m.Packages[within] = it
				found = append(found, it)
			}
		}
	}
	return found, nil
}

func (l *lock) download(name, version string, m *module) error {
	if m.Zip != "" {
		return nil
	}
	out, err := goTool("mod", "download", "-json", name+"@"+version)
	if err != nil {
		return err
	}
	var told struct{ Sum, GoModSum string }
	if err := json.Unmarshal(out, &told); err != nil {
		return err
	}
	m.Zip, m.Mod = told.Sum, told.GoModSum
	m.Packages = map[string]*scanned{}
	return nil
}

// write writes one module a line, sorted.
func (l *lock) write(name string) error {
	for key, m := range l.Modules {
		if m.Mod != "" || !m.loaded {
			continue
		}
		mod, version, _ := strings.Cut(key, "@")
		sum, err := l.modSum(mod, version)
		if err != nil {
			return err
		}
		m.Mod = sum
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"module\": %q,\n\"go\": %q,\n\"versions\": {\n", l.Module, l.Go)
	for at, key := range keys(l.Versions) {
		fmt.Fprintf(&out, "%s%q: %q", separator(at), key, l.Versions[key])
	}
	out.WriteString("\n},\n\"modules\": {\n")
	for at, key := range keys(l.Modules) {
		line, err := json.Marshal(l.Modules[key])
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%s%q: %s", separator(at), key, line)
	}
	out.WriteString("\n}\n}\n")
	return os.WriteFile(name, out.Bytes(), 0o600)
}

func separator(at int) string {
	if at == 0 {
		return ""
	}
	return ",\n"
}

// modSum is the checksum of a go.mod, which the tidied go.sum has.
func (l *lock) modSum(name, version string) (string, error) {
	text, err := os.ReadFile("go.sum")
	if err != nil {
		return "", err
	}
	start := name + " " + version + "/go.mod "
	for line := range strings.Lines(string(text)) {
		if sum, is := strings.CutPrefix(strings.TrimSpace(line), start); is {
			return sum, nil
		}
	}
	return "", fmt.Errorf("go.sum has no %s", start)
}

func keys[V any](of map[string]V) []string {
	var all []string
	for key := range of {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// escaped is a path or version as the module cache writes it.
func escaped(name string) string {
	var out strings.Builder
	for _, letter := range name {
		if 'A' <= letter && letter <= 'Z' {
			out.WriteByte('!')
			letter += 'a' - 'A'
		}
		out.WriteRune(letter)
	}
	return out.String()
}

func goTool(arguments ...string) ([]byte, error) {
	command := exec.Command("go", arguments...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w", strings.Join(arguments, " "), err)
	}
	return out, nil
}
