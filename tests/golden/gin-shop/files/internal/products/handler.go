package products

import (
	"github.com/gin-gonic/gin"

	"example.com/shop/internal/web"
)

// Handler is products over HTTP.
type Handler struct {
	service *Service
}

// NewHandler makes products answer.
func NewHandler(service *Service) *Handler {
	return &Handler{service}
}

// Register adds the routes of products.
func (h *Handler) Register(group *gin.RouterGroup) {
	group.GET("/products", h.List)
	group.GET("/products/:id", h.Read)
	group.POST("/products", h.Create)
	group.PUT("/products/:id", h.Replace)
	group.PATCH("/products/:id", h.Update)
	group.DELETE("/products/:id", h.Delete)
	group.POST("/products/:id/restore", h.Restore)
	group.GET("/products/:id/audit", h.Audit)
	group.GET("/suppliers/:id/products", h.ListBySupplierID)
	group.GET("/products/:id/tags", h.ListTags)
	group.PUT("/products/:id/tags/:other", h.LinkTag)
	group.DELETE("/products/:id/tags/:other", h.UnlinkTag)
}

// List answers with a page of products.
func (h *Handler) List(c *gin.Context) {
	answer, err := h.service.List(c.Request.Context(), web.CallOf(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendPage(c, answer)
}

// Read answers with one product.
func (h *Handler) Read(c *gin.Context) {
	answer, err := h.service.Read(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendRow(c, answer)
}

// Create answers with a new product.
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
	web.SendCreated(c, answer, "products")
}

// Replace answers with a product as it was sent.
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

// Update answers with a product of which some fields are changed.
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

// Delete answers that a product is gone.
func (h *Handler) Delete(c *gin.Context) {
	answer, err := h.service.Delete(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendDone(c, answer)
}

// Restore answers with a product that was deleted.
func (h *Handler) Restore(c *gin.Context) {
	answer, err := h.service.Restore(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendRow(c, answer)
}

// Audit answers with who changed a product.
func (h *Handler) Audit(c *gin.Context) {
	answer, err := h.service.Audit(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendPage(c, answer)
}

// ListBySupplierID answers with a page of the products of a supplier.
func (h *Handler) ListBySupplierID(c *gin.Context) {
	answer, err := h.service.ListBySupplierID(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendPage(c, answer)
}

// ListTags answers with a page of the tags of a product.
func (h *Handler) ListTags(c *gin.Context) {
	answer, err := h.service.ListTags(c.Request.Context(), web.CallOf(c), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendPage(c, answer)
}

// LinkTag answers that a product is linked to a tag.
func (h *Handler) LinkTag(c *gin.Context) {
	answer, err := h.service.LinkTag(c.Request.Context(), web.CallOf(c), c.Param("id"), c.Param("other"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendDone(c, answer)
}

// UnlinkTag answers that a product is no longer linked to a tag.
func (h *Handler) UnlinkTag(c *gin.Context) {
	answer, err := h.service.UnlinkTag(c.Request.Context(), web.CallOf(c), c.Param("id"), c.Param("other"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendDone(c, answer)
}
