package suppliers

import (
	"github.com/gin-gonic/gin"

	"example.com/shop/internal/web"
)

// Handler is suppliers over HTTP.
type Handler struct {
	service *Service
}

// NewHandler makes suppliers answer.
func NewHandler(service *Service) *Handler {
	return &Handler{service}
}

// Register adds the routes of suppliers.
func (h *Handler) Register(group *gin.RouterGroup) {
	group.GET("/suppliers", h.List)
	group.GET("/suppliers/:id", h.Read)
	group.POST("/suppliers", h.Create)
	group.PUT("/suppliers/:id", h.Replace)
	group.PATCH("/suppliers/:id", h.Update)
	group.DELETE("/suppliers/:id", h.Delete)
}

// List answers with a page of suppliers.
func (h *Handler) List(c *gin.Context) {
	answer, err := h.service.List(c.Request.Context(), web.CallOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendPage(c, answer)
}

// Read answers with one supplier.
func (h *Handler) Read(c *gin.Context) {
	answer, err := h.service.Read(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendRow(c, answer)
}

// Create answers with a new supplier.
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
	web.SendCreated(c, answer, "suppliers")
}

// Replace answers with a supplier as it was sent.
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

// Update answers with a supplier of which some fields are changed.
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

// Delete answers that a supplier is gone.
func (h *Handler) Delete(c *gin.Context) {
	answer, err := h.service.Delete(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendDone(c, answer)
}
