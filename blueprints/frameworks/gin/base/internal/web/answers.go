package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/project"
	"example.com/service/internal/resource"
)

// Shorter answers are not worth being compressed.
const gzipMinimum = 1024

// SendJSON answers with a JSON text.
func SendJSON(c *gin.Context, status int, body []byte) { Send(c, status, jsonType, body) }

// Send answers with a body of this type, compressed if that is worth it.
func Send(c *gin.Context, status int, kind string, body []byte) {
	header := c.Writer.Header()
	header.Set("Content-Type", kind)
	if len(body) >= gzipMinimum {
		header.Add("Vary", "Accept-Encoding")
		if c.Request.Method != http.MethodHead && acceptsGzip(c.GetHeader("Accept-Encoding")) {
			header.Set("Content-Encoding", "gzip")
			body = zipped(body)
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	c.Writer.WriteHeader(status)
	// Whoever went away meanwhile gets no answer.
	_, _ = c.Writer.Write(body)
}

// acceptsGzip tells whether a list of codings holds gzip, or everything (RFC 9110, section 12.5.3).
func acceptsGzip(header string) bool {
	accepted := false
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		weight, weighted := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		quality, err := strconv.ParseFloat(weight, 64)
		wanted := !weighted || err == nil && quality > 0
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return wanted
		case "*":
			accepted = wanted
		}
	}
	return accepted
}

// zippers are writers that are used again: each takes much memory.
var zippers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func zipped(body []byte) []byte {
	zipper, isZipper := zippers.Get().(*gzip.Writer)
	if !isZipper {
		return body
	}
	defer zippers.Put(zipper)
	var buffer bytes.Buffer
	zipper.Reset(&buffer)
	// A buffer takes everything.
	_, _ = zipper.Write(body)
	_ = zipper.Close()
	return buffer.Bytes()
}

// SendRow answers with a row and its ETag, or 304 when the client has it already.
//
// A row with expanded relations has no ETag: its version does not speak for them.
func SendRow(c *gin.Context, answer resource.Answer) {
	status := statusOf(answer, http.StatusOK)
	if answer.Expanded || answer.Version == 0 {
		SendJSON(c, status, answer.Body)
		return
	}
	tag := tagOf(answer)
	c.Header("ETag", tag)
	known, asked := c.Request.Header["If-None-Match"]
	if c.Request.Method == http.MethodGet && asked && holds(strings.Join(known, ","), tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return
	}
	SendJSON(c, status, answer.Body)
}

// SendPage answers with a page of rows.
func SendPage(c *gin.Context, answer resource.Answer) { SendJSON(c, http.StatusOK, answer.Body) }

// SendCreated answers with a new row and its place in a collection; with 202 when it waits for consent.
func SendCreated(c *gin.Context, answer resource.Answer, collection string) {
	if answer.Status == http.StatusAccepted {
		SendJSON(c, answer.Status, answer.Body)
		return
	}
	c.Header("Location", fmt.Sprintf("%s/%s/%s", project.BasePath, collection, answer.ID))
	c.Header("ETag", tagOf(answer))
	SendJSON(c, http.StatusCreated, answer.Body)
}

// SendDone answers that there is nothing to say; with 202 when what was asked for waits for consent.
func SendDone(c *gin.Context, answer resource.Answer) {
	if answer.Status == http.StatusAccepted {
		SendJSON(c, answer.Status, answer.Body)
		return
	}
	SendNothing(c)
}

// SendNothing answers 204.
func SendNothing(c *gin.Context) {
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
}

// sendReplay gives the first answer to a request again.
func sendReplay(c *gin.Context, replay *resource.Replay) {
	answer := replay.Answer()
	c.Header("Idempotency-Replayed", "true")
	if answer.Version != 0 {
		c.Header("ETag", tagOf(answer))
	}
	if answer.Status == http.StatusCreated {
		c.Header("Location", fmt.Sprintf("%s/%s", pathOf(c.Request), answer.ID))
	}
	SendJSON(c, answer.Status, answer.Body)
}

func statusOf(answer resource.Answer, usual int) int {
	if answer.Status == 0 {
		return usual
	}
	return answer.Status
}

func tagOf(answer resource.Answer) string { return fmt.Sprintf(`"%d"`, answer.Version) }

// holds tells whether a list of entity tags (`"1", W/"2"` or `*`) names this one, weakly compared.
func holds(header, tag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for each := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(each), "W/") == tag {
			return true
		}
	}
	return false
}
