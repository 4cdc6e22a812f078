package web

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

const (
	jsonType  = "application/json"
	patchType = "application/merge-patch+json"
)

// limitBody refuses bodies that are too large by their own account, and ends the reading of others.
func (s *Server) limitBody(c *gin.Context) {
	limit := int(s.options.Settings.MaxBodyBytes)
	if c.Request.ContentLength > int64(limit) {
		Fail(c, problem.TooLarge(limit))
		return
	}
	c.Request.Body = &limited{http.MaxBytesReader(c.Writer, c.Request.Body, int64(limit)), limit}
}

type limited struct {
	io.ReadCloser

	limit int
}

// Read reads, and tells what is wrong with a body that cannot be read.
func (l *limited) Read(to []byte) (int, error) {
	read, err := l.ReadCloser.Read(to)
	var large *http.MaxBytesError
	switch {
	case err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return read, err
	case errors.As(err, &large):
		return read, problem.TooLarge(l.limit)
	default:
		return read, problem.MalformedJSON("The body ended too early.").Because(err)
	}
}

// Body reads and decodes the body of a request, strictly.
func Body(c *gin.Context) (any, error) {
	data, err := Raw(c)
	if err != nil {
		return nil, err
	}
	value, err := strictjson.Decode(data)
	if err != nil {
		return nil, err
	}
	return value, nil
}

// Raw reads the body of a request, which says that it is JSON.
func Raw(c *gin.Context) ([]byte, error) {
	encoding := strings.ToLower(c.GetHeader("Content-Encoding"))
	if encoding != "" && encoding != "identity" {
		message := "Send the body without compression."
		return nil, problem.New(http.StatusUnsupportedMediaType, problem.CodeUnsupportedMediaType, message)
	}
	data, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return nil, err
	}
	allowed, header := []string{jsonType}, "Accept"
	if c.Request.Method == http.MethodPatch {
		allowed, header = []string{patchType, jsonType}, "Accept-Patch"
	}
	kind, _, _ := strings.Cut(c.GetHeader("Content-Type"), ";")
	if len(data) > 0 && !slices.Contains(allowed, strings.ToLower(strings.TrimSpace(kind))) {
		failure := problem.New(http.StatusUnsupportedMediaType, problem.CodeUnsupportedMediaType, "Send the body as "+allowed[0]+".")
		return nil, failure.With(header, strings.Join(allowed, ", "))
	}
	return data, nil
}
