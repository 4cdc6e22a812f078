package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5/static"

	"example.com/service/internal/project"
)

const explorerPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; frame-ancestors 'none'"

const explorerPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>%s</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

// A file, so that no inline script need be allowed.
const explorerStart = `SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});` + "\n"

// Description answers with the description of the API.
func Description(document []byte) gin.HandlerFunc {
	return func(c *gin.Context) { SendJSON(c, http.StatusOK, document) }
}

// RegisterExplorer adds the API explorer of development at /docs; everything it loads is served from here.
func RegisterExplorer(group *gin.RouterGroup) {
	page := fmt.Appendf(nil, explorerPage, html.EscapeString(project.Title))
	group.GET("/docs", func(c *gin.Context) {
		c.Header("Content-Security-Policy", explorerPolicy)
		Send(c, http.StatusOK, "text/html; charset=utf-8", page)
	})
	group.GET("/docs/start.js", func(c *gin.Context) {
		Send(c, http.StatusOK, "text/javascript; charset=utf-8", []byte(explorerStart))
	})
	group.GET("/docs/swagger-ui-bundle.js", asset("swagger-ui-bundle.js", "text/javascript; charset=utf-8"))
	group.GET("/docs/swagger-ui.css", asset("swagger-ui.css", "text/css; charset=utf-8"))
}

// asset answers with a file of the explorer, which comes compressed.
func asset(name, kind string) gin.HandlerFunc {
	return func(c *gin.Context) {
		packed, err := static.FS.ReadFile(name + ".gz")
		if err != nil {
			Fail(c, err)
			return
		}
		reader, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			Fail(c, err)
			return
		}
		file, err := io.ReadAll(reader)
		if err != nil {
			Fail(c, err)
			return
		}
		Send(c, http.StatusOK, kind, file)
	}
}
