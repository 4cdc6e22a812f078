package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/problem"
)

// routes are every path template of an application with its methods.
type routes struct {
	templates map[string]string
	methods   map[string][]string
}

func newRoutes(infos gin.RoutesInfo) *routes {
	table := &routes{templates: map[string]string{}, methods: map[string][]string{}}
	for _, info := range infos {
		table.templates[info.Path] = template(info.Path)
		table.methods[info.Path] = append(table.methods[info.Path], info.Method)
	}
	return table
}

// template is a path as documents show it: `/api/v1/products/{id}`.
func template(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if name, isParameter := strings.CutPrefix(part, ":"); isParameter {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// shown is the template of a path of the router; empty for none.
func (r *routes) shown(path string) string { return r.templates[path] }

// allowed are the methods of a path, sorted.
func (r *routes) allowed(path string) []string {
	found := map[string]bool{}
	parts := strings.Split(path, "/")
	for each, methods := range r.methods {
		if matches(strings.Split(each, "/"), parts) {
			for _, method := range methods {
				found[method] = true
			}
		}
	}
	if len(found) > 0 {
		found[http.MethodOptions] = true
	}
	return slices.Sorted(maps.Keys(found))
}

func matches(wanted, parts []string) bool {
	return slices.EqualFunc(wanted, parts, func(each, part string) bool {
		return each == part || strings.HasPrefix(each, ":") && part != ""
	})
}

func (r *routes) all() []string {
	var all []string
	for path, methods := range r.methods {
		for _, method := range methods {
			if method != http.MethodHead {
				all = append(all, method+" "+r.templates[path])
			}
		}
	}
	slices.Sort(all)
	return all
}

// unmatched answers unknown paths and methods, before rate limits and authentication.
func (s *Server) unmatched(c *gin.Context) {
	allowed := s.routes.allowed(pathOf(c.Request))
	if len(allowed) == 0 {
		Fail(c, problem.NotFound())
		return
	}
	allow := strings.Join(allowed, ", ")
	if c.Request.Method == http.MethodOptions {
		c.Header("Allow", allow)
		c.AbortWithStatus(http.StatusNoContent)
		return
	}
	message := c.Request.Method + " is not possible here."
	Fail(c, problem.New(http.StatusMethodNotAllowed, problem.CodeMethodNotAllowed, message).With("Allow", allow))
}
