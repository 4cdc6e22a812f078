package apitest

import (
	"testing"

	"example.com/service/internal/settings"
)

// apart does nothing: no answers are kept that other services could meet.
func apart(testing.TB, *settings.Settings) {}
