package migrating

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCommentsAloneAreNoStatement(t *testing.T) {
	text := "-- First.\nSELECT 1;\n\nSELECT '-- 2';\n\n-- Last.\n  -- Really.\n"
	assert.Equal(t, []string{"-- First.\nSELECT 1", "SELECT '-- 2'"}, statementsOf(text))
}
