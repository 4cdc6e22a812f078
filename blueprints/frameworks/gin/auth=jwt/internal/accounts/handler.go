package accounts

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/auth"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
	"example.com/service/internal/resource"
	"example.com/service/internal/users"
	"example.com/service/internal/web"
)

// Handler answers requests about accounts.
type Handler struct {
	service *Service
	users   *users.Service
	people  *users.Handler
	bodies  bodies
}

// NewHandler makes the handlers of accounts.
func NewHandler(service *Service, people *users.Service) *Handler {
	return &Handler{service, people, users.NewHandler(people), newBodies(people.Fields.ReadOnly())}
}

// Register adds the routes.
func (h *Handler) Register(group *gin.RouterGroup) {
	group.POST("/auth/register", h.SignUp)
	group.POST("/auth/login", h.Login)
	group.POST("/auth/refresh", h.Refresh)
	group.POST("/auth/logout", h.Logout)
	group.GET("/auth/me", h.ReadMe)
	group.POST("/auth/change-password", h.ChangePassword)
	group.POST("/auth/password-reset", h.RequestReset)
	group.POST("/auth/password-reset/confirm", h.ConfirmReset)
}

// accepted reads what was sent; 400 with all faults of the query and the body.
func accepted[T any](c *gin.Context, body field.Body[T], into *T) error {
	sent, err := web.Body(c)
	if err != nil {
		return err
	}
	_, err = body.Require(into, sent, resource.ParseQuery(web.CallOf(c).Query).Finish())
	return err
}

// loggedIn is the caller, who must be logged in: 401 otherwise.
func loggedIn(c *gin.Context) (auth.Claims, error) {
	caller := web.CallOf(c).Caller
	if caller.UserID == nil || caller.SessionID == nil {
		return auth.Claims{}, problem.Unauthorized()
	}
	return auth.Claims{UserID: *caller.UserID, SessionID: *caller.SessionID}, nil
}

// SignUp answers POST /auth/register.
func (h *Handler) SignUp(c *gin.Context) {
	if !users.RegistrationOpen {
		web.Fail(c, problem.ForbiddenTo("Registration is closed."))
		return
	}
	user := h.users.Fields.New()
	if err := accepted(c, h.users.Fields.Registration(), user); err != nil {
		web.Fail(c, err)
		return
	}
	if err := h.service.Register(c.Request.Context(), user); err != nil {
		web.Fail(c, err)
		return
	}
	h.people.SendNew(c, user)
}

// Login answers POST /auth/login.
func (h *Handler) Login(c *gin.Context) {
	var given credentials
	if err := accepted(c, h.bodies.login, &given); err != nil {
		web.Fail(c, err)
		return
	}
	pair, err := h.service.Login(c.Request.Context(), given.Email, given.Password)
	sendPair(c, pair, err)
}

// Refresh answers POST /auth/refresh.
func (h *Handler) Refresh(c *gin.Context) {
	var given refreshing
	if err := accepted(c, h.bodies.refresh, &given); err != nil {
		web.Fail(c, err)
		return
	}
	pair, err := h.service.Sessions.Rotate(c.Request.Context(), given.Token)
	sendPair(c, pair, err)
}

func sendPair(c *gin.Context, pair auth.Pair, err error) {
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendJSON(c, http.StatusOK, pairBody(pair))
}

// Logout answers POST /auth/logout.
func (h *Handler) Logout(c *gin.Context) {
	var given refreshing
	err := accepted(c, h.bodies.refresh, &given)
	if err == nil {
		err = h.service.Sessions.End(c.Request.Context(), given.Token)
	}
	sendNothing(c, err)
}

// ReadMe answers GET /auth/me.
func (h *Handler) ReadMe(c *gin.Context) {
	me, err := loggedIn(c)
	if err == nil {
		err = resource.ParseQuery(web.CallOf(c).Query).RequireValid()
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	user, err := h.users.Read(c.Request.Context(), me.UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendJSON(c, http.StatusOK, h.users.Body(user))
}

// ChangePassword answers POST /auth/change-password.
func (h *Handler) ChangePassword(c *gin.Context) {
	me, err := loggedIn(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	var given passwordChange
	if err := accepted(c, h.bodies.change, &given); err != nil {
		web.Fail(c, err)
		return
	}
	sendNothing(c, h.service.ChangePassword(c.Request.Context(), me, given))
}

// RequestReset answers POST /auth/password-reset.
func (h *Handler) RequestReset(c *gin.Context) {
	var given resetRequest
	err := accepted(c, h.bodies.reset, &given)
	if err == nil {
		err = h.service.RequestReset(c.Request.Context(), given)
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Status(http.StatusAccepted)
	c.Writer.WriteHeaderNow()
}

// ConfirmReset answers POST /auth/password-reset/confirm.
func (h *Handler) ConfirmReset(c *gin.Context) {
	var given resetConfirmation
	err := accepted(c, h.bodies.confirmation, &given)
	if err == nil {
		err = h.service.ConfirmReset(c.Request.Context(), given)
	}
	sendNothing(c, err)
}

func sendNothing(c *gin.Context, err error) {
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendNothing(c)
}
