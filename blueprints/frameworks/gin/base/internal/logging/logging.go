// Package logging writes logs as one JSON object per line.
package logging

import (
	"context"
	"io"
	"log/slog"
	"strings"
)

const instant = "2006-01-02T15:04:05.000Z07:00"

// Whatever carries one of these in its name never reaches the log.
var secrets = []string{"password", "token", "secret", "authorization", "apikey", "api_key"}

// New makes a log of what is as grave as this level, or graver.
func New(to io.Writer, level slog.Leveler) *slog.Logger {
	lines := slog.NewJSONHandler(to, &slog.HandlerOptions{Level: level, ReplaceAttr: shown})
	return slog.New(handler{lines})
}

// shown spells the parts of a line as every tool for logs knows them, and hides secrets.
func shown(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch attr.Key {
		case slog.TimeKey:
			return slog.String("time", attr.Value.Time().UTC().Format(instant))
		case slog.LevelKey:
			return slog.String("level", levelName(attr.Value))
		case slog.MessageKey:
			attr.Key = "message"
			return attr
		}
	}
	if isSecret(attr.Key) {
		return slog.String(attr.Key, "***")
	}
	return attr
}

func levelName(value slog.Value) string {
	level, _ := value.Any().(slog.Level)
	if level == slog.LevelWarn {
		return "warning"
	}
	return strings.ToLower(level.String())
}

func isSecret(key string) bool {
	key = strings.ToLower(key)
	for _, secret := range secrets {
		if strings.Contains(key, secret) {
			return true
		}
	}
	return false
}

// handler adds the id of the request that is being answered.
type handler struct {
	slog.Handler
}

func (h handler) Handle(ctx context.Context, record slog.Record) error {
	if request := From(ctx); request != nil {
		record.AddAttrs(slog.String("requestId", request.RequestID))
	}
	return h.Handler.Handle(ctx, record)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(name)}
}
