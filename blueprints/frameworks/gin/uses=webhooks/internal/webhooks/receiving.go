package webhooks

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/access"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
	"example.com/service/internal/resource"
	"example.com/service/internal/strictjson"
	"example.com/service/internal/web"
)

// Run does a command.
type Run func(ctx context.Context, call *resource.Call, id string, body any) (resource.Answer, error)

// Reaction is the command that an event asks for, and where in the event its row and its input are.
type Reaction struct {
	Type  string
	Run   Run
	Row   string
	Input []Given
}

// Given is a part of a command's input, and the way to it: `data.object.id`.
type Given struct {
	Key string
	Way string
}

// Webhook is another service that tells of what happens there.
type Webhook struct {
	Name      string
	Path      string
	Variable  string
	Secret    Secret
	Header    string
	Tolerance time.Duration
	Reactions []Reaction
}

// Handler is webhooks over HTTP.
type Handler struct {
	webhooks []Webhook
	keep     time.Duration
}

// NewHandler makes webhooks answer; an event that comes again within this time is done once.
func NewHandler(webhooks []Webhook, keep time.Duration) *Handler {
	return &Handler{webhooks, keep}
}

// Register adds a route for each.
func (h *Handler) Register(group *gin.RouterGroup) {
	for _, webhook := range h.webhooks {
		group.POST(webhook.Path, func(c *gin.Context) { h.receive(c, &webhook) })
	}
}

// receive acts on an event: 204 when it is done, was done before, or is nothing to act on.
func (h *Handler) receive(c *gin.Context, webhook *Webhook) {
	err := h.act(c, webhook)
	var replay *resource.Replay
	if errors.As(err, &replay) {
		c.Header("Idempotency-Replayed", "true")
		err = nil
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.SendNothing(c)
}

func (h *Handler) act(c *gin.Context, webhook *Webhook) error {
	data, err := web.Raw(c)
	if err != nil {
		return err
	}
	header := strings.Join(c.Request.Header.Values(webhook.Header), ", ")
	if !IsSigned(header, data, webhook.Secret.Reveal(), time.Now(), webhook.Tolerance) {
		message := "The signature is missing, wrong or too old."
		return problem.New(http.StatusUnauthorized, problem.CodeUnauthorized, message).With("WWW-Authenticate", "HMAC-SHA256")
	}
	told, err := strictjson.Decode(data)
	if err != nil {
		return err
	}
	event, err := eventOf(told, c.Request.URL.RawQuery)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(webhook.Reactions, func(each Reaction) bool { return each.Type == event.Type })
	if at < 0 {
		return nil
	}
	reaction := webhook.Reactions[at]
	row, err := rowIn(told, reaction.Row)
	if err != nil {
		return err
	}
	call := &resource.Call{Caller: access.Trusted(), Repeatable: &resource.Repeatable{
		Key: event.ID, Caller: "webhook " + webhook.Name, Path: webhook.Path, Keep: h.keep,
	}}
	_, err = reaction.Run(c.Request.Context(), call, row, inputIn(told, reaction.Input))
	return err
}

// event is what every event says; the rest is the other service's own.
type event struct {
	ID   string
	Type string
}

func eventOf(told any, query string) (*event, error) {
	fields := field.Table(
		field.Required("id", field.String().Min(1).Max(255).Pattern("^[ -~]+$"), func(row *event) *string { return &row.ID }),
		field.Required("type", field.String().Min(1).Max(255), func(row *event) *string { return &row.Type }),
	)
	sent := told
	if object, isObject := told.(*strictjson.Object); isObject {
		own := strictjson.NewObject()
		for _, each := range fields {
			if value, given := object.Get(each.JSON); given {
				own.Set(each.JSON, value)
			}
		}
		sent = own
	}
	found := &event{}
	_, err := field.Body[event]{Fields: fields}.Require(found, sent, resource.ParseQuery(query).Finish())
	return found, err
}

// found is what is at the end of a way; nil where it leads nowhere.
func found(told any, way string) any {
	for key := range strings.SplitSeq(way, ".") {
		object, isObject := told.(*strictjson.Object)
		if !isObject {
			return nil
		}
		told, _ = object.Get(key)
	}
	return told
}

func rowIn(told any, way string) (string, error) {
	switch id := found(told, way).(type) {
	case string:
		return id, nil
	case nil:
		return "", problem.Validation([]problem.Detail{{Field: way, Rule: problem.RuleRequired, Message: "must be given"}})
	default:
		return "", problem.Validation([]problem.Detail{{Field: way, Rule: problem.RuleType, Message: "must be a string"}})
	}
}

// inputIn is the body of a command; nil for one that takes none.
func inputIn(told any, input []Given) any {
	if input == nil {
		return nil
	}
	body := strictjson.NewObject()
	for _, each := range input {
		if value := found(told, each.Way); value != nil {
			body.Set(each.Key, value)
		}
	}
	return body
}
