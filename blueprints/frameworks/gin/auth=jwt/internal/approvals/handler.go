package approvals

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/web"
)

// Handler answers requests about approvals.
type Handler struct {
	service *Service
}

// NewHandler makes the handlers of approvals.
func NewHandler(service *Service) *Handler {
	return &Handler{service}
}

// Register adds the routes.
func (h *Handler) Register(group *gin.RouterGroup) {
	group.GET("/approvals", h.List)
	group.GET("/approvals/:id", h.Read)
	group.POST("/approvals/:id/approve", h.Approve)
	group.POST("/approvals/:id/reject", h.Reject)
}

// List answers GET /approvals.
func (h *Handler) List(c *gin.Context) {
	body, err := h.service.List(c.Request.Context(), web.CallOf(c))
	send(c, body, err)
}

// Read answers GET /approvals/{id}.
func (h *Handler) Read(c *gin.Context) {
	body, err := h.service.Read(c.Request.Context(), web.CallOf(c), c.Param("id"))
	send(c, body, err)
}

// Approve answers POST /approvals/{id}/approve.
func (h *Handler) Approve(c *gin.Context) {
	body, err := h.service.Approve(c.Request.Context(), web.CallOf(c), c.Param("id"))
	send(c, body, err)
}

// Reject answers POST /approvals/{id}/reject.
func (h *Handler) Reject(c *gin.Context) {
	sent, err := web.Body(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	body, err := h.service.Reject(c.Request.Context(), web.CallOf(c), c.Param("id"), sent)
	send(c, body, err)
}

func send(c *gin.Context, body []byte, err error) {
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendJSON(c, http.StatusOK, body)
}
