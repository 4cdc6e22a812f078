package tags

import (
	"github.com/gin-gonic/gin"

	"example.com/shop/internal/web"
)

// Handler is tags over HTTP.
type Handler struct {
	service *Service
}

// NewHandler makes tags answer.
func NewHandler(service *Service) *Handler {
	return &Handler{service}
}

// Register adds the routes of tags.
func (h *Handler) Register(group *gin.RouterGroup) {
	group.GET("/tags", h.List)
	group.GET("/tags/:id", h.Read)
	group.POST("/tags", h.Create)
	group.PUT("/tags/:id", h.Replace)
	group.PATCH("/tags/:id", h.Update)
	group.DELETE("/tags/:id", h.Delete)
}

// List answers with a page of tags.
func (h *Handler) List(c *gin.Context) {
	answer, err := h.service.List(c.Request.Context(), web.CallOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendPage(c, answer)
}

// Read answers with one tag.
func (h *Handler) Read(c *gin.Context) {
	answer, err := h.service.Read(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendRow(c, answer)
}

// Create answers with a new tag.
func (h *Handler) Create(c *gin.Context) {
	body, err := web.Body(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer, err := h.service.Create(c.Request.Context(), web.CallOf(c), body)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendCreated(c, answer, "tags")
}

// Replace answers with a tag as it was sent.
func (h *Handler) Replace(c *gin.Context) {
	body, err := web.Body(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer, err := h.service.Replace(c.Request.Context(), web.CallOf(c), c.Param("id"), body)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendRow(c, answer)
}

// Update answers with a tag of which some fields are changed.
func (h *Handler) Update(c *gin.Context) {
	body, err := web.Body(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer, err := h.service.Update(c.Request.Context(), web.CallOf(c), c.Param("id"), body)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendRow(c, answer)
}

// Delete answers that a tag is gone.
func (h *Handler) Delete(c *gin.Context) {
	answer, err := h.service.Delete(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendDone(c, answer)
}
