package users

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/access"
	"example.com/service/internal/field"
	"example.com/service/internal/project"
	"example.com/service/internal/resource"
	"example.com/service/internal/web"
)

// Handler answers requests about users, of admins.
type Handler struct {
	service *Service
}

// NewHandler makes the handlers of users.
func NewHandler(service *Service) *Handler {
	return &Handler{service}
}

// Register adds the routes.
func (h *Handler) Register(group *gin.RouterGroup) {
	group.GET("/users", admins(h.List))
	group.POST("/users", admins(h.Create))
	group.GET("/users/:id", admins(h.Read))
	group.PATCH("/users/:id", admins(h.Update))
}

// admins lets only admins pass: 401 for nobody, 403 for anybody else.
func admins(handle gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := access.RequireAdmin(web.CallOf(c).Caller); err != nil {
			web.Fail(c, err)
			return
		}
		handle(c)
	}
}

// List answers GET /users.
func (h *Handler) List(c *gin.Context) {
	page, err := h.service.List(c.Request.Context(), web.CallOf(c).Query)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendJSON(c, http.StatusOK, page)
}

// Create answers POST /users.
func (h *Handler) Create(c *gin.Context) {
	body, err := web.Body(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	user := h.service.Fields.New()
	query := resource.ParseQuery(web.CallOf(c).Query)
	if _, err := h.service.Fields.Create().Require(user, body, query.Finish()); err != nil {
		web.Fail(c, err)
		return
	}
	if err := h.service.Create(c.Request.Context(), user, nil); err != nil {
		web.Fail(c, err)
		return
	}
	h.SendNew(c, user)
}

// SendNew answers 201 with a new user and his place.
func (h *Handler) SendNew(c *gin.Context, user *User) {
	c.Header("Location", project.BasePath+"/users/"+user.ID.String())
	web.SendJSON(c, http.StatusCreated, h.service.Body(user))
}

// Read answers GET /users/{id}.
func (h *Handler) Read(c *gin.Context) {
	user, err := h.find(c)
	if err == nil {
		err = resource.ParseQuery(web.CallOf(c).Query).RequireValid()
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendJSON(c, http.StatusOK, h.service.Body(user))
}

func (h *Handler) find(c *gin.Context) (*User, error) {
	id, err := resource.RowID(c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.service.Read(c.Request.Context(), id)
}

// Update answers PATCH /users/{id}.
func (h *Handler) Update(c *gin.Context) {
	body, err := web.Body(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	// Whether there is such a user comes before what is said about him.
	user, err := h.find(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	query := resource.ParseQuery(web.CallOf(c).Query).Finish()
	changed, err := h.service.Update(c.Request.Context(), user.ID, func(user *User) ([]*field.Field[User], error) {
		return h.service.Fields.Patch().Require(user, body, query)
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendJSON(c, http.StatusOK, h.service.Body(changed))
}
